//! Which operations must come before which, across applications.

use crate::migrations::{Operation, ProjectState};
use crate::schema::{Constraint, ConstraintKind, Index, Table};
use std::collections::BTreeSet;

/// An operation with its application and what it has to come after.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) app: String,
    pub(super) operation: Operation,
    /// The places of earlier operations that it must follow.
    pub(super) after: BTreeSet<usize>,
    /// The other applications whose migrations, as far as there are any already, it must follow.
    pub(super) after_apps: BTreeSet<String>,
}

/// Something that operations of different applications have to do with in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Thing {
    Table(String),
    /// The name of an index or a constraint: databases keep them in one space for all tables.
    Name(String),
}

/// How an operation has to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    /// It makes, removes or renames it, or changes what a foreign key can reference of it.
    Shape,
    /// It changes what no other table can see.
    Detail,
    /// It needs it to be there, as a foreign key needs its target.
    Use,
}

impl Touch {
    /// Whether two operations that touch one thing like this must keep their order.
    fn ordered(self, other: Touch) -> bool {
        match (self, other) {
            (Touch::Shape, _) | (_, Touch::Shape) | (Touch::Detail, Touch::Detail) => true,
            (Touch::Use, Touch::Use | Touch::Detail) | (Touch::Detail, Touch::Use) => false,
        }
    }
}

/// Finds for operations in a valid order which parts of that order are needed. `owner` is the application that a
/// table's operations belong to.
pub(super) fn place(
    operations: Vec<Operation>,
    state: &ProjectState,
    owner: impl Fn(&ProjectState, &str) -> String,
) -> crate::error::Result<Vec<Placed>> {
    let mut state = state.clone();
    let old_tables: BTreeSet<String> = state.schema.tables.keys().cloned().collect();
    let mut touched: Vec<Vec<(Thing, Touch)>> = Vec::with_capacity(operations.len());
    let mut placed: Vec<Placed> = Vec::with_capacity(operations.len());
    for operation in operations {
        let things = things(&operation, &state);
        let app = owner(&state, subject(&operation));
        let after = (0..placed.len()).filter(|earlier| meet(&touched[*earlier], &things)).collect();
        let after_apps =
            neighbours(&things, &state, &old_tables).into_iter().filter(|other| *other != app).collect();
        state.apply_operation(&app, &operation)?;
        touched.push(things);
        placed.push(Placed { app, operation, after, after_apps });
    }
    Ok(placed)
}

fn meet(earlier: &[(Thing, Touch)], later: &[(Thing, Touch)]) -> bool {
    earlier.iter().any(|(thing, touch)| {
        later.iter().any(|(other, other_touch)| thing == other && touch.ordered(*other_touch))
    })
}

/// The applications of the tables that are touched, and of those whose foreign keys feel it.
fn neighbours(things: &[(Thing, Touch)], state: &ProjectState, old: &BTreeSet<String>) -> BTreeSet<String> {
    let mut apps = BTreeSet::new();
    for (thing, touch) in things {
        let Thing::Table(table) = thing else { continue };
        if old.contains(table) {
            apps.extend(state.owner(table).map(str::to_owned));
        }
        if *touch == Touch::Shape {
            let holders = state.schema.references_to(table).map(|(holder, _)| &holder.name);
            let holders = holders.filter(|holder| old.contains(*holder));
            apps.extend(holders.filter_map(|holder| state.owner(holder)).map(str::to_owned));
        }
    }
    apps
}

/// The table that an operation is about, by the name that it has before.
fn subject(operation: &Operation) -> &str {
    match operation {
        Operation::CreateTable(op) => &op.table.name,
        Operation::DropTable(op) => &op.table,
        Operation::RenameTable(op) => &op.from,
        other => other.as_op().as_table_op().map_or("", |op| op.table()),
    }
}

fn things(operation: &Operation, state: &ProjectState) -> Vec<(Thing, Touch)> {
    let subject = subject(operation);
    let table = state.schema.table(subject);
    let on = |touch| vec![(Thing::Table(subject.to_owned()), touch)];
    match operation {
        Operation::CreateTable(op) => [on(Touch::Shape), parts(&op.table)].concat(),
        Operation::DropTable(_) => [on(Touch::Shape), table.map(parts).unwrap_or_default()].concat(),
        Operation::RenameTable(op) => {
            [on(Touch::Shape), vec![(Thing::Table(op.to.clone()), Touch::Shape)]].concat()
        }
        Operation::AddColumn(_) | Operation::AlterTableComment(_) => on(Touch::Detail),
        Operation::DropColumn(_)
        | Operation::AlterColumn(_)
        | Operation::RenameColumn(_)
        | Operation::RenameLabel(_)
        | Operation::AlterPrimaryKey(_)
        | Operation::AlterTableBackends(_)
        | Operation::RunSql(_) => on(Touch::Shape),
        Operation::AddIndex(op) => [on(Touch::Detail), index(subject, &op.index)].concat(),
        Operation::DropIndex(op) => {
            let found = table.and_then(|table| table.indexes.get(&op.index));
            [on(Touch::Detail), found.map(|found| index(subject, found)).unwrap_or_default()].concat()
        }
        Operation::AddConstraint(op) => [on(Touch::Detail), constraint(subject, &op.constraint)].concat(),
        Operation::DropConstraint(op) => {
            let found = table.and_then(|table| table.constraints.get(&op.constraint));
            [on(Touch::Detail), found.map(|found| constraint(subject, found)).unwrap_or_default()].concat()
        }
        Operation::RenameIndex(op) => [on(Touch::Detail), names([&op.from, &op.to])].concat(),
        Operation::RenameConstraint(op) => [on(Touch::Detail), names([&op.from, &op.to])].concat(),
    }
}

fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<(Thing, Touch)> {
    names.into_iter().map(|name| (Thing::Name(name.clone()), Touch::Shape)).collect()
}

fn parts(table: &Table) -> Vec<(Thing, Touch)> {
    let indexes = table.indexes.values().flat_map(|found| index(&table.name, found));
    indexes.chain(table.constraints.values().flat_map(|found| constraint(&table.name, found))).collect()
}

fn index(table: &str, index: &Index) -> Vec<(Thing, Touch)> {
    let mut things = names([&index.name]);
    if index.unique {
        things.push((Thing::Table(table.to_owned()), Touch::Shape));
    }
    things
}

fn constraint(table: &str, constraint: &Constraint) -> Vec<(Thing, Touch)> {
    let mut things = names([&constraint.name]);
    match &constraint.kind {
        ConstraintKind::Unique(_) => things.push((Thing::Table(table.to_owned()), Touch::Shape)),
        ConstraintKind::ForeignKey(key) if key.table != table => {
            things.push((Thing::Table(key.table.clone()), Touch::Use));
        }
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {}
    }
    things
}
