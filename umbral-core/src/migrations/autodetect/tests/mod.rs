//! Models before, models after, and the migrations between them.

mod apps;
mod cases;
mod columns;
mod constraints;
mod labels;
mod names;
mod questions;
mod relations;
mod tables;

use super::*;
use crate::migrations::Direction;
use crate::schema::{Column, Constraint, Expr, ForeignKey, Index, ReferentialAction, Table, constraint_name};
use cases::Case;

/// A table of columns as `name type`, separated by semicolons; behind the type, `?` lets it accept NULL and `= …` is
/// its default. A column `id` is the key, and an identity where it is an integer.
fn table(name: &str, columns: &str) -> Table {
    let mut table = Table::new(name);
    for text in columns.split(';').map(str::trim).filter(|text| !text.is_empty()) {
        let (name, ty) = text.split_once(' ').unwrap();
        let (ty, default) = ty.split_once(" = ").map_or((ty, None), |(ty, default)| (ty, Some(default)));
        let mut column = Column::new(name, ty.trim_end_matches('?').parse().unwrap());
        column.nullable = ty.ends_with('?');
        column.default = default.map(expr);
        if name == "id" {
            column.identity = matches!(ty, "integer" | "bigint");
            table.primary_key = vec!["id".into()];
        }
        table = table.with_column(column);
    }
    table
}

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

trait Parts: Sized {
    /// A foreign key of a column that is there, to the column `id` of a table.
    fn fk(self, column: &str, target: &str) -> Self;
    fn index(self, columns: &[&str]) -> Self;
    fn unique(self, columns: &[&str]) -> Self;
    fn check(self, column: &str, text: &str) -> Self;
}

impl Parts for Table {
    fn fk(self, column: &str, target: &str) -> Table {
        let name = constraint_name(&self.name, &[column], "fk");
        let key = ForeignKey {
            columns: vec![column.into()],
            table: target.into(),
            references: vec!["id".into()],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: None,
        };
        self.with_constraint(Constraint::foreign_key(name, key))
    }

    fn index(self, columns: &[&str]) -> Table {
        let name = constraint_name(&self.name, columns, "idx");
        self.with_index(Index::new(name, columns.iter().copied()))
    }

    fn unique(self, columns: &[&str]) -> Table {
        let name = constraint_name(&self.name, columns, "uniq");
        self.with_constraint(Constraint::unique(name, columns.iter().copied()))
    }

    fn check(self, column: &str, text: &str) -> Table {
        let name = constraint_name(&self.name, &[column], "check");
        self.with_constraint(Constraint::check(name, expr(text)))
    }
}

/// Models of one application, `shop`.
fn shop(tables: impl IntoIterator<Item = Table>) -> Models {
    tables.into_iter().fold(Models::default(), |models, table| models.with("shop", table))
}

fn author() -> Table {
    table("author", "id bigint; name varchar(80)")
}

fn book() -> Table {
    table("book", "id bigint; title varchar(200); author_id bigint")
        .index(&["author_id"])
        .fk("author_id", "author")
}

fn all_cases() -> Vec<Case> {
    [tables::cases(), columns::cases(), constraints::cases(), relations::cases(), apps::cases()].concat()
}

#[test]
fn every_case_gives_its_operations() {
    let mut names = BTreeSet::new();
    let mut out = String::new();
    for case in all_cases() {
        assert!(names.insert(case.name), "two cases {}", case.name);
        out.push_str(&format!("=== {}\n{}\n", case.name, case.described().join("\n")));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_second_run_finds_nothing_and_another_one_gives_the_same_bytes() {
    for case in all_cases() {
        let texts = || case.run().1.iter().map(Migration::to_toml).collect::<Vec<_>>();
        assert_eq!(texts(), texts(), "{}", case.name);
        // What is written is what is found the next time.
        let (set, new) = case.run();
        let read = new.iter().map(|migration| Migration::from_toml(&migration.to_toml(), "f").unwrap());
        let set = MigrationSet::new(set.iter().cloned().chain(read)).unwrap();
        let again = autodetect(&set, &case.after, &mut NoInput, &case.options);
        assert_eq!(again.unwrap(), [], "{}", case.name);
    }
}

/// The migrations of every case undone in the state that they lead to.
#[test]
fn what_is_found_can_be_undone() {
    for case in all_cases() {
        let (set, new) = case.run();
        let mut state = set.state().unwrap();
        let before = state.clone();
        let mut undo = Vec::new();
        for migration in &new {
            for operation in &migration.operations {
                undo.push((migration.id.app.clone(), operation.invert(&state.schema).unwrap()));
                state.apply_operation(&migration.id.app, operation).unwrap();
            }
        }
        for (app, operation) in undo.iter().rev() {
            state.apply_operation(app, operation).unwrap();
        }
        assert_eq!(state.schema, before.schema, "{}", case.name);
    }
}

#[test]
fn every_case_has_its_sql_in_every_dialect() {
    for backend in crate::backend::BackendRegistry::built_in().iter() {
        let mut out = String::new();
        for case in all_cases() {
            out.push_str(&format!("=== {}\n", case.name));
            let (set, new) = case.run();
            let set = MigrationSet::new(set.iter().cloned().chain(new.iter().cloned())).unwrap();
            for migration in &new {
                match crate::migrations::sql_text(&set, &migration.id, Direction::Forward, backend.as_ref()) {
                    Ok(sql) => out.push_str(&sql),
                    Err(error) => out.push_str(&format!("{}: {error}\n", migration.id)),
                }
            }
        }
        insta::assert_snapshot!(format!("sql_{}", backend.name()), out);
    }
}
