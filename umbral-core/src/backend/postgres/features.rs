//! What each version can do.

use crate::backend::{BackendFeature, ServerVersion};

/// Whether a version has a feature. Named one by one, so that a new feature has to be decided on.
pub(super) fn supports(version: &ServerVersion, feature: BackendFeature) -> bool {
    match feature {
        BackendFeature::NullsNotDistinct => version.at_least(&[15]),
        BackendFeature::VirtualGeneratedColumns => version.at_least(&[18]),
        // "generation expression uses user-defined type": functions of such a type could be anybody's.
        BackendFeature::VirtualGeneratedIndexes | BackendFeature::VirtualGeneratedUserTypes => false,
        // Of the extension `hstore`, which comes with every server and is created in a database when it is wanted.
        BackendFeature::HStoreColumns => true,
        BackendFeature::InsertReturning
        | BackendFeature::UpdateReturning
        | BackendFeature::UpsertOnConflict
        | BackendFeature::ArrayColumns
        | BackendFeature::JsonbColumns
        | BackendFeature::JsonFunctions
        | BackendFeature::ExactJsonNumbers
        | BackendFeature::FullTextSearch
        | BackendFeature::CidrInet
        | BackendFeature::UuidNative
        | BackendFeature::Boolean
        | BackendFeature::DecimalNative
        | BackendFeature::TemporalNative
        | BackendFeature::VarcharLength
        | BackendFeature::TransactionalDdl
        | BackendFeature::AlterColumn
        | BackendFeature::AlterConstraint
        | BackendFeature::RenameColumn
        | BackendFeature::PartialIndexes
        | BackendFeature::ExpressionIndexes
        | BackendFeature::DescendingIndexes
        | BackendFeature::CoveringIndexes
        | BackendFeature::IndexNullsOrder
        | BackendFeature::IndexMethods
        | BackendFeature::OperatorClasses
        | BackendFeature::ConcurrentIndexes
        | BackendFeature::CheckConstraints
        | BackendFeature::ForeignKeys
        | BackendFeature::ExpressionDefaults
        | BackendFeature::GeneratedColumns
        | BackendFeature::DeferrableConstraints
        | BackendFeature::DeferrableUnique
        | BackendFeature::ExclusionConstraints
        | BackendFeature::Savepoints
        | BackendFeature::AdvisoryLocks
        | BackendFeature::RowLocks
        | BackendFeature::Comments
        | BackendFeature::WindowFunctions
        | BackendFeature::CommonTableExpressions => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_differ_where_the_releases_did() {
        let at = |major| ServerVersion::new([major]);
        for (feature, since) in
            [(BackendFeature::NullsNotDistinct, 15), (BackendFeature::VirtualGeneratedColumns, 18)]
        {
            assert!(!supports(&at(since - 1), feature) && supports(&at(since), feature), "{feature}");
        }
        assert!(supports(&at(12), BackendFeature::GeneratedColumns));
    }
}
