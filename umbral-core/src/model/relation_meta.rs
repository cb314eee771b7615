//! What a field that is a relation points at.

use super::meta::ModelMeta;
use crate::schema::{Deferrable, ReferentialAction};
use std::fmt;

/// What a field points at.
#[derive(Clone, Copy)]
pub struct RelationMeta {
    /// Of what sort it is.
    pub kind: RelationKind,
    /// The model; a function, since constants cannot refer to each other in a circle. `None`: only the table is
    /// known, by `references`.
    pub target: Option<fn() -> &'static ModelMeta>,
    /// What a plain field with `#[umbral(references = "table")]` says: the table, or `table(column)`.
    pub table: Option<&'static str>,
    /// When the row that it points at is deleted.
    pub on_delete: ReferentialAction,
    /// When the key of the row that it points at changes.
    pub on_update: ReferentialAction,
    /// Whether it can wait for the end of a transaction.
    pub deferrable: Option<Deferrable>,
}

impl RelationMeta {
    /// The table that it points at.
    pub fn target_table(&self) -> &'static str {
        match self.target {
            Some(target) => target().table,
            None => self.named().0,
        }
    }

    /// The column that it points at, where `references = "table(column)"` names one.
    pub fn target_column(&self) -> Option<&'static str> {
        match self.target {
            Some(_) => None,
            None => self.named().1,
        }
    }

    fn named(&self) -> (&'static str, Option<&'static str>) {
        let text = self.table.unwrap_or("");
        let named = text.strip_suffix(')').and_then(|text| text.split_once('('));
        named.map_or((text, None), |(table, column)| (table.trim(), Some(column.trim())))
    }
}

impl fmt::Debug for RelationMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} -> {}", self.kind, self.target_table())
    }
}

/// The sorts of relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RelationKind {
    /// Many rows point at one.
    ForeignKey,
    /// At most one row points at each.
    OneToOne,
}
