//! Generated columns.

use super::tables::{comment, free_name, may_check};
use super::{Space, Tape};
use umbral_core::backend::BackendFeature;
use umbral_core::schema::expr::{BinaryOp, Literal, UnaryOp};
use umbral_core::schema::{Column, Expr, Generated, SqlType, Table};
use umbral_core::value::Decimal;

/// A random generated column whose name is free in `table`: what it is computed as differs where what it reads does, so
/// that it may be a key wherever that may.
pub(super) fn generated(space: &Space, tape: &mut Tape, table: &Table) -> Option<Column> {
    let name = free_name(space, tape, |name| table.columns.contains_key(name));
    let (ty, generated, nullable) = computed(space, tape, table, &name)?;
    let mut column = Column { generated: Some(generated), ..Column::new(name, ty) };
    column.nullable = nullable;
    if tape.one_in(4) {
        column.comment = comment(space, tape);
    }
    Some(column)
}

/// The type of something that is computed from a column of the table other than `but`, what it is, and whether it can be
/// NULL.
pub(super) fn computed(
    space: &Space,
    tape: &mut Tape,
    table: &Table,
    but: &str,
) -> Option<(SqlType, Generated, bool)> {
    let readable = |column: &&Column| {
        column.name != but
            && column.generated.is_none()
            && may_check(space, table, column)
            && space.sources.contains(&column.ty)
    };
    let sources: Vec<&Column> = table.columns.values().filter(readable).collect();
    let source = *tape.pick(&sources)?;
    let stored = match (has_stored(space), has_virtual(space, &source.ty)) {
        (true, true) => tape.one_in(2),
        (stored, _) => stored,
    };
    let (ty, expr) = expr(tape, source);
    let is_null = matches!(expr, Expr::IsNull { .. });
    let nullable = !is_null && (source.nullable || tape.one_in(4));
    Some((ty, Generated { expr, stored }, nullable))
}

/// Whether a space has generated columns.
pub(super) fn has_stored(space: &Space) -> bool {
    space.has(BackendFeature::GeneratedColumns)
}

/// Whether a space has columns that are computed when they are read, from a column of this type.
pub(super) fn has_virtual(space: &Space, source: &SqlType) -> bool {
    space.has(BackendFeature::VirtualGeneratedColumns)
        && (!source.is_user_defined() || space.has(BackendFeature::VirtualGeneratedUserTypes))
}

fn expr(tape: &mut Tape, source: &Column) -> (SqlType, Expr) {
    let itself = || Expr::column(&source.name);
    let number = |text: &str| Expr::Literal(Literal::Number(text.to_owned()));
    let lower = || Expr::Function { name: "lower".to_owned(), arguments: vec![itself()] };
    match &source.ty {
        SqlType::SmallInt | SqlType::Integer if tape.one_in(3) => {
            let doubled = Expr::binary(BinaryOp::Multiply, itself(), Expr::integer(2));
            (SqlType::BigInt, Expr::binary(BinaryOp::Add, doubled, Expr::integer(1)))
        }
        ty @ (SqlType::SmallInt | SqlType::Integer | SqlType::BigInt) => {
            (ty.clone(), Expr::binary(BinaryOp::Add, itself(), Expr::integer(tape.below(3) as i64)))
        }
        // What is more than an integer holds is computed with by few.
        SqlType::Decimal { precision, scale }
            if *scale > 0 && *precision < Decimal::INTEGER_PRECISION - 1 =>
        {
            let ty = SqlType::Decimal { precision: precision + 2, scale: *scale };
            (ty, Expr::binary(BinaryOp::Multiply, itself(), number("2")))
        }
        SqlType::Double => (SqlType::Double, Expr::binary(BinaryOp::Multiply, itself(), number("2"))),
        SqlType::Boolean => (SqlType::Boolean, Expr::Unary { op: UnaryOp::Not, operand: Box::new(itself()) }),
        SqlType::Varchar(length) if tape.one_in(2) => {
            (SqlType::Varchar(length + 1), Expr::binary(BinaryOp::Concat, itself(), Expr::text("'")))
        }
        SqlType::Varchar(length) => (SqlType::Varchar(*length), lower()),
        SqlType::Text => (SqlType::Text, lower()),
        _ => (SqlType::Boolean, Expr::IsNull { operand: Box::new(itself()), negated: tape.one_in(2) }),
    }
}
