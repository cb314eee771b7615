//! A query without its types: what every [`QuerySet`](super::QuerySet) holds.

use super::Path;
use super::code::{Code, Op};
use super::problem::Problem;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ModelMeta, Related, many_at};

/// Which rows of a model, and in which order. One type for all models.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    pub(crate) meta: &'static ModelMeta,
    /// One condition, or none.
    pub(crate) filter: Code,
    /// The terms of an order that was asked for.
    pub(crate) order: Code,
    pub(crate) reversed: bool,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    /// The relations that are loaded along, in the order in which they were named.
    pub(crate) related: Vec<Path>,
    pub(crate) lock: Lock,
    /// Whether a change of every row is meant.
    pub(crate) all_rows: bool,
}

/// How the rows that are read are locked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Lock {
    #[default]
    None,
    /// Until the end of the transaction.
    ForUpdate,
    /// Likewise; rows that somebody else holds are left out.
    SkipLocked,
}

impl Selection {
    pub(crate) fn of(meta: &'static ModelMeta) -> Selection {
        Selection {
            meta,
            filter: Code::default(),
            order: Code::default(),
            reversed: false,
            limit: None,
            offset: None,
            related: Vec::new(),
            lock: Lock::None,
            all_rows: false,
        }
    }

    pub(crate) fn exclude(&mut self, condition: Code) {
        let mut condition = condition.closed();
        condition.op(Op::Not);
        self.filter.and(condition);
    }

    /// Leaves the order out where nothing depends on it, with the joins that only it needs.
    pub(crate) fn unordered(&mut self) {
        if self.order.problem().is_none() {
            self.order = Code::default();
        }
    }

    /// Keeps a smaller limit.
    pub(crate) fn at_most(&mut self, rows: u64) {
        self.limit = Some(self.limit.map_or(rows, |limit| limit.min(rows)));
    }

    /// Loads the relation at `path` along, and those on the way to it.
    pub(crate) fn load(&mut self, path: Path) {
        let Some(hops) = path.hops() else {
            return self.filter.fail(Problem::LongPath);
        };
        if path.is_many() {
            return self.filter.fail(Problem::ManyJoined);
        }
        let mut prefix = Path::ROOT;
        for hop in hops {
            prefix = prefix.hop(*hop);
            if !self.related.contains(&prefix) {
                self.related.push(prefix);
            }
        }
    }

    /// Its limit and its offset. An offset always has a limit, without which some databases take none.
    pub(crate) fn slice(&self) -> (Option<i64>, Option<i64>) {
        let fit = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let offset = self.offset.filter(|offset| *offset > 0).map(fit);
        let limit = self.limit.map(fit).or(offset.map(|_| i64::MAX));
        (limit, offset)
    }

    /// Whether its filter is that the key equals a value, and nothing else.
    pub(crate) fn is_by_key(&self) -> bool {
        self.meta.key_number().is_some_and(|key| self.filter.is_equality_of(key))
    }

    /// Whether a limit picks some of the rows.
    pub(crate) fn is_sliced(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// What is wrong with it, before any SQL.
    pub(crate) fn verify(&self) -> Result<()> {
        let unordered = self.order.is_many().then_some(Problem::ManyInOrder);
        match self.filter.problem().or(self.order.problem()).or(unordered) {
            Some(problem) => Err(problem.into_error(self.meta)),
            None => Ok(()),
        }
    }

    /// That it may be used for a change: `verb` is what is done to the rows.
    pub(crate) fn verify_change(&self, verb: &str) -> Result<()> {
        self.verify()?;
        if self.filter.is_empty() && self.limit.is_none() && !self.all_rows {
            let model = self.meta.name;
            return Err(Error::new(
                ErrorKind::Usage,
                format!("this would {verb} every row of {model}, and nothing says that it is meant"),
            )
            .with_hint(format!("narrow it by filter(…), or write {model}::objects().all_rows().{verb}(…)")));
        }
        Ok(())
    }
}

/// Where the columns of related rows stand behind those of the root, for paths whose prefixes precede them.
pub(crate) fn related_tree(meta: &'static ModelMeta, paths: &[Path]) -> Result<Vec<Related>, Problem> {
    let mut tree = Vec::new();
    let mut at = meta.fields.len();
    for path in paths {
        let mut model = meta;
        let mut level = &mut tree;
        let hops = path.hops().ok_or(Problem::LongPath)?;
        let (last, before) = hops.split_last().ok_or(Problem::NoSuchField)?;
        for hop in before {
            model = target(model, *hop)?;
            let parent = level.iter_mut().find(|related: &&mut Related| related.field == *hop);
            level = &mut parent.ok_or(Problem::NoSuchField)?.nested;
        }
        level.push(Related { field: *last, at, nested: Vec::new() });
        at += target(model, *last)?.fields.len();
    }
    Ok(tree)
}

/// The model that a relation points at.
pub(crate) fn target(meta: &'static ModelMeta, field: u16) -> Result<&'static ModelMeta, Problem> {
    if let Some(many) = many_at(meta, field) {
        return Ok((many.target)());
    }
    let relation = meta.fields.get(usize::from(field)).and_then(|field| field.relation.as_ref());
    relation.and_then(|relation| relation.target).map(|target| target()).ok_or(Problem::NoSuchField)
}
