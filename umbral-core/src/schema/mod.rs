//! The one value type for a database's shape. No I/O, no dialect: a boolean is a boolean, and an expression
//! is a tree.

mod column;
mod column_type;
mod constraint;
pub mod expr;
mod foreign_key;
mod index;
mod naming;
mod table;

pub use column::{Column, Generated};
pub use column_type::SqlType;
pub(crate) use constraint::rename_all;
pub use constraint::{CheckConstraint, Constraint, ConstraintKind, Deferrable, UniqueConstraint};
pub use expr::Expr;
pub use foreign_key::{ForeignKey, ReferentialAction};
pub use index::{Index, IndexColumn, IndexMethod, NullsOrder, SortOrder};
pub use naming::{PORTABLE_IDENTIFIER_BYTES, constraint_name, shorten};
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
}
