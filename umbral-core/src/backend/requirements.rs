//! What the parts of a table ask of a backend beyond what every database has.
//!
//! Planners refuse with it before a statement is made, and the system check reports with it before anything runs: both
//! in the same words.

use super::{BackendFeature, DatabaseBackend};
use crate::error::{Error, Result};
use crate::migrations::Operation;
use crate::schema::{Column, Constraint, ConstraintKind, Expr, Index, IndexMethod, Schema, SortOrder, Table};

/// A feature that a part of a table asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// What the backend must be able to do.
    pub feature: BackendFeature,
    /// What asks for it: ``index `book_title_idx` ``.
    pub part: String,
    /// What to do where the backend cannot.
    pub hint: &'static str,
}

impl Requirement {
    /// Whether the backend can do it.
    pub fn is_met(&self, backend: &dyn DatabaseBackend) -> bool {
        backend.supports(self.feature)
    }

    /// What is wrong, in words.
    pub fn message(&self, backend: &dyn DatabaseBackend) -> String {
        let (name, version) = (backend.name(), backend.version());
        format!("{name} {version} has no {}, which {} asks for", self.feature, self.part)
    }
}

/// `after`: the state that the operation leads to.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for the first thing that an operation brings and
/// that the backend lacks.
pub fn check(backend: &dyn DatabaseBackend, operation: &Operation, after: &Schema) -> Result<()> {
    attributes(backend, operation)?;
    match of_operation(operation, after).into_iter().find(|requirement| !requirement.is_met(backend)) {
        None => Ok(()),
        Some(requirement) => Err(Error::unsupported(requirement.message(backend), requirement.hint)),
    }
}

/// The columns that an operation brings.
fn columns(operation: &Operation) -> Vec<&Column> {
    match operation {
        Operation::CreateTable(op) => op.table.columns.values().collect(),
        Operation::AddColumn(op) => vec![&op.column],
        Operation::AlterColumn(op) => vec![&op.to],
        _ => Vec::new(),
    }
}

/// Columns that the database counts, names of collations, and comments.
fn attributes(backend: &dyn DatabaseBackend, operation: &Operation) -> Result<()> {
    for column in columns(operation) {
        if column.identity {
            backend.map_column(column).map_err(|error| error.context(format!("column {}", column.name)))?;
        }
        let collation = column.collation.iter().try_for_each(|name| backend.check_collation(name));
        let comment = column.comment.iter().try_for_each(|comment| backend.check_comment(comment));
        collation.and(comment).map_err(|error| error.context(format!("column {}", column.name)))?;
    }
    let comment = match operation {
        Operation::CreateTable(op) => op.table.comment.as_ref(),
        Operation::AlterTableComment(op) => op.to.as_ref(),
        _ => None,
    };
    comment.iter().try_for_each(|comment| backend.check_comment(comment))
}

fn of_operation(operation: &Operation, after: &Schema) -> Vec<Requirement> {
    let nothing = Table::default();
    let table = |name: &str| after.table(name).unwrap_or(&nothing);
    match operation {
        Operation::CreateTable(op) => of_table(&op.table),
        Operation::AddColumn(op) => of_column(table(&op.table), &op.column),
        Operation::AlterColumn(op) => {
            let table = table(&op.table);
            let readers = table.columns.values().filter(|reader| reader.reads(&op.to.name));
            [&op.to].into_iter().chain(readers).flat_map(|column| of_column(table, column)).collect()
        }
        Operation::AddIndex(op) => of_index(table(&op.table), &op.index),
        Operation::AddConstraint(op) => of_constraint(table(&op.table), &op.constraint),
        _ => Vec::new(),
    }
}

/// What a table with all its parts asks for.
pub fn of_table(table: &Table) -> Vec<Requirement> {
    let columns = table.columns.values().flat_map(|column| of_column(table, column));
    let indexes = table.indexes.values().flat_map(|index| of_index(table, index));
    let constraints = table.constraints.values().flat_map(|constraint| of_constraint(table, constraint));
    columns.chain(indexes).chain(constraints).collect()
}

/// What a column of the table asks for.
pub fn of_column(table: &Table, column: &Column) -> Vec<Requirement> {
    let Some(generated) = &column.generated else { return Vec::new() };
    let part = format!("column `{}.{}`", table.name, column.name);
    if generated.stored {
        let hint = "compute it where rows are written or read";
        return requirements(part, [(true, BackendFeature::GeneratedColumns, hint)]);
    }
    let indexed = table.indexes.values().any(|index| index.reads(&column.name))
        || table.uniques().any(|(_, unique)| unique.columns.contains(&column.name))
        || table.exclusions().any(|(_, exclusion)| exclusion.exprs().any(|expr| expr.reads(&column.name)));
    let of_user_type = column.ty.is_user_defined()
        || table.columns.values().any(|read| read.ty.is_user_defined() && column.reads(&read.name));
    let asked = [
        (true, BackendFeature::VirtualGeneratedColumns, "let it be `stored`"),
        (of_user_type, BackendFeature::VirtualGeneratedUserTypes, VIRTUAL_HINT),
        (indexed, BackendFeature::VirtualGeneratedIndexes, VIRTUAL_HINT),
    ];
    requirements(part, asked)
}

const VIRTUAL_HINT: &str = "let the column be `stored`";

/// Whether it holds a column that is computed when it is read.
fn holds_virtual(table: &Table, holds: impl Fn(&str) -> bool) -> bool {
    table.columns.values().any(|column| column.is_virtual() && holds(&column.name))
}

/// What an index of the table asks for.
pub fn of_index(table: &Table, index: &Index) -> Vec<Requirement> {
    let over_virtual = holds_virtual(table, |column| index.reads(column));
    let is_expr = index.columns.iter().any(|key| !matches!(key.expr, Expr::Column(_)));
    let descends = index.columns.iter().any(|key| key.order == SortOrder::Descending);
    let has_class = index.columns.iter().any(|key| key.class.is_some());
    let orders_nulls = index.columns.iter().any(|key| key.nulls.is_some());
    let asked = [
        (index.predicate.is_some(), BackendFeature::PartialIndexes, "leave the condition out"),
        (
            is_expr,
            BackendFeature::ExpressionIndexes,
            "index the column itself, or a generated column of the expression",
        ),
        (descends, BackendFeature::DescendingIndexes, "let it be ascending: it is read backwards as well"),
        (orders_nulls, BackendFeature::IndexNullsOrder, "leave the place of NULLs to the database"),
        (has_class, BackendFeature::OperatorClasses, "leave the operator class out"),
        (index.method != IndexMethod::BTree, BackendFeature::IndexMethods, "leave the method out"),
        (
            !index.include.is_empty(),
            BackendFeature::CoveringIndexes,
            "make the columns keys, or leave them out",
        ),
        (index.nulls_not_distinct, BackendFeature::NullsNotDistinct, NULLS_HINT),
        (over_virtual, BackendFeature::VirtualGeneratedIndexes, VIRTUAL_HINT),
    ];
    requirements(format!("index `{}`", index.name), asked)
}

const EXCLUSION_HINT: &str = "leave it out, and look for such rows in the transaction that writes one, behind a lock that all writers take";

/// What a dialect without exclusion constraints says where it is to write one.
#[cfg(any(feature = "dialect-sqlite", feature = "dialect-mysql"))]
pub(crate) fn no_exclusion(database: &str, constraint: &Constraint) -> Error {
    let (feature, name) = (BackendFeature::ExclusionConstraints, &constraint.name);
    let message = format!("{database} has no {feature}, which constraint `{name}` asks for");
    Error::unsupported(message, EXCLUSION_HINT)
}

const NULLS_HINT: &str = "let NULLs differ, or make the columns NOT NULL";

/// What a constraint of the table asks for.
pub fn of_constraint(table: &Table, constraint: &Constraint) -> Vec<Requirement> {
    let (nulls, unique, key) = match &constraint.kind {
        ConstraintKind::Unique(unique) => (unique.nulls_not_distinct, unique.deferrable.is_some(), false),
        ConstraintKind::ForeignKey(key) => (false, false, key.deferrable.is_some()),
        ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => (false, false, false),
    };
    let excludes = matches!(constraint.kind, ConstraintKind::Exclusion(_));
    let is_index = excludes || matches!(constraint.kind, ConstraintKind::Unique(_));
    let over_virtual = is_index && holds_virtual(table, |column| constraint.reads(column));
    let asked = [
        (excludes, BackendFeature::ExclusionConstraints, EXCLUSION_HINT),
        (over_virtual, BackendFeature::VirtualGeneratedIndexes, VIRTUAL_HINT),
        (nulls, BackendFeature::NullsNotDistinct, NULLS_HINT),
        (unique, BackendFeature::DeferrableUnique, "leave `deferrable` out: each statement is checked then"),
        (
            key,
            BackendFeature::DeferrableConstraints,
            "leave `deferrable` out: each statement is checked then",
        ),
    ];
    requirements(format!("constraint `{}`", constraint.name), asked)
}

fn requirements<const N: usize>(
    part: String,
    asked: [(bool, BackendFeature, &'static str); N],
) -> Vec<Requirement> {
    let asked = asked.into_iter().filter(|(asks, ..)| *asks);
    asked.map(|(_, feature, hint)| Requirement { feature, part: part.clone(), hint }).collect()
}
