//! The rows that belong to a row by a table between: `book.tags()`.

use super::bulk::InsertMissing;
use super::code::{Code, Op};
use super::prepare;
use super::problem::Problem;
use super::queryset::QuerySet;
use super::selection::Selection;
use super::term::{Other, Term};
use super::{Fetch, Fields, IntoValue, Path, Predicate};
use crate::db::{Executor, Transaction};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ForeignKey, Link, ManyMeta, Model, ModelMeta, ReferencedKey};
use crate::value::{FieldType, Flow, Row, RowSink, Value};
use std::collections::HashSet;
use std::marker::PhantomData;

/// The rows of `T` that belong to one row by a [`ManyToMany`](crate::model::ManyToMany) relation: what `book.tags()`
/// returns. It reads them, and changes which ones they are.
#[must_use = "nothing is read or changed before one of its methods is run"]
pub struct Many<T> {
    holder: &'static ModelMeta,
    many: Option<&'static ManyMeta>,
    owner: Value,
    of: PhantomData<fn() -> T>,
}

impl<T> Many<T> {
    /// The relation that has this place in the model `holder`, of the row with this key.
    #[doc(hidden)]
    pub fn new(holder: &'static ModelMeta, place: u16, owner: Value) -> Many<T> {
        Many { holder, many: holder.many.get(usize::from(place)), owner, of: PhantomData }
    }

    fn link(&self) -> Result<(Link, u16)> {
        let link = self.many.and_then(|many| many.link(self.holder).ok());
        link.and_then(|link| Some((link, link.to?)))
            .ok_or_else(|| Problem::BrokenRelation.into_error(self.holder))
    }

    fn symmetrical(&self) -> bool {
        self.many.is_some_and(|many| many.symmetrical)
    }
}

impl<T: Model<Key: ReferencedKey>> Many<T> {
    /// A query for the rows, each once, in the order of `T`.
    pub fn objects(&self) -> QuerySet<T> {
        let mut selection = Selection::of(T::META);
        match self.link() {
            Ok((link, to)) => selection.filter.member(link.through, link.from, to, self.owner.clone()),
            Err(_) => selection.filter.fail(Problem::BrokenRelation),
        }
        QuerySet::from_selection(selection)
    }

    /// A query for those of the rows for which the condition is true.
    pub fn filter(&self, condition: impl FnOnce(Fields<T>) -> Predicate<T>) -> QuerySet<T> {
        self.objects().filter(condition)
    }

    /// The rows.
    pub fn all<'e>(&self, on: &'e dyn Executor) -> Fetch<'e, Vec<T>> {
        self.objects().all(on)
    }

    /// How many rows there are.
    pub fn count<'e>(&self, on: &'e dyn Executor) -> Fetch<'e, u64> {
        self.objects().count(on)
    }

    /// Adds rows, by themselves or by their keys. Those that are there already stay as they are.
    ///
    /// # Errors
    /// [`ErrorKind::Violation`] where a row that is added does not exist; then none is added.
    /// [`ErrorKind::Usage`] where the table between has a model of its own, whose rows `create!` makes.
    pub async fn add<V: IntoValue<ForeignKey<T>>>(
        &self,
        on: &dyn Executor,
        rows: impl IntoIterator<Item = V> + Send,
    ) -> Result<()> {
        let keys: Vec<Value> = distinct(rows.into_iter().map(V::into_value).collect());
        self.insert(on, keys).await
    }

    /// Removes rows, by themselves or by their keys. The rows as such are not deleted. Says how many were removed.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn remove<V: IntoValue<ForeignKey<T>>>(
        &self,
        on: &dyn Executor,
        rows: impl IntoIterator<Item = V> + Send,
    ) -> Result<u64> {
        let keys: Vec<Value> = rows.into_iter().map(V::into_value).collect();
        self.delete(on, Some(keys)).await
    }

    /// Removes all rows. They are not deleted. Says how many were removed.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn clear(&self, on: &dyn Executor) -> Result<u64> {
        self.delete(on, None).await
    }

    /// Makes these the rows, and no others: what is missing is added, what is too much is removed, all or nothing.
    ///
    /// # Errors
    /// As [`add`](Many::add); then nothing has changed.
    pub async fn set<V: IntoValue<ForeignKey<T>>>(
        &self,
        on: &dyn Executor,
        rows: impl IntoIterator<Item = V> + Send,
    ) -> Result<()> {
        let wanted: Vec<Value> = distinct(rows.into_iter().map(V::into_value).collect());
        let transaction = on.nest().await?;
        let there = self.keys(&transaction).await?;
        let keep: HashSet<String> = wanted.iter().map(spelled).collect();
        let surplus: Vec<Value> = there.into_iter().filter(|key| !keep.contains(&spelled(key))).collect();
        if !surplus.is_empty() {
            self.delete(&transaction, Some(surplus)).await?;
        }
        self.insert(&transaction, wanted).await?;
        transaction.commit().await
    }

    /// The keys of the rows.
    async fn keys(&self, on: &Transaction<'_>) -> Result<Vec<Value>> {
        let (link, to) = self.link()?;
        let selection = own_rows(&link, link.from, self.owner.clone(), None);
        let prepared = prepare::select(on.db(), selection, super::compile::Purpose::Unordered)?;
        let sink = Keys::<T> { at: usize::from(to), found: Vec::new(), of: PhantomData };
        let sink = on.fetch(prepared.statement, Box::new(sink)).await?;
        crate::backend::standard::rows::take_sink::<Keys<T>>(sink).map(|keys| keys.found)
    }

    async fn insert(&self, on: &dyn Executor, keys: Vec<Value>) -> Result<()> {
        let (link, to) = self.link()?;
        if link.repeats {
            return Err(has_a_model(self.holder, self.many, link.through));
        }
        let mut pairs: Vec<(Value, Value)> = Vec::with_capacity(keys.len());
        for key in keys {
            if self.symmetrical() && spelled(&key) != spelled(&self.owner) {
                pairs.push((key.clone(), self.owner.clone()));
            }
            pairs.push((self.owner.clone(), key));
        }
        let values = |row: usize, field: u16| {
            let (from, key) = &pairs[row];
            if field == to { key.clone() } else { from.clone() }
        };
        InsertMissing { meta: link.through, rows: pairs.len() }.run(on, &values).await
    }

    async fn delete(&self, on: &dyn Executor, keys: Option<Vec<Value>>) -> Result<u64> {
        let (link, to) = self.link()?;
        let forward = own_rows(&link, link.from, self.owner.clone(), keys.clone().map(|keys| (to, keys)));
        if !self.symmetrical() {
            return on.execute(prepare::delete(on.db(), forward)?).await.map(|done| done.rows_affected);
        }
        let backward = own_rows(&link, to, self.owner.clone(), keys.map(|keys| (link.from, keys)));
        let transaction = on.nest().await?;
        let removed = transaction.execute(prepare::delete(on.db(), forward)?).await?.rows_affected;
        transaction.execute(prepare::delete(on.db(), backward)?).await?;
        transaction.commit().await?;
        Ok(removed)
    }
}

/// The rows of the table between that belong to `owner`, and with `among` to one of these.
fn own_rows(link: &Link, field: u16, owner: Value, among: Option<(u16, Vec<Value>)>) -> Selection {
    let mut selection = Selection::of(link.through);
    selection.pointing(field, owner);
    if let Some((field, keys)) = among {
        let listed: Code = Term::column(link.through, Path::ROOT, field).is_in(keys);
        selection.filter.and(listed);
    }
    selection
}

impl Selection {
    /// Keeps the rows whose field is this key.
    pub(crate) fn pointing(&mut self, field: u16, key: Value) {
        let column = Term::column(self.meta, Path::ROOT, field);
        self.filter.and(column.compare(Op::Eq, Other::Value(key)));
    }
}

/// Reads the keys of `T` at a position.
struct Keys<T> {
    at: usize,
    found: Vec<Value>,
    of: PhantomData<fn() -> T>,
}

impl<T: Model<Key: ReferencedKey>> RowSink for Keys<T> {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        let key = <T::Key as FieldType>::from_value(row.value(self.at)?)?;
        self.found.push(FieldType::to_value(&key));
        Ok(Flow::Continue)
    }
}

/// Keys without those that come up again.
fn distinct(keys: Vec<Value>) -> Vec<Value> {
    let mut seen = HashSet::new();
    keys.into_iter().filter(|key| seen.insert(spelled(key))).collect()
}

/// A key as text that only the same key has.
fn spelled(key: &Value) -> String {
    format!("{key:?}")
}

#[cold]
fn has_a_model(holder: &ModelMeta, many: Option<&ManyMeta>, through: &ModelMeta) -> Error {
    let (holder, name, through) = (holder.name, many.map_or("", |many| many.name), through.name);
    Error::new(
        ErrorKind::Usage,
        format!(
            "the table between of {holder}.{name} is the model {through}, whose rows have fields of their own"
        ),
    )
    .with_hint(format!("write create!({through} {{ … }}), or {through}::bulk_create(…)"))
}
