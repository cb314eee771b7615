//! What is out of force while the types of what it compares differ.
//!
//! A key's type changes on one side first. Between types that PostgreSQL does not compare, the foreign key has to be
//! dropped before and added again once the other side has followed. A check, an index or an exclusion constraint that
//! compares or computes with columns of an enum holds constants of its type, and goes until the last of the columns has
//! the new one.

use super::super::ddl::{constraint_definition, create_index};
use super::super::text::identifier;
use super::{Walk, table_of};
use crate::backend::standard::readers::computes_with;
use crate::error::{Error, Result};
use crate::schema::{
    Constraint, ConstraintKind, ExclusionConstraint, Expr, Index, IndexColumn, Schema, SqlType, Table,
};

/// What is out of force, by table and name.
#[derive(Debug, Default)]
pub(super) struct Suspended(Vec<(String, String)>);

impl Suspended {
    pub(super) fn table_dropped(&mut self, table: &str) {
        self.0.retain(|(holder, _)| holder != table);
    }

    pub(super) fn table_renamed(&mut self, from: &str, to: &str) {
        for (holder, _) in &mut self.0 {
            if holder == from {
                to.clone_into(holder);
            }
        }
    }

    /// Says whether it was there.
    pub(super) fn renamed(&mut self, table: &str, from: &str, to: &str) -> bool {
        let found = self.0.iter_mut().find(|(holder, name)| holder == table && name == from);
        match found {
            Some((_, name)) => {
                to.clone_into(name);
                true
            }
            None => false,
        }
    }

    /// Takes one off the list for good; says whether it was there.
    pub(super) fn take(&mut self, table: &str, constraint: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|(holder, name)| (holder.as_str(), name.as_str()) != (table, constraint));
        self.0.len() < before
    }

    /// # Errors
    /// Where both sides of a key never came to the same type.
    pub(super) fn none_left(&self, state: &Schema) -> Result<()> {
        for (table, name) in &self.0 {
            if let Some(constraint) = state.table(table).and_then(|table| table.constraints.get(name)) {
                check_sides(state, table, constraint)?;
            }
        }
        Ok(())
    }
}

/// # Errors
/// Where a foreign key joins columns of types that PostgreSQL does not compare.
pub(super) fn check_sides(state: &Schema, holder: &str, constraint: &Constraint) -> Result<()> {
    if sides_agree(state, holder, constraint) {
        return Ok(());
    }
    let message = format!(
        "PostgreSQL has no foreign key over different types, as {} of {holder} would be",
        constraint.name
    );
    Err(Error::unsupported(message, "give both sides one type, by changes in the same migration"))
}

impl Walk<'_> {
    /// Drops the foreign keys that a column's change of type would break. `after`: the state with the change.
    pub(super) fn suspend_foreign_keys(&mut self, table: &str, column: &str, after: &Schema) {
        let mut broken = Vec::new();
        for holder in self.state.tables.values() {
            for constraint in holder.constraints.values() {
                let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
                let touched = (holder.name == table && key.columns.iter().any(|name| name == column))
                    || (key.table == table && key.references.iter().any(|name| name == column));
                if touched && !sides_agree(after, &holder.name, constraint) {
                    broken.push((holder.name.clone(), constraint.name.clone()));
                }
            }
        }
        for (holder, name) in broken {
            if !self.suspended.0.contains(&(holder.clone(), name.clone())) {
                self.alter(&holder, &format!("DROP CONSTRAINT {}", identifier(&name)));
                self.suspended.0.push((holder, name));
            }
        }
    }

    /// Drops the constraints and indexes that compare or compute with a column whose enum changes.
    pub(super) fn suspend_readers(&mut self, table: &str, column: &str) -> Result<()> {
        let reading = table_of(&self.state, table)?.clone();
        let take_out = |walk: &mut Walk<'_>, name: &str, sql: String| {
            let entry = (table.to_owned(), name.to_owned());
            if !walk.suspended.0.contains(&entry) {
                walk.execute(sql);
                walk.suspended.0.push(entry);
            }
        };
        let checks = reading.checks().filter(|(_, check)| computes_with(&check.expr, column));
        let excludes =
            |exclusion: &ExclusionConstraint| excluded(exclusion).any(|expr| computes_with(expr, column));
        let exclusions = reading.exclusions().filter(|(_, exclusion)| excludes(exclusion));
        for name in checks.map(|(name, _)| name).chain(exclusions.map(|(name, _)| name)) {
            let sql = format!("ALTER TABLE {} DROP CONSTRAINT {}", identifier(table), identifier(name));
            take_out(self, name, sql);
        }
        for index in
            reading.indexes.values().filter(|index| exprs(index).any(|expr| computes_with(expr, column)))
        {
            take_out(self, &index.name, format!("DROP INDEX {}", identifier(&index.name)));
        }
        Ok(())
    }

    /// Adds again what compares values of one type. The rows were checked when it was made, and a change of type keeps
    /// equal values equal.
    pub(super) fn resume(&mut self) -> Result<()> {
        let state = self.state.clone();
        for (holder, name) in self.suspended.0.clone() {
            let table = table_of(&state, &holder)?;
            let sql = match (table.constraints.get(&name), table.indexes.get(&name)) {
                (Some(constraint), _) => match &constraint.kind {
                    ConstraintKind::Check(check) if self.reads_what_moves(table, &check.expr) => continue,
                    ConstraintKind::ForeignKey(_) if !sides_agree(&state, &holder, constraint) => continue,
                    ConstraintKind::Exclusion(exclusion)
                        if excluded(exclusion).any(|expr| self.reads_what_moves(table, expr)) =>
                    {
                        continue;
                    }
                    _ => {
                        let definition = constraint_definition(self.backend, table, constraint)?;
                        Some(format!("ALTER TABLE {} ADD {definition}", identifier(&holder)))
                    }
                },
                (None, Some(index)) if exprs(index).any(|expr| self.reads_what_moves(table, expr)) => {
                    continue;
                }
                (None, Some(index)) => Some(create_index(self.backend, table, index)?),
                (None, None) => None,
            };
            sql.into_iter().for_each(|sql| self.execute(sql));
            self.suspended.take(&holder, &name);
        }
        Ok(())
    }

    /// Whether an expression reads a column that is still to follow the change of its enum.
    fn reads_what_moves(&self, table: &Table, expr: &Expr) -> bool {
        let columns = expr.columns();
        columns.into_iter().filter_map(|name| table.column(name)?.ty.enum_of()).any(|of| self.is_aside(of))
    }
}

/// What an index computes, its condition among it.
pub(super) fn exprs(index: &Index) -> impl Iterator<Item = &Expr> {
    computed(index.columns.iter()).chain(&index.predicate)
}

/// What an exclusion constraint computes, its condition among it.
pub(super) fn excluded(exclusion: &ExclusionConstraint) -> impl Iterator<Item = &Expr> {
    computed(exclusion.elements.iter().map(|element| &element.key)).chain(&exclusion.predicate)
}

fn computed<'k>(keys: impl Iterator<Item = &'k IndexColumn>) -> impl Iterator<Item = &'k Expr> {
    keys.map(|key| &key.expr).filter(|key| !matches!(key, Expr::Column(_)))
}

/// Whether PostgreSQL compares the two sides of a foreign key. What is not known in the state is left to it.
fn sides_agree(state: &Schema, holder: &str, constraint: &Constraint) -> bool {
    let ConstraintKind::ForeignKey(key) = &constraint.kind else { return true };
    let ty = |table: &str, column: &String| state.table(table)?.column(column).map(|column| &column.ty);
    key.columns.iter().zip(&key.references).all(|(column, referenced)| {
        match (ty(holder, column), ty(&key.table, referenced)) {
            (Some(one), Some(other)) => comparable(one, other),
            _ => true,
        }
    })
}

/// Types between which an index on one side serves a key on the other: the families of integers and of text.
fn comparable(one: &SqlType, other: &SqlType) -> bool {
    let integer = |ty: &SqlType| matches!(ty, SqlType::SmallInt | SqlType::Integer | SqlType::BigInt);
    let text = |ty: &SqlType| matches!(ty, SqlType::Varchar(_) | SqlType::Text);
    let decimal = |ty: &SqlType| matches!(ty, SqlType::Decimal { .. });
    one == other
        || (integer(one) && integer(other))
        || (text(one) && text(other))
        || (decimal(one) && decimal(other))
}
