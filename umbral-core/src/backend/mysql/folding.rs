//! Servers to which a table has one name in capitals and in small letters: `lower_case_table_names`.
//!
//! Such a server keeps what it folded, so plans are made, and databases compared, with folded names. What an application
//! sends keeps its own spelling, which the server folds by itself.

use super::MySql;
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};
use crate::migrations::Operation;
use crate::schema::{Constraint, ConstraintKind, Schema, Table};

/// The name as the server keeps it: each character for itself, without regard to its neighbours.
fn name(name: &str) -> String {
    let small = |character: char| {
        let mut small = character.to_lowercase();
        small.next().filter(|_| small.next().is_none()).unwrap_or(character)
    };
    name.chars().map(small).collect()
}

/// The schema with folded names of tables.
pub(super) fn schema(schema: &Schema) -> Schema {
    Schema::new(schema.tables.values().cloned().map(table))
}

fn table(mut table: Table) -> Table {
    table.name = name(&table.name);
    table.constraints.values_mut().for_each(constraint);
    table
}

fn constraint(constraint: &mut Constraint) {
    if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
        key.table = name(&key.table);
    }
}

/// The operations with folded names of tables, without those that change the case of one.
///
/// # Errors
/// Where a table would get a name that the server takes for another table's; those of [`Operation::apply`].
pub(super) fn operations(backend: &MySql, operations: &[Operation], from: &Schema) -> Result<Vec<Operation>> {
    let mut state = from.clone();
    let mut folded_ones = Vec::with_capacity(operations.len());
    for operation in operations {
        check(backend, operation, &state)?;
        operation.apply(&mut state)?;
        let folded = folded(operation.clone());
        let is_nothing = matches!(&folded, Operation::RenameTable(op) if op.from == op.to);
        folded_ones.extend(Some(folded).filter(|_| !is_nothing));
    }
    Ok(folded_ones)
}

fn check(backend: &MySql, operation: &Operation, before: &Schema) -> Result<()> {
    let (new, old) = match operation {
        Operation::CreateTable(op) => (&op.table.name, None),
        Operation::RenameTable(op) => (&op.to, Some(&op.from)),
        _ => return Ok(()),
    };
    let is_same = |other: &&String| *other != new && Some(*other) != old && name(other) == name(new);
    let Some(other) = before.tables.keys().find(is_same) else { return Ok(()) };
    let what = format!(
        "this {} server takes `{new}` and `{other}` for one table: its lower_case_table_names is not 0",
        backend.name()
    );
    let error = Error::unsupported(what, "give one of the two a name that differs in more than capitals");
    Err(error.context(operation.describe()))
}

fn folded(mut operation: Operation) -> Operation {
    let place = match &mut operation {
        Operation::CreateTable(op) => {
            op.table = table(op.table.clone());
            return operation;
        }
        Operation::RenameTable(op) => {
            op.to = name(&op.to);
            &mut op.from
        }
        Operation::AddConstraint(op) => {
            constraint(&mut op.constraint);
            &mut op.table
        }
        Operation::RunSql(_) => return operation,
        Operation::DropTable(op) => &mut op.table,
        Operation::AddColumn(op) => &mut op.table,
        Operation::DropColumn(op) => &mut op.table,
        Operation::AlterColumn(op) => &mut op.table,
        Operation::RenameColumn(op) => &mut op.table,
        Operation::RenameLabel(op) => &mut op.table,
        Operation::AlterPrimaryKey(op) => &mut op.table,
        Operation::AlterTableBackends(op) => &mut op.table,
        Operation::AlterTableComment(op) => &mut op.table,
        Operation::AddIndex(op) => &mut op.table,
        Operation::DropIndex(op) => &mut op.table,
        Operation::RenameIndex(op) => &mut op.table,
        Operation::DropConstraint(op) => &mut op.table,
        Operation::RenameConstraint(op) => &mut op.table,
    };
    *place = name(place);
    operation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::{LiveCatalog, Planner};
    use crate::migrations::operations::{AddColumn, AddConstraint, CreateTable, RenameTable};
    use crate::schema::{Column, ForeignKey, ReferentialAction, SqlType};

    fn folding() -> [MySql; 2] {
        [MySql::newest_mariadb(), MySql::newest()].map(|backend| MySql { folds_tables: true, ..backend })
    }

    fn table(name: &str) -> Table {
        Table::new(name).with_column(Column::new("Id", SqlType::BigInt)).with_primary_key(["Id"])
    }

    #[test]
    fn each_character_is_folded_for_itself() {
        for (given, folded) in
            [("Work", "work"), ("ÄTSCH", "ätsch"), ("İ", "İ"), ("ΣΣ", "σσ"), ("a_1", "a_1")]
        {
            assert_eq!(name(given), folded);
        }
    }

    #[test]
    fn plans_name_tables_as_the_server_keeps_them() {
        let (new, from) = (table("Work"), Schema::new([table("Author")]));
        let key = ForeignKey {
            columns: vec!["Id".to_owned()],
            table: "AUTHOR".to_owned(),
            references: vec!["Id".to_owned()],
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::NoAction,
            deferrable: None,
        };
        let rename =
            |from: &str, to: &str| Operation::RenameTable(RenameTable { from: from.into(), to: to.into() });
        let constraint = Constraint::foreign_key("Work_fk", key);
        let column = Column::new("More", SqlType::Text).nullable();
        let operations = [
            rename("Author", "AUTHOR"),
            Operation::CreateTable(CreateTable { table: new }),
            Operation::AddColumn(AddColumn { table: "Work".into(), column, backfill: None }),
            Operation::AddConstraint(AddConstraint { table: "Work".into(), constraint }),
            rename("Work", "Opus"),
        ];
        for backend in folding() {
            let plan = backend.plan(&operations, &from, &LiveCatalog::default()).unwrap();
            let sql: Vec<&str> = plan.steps.iter().map(|step| step.sql.as_str()).collect();
            assert!(sql[0].starts_with("CREATE TABLE `work` ("), "{sql:?}");
            assert!(sql[1].starts_with("ALTER TABLE `work` ADD COLUMN `More` longtext"), "{sql:?}");
            assert!(
                sql[1].contains("ADD CONSTRAINT `Work_fk` FOREIGN KEY (`Id`) REFERENCES `author` (`Id`)")
            );
            assert_eq!(sql[2..], ["RENAME TABLE `work` TO `opus`"]);
        }
    }

    #[test]
    fn two_names_that_are_one_are_unsupported() {
        let create = Operation::CreateTable(CreateTable { table: table("WORK") });
        for backend in folding() {
            let from = Schema::new([table("Work")]);
            let error = backend.plan(std::slice::from_ref(&create), &from, &LiveCatalog::default());
            assert!(error.unwrap_err().is_unsupported());
            let other = MySql { folds_tables: false, ..backend };
            assert!(other.plan(std::slice::from_ref(&create), &from, &LiveCatalog::default()).is_ok());
        }
    }
}
