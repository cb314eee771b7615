//! Unique indexes that no migration made.

use super::super::text::identifier;
use crate::backend::LiveCatalog;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Schema, Table};
use std::collections::BTreeMap;

/// The unique indexes over several columns that a database has and its state does not, as the operations up to here
/// leave them.
///
/// MySQL takes a dropped column out of such an index, which then demands something else of the rows, or is refused by
/// them half-way; MariaDB refuses the statement. A plain index that is narrowed demands nothing, and is left to the server.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    /// The columns, by table and index.
    indexes: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Strangers {
    pub(super) fn of(live: &LiveCatalog, from: &Schema) -> Strangers {
        let mut indexes = live.unique_indexes.clone();
        for (table, indexes) in &mut indexes {
            let known = from.table(table);
            let is_known = |name: &str| known.is_some_and(|table| is_of(table, name));
            indexes.retain(|name, columns| columns.len() > 1 && !is_known(name));
        }
        Strangers { indexes }
    }

    pub(super) fn table_renamed(&mut self, from: &str, to: &str) {
        if let Some(indexes) = self.indexes.remove(from) {
            self.indexes.insert(to.to_owned(), indexes);
        }
    }

    pub(super) fn table_dropped(&mut self, table: &str) {
        self.indexes.remove(table);
    }

    pub(super) fn column_renamed(&mut self, table: &str, from: &str, to: &str) {
        let indexes = self.indexes.get_mut(table).into_iter().flat_map(BTreeMap::values_mut);
        for column in indexes.flatten().filter(|column| is_same(column, from)) {
            *column = to.to_owned();
        }
    }

    /// # Errors
    /// Where one of them is over the column.
    pub(super) fn check_dropped(&self, table: &str, column: &str) -> Result<()> {
        let over = |columns: &[String]| columns.iter().any(|own| is_same(own, column));
        let mut indexes = self.indexes.get(table).into_iter().flatten();
        let Some((name, columns)) = indexes.find(|(_, columns)| over(columns)) else { return Ok(()) };
        let all = columns.join(", ");
        let left: Vec<&str> =
            columns.iter().map(String::as_str).filter(|own| !is_same(own, column)).collect();
        let message = format!(
            "no migration made the unique index `{name}` over {table}({all}), and without `{column}` it would \
             demand that ({}) is unique",
            left.join(", ")
        );
        let drop = format!("DROP INDEX {} ON {}", identifier(name), identifier(table));
        Err(Error::new(ErrorKind::Migration, message).with_hint(format!(
            "drop it first, by hand or by a `run_sql` with `transactional = false` in front of this operation: `{drop}`"
        )))
    }
}

/// Names of columns regard no case.
fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn is_of(table: &Table, name: &str) -> bool {
    let mut names = table.indexes.keys().chain(table.constraints.keys());
    names.any(|known| is_same(known, name))
}
