//! Indexes.

use super::Expr;

/// The direction in which an index keeps a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SortOrder {
    /// Ascending.
    #[default]
    Ascending,
    /// Descending.
    Descending,
}

/// One key of an index: a column, which is `Expr::Column`, or an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexColumn {
    /// What is indexed.
    pub expr: Expr,
    /// In which direction.
    pub order: SortOrder,
}

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its name, unique in the database.
    pub name: String,
    /// Its keys, in order.
    pub columns: Vec<IndexColumn>,
    /// Whether it refuses duplicates.
    pub unique: bool,
    /// The rows that it holds: all, or those for which this is true.
    pub predicate: Option<Expr>,
}

impl Index {
    /// An index over columns, ascending.
    pub fn new(name: impl Into<String>, columns: impl IntoIterator<Item = impl Into<String>>) -> Index {
        let columns = columns
            .into_iter()
            .map(|column| IndexColumn { expr: Expr::Column(column.into()), order: SortOrder::Ascending })
            .collect();
        Index { name: name.into(), columns, unique: false, predicate: None }
    }

    /// Makes it refuse duplicates.
    #[must_use]
    pub fn unique(mut self) -> Index {
        self.unique = true;
        self
    }

    /// Whether a key or the predicate reads the column.
    pub fn reads(&self, column: &str) -> bool {
        self.columns.iter().map(|key| &key.expr).chain(&self.predicate).any(|expr| expr.reads(column))
    }

    /// The columns that it keeps unique among all rows, so that a foreign key may reference them; `None` where it does
    /// not, or where it computes with columns.
    pub fn unique_columns(&self) -> Option<Vec<&str>> {
        fn name(key: &IndexColumn) -> Option<&str> {
            match &key.expr {
                Expr::Column(name) => Some(name),
                _ => None,
            }
        }
        (self.unique && self.predicate.is_none()).then(|| self.columns.iter().map(name).collect())?
    }

    /// The index after columns of its table are renamed, all at once: `rename` gives the new name of those that get
    /// one.
    #[must_use]
    pub fn rename_columns(mut self, rename: &dyn Fn(&str) -> Option<String>) -> Index {
        let renamed =
            |key: IndexColumn| IndexColumn { expr: key.expr.rename_columns(rename), order: key.order };
        self.columns = self.columns.into_iter().map(renamed).collect();
        self.predicate = self.predicate.map(|predicate| predicate.rename_columns(rename));
        self
    }
}
