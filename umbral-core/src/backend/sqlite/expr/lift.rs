//! Stored to logical: the inverse of `lower`, for what SQLite's own texts say.

use super::super::wide;
use super::{CLOCK, DAY_AND_CLOCK, now_in, number, today};
use crate::backend::ExprContext;
use crate::backend::standard::expr::is_comparison;
use crate::backend::standard::expr_type::type_of;
use crate::schema::expr::{BinaryOp, Literal, UnaryOp};
use crate::schema::{Expr, SqlType, Table};
use crate::value::Decimal;

/// `expr` over logical values. What has no logical form stays as it is.
pub(in super::super) fn lift(expr: &Expr, context: ExprContext<'_>) -> Expr {
    Lift { table: context.table }.expr(expr, context.ty)
}

struct Lift<'a> {
    table: Option<&'a Table>,
}

impl Lift<'_> {
    fn expr(&self, expr: &Expr, ty: Option<&SqlType>) -> Expr {
        if [now_in(DAY_AND_CLOCK), now_in(CLOCK), today()].contains(expr) {
            return Expr::Now;
        }
        match expr {
            Expr::Literal(literal) => constant(literal, ty),
            Expr::Column(_) | Expr::Now | Expr::Raw(_) => expr.clone(),
            Expr::Unary { op, operand } => self.unary(*op, operand, ty),
            Expr::Binary { op, left, right } => self.binary(*op, left, right, ty),
            Expr::IsNull { operand, negated } => {
                Expr::IsNull { operand: Box::new(self.own(operand)), negated: *negated }
            }
            Expr::In { operand, list, negated } => {
                let ty = self.known(std::iter::once(operand.as_ref()).chain(list));
                Expr::In {
                    operand: Box::new(self.expr(operand, ty.as_ref())),
                    list: self.all(list, ty.as_ref()),
                    negated: *negated,
                }
            }
            Expr::Case { branches, otherwise } => {
                let known = self.known(branches.iter().map(|(_, value)| value).chain(otherwise.as_deref()));
                let ty = ty.or(known.as_ref());
                let branch =
                    |(condition, value): &(Expr, Expr)| (self.condition(condition), self.expr(value, ty));
                Expr::Case {
                    branches: branches.iter().map(branch).collect(),
                    otherwise: otherwise.as_ref().map(|value| Box::new(self.expr(value, ty))),
                }
            }
            Expr::Cast { operand, ty } => Expr::Cast { operand: Box::new(self.own(operand)), ty: ty.clone() },
            Expr::Function { name, arguments } => self.function(name, arguments, ty),
        }
    }

    fn own(&self, expr: &Expr) -> Expr {
        self.expr(expr, type_of(expr, self.table).as_ref())
    }

    fn condition(&self, expr: &Expr) -> Expr {
        self.expr(expr, Some(&SqlType::Boolean))
    }

    fn all(&self, exprs: &[Expr], ty: Option<&SqlType>) -> Vec<Expr> {
        exprs.iter().map(|expr| self.expr(expr, ty)).collect()
    }

    /// The first type that is known of any: stored constants have none of their own.
    fn known<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Option<SqlType> {
        let mut types = exprs.into_iter().filter_map(|expr| type_of(expr, self.table));
        types.next()
    }

    fn unary(&self, op: UnaryOp, operand: &Expr, ty: Option<&SqlType>) -> Expr {
        if op == UnaryOp::Not {
            if let Some((text, pattern)) = self.like_of(operand) {
                return Expr::binary(BinaryOp::NotLike, text, pattern);
            }
            return Expr::Unary { op, operand: Box::new(self.condition(operand)) };
        }
        Expr::Unary { op, operand: Box::new(self.expr(operand, ty)) }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, ty: Option<&SqlType>) -> Expr {
        let (left_type, right_type) = match op {
            BinaryOp::And | BinaryOp::Or => {
                return Expr::binary(op, self.condition(left), self.condition(right));
            }
            // The factor of a decimal is a plain number; so is everything that is divided or joined.
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder | BinaryOp::Concat => {
                return Expr::binary(op, self.own(left), self.own(right));
            }
            _ => (type_of(left, self.table), type_of(right, self.table)),
        };
        let known = left_type.or(right_type);
        let ty = if is_comparison(op) { known.as_ref() } else { known.as_ref().or(ty) };
        Expr::binary(op, self.expr(left, ty), self.expr(right, ty))
    }

    fn function(&self, name: &str, arguments: &[Expr], ty: Option<&SqlType>) -> Expr {
        let call = Expr::Function { name: name.to_owned(), arguments: arguments.to_vec() };
        if let Some((text, pattern)) = self.like_of(&call) {
            return Expr::binary(BinaryOp::Like, text, pattern);
        }
        let known = self.known(arguments);
        let arguments = match name {
            "coalesce" | "nullif" | "abs" => self.all(arguments, ty.or(known.as_ref())),
            _ => arguments.iter().map(|argument| self.own(argument)).collect(),
        };
        Expr::Function { name: name.to_owned(), arguments }
    }

    /// `glob('A*', x)` as the operands of `x LIKE 'A%'`.
    fn like_of(&self, expr: &Expr) -> Option<(Expr, Expr)> {
        let Expr::Function { name, arguments } = expr else { return None };
        match (name.as_str(), arguments.as_slice()) {
            ("glob", [Expr::Literal(Literal::Text(glob)), text]) => {
                Some((self.own(text), Expr::text(like_pattern(glob)?)))
            }
            _ => None,
        }
    }
}

fn constant(literal: &Literal, ty: Option<&SqlType>) -> Expr {
    match (literal, ty) {
        (Literal::Text(text), Some(SqlType::UInt64)) => {
            text.parse::<u64>().map_or_else(|_| Expr::text(text), |value| number(value.to_string()))
        }
        (Literal::Text(text), Some(SqlType::Decimal { precision, scale })) => {
            let found = wide::number(text, *precision, *scale);
            found.map_or_else(|| Expr::text(text), |found| number(trimmed(&found.to_string())))
        }
        (Literal::Number(text), Some(SqlType::Boolean)) if text == "0" || text == "1" => {
            Expr::Literal(Literal::Boolean(text == "1"))
        }
        (Literal::Number(text), Some(SqlType::Decimal { scale, .. })) => {
            let scale = u8::try_from(*scale).ok();
            match (text.parse::<i64>(), scale) {
                (Ok(mantissa), Some(scale)) => {
                    number(trimmed(&Decimal { mantissa: i128::from(mantissa), scale }.to_string()))
                }
                _ => Expr::Literal(literal.clone()),
            }
        }
        _ => Expr::Literal(literal.clone()),
    }
}

/// A number without zeros at the end of its fraction: the stored integer does not tell how many were written.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A GLOB pattern as a LIKE pattern; `None` where it uses what LIKE has not.
fn like_pattern(glob: &str) -> Option<String> {
    let mut like = String::with_capacity(glob.len());
    let mut characters = glob.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => like.push('%'),
            '?' => like.push('_'),
            '[' => {
                let literal = characters.next()?;
                like.push(literal);
                if characters.next() != Some(']') {
                    return None;
                }
            }
            '%' | '_' | '\\' => {
                like.push('\\');
                like.push(character);
            }
            other => like.push(other),
        }
    }
    Some(like)
}
