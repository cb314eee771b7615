//! Operations to statements, one after the other with the state that each finds.
//!
//! The servers commit every definition by itself. So whatever stands against a migration is looked for before its first
//! statement, each statement changes one table as a whole or not at all, and each knows by the catalogue whether it took
//! effect.

mod actions;
mod alter;
mod convert;
mod generated;
mod keys;
mod labels;
mod names;
mod refusals;
mod rename;
mod sources;
mod statements;
mod strangers;
mod suspend;
mod together;

#[cfg(test)]
mod tests;

use super::MySql;
use super::ddl::{check_references, column_definition, create_table, index_definition, value_text};
use super::folding;
use super::implied::implied;
use super::release::Family;
use super::text::{identifier, quoted};
use crate::backend::{DatabaseBackend, LiveCatalog, LiveColumn, Plan, Planner, requirements};
use crate::error::{Error, ErrorKind, Result};
use crate::migrations::Operation;
use crate::migrations::operations::{AddColumn, DropColumn, RenameTable, RunSql};
use crate::schema::{Column, ConstraintKind, Expr, Index, Schema, Table};
use sources::Sources;
use statements::Statements;
use strangers::Strangers;
use suspend::{Suspended, check_sides};
use together::together;

impl Planner for MySql {
    /// Triggers, and indexes but unique ones, need no care of the plan's: the servers keep them through every change, or
    /// refuse it. What a column carries beside the schema is said again wherever the column is changed.
    fn plan(&self, operations: &[Operation], from: &Schema, live: &LiveCatalog) -> Result<Plan> {
        if self.folds_tables {
            let operations = folding::operations(self, operations, from)?;
            return self.walk(&operations, &folding::schema(from), live);
        }
        self.walk(operations, from, live)
    }
}

impl MySql {
    fn walk(&self, operations: &[Operation], from: &Schema, live: &LiveCatalog) -> Result<Plan> {
        let mut walk = Walk {
            backend: self,
            live: live.clone(),
            state: from.clone(),
            statements: Statements::new(from.clone()),
            sources: Sources::of(from),
            strangers: Strangers::of(live, from),
            suspended: Suspended::default(),
        };
        for operation in &together(operations) {
            walk.operation(operation)?;
        }
        walk.suspended.none_left(&walk.state)?;
        // Rows that the user's own text changes can be changed together with the note of it.
        let rows = |operation: &Operation| matches!(operation, Operation::RunSql(op) if op.transactional);
        let transactional = !operations.is_empty() && operations.iter().all(rows);
        let steps = walk.statements.finish();
        Ok(Plan { before: Vec::new(), steps, after: Vec::new(), transactional })
    }
}

/// A plan in the making.
struct Walk<'a> {
    backend: &'a MySql,
    live: LiveCatalog,
    /// The state before the operation at hand.
    state: Schema,
    statements: Statements,
    sources: Sources,
    strangers: Strangers,
    /// Foreign keys taken away for a change of a column.
    suspended: Suspended,
}

impl Walk<'_> {
    fn operation(&mut self, operation: &Operation) -> Result<()> {
        // Applied to a copy first: an operation that does not fit the state is refused before it is rendered.
        let mut after = self.state.clone();
        operation.apply(&mut after)?;
        self.render(operation, &after).map_err(|error| error.context(operation.describe()))?;
        self.state = after;
        self.settle();
        self.resume_foreign_keys()
    }

    fn render(&mut self, operation: &Operation, after: &Schema) -> Result<()> {
        requirements::check(self.backend, operation, after)?;
        names::check(self.backend, operation, after)?;
        match operation {
            Operation::CreateTable(op) => self.create_table(&op.table, after)?,
            Operation::DropTable(op) => {
                self.suspended.table_dropped(&op.table);
                self.sources.dropped(&op.table);
                self.strangers.table_dropped(&op.table);
                self.live.columns.remove(&op.table);
                let sql = format!("DROP TABLE {}", identifier(&op.table));
                self.statements.define(sql, Some(&op.table), None);
            }
            Operation::RenameTable(op) => self.rename_table(op, after)?,
            Operation::AddColumn(op) => self.add_column(op, after)?,
            Operation::DropColumn(op) => {
                self.strangers.check_dropped(&op.table, &op.column)?;
                self.sources.drop_column(&op.table, &op.column);
                self.live.columns.get_mut(&op.table).and_then(|columns| columns.remove(&op.column));
                self.drop_column(op, after)?;
            }
            Operation::AlterColumn(op) => self.alter_column(op, after)?,
            Operation::RenameColumn(op) => self.rename_column(op, after)?,
            Operation::RenameLabel(op) => self.rename_label(op, after)?,
            Operation::AlterPrimaryKey(op) => self.alter_primary_key(op, after)?,
            // Scoped operations have none: where the table comes or goes, that is said.
            Operation::AlterTableBackends(_) => {}
            Operation::AlterTableComment(op) => {
                let clause = format!("COMMENT = {}", quoted(op.to.as_deref().unwrap_or_default()));
                self.alter(&op.table, vec![clause], vec!["comment".to_owned()], after)?;
            }
            Operation::AddIndex(op) => self.add_index(op, after)?,
            Operation::DropIndex(op) => {
                let clause = format!("DROP INDEX {}", identifier(&op.index));
                self.alter(&op.table, vec![clause], vec![index_part(&op.index)], after)?;
            }
            Operation::RenameIndex(op) => self.rename_index(&op.table, &op.from, &op.to, after)?,
            Operation::AddConstraint(op) => self.add_constraint(op, after)?,
            Operation::DropConstraint(op) => self.drop_constraint(op, after)?,
            Operation::RenameConstraint(op) => self.rename_constraint(op, after)?,
            Operation::RunSql(op) => self.run_sql(op)?,
        }
        Ok(())
    }

    /// The tables as the statements have left them: those of the state, without the foreign keys that are out of force.
    fn settle(&mut self) {
        let mut tables = self.state.clone();
        for (holder, name) in self.suspended.iter() {
            if let Some(table) = tables.tables.get_mut(holder) {
                table.constraints.remove(name);
            }
        }
        self.statements.tables = tables;
    }

    /// Clauses that make of a table what it is in `after`, and the indexes that it needs beside its own.
    fn alter(
        &mut self,
        table: &str,
        clauses: Vec<String>,
        mut touched: Vec<String>,
        after: &Schema,
    ) -> Result<()> {
        let (clauses, next) = self.with_implied(table, clauses, &mut touched, after)?;
        self.statements.alter(clauses, touched, next);
        Ok(())
    }

    /// MariaDB drops columns in statements of their own. It ends (10.11.19, "Failing assertion:
    /// dtuple_check_typed_no_assert") at the next change of some tables of which one statement has dropped columns and an
    /// index over another column that stays.
    fn drop_column(&mut self, op: &DropColumn, after: &Schema) -> Result<()> {
        let clauses = vec![format!("DROP COLUMN {}", identifier(&op.column))];
        let mut touched = vec![column_part(&op.column)];
        let (clauses, next) = self.with_implied(&op.table, clauses, &mut touched, after)?;
        match self.backend.release.family {
            Family::MariaDb => self.statements.drop_columns(clauses, touched, next),
            Family::MySql => self.statements.alter(clauses, touched, next),
        }
        Ok(())
    }

    /// The clauses with those by which indexes come and go that the table needs beside its own, and the table afterwards.
    fn with_implied(
        &self,
        table: &str,
        clauses: Vec<String>,
        touched: &mut Vec<String>,
        after: &Schema,
    ) -> Result<(Vec<String>, Table)> {
        let mut next = table_of(after, table)?.clone();
        let needed = implied(&next);
        let had = self.state.table(table).map(implied).unwrap_or_default();
        let missing = |from: &[Index], name: &str| from.iter().all(|index| index.name != name);
        let mut changes = Vec::new();
        for index in needed.iter().filter(|index| missing(&had, &index.name)) {
            changes.push(format!("ADD {}", index_definition(self.backend, &next, index)?));
            touched.push(index_part(&index.name));
        }
        changes.extend(clauses);
        for index in had.iter().filter(|index| missing(&needed, &index.name)) {
            changes.push(format!("DROP INDEX {}", identifier(&index.name)));
            touched.push(index_part(&index.name));
        }
        self.suspended.take_out(&mut next);
        Ok((changes, next))
    }

    /// What a column carries in the database beside the schema.
    fn live_column(&self, table: &str, column: &str) -> Option<LiveColumn> {
        self.live.columns.get(table).and_then(|columns| columns.get(column)).cloned()
    }

    fn create_table(&mut self, table: &Table, after: &Schema) -> Result<()> {
        for constraint in table.constraints.values() {
            check_sides(after, &table.name, constraint)?;
            if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                let parent = table_of(after, &key.table)?;
                check_references(self.backend, &table.name, &constraint.name, key, parent)?;
            }
        }
        keys::check_conditions(self.backend, table)?;
        actions::check_actions(self.backend, after, table)?;
        generated::check_sources(self.backend, table)?;
        self.sources.created(&table.name);
        self.statements.define(create_table(self.backend, table)?, None, Some(table.clone()));
        Ok(())
    }

    fn rename_table(&mut self, op: &RenameTable, after: &Schema) -> Result<()> {
        self.suspended.table_renamed(&op.from, &op.to);
        self.sources.renamed(&op.from, &op.to);
        self.strangers.table_renamed(&op.from, &op.to);
        if let Some(columns) = self.live.columns.remove(&op.from) {
            self.live.columns.insert(op.to.clone(), columns);
        }
        let mut table = table_of(after, &op.to)?.clone();
        self.suspended.take_out(&mut table);
        let sql = format!("RENAME TABLE {} TO {}", identifier(&op.from), identifier(&op.to));
        self.statements.define(sql, Some(&op.from), Some(table));
        Ok(())
    }

    /// The rows that there are get the column's default, or where there is another value for them, NULL first.
    fn add_column(&mut self, op: &AddColumn, after: &Schema) -> Result<()> {
        let column = &op.column;
        let table = table_of(after, &op.table)?;
        if column.generated.is_some() {
            return self.add_generated(table, column, after);
        }
        let name = identifier(&column.name);
        let part = || vec![column_part(&column.name)];
        let same = op.backfill.as_ref().is_none_or(|backfill| {
            column.default.as_ref() == Some(backfill) && (backfill.is_constant() || *backfill == Expr::Now)
        });
        if same {
            if !column.nullable && !column.identity && column.default.is_none() {
                self.statements.refuse(refusals::rows_without_value(&self.sources, &op.table, &column.name));
            }
            let value = match &column.default {
                Some(default) => value_text(self.backend, column, default)?,
                None => "NULL".to_owned(),
            };
            self.sources.set(&op.table, &column.name, &value);
            let clause = format!("ADD COLUMN {}", column_definition(self.backend, table, column, None)?);
            return self.alter(&op.table, vec![clause], part(), after);
        }
        let mut open = column.clone();
        (open.nullable, open.default, open.identity) = (true, None, false);
        let mut opened = after.clone();
        if let Some(table) = opened.tables.get_mut(&op.table) {
            table.columns.insert(column.name.clone(), open.clone());
        }
        let clause = format!("ADD COLUMN {}", column_definition(self.backend, table, &open, None)?);
        self.alter(&op.table, vec![clause], part(), &opened)?;
        if let Some(backfill) = &op.backfill {
            let value = self.value(table_of(after, &op.table)?, column, backfill)?;
            self.sources.set(&op.table, &column.name, &value);
            self.statements.rows(format!("UPDATE {} SET {name} = {value}", identifier(&op.table)));
        }
        if open == *column {
            return Ok(());
        }
        let clause = format!("MODIFY {}", column_definition(self.backend, table, column, None)?);
        self.statements.alter(vec![clause], part(), table_of(after, &op.table)?.clone());
        Ok(())
    }

    /// A value for rows that exist, which may read their columns.
    fn value(&self, table: &Table, column: &Column, value: &Expr) -> Result<String> {
        use crate::backend::{Dialect, ExprContext};
        self.backend.expr(value, ExprContext::of(table).value(&column.ty))
    }

    fn run_sql(&mut self, op: &RunSql) -> Result<()> {
        let name = self.backend.name();
        let text = op.forward.get(name).or_else(|| op.forward.get("any")).ok_or_else(|| {
            Error::unsupported(
                format!("run_sql has no text for {name}"),
                format!("add `forward.{name}` to it, or `forward.any` for every database; an empty text does nothing"),
            )
        })?;
        if text.trim().is_empty() {
            return Ok(());
        }
        self.statements.script(text.clone());
        self.sources = Sources::of(&self.state);
        // It may have dropped them: what a catalogue said before it holds no longer.
        self.strangers = Strangers::default();
        // Of a column that was computed it may have made a plain one, as it is told where such a column is changed.
        for (table, columns) in &mut self.live.columns {
            let named = columns.iter_mut().filter(|(name, _)| text.contains(table) && text.contains(*name));
            named.for_each(|(_, column)| column.generated = false);
        }
        Ok(())
    }
}

/// The table of this name in a state that an operation fitted.
fn table_of<'s>(state: &'s Schema, name: &str) -> Result<&'s Table> {
    state.table(name).ok_or_else(|| Error::new(ErrorKind::Schema, format!("there is no table {name}")))
}

/// The parts of a table of which one statement holds one change; names regard no case.
fn column_part(name: &str) -> String {
    format!("column {}", name.to_lowercase())
}

fn index_part(name: &str) -> String {
    format!("index {}", name.to_lowercase())
}

fn constraint_part(name: &str) -> String {
    format!("constraint {}", name.to_lowercase())
}
