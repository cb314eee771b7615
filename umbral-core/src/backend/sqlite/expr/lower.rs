//! Logical to stored: decimals become scaled integers, or text where they are wide, booleans 0 and 1, dates fixed-width text.

use super::super::types::MAX_DECIMAL_PRECISION;
use super::super::wide::is_wide;
use super::constants::constant;
use super::{CLOCK, DAY_AND_CLOCK, now_in, number, today};
use crate::backend::ExprContext;
use crate::backend::standard::expr::is_comparison;
use crate::backend::standard::expr_type::{common_type, type_of};
use crate::error::{Error, Result};
use crate::schema::expr::{BinaryOp, Literal, UnaryOp};
use crate::schema::{Expr, SqlType, Table};

/// `expr` over what SQLite stores.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for arithmetic that would not be exact;
/// [`ErrorKind::Schema`](crate::error::ErrorKind::Schema) for a constant that its type does not hold.
pub(in super::super) fn lower(expr: &Expr, context: ExprContext<'_>) -> Result<Expr> {
    Lower { table: context.table }.expr(expr, context.ty)
}

/// Functions whose arguments and value are of one type.
const SAME_TYPE: [&str; 3] = ["coalesce", "nullif", "abs"];

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
            Expr::Unary { op: UnaryOp::Negate, operand } => self.negated(operand, ty)?,
            Expr::Binary { op, left, right } => self.binary(*op, left, right, ty)?,
            Expr::IsNull { operand, negated } => {
                Expr::IsNull { operand: Box::new(self.own(operand)?), negated: *negated }
            }
            Expr::In { operand, list, negated } => {
                let all: Vec<&Expr> = std::iter::once(operand.as_ref()).chain(list).collect();
                let common = self.common(&all)?;
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
        self.expr(expr, self.type_of(expr).as_ref())
    }

    fn condition(&self, expr: &Expr) -> Result<Expr> {
        self.expr(expr, Some(&SqlType::Boolean))
    }

    fn all(&self, exprs: &[Expr], ty: Option<&SqlType>) -> Result<Vec<Expr>> {
        exprs.iter().map(|expr| self.expr(expr, ty)).collect()
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, ty: Option<&SqlType>) -> Result<Expr> {
        let is_text = || ty.is_some_and(is_wide) || self.is_text(left) || self.is_text(right);
        match op {
            BinaryOp::And | BinaryOp::Or => {
                Ok(Expr::binary(op, self.condition(left)?, self.condition(right)?))
            }
            BinaryOp::Like | BinaryOp::NotLike => self.like(op, left, right),
            BinaryOp::Concat => Ok(Expr::binary(op, self.concatenated(left)?, self.concatenated(right)?)),
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder if !is_text() => {
                self.product(op, left, right, ty)
            }
            _ if is_comparison(op) => {
                let common = self.common(&[left, right])?;
                Ok(Expr::binary(op, self.expr(left, common.as_ref())?, self.expr(right, common.as_ref())?))
            }
            _ if is_text() => Err(text_kept()),
            _ => {
                let common = self.common(&[left, right])?;
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

    fn type_of(&self, expr: &Expr) -> Option<SqlType> {
        let ty = type_of(expr, self.table)?;
        Some(if is_wide(&ty) && self.wide_of(expr).is_none() { as_integer(ty) } else { ty })
    }

    /// Whether it is a number that is kept as text, or would be computed from one.
    fn is_text(&self, expr: &Expr) -> bool {
        self.type_of(expr) == Some(SqlType::UInt64) || self.wide_of(expr).is_some()
    }

    /// The type of the wide decimal that it is, or would be computed from. A type that holds other columns together may be
    /// as wide without any of them being so.
    fn wide_of(&self, expr: &Expr) -> Option<SqlType> {
        match expr {
            Expr::Column(_) => type_of(expr, self.table).filter(is_wide),
            Expr::Cast { ty, .. } => Some(ty.clone()).filter(is_wide),
            Expr::Unary { op: UnaryOp::Negate, operand } => self.wide_of(operand),
            Expr::Binary { op, left, right } if !is_comparison(*op) => {
                self.wide_of(left).or_else(|| self.wide_of(right))
            }
            Expr::Function { name, arguments } if SAME_TYPE.contains(&name.as_str()) => {
                arguments.iter().find_map(|argument| self.wide_of(argument))
            }
            Expr::Case { branches, otherwise } => {
                let mut values = branches.iter().map(|(_, value)| value).chain(otherwise.as_deref());
                values.find_map(|value| self.wide_of(value))
            }
            _ => None,
        }
    }

    /// The type in which all of these are held. Text holds one of its own alone.
    fn common(&self, exprs: &[&Expr]) -> Result<Option<SqlType>> {
        let Some(wide) = exprs.iter().find_map(|expr| self.wide_of(expr)) else {
            return Ok(common_type(exprs.iter().copied(), self.table).map(as_integer));
        };
        let other = |expr: &&Expr| self.type_of(expr).is_some_and(|ty| ty != wide);
        if exprs.iter().any(other) { Err(text_kept()) } else { Ok(Some(wide)) }
    }

    fn negated(&self, operand: &Expr, ty: Option<&SqlType>) -> Result<Expr> {
        match operand {
            Expr::Literal(Literal::Number(text)) if ty.is_some_and(is_wide) => {
                constant(&Literal::Number(format!("-{text}")), ty)
            }
            _ if ty.is_some_and(is_wide) || self.is_text(operand) => Err(text_kept()),
            _ => {
                let operand = Box::new(self.expr(operand, ty)?);
                Ok(Expr::Unary { op: UnaryOp::Negate, operand })
            }
        }
    }

    /// A decimal times an integer is exact; other products and quotients of scaled integers are not.
    fn product(&self, op: BinaryOp, left: &Expr, right: &Expr, ty: Option<&SqlType>) -> Result<Expr> {
        let decimal = |expr: &Expr| matches!(self.type_of(expr), Some(SqlType::Decimal { .. }));
        let whole = |expr: &Expr| match self.type_of(expr) {
            Some(ty) if ty.is_integer() => true,
            None => is_whole_constant(expr),
            Some(_) => false,
        };
        match (decimal(left), decimal(right)) {
            (false, false) => Ok(Expr::binary(op, self.own(left)?, self.own(right)?)),
            (true, false) if op == BinaryOp::Multiply && whole(right) => {
                let ty = ty.cloned().or_else(|| self.type_of(left));
                Ok(Expr::binary(op, self.expr(left, ty.as_ref())?, self.own(right)?))
            }
            (false, true) if op == BinaryOp::Multiply && whole(left) => {
                let ty = ty.cloned().or_else(|| self.type_of(right));
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
        match self.type_of(expr) {
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
        let values: Vec<&Expr> = branches.iter().map(|(_, value)| value).chain(otherwise).collect();
        let ty = ty.cloned().or(self.common(&values)?);
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
        let source = self.type_of(operand);
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
        let same_type = SAME_TYPE.contains(&name);
        let all: Vec<&Expr> = arguments.iter().collect();
        let common = if same_type { self.common(&all)? } else { None };
        if name == "abs" && common.as_ref().is_some_and(is_wide) {
            return Err(text_kept());
        }
        let decimals =
            arguments.iter().any(|argument| matches!(self.type_of(argument), Some(SqlType::Decimal { .. })));
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
        let own = self.type_of(column);
        let factor = match (&own, ty) {
            (Some(own), Some(other)) if own != other && (is_wide(own) || is_wide(other)) => {
                return Err(text_kept());
            }
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

/// The type of what integers compute, whose digits may be more than any of their columns has.
fn as_integer(ty: SqlType) -> SqlType {
    match ty {
        SqlType::Decimal { precision, scale } => {
            SqlType::Decimal { precision: precision.min(MAX_DECIMAL_PRECISION), scale }
        }
        other => other,
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
        "sqlite keeps a uint64, and a decimal of more than 18 digits, as text: it compares with others of its type, and \
         takes part in no arithmetic",
        "use a bigint, a uint32 or a decimal of at most 18 digits, compute it in Rust, or write the expression for SQLite \
         with sql!(…)",
    )
}

fn now(ty: Option<&SqlType>) -> Expr {
    match ty {
        Some(SqlType::Date) => today(),
        Some(SqlType::Time) => now_in(CLOCK),
        _ => now_in(DAY_AND_CLOCK),
    }
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
