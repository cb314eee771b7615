//! Foreign keys.

use super::Deferrable;

/// What happens to a row when the row that it references is deleted or its key changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReferentialAction {
    /// Refused when the statement, or a deferred constraint's transaction, ends.
    #[default]
    NoAction,
    /// Refused at once.
    Restrict,
    /// The row follows: it is deleted, or its key changes too.
    Cascade,
    /// The key becomes NULL.
    SetNull,
    /// The key becomes the column's default.
    SetDefault,
}

impl ReferentialAction {
    /// Whether this is the action a database takes when none is written.
    pub fn is_default(&self) -> bool {
        *self == ReferentialAction::NoAction
    }
}

/// A foreign key: `columns` here equal `references` there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ForeignKey {
    /// The columns of the table that holds the key.
    pub columns: Vec<String>,
    /// The table that is referenced.
    pub table: String,
    /// The columns that are referenced, as many as `columns`.
    pub references: Vec<String>,
    /// When the referenced row is deleted.
    pub on_delete: ReferentialAction,
    /// When the referenced key changes.
    pub on_update: ReferentialAction,
    /// Whether it can wait for the end of a transaction.
    pub deferrable: Option<Deferrable>,
}
