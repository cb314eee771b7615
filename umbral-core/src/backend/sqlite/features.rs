//! What a version of SQLite can do. The versions are those of SQLite's release notes.

use crate::backend::{BackendFeature, ServerVersion};

/// Whether SQLite of this version has the feature.
pub(super) fn supports(version: &ServerVersion, feature: BackendFeature) -> bool {
    use BackendFeature::*;
    match feature {
        InsertReturning | UpdateReturning => version.at_least(&[3, 35]),
        UpsertOnConflict => version.at_least(&[3, 24]),
        // Built in from 3.38 on; before it was an option of the build.
        JsonFunctions => version.at_least(&[3, 38]),
        // FTS5 indexes virtual tables, not ordinary columns; JSON is kept as text.
        FullTextSearch | JsonbColumns => false,
        ExactJsonNumbers
        | TransactionalDdl
        | ForeignKeys
        | CheckConstraints
        | Savepoints
        | DeferrableConstraints => true,
        PartialIndexes => version.at_least(&[3, 8]),
        ExpressionIndexes => version.at_least(&[3, 9]),
        DescendingIndexes | ExpressionDefaults => true,
        RenameColumn => version.at_least(&[3, 25]),
        GeneratedColumns | VirtualGeneratedColumns | VirtualGeneratedIndexes => version.at_least(&[3, 31]),
        WindowFunctions => version.at_least(&[3, 25]),
        CommonTableExpressions => version.at_least(&[3, 8, 3]),
        _ => false,
    }
}

/// Whether `ALTER TABLE … DROP COLUMN` is there.
pub(super) fn drop_column(version: &ServerVersion) -> bool {
    version.at_least(&[3, 35])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_come_with_versions() {
        let at = |text: &str, feature| supports(&text.parse().unwrap(), feature);
        assert!(
            !at("3.34.1", BackendFeature::InsertReturning) && at("3.35", BackendFeature::InsertReturning)
        );
        assert!(
            !at("3.30", BackendFeature::GeneratedColumns) && at("3.31", BackendFeature::GeneratedColumns)
        );
        assert!(!at("3.24", BackendFeature::RenameColumn) && at("3.25", BackendFeature::RenameColumn));
        assert!(!at("3.50", BackendFeature::ArrayColumns) && !at("3.50", BackendFeature::AlterColumn));
    }
}
