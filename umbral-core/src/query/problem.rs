//! What is wrong with a query, found while it is put together and reported when it runs.

use super::column::MAX_HOPS;
use crate::error::{Error, ErrorKind};
use crate::model::ModelMeta;

/// What is wrong with a query before any SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A path over more relations than a [`Path`](super::Path) holds.
    LongPath,
    /// A column handle of another model.
    NoSuchField,
    /// A column of a related row where only the row's own columns can stand.
    ForeignColumn,
    /// A relation to many rows whose declaration the system check refuses.
    BrokenRelation,
    /// An order by a column of many related rows.
    ManyInOrder,
    /// A row that is pointed at, which is to be loaded as many are.
    OnePrefetched,
    /// Many rows that are to be loaded by a join.
    ManyJoined,
    /// A search for text with a NUL in it, at which a database's patterns end.
    NulInSearch,
    /// A path into a JSON document that is none.
    JsonPath,
    /// A comparison of values that are neither equal nor different, or an order by them.
    NoEquality,
    /// A value for a column that the database computes.
    Generated,
}

impl Problem {
    #[cold]
    pub(crate) fn into_error(self, meta: &'static ModelMeta) -> Error {
        let model = meta.name;
        match self {
            Problem::LongPath => Error::new(
                ErrorKind::Usage,
                format!("a path of this query over {model} follows more than {MAX_HOPS} relations"),
            )
            .with_hint("look the far rows up first, and filter by their keys"),
            Problem::NoSuchField => Error::new(
                ErrorKind::Internal,
                format!("a column of this query over {model} belongs to another model"),
            )
            .with_hint("use the handles that the closure is given; #[derive(Model)] writes them"),
            Problem::ForeignColumn => Error::new(
                ErrorKind::Usage,
                format!(
                    "only {model}'s own columns can be set or given, not those of a row that it points at"
                ),
            )
            .with_hint("run a query over the related model"),
            Problem::Generated => Error::new(
                ErrorKind::Usage,
                format!("a generated column of {model} was given a value, and the database computes it"),
            )
            .with_hint("set what it is generated from"),
            Problem::JsonPath => Error::new(
                ErrorKind::Usage,
                format!("a path into a JSON document in this query over {model} cannot be read"),
            )
            .with_hint("write keys with a point between, and elements in brackets: cover.colours[0]; no key has a quote"),
            Problem::BrokenRelation => Error::new(
                ErrorKind::Usage,
                format!("a relation of {model} to many rows does not say over which fields it goes"),
            )
            .with_hint("the system check says which one, and what to do about it"),
            Problem::ManyInOrder => Error::new(
                ErrorKind::Usage,
                format!("this query orders {model} by a column of any number of related rows"),
            )
            .with_hint("order by a column of its own, or of a row that it points at"),
            Problem::OnePrefetched => Error::new(
                ErrorKind::Usage,
                format!("prefetch_related of {model} leads over a row that it points at"),
            )
            .with_hint("load that row by select_related; prefetch_related loads any number of rows"),
            Problem::ManyJoined => {
                Error::new(ErrorKind::Usage, format!("select_related of {model} leads to any number of rows"))
                    .with_hint("load them by prefetch_related, in a query of their own")
            }
            Problem::NoEquality => Error::new(
                ErrorKind::Usage,
                format!("this query over {model} compares XML or orders by it, and databases have no equality of it"),
            )
            .with_hint("keep what is compared in a column of its own, or ask whether it is NULL"),
            Problem::NulInSearch => Error::new(
                ErrorKind::Value,
                format!("this query over {model} searches for text with a NUL character in it"),
            )
            .with_hint("search for what comes before it, or compare the whole text by eq"),
        }
    }
}
