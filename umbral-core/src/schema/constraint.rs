//! Constraints.

use super::{ExclusionConstraint, Expr, ForeignKey};

/// A named constraint of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// Its name, unique in its table.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind,
}

/// What a constraint demands.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintKind {
    /// No two rows agree in all of these columns.
    Unique(UniqueConstraint),
    /// An expression is true or NULL for every row.
    Check(CheckConstraint),
    /// Every row's key exists in another table.
    ForeignKey(ForeignKey),
    /// No two rows stand in all of these relations.
    Exclusion(ExclusionConstraint),
}

/// No two rows agree in all of these columns; a NULL agrees with nothing, unless it is said to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UniqueConstraint {
    /// The columns, in order.
    pub columns: Vec<String>,
    /// Whether one NULL is taken for another.
    pub nulls_not_distinct: bool,
    /// Whether it can wait for the end of a transaction.
    pub deferrable: Option<Deferrable>,
}

impl UniqueConstraint {
    /// Over these columns, checked at once.
    pub fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> UniqueConstraint {
        let columns = columns.into_iter().map(Into::into).collect();
        UniqueConstraint { columns, nulls_not_distinct: false, deferrable: None }
    }
}

/// When a constraint that can wait for the end of a transaction is checked, unless the transaction says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deferrable {
    /// After each statement.
    InitiallyImmediate,
    /// At COMMIT.
    InitiallyDeferred,
}

/// An expression that is true or NULL for every row.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckConstraint {
    /// The expression.
    pub expr: Expr,
}

impl Constraint {
    /// A unique constraint.
    pub fn unique(
        name: impl Into<String>,
        columns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Constraint {
        Constraint { name: name.into(), kind: ConstraintKind::Unique(UniqueConstraint::new(columns)) }
    }

    /// A check constraint.
    pub fn check(name: impl Into<String>, expr: Expr) -> Constraint {
        Constraint { name: name.into(), kind: ConstraintKind::Check(CheckConstraint { expr }) }
    }

    /// A foreign key.
    pub fn foreign_key(name: impl Into<String>, key: ForeignKey) -> Constraint {
        Constraint { name: name.into(), kind: ConstraintKind::ForeignKey(key) }
    }

    /// An exclusion constraint.
    pub fn exclusion(name: impl Into<String>, exclusion: ExclusionConstraint) -> Constraint {
        Constraint { name: name.into(), kind: ConstraintKind::Exclusion(exclusion) }
    }

    /// Whether it uses the column of its own table.
    pub fn reads(&self, column: &str) -> bool {
        match &self.kind {
            ConstraintKind::Unique(unique) => unique.columns.iter().any(|name| name == column),
            ConstraintKind::Check(check) => check.expr.reads(column),
            ConstraintKind::ForeignKey(key) => key.columns.iter().any(|name| name == column),
            ConstraintKind::Exclusion(exclusion) => exclusion.exprs().any(|expr| expr.reads(column)),
        }
    }

    /// The constraint after columns of its own table are renamed, all at once: `rename` gives the new name of those
    /// that get one.
    #[must_use]
    pub fn rename_columns(mut self, rename: &dyn Fn(&str) -> Option<String>) -> Constraint {
        match &mut self.kind {
            ConstraintKind::Unique(unique) => rename_all(&mut unique.columns, rename),
            ConstraintKind::Check(check) => check.expr = check.expr.clone().rename_columns(rename),
            ConstraintKind::ForeignKey(key) => rename_all(&mut key.columns, rename),
            ConstraintKind::Exclusion(exclusion) => exclusion.rename_columns(rename),
        }
        self
    }
}

/// Renames those of some columns that get a new name.
pub(crate) fn rename_all(columns: &mut [String], rename: &dyn Fn(&str) -> Option<String>) {
    for column in columns {
        if let Some(to) = rename(column) {
            *column = to;
        }
    }
}
