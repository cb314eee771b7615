//! The statements of a plan: changes of one table that stand next to each other are one ALTER, which the server carries
//! out as a whole or not at all.

use super::super::text::identifier;
use crate::backend::{CatalogChange, Step, StepKind};
use crate::schema::{Schema, Table};
use std::collections::BTreeSet;

/// Statements in the making, and the database as they leave it.
#[derive(Debug, Default)]
pub(super) struct Statements {
    /// What is looked for before the first of them.
    refusals: Vec<Step>,
    items: Vec<Item>,
    /// What is done: refusals and statements of what stands before a text of the user's own.
    done: Vec<Step>,
    /// The tables as the statements up to here leave them.
    pub(super) tables: Schema,
}

#[derive(Debug)]
enum Item {
    Alter(Alter),
    Other(Step),
}

#[derive(Debug)]
struct Alter {
    table: String,
    clauses: Vec<String>,
    touched: BTreeSet<String>,
    /// Clauses beside a renamed column name it as it was, or as it becomes, depending on the clause and the server.
    joins: Joins,
    change: CatalogChange,
}

/// Which other clauses a statement's clauses may stand beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joins {
    /// Those that rename nothing.
    Changes,
    /// Those of other renamed columns.
    Renames,
    /// Those of other columns that go.
    Drops,
    None,
}

impl Statements {
    pub(super) fn new(tables: Schema) -> Statements {
        Statements { tables, ..Statements::default() }
    }

    pub(super) fn refuse(&mut self, step: impl IntoIterator<Item = Step>) {
        self.refusals.extend(step);
    }

    /// Clauses of an ALTER TABLE, which leave the table as `after`. `touched` are the parts of the table of which one
    /// statement can hold one change only.
    pub(super) fn alter(&mut self, clauses: Vec<String>, touched: Vec<String>, after: Table) {
        self.clauses(clauses, touched, after, Joins::Changes);
    }

    /// Clauses that rename columns.
    pub(super) fn rename(&mut self, clauses: Vec<String>, touched: Vec<String>, after: Table) {
        self.clauses(clauses, touched, after, Joins::Renames);
    }

    /// Clauses that drop columns, beside nothing else.
    pub(super) fn drop_columns(&mut self, clauses: Vec<String>, touched: Vec<String>, after: Table) {
        self.clauses(clauses, touched, after, Joins::Drops);
    }

    /// A clause that renames a column of a foreign key, which MySQL does in place or not at all: nothing that copies the
    /// table may stand beside it.
    pub(super) fn rename_alone(&mut self, clause: String, after: Table) {
        self.clauses(vec![clause], Vec::new(), after, Joins::None);
    }

    fn clauses(&mut self, clauses: Vec<String>, touched: Vec<String>, after: Table, joins: Joins) {
        if clauses.is_empty() {
            return;
        }
        let name = after.name.clone();
        let touched: BTreeSet<String> = touched.into_iter().collect();
        match self.items.last_mut() {
            Some(Item::Alter(last))
                if last.table == name
                    && last.joins == joins
                    && joins != Joins::None
                    && last.touched.is_disjoint(&touched) =>
            {
                last.clauses.extend(clauses);
                last.touched.extend(touched);
                last.change.after.tables.insert(name.clone(), after.clone());
            }
            _ => {
                let before = Schema::new(self.tables.table(&name).cloned());
                let change = CatalogChange { before, after: Schema::new([after.clone()]) };
                self.items.push(Item::Alter(Alter { table: name.clone(), clauses, touched, joins, change }));
            }
        }
        self.tables.tables.insert(name, after);
    }

    /// A statement that makes one table of another: `None` where there is none before, or after.
    pub(super) fn define(&mut self, sql: String, before: Option<&str>, after: Option<Table>) {
        let change = CatalogChange {
            before: Schema::new(before.and_then(|name| self.tables.tables.remove(name))),
            after: Schema::new(after.clone()),
        };
        self.tables.tables.extend(after.map(|table| (table.name.clone(), table)));
        self.items.push(Item::Other(Step { sql, kind: StepKind::Define(change) }));
    }

    /// A statement that changes rows.
    pub(super) fn rows(&mut self, sql: String) {
        self.items.push(Item::Other(Step { sql, kind: StepKind::Rows }));
    }

    /// Text of the user's own. What is to be refused behind it cannot be looked for before it.
    pub(super) fn script(&mut self, sql: String) {
        self.close();
        self.done.push(Step { sql, kind: StepKind::Script });
    }

    fn close(&mut self) {
        self.done.append(&mut self.refusals);
        self.done.extend(self.items.drain(..).map(|item| match item {
            Item::Other(step) => step,
            Item::Alter(alter) => Step {
                sql: format!("ALTER TABLE {} {}", identifier(&alter.table), alter.clauses.join(", ")),
                kind: StepKind::Define(alter.change),
            },
        }));
    }

    pub(super) fn finish(mut self) -> Vec<Step> {
        self.close();
        self.done
    }
}
