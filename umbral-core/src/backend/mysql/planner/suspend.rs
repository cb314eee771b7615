//! Foreign keys that are out of force while a column of theirs changes.
//!
//! The servers change no type of a column that a foreign key joins, on either side, and no NULL into NOT NULL. So the
//! foreign key is dropped before and added again once both sides are of one type.

use super::super::ddl::constraint_definition;
use super::keys::touched;
use super::{Walk, table_of};
use crate::error::{Error, Result};
use crate::schema::{Constraint, ConstraintKind, Schema, SqlType, Table};

/// The foreign keys that are out of force, by table and name.
#[derive(Debug, Default)]
pub(super) struct Suspended(Vec<(String, String)>);

impl Suspended {
    pub(super) fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }

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

    /// Takes what is out of force out of a table.
    pub(super) fn take_out(&self, table: &mut Table) {
        for (_, name) in self.0.iter().filter(|(holder, _)| *holder == table.name) {
            table.constraints.remove(name);
        }
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
/// Where a foreign key joins columns of different types.
pub(super) fn check_sides(state: &Schema, holder: &str, constraint: &Constraint) -> Result<()> {
    if sides_agree(state, holder, constraint) {
        return Ok(());
    }
    let message = format!(
        "InnoDB has no foreign key over different types, as {} of {holder} would be",
        constraint.name
    );
    Err(Error::unsupported(message, "give both sides one type, by changes in the same migration"))
}

impl Walk<'_> {
    /// Drops the foreign keys that join a column.
    pub(super) fn suspend_foreign_keys(&mut self, table: &str, column: &str) -> Result<()> {
        let mut joined = Vec::new();
        for holder in self.state.tables.values() {
            for constraint in holder.constraints.values() {
                let ConstraintKind::ForeignKey(key) = &constraint.kind else { continue };
                let touched = (holder.name == table && key.columns.iter().any(|name| name == column))
                    || (key.table == table && key.references.iter().any(|name| name == column));
                if touched {
                    joined.push((holder.name.clone(), constraint.clone()));
                }
            }
        }
        joined.iter().try_for_each(|(holder, constraint)| self.suspend(holder, constraint))
    }

    /// Drops a foreign key, which comes again when both its sides are of one type.
    pub(super) fn suspend(&mut self, holder: &str, constraint: &Constraint) -> Result<()> {
        let key = (holder.to_owned(), constraint.name.clone());
        if !self.suspended.0.contains(&key) {
            self.suspended.0.push(key);
            let mut without = table_of(&self.statements.tables, holder)?.clone();
            without.constraints.remove(&constraint.name);
            let clause = self.drop_clause(constraint);
            let parts = touched(&without, constraint);
            self.statements.alter(vec![clause], parts, without);
        }
        Ok(())
    }

    /// Adds again what has both sides of one type. The rows were checked when the key was made, and a change of type
    /// keeps equal values equal.
    pub(super) fn resume_foreign_keys(&mut self) -> Result<()> {
        let state = self.state.clone();
        for (holder, name) in self.suspended.0.clone() {
            let Some(constraint) = table_of(&state, &holder)?.constraints.get(&name) else {
                self.suspended.take(&holder, &name);
                continue;
            };
            if sides_agree(&state, &holder, constraint) {
                self.suspended.take(&holder, &name);
                let mut with = table_of(&self.statements.tables, &holder)?.clone();
                with.constraints.insert(name.clone(), constraint.clone());
                let definition = constraint_definition(self.backend, &with, constraint)?;
                let parts = touched(&with, constraint);
                self.statements.alter(vec![format!("ADD {definition}")], parts, with);
            }
        }
        Ok(())
    }
}

/// Whether a foreign key can join its two sides. What is not known in the state is left to the server.
fn sides_agree(state: &Schema, holder: &str, constraint: &Constraint) -> bool {
    let ConstraintKind::ForeignKey(key) = &constraint.kind else { return true };
    let ty = |table: &str, column: &String| {
        let column = state.table(table)?.column(column)?;
        Some((&column.ty, &column.collation))
    };
    key.columns.iter().zip(&key.references).all(|(column, referenced)| {
        match (ty(holder, column), ty(&key.table, referenced)) {
            (Some((one, sorted)), Some((other, other_sorted))) => {
                same_kind(one, other) && sorted == other_sorted
            }
            _ => true,
        }
    })
}

/// Integers and decimals have to be of one size, text only of one collation.
fn same_kind(one: &SqlType, other: &SqlType) -> bool {
    let text = |ty: &SqlType| matches!(ty, SqlType::Varchar(_) | SqlType::Text);
    let moment = |ty: &SqlType| matches!(ty, SqlType::Timestamp | SqlType::TimestampTz);
    one == other || (text(one) && text(other)) || (moment(one) && moment(other))
}
