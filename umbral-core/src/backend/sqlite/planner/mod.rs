//! Operations to SQLite's statements.
//!
//! What `ALTER TABLE` cannot do becomes a rebuild: a new table is created, filled and put in the place of the old
//! one ("Making Other Kinds Of Table Schema Changes", lang_altertable.html, section 7). Each table is rebuilt at
//! most once, where an operation first touches it, into its shape at the end of the plan; only names of columns and
//! of the table itself change afterwards, by SQLite's own RENAME, which rewrites triggers, views and the foreign
//! keys of other tables.

mod convert;
mod native;
mod objects;
mod rebuild;
mod track;
mod wide;

#[cfg(test)]
mod tests;

use super::ddl::{create_index, table_def};
use super::quote::identifier;
use super::{NAME, Sqlite};
use crate::backend::standard::readers::generated_still_fit;
use crate::backend::{DatabaseBackend, LiveCatalog, Plan, Planner, Step, StepKind, requirements};
use crate::error::{Error, Result};
use crate::migrations::Operation;
use crate::migrations::operations::RunSql;
use crate::schema::{ConstraintKind, Schema, Table};
use rebuild::Rebuild;
use std::collections::BTreeMap;
use track::{Track, Tracks, later_name, leaves, pointing_at};

impl Planner for Sqlite {
    fn plan(&self, operations: &[Operation], from: &Schema, live: &LiveCatalog) -> Result<Plan> {
        let (mut tracks, states) = Tracks::follow(operations, from)?;
        for (operation, after) in operations.iter().zip(states.iter().skip(1)) {
            requirements::check(self, operation, after)
                .and_then(|()| has_labels(self, operation, after))
                .and_then(|()| readers_fit(operation, after))
                .map_err(|error| error.context(operation.describe()))?;
        }
        for (position, operation) in operations.iter().enumerate() {
            if native::needs_rebuild(self, operation, &states[position])
                && let Some(track) = tracks.of_operation_mut(position)
            {
                track.rebuild = true;
            }
        }
        for track in tracks.iter_mut().filter(|track| track.end.is_some()) {
            objects::refuse_dropping_used(track, live)?;
            track.rebuild |= native::dropped_column_is_used(track, live)?;
        }
        let mut planning = Planning { tracks: &tracks, states: &states, live, steps: Vec::new() };
        planning.run(operations)?;
        planning.finish(operations)
    }
}

/// # Errors
/// For a label that gets another name: SQLite has no enums.
fn has_labels(sqlite: &Sqlite, operation: &Operation, after: &Schema) -> Result<()> {
    let Operation::RenameLabel(op) = operation else { return Ok(()) };
    let column = after.table(&op.table).and_then(|table| table.column(&op.column));
    column.map_or(Ok(()), |column| sqlite.map_type(&column.ty).map(drop))
}

/// # Errors
/// For a column that becomes of another kind under a generated one: SQLite computes on, with what it takes the values for.
fn readers_fit(operation: &Operation, after: &Schema) -> Result<()> {
    let Operation::AlterColumn(op) = operation else { return Ok(()) };
    after.table(&op.table).map_or(Ok(()), |table| generated_still_fit(table, &op.from, &op.to))
}

/// A plan in the making.
struct Planning<'a> {
    tracks: &'a Tracks,
    /// The state before each operation, and the one at the end.
    states: &'a [Schema],
    live: &'a LiveCatalog,
    steps: Vec<Step>,
}

impl<'a> Planning<'a> {
    fn run(&mut self, operations: &[Operation]) -> Result<()> {
        let mut rebuilds = BTreeMap::new();
        for track in self.tracks.iter().filter(|track| track.rebuild) {
            if let Some(rebuild) =
                Rebuild::of(track, self.tracks, self.start(), self.end(), self.live, operations)?
            {
                self.steps.extend(rebuild.refusals()?);
                rebuilds.insert(track.first, rebuild);
            }
        }
        let disturbs = !rebuilds.is_empty() || operations.iter().any(native::checks_all_objects);
        let broken = if disturbs { objects::broken(self.live, self.tracks)? } else { Vec::new() };
        self.steps.extend(broken.iter().filter_map(objects::drop_step));
        for (position, operation) in operations.iter().enumerate() {
            if let Some(rebuild) = rebuilds.get(&position) {
                self.steps.extend(rebuild.steps());
            }
            self.operation(position, operations).map_err(|error| error.context(operation.describe()))?;
        }
        self.steps.extend(broken.iter().map(|object| Step::execute(&object.sql)));
        Ok(())
    }

    fn start(&self) -> &'a Schema {
        &self.states[0]
    }

    fn end(&self) -> &'a Schema {
        &self.states[self.states.len() - 1]
    }

    fn execute(&mut self, sql: String) {
        self.steps.push(Step::execute(sql));
    }

    fn operation(&mut self, position: usize, operations: &[Operation]) -> Result<()> {
        let Some(operation) = operations.get(position) else { return Ok(()) };
        if let Operation::RunSql(op) = operation {
            return self.run_sql(op);
        }
        let tracks = self.tracks;
        let Some(track) = tracks.of_operation(position) else { return Ok(()) };
        match (&track.start, &track.end) {
            (None, None) => Ok(()),
            (None, Some(end)) => self.on_new_table(position, operations, end),
            (Some(_), None) => self.on_dropped_table(operation),
            (Some(_), Some(_)) if track.rebuild => {
                self.names(position, operation, track);
                Ok(())
            }
            (Some(_), Some(_)) => self.native(position, operation),
        }
    }

    /// A table that the plan creates is created in its last shape: no rows are in it yet.
    fn on_new_table(&mut self, position: usize, operations: &[Operation], end: &str) -> Result<()> {
        match &operations[position] {
            Operation::CreateTable(op) => {
                let Some(last) = self.end().table(end) else { return Ok(()) };
                let table = pointing_at(called(last, &op.table.name), last, operations, position);
                if leaves(&operations[..position], &table.name) {
                    let later = later_name(&table.name);
                    self.execute(table_def(&called(&table, &later))?.sql());
                    self.rename_table(&later, &table.name);
                } else {
                    self.execute(table_def(&table)?.sql());
                }
                for index in table.indexes.values() {
                    self.execute(create_index(&table, index)?);
                }
            }
            Operation::RenameTable(op) => self.rename_table(&op.from, &op.to),
            _ => {}
        }
        Ok(())
    }

    /// Nothing but names matters of a table that the plan drops.
    fn on_dropped_table(&mut self, operation: &Operation) -> Result<()> {
        match operation {
            Operation::RenameTable(op) => self.rename_table(&op.from, &op.to),
            Operation::DropTable(op) => self.execute(format!("DROP TABLE {}", identifier(&op.table))),
            _ => {}
        }
        Ok(())
    }

    /// A rebuilt table has its last shape already; names follow where operations give them.
    fn names(&mut self, position: usize, operation: &Operation, track: &Track) {
        let named =
            track.named_by.get(&position).filter(|name| track.columns.values().any(|other| other == *name));
        match (operation, named) {
            (Operation::RenameTable(op), _) => self.rename_table(&op.from, &op.to),
            (Operation::RenameColumn(op), Some(_)) => self.rename_column(&op.table, &op.from, &op.to),
            (Operation::AddColumn(op), Some(name)) if *name != op.column.name => {
                self.rename_column(&op.table, name, &op.column.name);
            }
            _ => {}
        }
    }

    fn rename_table(&mut self, from: &str, to: &str) {
        let rename =
            |from: &str, to: &str| format!("ALTER TABLE {} RENAME TO {}", identifier(from), identifier(to));
        if from.eq_ignore_ascii_case(to) {
            // SQLite takes a name in other letters for one that is there already.
            let between = format!("umbral_between_{to}");
            self.execute(rename(from, &between));
            self.execute(rename(&between, to));
        } else {
            self.execute(rename(from, to));
        }
    }

    fn rename_column(&mut self, table: &str, from: &str, to: &str) {
        self.execute(format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            identifier(table),
            identifier(from),
            identifier(to)
        ));
    }

    fn run_sql(&mut self, op: &RunSql) -> Result<()> {
        let text = op.forward.get(NAME).or_else(|| op.forward.get("any")).ok_or_else(|| {
            Error::unsupported(
                format!("run_sql has no text for {NAME}"),
                format!("add `forward.{NAME}` to it, or `forward.any` for every database; an empty text does nothing"),
            )
        })?;
        if !text.trim().is_empty() {
            self.steps.push(Step { sql: text.clone(), kind: StepKind::Script });
        }
        Ok(())
    }

    fn finish(mut self, operations: &[Operation]) -> Result<Plan> {
        let transactional = operations.iter().all(|operation| match operation {
            Operation::RunSql(op) => op.transactional,
            _ => true,
        });
        let drops =
            self.tracks.iter().any(|track| track.start.is_some() && (track.rebuild || track.end.is_none()));
        if !drops {
            return Ok(Plan { before: Vec::new(), steps: self.steps, after: Vec::new(), transactional });
        }
        self.steps.extend(objects::foreign_key_check(self.tracks, self.end()));
        Ok(Plan {
            // With foreign keys enforced, dropping a table deletes its rows first, and those that point at them.
            before: vec!["PRAGMA foreign_keys = OFF".to_owned()],
            steps: self.steps,
            after: vec!["PRAGMA legacy_alter_table = OFF".to_owned(), "PRAGMA foreign_keys = ON".to_owned()],
            transactional,
        })
    }
}

/// The table under another name, its references to itself included.
fn called(table: &Table, name: &str) -> Table {
    let mut table = table.clone();
    for constraint in table.constraints.values_mut() {
        if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
            && key.table == table.name
        {
            name.clone_into(&mut key.table);
        }
    }
    name.clone_into(&mut table.name);
    table
}
