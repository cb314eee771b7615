//! Labels of enums that get another name: the list holds both while the rows follow.

use super::super::ddl::{column_definition, constraint_definition, index_definition};
use super::super::text::{identifier, quoted};
use super::super::types::type_name;
use super::generated::Anew;
use super::keys::touched;
use super::{Walk, column_part, index_part, refusals, table_of};
use crate::error::{Error, Result};
use crate::migrations::operations::{AlterColumn, RenameLabel};
use crate::schema::{Column, Constraint, ConstraintKind, EnumType, Schema, Table};

impl Walk<'_> {
    /// Three statements: the new label comes, with what names the old one out of force; the rows follow; the old label goes,
    /// and what named it is there again. Each can be carried out again.
    pub(super) fn rename_label(&mut self, op: &RenameLabel, after: &Schema) -> Result<()> {
        let (before, table) =
            (table_of(&self.state, &op.table)?.clone(), table_of(after, &op.table)?.clone());
        let (Some(from), Some(to)) = (before.column(&op.column), table.column(&op.column)) else {
            return Ok(());
        };
        type_name(self.backend, &to.ty)?;
        let alter =
            AlterColumn { table: op.table.clone(), from: from.clone(), to: to.clone(), backfill: None };
        if to.generated.is_some() {
            return self.alter_column(&alter, after);
        }
        copies_of(&table, op)?;
        self.forget_known(&alter);
        self.not_generated(&alter)?;
        let readers = self.changed_readers(&before, &table, &op.column)?;
        self.suspend_foreign_keys(&op.table, &op.column)?;

        let both = Column { ty: with_both(from, op), ..from.clone() };
        let clause = self.definition(&before, &both)?;
        let mut between = self.without(&before, &table, &op.column);
        between.columns.insert(both.name.clone(), both);
        self.suspended.take_out(&mut between);
        let own = column_part(&op.column);
        let parts = |touched: &[String]| touched.iter().cloned().chain([own.clone()]).collect::<Vec<_>>();
        let clauses = readers.drops.into_iter().chain([clause]).collect();
        self.statements.alter(clauses, parts(&readers.touched), between);

        let (name, old, new) = (identifier(&op.column), quoted(&op.from), quoted(&op.to));
        let value = format!("CASE WHEN {name} = {old} THEN {new} ELSE {name} END");
        self.sources.set(&op.table, &op.column, &value);
        self.compute_readers(&table, &op.column)?;
        for constraint in table.constraints.values().filter(|one| is_check(one) && one.reads(&op.column)) {
            let found = refusals::constraint(self.backend, &self.sources, &table, constraint)?;
            self.statements.refuse(found);
        }
        self.statements
            .rows(format!("UPDATE {} SET {name} = {new} WHERE {name} = {old}", identifier(&op.table)));

        let clauses = [self.definition(&table, to)?].into_iter().chain(readers.adds).collect();
        let mut next = table.clone();
        self.suspended.take_out(&mut next);
        self.statements.alter(clauses, parts(&readers.touched), next);
        Ok(())
    }

    fn definition(&self, table: &Table, column: &Column) -> Result<String> {
        let live = self.live_column(&table.name, &column.name);
        Ok(format!("MODIFY {}", column_definition(self.backend, table, column, live.as_ref())?))
    }

    /// The clauses by which what names the label goes, as it is in `before`, and comes, as it is in `after`.
    fn changed_readers(&self, before: &Table, after: &Table, column: &str) -> Result<Anew> {
        let generated = changed_columns(before, after, column);
        let mut readers = self.anew(before, after, &generated)?;
        let is_anew = |reads: &dyn Fn(&str) -> bool| generated.iter().any(|column| reads(column));
        for constraint in changed(&before.constraints, &after.constraints) {
            if is_anew(&|column| constraint.reads(column)) {
                continue;
            }
            readers.drops.push(self.drop_clause(constraint));
            readers.adds.push(format!("ADD {}", constraint_definition(self.backend, after, constraint)?));
            readers.touched.extend(touched(before, constraint));
        }
        for index in changed(&before.indexes, &after.indexes) {
            if is_anew(&|column| index.reads(column)) {
                continue;
            }
            readers.drops.push(format!("DROP INDEX {}", identifier(&index.name)));
            readers.adds.push(format!("ADD {}", index_definition(self.backend, after, index)?));
            readers.touched.push(index_part(&index.name));
        }
        Ok(readers)
    }

    /// The table as it is while what names the label is out of force.
    fn without(&self, before: &Table, after: &Table, column: &str) -> Table {
        let generated = changed_columns(before, after, column);
        let reads = |reads: &dyn Fn(&str) -> bool| generated.iter().any(|column| reads(column));
        let mut between = before.clone();
        between.columns.retain(|name, _| !generated.contains(&name));
        between.constraints.retain(|name, one| {
            after.constraints.get(name) == Some(one) && !reads(&|column| one.reads(column))
        });
        between
            .indexes
            .retain(|name, one| after.indexes.get(name) == Some(one) && !reads(&|column| one.reads(column)));
        between
    }
}

fn is_check(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::Check(_))
}

/// What is something else after, as it is then.
fn changed<'t, T: PartialEq>(
    before: &'t std::collections::BTreeMap<String, T>,
    after: &'t std::collections::BTreeMap<String, T>,
) -> impl Iterator<Item = &'t T> {
    after.iter().filter(|(name, one)| before.get(*name) != Some(*one)).map(|(_, one)| one)
}

/// The generated columns that name the label.
fn changed_columns<'t>(before: &Table, after: &'t Table, column: &str) -> Vec<&'t String> {
    let is_changed = |one: &&Column| one.name != column && before.column(&one.name) != Some(*one);
    after.columns.values().filter(is_changed).map(|one| &one.name).collect()
}

/// The type with the new label behind all others.
fn with_both(column: &Column, op: &RenameLabel) -> crate::schema::SqlType {
    let Some(of) = column.ty.enum_of() else { return column.ty.clone() };
    let labels = of.labels.iter().chain([&op.to]).cloned();
    column.ty.with_enum(EnumType::new(of.name.clone(), labels))
}

/// # Errors
/// For a generated column that is of the same labels: it could hold neither what the rows have before, nor what they have
/// after.
fn copies_of(table: &Table, op: &RenameLabel) -> Result<()> {
    let is_copy = |one: &&Column| {
        one.reads(&op.column) && one.ty.enum_of().is_some_and(|of| !of.labels.contains(&op.to))
    };
    match table.columns.values().find(is_copy) {
        Some(copy) => Err(Error::unsupported(
            format!(
                "{}.{} is generated from {}, and has no label {}",
                table.name, copy.name, op.column, op.to
            ),
            format!("drop {} before, and add it again with the new labels after", copy.name),
        )),
        None => Ok(()),
    }
}
