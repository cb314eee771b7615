//! Generated columns. PostgreSQL computes them anew where they are added, and changes little of what they are: most changes
//! take the column away, with what reads it, and put it back as it becomes.

use super::super::ddl::{
    column_definition, comment_on_column, constraint_definition, create_index, value_text,
};
use super::super::text::identifier;
use super::super::types;
use super::{Walk, refusals, table_of};
use crate::backend::standard::readers::kind;
use crate::error::{Error, Result};
use crate::migrations::operations::AlterColumn;
use crate::schema::{Column, ExclusionConstraint, Generated, Schema, SqlType, Table};

impl Walk<'_> {
    /// Rows that exist have the new column computed.
    pub(super) fn add_generated(&mut self, table: &Table, column: &Column) -> Result<()> {
        self.refuse_computed_nulls(table, column)?;
        let definition = column_definition(self.backend, table, column)?;
        self.alter(&table.name, &format!("ADD COLUMN {definition}"));
        Ok(())
    }

    /// A change of a column that is generated afterwards.
    pub(super) fn alter_generated(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        let table = table_of(after, &op.table)?;
        self.refuse_computed_nulls(table, &op.to)?;
        if op.from.generated.is_none() {
            self.refuse_other_values(table, &op.from, &op.to)?;
        }
        let alike = Column {
            nullable: op.to.nullable,
            comment: op.to.comment.clone(),
            generated: op.to.generated.clone(),
            ..op.from.clone()
        };
        match (&op.from.generated, &op.to.generated) {
            (Some(from), Some(to)) if alike == op.to && from == to => {}
            (Some(from), Some(to)) if alike == op.to && self.sets_expression(from, to) => {
                let value = value_text(self.backend, table, &op.to, &to.expr)?;
                let name = identifier(&op.to.name);
                self.alter(&op.table, &format!("ALTER COLUMN {name} SET EXPRESSION AS ({value})"));
            }
            _ => {
                let names = [op.to.name.clone()];
                self.take_away(&op.table, &names)?;
                return self.put_back(table, &names);
            }
        }
        self.change_nullability(op, after)?;
        if op.from.comment != op.to.comment {
            self.execute(comment_on_column(&op.table, &op.to.name, op.to.comment.as_deref()));
        }
        Ok(())
    }

    /// Of one that is not stored, other versions change it only where no check is in the table.
    fn sets_expression(&self, from: &Generated, to: &Generated) -> bool {
        self.backend.version.at_least(&[17]) && from.stored && to.stored
    }

    /// Makes a plain column of a generated one, with the values that were computed.
    pub(super) fn keep_computed(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        if !self.backend.version.at_least(&[13]) {
            return Err(Error::unsupported(
                format!("PostgreSQL {} cannot keep what a generated column holds", self.backend.version),
                "add a plain column, fill it by a run_sql, drop the generated one and rename the new one",
            ));
        }
        if let Some(generated) = op.from.generated.clone().filter(|generated| !generated.stored) {
            let mut table = table_of(after, &op.table)?.clone();
            let stored = Generated { stored: true, ..generated };
            table.columns.insert(op.from.name.clone(), Column { generated: Some(stored), ..op.from.clone() });
            let names = [op.from.name.clone()];
            self.take_away(&op.table, &names)?;
            self.put_back(&table, &names)?;
        }
        self.alter(&op.table, &format!("ALTER COLUMN {} DROP EXPRESSION", identifier(&op.from.name)));
        Ok(())
    }

    /// Drops columns, and by that their indexes and constraints; but for exclusion constraints whose condition alone reads
    /// one, which keep it from being dropped.
    pub(super) fn take_away(&mut self, table: &str, columns: &[String]) -> Result<()> {
        let reads = |exclusion: &ExclusionConstraint| {
            columns.iter().any(|column| exclusion.exprs().any(|expr| expr.reads(column)))
        };
        let exclusions = table_of(&self.state, table)?.exclusions().filter(|(_, exclusion)| reads(exclusion));
        let names: Vec<String> = exclusions.map(|(name, _)| identifier(name)).collect();
        for name in names {
            self.alter(table, &format!("DROP CONSTRAINT {name}"));
        }
        for column in columns {
            if self.has_views {
                self.refuse(table, || Ok(refusals::views(table, column, "which is to be added anew")))?;
            }
            self.alter(table, &format!("DROP COLUMN {}", identifier(column)));
        }
        Ok(())
    }

    /// Adds columns again as they are in `table`, with the indexes and constraints over them.
    pub(super) fn put_back(&mut self, table: &Table, columns: &[String]) -> Result<()> {
        for column in columns.iter().filter_map(|name| table.column(name)) {
            let definition = column_definition(self.backend, table, column)?;
            self.alter(&table.name, &format!("ADD COLUMN {definition}"));
            self.comment(&table.name, column);
        }
        let reads = |reads: &dyn Fn(&str) -> bool| columns.iter().any(|column| reads(column));
        for constraint in table.constraints.values().filter(|one| reads(&|column| one.reads(column))) {
            let definition = constraint_definition(self.backend, table, constraint)?;
            self.alter(&table.name, &format!("ADD {definition}"));
        }
        for index in table.indexes.values().filter(|index| reads(&|column| index.reads(column))) {
            self.execute(create_index(self.backend, table, index)?);
        }
        Ok(())
    }

    fn refuse_computed_nulls(&mut self, table: &Table, column: &Column) -> Result<()> {
        let Some(generated) = column.generated.as_ref().filter(|_| !column.nullable) else { return Ok(()) };
        let value = value_text(self.backend, table, column, &generated.expr)?;
        self.refuse(&table.name, || {
            let message =
                format!("{}.{} does not accept NULL, and is computed as NULL", table.name, column.name);
            let hint = "give what it is computed from values first, or let it accept NULL";
            Ok(refusals::rows_where(&table.name, &format!("({value}) IS NULL"), message, hint))
        })
    }

    /// What a plain column holds is lost where it becomes a generated one, unless it is what is computed.
    fn refuse_other_values(&mut self, table: &Table, from: &Column, to: &Column) -> Result<()> {
        let Some(generated) = &to.generated else { return Ok(()) };
        let value = value_text(self.backend, table, to, &generated.expr)?;
        let name = identifier(&from.name);
        let condition = match kind(&from.ty) == kind(&to.ty) {
            true => {
                let ty = types::type_name(self.backend, &to.ty)?;
                let text = match &to.ty {
                    // Texts that a collation holds to be equal may be others, and two collations do not mix.
                    ty if ty.is_text() || matches!(ty, SqlType::Array(of) if of.is_text()) => {
                        "::text COLLATE \"C\""
                    }
                    ty if types::compares(ty) => "",
                    _ => "::text",
                };
                format!("{name}{text} IS DISTINCT FROM ({value})::{ty}{text}")
            }
            // Values of another kind are other values.
            false => format!("{name} IS NOT NULL"),
        };
        self.refuse(&table.name, || {
            let message = format!(
                "{}.{} holds other values than it would be computed as: {}",
                table.name, from.name, generated.expr
            );
            let hint = "drop the column first and add it as a generated one, or give it these values first";
            Ok(refusals::rows_where(&table.name, &condition, message, hint))
        })
    }
}

/// The generated columns of a table that read a column.
pub(super) fn readers(table: &Table, column: &str) -> Vec<String> {
    table.columns.values().filter(|other| other.reads(column)).map(|other| other.name.clone()).collect()
}
