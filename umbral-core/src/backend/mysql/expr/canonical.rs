//! One form for what was asked for and what is reported back.
//!
//! MariaDB has 1 for TRUE and `sold = 0` for NOT; MySQL puts constants in front. Both forms of a schema go through here.

use super::lower::truth;
use super::{boolean, call, spelled};
use crate::backend::standard::expr::is_comparison;
use crate::backend::standard::expr_type::{common_type, type_of};
use crate::schema::expr::{BinaryOp, Literal, UnaryOp};
use crate::schema::{Expr, SqlType, Table};
use crate::value::{Bits, Decimal, uuid_text};

/// The expression over the columns of `table` in the form in which two are compared. `ty`: the type of its own value,
/// where that is known.
pub(in super::super) fn canonical(expr: Expr, table: &Table, ty: Option<&SqlType>) -> Expr {
    let expr = expr.simplified().map(&mut |node| one(node, table)).simplified();
    match ty {
        Some(ty) => constant_of(expr, ty),
        None => expr,
    }
}

/// A default. `DEFAULT NULL` is none, and a number has the digits of its column.
pub(in super::super) fn default_value(default: Expr, ty: &SqlType) -> Option<Expr> {
    let default = canonical(default, &Table::default(), Some(ty));
    (default != Expr::Literal(Literal::Null)).then_some(default)
}

fn one(node: Expr, table: &Table) -> Expr {
    match node {
        Expr::Function { name, arguments } => function(&name, arguments, table),
        Expr::Unary { op: UnaryOp::Not, operand } => match *operand {
            Expr::Literal(Literal::Boolean(value)) => boolean(!value),
            Expr::Binary { op: BinaryOp::And, left, right } => either_not(BinaryOp::Or, *left, *right, table),
            Expr::Binary { op: BinaryOp::Or, left, right } => either_not(BinaryOp::And, *left, *right, table),
            operand => Expr::Unary { op: UnaryOp::Not, operand: Box::new(operand) },
        },
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            Expr::binary(op, constant_of(*left, &SqlType::Boolean), constant_of(*right, &SqlType::Boolean))
        }
        Expr::Binary { op, left, right } if is_comparison(op) => comparison(op, *left, *right, table),
        Expr::In { operand, list, negated } => {
            let ty = type_of(&operand, Some(table));
            let list = list.into_iter().map(|item| typed(item, ty.as_ref())).collect();
            Expr::In { operand, list, negated }
        }
        Expr::Case { branches, otherwise } => {
            let values = branches.iter().map(|(_, value)| value).chain(otherwise.as_deref());
            let ty = common_type(values, Some(table));
            Expr::Case {
                branches: branches.into_iter().map(|(when, then)| (when, typed(then, ty.as_ref()))).collect(),
                otherwise: otherwise.map(|value| Box::new(typed(*value, ty.as_ref()))),
            }
        }
        other => other,
    }
}

/// The servers take NOT into AND and OR.
fn either_not(op: BinaryOp, left: Expr, right: Expr, table: &Table) -> Expr {
    let not = |operand: Expr| {
        let not = Expr::Unary { op: UnaryOp::Not, operand: Box::new(operand) };
        one(not.simplified(), table)
    };
    Expr::binary(op, not(left), not(right))
}

fn function(name: &str, mut arguments: Vec<Expr>, table: &Table) -> Expr {
    match (name, arguments.len()) {
        ("lcase", _) => call("lower", arguments),
        ("ucase", _) => call("upper", arguments),
        ("char_length" | "character_length", _) => call("length", arguments),
        ("utc_timestamp" | "utc_time", 1) | ("utc_date", 0) => Expr::Now,
        ("round", 2) if arguments[1] == Expr::integer(0) => {
            arguments.truncate(1);
            call(name, arguments)
        }
        ("concat", _) => {
            let joined =
                arguments.into_iter().reduce(|left, right| Expr::binary(BinaryOp::Concat, left, right));
            joined.unwrap_or(Expr::text(""))
        }
        ("coalesce" | "nullif" | "greatest" | "least", _) => {
            let ty = common_type(&arguments, Some(table));
            call(name, arguments.into_iter().map(|argument| typed(argument, ty.as_ref())).collect())
        }
        _ => call(name, arguments),
    }
}

/// Constants stand behind, and what is true or false is not compared with TRUE.
fn comparison(op: BinaryOp, left: Expr, right: Expr, table: &Table) -> Expr {
    let (op, left, right) = match (left.is_constant(), right.is_constant()) {
        (true, false) => (mirrored(op), right, left),
        _ => (op, left, right),
    };
    let (left_type, right_type) = (type_of(&left, Some(table)), type_of(&right, Some(table)));
    let (left, right) = (typed(left, right_type.as_ref()), typed(right, left_type.as_ref()));
    match (op, &right) {
        (BinaryOp::Eq | BinaryOp::Ne, Expr::Literal(Literal::Boolean(value)))
            if left_type == Some(SqlType::Boolean) && !left.is_constant() =>
        {
            if *value == (op == BinaryOp::Eq) {
                left
            } else {
                Expr::Unary { op: UnaryOp::Not, operand: Box::new(left) }.simplified()
            }
        }
        _ => Expr::binary(op, left, right),
    }
}

fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

fn typed(expr: Expr, ty: Option<&SqlType>) -> Expr {
    match (ty, expr) {
        // Numbers keep their digits where they are compared, and take those of a column where they are stored.
        (Some(ty), expr) if !matches!(ty, SqlType::Decimal { .. }) => constant_of(expr, ty),
        (_, expr) => expr,
    }
}

/// A constant as one of type `ty`.
fn constant_of(expr: Expr, ty: &SqlType) -> Expr {
    match (expr, ty) {
        (Expr::Literal(Literal::Number(number)), SqlType::Boolean) => {
            truth(&number).unwrap_or(Expr::Literal(Literal::Number(number)))
        }
        (Expr::Literal(Literal::Number(number)), SqlType::Decimal { scale, .. }) => {
            let stored = number.parse::<Decimal>().and_then(|number| number.rescale(*scale as u8));
            Expr::Literal(Literal::Number(stored.map_or(number, |stored| stored.to_string())))
        }
        (Expr::Literal(Literal::Number(number)), SqlType::Real | SqlType::Double) if number.contains('.') => {
            let number = number.trim_end_matches('0').trim_end_matches('.').to_owned();
            Expr::Literal(Literal::Number(number))
        }
        (Expr::Literal(Literal::Bytes(bytes)), SqlType::Uuid) => match <[u8; 16]>::try_from(bytes) {
            Ok(bytes) => Expr::text(uuid_text(&bytes)),
            Err(bytes) => Expr::Literal(Literal::Bytes(bytes)),
        },
        (expr, SqlType::Bit(length)) => bits_of(expr, *length),
        (Expr::Literal(Literal::Text(text)), ty) => Expr::text(spelled(text, ty)),
        (other, _) => other,
    }
}

/// A constant of bits: `b'101'`, which is told as bytes or as a number, as the text of its digits.
fn bits_of(expr: Expr, length: u32) -> Expr {
    let bits = match &expr {
        Expr::Literal(Literal::Number(number)) => number.parse().ok(),
        Expr::Literal(Literal::Bytes(bytes)) if bytes.len() <= 8 => {
            Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
        }
        Expr::Raw(text) | Expr::Literal(Literal::Text(text)) => {
            let digits = text.strip_prefix("b'").and_then(|rest| rest.strip_suffix('\''));
            digits.and_then(|digits| digits.parse::<Bits>().ok()).and_then(|bits| bits.number())
        }
        _ => None,
    };
    bits.map_or(expr, |number| Expr::text(Bits::from_number(number, length).to_string()))
}
