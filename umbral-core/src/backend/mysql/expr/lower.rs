//! Logical to stored: dates in one spelling, UUIDs as bytes where they have no type, and the servers' own functions.

use super::super::MySql;
use super::super::types;
use super::{NOW, boolean, call, spelled, uuid_bytes};
use crate::backend::standard::expr::{is_comparison, render};
use crate::backend::standard::expr_type::{common_type, type_of};
use crate::backend::{BackendFeature, DatabaseBackend, ExprContext};
use crate::error::{Error, Result};
use crate::schema::expr::{BinaryOp, Literal, UnaryOp};
use crate::schema::{Expr, SqlType, Table};
use crate::value::Bits;

/// `expr` over what the servers store.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) for what the servers cannot compute.
pub(in super::super) fn lower(backend: &MySql, expr: &Expr, context: ExprContext<'_>) -> Result<Expr> {
    Lower { backend, table: context.table }.expr(expr, context.ty)
}

/// `expr` as a condition of a check: MySQL takes nothing there that is a number by its form, as a boolean column is.
///
/// # Errors
/// As [`lower`].
pub(in super::super) fn condition(backend: &MySql, expr: &Expr, table: &Table) -> Result<Expr> {
    let mut moving = false;
    expr.visit(&mut |node| moving |= *node == Expr::Now);
    if moving {
        return Err(Error::unsupported(
            format!("{} has no check that reads the clock, as `{expr}` does", backend.name()),
            "check it when a row is written, in the application or in a trigger",
        ));
    }
    let lowered = lower(backend, expr, ExprContext::of(table))?;
    Ok(if is_condition(&lowered) { lowered } else { Expr::binary(BinaryOp::Ne, lowered, Expr::integer(0)) })
}

fn is_condition(expr: &Expr) -> bool {
    match expr {
        Expr::Binary { op, .. } => {
            is_comparison(*op)
                || matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Like | BinaryOp::NotLike)
        }
        Expr::Unary { op, .. } => *op == UnaryOp::Not,
        Expr::IsNull { .. } | Expr::In { .. } | Expr::Raw(_) => true,
        _ => false,
    }
}

struct Lower<'a> {
    backend: &'a MySql,
    table: Option<&'a Table>,
}

impl Lower<'_> {
    /// `expr` stored as `ty`, where that is known.
    fn expr(&self, expr: &Expr, ty: Option<&SqlType>) -> Result<Expr> {
        Ok(match expr {
            Expr::Literal(literal) => self.constant(literal, ty),
            Expr::Now => now(ty),
            Expr::Column(_) | Expr::Raw(_) => expr.clone(),
            Expr::Unary { op, operand } => {
                let ty = if *op == UnaryOp::Not { Some(&SqlType::Boolean) } else { ty };
                Expr::Unary { op: *op, operand: Box::new(self.expr(operand, ty)?) }
            }
            Expr::Binary { op, left, right } => self.binary(*op, left, right)?,
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
            Expr::Cast { operand, ty: target } => {
                cast_type(self.backend, target)?;
                Expr::Cast { operand: Box::new(self.own(operand)?), ty: target.clone() }
            }
            Expr::Function { name, arguments } => self.function(name, arguments, ty)?,
        })
    }

    fn own(&self, expr: &Expr) -> Result<Expr> {
        self.expr(expr, type_of(expr, self.table).as_ref())
    }

    fn all(&self, exprs: &[Expr], ty: Option<&SqlType>) -> Result<Vec<Expr>> {
        exprs.iter().map(|expr| self.expr(expr, ty)).collect()
    }

    fn constant(&self, literal: &Literal, ty: Option<&SqlType>) -> Expr {
        let (Literal::Text(text), Some(ty)) = (literal, ty) else { return Expr::Literal(literal.clone()) };
        if *ty == SqlType::Uuid
            && !self.backend.supports(BackendFeature::UuidNative)
            && let Some(bytes) = uuid_bytes(text)
        {
            return Expr::Literal(Literal::Bytes(bytes));
        }
        if let SqlType::Bit(_) = ty
            && let Ok(bits) = text.parse::<Bits>()
        {
            return Expr::Raw(format!("b'{bits}'"));
        }
        Expr::text(spelled(text.clone(), ty))
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<Expr> {
        Ok(match op {
            BinaryOp::And | BinaryOp::Or => {
                let condition = |expr: &Expr| self.expr(expr, Some(&SqlType::Boolean));
                Expr::binary(op, condition(left)?, condition(right)?)
            }
            BinaryOp::Like | BinaryOp::NotLike => Expr::binary(op, self.own(left)?, self.own(right)?),
            BinaryOp::Concat => {
                let mut parts = Vec::new();
                self.concatenated(left, &mut parts)?;
                self.concatenated(right, &mut parts)?;
                call("concat", parts)
            }
            BinaryOp::Divide if self.is_whole(left) && self.is_whole(right) => {
                self.whole_division(left, right)?
            }
            _ => {
                let common = common_type([left, right], self.table);
                if let (BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge, Some(SqlType::Enum(_))) =
                    (op, &common)
                {
                    return Err(Error::unsupported(
                        format!("{} compares the labels of an enum as texts", self.backend.name()),
                        "name the labels that are meant: IN (…)",
                    ));
                }
                Expr::binary(op, self.expr(left, common.as_ref())?, self.expr(right, common.as_ref())?)
            }
        })
    }

    /// `||` is OR here.
    fn concatenated(&self, expr: &Expr, parts: &mut Vec<Expr>) -> Result<()> {
        match expr {
            Expr::Binary { op: BinaryOp::Concat, left, right } => {
                self.concatenated(left, parts)?;
                self.concatenated(right, parts)
            }
            other => {
                parts.push(self.own(other)?);
                Ok(())
            }
        }
    }

    /// `/` between integers gives a decimal here.
    fn whole_division(&self, left: &Expr, right: &Expr) -> Result<Expr> {
        let text = |expr: &Expr| render(&self.own(expr)?, &super::super::text::Text(self.backend));
        Ok(Expr::Raw(format!("(({}) DIV ({}))", text(left)?, text(right)?)))
    }

    fn is_whole(&self, expr: &Expr) -> bool {
        match type_of(expr, self.table) {
            Some(ty) => ty.is_integer(),
            None => matches!(expr, Expr::Literal(Literal::Number(number)) if !number.contains('.')),
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
        let branch = |(when, then): &(Expr, Expr)| {
            Ok((self.expr(when, Some(&SqlType::Boolean))?, self.expr(then, ty.as_ref())?))
        };
        Ok(Expr::Case {
            branches: branches.iter().map(branch).collect::<Result<_>>()?,
            otherwise: otherwise.map(|value| self.expr(value, ty.as_ref()).map(Box::new)).transpose()?,
        })
    }

    fn function(&self, name: &str, arguments: &[Expr], ty: Option<&SqlType>) -> Result<Expr> {
        let same_type = matches!(name, "coalesce" | "nullif" | "greatest" | "least");
        let common = same_type.then(|| common_type(arguments, self.table)).flatten();
        let arguments = if same_type {
            self.all(arguments, common.as_ref().or(ty))?
        } else {
            arguments.iter().map(|argument| self.own(argument)).collect::<Result<_>>()?
        };
        // Its own `length` counts bytes.
        Ok(call(if name == "length" { "char_length" } else { name }, arguments))
    }
}

/// The present as a value of a type.
fn now(ty: Option<&SqlType>) -> Expr {
    Expr::Raw(
        match ty {
            Some(SqlType::Date) => "utc_date()",
            Some(SqlType::Time) => "utc_time(6)",
            _ => NOW,
        }
        .to_owned(),
    )
}

/// The type that `CAST` names. An integer has no width there.
pub(in super::super) fn cast_type(backend: &MySql, ty: &SqlType) -> Result<String> {
    types::map_type(backend, ty)?;
    Ok(match ty {
        SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => "signed".to_owned(),
        SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32 | SqlType::UInt64 => "unsigned".to_owned(),
        SqlType::Real => "float".to_owned(),
        SqlType::Text => "char".to_owned(),
        SqlType::Char(length) | SqlType::Varchar(length) => format!("char({length})"),
        SqlType::Bytes => "binary".to_owned(),
        SqlType::Double
        | SqlType::Decimal { .. }
        | SqlType::Date
        | SqlType::Time
        | SqlType::Timestamp
        | SqlType::TimestampTz => types::type_name(backend, ty)?,
        SqlType::Json if backend.supports(BackendFeature::JsonbColumns) => "json".to_owned(),
        SqlType::Boolean
        | SqlType::Uuid
        | SqlType::Json
        | SqlType::Array(_)
        | SqlType::Interval
        | SqlType::Inet
        | SqlType::Cidr
        | SqlType::MacAddr
        | SqlType::Enum(_)
        | SqlType::Range(_)
        | SqlType::Hstore
        | SqlType::Ltree
        | SqlType::Xml
        | SqlType::TsVector
        | SqlType::Bit(_) => {
            return Err(Error::unsupported(
                format!("{} has no CAST to {ty}", backend.name()),
                "leave the CAST out, or compare with a constant",
            ));
        }
    })
}

/// TRUE and FALSE by their numbers.
pub(super) fn truth(number: &str) -> Option<Expr> {
    match number {
        "0" => Some(boolean(false)),
        "1" => Some(boolean(true)),
        _ => None,
    }
}
