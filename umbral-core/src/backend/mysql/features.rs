//! What each version can do.

use super::release::{Release, Since};
use crate::backend::BackendFeature;

/// In every version.
const ALWAYS: Since = both(&[], &[]);
/// In no version.
const NEVER: Since = Since { mariadb: None, mysql: None };

const fn both(mariadb: &'static [u32], mysql: &'static [u32]) -> Since {
    Since { mariadb: Some(mariadb), mysql: Some(mysql) }
}

const fn mariadb(since: &'static [u32]) -> Since {
    Since { mariadb: Some(since), mysql: None }
}

const fn mysql(since: &'static [u32]) -> Since {
    Since { mariadb: None, mysql: Some(since) }
}

/// `DROP CONSTRAINT` for constraints of every kind; MySQL before 8.0.19 has `DROP CHECK` and its like.
pub(super) const DROP_CONSTRAINT: Since = both(&[10, 2, 22], &[8, 0, 19]);

/// A foreign key may not bring NULL into a column that is NOT NULL by CASCADE of an update. Of each branch a later release was
/// the first; what the ones before accept, they refuse by the first update.
pub(super) const REFUSES_NULL_BY_CASCADE: Since = mariadb(&[10, 5, 29]);

/// A foreign key references all columns of a key in their order, where nobody turned `restrict_fk_on_non_standard_key` off.
pub(super) const DEMANDS_WHOLE_KEYS: Since = mysql(&[8, 4]);

/// `FOR UPDATE OF table`.
pub(super) const LOCK_OF: Since = mysql(&[8, 0, 1]);

/// `-0.0` is kept with its sign.
#[cfg(feature = "mysql")]
pub(super) const SIGNED_ZERO: Since = mysql(&[]);

/// Whether a release has a feature.
pub(super) fn supports(release: &Release, feature: BackendFeature) -> bool {
    release.has(since(feature))
}

/// From when on a feature is there. Named one by one, so that a new feature has to be decided on.
fn since(feature: BackendFeature) -> Since {
    match feature {
        BackendFeature::InsertReturning => mariadb(&[10, 5]),
        BackendFeature::UuidNative => mariadb(&[10, 7]),
        // MariaDB's is text that is checked.
        BackendFeature::JsonbColumns => mysql(&[5, 7, 8]),
        BackendFeature::ExactJsonNumbers => mariadb(&[]),
        BackendFeature::ExpressionIndexes => mysql(&[8, 0, 13]),
        BackendFeature::JsonFunctions => both(&[10, 2, 3], &[5, 7, 8]),
        BackendFeature::RenameColumn => both(&[10, 5, 2], &[8, 0, 3]),
        BackendFeature::DescendingIndexes => both(&[10, 8], &[8, 0, 1]),
        BackendFeature::CheckConstraints => both(&[10, 2, 1], &[8, 0, 16]),
        BackendFeature::ExpressionDefaults => both(&[10, 2, 1], &[8, 0, 13]),
        BackendFeature::GeneratedColumns
        | BackendFeature::VirtualGeneratedColumns
        | BackendFeature::VirtualGeneratedUserTypes => both(&[10, 2, 1], &[5, 7, 6]),
        BackendFeature::VirtualGeneratedIndexes => both(&[10, 2, 3], &[5, 7, 8]),
        BackendFeature::RowLocks => both(&[10, 6], &[8, 0, 1]),
        BackendFeature::WindowFunctions => both(&[10, 2], &[8, 0, 2]),
        BackendFeature::CommonTableExpressions => both(&[10, 2, 2], &[8, 0, 1]),
        BackendFeature::FullTextSearch
        | BackendFeature::DecimalNative
        | BackendFeature::TemporalNative
        | BackendFeature::VarcharLength
        | BackendFeature::AlterColumn
        | BackendFeature::AlterConstraint
        | BackendFeature::ForeignKeys
        | BackendFeature::Savepoints
        | BackendFeature::AdvisoryLocks
        | BackendFeature::Comments => ALWAYS,
        // A DELETE returns in MariaDB, an UPDATE in neither; ON DUPLICATE KEY UPDATE cannot name the key that it is
        // about.
        BackendFeature::UpdateReturning
        | BackendFeature::UpsertOnConflict
        | BackendFeature::ArrayColumns
        | BackendFeature::HStoreColumns
        | BackendFeature::CidrInet
        | BackendFeature::Boolean
        | BackendFeature::TransactionalDdl
        | BackendFeature::PartialIndexes
        | BackendFeature::CoveringIndexes
        | BackendFeature::IndexNullsOrder
        | BackendFeature::IndexMethods
        | BackendFeature::OperatorClasses
        | BackendFeature::ConcurrentIndexes
        | BackendFeature::NullsNotDistinct
        | BackendFeature::DeferrableConstraints
        | BackendFeature::DeferrableUnique
        | BackendFeature::ExclusionConstraints => NEVER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(name: &str, feature: BackendFeature) -> bool {
        supports(&Release::parse(name).unwrap(), feature)
    }

    #[test]
    fn versions_differ_where_the_releases_did() {
        for (before, after, feature) in [
            ("10.4.30-MariaDB", "10.5.0-MariaDB", BackendFeature::InsertReturning),
            ("10.6.16-MariaDB", "10.7.1-MariaDB", BackendFeature::UuidNative),
            ("10.5.9-MariaDB", "10.6.0-MariaDB", BackendFeature::RowLocks),
            ("8.0.15", "8.0.16", BackendFeature::CheckConstraints),
            ("8.0.12", "8.0.13", BackendFeature::ExpressionIndexes),
            ("9.7.0", "10.5.0-MariaDB", BackendFeature::InsertReturning),
            ("11.8.2-MariaDB", "8.0.13", BackendFeature::ExpressionIndexes),
        ] {
            assert!(!has(before, feature) && has(after, feature), "{feature}: {before}, {after}");
        }
    }
}
