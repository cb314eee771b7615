//! Changes of keys, indexes and constraints.

use super::super::MySql;
use super::super::ddl::{
    check_references, column_definition, constraint_definition, index_definition, primary_key,
};
use super::super::features;
use super::super::implied::plain_columns;
use super::super::text::identifier;
use super::actions::check_actions;
use super::generated::check_sources;
use super::suspend::check_sides;
use super::{Walk, column_part, constraint_part, index_part, refusals, table_of};
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};
use crate::migrations::operations::{
    AddConstraint, AddIndex, AlterPrimaryKey, DropConstraint, RenameConstraint,
};
use crate::schema::{Constraint, ConstraintKind, ForeignKey, Index, ReferentialAction, Schema, Table};

const PRIMARY: &str = "primary key";

impl Walk<'_> {
    /// A column is NOT NULL for as long as it is in the key, and becomes again what it is by itself.
    pub(super) fn alter_primary_key(&mut self, op: &AlterPrimaryKey, after: &Schema) -> Result<()> {
        let table = table_of(after, &op.table)?;
        let mut touched = vec![PRIMARY.to_owned()];
        let mut clauses = Vec::new();
        if !op.to.is_empty() {
            self.statements.refuse(refusals::key(&self.sources, &op.table, &op.to));
        }
        if !op.from.is_empty() {
            clauses.push("DROP PRIMARY KEY".to_owned());
        }
        if !op.to.is_empty() {
            clauses.push(format!("ADD {}", primary_key(self.backend, table, &op.to)?));
        }
        for column in
            op.from.iter().filter(|name| !op.to.contains(name)).filter_map(|name| table.column(name))
        {
            if column.nullable {
                let live = self.live_column(&op.table, &column.name);
                let definition = column_definition(self.backend, table, column, live.as_ref())?;
                clauses.push(format!("MODIFY {definition}"));
                touched.push(column_part(&column.name));
            }
        }
        self.alter(&op.table, clauses, touched, after)
    }

    pub(super) fn add_index(&mut self, op: &AddIndex, after: &Schema) -> Result<()> {
        let table = table_of(after, &op.table)?;
        check_sources(self.backend, table)?;
        if op.index.unique {
            let found = refusals::duplicates_in_index(self.backend, &self.sources, table, &op.index)?;
            self.statements.refuse(found);
        }
        let clause = format!("ADD {}", index_definition(self.backend, table, &op.index)?);
        self.alter(&op.table, vec![clause], vec![index_part(&op.index.name)], after)
    }

    pub(super) fn rename_index(&mut self, table: &str, from: &str, to: &str, after: &Schema) -> Result<()> {
        let clause = format!("RENAME INDEX {} TO {}", identifier(from), identifier(to));
        self.alter(table, vec![clause], vec![index_part(from), index_part(to)], after)
    }

    pub(super) fn add_constraint(&mut self, op: &AddConstraint, after: &Schema) -> Result<()> {
        let table = table_of(after, &op.table)?;
        check_sides(after, &op.table, &op.constraint)?;
        check_conditions(self.backend, table)?;
        check_actions(self.backend, after, table)?;
        check_sources(self.backend, table)?;
        if let ConstraintKind::ForeignKey(key) = &op.constraint.kind {
            let parent = table_of(after, &key.table)?;
            check_references(self.backend, &op.table, &op.constraint.name, key, parent)?;
        }
        let found = refusals::constraint(self.backend, &self.sources, table, &op.constraint)?;
        self.statements.refuse(found);
        let clause = format!("ADD {}", constraint_definition(self.backend, table, &op.constraint)?);
        self.alter(&op.table, vec![clause], touched(table, &op.constraint), after)
    }

    pub(super) fn drop_constraint(&mut self, op: &DropConstraint, after: &Schema) -> Result<()> {
        let suspended = self.suspended.take(&op.table, &op.constraint);
        let table = table_of(&self.state, &op.table)?.clone();
        let Some(constraint) = table.constraints.get(&op.constraint) else { return Ok(()) };
        let clauses = if suspended { Vec::new() } else { vec![self.drop_clause(constraint)] };
        self.alter(&op.table, clauses, touched(&table, constraint), after)
    }

    /// A unique constraint is an index; of the others, none has a statement that renames it.
    pub(super) fn rename_constraint(&mut self, op: &RenameConstraint, after: &Schema) -> Result<()> {
        let table = table_of(after, &op.table)?;
        let Some(constraint) = table.constraints.get(&op.to).cloned() else { return Ok(()) };
        if matches!(constraint.kind, ConstraintKind::Unique(_)) {
            return self.rename_index(&op.table, &op.from, &op.to, after);
        }
        let old = Constraint { name: op.from.clone(), ..constraint.clone() };
        let is_key = matches!(constraint.kind, ConstraintKind::ForeignKey(_));
        if is_key && op.from.to_lowercase() == op.to.to_lowercase() {
            // To the servers both are one name, and one statement does not take it twice.
            self.suspend(&op.table, &old)?;
        }
        let mut parts = touched(table, &old);
        parts.extend(touched(table, &constraint));
        let clauses = if self.suspended.renamed(&op.table, &op.from, &op.to) {
            Vec::new()
        } else {
            let definition = constraint_definition(self.backend, table, &constraint)?;
            vec![self.drop_clause(&old), format!("ADD {definition}")]
        };
        self.alter(&op.table, clauses, parts, after)
    }

    /// The clause that drops a constraint.
    pub(super) fn drop_clause(&self, constraint: &Constraint) -> String {
        let name = identifier(&constraint.name);
        match &constraint.kind {
            ConstraintKind::Unique(_) | ConstraintKind::Exclusion(_) => format!("DROP INDEX {name}"),
            ConstraintKind::ForeignKey(_) => format!("DROP FOREIGN KEY {name}"),
            ConstraintKind::Check(_) => self.drop_check(&constraint.name),
        }
    }

    pub(super) fn drop_check(&self, name: &str) -> String {
        let what = if self.backend.release.has(features::DROP_CONSTRAINT) { "CONSTRAINT" } else { "CHECK" };
        format!("DROP {what} {}", identifier(name))
    }
}

/// The parts of a table that a constraint's clause takes part in: a foreign key's columns are not changed in the
/// statement that drops or adds it. One to its own table is looked for in the table as it was before the statement, so
/// that the columns and the key which it references neither come nor go in the same one.
pub(super) fn touched(table: &Table, constraint: &Constraint) -> Vec<String> {
    let key = match &constraint.kind {
        ConstraintKind::Unique(_) | ConstraintKind::Exclusion(_) => {
            return vec![index_part(&constraint.name)];
        }
        ConstraintKind::Check(_) => return vec![constraint_part(&constraint.name)],
        ConstraintKind::ForeignKey(key) => key,
    };
    let mut parts = vec![constraint_part(&constraint.name)];
    parts.extend(key.columns.iter().map(|name| column_part(name)));
    if key.table == table.name {
        parts.extend(key.references.iter().map(|name| column_part(name)));
        let serves = |columns: &[String]| columns.starts_with(&key.references);
        let uniques = table.uniques().filter(|(_, unique)| serves(&unique.columns));
        parts.extend(uniques.map(|(name, _)| index_part(name)));
        let over = |index: &&Index| plain_columns(table, index).is_some_and(|columns| serves(&columns));
        parts.extend(table.indexes.values().filter(over).map(|index| index_part(&index.name)));
        parts.push(PRIMARY.to_owned());
    }
    parts
}

/// # Errors
/// For a check over a column that the server changes by itself: a counted one, and one that a foreign key changes.
pub(super) fn check_conditions(backend: &MySql, table: &Table) -> Result<()> {
    let counted = table.columns.values().filter(|column| column.identity).map(|column| &column.name);
    let acts = |key: &&ForeignKey| {
        key.on_delete == ReferentialAction::SetNull
            || matches!(key.on_update, ReferentialAction::SetNull | ReferentialAction::Cascade)
    };
    let acted_on = table.foreign_keys().filter(acts).flat_map(|key| &key.columns);
    for column in counted.chain(acted_on) {
        if let Some((name, _)) = table.checks().find(|(_, check)| check.expr.reads(column)) {
            return Err(Error::unsupported(
                format!(
                    "{} has no check over a column that it changes by itself, as {name} reads {}.{column}",
                    backend.name(),
                    table.name
                ),
                "leave the column out of the check; or count the key in the application, or give the foreign key NO \
                 ACTION on update and no SET NULL",
            ));
        }
    }
    Ok(())
}
