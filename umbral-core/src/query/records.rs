//! What a model's own type does: `Book::objects()`, `book.save(&db)`.

use super::bulk::BulkCreate;
use super::code::Op;
use super::compile::{Key, Sort, compile_save};
use super::fetch::{Change, Fetch};
use super::prepare;
use super::rows::not_found;
use super::selection::Selection;
use super::slot::store;
use super::term::{Other, Term};
use super::{Path, QuerySet};
use crate::backend::{BoxFuture, Done, Statement};
use crate::db::{Db, Executor};
use crate::error::Result;
use crate::model::{Entity, IntoKey, ModelKey, ModelMeta};
use crate::value::Value;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What every model can do with a database. In the prelude.
// The bounds of `Model` written out: a struct that is none lacks one trait, and not two.
pub trait Records: Entity<Key: ModelKey> + Send + Sync + 'static {
    /// All rows, to be narrowed: `Book::objects().filter(…)`.
    fn objects() -> QuerySet<Self> {
        QuerySet::new()
    }

    /// The row with this key. A key of several fields is a tuple: `PlaylistTrack::by_key(&db, (1, 3402))`.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound) where there is none.
    fn by_key<'e>(on: &'e dyn Executor, key: impl IntoKey<Self::Key>) -> Fetch<'e, Self> {
        QuerySet::from_selection(by_key(Self::meta(), key.into_values())).get(on)
    }

    /// Inserts many rows, in as few statements as the database allows: `Book::bulk_create(books).exec(&db)`.
    fn bulk_create(rows: Vec<Self>) -> BulkCreate<Self> {
        BulkCreate::new(rows)
    }

    /// Writes every field of the row that has this one's key, but for generated ones, which [`refresh`](Records::refresh)
    /// reads. It never inserts: 0 and the empty string are keys like any
    /// other, so no key says that the row is new.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound) where no row has the key, and what the database
    /// refuses.
    fn save<'e>(&self, on: &'e dyn Executor) -> OneRow<'e> {
        let meta = Self::meta();
        let statement = save(on.db(), meta, self.key().to_values(), &|field| self.value(field));
        OneRow::new(meta, statement.map(|statement| on.execute(statement)))
    }

    /// Deletes the row that has this one's key.
    ///
    /// # Errors
    /// As [`save`](Records::save).
    fn delete<'e>(&self, on: &'e dyn Executor) -> OneRow<'e> {
        let meta = Self::meta();
        let statement = prepare::delete(on.db(), by_key(meta, self.key().to_values()));
        OneRow::new(meta, statement.map(|statement| on.execute(statement)))
    }

    /// Reads the row with this one's key again, in place of what this one holds. Related rows that were loaded along are
    /// no longer.
    ///
    /// # Errors
    /// As [`by_key`](Records::by_key); then this row stays as it is.
    fn refresh<'e>(&'e mut self, on: &'e dyn Executor) -> impl Future<Output = Result<()>> + Send + 'e {
        let fetch = QuerySet::<Self>::from_selection(by_key(Self::meta(), self.key().to_values())).get(on);
        async move {
            *self = fetch.await?;
            Ok(())
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M: Entity<Key: ModelKey> + Send + Sync + 'static> Records for M {}

/// The row with this key.
pub(crate) fn by_key(meta: &'static ModelMeta, key: Vec<Value>) -> Selection {
    let mut selection = Selection::of(meta);
    for (number, value) in meta.primary_key.iter().zip(key) {
        let column = Term::column(meta, Path::ROOT, *number);
        selection.filter.and(column.compare(Op::Eq, Other::Value(value)));
    }
    if selection.filter.is_empty() {
        // A model without a key has no such row.
        selection.filter.op(Op::False);
    }
    selection
}

fn save(
    db: &Db,
    meta: &'static ModelMeta,
    key: Vec<Value>,
    value: &dyn Fn(u16) -> Value,
) -> Result<Statement> {
    let mut shape = Key::new(Sort::Save as u8, meta);
    for (number, field) in (0u16..).zip(meta.fields) {
        if !meta.is_key(number) && field.generated.is_none() {
            shape.params.push(store(meta, field, value(number))?);
        }
    }
    shape.params.extend(key);
    let compile = |_: &Key| compile_save(meta, &**db.backend());
    prepare::statement(db, meta, shape, compile)
}

/// A change of one row under way.
#[must_use = "a change does nothing before it is awaited"]
pub struct OneRow<'e> {
    change: Change<'e>,
    meta: &'static ModelMeta,
}

impl<'e> OneRow<'e> {
    fn new(meta: &'static ModelMeta, prepared: Result<BoxFuture<'e, Result<Done>>>) -> OneRow<'e> {
        OneRow { change: Change::new(prepared), meta }
    }
}

/// Ends with an error where no row was changed.
impl Future for OneRow<'_> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let meta = self.meta;
        Pin::new(&mut self.change).poll(context).map(|changed| match changed? {
            0 => Err(not_found(meta.name)),
            _ => Ok(()),
        })
    }
}
