//! Values that a query computes: columns, constants and arithmetic over them.

#![allow(clippy::wrong_self_convention, reason = "a condition is built from a handle, not asked of it")]

use super::code::{Code, Op};
use super::problem::Problem;
use super::slot::{Comparand, Slot, field_at};
use super::{Col, GeneratedCol, IntoValue};
use crate::model::{Model, ModelMeta};
use crate::value::{Value, ValueType};
use std::marker::PhantomData;

/// A column or an expression of a query over `meta`, with what is known of its type.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    pub(crate) code: Code,
    pub(crate) slot: Slot,
}

/// What a column is compared with or set to.
#[derive(Debug, Clone)]
pub enum Other {
    /// A constant.
    #[doc(hidden)]
    Value(Value),
    /// Another column or an expression.
    #[doc(hidden)]
    Term(OtherTerm),
}

/// A column or an expression on the right-hand side.
#[derive(Debug, Clone)]
pub struct OtherTerm(pub(crate) Term);

impl Term {
    pub(crate) fn column(meta: &'static ModelMeta, path: super::Path, field: u16) -> Term {
        let mut code = Code::default();
        match field_at(meta, path, field) {
            Ok(found) => {
                let (path, field) = without_last_hop(meta, path, field);
                code.column(path, field);
                Term { code, slot: Slot::of_field(found) }
            }
            Err(problem) => Term::failed(problem),
        }
    }

    fn failed(problem: Problem) -> Term {
        let mut code = Code::default();
        code.fail(problem);
        Term { code, slot: Slot::of_number(ValueType::BigInt, None) }
    }

    /// This term beside a constant or another term, on the stack below it.
    pub(crate) fn with_operand(mut self, op: Op, other: Other) -> Term {
        let left = self.slot;
        let right = match other {
            Other::Value(value) => {
                let value = left.operand(value);
                let slot = match &value {
                    Value::Decimal(number) => {
                        Slot::of_number(ValueType::Decimal, Some(u16::from(number.scale)))
                    }
                    _ => Slot::of_number(left.integer_or_float(), None),
                };
                self.code.param(value);
                slot
            }
            Other::Term(OtherTerm(term)) => {
                self.code.append(term.code);
                term.slot
            }
        };
        self.code.op(op);
        self.slot = left.combine(op, right);
        self
    }

    /// Fails where values of the type are neither equal nor different.
    pub(crate) fn must_compare(&mut self) {
        if !self.slot.ty.has_equality() {
            self.code.fail(Problem::NoEquality);
        }
    }

    /// Whether the comparison is true.
    pub(crate) fn compare(mut self, op: Op, other: Other) -> Code {
        if !matches!(other, Other::Value(Value::Null)) {
            self.must_compare();
        }
        match other {
            Other::Term(OtherTerm(term)) => {
                self.code.append(term.code);
                self.code.op(op);
            }
            Other::Value(Value::Null) => match op {
                Op::Eq => self.code.op(Op::IsNull),
                Op::Ne => self.code.op(Op::NotNull),
                _ => return constant(Op::False, self.code),
            },
            Other::Value(value) => match self.slot.compare(op, value) {
                Comparand::Value(value) => {
                    self.code.param(value);
                    self.code.op(op);
                }
                Comparand::Never => return constant(Op::False, self.code),
                Comparand::Always => self.code.op(Op::NotNull),
            },
        }
        self.code
    }

    /// Whether the value is among `values`; NULL among them stands for NULL itself.
    pub(crate) fn is_in(mut self, values: Vec<Value>) -> Code {
        self.must_compare();
        let slot = self.slot;
        let mut null = false;
        let mut items = Vec::with_capacity(values.len());
        for value in values {
            match value {
                Value::Null => null = true,
                value => {
                    if let Comparand::Value(value) = slot.compare(Op::Eq, value) {
                        items.push(value);
                    }
                }
            }
        }
        let among = (!items.is_empty()).then(|| {
            let mut code = self.code.clone();
            code.list(slot.sql_type(), items);
            code
        });
        match (among, null) {
            (None, false) => constant(Op::False, self.code),
            (Some(among), false) => among,
            (among, true) => {
                let mut code = self.code;
                code.op(Op::IsNull);
                if let Some(among) = among {
                    code.append(among);
                    code.op(Op::Or);
                }
                code
            }
        }
    }

    pub(crate) fn is_null(mut self, op: Op) -> Code {
        self.code.op(op);
        self.code
    }
}

/// A constant condition in place of one over `replaced`, whose problem it keeps.
fn constant(op: Op, replaced: Code) -> Code {
    let mut code = Code::default();
    code.op(op);
    if let Some(problem) = replaced.problem() {
        code.fail(problem);
    }
    code
}

/// The key of a row that a foreign key points at is the foreign key itself: no join is needed to read it.
fn without_last_hop(meta: &'static ModelMeta, path: super::Path, field: u16) -> (super::Path, u16) {
    let Some((last, before)) = path.hops().and_then(|hops| hops.split_last()) else {
        return (path, field);
    };
    let shorter = before.iter().fold(super::Path::ROOT, |path, hop| path.hop(*hop));
    let target = field_at(meta, shorter, *last).ok().and_then(|field| field.relation?.target);
    match target {
        Some(target) if target().key_number() == Some(field) => without_last_hop(meta, shorter, *last),
        _ => (path, field),
    }
}

/// How [`Operand`] or [`Relations`](super::Relations) is implemented for a type; inferred, so that values, columns and
/// tuples do not get into each other's way.
pub mod by {
    /// A value.
    #[derive(Debug)]
    pub struct Value;
    /// A column or an expression of the same type.
    #[derive(Debug)]
    pub struct Term;
    /// One that may be NULL, beside one that may not.
    #[derive(Debug)]
    pub struct Nullable;
    /// One that may not be NULL, beside one that may.
    #[derive(Debug)]
    pub struct NotNull;
    /// One relation.
    #[derive(Debug)]
    pub struct One;
    /// A tuple of relations.
    #[derive(Debug)]
    pub struct Several;
}

/// What a column of type `T` is compared with or set to, in a query over `M`: a value (see [`IntoValue`]), another
/// column, or an expression. `K` is inferred.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` cannot be compared with or set to `{Self}`",
    label = "expected a value, a column or an expression of type `{T}`"
)]
pub trait Operand<M, T, K> {
    /// It, without its types.
    #[doc(hidden)]
    fn into_other(self) -> Other;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T, V: IntoValue<T>> Operand<M, T, by::Value> for V {
    #[inline]
    fn into_other(self) -> Other {
        Other::Value(self.into_value())
    }
}

macro_rules! terms {
    ($($name:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Model, T> Operand<M, T, by::Term> for $name<M, T> {
            fn into_other(self) -> Other {
                Other::Term(OtherTerm(self.term()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M: Model, T> Operand<M, T, by::Nullable> for $name<M, Option<T>> {
            fn into_other(self) -> Other {
                Other::Term(OtherTerm(self.term()))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M: Model, T> Operand<M, Option<T>, by::NotNull> for $name<M, T> {
            fn into_other(self) -> Other {
                Other::Term(OtherTerm(self.term()))
            }
        }
    )*};
}

terms!(Col Computed GeneratedCol);

/// An expression of type `T` over the columns of a query whose root is `M`: `b.price * 2`.
pub struct Computed<M, T> {
    term: Term,
    of: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Computed<M, T> {
    fn clone(&self) -> Self {
        Computed { term: self.term.clone(), of: PhantomData }
    }
}

impl<M: Model, T> Computed<M, T> {
    pub(crate) fn new(term: Term) -> Self {
        Computed { term, of: PhantomData }
    }

    pub(crate) fn term(self) -> Term {
        self.term
    }
}

impl<M: Model, T> Col<M, T> {
    pub(crate) fn term(self) -> Term {
        Term::column(M::meta(), self.path(), self.field())
    }
}
