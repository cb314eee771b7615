//! The logical types of expressions, as far as they can be told from the columns they name.

use super::expr::is_comparison;
use crate::schema::expr::{BinaryOp, Literal, UnaryOp};
use crate::schema::{Expr, SqlType, Table};

/// The type of an expression over the columns of `table`; `None` where a constant could be of several, or where it
/// is computed by something that umbral does not know.
pub fn type_of(expr: &Expr, table: Option<&Table>) -> Option<SqlType> {
    match expr {
        Expr::Column(name) => table?.column(name).map(|column| column.ty.clone()),
        Expr::Literal(Literal::Boolean(_)) => Some(SqlType::Boolean),
        Expr::Literal(_) | Expr::Raw(_) => None,
        Expr::Now => Some(SqlType::TimestampTz),
        Expr::Unary { op: UnaryOp::Not, .. } | Expr::IsNull { .. } | Expr::In { .. } => {
            Some(SqlType::Boolean)
        }
        Expr::Unary { op: UnaryOp::Negate, operand } => type_of(operand, table),
        Expr::Cast { ty, .. } => Some(ty.clone()),
        Expr::Case { branches, otherwise } => {
            let values = branches.iter().map(|(_, value)| value).chain(otherwise.as_deref());
            common_type(values, table)
        }
        Expr::Binary { op, left, right } => match op {
            BinaryOp::Or | BinaryOp::And | BinaryOp::Like | BinaryOp::NotLike => Some(SqlType::Boolean),
            op if is_comparison(*op) => Some(SqlType::Boolean),
            BinaryOp::Concat => match type_of(left, table) {
                Some(ty @ (SqlType::TsVector | SqlType::Hstore | SqlType::Ltree)) => Some(ty),
                _ => Some(SqlType::Text),
            },
            _ => common_type([left.as_ref(), right.as_ref()], table),
        },
        Expr::Function { name, arguments } => function_type(name, arguments, table),
    }
}

fn function_type(name: &str, arguments: &[Expr], table: Option<&Table>) -> Option<SqlType> {
    let argument = || arguments.first().and_then(|argument| type_of(argument, table));
    match name {
        "lower" | "upper" if matches!(argument(), Some(SqlType::Range(_))) => match argument() {
            Some(SqlType::Range(of)) => of.element(),
            _ => None,
        },
        "lower" | "upper" | "trim" | "ltrim" | "rtrim" | "substr" | "replace" => Some(SqlType::Text),
        "length" => Some(SqlType::Integer),
        "to_tsvector" | "setweight" => Some(SqlType::TsVector),
        "abs" | "round" => arguments.first().and_then(|argument| type_of(argument, table)),
        "coalesce" | "nullif" | "greatest" | "least" => common_type(arguments, table),
        _ => None,
    }
}

/// The type in which all of these are held: constants follow the others, decimals take the largest scale.
pub fn common_type<'e>(exprs: impl IntoIterator<Item = &'e Expr>, table: Option<&Table>) -> Option<SqlType> {
    let exprs: Vec<&Expr> = exprs.into_iter().collect();
    let mut common: Option<SqlType> = None;
    for ty in exprs.iter().filter_map(|expr| type_of(expr, table)) {
        common = Some(match common {
            None => ty,
            Some(known) => wider(known, ty),
        });
    }
    let Some(SqlType::Decimal { precision, scale }) = common else { return common };
    // A constant with more digits behind the point than any column has widens the scale, or it would be cut.
    let digits = exprs.iter().filter_map(|expr| fraction_digits(expr)).max().unwrap_or(0);
    let widened = scale.max(digits);
    Some(SqlType::Decimal { precision: precision + (widened - scale), scale: widened })
}

fn wider(left: SqlType, right: SqlType) -> SqlType {
    match (&left, &right) {
        (
            SqlType::Decimal { precision, scale },
            SqlType::Decimal { precision: other_precision, scale: other_scale },
        ) => {
            let whole = (precision - scale).max(other_precision - other_scale);
            let scale = *scale.max(other_scale);
            SqlType::Decimal { precision: whole + scale, scale }
        }
        (SqlType::Double, _) | (_, SqlType::Double) => SqlType::Double,
        (SqlType::Real, _) | (_, SqlType::Real) => SqlType::Double,
        (_, SqlType::Decimal { .. }) => right,
        (SqlType::Decimal { .. }, _) => left,
        _ => match (left.integer_range(), right.integer_range()) {
            (Some((_, own)), Some((_, other))) if other > own => right,
            _ => left,
        },
    }
}

/// The digits behind the point of a constant, zeros at its end left out.
fn fraction_digits(expr: &Expr) -> Option<u16> {
    let number = match expr {
        Expr::Literal(Literal::Number(number)) => number,
        Expr::Unary { op: UnaryOp::Negate, operand } => return fraction_digits(operand),
        _ => return None,
    };
    let fraction = number.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('0'));
    u16::try_from(fraction.len()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Column;

    fn table() -> Table {
        Table::new("book")
            .with_column(Column::new("price", SqlType::Decimal { precision: 10, scale: 2 }))
            .with_column(Column::new("rate", SqlType::Decimal { precision: 5, scale: 4 }))
            .with_column(Column::new("pages", SqlType::SmallInt))
    }

    fn number(text: &str) -> Expr {
        Expr::Literal(Literal::Number(text.into()))
    }

    #[test]
    fn constants_follow_columns() {
        let table = table();
        let common = |left: Expr, right: Expr| common_type([&left, &right], Some(&table));
        let decimal = |precision, scale| Some(SqlType::Decimal { precision, scale });
        assert_eq!(common(Expr::column("price"), number("0.50")), decimal(10, 2));
        assert_eq!(common(Expr::column("price"), number("-0.125")), decimal(11, 3));
        assert_eq!(common(Expr::column("rate"), Expr::column("price")), decimal(12, 4));
        assert_eq!(common(Expr::column("pages"), Expr::column("price")), decimal(10, 2));
        assert_eq!(common(Expr::column("pages"), number("1")), Some(SqlType::SmallInt));
        assert_eq!(common(number("1"), number("2.5")), None);
    }
}
