//! Conditions over a query's rows.

use super::code::{Code, Op};
use super::problem::Problem;
use super::term::Term;
use super::{Columns, Fields};
use crate::model::Model;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

/// A condition over the rows of a query whose root is `M`. Conditions combine with `&`, `|` and `!`.
///
/// As in SQL a comparison with NULL is neither true nor false, and a row is kept where its condition is true. `!p` is
/// Django's `~Q`: it keeps every row for which `p` is *not true*, those with NULL too, so that `p` and `!p` together are
/// all rows. `b.email.ne("x")` in contrast is SQL's `<>` and leaves NULL out.
#[must_use = "a condition does nothing before it is given to filter or exclude"]
pub struct Predicate<M> {
    code: Code,
    of: PhantomData<fn() -> M>,
}

impl<M> Predicate<M> {
    pub(crate) fn new(code: Code) -> Predicate<M> {
        Predicate { code, of: PhantomData }
    }

    pub(crate) fn into_code(self) -> Code {
        self.code
    }

    /// Every row.
    pub fn always() -> Predicate<M> {
        let mut code = Code::default();
        code.op(Op::True);
        Predicate::new(code)
    }

    /// No row. With `|` the start of a condition that is put together in a loop.
    pub fn never() -> Predicate<M> {
        let mut code = Code::default();
        code.op(Op::False);
        Predicate::new(code)
    }
}

impl<M: Model> Predicate<M> {
    /// Whether there is a row at the end of a path: `Predicate::any(b.tags())`, and `!Predicate::any(b.tags())` where
    /// there is none.
    pub fn any<T: Model>(rows: Fields<T, M>) -> Predicate<M> {
        let path = Columns::<M>::path(&rows);
        let mut code = Code::default();
        match T::META.primary_key.first() {
            Some(key) => {
                code = Term::column(M::META, path, *key).code;
                code.op(Op::NotNull);
            }
            None => code.fail(Problem::NoSuchField),
        }
        Predicate::new(code)
    }
}

fn both(mut left: Code, op: Op, right: Code) -> Code {
    left.append(right);
    left.op(op);
    left
}

impl<M> Clone for Predicate<M> {
    fn clone(&self) -> Self {
        Predicate::new(self.code.clone())
    }
}

impl<M> BitAnd for Predicate<M> {
    type Output = Predicate<M>;

    fn bitand(self, other: Predicate<M>) -> Predicate<M> {
        Predicate::new(both(self.code, Op::And, other.code))
    }
}

impl<M> BitOr for Predicate<M> {
    type Output = Predicate<M>;

    fn bitor(self, other: Predicate<M>) -> Predicate<M> {
        Predicate::new(both(self.code.closed(), Op::Or, other.code.closed()))
    }
}

impl<M> Not for Predicate<M> {
    type Output = Predicate<M>;

    fn not(self) -> Predicate<M> {
        let mut code = self.code.closed();
        code.op(Op::Not);
        Predicate::new(code)
    }
}
