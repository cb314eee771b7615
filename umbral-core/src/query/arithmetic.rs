//! `b.price * 2`, `b.stock + 1`, `b.price * b.quantity`.

use super::code::Op;
use super::term::{Computed, Other, OtherTerm};
use super::{Col, GeneratedCol, IntoValue};
use crate::model::Model;
use std::ops::{Add, Div, Mul, Sub};

/// A number that columns of this type can be computed with: the integers but `u64`, which not every database computes with,
/// the floats, `Decimal`, and an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot be computed with a number",
    label = "arithmetic is for integers but u64, for floats and Decimal"
)]
pub trait Number {}

/// A column of this type and one of type `Other` can be computed with each other: of the same type, or a `Decimal` and
/// an integer. NULL on either side makes the result NULL.
#[diagnostic::on_unimplemented(
    message = "columns of the types `{Self}` and `{Other}` cannot be computed with each other",
    label = "the columns are of one type, or a Decimal and an integer"
)]
pub trait NumberWith<Other> {
    /// The type of the result.
    type Output;
}

macro_rules! numbers {
    ($($left:ty, $right:ty => $output:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl NumberWith<$right> for $left {
            type Output = $output;
        }
        #[diagnostic::do_not_recommend]
        impl NumberWith<Option<$right>> for $left {
            type Output = Option<$output>;
        }
        #[diagnostic::do_not_recommend]
        impl NumberWith<$right> for Option<$left> {
            type Output = Option<$output>;
        }
        #[diagnostic::do_not_recommend]
        impl NumberWith<Option<$right>> for Option<$left> {
            type Output = Option<$output>;
        }
    )*};
}

macro_rules! operators {
    ($($operator:ident $method:ident $op:ident;)*) => {$(
        operators!(@ $operator $method $op Col, Col Computed GeneratedCol);
        operators!(@ $operator $method $op Computed, Col Computed GeneratedCol);
        operators!(@ $operator $method $op GeneratedCol, Col Computed GeneratedCol);
    )*};
    (@ $operator:ident $method:ident $op:ident $left:ident, $($right:ident)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<M: Model, T: NumberWith<U>, U> $operator<$right<M, U>> for $left<M, T> {
                type Output = Computed<M, T::Output>;

                fn $method(self, right: $right<M, U>) -> Self::Output {
                    let right = Other::Term(OtherTerm(right.term()));
                    Computed::new(self.term().with_operand(Op::$op, right))
                }
            }
        )*
    };
}

operators! {
    Add add Add;
    Sub sub Subtract;
    Mul mul Multiply;
    Div div Divide;
}

/// A constant that columns of type `T` can be computed with: an integer with every number, a float with floats, a
/// `Decimal` with `Decimal`s.
//
// One impl of each operator takes every constant: with one for each type, `b.pages * 2` had no type until the literal had
// one, and nothing could be asked of it.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be computed with a constant of type `{Self}`",
    label = "integers but u64, floats and Decimal are computed with: 2, 1.5 for a float, dec!(1.5) for a Decimal"
)]
pub trait Constant<T>: IntoValue<Self> + Sized {}

#[diagnostic::do_not_recommend]
impl<T: Number> Constant<T> for i16 {}
#[diagnostic::do_not_recommend]
impl<T: Number> Constant<T> for i32 {}
#[diagnostic::do_not_recommend]
impl<T: Number> Constant<T> for i64 {}
#[diagnostic::do_not_recommend]
impl<T: Number> Constant<T> for u32 {}
#[diagnostic::do_not_recommend]
impl<T: Float> Constant<T> for f64 {}
#[cfg(feature = "decimal")]
#[diagnostic::do_not_recommend]
impl<T: Exact> Constant<T> for ::rust_decimal::Decimal {}

macro_rules! constants {
    ($($left:ident: $($operator:ident $method:ident $op:ident),*;)*) => {$($(
        impl<M: Model, T, C: Constant<T>> $operator<C> for $left<M, T> {
            type Output = Computed<M, T>;

            fn $method(self, constant: C) -> Computed<M, T> {
                let constant = Other::Value(IntoValue::<C>::into_value(constant));
                Computed::new(self.term().with_operand(Op::$op, constant))
            }
        }
    )*)*};
}

constants! {
    Col: Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide;
    Computed: Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide;
}

// Apart from the others: what is wrong with a constant is shown with what stands here.
constants! {
    GeneratedCol: Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide;
}

/// A float, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot be computed with a float",
    label = "write dec!(1.5) for a Decimal, 2 for an integer"
)]
pub trait Float {}

/// `Decimal`, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot be computed with a Decimal",
    label = "not a column of Decimal"
)]
pub trait Exact {}

macro_rules! kinds {
    ($($(#[$cfg:meta])? $trait:ident: $($ty:ty)*;)*) => {$(
        $(#[$cfg])?
        const _: () = {
            $(
                #[diagnostic::do_not_recommend]
                impl $trait for $ty {}
                #[diagnostic::do_not_recommend]
                impl $trait for Option<$ty> {}
            )*
        };
    )*};
}

kinds! {
    Number: i16 i32 i64 u8 u16 u32 f32 f64;
    Float: f32 f64;
    #[cfg(feature = "decimal")] Number: ::rust_decimal::Decimal;
    #[cfg(feature = "decimal")] Exact: ::rust_decimal::Decimal;
}

numbers! {
    i16, i16 => i16;
    i32, i32 => i32;
    i64, i64 => i64;
    u8, u8 => u8;
    u16, u16 => u16;
    u32, u32 => u32;
    f32, f32 => f32;
    f64, f64 => f64;
}

#[cfg(feature = "decimal")]
mod decimal {
    use super::NumberWith;
    use ::rust_decimal::Decimal;

    numbers! {
        Decimal, Decimal => Decimal;
        Decimal, i16 => Decimal;
        Decimal, i32 => Decimal;
        Decimal, i64 => Decimal;
        i16, Decimal => Decimal;
        i32, Decimal => Decimal;
        i64, Decimal => Decimal;
    }
}
