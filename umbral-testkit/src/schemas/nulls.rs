//! Columns that something makes NULL.

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
