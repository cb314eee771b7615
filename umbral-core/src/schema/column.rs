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
    /// What the database computes it from. Such a column is never written.
    pub generated: Option<Generated>,
    /// By what its text is compared and sorted, by the name that the database has for it; `None`: the database's own
    /// default.
    pub collation: Option<String>,
    /// What people should know about it. It changes nothing that the database does.
    pub comment: Option<String>,
}

/// How the database computes a column from others of its row.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// From what.
    pub expr: Expr,
    /// Whether it is computed when a row is written and kept, or each time that it is read.
    pub stored: bool,
}

impl Column {
    /// A NOT NULL column without a default.
    pub fn new(name: impl Into<String>, ty: SqlType) -> Column {
        Column {
            name: name.into(),
            ty,
            nullable: false,
            identity: false,
            default: None,
            generated: None,
            collation: None,
            comment: None,
        }
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

    /// Lets the database compute it from other columns when a row is written, and keep it.
    #[must_use]
    pub fn stored_as(mut self, expr: Expr) -> Column {
        self.generated = Some(Generated { expr, stored: true });
        self
    }

    /// Lets the database compute it from other columns each time that it is read.
    #[must_use]
    pub fn computed_as(mut self, expr: Expr) -> Column {
        self.generated = Some(Generated { expr, stored: false });
        self
    }

    /// Sets its collation.
    #[must_use]
    pub fn with_collation(mut self, collation: impl Into<String>) -> Column {
        self.collation = Some(collation.into());
        self
    }

    /// Sets its comment.
    #[must_use]
    pub fn with_comment(mut self, comment: impl Into<String>) -> Column {
        self.comment = Some(comment.into());
        self
    }

    /// Whether it is computed each time that it is read, and stored nowhere.
    pub fn is_virtual(&self) -> bool {
        self.generated.as_ref().is_some_and(|generated| !generated.stored)
    }

    /// Whether it is computed from the column of its table.
    pub fn reads(&self, column: &str) -> bool {
        self.generated.as_ref().is_some_and(|generated| generated.expr.reads(column))
    }

    /// The column after columns of its table are renamed, all at once: `rename` gives the new name of those that get
    /// one.
    #[must_use]
    pub fn rename_columns(mut self, rename: &dyn Fn(&str) -> Option<String>) -> Column {
        self.name = rename(&self.name).unwrap_or(self.name);
        if let Some(generated) = self.generated {
            let expr = generated.expr.rename_columns(rename);
            self.generated = Some(Generated { expr, ..generated });
        }
        self
    }
}
