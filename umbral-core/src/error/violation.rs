//! Which constraint refused a statement.

/// What sort of constraint was violated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViolationKind {
    /// A unique constraint, a unique index or a primary key.
    Unique,
    /// A foreign key, on either side.
    ForeignKey,
    /// A NOT NULL constraint.
    NotNull,
    /// A check constraint.
    Check,
    /// An exclusion constraint.
    Exclusion,
}

/// The constraint that refused a statement, as far as the database tells.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// What sort of constraint it is.
    pub kind: ViolationKind,
    /// Its name, where the database reports one.
    pub constraint: Option<String>,
    /// The table it stands on.
    pub table: Option<String>,
    /// The columns it covers, where the database reports them or they are known from the schema.
    pub columns: Vec<String>,
}

impl Violation {
    /// A violation of which only the kind is known.
    pub fn new(kind: ViolationKind) -> Violation {
        Violation { kind, constraint: None, table: None, columns: Vec::new() }
    }

    /// Names the constraint.
    #[must_use]
    pub fn constraint(mut self, name: impl Into<String>) -> Violation {
        self.constraint = Some(name.into());
        self
    }

    /// Names the table.
    #[must_use]
    pub fn table(mut self, name: impl Into<String>) -> Violation {
        self.table = Some(name.into());
        self
    }

    /// Names the columns.
    #[must_use]
    pub fn columns(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Violation {
        self.columns = names.into_iter().map(Into::into).collect();
        self
    }
}
