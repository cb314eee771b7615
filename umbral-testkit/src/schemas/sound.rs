//! Operations that apply, and that lead to what not every database has.

use super::Change;
use umbral_core::migrations::Operation;
use umbral_core::schema::{
    Constraint, ConstraintKind, Expr, ForeignKey, Index, IndexColumn, ReferentialAction, Schema, SqlType,
    Table,
};

impl Change {
    /// Whether what the differ makes of it means something: no constant is compared with a column of another type.
    pub fn has_differences(&self) -> bool {
        let mut state = self.before.clone();
        self.operations.iter().all(|operation| {
            let fits = !misfits(operation, &state);
            fits && operation.apply(&mut state).is_ok()
        })
    }

    /// Whether every foreign key is of the type of what it references after the change. An operation that alters one
    /// side alone is no mistake of its own, but no database keeps what it leads to.
    pub fn is_sound(&self) -> bool {
        self.after.tables.values().all(|table| {
            table.foreign_keys().all(|key| {
                let target = &self.after.tables[&key.table];
                let mut pairs = key.columns.iter().zip(&key.references);
                pairs.all(|(own, theirs)| table.columns[own].ty.can_reference(&target.columns[theirs].ty))
            })
        })
    }
}

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

/// Whether a column gets another type that a check, an index or an exclusion constraint compares with a constant, which
/// is none of the new type: databases refuse what the differ makes of that, which is to add it again behind the column.
/// Operations as they are drawn are refused by the engine, by the name of what compares.
fn misfits(operation: &Operation, before: &Schema) -> bool {
    let Operation::AlterColumn(alter) = operation else { return false };
    let Some(table) = before.table(&alter.table) else { return false };
    let column = &alter.from.name;
    let constraint = |one: &Constraint| {
        matches!(one.kind, ConstraintKind::Check(_) | ConstraintKind::Exclusion(_)) && one.reads(column)
    };
    let index = |one: &Index| {
        // An operator class is of a type as a constant is.
        let is_typed = |key: &IndexColumn| key.class.is_some() || !matches!(key.expr, Expr::Column(_));
        let computes = one.columns.iter().any(is_typed);
        (computes || one.predicate.is_some()) && one.reads(column)
    };
    let compared = table.constraints.values().any(constraint) || table.indexes.values().any(index);
    compared && !compare_alike(&alter.from.ty, &alter.to.ty)
}

/// Whether a constant of one type is one of the other.
fn compare_alike(one: &SqlType, other: &SqlType) -> bool {
    let is_number = |ty: &SqlType| {
        ty.is_integer() || matches!(ty, SqlType::Decimal { .. } | SqlType::Real | SqlType::Double)
    };
    let both = |is: &dyn Fn(&SqlType) -> bool| is(one) && is(other);
    both(&is_number)
        || both(&SqlType::is_text)
        || std::mem::discriminant(one) == std::mem::discriminant(other)
}
