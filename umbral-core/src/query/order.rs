//! The order of a query's rows.

use super::code::Code;
use super::term::Term;
use std::marker::PhantomData;

/// One term of an order. NULL counts as less than every value on every database, so that it comes first in ascending
/// and last in descending order, unless [`nulls_first`](Order::nulls_first) or [`nulls_last`](Order::nulls_last) says
/// otherwise.
#[must_use = "an order does nothing before it is given to order_by"]
pub struct Order<M> {
    term: Term,
    flags: u8,
    of: PhantomData<fn() -> M>,
}

/// The greatest first.
pub(crate) const DESCENDING: u8 = 1;
/// NULLs before every value.
pub(crate) const NULLS_FIRST: u8 = 2;

impl<M> Order<M> {
    pub(crate) fn new(mut term: Term, descending: bool) -> Order<M> {
        term.must_compare();
        Order { term, flags: flags(descending), of: PhantomData }
    }

    /// NULL before every value.
    pub fn nulls_first(mut self) -> Order<M> {
        self.flags |= NULLS_FIRST;
        self
    }

    /// NULL after every value.
    pub fn nulls_last(mut self) -> Order<M> {
        self.flags &= !NULLS_FIRST;
        self
    }

    fn append_to(self, code: &mut Code) {
        code.append(self.term.code);
        code.order(self.flags);
    }
}

/// The flags of a term whose NULLs are where they are by default.
pub(crate) fn flags(descending: bool) -> u8 {
    if descending { DESCENDING } else { NULLS_FIRST }
}

impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        Order { term: self.term.clone(), flags: self.flags, of: PhantomData }
    }
}

/// What `order_by` takes: one term, several as a tuple, or any number of them in a `Vec` or an array.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no order",
    label = "write column.asc() or column.desc(), or a tuple of them"
)]
pub trait IntoOrder<M> {
    /// Appends the terms, the first one first.
    #[doc(hidden)]
    fn append_to(self, terms: &mut OrderTerms);
}

/// The terms of an order, without their types.
#[derive(Debug, Clone, Default)]
pub struct OrderTerms(pub(crate) Code);

#[diagnostic::do_not_recommend]
impl<M> IntoOrder<M> for Order<M> {
    fn append_to(self, terms: &mut OrderTerms) {
        Order::append_to(self, &mut terms.0);
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoOrder<M> for Vec<Order<M>> {
    fn append_to(self, terms: &mut OrderTerms) {
        self.into_iter().for_each(|order| IntoOrder::append_to(order, terms));
    }
}

#[diagnostic::do_not_recommend]
impl<M, const N: usize> IntoOrder<M> for [Order<M>; N] {
    fn append_to(self, terms: &mut OrderTerms) {
        self.into_iter().for_each(|order| IntoOrder::append_to(order, terms));
    }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<M, $($name: IntoOrder<M>),*> IntoOrder<M> for ($($name,)*) {
            #[allow(non_snake_case)]
            fn append_to(self, terms: &mut OrderTerms) {
                let ($($name,)*) = self;
                $($name.append_to(terms);)*
            }
        }
    )*};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }
