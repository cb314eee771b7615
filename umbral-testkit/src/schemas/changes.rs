//! Changes of a schema, as operations that apply.

use super::generated::{computed, generated, has_stored};
use super::indexes::index;
use super::sound::makes_null;
use super::tables::{collation, column, comment, constraint, default, free_name, keyable, schema, table};
use super::{Space, Tape};
use umbral_core::backend::BackendFeature;
use umbral_core::migrations::Operation;
use umbral_core::migrations::operations::{
    AddColumn, AddConstraint, AddIndex, AlterColumn, AlterPrimaryKey, AlterTableComment, CreateTable,
    DropColumn, DropConstraint, DropIndex, DropTable, RenameColumn, RenameConstraint, RenameIndex,
    RenameLabel, RenameTable,
};
use umbral_core::schema::{Column, Expr, Schema, SqlType, Table};

/// A schema, what it becomes, and the operations in between.
#[derive(Debug, Clone)]
pub struct Change {
    /// The schema before.
    pub before: Schema,
    /// The operations, in an order in which they apply.
    pub operations: Vec<Operation>,
    /// The schema after.
    pub after: Schema,
    /// Tables by their first and last names, where these differ, as a model's `renamed_from` would say.
    pub renamed_tables: TableRenames,
    /// Columns by the last name of their table and their own first and last names, where these differ.
    pub renamed_columns: ColumnRenames,
    /// Labels by the last names of their table and their column and their own first and last names, where these differ.
    pub renamed_labels: LabelRenames,
    /// The columns that live through the change with their type and nullability: table and column before, and after.
    pub survivors: Vec<Survivor>,
}

/// Tables by their first and last names.
pub type TableRenames = Vec<(String, String)>;

/// Columns by the last name of their table and their own first and last names.
pub type ColumnRenames = Vec<(String, String, String)>;

/// Labels by the last names of their table and their column, and their own first and last names.
pub type LabelRenames = Vec<(String, String, String, String)>;

/// A column before and after a change: its table and its own name.
pub type Survivor = ((String, String), (String, String));

/// A random schema with up to eight operations that apply to it, one after the other.
pub fn change(space: &Space, tape: &mut Tape) -> Change {
    let before = schema(space, tape);
    let (mut after, mut operations) = (before.clone(), Vec::new());
    for _ in 0..=tape.below(8) {
        let Some(operation) = operation(space, tape, &after) else { continue };
        for operation in in_every_column(operation, &after) {
            if operation.apply(&mut after).is_ok() {
                operations.push(operation);
            }
        }
    }
    Change::of(before, operations)
}

/// A label gets another name in every column of the enum, as a database asks that has one type for them all.
fn in_every_column(operation: Operation, state: &Schema) -> Vec<Operation> {
    let Operation::RenameLabel(RenameLabel { table, column, from, to }) = operation else {
        return vec![operation];
    };
    let enum_of = |table: &str, column: &str| state.table(table)?.column(column)?.ty.enum_of();
    let of = enum_of(&table, &column);
    let places = state.tables.values().flat_map(|table| {
        let columns = table.columns.values().filter(|column| column.ty.enum_of() == of);
        columns.map(|column| (table.name.clone(), column.name.clone()))
    });
    let rename = |(table, column)| {
        Operation::RenameLabel(RenameLabel { table, column, from: from.clone(), to: to.clone() })
    };
    places.map(rename).collect()
}

impl Change {
    /// The change that the operations make of a schema. Those that do not apply are left out.
    pub fn of(before: Schema, operations: Vec<Operation>) -> Change {
        let (mut after, mut names) = (before.clone(), Names::new(&before));
        let mut applied = Vec::new();
        for operation in operations {
            let before = after.clone();
            let applies = operation.apply(&mut after).is_ok();
            if applies && makes_null(&after) && !makes_null(&before) {
                after = before;
            } else if applies {
                names.follow(&operation, &before);
                applied.push(operation);
            }
        }
        let survivors = names.survivors();
        let (renamed_tables, renamed_columns, renamed_labels) = names.finish();
        let operations = applied;
        Change { before, operations, after, renamed_tables, renamed_columns, renamed_labels, survivors }
    }
}

fn operation(space: &Space, tape: &mut Tape, state: &Schema) -> Option<Operation> {
    let choice = tape.below(21);
    if choice == 0 || state.tables.is_empty() {
        return Some(Operation::CreateTable(CreateTable { table: table(space, tape, state) }));
    }
    let tables: Vec<&Table> = state.tables.values().collect();
    let chosen = *tape.pick(&tables)?;
    let name = chosen.name.clone();
    Some(match choice {
        1 => Operation::DropTable(DropTable { table: name }),
        2 => {
            let to = free_name(space, tape, |name| state.tables.contains_key(name));
            Operation::RenameTable(RenameTable { from: name, to })
        }
        3 if has_stored(space) && tape.one_in(2) => {
            let column = generated(space, tape, chosen)?;
            Operation::AddColumn(AddColumn { table: name, column, backfill: None })
        }
        3 | 4 => {
            let column = column(space, tape, chosen);
            let backfill =
                if column.nullable || column.default.is_some() { None } else { backfill(tape, &column.ty) };
            Operation::AddColumn(AddColumn { table: name, column, backfill })
        }
        5 => Operation::DropColumn(DropColumn { table: name, column: pick_column(tape, chosen)? }),
        6..=8 => alter(space, tape, chosen)?,
        9 => {
            let from = pick_column(tape, chosen)?;
            let to = free_name(space, tape, |name| chosen.columns.contains_key(name));
            Operation::RenameColumn(RenameColumn { table: name, from, to })
        }
        10 => Operation::AddIndex(AddIndex { table: name, index: index(space, tape, state, chosen)? }),
        11 => {
            let names: Vec<&String> = chosen.indexes.keys().collect();
            Operation::DropIndex(DropIndex { table: name, index: (*tape.pick(&names)?).clone() })
        }
        12 | 17 => {
            let constraint = constraint(space, tape, state, &mut chosen.clone(), false)?;
            Operation::AddConstraint(AddConstraint { table: name, constraint })
        }
        13 => {
            let names: Vec<&String> = chosen.indexes.keys().collect();
            let from = (*tape.pick(&names)?).clone();
            Operation::RenameIndex(RenameIndex { table: name, to: format!("{from}_2"), from })
        }
        14 | 18 => {
            let names: Vec<&String> = chosen.constraints.keys().collect();
            let from = (*tape.pick(&names)?).clone();
            Operation::RenameConstraint(RenameConstraint { table: name, to: format!("{from}_2"), from })
        }
        15 => primary_key(space, tape, chosen)?,
        20 => label(tape, chosen)?,
        19 => {
            let (from, to) =
                (chosen.comment.clone(), if tape.one_in(3) { None } else { comment(space, tape) });
            if from == to {
                return None;
            }
            Operation::AlterTableComment(AlterTableComment { table: name, from, to })
        }
        _ => {
            let names: Vec<&String> = chosen.constraints.keys().collect();
            Operation::DropConstraint(DropConstraint {
                table: name,
                constraint: (*tape.pick(&names)?).clone(),
            })
        }
    })
}

/// Another name of a label: a new one, or that of another enum's.
fn label(tape: &mut Tape, table: &Table) -> Option<Operation> {
    let enums: Vec<&Column> = table.columns.values().filter(|column| column.ty.enum_of().is_some()).collect();
    let column = *tape.pick(&enums)?;
    let from = tape.pick(&column.ty.enum_of()?.labels)?.clone();
    let to = match tape.below(3) {
        0 => "s".to_owned(),
        1 => format!("{from}, \"again\""),
        _ => "it's \\ new".to_owned(),
    };
    let (table, column) = (table.name.clone(), column.name.clone());
    Some(Operation::RenameLabel(RenameLabel { table, column, from, to }))
}

/// Another primary key: none, one column more, or another column alone.
fn primary_key(space: &Space, tape: &mut Tape, table: &Table) -> Option<Operation> {
    let from = table.primary_key.clone();
    let can = |name: &String| !from.contains(name) && !table.columns[name].nullable;
    let others: Vec<String> = keyable(space, table).into_iter().filter(can).collect();
    let to = match (tape.below(3), tape.pick(&others)) {
        (0, _) => Vec::new(),
        (1, Some(other)) => from.iter().chain([other]).cloned().collect(),
        (_, other) => vec![other?.clone()],
    };
    (from != to).then(|| Operation::AlterPrimaryKey(AlterPrimaryKey { table: table.name.clone(), from, to }))
}

fn pick_column(tape: &mut Tape, table: &Table) -> Option<String> {
    let names: Vec<&String> = table.columns.keys().filter(|name| !table.primary_key.contains(name)).collect();
    tape.pick(&names).map(|name| (*name).clone())
}

fn alter(space: &Space, tape: &mut Tape, table: &Table) -> Option<Operation> {
    let from = table.columns.get(&pick_column(tape, table)?)?.clone();
    let mut to = from.clone();
    if has_stored(space) && (from.generated.is_some() || tape.one_in(6)) && tape.one_in(2) {
        return alter_generated(space, tape, table, from);
    }
    match tape.below(5) {
        // What it is computed as is of its type.
        1 | 3 | 4 if to.generated.is_some() => to.comment = comment(space, tape),
        0 => to.nullable = !to.nullable,
        1 => to.default = default(tape, &to.ty),
        2 => to.comment = if tape.one_in(3) { None } else { comment(space, tape) },
        3 if !table.foreign_keys().any(|key| key.columns.contains(&to.name)) => {
            to.collation = if tape.one_in(3) { None } else { collation(space, tape, &to.ty) };
        }
        _ => {
            to.ty = tape.pick(&space.types)?.clone();
            to.default = None;
            to.collation = collation(space, tape, &to.ty).filter(|_| to.collation.is_some());
        }
    }
    let closes = from.nullable && !to.nullable && to.generated.is_none();
    let backfill = if closes { backfill(tape, &to.ty) } else { None };
    (from != to)
        .then(|| Operation::AlterColumn(AlterColumn { table: table.name.clone(), from, to, backfill }))
}

/// A column that becomes generated, plain, stored or not, or computed as something else.
fn alter_generated(space: &Space, tape: &mut Tape, table: &Table, from: Column) -> Option<Operation> {
    let mut to = from.clone();
    let stays = table.foreign_keys().any(|key| key.columns.contains(&from.name));
    match &mut to.generated {
        Some(_) if tape.one_in(3) => to.generated = None,
        Some(generated) if tape.one_in(2) && space.has(BackendFeature::VirtualGeneratedColumns) => {
            generated.stored = !generated.stored;
        }
        _ if stays => return None,
        _ => {
            let (ty, generated, nullable) = computed(space, tape, table, &from.name)?;
            (to.ty, to.generated, to.nullable) = (ty, Some(generated), nullable);
            (to.default, to.identity, to.collation) = (None, false, None);
        }
    }
    let keyed = table.indexes.values().any(|index| index.reads(&from.name))
        || table.constraints.values().any(|constraint| constraint.reads(&from.name));
    if keyed && (to.ty != from.ty || to.is_virtual() && !space.has(BackendFeature::VirtualGeneratedIndexes)) {
        return None;
    }
    (from != to)
        .then(|| Operation::AlterColumn(AlterColumn { table: table.name.clone(), from, to, backfill: None }))
}

/// A value for rows that exist; `None` where the type has no constant, and the operation can only run on an empty
/// table.
fn backfill(tape: &mut Tape, ty: &SqlType) -> Option<Expr> {
    default(tape, ty)
}

/// Follows tables and columns from their first names to their last.
struct Names {
    tables: Vec<TableNames>,
}

struct TableNames {
    first: String,
    last: String,
    columns: Vec<ColumnNames>,
}

struct ColumnNames {
    first: String,
    last: String,
    /// Whether it could hold other values in between.
    altered: bool,
    /// The labels of its enum by their first and last names; none of an enum that it became.
    labels: Vec<(String, String)>,
}

impl Names {
    fn new(schema: &Schema) -> Names {
        let columns = |table: &Table| {
            let labels = |column: &Column| {
                let labels = column.ty.enum_of().map(|of| of.labels.as_slice()).unwrap_or_default();
                labels.iter().map(|label| (label.clone(), label.clone())).collect()
            };
            let columns = table.columns.values().map(|column| ColumnNames {
                first: column.name.clone(),
                last: column.name.clone(),
                altered: false,
                labels: labels(column),
            });
            columns.collect()
        };
        let tables = schema.tables.values();
        let tables = tables.map(|table| TableNames {
            first: table.name.clone(),
            last: table.name.clone(),
            columns: columns(table),
        });
        Names { tables: tables.collect() }
    }

    fn follow(&mut self, operation: &Operation, before: &Schema) {
        match operation {
            Operation::RenameTable(op) => {
                self.table(&op.from).into_iter().for_each(|table| table.last.clone_from(&op.to));
            }
            Operation::RenameColumn(op) => {
                self.column(&op.table, &op.from)
                    .into_iter()
                    .for_each(|column| column.last.clone_from(&op.to));
            }
            Operation::DropTable(op) => self.tables.retain(|table| table.last != op.table),
            Operation::DropColumn(op) => {
                self.table(&op.table)
                    .into_iter()
                    .for_each(|table| table.columns.retain(|column| column.last != op.column));
            }
            Operation::RenameLabel(op) => {
                for column in self.column(&op.table, &op.column).into_iter() {
                    column.altered = true;
                    let label = column.labels.iter_mut().find(|(_, last)| *last == op.from);
                    label.into_iter().for_each(|(_, last)| last.clone_from(&op.to));
                }
            }
            Operation::AlterColumn(op)
                if op.from.ty != op.to.ty
                    || op.from.nullable != op.to.nullable
                    || op.from.generated != op.to.generated =>
            {
                let columns = before.table(&op.table).into_iter().flat_map(|table| table.columns.values());
                let readers = columns.filter(|column| column.reads(&op.from.name)).map(|column| &column.name);
                for name in readers.chain([&op.from.name]) {
                    self.column(&op.table, name).into_iter().for_each(|column| column.altered = true);
                }
                if op.from.ty != op.to.ty {
                    self.column(&op.table, &op.from.name)
                        .into_iter()
                        .for_each(|column| column.labels.clear());
                }
            }
            _ => {}
        }
    }

    fn table(&mut self, name: &str) -> Option<&mut TableNames> {
        self.tables.iter_mut().find(|table| table.last == name)
    }

    fn column(&mut self, table: &str, name: &str) -> Option<&mut ColumnNames> {
        self.table(table)?.columns.iter_mut().find(|column| column.last == name)
    }

    fn survivors(&self) -> Vec<Survivor> {
        let of_table = |table: &TableNames| -> Vec<Survivor> {
            let kept = table.columns.iter().filter(|column| !column.altered);
            kept.map(|column| {
                ((table.first.clone(), column.first.clone()), (table.last.clone(), column.last.clone()))
            })
            .collect()
        };
        self.tables.iter().flat_map(of_table).collect()
    }

    fn finish(self) -> (TableRenames, ColumnRenames, LabelRenames) {
        let (mut tables, mut columns, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        for table in self.tables {
            for column in &table.columns {
                let renamed = column.labels.iter().filter(|(first, last)| first != last);
                labels.extend(renamed.map(|(first, last)| {
                    (table.last.clone(), column.last.clone(), first.clone(), last.clone())
                }));
            }
            let renamed = table.columns.into_iter().filter(|column| column.first != column.last);
            columns.extend(renamed.map(|column| (table.last.clone(), column.first, column.last)));
            if table.first != table.last {
                tables.push((table.first, table.last));
            }
        }
        (tables, columns, labels)
    }
}
