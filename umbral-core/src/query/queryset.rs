//! `Book::objects().filter(…).order_by(…).all(&db)`.

use super::assign::{Assignments, IntoAssignments};
use super::compile::Purpose;
use super::fetch::Fetch;
use super::order::{IntoOrder, OrderTerms};
use super::prefetch::{Prefetch, with_related};
use super::prepare;
use super::problem::Problem;
use super::rows::{Models, counted, found, number_sink};
use super::selection::{Lock, Selection};
use super::term::by;
use super::write::{Delete, Update};
use super::{Columns, Fields, Path, Predicate};
use crate::db::Executor;
use crate::model::Model;
use std::marker::PhantomData;

/// Rows of `M`: which, in what order, with which related rows. Nothing runs before one of the methods that take a
/// database: [`all`](QuerySet::all), [`first`](QuerySet::first), [`get`](QuerySet::get), [`count`](QuerySet::count),
/// [`exists`](QuerySet::exists); [`update`](QuerySet::update) and [`delete`](QuerySet::delete) change the rows.
///
/// Clone it to run it twice. The SQL of a query is rendered once for each shape and database; what it is compared with
/// is always a parameter.
#[must_use = "a query does nothing before it is run"]
pub struct QuerySet<M> {
    selection: Selection,
    prefetch: Vec<Prefetch>,
    of: PhantomData<fn() -> M>,
}

impl<M> Clone for QuerySet<M> {
    fn clone(&self) -> Self {
        QuerySet { selection: self.selection.clone(), prefetch: self.prefetch.clone(), of: PhantomData }
    }
}

impl<M: Model> QuerySet<M> {
    /// Every row of `M`; the same as `M::objects()`.
    pub fn new() -> QuerySet<M> {
        QuerySet::from_selection(Selection::of(M::meta()))
    }

    pub(crate) fn from_selection(selection: Selection) -> QuerySet<M> {
        QuerySet { selection, prefetch: Vec::new(), of: PhantomData }
    }

    /// Keeps the rows for which the condition is true. Several filters must all be.
    ///
    /// A condition over a relation to many rows is true where there is *one* such row: `b.tags().name.eq("x")`. Each row
    /// comes up once, however many there are. What is joined by `&` is asked of one and the same related row, as in
    /// Django: `b.tags().name.eq("x") & b.tags().public.eq(true)`; conditions of two filters, and those joined by `|`,
    /// may each have a row of their own. A negated condition, and `exclude`, say that there is no such row.
    pub fn filter(mut self, condition: impl FnOnce(Fields<M>) -> Predicate<M>) -> QuerySet<M> {
        self.selection.filter.and(condition(Fields::at(Path::ROOT)).into_code().closed());
        self
    }

    /// Leaves out the rows for which the condition is true. Rows for which it is neither true nor false, since something
    /// in it is NULL, are kept: `exclude(p)` is `filter(!p)`, and together with `filter(p)` it gives all rows.
    pub fn exclude(mut self, condition: impl FnOnce(Fields<M>) -> Predicate<M>) -> QuerySet<M> {
        self.selection.exclude(condition(Fields::at(Path::ROOT)).into_code());
        self
    }

    /// Orders by one column or several: `order_by(|b| (b.published.desc(), b.title.asc()))`. It replaces an order that
    /// was given before, and the model's own.
    pub fn order_by<O: IntoOrder<M>>(mut self, order: impl FnOnce(Fields<M>) -> O) -> QuerySet<M> {
        let mut terms = OrderTerms::default();
        order(Fields::at(Path::ROOT)).append_to(&mut terms);
        self.selection.order = terms.0;
        self
    }

    /// Turns the order round, wherever it comes from. Rows without any order come in that of their keys, the greatest
    /// first.
    pub fn reverse(mut self) -> QuerySet<M> {
        self.selection.reversed = !self.selection.reversed;
        self
    }

    /// At most this many rows.
    pub fn limit(mut self, rows: u64) -> QuerySet<M> {
        self.selection.limit = Some(rows);
        self
    }

    /// Without the first so many rows.
    pub fn offset(mut self, rows: u64) -> QuerySet<M> {
        self.selection.offset = Some(rows);
        self
    }

    /// Loads rows that the foreign keys point at with the same query: `select_related(|b| b.author())`, or several as a
    /// tuple. `b.author().publisher()` loads the author too.
    pub fn select_related<R: Relations<M, K>, K>(
        mut self,
        relations: impl FnOnce(Fields<M>) -> R,
    ) -> QuerySet<M> {
        let mut paths = Vec::new();
        relations(Fields::at(Path::ROOT)).append_to(&mut paths);
        paths.into_iter().for_each(|path| self.selection.load(path));
        self
    }

    /// Loads related rows by a query of their own for each relation, however many rows hold it:
    /// `prefetch_related(|b| b.tags())`, or several as a tuple. `a.books().tags()` loads the books, and the tags of each.
    /// The rows are in the field then: `book.tags.get()`. What a foreign key points at is loaded by `select_related`.
    pub fn prefetch_related<R: Relations<M, K>, K>(
        mut self,
        relations: impl FnOnce(Fields<M>) -> R,
    ) -> QuerySet<M> {
        let mut paths = Vec::new();
        relations(Fields::at(Path::ROOT)).append_to(&mut paths);
        for path in paths {
            match path.hops() {
                Some(hops) => Prefetch::add(&mut self.prefetch, hops),
                None => self.selection.filter.fail(Problem::LongPath),
            }
        }
        self
    }

    /// Locks the rows until the transaction ends. Rows that somebody else holds are waited for. Related rows that are
    /// loaded along are not locked.
    ///
    /// MySQL and MariaDB lock every row of the table that they read to find these, until the transaction ends: filter by
    /// what an index finds.
    pub fn for_update(mut self) -> QuerySet<M> {
        if self.selection.lock == Lock::None {
            self.selection.lock = Lock::ForUpdate;
        }
        self
    }

    /// Like [`for_update`](QuerySet::for_update), without the rows that somebody else holds.
    pub fn skip_locked(mut self) -> QuerySet<M> {
        self.selection.lock = Lock::SkipLocked;
        self
    }

    /// Says that an update or delete without any filter is meant.
    pub fn all_rows(mut self) -> QuerySet<M> {
        self.selection.all_rows = true;
        self
    }

    /// The rows.
    pub fn all<'e>(self, on: &'e dyn Executor) -> Fetch<'e, Vec<M>> {
        let prepared = prepare::select(on.db(), self.selection, Purpose::Rows).map(|query| {
            let sink = Models::<M>::sink(query.related, usize::MAX);
            with_related::<M>(on, on.fetch(query.statement, sink), self.prefetch)
        });
        Fetch::new(prepared, Models::<M>::all)
    }

    /// The first row, if there is one. Where neither the query nor the model has an order, that of the keys counts.
    pub fn first<'e>(mut self, on: &'e dyn Executor) -> Fetch<'e, Option<M>> {
        self.selection.at_most(1);
        let prepared = prepare::select(on.db(), self.selection, Purpose::First).map(|query| {
            let sink = Models::<M>::sink(query.related, 1);
            with_related::<M>(on, on.fetch(query.statement, sink), self.prefetch)
        });
        Fetch::new(prepared, Models::<M>::first)
    }

    /// The only row.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound) where there is none,
    /// [`MultipleRows`](crate::error::ErrorKind::MultipleRows) where there are several.
    pub fn get<'e>(mut self, on: &'e dyn Executor) -> Fetch<'e, M> {
        // Which row a slice leaves depends on the order; that there is one row does not.
        let purpose = if self.selection.is_sliced() { Purpose::Rows } else { Purpose::Unordered };
        if purpose == Purpose::Unordered {
            self.selection.unordered();
        }
        // A second row would show that the first is not the only one. Of one key there is none, and SQLite is quicker
        // without a limit and without the step in which it finds that out.
        let most = if self.selection.is_by_key() { 1 } else { 2 };
        if most > 1 {
            self.selection.at_most(most);
        }
        let prepared = prepare::select(on.db(), self.selection, purpose).map(|query| {
            let sink = Models::<M>::sink(query.related, most as usize);
            with_related::<M>(on, on.fetch(query.statement, sink), self.prefetch)
        });
        Fetch::new(prepared, Models::<M>::only)
    }

    /// How many rows there are.
    pub fn count<'e>(mut self, on: &'e dyn Executor) -> Fetch<'e, u64> {
        self.selection.unordered();
        let prepared = prepare::select(on.db(), self.selection, Purpose::Count);
        Fetch::new(prepared.map(|query| on.fetch(query.statement, number_sink())), counted)
    }

    /// Whether there is a row.
    pub fn exists<'e>(mut self, on: &'e dyn Executor) -> Fetch<'e, bool> {
        self.selection.unordered();
        self.selection.at_most(1);
        let prepared = prepare::select(on.db(), self.selection, Purpose::Exists);
        Fetch::new(prepared.map(|query| on.fetch(query.statement, number_sink())), found)
    }

    /// Changes the rows: `update(|b| b.price.set(b.price * 2)).exec(&db)`, several columns as a tuple.
    pub fn update<A: IntoAssignments<M>>(self, set: impl FnOnce(Fields<M>) -> A) -> Update {
        let mut assignments = Assignments::default();
        set(Fields::at(Path::ROOT)).append_to(&mut assignments);
        Update::new(self.selection, assignments)
    }

    /// Deletes the rows: `delete().exec(&db)`.
    pub fn delete(self) -> Delete {
        Delete::new(self.selection)
    }
}

impl<M: Model> Default for QuerySet<M> {
    fn default() -> QuerySet<M> {
        QuerySet::new()
    }
}

/// What `select_related` takes: the columns of a related model, or a tuple of such. `K` is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation to load",
    label = "write the method of a foreign key, such as b.author(), or a tuple of them"
)]
pub trait Relations<M, K> {
    /// Appends the paths of the relations.
    #[doc(hidden)]
    fn append_to(self, paths: &mut Vec<Path>);
}

impl<M, C: Columns<M>> Relations<M, by::One> for C {
    fn append_to(self, paths: &mut Vec<Path>) {
        paths.push(self.path());
    }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<M, $($name: Columns<M>),*> Relations<M, by::Several> for ($($name,)*) {
            #[allow(non_snake_case)]
            fn append_to(self, paths: &mut Vec<Path>) {
                let ($($name,)*) = self;
                $(paths.push($name.path());)*
            }
        }
    )*};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }
