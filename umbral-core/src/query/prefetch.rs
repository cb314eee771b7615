//! Related rows that are loaded by queries of their own: one for each relation, however many rows hold it.

use super::Path;
use super::compile::Purpose;
use super::fetch::Sunk;
use super::prepare;
use super::problem::Problem;
use super::rows::Models;
use super::selection::Selection;
use super::term::Term;
use crate::backend::BoxFuture;
use crate::backend::standard::rows::take_sink;
use crate::db::{Db, Executor};
use crate::error::{Error, Result};
use crate::model::{
    Collection, HasMany, Link, ManyToMany, Model, ModelMeta, ReferencedKey, Relate, Related, many_at,
};
use crate::value::{Flow, Row, RowSink, Value};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

/// A relation to be loaded, and relations of the rows that it leads to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prefetch {
    /// The step of a path that leads over it.
    hop: u16,
    nested: Vec<Prefetch>,
}

impl Prefetch {
    /// Adds the relations of a path, each once.
    pub(crate) fn add(tree: &mut Vec<Prefetch>, hops: &[u16]) {
        let Some((first, rest)) = hops.split_first() else { return };
        let place = tree.iter().position(|node| node.hop == *first).unwrap_or_else(|| {
            tree.push(Prefetch { hop: *first, nested: Vec::new() });
            tree.len() - 1
        });
        Prefetch::add(&mut tree[place].nested, rest);
    }
}

/// Loads one relation of many rows of `M`. Derived code makes one for each relation.
#[doc(hidden)]
pub trait Loads<M>: Send + Sync {
    /// Loads the relation of these rows, and those of the rows that it leads to.
    fn load<'e>(
        &'e self,
        on: &'e dyn Executor,
        rows: Vec<&'e mut M>,
        node: &'e Prefetch,
    ) -> BoxFuture<'e, Result<()>>;
}

/// Where a field stands in a row, for derived code.
#[doc(hidden)]
pub fn place_of<M, F>(place: fn(&mut M) -> &mut F) -> Relate<fn(&mut M) -> &mut F> {
    Relate(place)
}

impl<M: Model, F: Loadable<M> + 'static> Relate<fn(&mut M) -> &mut F> {
    /// What loads the field.
    pub fn loader(self) -> Option<Box<dyn Loads<M>>> {
        Some(Box::new(self))
    }
}

impl<M: Model, F: Loadable<M>> Loads<M> for Relate<fn(&mut M) -> &mut F> {
    fn load<'e>(
        &'e self,
        on: &'e dyn Executor,
        rows: Vec<&'e mut M>,
        node: &'e Prefetch,
    ) -> BoxFuture<'e, Result<()>> {
        F::load(self.0, on, rows, node)
    }
}

/// A field that can be loaded.
#[doc(hidden)]
pub trait Loadable<M>: Sized {
    /// Loads the field that `place` finds in each row.
    fn load<'e>(
        place: fn(&mut M) -> &mut Self,
        on: &'e dyn Executor,
        rows: Vec<&'e mut M>,
        node: &'e Prefetch,
    ) -> BoxFuture<'e, Result<()>>;
}

/// Loads the relations of these rows.
pub(crate) fn load_all<'e, M: Model>(
    on: &'e dyn Executor,
    mut rows: Vec<&'e mut M>,
    tree: &'e [Prefetch],
) -> BoxFuture<'e, Result<()>> {
    Box::pin(async move {
        for node in tree {
            if rows.is_empty() {
                break;
            }
            let loader = M::loader(node.hop).ok_or_else(|| Problem::OnePrefetched.into_error(M::META))?;
            loader.load(on, rows.iter_mut().map(|row| &mut **row).collect(), node).await?;
        }
        Ok(())
    })
}

/// The rows that a query reads, with the relations that are loaded behind it.
pub(crate) fn with_related<'e, M: Model>(
    on: &'e dyn Executor,
    rows: BoxFuture<'e, Sunk>,
    tree: Vec<Prefetch>,
) -> BoxFuture<'e, Sunk> {
    if tree.is_empty() {
        return rows;
    }
    Box::pin(async move {
        let mut models = take_sink::<Models<M>>(rows.await?)?;
        load_all(on, models.rows.iter_mut().collect(), &tree).await?;
        Ok(Box::new(models) as Box<dyn RowSink>)
    })
}

/// Which rows a key is wanted for, by their places.
type Wanted<K> = HashMap<K, Vec<usize>>;

/// Reads rows of `T`, each as often as it is wanted, and puts them where they are.
struct Gather<K, T: Model> {
    /// The position of the key by which a row is wanted.
    at: usize,
    /// Where the row itself stands, if not in front.
    related: Option<Arc<[Related]>>,
    wanted: Wanted<K>,
    /// The rows that each place has already, where one may come up twice.
    seen: Option<HashSet<(usize, T::Key)>>,
    found: Vec<Vec<T>>,
}

impl<K: ReferencedKey, T: Model> Gather<K, T> {
    fn read(&self, row: &dyn Row) -> Result<Option<T>> {
        match self.related.as_deref().and_then(<[Related]>::first) {
            Some(related) => Ok(related.read::<T>(row)?.map(|row| *row)),
            None => T::from_row(row, 0).map(Some),
        }
    }
}

impl<K: ReferencedKey, T: Model> RowSink for Gather<K, T> {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        let key = K::from_value(row.value(self.at)?)?;
        for place in self.wanted.get(&key).into_iter().flatten() {
            let Some(found) = self.read(row)? else { continue };
            if let Some(seen) = &mut self.seen
                && !seen.insert((*place, found.key()))
            {
                continue;
            }
            if let Some(list) = self.found.get_mut(*place) {
                list.push(found);
            }
        }
        Ok(Flow::Continue)
    }
}

/// The places of each key, and the keys in the order in which they come up first.
fn wanted<K: Eq + Hash + Clone>(keys: impl Iterator<Item = (usize, K)>) -> (Wanted<K>, Vec<K>) {
    let (mut wanted, mut order) = (Wanted::<K>::new(), Vec::new());
    for (place, key) in keys {
        wanted
            .entry(key.clone())
            .or_insert_with(|| {
                order.push(key);
                Vec::new()
            })
            .push(place);
    }
    (wanted, order)
}

/// What is read, by which of its fields, and how.
struct Source {
    model: &'static ModelMeta,
    field: u16,
    /// The relation that leads on to the rows.
    to: Option<u16>,
    distinct: bool,
}

/// The rows of `T` for each of `places` places.
async fn gather<K: ReferencedKey, T: Model>(
    on: &dyn Executor,
    source: Source,
    places: usize,
    keys: impl Iterator<Item = (usize, K)>,
) -> Result<Vec<Vec<T>>> {
    let (wanted, order) = wanted(keys);
    let mut found = Vec::new();
    found.resize_with(places, Vec::new);
    let mut sink = Gather::<K, T> {
        at: usize::from(source.field),
        related: None,
        wanted,
        seen: source.distinct.then(HashSet::new),
        found,
    };
    for chunk in order.chunks(list_size(on.db(), source.model, source.field)) {
        let selection = source.selection::<T>(chunk.iter().map(K::to_value).collect());
        let prepared = prepare::select(on.db(), selection, Purpose::Rows)?;
        sink.related = prepared.related;
        sink = take_sink(on.fetch(prepared.statement, Box::new(sink)).await?)?;
    }
    Ok(sink.found)
}

impl Source {
    /// The rows whose field is one of these keys, in the order that `T` has.
    fn selection<T: Model>(&self, keys: Vec<Value>) -> Selection {
        let mut selection = Selection::of(self.model);
        selection.filter = Term::column(self.model, Path::ROOT, self.field).is_in(keys);
        if let Some(to) = self.to {
            let path = Path::ROOT.hop(to);
            selection.load(path);
            for term in T::META.ordering {
                selection.order.append(Term::column(self.model, path, term.field).code);
                selection.order.order(super::order::flags(term.descending));
            }
        }
        selection
    }
}

/// How many keys one statement takes: any number where a list is one parameter.
pub(super) fn list_size(db: &Db, model: &'static ModelMeta, field: u16) -> usize {
    let Some(field) = model.fields.get(usize::from(field)) else { return 1 };
    let probe = vec![Value::Null, Value::Null];
    let backend = db.backend();
    match backend.dialect().list_parameters(&field.column_type(), probe).len() {
        1 => usize::MAX,
        _ => backend.limits().bind_parameters.min(MOST_KEYS),
    }
}

/// A longer list of placeholders costs the server more than a second query.
const MOST_KEYS: usize = 32_000;

fn broken(meta: &'static ModelMeta) -> Error {
    Problem::BrokenRelation.into_error(meta)
}

/// The relation over which a step leads, and its columns.
fn link(meta: &'static ModelMeta, node: &Prefetch) -> Result<Link> {
    let many = many_at(meta, node.hop).ok_or_else(|| broken(meta))?;
    many.link(meta).map_err(|_| broken(meta))
}

macro_rules! loadable_collections {
    ($($name:ident)*) => {$(
        impl<M: Model<Key: ReferencedKey>, T: Model> Loadable<M> for $name<T> {
            fn load<'e>(
                place: fn(&mut M) -> &mut Self,
                on: &'e dyn Executor,
                mut rows: Vec<&'e mut M>,
                node: &'e Prefetch,
            ) -> BoxFuture<'e, Result<()>> {
                Box::pin(async move {
                    let link = link(M::META, node)?;
                    let (field, distinct) = (link.from, link.repeats);
                    let source = Source { model: link.through, field, to: link.to, distinct };
                    let keys: Vec<(usize, M::Key)> = rows.iter().map(|row| row.key()).enumerate().collect();
                    let found = gather::<M::Key, T>(on, source, rows.len(), keys.into_iter()).await?;
                    for (row, found) in rows.iter_mut().zip(found) {
                        *place(row).rows() = Some(found);
                    }
                    let nested = rows.iter_mut().flat_map(|row| place(row).rows().iter_mut().flatten());
                    load_all(on, nested.collect(), &node.nested).await
                })
            }
        }
    )*};
}

loadable_collections!(ManyToMany HasMany);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_one_beginning_are_one_relation() {
        let mut tree = Vec::new();
        for path in [&[1u16, 2][..], &[1], &[1, 3], &[4]] {
            Prefetch::add(&mut tree, path);
        }
        let leaf = |hop| Prefetch { hop, nested: Vec::new() };
        assert_eq!(tree, [Prefetch { hop: 1, nested: vec![leaf(2), leaf(3)] }, leaf(4)]);
    }

    #[test]
    fn keys_are_asked_for_once() {
        let (wanted, order) = wanted([(0, "b"), (1, "a"), (2, "b")].into_iter());
        assert_eq!(order, ["b", "a"]);
        assert_eq!(wanted["b"], [0, 2]);
    }
}
