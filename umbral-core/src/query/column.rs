//! Typed, `Copy` handles of columns, reached from a query's root over relations.

use crate::model::{Entity, is_many};
use std::marker::PhantomData;
use std::ops::Deref;

/// How many relations a path may follow.
pub const MAX_HOPS: usize = 7;

/// The relations from a query's root to a model, by field number. The root itself is the empty path.
///
/// A fixed array, so that it is `Copy`: `b.price.set(b.price * 2)` names a handle twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    len: u8,
    hops: [u16; MAX_HOPS],
}

impl Path {
    /// The query's root.
    pub const ROOT: Path = Path { len: 0, hops: [0; MAX_HOPS] };

    /// This path and one relation more. A path longer than [`MAX_HOPS`] is marked as too long, which the query
    /// reports when it runs.
    #[must_use]
    pub const fn hop(mut self, field: u16) -> Path {
        if (self.len as usize) < MAX_HOPS {
            self.hops[self.len as usize] = field;
        }
        self.len = self.len.saturating_add(1);
        self
    }

    /// Whether one of the relations leads to many rows.
    pub(crate) fn is_many(&self) -> bool {
        self.hops().is_some_and(|hops| hops.iter().any(|hop| is_many(*hop)))
    }

    /// The relations, from the root; `None` where there are more than [`MAX_HOPS`].
    pub fn hops(&self) -> Option<&[u16]> {
        self.hops.get(..usize::from(self.len))
    }
}

/// A column of type `T`, in a query whose root is `M`.
pub struct Col<M, T> {
    path: Path,
    field: u16,
    of: PhantomData<fn() -> (M, T)>,
}

// Written by hand: a derive would demand that `M` and `T` are `Copy`.
impl<M, T> Clone for Col<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Col<M, T> {}

impl<M, T> Col<M, T> {
    /// The field of this number in the model at `path`.
    #[doc(hidden)]
    pub const fn new(path: Path, field: u16) -> Self {
        Col { path, field, of: PhantomData }
    }

    /// The handle itself, whatever leads to it, as `create!` takes it.
    #[doc(hidden)]
    #[inline]
    pub fn column(&self) -> Col<M, T> {
        *self
    }

    /// The relations that lead to it.
    pub fn path(&self) -> Path {
        self.path
    }

    /// Its field number in the model at the path's end.
    pub fn field(&self) -> u16 {
        self.field
    }
}

/// The columns of `M` as typed handles, in a query over `R`: what `b` is in `filter(|b| …)`, and what `b.author()`
/// returns. It has a field for each field of the model, of type [`Col`], and a method for each relation.
///
/// ```standalone_crate
/// # use umbral_core::query::{Fields, Predicate, Records};
/// # use umbral_macros::Model;
/// # #[derive(Model)]
/// # #[umbral(crate = "umbral_core")]
/// # struct Book { #[umbral(primary_key)] id: i64, pages: i32 }
/// fn short(b: &Fields<Book>) -> Predicate<Book> {
///     b.pages.lt(100)
/// }
///
/// let not_short = Book::objects().filter(|b| !short(&b));
/// ```
pub struct Fields<M: Entity, R = M> {
    path: Path,
    handles: M::Handles<R>,
}

impl<M: Entity, R> Fields<M, R> {
    /// The columns of the model at the path's end.
    pub fn at(path: Path) -> Fields<M, R> {
        Fields { path, handles: M::handles(path) }
    }
}

impl<M: Entity, R> Deref for Fields<M, R> {
    type Target = M::Handles<R>;

    fn deref(&self) -> &Self::Target {
        &self.handles
    }
}

/// Where a query over `M` stands: a model that is reached over relations.
pub trait Columns<M> {
    /// The relations that lead from the query's root to the model.
    fn path(&self) -> Path;
}

impl<M: Entity, R> Columns<R> for Fields<M, R> {
    fn path(&self) -> Path {
        self.path
    }
}
