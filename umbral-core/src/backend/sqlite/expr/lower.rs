//! Logical to stored: decimals become scaled integers, booleans 0 and 1, dates fixed-width text.

use super::super::types::u64_text;
use super::{CLOCK, DAY_AND_CLOCK, now_in, number, today};
use crate::backend::ExprContext;
use crate::backend::standard::expr::is_comparison;
use crate::backend::standard::expr_type::{common_type, type_of};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::expr::{BinaryOp, Literal, UnaryOp};
use crate::schema::{Expr, SqlType, Table};
use crate::value::{Bits, Cidr, Date, Decimal, Inet, MacAddr, Time, Timestamp};

/// `expr` over what SQLite stores.
///
/// # Errors
/// [`ErrorKind::Unsupported`] for arithmetic that would not be exact; [`ErrorKind::Schema`] for a constant that
/// its type does not hold.
pub(in super::super) fn lower(expr: &Expr, context: ExprContext<'_>) -> Result<Expr> {
    Lower { table: context.table }.expr(expr, context.ty)
}

struct Lower<'a> {
    table: Option<&'a Table>,
}

impl Lower<'_> {
    /// `expr` stored as `ty`, where that is known.
    fn expr(&self, expr: &Expr, ty: Option<&SqlType>) -> Result<Expr> {
        Ok(match expr {
            Expr::Literal(literal) => constant(literal, ty)?,
            Expr::Column(_) => self.converted(expr, ty)?,
            Expr::Now => now(ty),
            Expr::Raw(_) => expr.clone(),
            Expr::Unary { op: UnaryOp::Not, operand } => {
                Expr::Unary { op: UnaryOp::Not, operand: Box::new(self.condition(operand)?) }
            }
            Expr::Unary { op: UnaryOp::Negate, operand } => {
                Expr::Unary { op: UnaryOp::Negate, operand: Box::new(self.expr(operand, ty)?) }
            }
            Expr::Binary { op, left, right } => self.binary(*op, left, right, ty)?,
            Expr::IsNull { operand, negated } => {
                Expr::IsNull { operand: Box::new(self.own(operand)?), negated: *negated }
            }
            Expr::In { operand, list, negated } => {
                let common = common_type(std::iter::once(operand.as_ref()).chain(list), self.table);
                Expr::In {
                    operand: Box::new(self.expr(operand, common.as_ref())?),
                    list: self.all(list, common.as_ref())?,
                    negated: *negated,
                }
            }
            Expr::Case { branches, otherwise } => self.case(branches, otherwise.as_deref(), ty)?,
            Expr::Cast { operand, ty: target } => self.cast(operand, target)?,
            Expr::Function { name, arguments } => self.function(name, arguments, ty)?,
        })
    }

    fn own(&self, expr: &Expr) -> Result<Expr> {
        self.expr(expr, type_of(expr, self.table).as_ref())
    }

    fn condition(&self, expr: &Expr) -> Result<Expr> {
        self.expr(expr, Some(&SqlType::Boolean))
    }

    fn all(&self, exprs: &[Expr], ty: Option<&SqlType>) -> Result<Vec<Expr>> {
        exprs.iter().map(|expr| self.expr(expr, ty)).collect()
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, ty: Option<&SqlType>) -> Result<Expr> {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                Ok(Expr::binary(op, self.condition(left)?, self.condition(right)?))
            }
            BinaryOp::Like | BinaryOp::NotLike => self.like(op, left, right),
            BinaryOp::Concat => Ok(Expr::binary(op, self.concatenated(left)?, self.concatenated(right)?)),
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder
                if !self.is_u64(left) && !self.is_u64(right) =>
            {
                self.product(op, left, right, ty)
            }
            _ if !is_comparison(op) && [left, right].iter().any(|side| self.is_u64(side)) => Err(text_kept()),
            _ if is_comparison(op) => {
                let common = common_type([left, right], self.table);
                Ok(Expr::binary(op, self.expr(left, common.as_ref())?, self.expr(right, common.as_ref())?))
            }
            _ => {
                let common = common_type([left, right], self.table);
                let ty = match (&common, ty) {
                    (Some(SqlType::Decimal { scale, .. }), Some(SqlType::Decimal { scale: wanted, .. }))
                        if wanted >= scale =>
                    {
                        ty
                    }
                    (None, _) => ty,
                    _ => common.as_ref(),
                };
                Ok(Expr::binary(op, self.expr(left, ty)?, self.expr(right, ty)?))
            }
        }
    }

    fn is_u64(&self, expr: &Expr) -> bool {
        type_of(expr, self.table) == Some(SqlType::UInt64)
    }

    /// A decimal times an integer is exact; other products and quotients of scaled integers are not.
    fn product(&self, op: BinaryOp, left: &Expr, right: &Expr, ty: Option<&SqlType>) -> Result<Expr> {
        let decimal = |expr: &Expr| matches!(type_of(expr, self.table), Some(SqlType::Decimal { .. }));
        let whole = |expr: &Expr| match type_of(expr, self.table) {
            Some(ty) if ty.is_integer() => true,
            None => is_whole_constant(expr),
            Some(_) => false,
        };
        match (decimal(left), decimal(right)) {
            (false, false) => Ok(Expr::binary(op, self.own(left)?, self.own(right)?)),
            (true, false) if op == BinaryOp::Multiply && whole(right) => {
                let ty = ty.cloned().or_else(|| type_of(left, self.table));
                Ok(Expr::binary(op, self.expr(left, ty.as_ref())?, self.own(right)?))
            }
            (false, true) if op == BinaryOp::Multiply && whole(left) => {
                let ty = ty.cloned().or_else(|| type_of(right, self.table));
                Ok(Expr::binary(op, self.own(left)?, self.expr(right, ty.as_ref())?))
            }
            _ => Err(inexact("a decimal can only be multiplied by an integer")),
        }
    }

    /// `LIKE` ignores case on SQLite and nowhere else; `glob` does not.
    fn like(&self, op: BinaryOp, text: &Expr, pattern: &Expr) -> Result<Expr> {
        let Expr::Literal(Literal::Text(pattern)) = pattern else {
            return Err(Error::unsupported(
                "sqlite compares LIKE without regard to case, and a pattern that is no constant cannot be rewritten",
                "write the pattern as a constant",
            ));
        };
        let glob = Expr::Function {
            name: "glob".into(),
            arguments: vec![Expr::text(glob_pattern(pattern)), self.own(text)?],
        };
        Ok(match op {
            BinaryOp::NotLike => Expr::Unary { op: UnaryOp::Not, operand: Box::new(glob) },
            _ => glob,
        })
    }

    fn concatenated(&self, expr: &Expr) -> Result<Expr> {
        match type_of(expr, self.table) {
            Some(SqlType::Decimal { .. } | SqlType::Boolean) => {
                Err(inexact("a decimal or boolean is kept as an integer, and would be joined to text as one"))
            }
            _ => self.own(expr),
        }
    }

    fn case(
        &self,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        ty: Option<&SqlType>,
    ) -> Result<Expr> {
        let common = common_type(branches.iter().map(|(_, value)| value).chain(otherwise), self.table);
        let ty = ty.cloned().or(common);
        let branch = |(condition, value): &(Expr, Expr)| {
            Ok((self.condition(condition)?, self.expr(value, ty.as_ref())?))
        };
        Ok(Expr::Case {
            branches: branches.iter().map(branch).collect::<Result<_>>()?,
            otherwise: otherwise.map(|value| self.expr(value, ty.as_ref()).map(Box::new)).transpose()?,
        })
    }

    fn cast(&self, operand: &Expr, target: &SqlType) -> Result<Expr> {
        let plain = |ty: &SqlType| {
            matches!(
                ty,
                SqlType::SmallInt
                    | SqlType::Integer
                    | SqlType::BigInt
                    | SqlType::UInt8
                    | SqlType::UInt16
                    | SqlType::UInt32
                    | SqlType::Double
                    | SqlType::Text
                    | SqlType::Varchar(_)
            )
        };
        let source = type_of(operand, self.table);
        if plain(target) && source.as_ref().is_none_or(plain) {
            return Ok(Expr::Cast { operand: Box::new(self.own(operand)?), ty: target.clone() });
        }
        let source = source.map_or(String::new(), |source| format!(" from {source}"));
        Err(Error::unsupported(
            format!("sqlite has no conversion{source} to {target} that keeps the value"),
            "leave the CAST out, or write the expression for SQLite with sql!(…)",
        ))
    }

    fn function(&self, name: &str, arguments: &[Expr], ty: Option<&SqlType>) -> Result<Expr> {
        let same_type = matches!(name, "coalesce" | "nullif" | "abs");
        let common = same_type.then(|| common_type(arguments, self.table)).flatten();
        let decimals = arguments
            .iter()
            .any(|argument| matches!(type_of(argument, self.table), Some(SqlType::Decimal { .. })));
        let arguments = if same_type {
            self.all(arguments, ty.or(common.as_ref()))?
        } else if decimals {
            return Err(inexact(&format!("{name}() would be given a decimal as a scaled integer")));
        } else {
            arguments.iter().map(|argument| self.own(argument)).collect::<Result<_>>()?
        };
        Ok(Expr::Function { name: name.to_owned(), arguments })
    }

    /// A column, its value scaled to that of `ty`.
    fn converted(&self, column: &Expr, ty: Option<&SqlType>) -> Result<Expr> {
        let own = type_of(column, self.table);
        let factor = match (&own, ty) {
            (Some(SqlType::Decimal { scale, .. }), Some(SqlType::Decimal { scale: wanted, .. })) => {
                match wanted.checked_sub(*scale) {
                    Some(digits) => digits,
                    None => return Err(inexact("a decimal would lose digits behind its point")),
                }
            }
            (
                Some(
                    SqlType::SmallInt
                    | SqlType::Integer
                    | SqlType::BigInt
                    | SqlType::UInt8
                    | SqlType::UInt16
                    | SqlType::UInt32,
                ),
                Some(SqlType::Decimal { scale, .. }),
            ) => *scale,
            (Some(SqlType::UInt64), Some(other)) | (Some(other), Some(SqlType::UInt64))
                if *other != SqlType::UInt64 =>
            {
                return Err(text_kept());
            }
            (Some(SqlType::Decimal { scale, .. }), Some(SqlType::Double)) => {
                let operand = Box::new(column.clone());
                let wide = Expr::Cast { operand, ty: SqlType::Double };
                let divisor = number(format!("1{}.0", "0".repeat(usize::from(*scale))));
                return Ok(Expr::binary(BinaryOp::Divide, wide, divisor));
            }
            _ => 0,
        };
        if factor == 0 {
            return Ok(column.clone());
        }
        let power = number(format!("1{}", "0".repeat(usize::from(factor))));
        Ok(Expr::binary(BinaryOp::Multiply, column.clone(), power))
    }
}

fn is_whole_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Literal::Number(number)) => !number.contains('.'),
        Expr::Unary { op: UnaryOp::Negate, operand } => is_whole_constant(operand),
        _ => false,
    }
}

fn inexact(why: &str) -> Error {
    Error::unsupported(
        format!("sqlite keeps decimals as scaled integers: {why}"),
        "compute it in Rust, use a double, or write the expression for SQLite with sql!(…)",
    )
}

fn text_kept() -> Error {
    Error::unsupported(
        "sqlite keeps a uint64 as text of 20 digits, which takes part in no arithmetic",
        "use a bigint or a uint32, compute it in Rust, or write the expression for SQLite with sql!(…)",
    )
}

fn now(ty: Option<&SqlType>) -> Expr {
    match ty {
        Some(SqlType::Date) => today(),
        Some(SqlType::Time) => now_in(CLOCK),
        _ => now_in(DAY_AND_CLOCK),
    }
}

/// A constant as a column of `ty` stores it.
fn constant(literal: &Literal, ty: Option<&SqlType>) -> Result<Expr> {
    let stored = match (literal, ty) {
        (Literal::Boolean(value), _) => number(u8::from(*value).to_string()),
        (Literal::Number(text) | Literal::Text(text), Some(SqlType::Decimal { precision, scale })) => {
            number(mantissa(text, *precision, *scale)?)
        }
        (Literal::Number(text) | Literal::Text(text), Some(SqlType::UInt64)) => {
            let number = text.parse::<u64>();
            Expr::text(u64_text(number.map_err(|_| misfit(format!("{text} does not fit uint64")))?))
        }
        (Literal::Text(text), Some(ty)) => Expr::text(canonical(text, ty).map_err(|error| {
            misfit(format!("the constant does not fit its type: {error}")).with_source(error)
        })?),
        _ => Expr::Literal(literal.clone()),
    };
    Ok(stored)
}

fn misfit(message: String) -> Error {
    let hint = "give a constant of the column's type; where the type changes, drop what compares the column before, and \
                add it again after";
    Error::new(ErrorKind::Schema, message).with_hint(hint)
}

fn mantissa(text: &str, precision: u16, scale: u16) -> Result<String> {
    let bad = || misfit(format!("{text} does not fit decimal({precision}, {scale})"));
    let scale = u8::try_from(scale).map_err(|_| bad())?;
    let scaled = text.parse::<Decimal>().and_then(|number| number.rescale(scale)).map_err(|_| bad())?;
    // A comparison with a number beyond the column's range is fine; one beyond SQLite's integers is not.
    i64::try_from(scaled.mantissa).map(|mantissa| mantissa.to_string()).map_err(|_| bad())
}

/// Text in the one spelling that values of `ty` are stored in, so that comparisons of text are comparisons of values.
fn canonical(text: &str, ty: &SqlType) -> Result<String> {
    Ok(match ty {
        SqlType::Date => text.parse::<Date>()?.to_string(),
        SqlType::Time => text.parse::<Time>()?.to_string(),
        SqlType::Timestamp | SqlType::TimestampTz if text.len() == 10 => {
            Timestamp::new(text.parse()?, Time { micros: 0 }).to_string()
        }
        SqlType::Timestamp | SqlType::TimestampTz => text.parse::<Timestamp>()?.to_string(),
        SqlType::Uuid => crate::value::uuid_text(&crate::value::parse_uuid(text)?),
        SqlType::Inet => text.parse::<Inet>()?.to_string(),
        SqlType::Cidr => text.parse::<Cidr>()?.to_string(),
        SqlType::MacAddr => text.parse::<MacAddr>()?.to_string(),
        SqlType::Bit(_) => text.parse::<Bits>()?.to_string(),
        // Blanks at its end are none of its value.
        SqlType::Char(_) => text.trim_end_matches(' ').to_owned(),
        _ => text.to_owned(),
    })
}

/// A LIKE pattern as a GLOB pattern of the same meaning. `\` takes the meaning of the next character away.
fn glob_pattern(like: &str) -> String {
    let mut glob = String::with_capacity(like.len());
    let mut characters = like.chars();
    while let Some(character) = characters.next() {
        let (character, literal) = match character {
            '\\' => (characters.next().unwrap_or('\\'), true),
            other => (other, false),
        };
        match character {
            '%' if !literal => glob.push('*'),
            '_' if !literal => glob.push('?'),
            '*' | '?' | '[' => {
                glob.push('[');
                glob.push(character);
                glob.push(']');
            }
            other => glob.push(other),
        }
    }
    glob
}
