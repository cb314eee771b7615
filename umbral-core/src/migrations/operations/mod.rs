//! What a migration can do: each operation is a delta, and planners are given the state that it applies to.

mod add_column;
mod add_constraint;
mod add_index;
mod alter_column;
mod alter_primary_key;
mod alter_table_backends;
mod alter_table_comment;
mod consistency;
mod create_table;
mod drop_column;
mod drop_constraint;
mod drop_index;
mod drop_table;
mod footprint;
mod naming;
mod rename_column;
mod rename_constraint;
mod rename_index;
mod rename_label;
mod rename_table;
mod run_sql;
mod table_op;

pub use add_column::AddColumn;
pub use add_constraint::AddConstraint;
pub use add_index::AddIndex;
pub use alter_column::AlterColumn;
pub use alter_primary_key::AlterPrimaryKey;
pub use alter_table_backends::AlterTableBackends;
pub use alter_table_comment::AlterTableComment;
pub use create_table::CreateTable;
pub use drop_column::DropColumn;
pub use drop_constraint::DropConstraint;
pub use drop_index::DropIndex;
pub use drop_table::DropTable;
pub use footprint::Footprint;
pub use rename_column::RenameColumn;
pub use rename_constraint::RenameConstraint;
pub use rename_index::RenameIndex;
pub use rename_label::RenameLabel;
pub use rename_table::RenameTable;
pub use run_sql::RunSql;
pub use table_op::TableOp;

pub(crate) use consistency::{check_schema, has_key, relation_names};

use crate::schema::Schema;
use std::fmt;

/// One change of the schema, or of the data.
///
/// In a migration file: `[[operations]]` with `op = "add_column"` and the operation's own fields.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// Creates a table with its indexes and constraints.
    CreateTable(CreateTable),
    /// Drops a table with its rows.
    DropTable(DropTable),
    /// Renames a table.
    RenameTable(RenameTable),
    /// Adds a column.
    AddColumn(AddColumn),
    /// Drops a column with its values.
    DropColumn(DropColumn),
    /// Changes a column's type, nullability, identity, default or another of its attributes.
    AlterColumn(AlterColumn),
    /// Renames a column.
    RenameColumn(RenameColumn),
    /// Renames a label of a column's enum.
    RenameLabel(RenameLabel),
    /// Changes which columns are the primary key.
    AlterPrimaryKey(AlterPrimaryKey),
    /// Changes on which backends a table stands.
    AlterTableBackends(AlterTableBackends),
    /// Changes what a table's comment says.
    AlterTableComment(AlterTableComment),
    /// Adds an index.
    AddIndex(AddIndex),
    /// Drops an index.
    DropIndex(DropIndex),
    /// Renames an index.
    RenameIndex(RenameIndex),
    /// Adds a unique, check or foreign-key constraint.
    AddConstraint(AddConstraint),
    /// Drops a constraint.
    DropConstraint(DropConstraint),
    /// Renames a constraint.
    RenameConstraint(RenameConstraint),
    /// Runs SQL of the user's own, per backend.
    RunSql(RunSql),
}

/// What every operation can do.
pub trait Op {
    /// Changes the state as the database will change.
    ///
    /// # Errors
    /// [`StateError`] where the operation does not fit: an unknown table, a name that is taken, an index or
    /// constraint that would lose a column. The state is unchanged then.
    fn apply(&self, state: &mut Schema) -> Result<(), StateError>;

    /// The operation that undoes this one, given the state before it.
    ///
    /// # Errors
    /// [`Irreversible`] where something is lost for good.
    fn invert(&self, before: &Schema) -> Result<Operation, Irreversible>;

    /// In words: "Add column isbn to book".
    fn describe(&self) -> String;

    /// In a file's name: `book_isbn`.
    fn slug(&self) -> String;

    /// Merges this operation with the one after it where the two amount to less.
    fn reduce(&self, next: &Operation) -> Reduction;

    /// What it changes and what it depends on.
    fn footprint(&self) -> Footprint;

    /// The operation as a change of one table that is there before and after it; `None` where it is none.
    fn as_table_op(&self) -> Option<&dyn TableOp> {
        None
    }
}

/// What becomes of two operations that stand next to each other, or that can be moved next to each other.
#[derive(Debug, Clone, PartialEq)]
pub enum Reduction {
    /// They become these: none, one or two.
    To(Vec<Operation>),
    /// They stay, and the second may be moved in front of the first: they touch different things.
    Independent,
    /// They stay, in this order.
    Ordered,
}

impl Reduction {
    /// For two operations that do not merge: whether they may change places.
    fn by_footprint(footprint: Footprint, next: &Operation) -> Reduction {
        if footprint.is_independent_of(&next.as_op().footprint()) {
            Reduction::Independent
        } else {
            Reduction::Ordered
        }
    }
}

/// An operation does not fit the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateError(pub String);

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StateError {}

impl From<StateError> for crate::error::Error {
    fn from(error: StateError) -> Self {
        crate::error::Error::new(crate::error::ErrorKind::Schema, error.0)
    }
}

/// An operation cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Irreversible(pub String);

impl fmt::Display for Irreversible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Irreversible {}

impl Operation {
    /// The operation behind the enum; the one place where it is matched.
    pub fn as_op(&self) -> &dyn Op {
        match self {
            Operation::CreateTable(op) => op,
            Operation::DropTable(op) => op,
            Operation::RenameTable(op) => op,
            Operation::AddColumn(op) => op,
            Operation::DropColumn(op) => op,
            Operation::AlterColumn(op) => op,
            Operation::RenameColumn(op) => op,
            Operation::RenameLabel(op) => op,
            Operation::AlterPrimaryKey(op) => op,
            Operation::AlterTableBackends(op) => op,
            Operation::AlterTableComment(op) => op,
            Operation::AddIndex(op) => op,
            Operation::DropIndex(op) => op,
            Operation::RenameIndex(op) => op,
            Operation::AddConstraint(op) => op,
            Operation::DropConstraint(op) => op,
            Operation::RenameConstraint(op) => op,
            Operation::RunSql(op) => op,
        }
    }

    /// See [`Op::apply`].
    ///
    /// # Errors
    /// As [`Op::apply`]; the message begins with what the operation was to do.
    pub fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        self.as_op().apply(state).map_err(|error| StateError(format!("{}: {error}", self.describe())))
    }

    /// See [`Op::invert`].
    ///
    /// # Errors
    /// As [`Op::invert`].
    pub fn invert(&self, before: &Schema) -> Result<Operation, Irreversible> {
        self.as_op().invert(before)
    }

    /// See [`Op::describe`].
    pub fn describe(&self) -> String {
        self.as_op().describe()
    }

    /// See [`Op::reduce`].
    pub fn reduce(&self, next: &Operation) -> Reduction {
        self.as_op().reduce(next)
    }

    /// See [`Op::slug`].
    pub fn slug(&self) -> String {
        self.as_op().slug()
    }
}

#[cfg(test)]
mod tests;
