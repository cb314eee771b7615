//! What is asked of columns that hold other values: ranges, maps of texts, paths in trees, the words of a text.

#![allow(clippy::wrong_self_convention, reason = "a condition is built from a handle, not asked of it")]

use super::{Col, IntoValue, Predicate};
use crate::backend::ContentLookup;
use crate::model::Model;
use crate::schema::SqlType;
use crate::value::{FieldType, Hstore, Ltree, Range, RangeElement, TsVector, Value};

/// The lookups of a type of column and of an `Option` of it.
macro_rules! also_optional {
    ($([$($generics:tt)*] $ty:ty { $($methods:tt)* })*) => {$(
        impl<M: Model, $($generics)*> Col<M, $ty> { $($methods)* }
        impl<M: Model, $($generics)*> Col<M, Option<$ty>> { $($methods)* }
    )*};
}

also_optional! {
    [E: RangeElement] Range<E> {
        /// Has this value in it.
        pub fn contains(self, value: impl IntoValue<E>) -> Predicate<M> {
            asked(self, ContentLookup::Contains, [value.into_value()])
        }

        /// Has every value of this range in it.
        pub fn contains_range(self, range: impl IntoValue<Range<E>>) -> Predicate<M> {
            asked(self, ContentLookup::Contains, [range.into_value()])
        }

        /// Has all its values in this range.
        pub fn contained_by(self, range: impl IntoValue<Range<E>>) -> Predicate<M> {
            asked(self, ContentLookup::ContainedBy, [range.into_value()])
        }

        /// Has a value in common with this range.
        pub fn overlaps(self, range: impl IntoValue<Range<E>>) -> Predicate<M> {
            asked(self, ContentLookup::Overlaps, [range.into_value()])
        }

        /// Ends where this range begins, or begins where it ends, without a value in common.
        pub fn adjacent_to(self, range: impl IntoValue<Range<E>>) -> Predicate<M> {
            asked(self, ContentLookup::Adjacent, [range.into_value()])
        }

        /// Ends before this range begins.
        pub fn before(self, range: impl IntoValue<Range<E>>) -> Predicate<M> {
            asked(self, ContentLookup::Before, [range.into_value()])
        }

        /// Begins behind this range's end.
        pub fn after(self, range: impl IntoValue<Range<E>>) -> Predicate<M> {
            asked(self, ContentLookup::After, [range.into_value()])
        }

        /// Has no value in it.
        pub fn is_empty(self) -> Predicate<M> {
            asked(self, ContentLookup::IsEmpty, [])
        }
    }

    [] Hstore {
        /// Has this key, whose value may be NULL.
        pub fn has_key(self, key: &str) -> Predicate<M> {
            asked(self, ContentLookup::HasKey, [Value::Text(key.to_owned())])
        }

        /// Has every one of these keys.
        pub fn has_keys<'k>(self, keys: impl IntoIterator<Item = &'k str>) -> Predicate<M> {
            asked(self, ContentLookup::HasKeys, [texts(keys)])
        }

        /// Has one of these keys.
        pub fn has_any_key<'k>(self, keys: impl IntoIterator<Item = &'k str>) -> Predicate<M> {
            asked(self, ContentLookup::HasAnyKey, [texts(keys)])
        }

        /// Has all of these entries: `contains([("colour", Some("red"))])`.
        pub fn contains<'e>(self, entries: impl IntoIterator<Item = (&'e str, Option<&'e str>)>) -> Predicate<M> {
            asked(self, ContentLookup::Contains, [Hstore::from_iter(entries).to_value()])
        }

        /// Has no entry but these.
        pub fn contained_by<'e>(
            self,
            entries: impl IntoIterator<Item = (&'e str, Option<&'e str>)>,
        ) -> Predicate<M> {
            asked(self, ContentLookup::ContainedBy, [Hstore::from_iter(entries).to_value()])
        }
    }

    [] Ltree {
        /// Is this path or one below it.
        pub fn is_below(self, path: impl IntoValue<Ltree>) -> Predicate<M> {
            asked(self, ContentLookup::ContainedBy, [path.into_value()])
        }

        /// Is this path or one above it.
        pub fn is_above(self, path: impl IntoValue<Ltree>) -> Predicate<M> {
            asked(self, ContentLookup::Contains, [path.into_value()])
        }

        /// Is as a pattern of paths says, an `lquery` of PostgreSQL's: `top.*.astro*`.
        pub fn matches(self, pattern: &str) -> Predicate<M> {
            asked(self, ContentLookup::Matches, [Value::Text(pattern.to_owned())])
        }
    }

    [] TsVector {
        /// Has the words that people ask for as they do of search engines: `rust -diesel "query builder" or orm`. They are
        /// read in the database's own configuration, `default_text_search_config`.
        pub fn matches(self, words: impl Into<String>) -> Predicate<M> {
            asked(self, ContentLookup::Words, [Value::Text(words.into())])
        }

        /// The same in a configuration such as `english`, which is best the one that the column is made in.
        pub fn matches_in(self, configuration: &str, words: impl Into<String>) -> Predicate<M> {
            let configuration = Value::Text(configuration.to_owned());
            asked(self, ContentLookup::WordsIn, [Value::Text(words.into()), configuration])
        }
    }
}

fn texts<'k>(keys: impl IntoIterator<Item = &'k str>) -> Value {
    let items = keys.into_iter().map(|key| Value::Text(key.to_owned())).collect();
    Value::Array { element: SqlType::Text, items }
}

fn asked<M: Model, T, const N: usize>(
    column: Col<M, T>,
    lookup: ContentLookup,
    operands: [Value; N],
) -> Predicate<M> {
    let mut code = column.term().code;
    for operand in operands {
        code.param(operand);
    }
    code.content(lookup);
    Predicate::new(code)
}
