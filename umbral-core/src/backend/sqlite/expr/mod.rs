//! Expressions over logical values to expressions over what SQLite stores, and back.

mod constants;
mod lift;
mod lower;

pub(super) use lift::lift;
pub(super) use lower::lower;

use crate::schema::Expr;
use crate::schema::expr::{BinaryOp, Literal};

/// What SQLite's clock gives is milliseconds; times are kept with six digits.
const CLOCK: &str = "%H:%M:%f";
const DAY_AND_CLOCK: &str = "%Y-%m-%d %H:%M:%f";
const MICROSECONDS: &str = "000";

/// `strftime(format, 'now') || '000'`.
fn now_in(format: &str) -> Expr {
    let call =
        Expr::Function { name: "strftime".into(), arguments: vec![Expr::text(format), Expr::text("now")] };
    Expr::binary(BinaryOp::Concat, call, Expr::text(MICROSECONDS))
}

/// `date('now')`.
fn today() -> Expr {
    Expr::Function { name: "date".into(), arguments: vec![Expr::text("now")] }
}

fn number(text: impl Into<String>) -> Expr {
    Expr::Literal(Literal::Number(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::sqlite::dialect::SqliteDialect;
    use crate::backend::{Dialect, ExprContext};
    use crate::schema::expr::UnaryOp;
    use crate::schema::{Column, SqlType, Table};

    fn table() -> Table {
        Table::new("book")
            .with_column(Column::new("price", SqlType::Decimal { precision: 10, scale: 2 }))
            .with_column(Column::new("rate", SqlType::Decimal { precision: 9, scale: 4 }))
            .with_column(Column::new("pages", SqlType::Integer))
            .with_column(Column::new("total", SqlType::Decimal { precision: 22, scale: 2 }))
            .with_column(Column::new("limit", SqlType::Decimal { precision: 22, scale: 2 }))
            .with_column(Column::new("finer", SqlType::Decimal { precision: 22, scale: 3 }))
            .with_column(Column::new("code", SqlType::Varchar(9)))
            .with_column(Column::new("sold", SqlType::Boolean))
            .with_column(Column::new("out", SqlType::TimestampTz))
            .with_column(Column::new("weight", SqlType::Double))
    }

    fn column(name: &str) -> Expr {
        Expr::column(name)
    }

    fn sql(expr: &Expr) -> String {
        SqliteDialect.expr(expr, ExprContext::of(&table())).unwrap()
    }

    fn compare(op: BinaryOp, left: &str, right: Expr) -> Expr {
        Expr::binary(op, column(left), right)
    }

    #[test]
    fn constants_are_written_as_they_are_stored() {
        use BinaryOp::*;
        for (expr, expected) in [
            (compare(Ge, "price", number("0.5")), r#""price" >= 50"#),
            (compare(Ge, "price", number("-0.125")), r#"("price" * 10) >= -125"#),
            // As fine as a wide decimal, and an integer yet.
            (compare(Ge, "price", number("0.1234567890123")), r#"("price" * 100000000000) >= 1234567890123"#),
            (compare(Lt, "price", column("rate")), r#"("price" * 100) < "rate""#),
            (compare(Lt, "pages", column("price")), r#"("pages" * 100) < "price""#),
            (compare(Eq, "sold", Expr::Literal(Literal::Boolean(true))), r#""sold" = 1"#),
            (
                compare(Gt, "out", Expr::text("2024-01-01T00:00+01:00")),
                r#""out" > '2023-12-31 23:00:00.000000'"#,
            ),
            (compare(Lt, "out", Expr::Now), r#""out" < (strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"#),
            (compare(Like, "code", Expr::text("A%_[")), "glob('A*?[[]', \"code\")"),
            (compare(NotLike, "code", Expr::text("A\\%")), "NOT glob('A%', \"code\")"),
            (compare(Ge, "total", number("0.5")), r#""total" >= '00000000000000000000.50'"#),
            (compare(Gt, "total", number("-12.5")), r#""total" > '-99999999999999999987.49'"#),
            (
                compare(Ne, "total", Expr::Unary { op: UnaryOp::Negate, operand: Box::new(number("1")) }),
                r#""total" <> '-99999999999999999998.99'"#,
            ),
            (compare(Lt, "total", column("limit")), r#""total" < "limit""#),
            (compare(Lt, "price", column("weight")), r#"(CAST("price" AS double) / 100.0) < "weight""#),
        ] {
            assert_eq!(sql(&expr), expected, "{expr:?}");
        }
        let sum = Expr::binary(Add, column("price"), column("rate"));
        assert_eq!(sql(&Expr::binary(Gt, sum, number("1"))), r#"(("price" * 100) + "rate") > 10000"#);
        let twice = Expr::binary(Multiply, column("price"), number("2"));
        assert_eq!(sql(&Expr::binary(Gt, twice, number("1.5"))), r#"("price" * 2) > 150"#);
    }

    #[test]
    fn arithmetic_that_would_be_wrong_is_refused() {
        use BinaryOp::*;
        for expr in [
            Expr::binary(Multiply, column("price"), column("rate")),
            Expr::binary(Multiply, column("price"), number("1.5")),
            Expr::binary(Divide, column("price"), number("2")),
            Expr::Function { name: "round".into(), arguments: vec![column("price")] },
            Expr::binary(Concat, column("price"), Expr::text("x")),
            Expr::binary(Like, column("code"), column("code")),
            Expr::Cast { operand: Box::new(column("price")), ty: SqlType::Integer },
            Expr::binary(Add, column("total"), number("1")),
            Expr::binary(Lt, Expr::binary(Add, column("price"), column("total")), number("1")),
            Expr::binary(Multiply, number("2"), column("total")),
            Expr::binary(Lt, column("total"), column("finer")),
            Expr::binary(Lt, column("price"), column("total")),
            Expr::binary(Gt, column("total"), column("weight")),
            Expr::Unary { op: UnaryOp::Negate, operand: Box::new(column("total")) },
            Expr::Function { name: "abs".into(), arguments: vec![column("total")] },
            Expr::Function { name: "coalesce".into(), arguments: vec![column("total"), column("pages")] },
            Expr::In { operand: Box::new(column("pages")), list: vec![column("total")], negated: false },
            Expr::Cast { operand: Box::new(column("total")), ty: SqlType::Text },
        ] {
            let error = SqliteDialect.expr(&expr, ExprContext::of(&table())).unwrap_err();
            assert!(error.is_unsupported() && error.hint().is_some(), "{expr:?}: {error}");
        }
        let wide = SqlType::Decimal { precision: 22, scale: 2 };
        for expr in [Expr::binary(Add, number("1"), number("2")), column("price"), column("finer")] {
            let error = SqliteDialect.expr(&expr, ExprContext::of(&table()).value(&wide)).unwrap_err();
            assert!(error.is_unsupported(), "{expr:?}: {error}");
        }
        let context = ExprContext::default();
        let decimal = SqlType::Decimal { precision: 10, scale: 2 };
        assert!(SqliteDialect.expr(&number("0.125"), context.value(&decimal)).is_err());
        assert!(SqliteDialect.expr(&Expr::text("soon"), context.value(&SqlType::Date)).is_err());
    }

    #[test]
    fn what_is_stored_is_read_as_what_was_meant() {
        use BinaryOp::*;
        let table = table();
        let context = ExprContext::of(&table);
        let inside = Expr::In {
            operand: Box::new(column("rate")),
            list: vec![number("0.5"), number("-1")],
            negated: false,
        };
        let case = Expr::Case {
            branches: vec![(column("sold"), column("price"))],
            otherwise: Some(Box::new(number("0.01"))),
        };
        for expr in [
            compare(Ge, "price", number("0.5")),
            compare(Eq, "sold", Expr::Literal(Literal::Boolean(false))),
            compare(Like, "code", Expr::text("A%_[\\%")),
            compare(NotLike, "code", Expr::text("%x%")),
            compare(Lt, "out", Expr::Now),
            Expr::binary(Gt, Expr::binary(Multiply, column("price"), number("2")), number("1.5")),
            Expr::binary(Gt, case, number("0")),
            compare(Ge, "total", number("-0.5")),
            Expr::In {
                operand: Box::new(column("total")),
                list: vec![number("13"), number("-13.5"), column("limit")],
                negated: true,
            },
            Expr::Unary { op: UnaryOp::Not, operand: Box::new(inside) },
        ] {
            assert_eq!(lift(&lower(&expr, context).unwrap(), context), expr);
        }
        for (ty, expr) in [
            (SqlType::Date, Expr::Now),
            (SqlType::Time, Expr::Now),
            (SqlType::Boolean, Expr::Literal(Literal::Boolean(true))),
            (SqlType::Decimal { precision: 10, scale: 2 }, number("-12.5")),
            (SqlType::Decimal { precision: 10, scale: 2 }, number("0")),
            (SqlType::Decimal { precision: 28, scale: 10 }, number("-12.5")),
            (SqlType::Decimal { precision: 38, scale: 0 }, number("99999999999999999999999999999999999999")),
            (SqlType::Integer, number("7")),
            (SqlType::Text, Expr::text("7")),
        ] {
            let context = context.value(&ty);
            assert_eq!(lift(&lower(&expr, context).unwrap(), context), expr, "{ty}");
        }
    }
}
