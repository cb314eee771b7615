//! Operations that apply, and that lead to what not every database has.

use umbral_core::migrations::Operation;
use umbral_core::schema::{
    Constraint, ConstraintKind, Expr, ForeignKey, Index, ReferentialAction, Schema, Table,
};

/// Whether a foreign key makes a column NULL that is NOT NULL, which not every database has.
pub(super) fn makes_null(schema: &Schema) -> bool {
    let may_be_null = |table: &str, name: &String| {
        let column = schema.table(table).and_then(|table| table.column(name));
        column.is_some_and(|column| column.nullable)
    };
    let made = |holder: &Table, key: &ForeignKey| {
        let sets = [key.on_delete, key.on_update].contains(&ReferentialAction::SetNull);
        let cascades = key.on_update == ReferentialAction::Cascade;
        let mut pairs = key.columns.iter().zip(&key.references);
        pairs.any(|(column, referenced)| {
            !may_be_null(&holder.name, column) && (sets || cascades && may_be_null(&key.table, referenced))
        })
    };
    schema.tables.values().any(|holder| holder.foreign_keys().any(|key| made(holder, key)))
}

/// Whether a column gets another type that a check, an index or an exclusion constraint compares with a constant, where
/// the table or what compares comes with the change: the constant is none of the new type, and made at once with it, as
/// the differ makes it, databases refuse it. What was there before the change stays: engines refuse it by its name.
pub(super) fn misfits(operation: &Operation, first: &Schema, before: &Schema) -> bool {
    let Operation::AlterColumn(alter) = operation else { return false };
    let Some(table) = before.table(&alter.table) else { return false };
    if alter.from.ty == alter.to.ty {
        return false;
    }
    let was = first.table(&table.name);
    let column = &alter.from.name;
    let constraint = |one: &Constraint| {
        let compares = matches!(one.kind, ConstraintKind::Check(_) | ConstraintKind::Exclusion(_));
        compares && one.reads(column) && was.and_then(|was| was.constraints.get(&one.name)) != Some(one)
    };
    let index = |one: &Index| {
        let compares =
            one.columns.iter().any(|key| !matches!(key.expr, Expr::Column(_))) || one.predicate.is_some();
        compares && one.reads(column) && was.and_then(|was| was.indexes.get(&one.name)) != Some(one)
    };
    table.constraints.values().any(constraint) || table.indexes.values().any(index)
}
