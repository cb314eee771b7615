//! What a struct says of several of its fields at once: indexes and constraints.

use super::{Body, Column, Exclusion, Index, Key, exclusion, field, index};
use crate::errors::Errors;
use crate::parse::{Check, TogetherInput};

/// Indexes and constraints with everything decided.
pub(crate) struct Together {
    pub(crate) indexes: Vec<Index>,
    pub(crate) uniques: Vec<Index>,
    pub(crate) exclusions: Vec<Exclusion>,
    /// Names and expressions.
    pub(crate) checks: Vec<(Option<String>, String)>,
}

impl Together {
    /// Finds the fields of all of them.
    pub(super) fn lower(input: TogetherInput, body: &Body, errors: &mut Errors) -> Together {
        let TogetherInput { uniques, indexes, checks, exclusions } = input;
        Together {
            indexes: indexes.into_iter().map(|set| index::lower(set, body, errors)).collect(),
            uniques: uniques.into_iter().map(|set| index::unique(set, body, errors)).collect(),
            exclusions: exclusions.into_iter().map(|set| exclusion::lower(set, body, errors)).collect(),
            checks: checks.iter().map(|check| lower_check(check, errors)).collect(),
        }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        let Together { indexes, uniques, exclusions, checks } = self;
        indexes.is_empty() && uniques.is_empty() && exclusions.is_empty() && checks.is_empty()
    }

    /// The columns that they name.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Column> {
        let exclusions = self.exclusions.iter().map(|exclusion| &exclusion.index);
        let indexes = self.indexes.iter().chain(&self.uniques).chain(exclusions);
        indexes.flat_map(|index| {
            let keys = index.keys.iter().filter_map(|key| match key {
                Key::Field(column) | Key::Descending(column) => Some(column),
                Key::Expr(_) => None,
            });
            keys.chain(&index.include)
        })
    }
}

fn lower_check(check: &Check, errors: &mut Errors) -> (Option<String>, String) {
    let name = check.name.as_ref().map(|name| field::not_empty(name, errors));
    (name, field::not_empty(&check.expr, errors))
}
