//! Operations that apply, and that lead to what not every database has.

use umbral_core::migrations::Operation;
use umbral_core::schema::{ForeignKey, ReferentialAction, Schema, Table};

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

/// Whether a column that a check compares with a constant gets another type in a table that comes with the change: the
/// constant is none of that type, and a table that is made at once with both is refused by databases.
pub(super) fn misfits(operation: &Operation, first: &Schema, before: &Schema) -> bool {
    let Operation::AlterColumn(alter) = operation else { return false };
    let Some(table) = before.table(&alter.table).filter(|table| first.table(&table.name).is_none()) else {
        return false;
    };
    alter.from.ty != alter.to.ty && table.checks().any(|(_, check)| check.expr.reads(&alter.from.name))
}
