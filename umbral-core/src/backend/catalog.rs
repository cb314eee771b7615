//! What stands in a live database beside its schema.

use std::collections::BTreeMap;

/// The objects of a live database that a table's change must keep, though no operation names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveCatalog {
    /// The `CREATE TABLE` text of each table, where the database keeps it.
    pub tables: BTreeMap<String, String>,
    /// What columns carry that the schema has no word for, by table and column, where the database has to be told all
    /// of a column to change any of it.
    pub columns: BTreeMap<String, BTreeMap<String, LiveColumn>>,
    /// The columns of each unique index over several, by table and index, where the database takes a column that is
    /// dropped out of an index and keeps the index.
    pub unique_indexes: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Indexes, triggers and views, in an order in which they can be created.
    pub objects: Vec<LiveObject>,
}

/// What a column carries that the schema has no word for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LiveColumn {
    /// The collation of its text.
    pub collation: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// What it becomes whenever its row is changed, as SQL.
    pub on_update: Option<String>,
    /// Whether the database computes it.
    pub generated: bool,
}

/// An index, a trigger or a view of a live database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveObject {
    /// What it is.
    pub kind: LiveObjectKind,
    /// Its name.
    pub name: String,
    /// The table that it belongs to; for a view, its own name.
    pub table: String,
    /// The text that creates it; empty for an index that a constraint implies.
    pub sql: String,
    /// Whether it names something that is no longer there, so that using it fails.
    pub broken: bool,
}

/// What a live object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LiveObjectKind {
    /// An index.
    Index,
    /// A trigger.
    Trigger,
    /// A view.
    View,
}
