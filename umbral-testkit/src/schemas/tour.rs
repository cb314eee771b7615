//! Every operation on one column type.

use super::generated::has_virtual;
use super::{Change, Space, is_indexable};
use umbral_core::backend::BackendFeature;
use umbral_core::migrations::Operation;
use umbral_core::migrations::operations::{
    AddColumn, AddConstraint, AddIndex, AlterColumn, AlterPrimaryKey, CreateTable, DropColumn,
    DropConstraint, DropIndex, DropTable, RenameColumn, RenameConstraint, RenameIndex, RenameLabel,
    RenameTable,
};
use umbral_core::schema::expr::BinaryOp;
use umbral_core::schema::{Column, Constraint, EnumType, Expr, Index, Schema, SqlType, Table};

/// A change that puts a table with columns of the type through every operation that there is for it, so that each
/// operation meets each type however few random changes are drawn.
pub fn tour(space: &Space, ty: &SqlType) -> Change {
    let column = |name: &str| Column::new(name, ty.clone());
    let before = Table::new("tour")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(column("x"))
        .with_column(column("y").nullable())
        .with_primary_key(["id"]);
    let mut operations = columns(&column);
    operations.extend(checks());
    if is_indexable(ty) {
        operations.extend(indexes());
    }
    if space.keys.contains(ty) {
        operations.extend(keys());
    }
    operations.extend(ty.enum_of().into_iter().flat_map(labels));
    operations.extend(alterations(&column));
    if space.has(BackendFeature::GeneratedColumns) && space.sources.contains(ty) {
        operations.extend(generated(&column, has_virtual(space, ty)));
    }
    let second = Table::new("second").with_column(column("only"));
    operations.push(Operation::CreateTable(CreateTable { table: second }));
    operations.push(Operation::DropTable(DropTable { table: "second".into() }));
    Change::of(Schema::new([before]), operations)
}

const TABLE: &str = "the tour";

fn columns(column: &dyn Fn(&str) -> Column) -> Vec<Operation> {
    vec![
        Operation::RenameTable(RenameTable { from: "tour".into(), to: TABLE.into() }),
        Operation::AddColumn(AddColumn {
            table: TABLE.into(),
            column: column("z").nullable(),
            backfill: None,
        }),
        Operation::RenameColumn(RenameColumn { table: TABLE.into(), from: "x".into(), to: "order".into() }),
        Operation::DropColumn(DropColumn { table: TABLE.into(), column: "z".into() }),
    ]
}

fn checks() -> Vec<Operation> {
    let is_null = |negated| Expr::IsNull { operand: Box::new(Expr::column("order")), negated };
    let check = Constraint::check("first", Expr::binary(BinaryOp::Or, is_null(true), is_null(false)));
    vec![
        Operation::AddConstraint(AddConstraint { table: TABLE.into(), constraint: check }),
        Operation::RenameConstraint(RenameConstraint {
            table: TABLE.into(),
            from: "first".into(),
            to: "last".into(),
        }),
        Operation::DropConstraint(DropConstraint { table: TABLE.into(), constraint: "last".into() }),
    ]
}

fn indexes() -> Vec<Operation> {
    vec![
        Operation::AddIndex(AddIndex { table: TABLE.into(), index: Index::new("first", ["order"]) }),
        Operation::RenameIndex(RenameIndex { table: TABLE.into(), from: "first".into(), to: "last".into() }),
        Operation::DropIndex(DropIndex { table: TABLE.into(), index: "last".into() }),
    ]
}

fn keys() -> Vec<Operation> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let alter = |from: &[&str], to: &[&str]| {
        Operation::AlterPrimaryKey(AlterPrimaryKey { table: TABLE.into(), from: names(from), to: names(to) })
    };
    vec![alter(&["id"], &["id", "order"]), alter(&["id", "order"], &["id"])]
}

/// A label gets another name in both columns, and its own again.
fn labels(of: &EnumType) -> Vec<Operation> {
    let Some(label) = of.labels.first() else { return Vec::new() };
    let other = format!("{label}, \"renamed\"");
    let rename = |column: &str, from: &str, to: &str| {
        let [table, column, from, to] = [TABLE, column, from, to].map(str::to_owned);
        Operation::RenameLabel(RenameLabel { table, column, from, to })
    };
    vec![
        rename("order", label, &other),
        rename("y", label, &other),
        rename("order", &other, label),
        rename("y", &other, label),
    ]
}

fn alterations(column: &dyn Fn(&str) -> Column) -> Vec<Operation> {
    vec![Operation::AlterColumn(AlterColumn {
        table: TABLE.into(),
        from: column("order"),
        to: column("order").nullable(),
        backfill: None,
    })]
}

/// A generated column of the type comes, is renamed with the column that it reads, becomes plain, and goes.
fn generated(column: &dyn Fn(&str) -> Column, in_place: bool) -> Vec<Operation> {
    let copy = |name: &str, of: &str| column(name).nullable().stored_as(Expr::column(of));
    let rename = |from: &str, to: &str| {
        Operation::RenameColumn(RenameColumn { table: TABLE.into(), from: from.into(), to: to.into() })
    };
    let alter = |from: Column, to: Column| {
        Operation::AlterColumn(AlterColumn { table: TABLE.into(), from, to, backfill: None })
    };
    let mut operations = vec![Operation::AddColumn(AddColumn {
        table: TABLE.into(),
        column: copy("copy", "y"),
        backfill: None,
    })];
    operations.extend([rename("copy", "copied"), rename("y", "read")]);
    let stored = copy("copied", "read");
    let mut last = stored.clone();
    if in_place {
        last = column("copied").nullable().computed_as(Expr::column("read"));
        operations.push(alter(stored, last.clone()));
    }
    operations.push(alter(last, column("copied").nullable()));
    operations.push(Operation::DropColumn(DropColumn { table: TABLE.into(), column: "copied".into() }));
    operations
}
