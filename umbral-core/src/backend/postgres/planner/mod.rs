//! Operations to statements, one after the other with the state that each finds.

mod alter;
mod convert;
mod enums;
mod exclusion;
mod generated;
mod names;
mod refusals;
mod suspend;

#[cfg(test)]
mod tests;

use super::ddl::{
    check_key, column_definition, comment_on_column, comment_on_table, constraint_definition, create_index,
    create_table, default_text, identifiers, repeated, value_text,
};
use super::text::{identifier, quoted};
use super::{NAME, Postgres, range, types};
use crate::backend::{LiveCatalog, LiveObjectKind, Plan, Planner, Step, StepKind, requirements};
use crate::error::{Error, ErrorKind, Result};
use crate::migrations::Operation;
use crate::migrations::operations::{
    AddColumn, AddConstraint, AddIndex, AlterPrimaryKey, DropConstraint, RunSql,
};
use crate::schema::{Column, ConstraintKind, Expr, Index, Schema, SqlType, Table};
use enums::Enums;
use std::collections::BTreeSet;
use suspend::{Suspended, check_sides};

impl Planner for Postgres {
    /// Indexes, triggers and views need no care of the plan's: PostgreSQL keeps them through every change, or refuses
    /// the change. Where there are views, those in the way of a change of type are found before it.
    fn plan(&self, operations: &[Operation], from: &Schema, live: &LiveCatalog) -> Result<Plan> {
        let mut walk = Walk {
            backend: self,
            state: from.clone(),
            has_views: live.objects.iter().any(|object| object.kind == LiveObjectKind::View),
            steps: Vec::new(),
            transactional: true,
            empty_tables: BTreeSet::new(),
            rows_changed: false,
            suspended: Suspended::default(),
            enums: Enums::of(from),
        };
        for operation in operations {
            walk.operation(operation)?;
        }
        walk.finish()
    }
}

/// A plan in the making.
struct Walk<'a> {
    backend: &'a Postgres,
    /// The state before the operation at hand.
    state: Schema,
    has_views: bool,
    steps: Vec<Step>,
    transactional: bool,
    /// Tables that the plan itself created and that no rows can be in yet: nothing to refuse.
    empty_tables: BTreeSet<String>,
    /// Whether rows were changed since constraints were last checked.
    rows_changed: bool,
    /// What was taken away for a change of type.
    suspended: Suspended,
    /// The types of enums.
    enums: Enums,
}

impl Walk<'_> {
    fn operation(&mut self, operation: &Operation) -> Result<()> {
        // Applied to a copy first: an operation that does not fit the state is refused before it is rendered.
        let mut after = self.state.clone();
        operation.apply(&mut after)?;
        if !matches!(operation, Operation::RunSql(_)) {
            self.check_pending_constraints();
        }
        self.render(operation, &after).map_err(|error| error.context(operation.describe()))?;
        self.state = after;
        self.resume()?;
        self.drop_enums();
        Ok(())
    }

    fn render(&mut self, operation: &Operation, after: &Schema) -> Result<()> {
        requirements::check(self.backend, operation, after)?;
        names::check(self.backend, operation)?;
        self.make_enums(operation)?;
        match operation {
            Operation::CreateTable(op) => {
                for constraint in op.table.constraints.values() {
                    check_sides(after, &op.table.name, constraint)?;
                }
                self.create_table(&op.table)?;
            }
            Operation::DropTable(op) => {
                self.suspended.table_dropped(&op.table);
                self.execute(format!("DROP TABLE {}", identifier(&op.table)));
            }
            Operation::RenameTable(op) => {
                self.suspended.table_renamed(&op.from, &op.to);
                if self.empty_tables.remove(&op.from) {
                    self.empty_tables.insert(op.to.clone());
                }
                self.execute(format!(
                    "ALTER TABLE {} RENAME TO {}",
                    identifier(&op.from),
                    identifier(&op.to)
                ));
                for column in table_of(after, &op.to)?.columns.values() {
                    self.rename_range(&op.to, &column.ty, [(&op.from, &column.name), (&op.to, &column.name)]);
                }
            }
            Operation::AddColumn(op) => {
                self.add_column(op, after)?;
                self.comment(&op.table, &op.column);
            }
            Operation::DropColumn(op) => {
                self.alter(&op.table, &format!("DROP COLUMN {}", identifier(&op.column)));
            }
            Operation::AlterColumn(op) => self.alter_column(op, after)?,
            Operation::RenameColumn(op) => {
                let change = format!("RENAME COLUMN {} TO {}", identifier(&op.from), identifier(&op.to));
                self.alter(&op.table, &change);
                if let Some(column) = table_of(after, &op.table)?.column(&op.to) {
                    self.rename_range(&op.table, &column.ty, [(&op.table, &op.from), (&op.table, &op.to)]);
                }
            }
            Operation::RenameLabel(op) => self.rename_label(op, after)?,
            Operation::AlterPrimaryKey(op) => self.alter_primary_key(op)?,
            // Scoped operations have none: where the table comes or goes, that is said.
            Operation::AlterTableBackends(_) => {}
            Operation::AlterTableComment(op) => {
                self.execute(comment_on_table(&op.table, op.to.as_deref()));
            }
            Operation::AddIndex(op) => self.add_index(op)?,
            Operation::RenameIndex(op) => {
                if !self.suspended.renamed(&op.table, &op.from, &op.to) {
                    let (from, to) = (identifier(&op.from), identifier(&op.to));
                    self.execute(format!("ALTER INDEX {from} RENAME TO {to}"));
                }
            }
            Operation::RenameConstraint(op) => {
                if !self.suspended.renamed(&op.table, &op.from, &op.to) {
                    let change =
                        format!("RENAME CONSTRAINT {} TO {}", identifier(&op.from), identifier(&op.to));
                    self.alter(&op.table, &change);
                }
            }
            Operation::DropIndex(op) => {
                if !self.suspended.take(&op.table, &op.index) {
                    self.execute(format!("DROP INDEX {}", identifier(&op.index)));
                }
            }
            Operation::AddConstraint(op) => {
                check_sides(after, &op.table, &op.constraint)?;
                self.add_constraint(op)?;
            }
            Operation::DropConstraint(op) => self.drop_constraint(op),
            Operation::RunSql(op) => self.run_sql(op)?,
        }
        Ok(())
    }

    fn finish(self) -> Result<Plan> {
        self.suspended.none_left(&self.state)?;
        self.no_enum_left_aside()?;
        Ok(Plan {
            before: Vec::new(),
            steps: self.steps,
            after: Vec::new(),
            transactional: self.transactional,
        })
    }

    fn execute(&mut self, sql: impl Into<String>) {
        self.steps.push(Step::execute(sql));
    }

    fn alter(&mut self, table: &str, change: &str) {
        self.execute(format!("ALTER TABLE {} {change}", identifier(table)));
    }

    /// Lets the check of a column's range follow the names of its table and column, before and after.
    fn rename_range(&mut self, table: &str, ty: &SqlType, [before, after]: [(&String, &String); 2]) {
        if range::is_checked(ty) {
            let [from, to] = [before, after].map(|(table, column)| identifier(&range::name(table, column)));
            self.alter(table, &format!("RENAME CONSTRAINT {from} TO {to}"));
        }
    }

    /// A table whose deferred constraints have yet to be checked cannot be altered: "pending trigger events".
    fn check_pending_constraints(&mut self) {
        if std::mem::take(&mut self.rows_changed) && self.transactional {
            self.execute("SET CONSTRAINTS ALL IMMEDIATE");
        }
    }

    /// A statement that changes rows of tables, rather than tables.
    fn change_rows(&mut self, sql: String) {
        self.execute(sql);
        self.rows_changed = true;
    }

    fn refuse(&mut self, table: &str, step: impl FnOnce() -> Result<Step>) -> Result<()> {
        if !self.empty_tables.contains(table) {
            self.steps.push(step()?);
        }
        Ok(())
    }

    /// A type may be an extension's that nobody created in the database.
    fn refuse_missing_extension(&mut self, table: &str, column: &Column) {
        let extension = types::extension(&column.ty);
        self.steps.extend(extension.map(|extension| refusals::missing_extension(extension, table, column)));
    }

    fn create_table(&mut self, table: &Table) -> Result<()> {
        let mut extensions = BTreeSet::new();
        for column in table.columns.values().filter(|column| extensions.insert(types::extension(&column.ty)))
        {
            self.refuse_missing_extension(&table.name, column);
        }
        for (name, exclusion) in table.exclusions() {
            self.refuse_missing_operators(table, name, exclusion);
        }
        self.execute(create_table(self.backend, table)?);
        for constraint in repeated(table) {
            let definition = constraint_definition(self.backend, table, constraint)?;
            self.alter(&table.name, &format!("ADD {definition}"));
        }
        for index in table.indexes.values() {
            self.refuse_missing_classes(index);
            self.execute(create_index(self.backend, table, index)?);
        }
        if table.comment.is_some() {
            self.execute(comment_on_table(&table.name, table.comment.as_deref()));
        }
        for column in table.columns.values() {
            self.comment(&table.name, column);
        }
        self.empty_tables.insert(table.name.clone());
        Ok(())
    }

    /// The comment of a new column.
    fn comment(&mut self, table: &str, column: &Column) {
        if column.comment.is_some() {
            self.execute(comment_on_column(table, &column.name, column.comment.as_deref()));
        }
    }

    /// The value for rows that exist is given as a default that is then replaced, which rewrites nothing; where it
    /// depends on the row, the column starts as NULL and is filled.
    fn add_column(&mut self, op: &AddColumn, after: &Schema) -> Result<()> {
        let table = table_of(after, &op.table)?;
        let column = &op.column;
        self.refuse_missing_extension(&op.table, column);
        if column.generated.is_some() {
            return self.add_generated(table, column);
        }
        let name = identifier(&column.name);
        let Some(backfill) = &op.backfill else {
            if !column.nullable && !column.identity && column.default.is_none() {
                self.refuse(&op.table, || Ok(refusals::rows_without_value(&op.table, &column.name)))?;
            }
            let definition = column_definition(self.backend, table, column)?;
            self.alter(&op.table, &format!("ADD COLUMN {definition}"));
            return Ok(());
        };
        let value = value_text(self.backend, table, column, backfill)?;
        if same_for_every_row(backfill) {
            let mut filled = column.clone();
            filled.default = Some(backfill.clone());
            let definition = column_definition(self.backend, table, &filled)?;
            self.alter(&op.table, &format!("ADD COLUMN {definition}"));
        } else {
            let mut open = column.clone();
            (open.nullable, open.default) = (true, None);
            let definition = column_definition(self.backend, table, &open)?;
            self.alter(&op.table, &format!("ADD COLUMN {definition}"));
            self.change_rows(format!("UPDATE {} SET {name} = {value}", identifier(&op.table)));
            self.check_pending_constraints();
            if !column.nullable {
                self.alter(&op.table, &format!("ALTER COLUMN {name} SET NOT NULL"));
            }
        }
        self.set_default(&op.table, &name, table, column, same_for_every_row(backfill))
    }

    /// Gives a column the default it is to have. `replaces`: it has another now.
    fn set_default(
        &mut self,
        table_name: &str,
        name: &str,
        table: &Table,
        column: &Column,
        replaces: bool,
    ) -> Result<()> {
        match &column.default {
            Some(default) => {
                let default = default_text(self.backend, table, column, default)?;
                self.alter(table_name, &format!("ALTER COLUMN {name} SET DEFAULT {default}"));
            }
            None if replaces => self.alter(table_name, &format!("ALTER COLUMN {name} DROP DEFAULT")),
            None => {}
        }
        Ok(())
    }

    /// The key's constraint is not named by umbral, and keeps its name when the table is renamed: the catalogue knows
    /// it.
    fn alter_primary_key(&mut self, op: &AlterPrimaryKey) -> Result<()> {
        if !op.to.is_empty() {
            check_key(self.backend, table_of(&self.state, &op.table)?, &op.to)?;
            self.refuse(&op.table, || Ok(refusals::nulls_in_key(&op.table, &op.to)))?;
            self.refuse(&op.table, || Ok(refusals::duplicates_in_key(&op.table, &op.to)))?;
        }
        if !op.from.is_empty() {
            let body = format!(
                "BEGIN EXECUTE (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM \
                 pg_constraint WHERE conrelid = {}::regclass AND contype = 'p'); END",
                quoted(&identifier(&op.table))
            );
            self.execute(format!("DO {}", quoted(&body)));
        }
        if !op.to.is_empty() {
            self.alter(&op.table, &format!("ADD PRIMARY KEY ({})", identifiers(&op.to)));
        }
        Ok(())
    }

    fn add_index(&mut self, op: &AddIndex) -> Result<()> {
        let (backend, state) = (self.backend, self.state.clone());
        let table = table_of(&state, &op.table)?;
        self.refuse_missing_classes(&op.index);
        if op.index.unique {
            self.refuse(&op.table, || refusals::duplicates_in_index(backend, table, &op.index))?;
        }
        self.execute(create_index(backend, table, &op.index)?);
        Ok(())
    }

    /// An operator class may be an extension's that nobody created in the database.
    fn refuse_missing_classes(&mut self, index: &Index) {
        for class in index.columns.iter().filter_map(|key| key.class.as_deref()) {
            self.steps.push(refusals::missing_class(class, &index.name, index.method));
        }
    }

    fn add_constraint(&mut self, op: &AddConstraint) -> Result<()> {
        let (backend, state) = (self.backend, self.state.clone());
        let table = table_of(&state, &op.table)?;
        if let ConstraintKind::Exclusion(exclusion) = &op.constraint.kind {
            return self.add_exclusion(table, &op.constraint, exclusion);
        }
        if !self.empty_tables.contains(&op.table) {
            self.steps.extend(refusals::constraint(backend, table, &op.constraint)?);
        }
        let definition = constraint_definition(backend, table, &op.constraint)?;
        self.alter(&op.table, &format!("ADD {definition}"));
        Ok(())
    }

    fn drop_constraint(&mut self, op: &DropConstraint) {
        if !self.suspended.take(&op.table, &op.constraint) {
            self.alter(&op.table, &format!("DROP CONSTRAINT {}", identifier(&op.constraint)));
        }
    }

    fn run_sql(&mut self, op: &RunSql) -> Result<()> {
        let text = op.forward.get(NAME).or_else(|| op.forward.get("any")).ok_or_else(|| {
            Error::unsupported(
                format!("run_sql has no text for {NAME}"),
                format!("add `forward.{NAME}` to it, or `forward.any` for every database; an empty text does nothing"),
            )
        })?;
        self.transactional &= op.transactional;
        self.empty_tables.clear();
        if !text.trim().is_empty() {
            self.steps.push(Step { sql: text.clone(), kind: StepKind::Script });
            self.rows_changed = true;
        }
        Ok(())
    }
}

/// The table of this name in a state that an operation fitted.
fn table_of<'s>(state: &'s Schema, name: &str) -> Result<&'s Table> {
    state.table(name).ok_or_else(|| Error::new(ErrorKind::Schema, format!("there is no table {name}")))
}

/// Whether a value is the same for every row, and not made anew for each, as a key would be.
fn same_for_every_row(expr: &Expr) -> bool {
    expr.is_constant() || *expr == Expr::Now
}
