//! Integers without a sign, which PostgreSQL has none of: the next wider type, with a check that keeps the range.
//!
//! The check belongs to the column's type and is no part of the schema. Its name follows from the table's and the
//! column's, so that the plan can change it without a look at the database.

use super::text::identifier;
use crate::schema::{ConstraintKind, Expr, SqlType, Table, constraint_name};

/// The type that a column is stored as.
pub(super) fn stored(ty: &SqlType) -> SqlType {
    match ty {
        SqlType::UInt8 => SqlType::SmallInt,
        SqlType::UInt16 => SqlType::Integer,
        SqlType::UInt32 => SqlType::BigInt,
        SqlType::UInt64 => SqlType::Decimal { precision: 20, scale: 0 },
        SqlType::Array(element) => SqlType::Array(Box::new(stored(element))),
        other => other.clone(),
    }
}

/// The greatest value of an unsigned type, or of the elements of an array of one.
fn greatest(ty: &SqlType) -> Option<i128> {
    match ty {
        SqlType::Array(element) => greatest(element),
        ty => ty.integer_range().filter(|(least, _)| *least == 0).map(|(_, greatest)| greatest),
    }
}

/// Whether a column of this type carries a check of its range.
pub(super) fn is_checked(ty: &SqlType) -> bool {
    greatest(ty).is_some()
}

/// The name of the check of a column's range.
pub(super) fn name(table: &str, column: &str) -> String {
    constraint_name(table, &[column], "range")
}

/// `CONSTRAINT "a_b_range" CHECK (…)`, where the type needs it.
pub(super) fn constraint(table: &str, column: &str, ty: &SqlType) -> Option<String> {
    let (greatest, place) = (greatest(ty)?, identifier(column));
    let condition = match ty {
        // A NULL among the elements is neither inside nor outside.
        SqlType::Array(_) => format!("0 <= ALL ({place}) AND {greatest} >= ALL ({place})"),
        _ => format!("{place} BETWEEN 0 AND {greatest}"),
    };
    Some(format!("CONSTRAINT {} CHECK ({condition})", identifier(&name(table, column))))
}

/// Turns columns of a table as it was found, whose values a check of this module keeps in range, into those of the
/// unsigned type. Before the expressions of the table are compared.
pub(super) fn recognise(table: &mut Table) {
    for column in table.columns.values_mut() {
        let name = name(&table.name, &column.name);
        let Some(ConstraintKind::Check(check)) = table.constraints.get(&name).map(|found| &found.kind) else {
            continue;
        };
        let Some(ty) = unsigned(&column.ty) else { continue };
        if keeps_range(&check.expr, &column.name, &ty) {
            column.ty = ty;
            table.constraints.remove(&name);
        }
    }
}

/// The unsigned type that is stored as this one.
fn unsigned(stored_as: &SqlType) -> Option<SqlType> {
    if let SqlType::Array(element) = stored_as {
        return unsigned(element).map(|element| SqlType::Array(Box::new(element)));
    }
    let all = [SqlType::UInt8, SqlType::UInt16, SqlType::UInt32, SqlType::UInt64];
    all.into_iter().find(|ty| stored(ty) == *stored_as)
}

/// Whether a check, as PostgreSQL reports it, is that of the type's range.
fn keeps_range(check: &Expr, column: &str, ty: &SqlType) -> bool {
    let Some(greatest) = greatest(ty) else { return false };
    if let (SqlType::Array(_), Expr::Raw(text)) = (ty, check) {
        return text.matches("ALL (").count() == 2 && text.contains(&greatest.to_string());
    }
    let bare = Table::new("").with_column(crate::schema::Column::new(column, ty.clone()));
    let form = |expr: Expr| super::implicit::without_implicit_casts(expr, &bare);
    let wanted = format!("({} BETWEEN 0 AND {greatest})", identifier(column));
    form(Expr::reported(&wanted)) == form(check.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, Constraint};

    #[test]
    fn what_postgresql_reports_is_recognised() {
        let wide = SqlType::Decimal { precision: 20, scale: 0 };
        let array = |element: SqlType| SqlType::Array(Box::new(element));
        for (found, text, ty) in [
            (SqlType::SmallInt, "((n >= 0) AND (n <= 255))", SqlType::UInt8),
            (wide, "((n >= (0)::numeric) AND (n <= '18446744073709551615'::numeric))", SqlType::UInt64),
            (array(SqlType::Integer), "((0 <= ALL (n)) AND (65535 >= ALL (n)))", array(SqlType::UInt16)),
            (SqlType::SmallInt, "((n >= 0) AND (n <= 200))", SqlType::SmallInt),
        ] {
            let mut table = Table::new("t")
                .with_column(Column::new("n", found))
                .with_constraint(Constraint::check(name("t", "n"), Expr::reported(text)));
            recognise(&mut table);
            assert_eq!(table.columns["n"].ty, ty, "{text}");
            assert_eq!(table.constraints.is_empty(), ty != SqlType::SmallInt, "{text}");
        }
    }
}
