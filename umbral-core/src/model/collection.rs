//! Fields that stand for any number of rows.

use super::reference::Relate;
use super::{Entity, Model, ModelKey, ModelMeta, ReferencedKey};
use crate::query::{Problem, QuerySet, Selection};
use crate::value::{FieldType, Value, ValueType};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

/// Any number of rows of `T` belong to each row of this model, and the other way round: by a table between, which the
/// field has of its own unless `#[umbral(through = Enrolment)]` names a model for it.
///
/// The field has no column. `book.tags()` asks for the rows and changes which ones they are; the field itself holds
/// them once [`prefetch_related`](crate::query::QuerySet::prefetch_related) has loaded them.
///
/// The table is called after the model's table and the field (`book_tags`), its columns after both structs (`book_id`,
/// `tag_id`); between rows of one table they are `from_person_id` and `to_person_id`. `#[umbral(symmetrical)]` makes
/// such a relation hold both ways. Where several fields of a model between point at one side, `#[umbral(through(Enrolment,
/// student, course))]` names the two that are meant. `#[umbral(related = "tags")] books: ManyToMany<Book>` is the other side, without a
/// table of its own.
pub struct ManyToMany<T> {
    loaded: Option<Vec<T>>,
}

/// The rows of `T` whose foreign key points at each row of this model.
///
/// The field has no column. `author.books()` is a query for the rows; the field itself holds them once
/// [`prefetch_related`](crate::query::QuerySet::prefetch_related) has loaded them. Where several fields of `T` point
/// here, `#[umbral(related = "author")]` says which one is meant.
pub struct HasMany<T> {
    loaded: Option<Vec<T>>,
}

/// A field that stands for any number of rows.
#[doc(hidden)]
pub trait Collection {
    /// The model of the rows.
    type Item;

    /// The model of the rows.
    fn target() -> &'static ModelMeta;

    /// The rows, where they are loaded.
    fn rows(&mut self) -> &mut Option<Vec<Self::Item>>;
}

macro_rules! collection {
    ($name:ident) => {
        impl<T> $name<T> {
            /// Nothing is loaded.
            pub const fn new() -> Self {
                $name { loaded: None }
            }

            /// The rows, where they have been loaded by `prefetch_related`.
            pub fn get(&self) -> Option<&[T]> {
                self.loaded.as_deref()
            }

            /// Takes the loaded rows out.
            pub fn into_loaded(self) -> Option<Vec<T>> {
                self.loaded
            }
        }

        impl<T: Entity> Collection for $name<T> {
            type Item = T;

            fn target() -> &'static ModelMeta {
                T::META
            }

            fn rows(&mut self) -> &mut Option<Vec<T>> {
                &mut self.loaded
            }
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                $name::new()
            }
        }

        impl<T: Clone> Clone for $name<T> {
            fn clone(&self) -> Self {
                $name { loaded: self.loaded.clone() }
            }
        }

        /// Always: which rows are loaded is no part of a row's value.
        impl<T> PartialEq for $name<T> {
            fn eq(&self, _: &Self) -> bool {
                true
            }
        }

        impl<T> Eq for $name<T> {}

        /// Nothing, as equality has it.
        impl<T> Hash for $name<T> {
            fn hash<H: Hasher>(&self, _: &mut H) {}
        }

        impl<T: fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.loaded {
                    Some(rows) => rows.fmt(f),
                    None => f.write_str(stringify!($name)),
                }
            }
        }
    };
}

collection!(ManyToMany);
collection!(HasMany);

/// The handle of a field without a column, in a query whose root is `R`.
#[doc(hidden)]
pub struct ManyCol<R, F> {
    of: PhantomData<fn() -> (R, F)>,
}

impl<R, F> Clone for ManyCol<R, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, F> Copy for ManyCol<R, F> {}

impl<R, F> ManyCol<R, F> {
    /// The only value.
    pub const NEW: ManyCol<R, F> = ManyCol { of: PhantomData };
}

impl<R, F: Collection> Relate<ManyCol<R, F>> {
    /// The model of the rows behind the handle; `holder` is the model that has the field.
    pub fn target(self, holder: &'static ModelMeta) -> &'static ModelMeta {
        let _ = holder;
        F::target()
    }
}

/// The type of the key of a model that a table between points at, for derived code.
#[doc(hidden)]
pub const fn key_type<M: Entity>() -> ValueType
where
    M::Key: ReferencedKey,
{
    <M::Key as FieldType>::TYPE
}

/// The rows whose foreign key points at the row of `meta` with this key, for derived code.
#[doc(hidden)]
pub fn reverse<T: Model>(meta: &'static ModelMeta, place: u16, key: &impl ModelKey) -> QuerySet<T> {
    let mut selection = Selection::of(T::META);
    let link = meta.many.get(usize::from(place)).and_then(|many| many.link(meta).ok());
    match (link, key.to_values().pop()) {
        (Some(link), Some(key)) => selection.pointing(link.from, key),
        _ => selection.filter.fail(Problem::BrokenRelation),
    }
    QuerySet::from_selection(selection)
}

/// The only value of a key, for derived code.
#[doc(hidden)]
pub fn sole_value(key: &impl ModelKey) -> Value {
    key.to_values().pop().unwrap_or(Value::Null)
}
