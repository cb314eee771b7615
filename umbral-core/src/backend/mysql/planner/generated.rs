//! Generated columns. The servers change neither whether one is stored nor, where an index holds it, all of what it is
//! computed from: one statement drops it with what reads it, and adds all of it again.

use super::super::MySql;
use super::super::ddl::{column_definition, constraint_definition, generated_text, index_definition};
use super::super::release::Family;
use super::super::text::identifier;
use super::super::types;
use super::alter::kind;
use super::keys::touched;
use super::{Walk, column_part, index_part, refusals, table_of};
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};
use crate::migrations::operations::AlterColumn;
use crate::schema::{Column, ForeignKey, Generated, ReferentialAction, Schema, SqlType, Table};

/// The clauses that take columns away and put them back, and the parts of the table that they touch.
#[derive(Default)]
pub(super) struct Anew {
    pub(super) drops: Vec<String>,
    pub(super) adds: Vec<String>,
    pub(super) touched: Vec<String>,
}

impl Walk<'_> {
    /// Rows that exist have the new column computed.
    pub(super) fn add_generated(&mut self, table: &Table, column: &Column, after: &Schema) -> Result<()> {
        check_sources(self.backend, table)?;
        self.refuse_computed_nulls(table, column)?;
        self.compute(table, column)?;
        let clause = format!("ADD COLUMN {}", column_definition(self.backend, table, column, None)?);
        self.alter(&table.name, vec![clause], vec![column_part(&column.name)], after)
    }

    /// A change of a column that is generated afterwards.
    pub(super) fn alter_generated(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        let table = table_of(after, &op.table)?;
        check_sources(self.backend, table)?;
        if op.from.generated.is_none() {
            self.refuse_other_values(table, &op.from, &op.to)?;
        }
        self.refuse_computed_nulls(table, &op.to)?;
        self.compute(table, &op.to)?;
        let alike = Column { nullable: op.to.nullable, comment: op.to.comment.clone(), ..op.from.clone() };
        if alike == op.to {
            let clause = self.modify(op, &op.to, after)?;
            return self.alter(&op.table, vec![clause], vec![column_part(&op.to.name)], after);
        }
        self.refuse_what_given_values_break(table, &op.to.name)?;
        let before = table_of(&self.state, &op.table)?.clone();
        let Anew { mut drops, adds, touched } = self.anew(&before, table, &[&op.to.name])?;
        drops.extend(adds);
        self.alter(&op.table, drops, touched, after)
    }

    /// Makes a plain column of a generated one, with the values that were computed, and says what it is then. The servers
    /// do so with one that is stored.
    pub(super) fn keep_computed(&mut self, op: &AlterColumn, after: &Schema) -> Result<Column> {
        let table = table_of(after, &op.table)?;
        if let Some(generated) = op.from.generated.clone().filter(|generated| !generated.stored) {
            let stored =
                Column { generated: Some(Generated { stored: true, ..generated }), ..op.from.clone() };
            let mut next = table.clone();
            next.columns.insert(stored.name.clone(), stored);
            let between = Schema::new(after.tables.values().cloned().chain([next.clone()]));
            let before = table_of(&self.state, &op.table)?.clone();
            let Anew { mut drops, adds, touched } = self.anew(&before, &next, &[&op.from.name])?;
            drops.extend(adds);
            self.alter(&op.table, drops, touched, &between)?;
        }
        let plain = Column { generated: None, ..op.from.clone() };
        self.modify_between(op, &plain, after)?;
        if let Some(columns) = self.live.columns.get_mut(&op.table)
            && let Some(live) = columns.get_mut(&op.from.name)
        {
            live.generated = false;
        }
        Ok(plain)
    }

    /// The clauses by which columns with all that reads them go, as they are in `before`, and come, as they are in `after`.
    pub(super) fn anew(&self, before: &Table, after: &Table, columns: &[&String]) -> Result<Anew> {
        let mut anew = Anew::default();
        let reads = |reads: &dyn Fn(&str) -> bool| columns.iter().any(|column| reads(column));
        for constraint in before.constraints.values().filter(|one| reads(&|column| one.reads(column))) {
            anew.drops.push(self.drop_clause(constraint));
            anew.touched.extend(touched(before, constraint));
        }
        for index in before.indexes.values().filter(|index| reads(&|column| index.reads(column))) {
            anew.drops.push(format!("DROP INDEX {}", identifier(&index.name)));
            anew.touched.push(index_part(&index.name));
        }
        for column in columns.iter().filter_map(|name| before.column(name)) {
            anew.drops.push(format!("DROP COLUMN {}", identifier(&column.name)));
            anew.touched.push(column_part(&column.name));
        }
        for column in columns.iter().filter_map(|name| after.column(name)) {
            let live = self.live_column(&before.name, &column.name);
            let definition = column_definition(self.backend, after, column, live.as_ref())?;
            anew.adds.push(format!("ADD COLUMN {definition}"));
        }
        for index in after.indexes.values().filter(|index| reads(&|column| index.reads(column))) {
            anew.adds.push(format!("ADD {}", index_definition(self.backend, after, index)?));
        }
        for constraint in after.constraints.values().filter(|one| reads(&|column| one.reads(column))) {
            anew.adds.push(format!("ADD {}", constraint_definition(self.backend, after, constraint)?));
        }
        Ok(anew)
    }

    /// Lets the rows that refusals look at have what is computed from a column that has changed.
    pub(super) fn compute_readers(&mut self, table: &Table, column: &str) -> Result<()> {
        table
            .columns
            .values()
            .filter(|other| other.reads(column))
            .try_for_each(|other| self.compute(table, other))
    }

    /// Lets the rows that refusals look at have a generated column.
    pub(super) fn compute(&mut self, table: &Table, column: &Column) -> Result<()> {
        let value = generated_text(self.backend, table, column)?;
        self.sources.set(&table.name, &column.name, &value);
        Ok(())
    }

    pub(super) fn refuse_computed_nulls(&mut self, table: &Table, column: &Column) -> Result<()> {
        if column.nullable {
            return Ok(());
        }
        let value = generated_text(self.backend, table, column)?;
        let message = format!("{}.{} does not accept NULL, and is computed as NULL", table.name, column.name);
        let hint = "give what it is computed from values first, or let it accept NULL";
        let condition = format!("({value}) IS NULL");
        self.statements.refuse(refusals::rows_where(&self.sources, &table.name, &condition, message, hint));
        Ok(())
    }

    /// What a plain column holds is lost where it becomes a generated one, unless it is what is computed.
    fn refuse_other_values(&mut self, table: &Table, from: &Column, to: &Column) -> Result<()> {
        let Some(generated) = &to.generated else { return Ok(()) };
        let (name, value) = (identifier(&from.name), generated_text(self.backend, table, to)?);
        let condition = match kind(&from.ty) == kind(&to.ty) {
            // Texts that a collation holds to be equal may be others, and two collations do not mix.
            true if kind(&from.ty) == kind(&SqlType::Text) => {
                let bytes = |text: &str| format!("CAST(CONVERT({text} USING utf8mb4) AS BINARY)");
                format!("NOT ({} <=> {})", bytes(&name), bytes(&value))
            }
            true => format!("NOT ({name} <=> ({value}))"),
            // Values of another kind are other values.
            false => format!("{name} IS NOT NULL"),
        };
        let message = format!(
            "{}.{} holds other values than it would be computed as: {}",
            table.name, from.name, generated.expr
        );
        let hint = "drop the column first and add it as a generated one, or give it these values first";
        self.statements.refuse(refusals::rows_where(&self.sources, &table.name, &condition, message, hint));
        Ok(())
    }
}

/// # Errors
/// For a column that is generated from one that the server changes by itself: a counted one, and, where it is stored, one
/// that a foreign key changes.
pub(super) fn check_sources(backend: &MySql, table: &Table) -> Result<()> {
    check_padded(backend, table)?;
    let counted = table.columns.values().filter(|column| column.identity).map(|column| (column, false));
    let acts = |key: &&ForeignKey| {
        [key.on_delete, key.on_update]
            .iter()
            .any(|action| matches!(action, ReferentialAction::SetNull | ReferentialAction::Cascade))
    };
    let acted_on = table.foreign_keys().filter(acts).flat_map(|key| &key.columns);
    let acted_on = acted_on.filter_map(|name| table.column(name)).map(|column| (column, true));
    for (source, by_key) in counted.chain(acted_on) {
        let read = |column: &&Column| column.reads(&source.name) && !(by_key && column.is_virtual());
        if let Some(column) = table.columns.values().find(read) {
            return Err(Error::unsupported(
                format!(
                    "{} generates no column from one that it changes by itself, as {}.{} reads {}",
                    backend.name(),
                    table.name,
                    column.name,
                    source.name
                ),
                "leave the column out of the expression; or count the key in the application, give the foreign key NO \
                 ACTION, or let the column be computed when it is read",
            ));
        }
    }
    Ok(())
}

/// # Errors
/// For a column that MariaDB keeps, in itself or in an index, and that is generated from what is stored as `char(n)`: a
/// mode of the connection says whether that is read with the blanks at its end.
fn check_padded(backend: &MySql, table: &Table) -> Result<()> {
    if backend.release.family != Family::MariaDb {
        return Ok(());
    }
    let is_kept = |column: &&Column| {
        !column.is_virtual()
            || table.indexes.values().any(|index| index.reads(&column.name))
            || table.uniques().any(|(_, unique)| unique.columns.contains(&column.name))
    };
    let is_padded = |source: &&Column| {
        types::type_name(backend, &source.ty).is_ok_and(|stored| stored.starts_with("char("))
    };
    for source in table.columns.values().filter(is_padded) {
        let read = |column: &&Column| column.reads(&source.name) && is_kept(column);
        if let Some(column) = table.columns.values().find(read) {
            return Err(Error::unsupported(
                format!(
                    "{} keeps no column that is generated from a {}, as {}.{} reads {}",
                    backend.name(),
                    source.ty,
                    table.name,
                    column.name,
                    source.name
                ),
                "let what it reads be a varchar, or let it be computed when it is read and leave it out of indexes",
            ));
        }
    }
    Ok(())
}
