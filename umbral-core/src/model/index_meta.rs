//! What a model says of its indexes, unique and exclusion constraints.

use crate::schema::{Deferrable, IndexMethod};

/// An index or a unique constraint of a model.
#[derive(Debug, Clone, Copy)]
pub struct IndexMeta {
    /// Its name, where the model gives one.
    pub name: Option<&'static str>,
    /// What it covers, in order.
    pub keys: &'static [KeyMeta],
    /// The rows that it holds, in the grammar of [`Expr`](crate::schema::Expr); `None`: all.
    pub predicate: Option<&'static str>,
    /// How it is built.
    pub method: IndexMethod,
    /// Fields that it carries beside its keys, by number.
    pub include: &'static [u16],
    /// Whether one NULL is taken for another.
    pub nulls_not_distinct: bool,
    /// Whether a constraint can wait for the end of a transaction.
    pub deferrable: Option<Deferrable>,
}

/// One key of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMeta {
    /// A field, by number, ascending.
    Field(u16),
    /// A field, by number, descending.
    Descending(u16),
    /// An expression over fields, in the grammar of [`IndexColumn`](crate::schema::IndexColumn).
    Expr(&'static str),
}

/// An exclusion constraint of a model.
#[derive(Debug, Clone, Copy)]
pub struct ExclusionMeta {
    /// What it compares, as an index holds it, and all else that is said of it.
    pub index: IndexMeta,
    /// By which operators, one for each key, in the grammar of
    /// [`ExclusionOperator`](crate::schema::ExclusionOperator).
    pub operators: &'static [&'static str],
}

impl IndexMeta {
    /// Over these keys, with nothing else said.
    pub const fn new(keys: &'static [KeyMeta]) -> IndexMeta {
        IndexMeta {
            name: None,
            keys,
            predicate: None,
            method: IndexMethod::BTree,
            include: &[],
            nulls_not_distinct: false,
            deferrable: None,
        }
    }

    /// The fields that are keys of their own, by number.
    pub fn fields(&self) -> impl Iterator<Item = u16> {
        self.keys.iter().filter_map(|key| match key {
            KeyMeta::Field(number) | KeyMeta::Descending(number) => Some(*number),
            KeyMeta::Expr(_) => None,
        })
    }

    /// Whether it covers fields of every row and nothing else, as a constraint does.
    pub fn is_plain(&self) -> bool {
        let fields = self.keys.iter().all(|key| matches!(key, KeyMeta::Field(_)));
        fields && self.predicate.is_none() && self.include.is_empty()
    }
}
