//! What a column or an expression is asked: comparisons, membership, search in text, order, assignment.

#![allow(clippy::wrong_self_convention, reason = "a condition is built from a handle, not asked of it")]

use super::assign::Assignment;
use super::code::Op;
use super::order::Order;
use super::problem::Problem;
use super::term::{Computed, Operand, Other, Term};
use super::{Col, IntoValue, Predicate};
use crate::backend::TextLookup;
use crate::model::Model;
use std::ops::{Bound, RangeBounds};

macro_rules! lookups {
    ($name:ident) => {
        impl<M: Model, T> $name<M, T> {
            /// `=`. `eq(None)` is `IS NULL`; NULL in both of two columns is not equal.
            pub fn eq<K>(self, other: impl Operand<M, T, K>) -> Predicate<M> {
                compare(self.term(), Op::Eq, other.into_other())
            }

            /// `<>`. `ne(None)` is `IS NOT NULL`; otherwise rows with NULL are left out. To keep them, write
            /// `!column.eq(…)`.
            pub fn ne<K>(self, other: impl Operand<M, T, K>) -> Predicate<M> {
                compare(self.term(), Op::Ne, other.into_other())
            }

            /// `<`. Text compares by the database's collation.
            pub fn lt<K>(self, other: impl Operand<M, T, K>) -> Predicate<M> {
                compare(self.term(), Op::Lt, other.into_other())
            }

            /// `<=`.
            pub fn le<K>(self, other: impl Operand<M, T, K>) -> Predicate<M> {
                compare(self.term(), Op::Le, other.into_other())
            }

            /// `>`.
            pub fn gt<K>(self, other: impl Operand<M, T, K>) -> Predicate<M> {
                compare(self.term(), Op::Gt, other.into_other())
            }

            /// `>=`.
            pub fn ge<K>(self, other: impl Operand<M, T, K>) -> Predicate<M> {
                compare(self.term(), Op::Ge, other.into_other())
            }

            /// From `low` to `high`, both included.
            pub fn between<K, L>(
                self,
                low: impl Operand<M, T, K>,
                high: impl Operand<M, T, L>,
            ) -> Predicate<M> {
                let term = self.term();
                compare(term.clone(), Op::Ge, low.into_other()) & compare(term, Op::Le, high.into_other())
            }

            /// In a range of values: `2..5`, `2..=5`, `..5`. A range without bounds keeps every row.
            pub fn range<V: IntoValue<T> + Clone>(self, range: impl RangeBounds<V>) -> Predicate<M> {
                let low = bound(range.start_bound().cloned(), Op::Ge, Op::Gt);
                let high = bound(range.end_bound().cloned(), Op::Le, Op::Lt);
                within(self.term(), low, high)
            }

            /// One of `values`. Of an empty list no row is; `None` in it stands for NULL. A list of any length works.
            pub fn in_<V: IntoValue<T>>(self, values: impl IntoIterator<Item = V>) -> Predicate<M> {
                let values = values.into_iter().map(V::into_value).collect();
                Predicate::new(self.term().is_in(values))
            }

            /// The least first. NULL counts as less than every value, on every database.
            pub fn asc(self) -> Order<M> {
                Order::new(self.term(), false)
            }

            /// The greatest first, so that NULL comes last.
            pub fn desc(self) -> Order<M> {
                Order::new(self.term(), true)
            }
        }

        impl<M: Model, T> $name<M, Option<T>> {
            /// `IS NULL`.
            pub fn is_null(self) -> Predicate<M> {
                Predicate::new(self.term().is_null(Op::IsNull))
            }

            /// `IS NOT NULL`.
            pub fn is_not_null(self) -> Predicate<M> {
                Predicate::new(self.term().is_null(Op::NotNull))
            }
        }
    };
}

lookups!(Col);
lookups!(Computed);

/// A type of text: `String`, a newtype of it, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "contains, startswith, endswith and iexact are for String and Option<String>"
)]
pub trait Text {}

#[diagnostic::do_not_recommend]
impl Text for String {}
#[diagnostic::do_not_recommend]
impl Text for Box<str> {}
#[diagnostic::do_not_recommend]
impl Text for std::sync::Arc<str> {}
#[diagnostic::do_not_recommend]
impl Text for std::borrow::Cow<'static, str> {}
#[diagnostic::do_not_recommend]
impl<T: Text> Text for Option<T> {}

/// What is looked for is taken literally: `%`, `_` and `\` are characters like any other.
///
/// The lookups with `i` disregard case: that of ASCII letters everywhere, that of other letters where the database knows
/// them. SQLite does not (`É` is not `é` there), PostgreSQL does in every locale but `C`.
impl<M: Model, T: Text> Col<M, T> {
    /// Has `text` in it.
    pub fn contains(self, text: impl Into<String>) -> Predicate<M> {
        search(self.term(), TextLookup::Contains { ignore_case: false }, text.into())
    }

    /// Has `text` in it, without regard to case.
    pub fn icontains(self, text: impl Into<String>) -> Predicate<M> {
        search(self.term(), TextLookup::Contains { ignore_case: true }, text.into())
    }

    /// Begins with `text`.
    pub fn startswith(self, text: impl Into<String>) -> Predicate<M> {
        search(self.term(), TextLookup::StartsWith { ignore_case: false }, text.into())
    }

    /// Begins with `text`, without regard to case.
    pub fn istartswith(self, text: impl Into<String>) -> Predicate<M> {
        search(self.term(), TextLookup::StartsWith { ignore_case: true }, text.into())
    }

    /// Ends with `text`.
    pub fn endswith(self, text: impl Into<String>) -> Predicate<M> {
        search(self.term(), TextLookup::EndsWith { ignore_case: false }, text.into())
    }

    /// Ends with `text`, without regard to case.
    pub fn iendswith(self, text: impl Into<String>) -> Predicate<M> {
        search(self.term(), TextLookup::EndsWith { ignore_case: true }, text.into())
    }

    /// Equals `text`, without regard to case.
    pub fn iexact(self, text: impl Into<String>) -> Predicate<M> {
        search(self.term(), TextLookup::ExactIgnoringCase, text.into())
    }
}

impl<M: Model, T> Col<M, T> {
    /// Sets the column in an update: to a value, or to an expression over the row's columns as they were.
    pub fn set<K>(self, value: impl Operand<M, T, K>) -> Assignment<M> {
        Assignment::new(M::meta(), self.path(), self.field(), value.into_other())
    }
}

fn compare<M>(term: Term, op: Op, other: Other) -> Predicate<M> {
    Predicate::new(term.compare(op, other))
}

fn search<M>(mut term: Term, lookup: TextLookup, text: String) -> Predicate<M> {
    if text.contains('\0') {
        term.code.fail(Problem::NulInSearch);
    }
    term.code.text(lookup, crate::value::Value::Text(text));
    Predicate::new(term.code)
}

type End = Option<(Op, crate::value::Value)>;

fn bound<T, V: IntoValue<T>>(bound: Bound<V>, included: Op, excluded: Op) -> End {
    match bound {
        Bound::Included(value) => Some((included, value.into_value())),
        Bound::Excluded(value) => Some((excluded, value.into_value())),
        Bound::Unbounded => None,
    }
}

fn within<M>(term: Term, low: End, high: End) -> Predicate<M> {
    let mut whole = super::code::Code::default();
    for (op, value) in [low, high].into_iter().flatten() {
        whole.and(term.clone().compare(op, Other::Value(value)));
    }
    if whole.is_empty() {
        whole.op(Op::True);
        if let Some(problem) = term.code.problem() {
            whole.fail(problem);
        }
    }
    Predicate::new(whole)
}
