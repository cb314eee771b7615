//! Arithmetic, and decimals where they are stored as scaled integers.

use super::terms::{Item, Reader, condition};
use crate::backend::BackendFeature;
use crate::error::{Error, Result};
use crate::model::FieldMeta;
use crate::query::code::Op;
use crate::query::slot::Slot;
use crate::value::Decimal;
use sea_query::{Expr, ExprTrait, Value};

impl Reader<'_> {
    pub(super) fn arithmetic(&self, op: Op, left: Item, right: Item) -> Result<Item> {
        let decimal = left.decimal || right.decimal;
        if self.scaled() && (left.wide.is_some() || right.wide.is_some()) {
            return Err(self.no_wide_arithmetic());
        }
        let nullable = left.nullable || right.nullable || op == Op::Divide;
        let scales = (left.scale_or_whole(), right.scale_or_whole());
        let scale = match (op, scales) {
            (Op::Multiply, (Some(left), Some(right))) => Some(left + right),
            (Op::Add | Op::Subtract, (Some(left), Some(right))) => Some(Ord::max(left, right)),
            _ => None,
        };
        let (left, right) = match op {
            Op::Add | Op::Subtract => self.aligned(left, right)?,
            Op::Divide if decimal && self.scaled() => return Err(self.no_quotients()),
            _ => (left, right),
        };
        let whole = left.whole && right.whole;
        let expr = match op {
            Op::Divide if whole => self.backend.dialect().whole_quotient(left.expr, right.expr),
            Op::Add => left.expr.add(right.expr),
            Op::Subtract => left.expr.sub(right.expr),
            Op::Multiply => left.expr.mul(right.expr),
            _ => left.expr.div(right.expr),
        };
        let mut item = condition(expr, nullable);
        (item.scale, item.decimal, item.whole) = (scale.filter(|_| decimal), decimal, whole);
        Ok(item)
    }

    /// Whether decimals are stored as integers, scaled by their digits behind the point.
    fn scaled(&self) -> bool {
        !self.backend.supports(BackendFeature::DecimalNative)
    }

    /// Both sides with the same number of digits behind the point, where decimals are stored as scaled integers.
    pub(super) fn aligned(&self, left: Item, right: Item) -> Result<(Item, Item)> {
        if !(left.decimal || right.decimal) || !self.scaled() {
            return Ok((left, right));
        }
        if left.wide.is_some() || right.wide.is_some() {
            // A constant has been written as the column's values are.
            let alike = left.wide == right.wide || left.param || right.param;
            return if alike { Ok((left, right)) } else { Err(self.no_wide_arithmetic()) };
        }
        match (left.scale_or_whole(), right.scale_or_whole()) {
            (Some(one), Some(other)) => Ok((
                left.multiplied(other.saturating_sub(one))?,
                right.multiplied(one.saturating_sub(other))?,
            )),
            _ => Err(self.no_quotients()),
        }
    }

    /// `item` as it is stored in the field's column, where that is a decimal: where decimals are scaled
    /// integers, digits too many are rounded half away from zero, as databases with decimals do.
    pub(super) fn stored(&self, item: Item, field: &FieldMeta) -> Result<Expr> {
        let Some(scale) = Slot::of_field(field).scale().filter(|_| self.scaled()) else {
            return Ok(item.expr);
        };
        let wide = wide(field);
        if wide.is_some() || item.wide.is_some() {
            let fits = item.param || wide == item.wide;
            return if fits { Ok(item.expr) } else { Err(self.no_wide_arithmetic()) };
        }
        let from = item.scale_or_whole().ok_or_else(|| self.no_quotients())?;
        let Some(unit) = from.checked_sub(scale).filter(|excess| *excess > 0).map(power_of_ten) else {
            return Ok(item.multiplied(scale - from)?.expr);
        };
        let half = unit? / 2;
        let sign = Expr::case(item.expr.clone().lt(constant(0)), constant(-half)).finally(constant(half));
        Ok(item.expr.add(Expr::Case(Box::new(sign))).div(constant(2 * half)))
    }

    fn no_wide_arithmetic(&self) -> Error {
        let (name, version, most) = (self.backend.name(), self.backend.version(), Decimal::INTEGER_PRECISION);
        Error::unsupported(
            format!(
                "{name} {version} stores decimals of more than {most} digits as text, which compares with others of the same \
                 size and takes part in no arithmetic"
            ),
            format!("use at most {most} digits, compute it in Rust, or use a database with native decimals"),
        )
    }

    fn no_quotients(&self) -> Error {
        let (name, version) = (self.backend.name(), self.backend.version());
        Error::unsupported(
            format!(
                "{name} {version} cannot divide decimals without loss: it stores them as scaled integers"
            ),
            "multiply by the reciprocal (price * dec!(0.5)), divide in Rust, or use a database with native decimals",
        )
    }
}

/// The size of a decimal field that no integer holds.
pub(super) fn wide(field: &FieldMeta) -> Option<(u16, u16)> {
    Slot::of_field(field).decimal.filter(|(precision, _)| *precision > Decimal::INTEGER_PRECISION)
}

impl Item {
    /// The digits behind the point; an integer has none.
    fn scale_or_whole(&self) -> Option<u16> {
        if self.decimal { self.scale } else { Some(0) }
    }

    fn multiplied(mut self, digits: u16) -> Result<Item> {
        if digits > 0 {
            self.expr = self.expr.mul(constant(power_of_ten(digits)?));
        }
        Ok(self)
    }
}

fn power_of_ten(digits: u16) -> Result<i64> {
    10i64.checked_pow(u32::from(digits)).ok_or_else(|| {
        Error::unsupported(
            format!("an expression would need {digits} more decimal digits than a scaled integer has"),
            "use fewer digits behind the point in its constants",
        )
    })
}

fn constant(number: i64) -> Expr {
    Expr::Constant(Value::BigInt(Some(number)))
}
