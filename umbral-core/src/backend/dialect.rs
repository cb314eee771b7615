//! Pure text: sea-query's AST to one database's SQL.

use super::Lookups;
use crate::error::Result;
use crate::schema::{Expr, SqlType, Table};
use sea_query::{DeleteStatement, InsertStatement, SelectStatement, UpdateStatement, Values};
use std::fmt::Debug;

/// Text of one database. No I/O.
pub trait Dialect: Lookups + Debug + Send + Sync {
    /// A SELECT with placeholders, and its values in their order.
    fn select(&self, statement: &SelectStatement) -> (String, Values);
    /// An INSERT with placeholders, and its values in their order.
    fn insert(&self, statement: &InsertStatement) -> (String, Values);
    /// An UPDATE with placeholders, and its values in their order.
    fn update(&self, statement: &UpdateStatement) -> (String, Values);
    /// A DELETE with placeholders, and its values in their order.
    fn delete(&self, statement: &DeleteStatement) -> (String, Values);
    /// An identifier in quotes.
    fn quote_identifier(&self, name: &str) -> String;
    /// A text constant in quotes.
    fn quote_text(&self, text: &str) -> String;
    /// The placeholder of the parameter at `position`, counted from 1.
    fn placeholder(&self, position: usize) -> String;
    /// Whether `LIMIT` and `OFFSET` are written as constants: on SQLite a bound LIMIT costs a lookup by key six
    /// times its time.
    fn literal_limit(&self) -> bool;
    /// An INSERT of many rows whose parameters are the columns, in order, each as one array of all rows' values, and
    /// which returns the columns `returning` in the order of the rows: one text for any number of rows. `None` where the
    /// database has no such statement, or none for one of these types.
    fn insert_columns(&self, table: &str, columns: &[(&str, SqlType)], returning: &[&str]) -> Option<String> {
        let _ = (table, columns, returning);
        None
    }
    /// How many rows one INSERT … VALUES inserts, the most first and 1 last. Each number is an SQL text of its own, so
    /// there are few. On SQLite, 50 rows at a time take a third of the time that single ones take, and more rows no less.
    fn insert_rows(&self) -> &'static [usize] {
        &[50, 16, 4, 1]
    }
    /// Whether a subquery of an UPDATE or DELETE may read the table that is changed, in slices too. Where not, the rows
    /// are chosen in a derived table.
    fn reads_what_it_changes(&self) -> bool {
        true
    }
    /// Whether every value that an UPDATE sets is computed from the row as it was. Where not, each is computed from what the
    /// ones before it have set.
    fn assigns_at_once(&self) -> bool {
        true
    }
    /// Whether `FOR UPDATE` names the tables whose rows it locks, `OF table`. Where not, it locks those of every table in
    /// FROM but none of a derived table's, and what is joined to the rows to lock is one.
    fn names_locked_tables(&self) -> bool {
        true
    }
    /// What a parameter of this type is cast to where it stands in a statement, for a type that the server cannot be told
    /// with the parameter itself: `CAST($1 AS "mood"[])`.
    fn parameter_cast(&self, ty: &SqlType) -> Option<String> {
        let _ = ty;
        None
    }
    /// Whether values of an enum compare by the place of their labels, as they are ordered.
    fn compares_enums_by_place(&self) -> bool {
        true
    }
    /// An expression of the schema, as this database stores its values.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for what the database cannot compute
    /// without loss, [`ErrorKind::Schema`](crate::error::ErrorKind::Schema) for a constant that its type does not hold.
    fn expr(&self, expr: &Expr, context: ExprContext<'_>) -> Result<String>;
}

/// Where an expression of the schema stands. A database that encodes a type, as SQLite does decimals in scaled
/// integers, writes a constant by the type of what it is compared with.
#[derive(Debug, Clone, Copy, Default)]
pub struct ExprContext<'a> {
    /// The table whose columns the expression may name.
    pub table: Option<&'a Table>,
    /// The type of the expression's own value, such as a default's column; absent for a condition.
    pub ty: Option<&'a SqlType>,
}

impl<'a> ExprContext<'a> {
    /// A condition, or a key of an index, over the columns of `table`.
    pub fn of(table: &'a Table) -> ExprContext<'a> {
        ExprContext { table: Some(table), ty: None }
    }

    /// A value of type `ty`.
    #[must_use]
    pub fn value(self, ty: &'a SqlType) -> ExprContext<'a> {
        ExprContext { ty: Some(ty), ..self }
    }
}

/// Makes a builder of sea-query, whose traits are not object-safe, into the rendering half of a [`Dialect`].
#[derive(Clone, Copy, Default)]
pub struct SeaQuery<B>(pub B);

impl<B: sea_query::GenericBuilder + Default> SeaQuery<B> {
    /// A SELECT with placeholders, and its values in their order.
    pub fn select(&self, statement: &SelectStatement) -> (String, Values) {
        statement.build(B::default())
    }

    /// An INSERT with placeholders, and its values in their order.
    pub fn insert(&self, statement: &InsertStatement) -> (String, Values) {
        statement.build(B::default())
    }

    /// An UPDATE with placeholders, and its values in their order.
    pub fn update(&self, statement: &UpdateStatement) -> (String, Values) {
        statement.build(B::default())
    }

    /// A DELETE with placeholders, and its values in their order.
    pub fn delete(&self, statement: &DeleteStatement) -> (String, Values) {
        statement.build(B::default())
    }
}
