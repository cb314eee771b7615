//! Tables.

use super::{
    CheckConstraint, Column, Constraint, ConstraintKind, ExclusionConstraint, ForeignKey, Index,
    UniqueConstraint,
};
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// A table. Its indexes and constraints are kept by name; its columns by name, in declaration order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Its name, as stored: case is kept.
    pub name: String,
    /// Its columns in declaration order. The order is no part of equality.
    pub columns: IndexMap<String, Column>,
    /// The columns of the primary key, in key order. Empty: the table has none.
    pub primary_key: Vec<String>,
    /// Its indexes, without those that a unique constraint or the primary key implies.
    pub indexes: BTreeMap<String, Index>,
    /// Its unique, check, foreign-key and exclusion constraints.
    pub constraints: BTreeMap<String, Constraint>,
    /// What people should know about it. It changes nothing that the database does.
    pub comment: Option<String>,
    /// The backends that it stands on, sorted; empty: all.
    pub backends: Vec<String>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<String>) -> Table {
        Table { name: name.into(), ..Table::default() }
    }

    /// Adds a column.
    #[must_use]
    pub fn with_column(mut self, column: Column) -> Table {
        self.columns.insert(column.name.clone(), column);
        self
    }

    /// Sets the primary key.
    #[must_use]
    pub fn with_primary_key(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Table {
        self.primary_key = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Adds an index.
    #[must_use]
    pub fn with_index(mut self, index: Index) -> Table {
        self.indexes.insert(index.name.clone(), index);
        self
    }

    /// Adds a constraint.
    #[must_use]
    pub fn with_constraint(mut self, constraint: Constraint) -> Table {
        self.constraints.insert(constraint.name.clone(), constraint);
        self
    }

    /// Sets its comment.
    #[must_use]
    pub fn with_comment(mut self, comment: impl Into<String>) -> Table {
        self.comment = Some(comment.into());
        self
    }

    /// Lets it stand on these backends only.
    #[must_use]
    pub fn with_backends(mut self, backends: impl IntoIterator<Item = impl Into<String>>) -> Table {
        self.backends = backends.into_iter().map(Into::into).collect();
        self.backends.sort();
        self.backends.dedup();
        self
    }

    /// Whether it stands on the backend of this name.
    pub fn stands_on(&self, backend: &str) -> bool {
        self.backends.is_empty() || self.backends.iter().any(|name| name == backend)
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.get(name)
    }

    /// Its foreign keys, by constraint name.
    pub fn foreign_keys(&self) -> impl Iterator<Item = &ForeignKey> {
        self.constraints.values().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            _ => None,
        })
    }

    /// Its unique constraints, with their names.
    pub fn uniques(&self) -> impl Iterator<Item = (&str, &UniqueConstraint)> {
        self.constraints.values().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Unique(unique) => Some((constraint.name.as_str(), unique)),
            _ => None,
        })
    }

    /// Its check constraints, with their names.
    pub fn checks(&self) -> impl Iterator<Item = (&str, &CheckConstraint)> {
        self.constraints.values().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Check(check) => Some((constraint.name.as_str(), check)),
            _ => None,
        })
    }

    /// Its exclusion constraints, with their names.
    pub fn exclusions(&self) -> impl Iterator<Item = (&str, &ExclusionConstraint)> {
        self.constraints.values().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Exclusion(exclusion) => Some((constraint.name.as_str(), exclusion)),
            _ => None,
        })
    }
}
