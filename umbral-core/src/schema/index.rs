//! Indexes.

use super::expr::ParseExprError;
use super::{Expr, rename_all};
use std::fmt;
use std::str::FromStr;

/// The direction in which an index keeps a column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SortOrder {
    /// Ascending.
    #[default]
    Ascending,
    /// Descending.
    Descending,
}

/// Where an index keeps NULLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullsOrder {
    /// Before all values.
    First,
    /// After all values.
    Last,
}

/// How an index is built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IndexMethod {
    /// Sorted: for equality, ranges and order.
    #[default]
    BTree,
    /// By hash: for equality only.
    Hash,
    /// Inverted: for values that hold several, such as arrays, documents and words.
    Gin,
    /// A balanced tree of regions: for ranges, geometry and nearest neighbours.
    Gist,
    /// A tree of disjoint regions.
    SpGist,
    /// The least and the greatest value of each block of pages: small, for values in the order of their rows.
    Brin,
}

impl IndexMethod {
    /// All of them.
    pub const ALL: &'static [IndexMethod] = &[
        IndexMethod::BTree,
        IndexMethod::Hash,
        IndexMethod::Gin,
        IndexMethod::Gist,
        IndexMethod::SpGist,
        IndexMethod::Brin,
    ];

    /// Its name in migration files, in attributes and after `USING`.
    pub fn name(self) -> &'static str {
        match self {
            IndexMethod::BTree => "btree",
            IndexMethod::Hash => "hash",
            IndexMethod::Gin => "gin",
            IndexMethod::Gist => "gist",
            IndexMethod::SpGist => "spgist",
            IndexMethod::Brin => "brin",
        }
    }

    /// Whether it finds rows one by one, as an exclusion constraint looks for them.
    pub fn excludes(self) -> bool {
        !matches!(self, IndexMethod::Gin | IndexMethod::Brin)
    }

    /// Whether it can hold several keys.
    pub fn holds_several(self) -> bool {
        !matches!(self, IndexMethod::Hash | IndexMethod::SpGist)
    }

    /// Whether it finds equal values, and none that are related otherwise in both directions.
    pub fn finds_equal_only(self) -> bool {
        matches!(self, IndexMethod::BTree | IndexMethod::Hash)
    }

    /// Whether it keeps its keys sorted, so that one can be descending and NULLs come first or last.
    pub fn sorts(self) -> bool {
        self == IndexMethod::BTree
    }
}

impl FromStr for IndexMethod {
    type Err = String;

    fn from_str(text: &str) -> Result<IndexMethod, String> {
        IndexMethod::ALL.iter().copied().find(|method| method.name() == text).ok_or_else(|| {
            let names: Vec<&str> = IndexMethod::ALL.iter().map(|method| method.name()).collect();
            format!("`{text}` is no index method; there are {}", names.join(", "))
        })
    }
}

/// The end of the text of a key that is kept descending. No expression ends in it: a column of such a name is written
/// in quotes, and no function or operator is called `desc`.
const DESCENDING: &str = " desc";
/// The end of a key's text, after its direction, where NULLs come first.
const NULLS_FIRST: &str = " nulls first";
/// The end of a key's text, after its direction, where NULLs come last.
const NULLS_LAST: &str = " nulls last";

/// The end of the name of an operator class, which stands between a key's expression and its direction.
const CLASS: &str = "_ops";

/// One key of an index: a column, which is `Expr::Column`, or an expression.
///
/// Its text is that of the expression, with an operator class, ` desc`, ` nulls first` and ` nulls last` behind it.
///
/// ```
/// use umbral_core::schema::{IndexColumn, NullsOrder, SortOrder};
/// let key: IndexColumn = "lower(title) DESC nulls last".parse().unwrap();
/// assert_eq!((key.order, key.nulls), (SortOrder::Descending, Some(NullsOrder::Last)));
/// assert_eq!(key.to_string(), "lower(title) desc nulls last");
/// let key: IndexColumn = "title text_pattern_ops desc".parse().unwrap();
/// assert_eq!((key.class.as_deref(), key.order), (Some("text_pattern_ops"), SortOrder::Descending));
/// assert_eq!(key.to_string(), "title text_pattern_ops desc");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct IndexColumn {
    /// What is indexed.
    pub expr: Expr,
    /// By which operators it is indexed, by the name that the database has for them: `text_pattern_ops`, of letters,
    /// digits and `_` and ending in `_ops`. `None`: those that are usual for its type.
    pub class: Option<String>,
    /// In which direction.
    pub order: SortOrder,
    /// Where NULLs stand; `None`: where the database puts them.
    pub nulls: Option<NullsOrder>,
}

impl IndexColumn {
    /// An ascending key.
    pub fn new(expr: Expr) -> IndexColumn {
        IndexColumn { expr, class: None, order: SortOrder::Ascending, nulls: None }
    }

    /// Indexes it by operators that are not the usual ones.
    #[must_use]
    pub fn with_class(mut self, class: impl Into<String>) -> IndexColumn {
        self.class = Some(class.into());
        self
    }

    /// A descending key.
    pub fn descending(expr: Expr) -> IndexColumn {
        IndexColumn { order: SortOrder::Descending, ..IndexColumn::new(expr) }
    }
}

impl fmt::Display for IndexColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.order == SortOrder::Descending { DESCENDING } else { "" };
        let nulls = match self.nulls {
            None => "",
            Some(NullsOrder::First) => NULLS_FIRST,
            Some(NullsOrder::Last) => NULLS_LAST,
        };
        let class = self.class.iter().map(|class| format!(" {class}")).collect::<String>();
        write!(f, "{}{class}{order}{nulls}", self.expr)
    }
}

impl FromStr for IndexColumn {
    type Err = ParseExprError;

    fn from_str(text: &str) -> Result<IndexColumn, ParseExprError> {
        let (text, nulls) = match (without(text, NULLS_FIRST), without(text, NULLS_LAST)) {
            (Some(text), _) => (text, Some(NullsOrder::First)),
            (_, Some(text)) => (text, Some(NullsOrder::Last)),
            _ => (text, None),
        };
        let (text, order) = match without(text, DESCENDING) {
            Some(text) => (text, SortOrder::Descending),
            None => (text, SortOrder::Ascending),
        };
        let key = |expr: Expr, class: Option<&str>| {
            Ok(IndexColumn { expr, class: class.map(str::to_owned), order, nulls })
        };
        // A column may be called as an operator class is: what reads as a whole is no key with a class.
        let whole = text.parse::<Expr>();
        match (whole, text.trim_end().rsplit_once(char::is_whitespace)) {
            (Err(_), Some((text, class))) if is_class(class) => key(text.parse()?, Some(class)),
            (whole, _) => key(whole?, None),
        }
    }
}

fn is_class(word: &str) -> bool {
    word.ends_with(CLASS) && word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The text in front of this ending, which has no case.
fn without<'t>(text: &'t str, ending: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(ending.len())?;
    let (before, end) = (text.get(..at)?, text.get(at..)?);
    end.eq_ignore_ascii_case(ending).then_some(before)
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
    /// How it is built.
    pub method: IndexMethod,
    /// Columns that it carries beside its keys, so that a query can be answered from it alone.
    pub include: Vec<String>,
    /// Whether a unique index takes one NULL for another.
    pub nulls_not_distinct: bool,
}

impl Index {
    /// An index over columns, ascending.
    pub fn new(name: impl Into<String>, columns: impl IntoIterator<Item = impl Into<String>>) -> Index {
        let columns =
            columns.into_iter().map(|column| IndexColumn::new(Expr::Column(column.into()))).collect();
        Index {
            name: name.into(),
            columns,
            unique: false,
            predicate: None,
            method: IndexMethod::BTree,
            include: Vec::new(),
            nulls_not_distinct: false,
        }
    }

    /// Makes it refuse duplicates.
    #[must_use]
    pub fn unique(mut self) -> Index {
        self.unique = true;
        self
    }

    /// Whether a key or the predicate reads the column, or it carries the column.
    pub fn reads(&self, column: &str) -> bool {
        let mut exprs = self.columns.iter().map(|key| &key.expr).chain(&self.predicate);
        exprs.any(|expr| expr.reads(column)) || self.include.iter().any(|name| name == column)
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
        let renamed = |key: IndexColumn| IndexColumn { expr: key.expr.rename_columns(rename), ..key };
        self.columns = self.columns.into_iter().map(renamed).collect();
        self.predicate = self.predicate.map(|predicate| predicate.rename_columns(rename));
        rename_all(&mut self.include, rename);
        self
    }
}
