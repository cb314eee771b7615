//! The rows of a table as they will be, told from the tables as they are.
//!
//! Outside of a transaction nothing may be refused once something was changed. So what stands against a later change is
//! looked for before the first: over the rows that there are, with the columns as the changes before it will have made
//! them.

use super::super::text::identifier;
use crate::schema::{Schema, Table};
use std::collections::BTreeMap;

/// The rows of every table.
#[derive(Debug, Default)]
pub(super) struct Sources(BTreeMap<String, Option<Source>>);

/// Where the rows of a table come from.
#[derive(Debug, Clone)]
struct Source {
    /// A table, or a query in parentheses.
    from: String,
    columns: Vec<String>,
}

impl Sources {
    /// The tables of a state, as they are.
    pub(super) fn of(state: &Schema) -> Sources {
        let source = |table: &Table| Source {
            from: identifier(&table.name),
            columns: table.columns.keys().cloned().collect(),
        };
        Sources(state.tables.values().map(|table| (table.name.clone(), Some(source(table)))).collect())
    }

    /// A table that is new, and empty.
    pub(super) fn created(&mut self, table: &str) {
        self.0.insert(table.to_owned(), None);
    }

    pub(super) fn dropped(&mut self, table: &str) {
        self.0.remove(table);
    }

    pub(super) fn renamed(&mut self, from: &str, to: &str) {
        if let Some(source) = self.0.remove(from) {
            self.0.insert(to.to_owned(), source);
        }
    }

    /// A column that is there from now on, or has another value: an expression over the columns before.
    pub(super) fn set(&mut self, table: &str, column: &str, value: &str) {
        self.change(table, |columns| {
            columns.retain(|(name, _)| name != column);
            columns.push((column.to_owned(), value.to_owned()));
        });
    }

    pub(super) fn drop_column(&mut self, table: &str, column: &str) {
        self.change(table, |columns| columns.retain(|(name, _)| name != column));
    }

    pub(super) fn rename_column(&mut self, table: &str, from: &str, to: &str) {
        self.change(table, |columns| {
            for (name, _) in columns.iter_mut().filter(|(name, _)| name == from) {
                to.clone_into(name);
            }
        });
    }

    fn change(&mut self, table: &str, change: impl FnOnce(&mut Vec<(String, String)>)) {
        let Some(Some(source)) = self.0.get_mut(table) else { return };
        let mut columns: Vec<(String, String)> =
            source.columns.iter().map(|name| (name.clone(), identifier(name))).collect();
        change(&mut columns);
        let list: Vec<String> = columns
            .iter()
            .map(|(name, value)| match identifier(name) {
                name if name == *value => name,
                name => format!("{value} AS {name}"),
            })
            .collect();
        let list = if list.is_empty() { "1".to_owned() } else { list.join(", ") };
        source.from = format!("(SELECT {list} FROM {})", aliased(&source.from, table));
        source.columns = columns.into_iter().map(|(name, _)| name).collect();
    }

    /// What stands behind FROM for a table, under the name `alias`; `None` where it has no rows.
    pub(super) fn from(&self, table: &str, alias: &str) -> Option<String> {
        match self.0.get(table) {
            Some(None) => None,
            Some(Some(source)) => Some(aliased(&source.from, alias)),
            None => Some(aliased(&identifier(table), alias)),
        }
    }
}

fn aliased(from: &str, alias: &str) -> String {
    let alias = identifier(alias);
    if from == alias { alias } else { format!("{from} AS {alias}") }
}
