//! The one value type for a database's shape. No I/O, no dialect: a boolean is a boolean, and an expression
//! is a tree.

mod column;
mod column_type;
mod constraint;
mod enum_type;
mod exclusion;
pub mod expr;
mod foreign_key;
mod index;
mod naming;
mod range_kind;
mod table;

pub use column::{Column, Generated};
pub use column_type::SqlType;
pub(crate) use constraint::rename_all;
pub use constraint::{CheckConstraint, Constraint, ConstraintKind, Deferrable, UniqueConstraint};
pub use enum_type::EnumType;
#[cfg(any(feature = "dialect-postgres", feature = "dialect-mysql"))]
pub(crate) use enum_type::labels as enum_labels;
pub use exclusion::{ExclusionConstraint, ExclusionElement, ExclusionOperator};
pub use expr::Expr;
pub use foreign_key::{ForeignKey, ReferentialAction};
pub use index::{Index, IndexColumn, IndexMethod, NullsOrder, SortOrder};
pub use naming::{PORTABLE_IDENTIFIER_BYTES, constraint_name, shorten};
pub use range_kind::RangeKind;
pub use table::Table;

use std::collections::BTreeMap;

/// Every table of one database, by name.
///
/// Equality ignores the order of columns: dropping and adding a column again puts it last in a live table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// The tables, by name.
    pub tables: BTreeMap<String, Table>,
}

impl Schema {
    /// A schema of these tables.
    pub fn new(tables: impl IntoIterator<Item = Table>) -> Schema {
        Schema { tables: tables.into_iter().map(|table| (table.name.clone(), table)).collect() }
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// Every foreign key that points at `table`, with the table that holds it.
    pub fn references_to<'a>(&'a self, table: &'a str) -> impl Iterator<Item = (&'a Table, &'a ForeignKey)> {
        self.tables
            .values()
            .flat_map(|holder| holder.foreign_keys().map(move |key| (holder, key)))
            .filter(move |(_, key)| key.table == table)
    }

    /// Whether all of its tables stand on the backend of this name.
    pub fn stands_on(&self, backend: &str) -> bool {
        self.tables.values().all(|table| table.stands_on(backend))
    }

    /// What of it stands on the backend of this name: the tables that do, without foreign keys to those that do not.
    #[must_use]
    pub fn on(&self, backend: &str) -> Schema {
        let mut there = self.clone();
        there.tables.retain(|_, table| table.stands_on(backend));
        if there.tables.len() < self.tables.len() {
            let names: std::collections::BTreeSet<String> = there.tables.keys().cloned().collect();
            for table in there.tables.values_mut() {
                table.constraints.retain(|_, constraint| match &constraint.kind {
                    ConstraintKind::ForeignKey(key) => names.contains(&key.table),
                    ConstraintKind::Unique(_) | ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {
                        true
                    }
                });
            }
        }
        there
    }

    /// As [`on`](Schema::on), where a database is compared with it, which cannot tell on which other backends its tables
    /// would stand.
    #[must_use]
    pub fn seen_on(&self, backend: &str) -> Schema {
        let mut there = self.on(backend);
        there.tables.values_mut().for_each(|table| table.backends.clear());
        there
    }
}
