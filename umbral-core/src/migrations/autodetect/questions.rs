//! What only a person can tell about a change.

use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, Expr};

/// Answers what models and migrations leave open.
///
/// Only what `renamed_from` and defaults leave open is asked, each question once, in an order that is the same on
/// every run.
pub trait Questioner {
    /// Whether the table `from`, which no model has any more, is the new table `to`.
    ///
    /// # Errors
    /// Where there is no answer: nothing is written then.
    fn table_renamed(&mut self, question: &TableRename<'_>) -> Result<bool>;

    /// Whether the column `from`, which no model has any more, is the new column `to`.
    ///
    /// # Errors
    /// Where there is no answer: nothing is written then.
    fn column_renamed(&mut self, question: &ColumnRename<'_>) -> Result<bool>;

    /// The value that rows which exist get in a column that does not accept NULL and has no default; `None` to let
    /// `migrate` refuse where there are such rows.
    ///
    /// # Errors
    /// Where there is no answer: nothing is written then.
    fn backfill(&mut self, question: &Backfill<'_>) -> Result<Option<Expr>>;
}

/// A table may have been renamed.
#[derive(Debug, Clone, Copy)]
pub struct TableRename<'a> {
    /// The application of the model that has the new table.
    pub app: &'a str,
    /// The table that has gone.
    pub from: &'a str,
    /// The table that is new.
    pub to: &'a str,
}

/// A column may have been renamed.
#[derive(Debug, Clone, Copy)]
pub struct ColumnRename<'a> {
    /// The application of its model.
    pub app: &'a str,
    /// Its table, by the new name.
    pub table: &'a str,
    /// The column that has gone.
    pub from: &'a Column,
    /// The column that is new.
    pub to: &'a Column,
}

/// Rows that exist need a value.
#[derive(Debug, Clone, Copy)]
pub struct Backfill<'a> {
    /// The application of its model.
    pub app: &'a str,
    /// Its table.
    pub table: &'a str,
    /// The column as it becomes.
    pub column: &'a Column,
    /// Whether the column is new; otherwise it has been there and accepted NULL.
    pub added: bool,
}

/// Answers nothing: every question is an error that names what to write instead, so that a script never drops a
/// column that was renamed.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoInput;

impl Questioner for NoInput {
    fn table_renamed(&mut self, question: &TableRename<'_>) -> Result<bool> {
        let TableRename { app, from, to } = question;
        Err(Error::new(
            ErrorKind::Migration,
            format!("the table `{from}` of {app} has gone and `{to}` is new: a rename, or a drop with all its rows?"),
        )
        .with_hint(format!(
            "where it was renamed, add #[umbral(renamed_from = \"{from}\")] to the model; otherwise run \
             makemigrations where it can ask, or once without the new model"
        )))
    }

    fn column_renamed(&mut self, question: &ColumnRename<'_>) -> Result<bool> {
        let (table, from, to) = (question.table, &question.from.name, &question.to.name);
        Err(Error::new(
            ErrorKind::Migration,
            format!("`{table}.{from}` has gone and `{table}.{to}` is new: a rename, or a drop with all its values?"),
        )
        .with_hint(format!(
            "where it was renamed, add #[umbral(renamed_from = \"{from}\")] to the field; otherwise run \
             makemigrations where it can ask, or once without the new field"
        )))
    }

    fn backfill(&mut self, question: &Backfill<'_>) -> Result<Option<Expr>> {
        let (table, column) = (question.table, &question.column.name);
        let change = if question.added { "is added without a default" } else { "stops accepting NULL" };
        Err(Error::new(
            ErrorKind::Migration,
            format!("`{table}.{column}` {change}, and rows that exist need a value for it"),
        )
        .with_hint(format!(
            "give the field `{column}` a default, make it an Option, or run makemigrations where it can ask for a \
             value to be used once"
        )))
    }
}
