//! Expressions of the schema as SQL text. What databases differ in is asked of an [`ExprText`].

use crate::error::Result;
use crate::schema::expr::{BinaryOp, Literal, UnaryOp};
use crate::schema::{Expr, SqlType};

/// The parts of an expression's text that differ between databases.
pub trait ExprText {
    /// An identifier in quotes.
    fn identifier(&self, name: &str) -> String;

    /// A constant.
    fn literal(&self, literal: &Literal) -> String;

    /// The time at which the statement or the transaction began.
    fn now(&self) -> String;

    /// The type that `CAST` names.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) where the database has no such type.
    fn cast_type(&self, ty: &SqlType) -> Result<String>;
}

/// `expr` as SQL text. Operands are in parentheses wherever databases disagree about precedence, so the text means
/// the same everywhere.
///
/// # Errors
/// As [`ExprText::cast_type`].
pub fn render(expr: &Expr, text: &dyn ExprText) -> Result<String> {
    Ok(match expr {
        Expr::Column(name) => text.identifier(name),
        Expr::Literal(literal) => text.literal(literal),
        Expr::Now => text.now(),
        Expr::Raw(sql) => sql.clone(),
        Expr::Unary { op: UnaryOp::Not, operand } => format!("NOT {}", operand_text(operand, text)?),
        Expr::Unary { op: UnaryOp::Negate, operand } => format!("-{}", negated_text(operand, text)?),
        Expr::Binary { op, left, right } => {
            let left = side_text(*op, left, text)?;
            format!("{left} {} {}", operator(*op), side_text(*op, right, text)?)
        }
        Expr::IsNull { operand, negated } => {
            format!("{} IS {}NULL", operand_text(operand, text)?, not(*negated))
        }
        Expr::In { operand, list, negated } => {
            format!("{} {}IN ({})", operand_text(operand, text)?, not(*negated), list_text(list, text)?)
        }
        Expr::Case { branches, otherwise } => case_text(branches, otherwise.as_deref(), text)?,
        Expr::Cast { operand, ty } => {
            format!("CAST({} AS {})", render(operand, text)?, text.cast_type(ty)?)
        }
        Expr::Function { name, arguments } => {
            format!("{}({})", function(name, text), list_text(arguments, text)?)
        }
    })
}

/// The operator's SQL.
pub fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "OR",
        BinaryOp::And => "AND",
        BinaryOp::Eq => "=",
        BinaryOp::Ne => "<>",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::Like => "LIKE",
        BinaryOp::NotLike => "NOT LIKE",
        BinaryOp::Concat => "||",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
    }
}

/// Whether the operator compares two values.
pub fn is_comparison(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

fn function(name: &str, text: &dyn ExprText) -> String {
    let plain =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.".contains(&byte));
    if plain { name.to_owned() } else { text.identifier(name) }
}

fn list_text(list: &[Expr], text: &dyn ExprText) -> Result<String> {
    let items: Vec<String> = list.iter().map(|item| render(item, text)).collect::<Result<_>>()?;
    Ok(items.join(", "))
}

/// An operand of an operator that binds tighter than anything written without parentheses or a call.
fn operand_text(operand: &Expr, text: &dyn ExprText) -> Result<String> {
    let sql = render(operand, text)?;
    Ok(if is_primary(operand) { sql } else { format!("({sql})") })
}

/// `--1` would begin a comment.
fn negated_text(operand: &Expr, text: &dyn ExprText) -> Result<String> {
    let sql = operand_text(operand, text)?;
    Ok(if sql.starts_with('-') { format!("({sql})") } else { sql })
}

fn side_text(op: BinaryOp, side: &Expr, text: &dyn ExprText) -> Result<String> {
    let condition = match side {
        Expr::Binary { op: inner, .. } => {
            *inner == op || is_comparison(*inner) || matches!(inner, BinaryOp::Like | BinaryOp::NotLike)
        }
        Expr::IsNull { .. } | Expr::In { .. } => true,
        _ => false,
    };
    if matches!(op, BinaryOp::And | BinaryOp::Or) && condition {
        return render(side, text);
    }
    operand_text(side, text)
}

fn is_primary(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Column(_)
            | Expr::Literal(_)
            | Expr::Cast { .. }
            | Expr::Function { .. }
            | Expr::Case { .. }
            | Expr::Now
    )
}

fn case_text(branches: &[(Expr, Expr)], otherwise: Option<&Expr>, text: &dyn ExprText) -> Result<String> {
    let mut sql = "CASE".to_owned();
    for (condition, value) in branches {
        sql.push_str(&format!(" WHEN {} THEN {}", render(condition, text)?, render(value, text)?));
    }
    if let Some(otherwise) = otherwise {
        sql.push_str(&format!(" ELSE {}", render(otherwise, text)?));
    }
    sql.push_str(" END");
    Ok(sql)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain;

    impl ExprText for Plain {
        fn identifier(&self, name: &str) -> String {
            format!("\"{name}\"")
        }
        fn literal(&self, literal: &Literal) -> String {
            match literal {
                Literal::Null => "NULL".to_owned(),
                Literal::Boolean(value) => value.to_string(),
                Literal::Number(number) => number.clone(),
                Literal::Text(text) => format!("'{text}'"),
                Literal::Bytes(bytes) => format!("{bytes:02x?}"),
            }
        }
        fn now(&self) -> String {
            "(now())".to_owned()
        }
        fn cast_type(&self, ty: &SqlType) -> Result<String> {
            Ok(ty.to_string())
        }
    }

    fn column(name: &str) -> Expr {
        Expr::column(name)
    }

    #[test]
    fn operands_keep_their_grouping() {
        let sum = Expr::binary(BinaryOp::Add, column("a"), Expr::integer(-1));
        let product = Expr::binary(BinaryOp::Multiply, sum.clone(), column("b"));
        let positive = Expr::binary(BinaryOp::Gt, product, Expr::integer(0));
        let either = Expr::binary(
            BinaryOp::Or,
            Expr::binary(
                BinaryOp::And,
                positive,
                Expr::IsNull { operand: Box::new(column("c")), negated: true },
            ),
            Expr::In { operand: Box::new(sum), list: vec![Expr::text("x")], negated: true },
        );
        assert_eq!(
            render(&either, &Plain).unwrap(),
            r#"((("a" + -1) * "b") > 0 AND "c" IS NOT NULL) OR ("a" + -1) NOT IN ('x')"#
        );
        let negated = Expr::Unary { op: UnaryOp::Negate, operand: Box::new(Expr::integer(-1)) };
        assert_eq!(render(&negated, &Plain).unwrap(), "-(-1)");
    }

    #[test]
    fn calls_and_cases() {
        let call = Expr::Function { name: "coalesce".into(), arguments: vec![column("a"), Expr::Now] };
        let case =
            Expr::Case { branches: vec![(column("on"), call)], otherwise: Some(Box::new(Expr::text(""))) };
        let cast = Expr::Cast { operand: Box::new(case), ty: SqlType::Varchar(3) };
        assert_eq!(
            render(&cast, &Plain).unwrap(),
            r#"CAST(CASE WHEN "on" THEN coalesce("a", (now())) ELSE '' END AS varchar(3))"#
        );
    }
}
