//! What a struct says of several of its fields at once: indexes and constraints.

use super::attributes::{Known, Spanned, many};
use super::exclusion::ExclusionInput;
use super::index::IndexInput;
use super::item::Item;

/// Indexes and constraints of a model, or of a struct that is embedded in one.
#[derive(Default)]
pub(crate) struct TogetherInput {
    pub(crate) uniques: Vec<IndexInput>,
    pub(crate) indexes: Vec<IndexInput>,
    pub(crate) checks: Vec<Check>,
    pub(crate) exclusions: Vec<ExclusionInput>,
}

/// `check = "price >= 0"` or `check(name = "positive", "price >= 0")`.
pub(crate) struct Check {
    pub(crate) expr: Spanned<String>,
    pub(crate) name: Option<Spanned<String>>,
}

/// An index with all that can be said of it.
const INDEX: &str =
    r#"index(title, expr = "lower(slug)", name = "…", where = "price > 0", using = gin, include = [pages])"#;
/// A unique constraint with all that can be said of it.
const UNIQUE: &str =
    r#"unique(title, name = "…", where = "price > 0", nulls_distinct = false, deferrable = deferred)"#;
/// An exclusion constraint with all that can be said of it.
const EXCLUDE: &str = r#"exclude(room with "=", expr = "network inet_ops" with "&&", using = gist, name = "…", where = "price > 0", deferrable = deferred)"#;

pub(super) const OF_UNIQUES: Known = many("unique", &["unique(author, slug)", UNIQUE]);
pub(super) const OF_INDEXES: Known = many("index", &["index(author, -published)", INDEX]);
pub(super) const OF_EXCLUSIONS: Known = many("exclude", &[r#"exclude(room with "=")"#, EXCLUDE]);
pub(super) const OF_CHECKS: Known = many("check", &[r#"check = "price >= 0""#]);

impl TogetherInput {
    /// Takes one entry over; `None` where it is none of these, or its value is not what it takes.
    pub(super) fn set(&mut self, name: &str, item: &Item) -> Option<()> {
        match name {
            "unique" => self.uniques.push(IndexInput::unique(item)?),
            "index" => self.indexes.push(IndexInput::index(item)?),
            "exclude" => self.exclusions.push(ExclusionInput::read(item)?),
            "check" => self.checks.push(Check::read(item)?),
            _ => return None,
        }
        Some(())
    }

    /// The names that are given to them.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        let exclusions = self.exclusions.iter().map(|exclusion| &exclusion.index);
        let indexes = self.uniques.iter().chain(&self.indexes).chain(exclusions);
        let names = indexes.map(|index| &index.name).chain(self.checks.iter().map(|check| &check.name));
        names.flatten()
    }
}

impl Check {
    fn read(item: &Item) -> Option<Check> {
        if let Some(expr) = item.text() {
            return Some(Check { expr, name: None });
        }
        let (mut expr, mut name) = (None, None);
        for argument in item.list()? {
            match argument.unnamed() {
                Some(_) if expr.is_some() => return None,
                Some(value) => expr = Some(value.text()?),
                None => name = Some(argument.named("name")?.text()?),
            }
        }
        Some(Check { expr: expr?, name })
    }
}
