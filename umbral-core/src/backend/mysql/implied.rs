//! Indexes that a table needs beside those of its schema.
//!
//! A foreign key needs an index over its columns, and a counted column one that begins with it. Where the schema's own
//! indexes and keys do not serve, the server makes one by itself, or refuses. Here they are made by name, so that they
//! are known: what they are follows from the table alone, and what follows from a table is no part of its schema.

use super::types::key_length;
use crate::schema::{ConstraintKind, Expr, Index, IndexColumn, SortOrder, Table};

/// The name of the index over a counted column; names of indexes are the table's own.
const COUNTED: &str = "umbral_identity";

/// The indexes that the table needs beside its own, of the names of the foreign keys that need them.
pub(super) fn implied(table: &Table) -> Vec<Index> {
    let keys = table.constraints.values().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => Some((constraint.name.as_str(), key.columns.clone())),
        ConstraintKind::Unique(_) | ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => None,
    });
    let counted = table.columns.values().filter(|column| column.identity);
    keys.chain(counted.map(|column| (COUNTED, vec![column.name.clone()])))
        .filter(|(_, columns)| !is_served(table, columns))
        .map(|(name, columns)| Index::new(name, columns))
        .collect()
}

/// Whether an index that was found is one of these.
pub(super) fn is_implied(table: &Table, index: &Index) -> bool {
    if index.unique {
        return false;
    }
    let over = |columns: &[String]| *index == Index::new(index.name.clone(), columns.to_vec());
    match table.constraints.get(&index.name).map(|constraint| &constraint.kind) {
        Some(ConstraintKind::ForeignKey(key)) => over(&key.columns),
        _ => {
            index.name == COUNTED
                && table
                    .columns
                    .values()
                    .any(|column| column.identity && over(std::slice::from_ref(&column.name)))
        }
    }
}

/// Whether an index or key of the table begins with these columns, in this order.
pub(super) fn is_served(table: &Table, columns: &[String]) -> bool {
    let begins = |key: &[String]| key.starts_with(columns);
    begins(&table.primary_key)
        || table.uniques().any(|(_, unique)| begins(&unique.columns))
        || table.indexes.values().any(|index| plain_columns(table, index).is_some_and(|own| begins(&own)))
}

/// Whether these are the columns, in this order, of a key of the table.
pub(super) fn is_key(table: &Table, columns: &[String]) -> bool {
    let unique =
        |index: &Index| index.unique && plain_columns(table, index).is_some_and(|own| own == columns);
    table.primary_key == columns
        || table.uniques().any(|(_, unique)| unique.columns == columns)
        || table.indexes.values().any(unique)
}

/// The columns of an index that holds them as they are, in ascending order and whole.
pub(super) fn plain_columns(table: &Table, index: &Index) -> Option<Vec<String>> {
    let column = |key: &IndexColumn| match &key.expr {
        Expr::Column(name) if key.order == SortOrder::Ascending => {
            let whole =
                index.unique || table.column(name).is_none_or(|column| key_length(&column.ty).is_none());
            whole.then(|| name.clone())
        }
        _ => None,
    };
    index.columns.iter().map(column).collect()
}
