//! Columns.

use super::{Expr, SqlType};

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, as stored.
    pub name: String,
    /// Its logical type.
    pub ty: SqlType,
    /// Whether it accepts NULL.
    pub nullable: bool,
    /// Whether the database assigns ascending integers. Only on a single integer primary key.
    pub identity: bool,
    /// What the database stores when an INSERT leaves the column out.
    pub default: Option<Expr>,
}

impl Column {
    /// A NOT NULL column without a default.
    pub fn new(name: impl Into<String>, ty: SqlType) -> Column {
        Column { name: name.into(), ty, nullable: false, identity: false, default: None }
    }

    /// Lets it accept NULL.
    #[must_use]
    pub fn nullable(mut self) -> Column {
        self.nullable = true;
        self
    }

    /// Lets the database assign ascending integers.
    #[must_use]
    pub fn identity(mut self) -> Column {
        self.identity = true;
        self
    }

    /// Sets its default.
    #[must_use]
    pub fn with_default(mut self, default: Expr) -> Column {
        self.default = Some(default);
        self
    }
}
