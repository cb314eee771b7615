//! Which indexes and constraints stay, are renamed, or go.

use super::keys::MovedKeys;
use super::projection::{Projection, Survivor};
use crate::schema::{
    CheckConstraint, Constraint, ConstraintKind, ExclusionConstraint, Expr, Index, IndexColumn, Table,
};
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of the indexes and constraints of every table that was there.
pub(super) struct Comparison<'p> {
    tables: Vec<Users<'p>>,
    /// Foreign keys of tables that go which cannot stand until then: table and name.
    early: Vec<(String, String)>,
}

/// What becomes of the indexes and constraints of a table that stays.
pub(super) struct Users<'p> {
    pub(super) survivor: &'p Survivor<'p>,
    pub(super) indexes: Fates,
    pub(super) constraints: Fates,
}

/// The new name of each by its old one; those that go are left out.
pub(super) type Fates = BTreeMap<String, String>;

impl<'p> Comparison<'p> {
    pub(super) fn new(projection: &'p Projection<'p>) -> Comparison<'p> {
        let mut tables: Vec<Users<'p>> = projection.survivors.iter().map(Users::new).collect();
        let moved = MovedKeys::new(projection, &tables);
        for users in &mut tables {
            let constraints = &users.survivor.projected.constraints;
            users.constraints.retain(|name, _| match constraints.get(name).map(|it| &it.kind) {
                Some(ConstraintKind::ForeignKey(key)) => !moved.moves(&users.survivor.to.name, key),
                _ => true,
            });
        }
        Comparison { tables, early: moved.of_dropped(&projection.dropped) }
    }

    /// The constraints that go, foreign keys first: the table's old name, and the constraint's.
    pub(super) fn dropped_constraints(&self) -> Vec<(String, String)> {
        let mut foreign_keys = self.early.clone();
        let mut others = Vec::new();
        for Users { survivor, constraints, .. } in &self.tables {
            for constraint in
                survivor.from.constraints.values().filter(|it| !constraints.contains_key(&it.name))
            {
                let dropped = (survivor.from.name.clone(), constraint.name.clone());
                match constraint.kind {
                    ConstraintKind::ForeignKey(_) => foreign_keys.push(dropped),
                    ConstraintKind::Unique(_) | ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => {
                        others.push(dropped);
                    }
                }
            }
        }
        foreign_keys.extend(others);
        foreign_keys
    }

    /// The indexes that go: the table's old name, and the index's.
    pub(super) fn dropped_indexes(&self) -> Vec<(String, String)> {
        let mut dropped = Vec::new();
        for Users { survivor, indexes, .. } in &self.tables {
            let gone = survivor.from.indexes.keys().filter(|name| !indexes.contains_key(*name));
            dropped.extend(gone.map(|name| (survivor.from.name.clone(), name.clone())));
        }
        dropped
    }

    /// Indexes that are renamed: the table's new name, the index's old and new one.
    pub(super) fn renamed_indexes(&self) -> Vec<(String, String, String)> {
        self.tables.iter().flat_map(|users| renamed(users.survivor.to, &users.indexes)).collect()
    }

    /// Constraints that are renamed: the table's new name, the constraint's old and new one.
    pub(super) fn renamed_constraints(&self) -> Vec<(String, String, String)> {
        self.tables.iter().flat_map(|users| renamed(users.survivor.to, &users.constraints)).collect()
    }
}

fn renamed(table: &Table, fates: &Fates) -> Vec<(String, String, String)> {
    let renamed = fates.iter().filter(|(old, new)| old != new);
    renamed.map(|(old, new)| (table.name.clone(), old.clone(), new.clone())).collect()
}

impl<'p> Users<'p> {
    fn new(survivor: &'p Survivor<'p>) -> Users<'p> {
        let Survivor { projected, to, .. } = survivor;
        let named = |index: &Index, name: &str| Index { name: name.to_owned(), ..index.clone() };
        let mut indexes = matched(&projected.indexes, &to.indexes, named);
        let named = |it: &Constraint, name: &str| Constraint { name: name.to_owned(), ..it.clone() };
        let mut constraints = matched(&projected.constraints, &to.constraints, named);
        let converted = converted_columns(survivor);
        indexes.retain(|name, _| !converted.iter().any(|column| computes(&projected.indexes[name], column)));
        constraints.retain(|name, _| match &projected.constraints[name].kind {
            ConstraintKind::Check(CheckConstraint { expr }) => {
                !converted.iter().any(|column| expr.reads(column))
            }
            ConstraintKind::Exclusion(exclusion) => {
                !converted.iter().any(|column| excludes_by_type(exclusion, column))
            }
            ConstraintKind::Unique(_) | ConstraintKind::ForeignKey(_) => true,
        });
        Users { survivor, indexes, constraints }
    }
}

/// Finds for each of `old` the one of `new` that is the same: under its own name, or else under the first other that
/// is left.
fn matched<T: PartialEq>(
    old: &BTreeMap<String, T>,
    new: &BTreeMap<String, T>,
    named: impl Fn(&T, &str) -> T,
) -> Fates {
    let is_kept = |(name, it): &(&String, &T)| new.get(*name) == Some(*it);
    let mut fates: Fates = old.iter().filter(is_kept).map(|(name, _)| (name.clone(), name.clone())).collect();
    let mut left: BTreeSet<&String> = new.keys().filter(|name| !fates.contains_key(*name)).collect();
    for (name, it) in old.iter().filter(|old| !is_kept(old)) {
        if let Some(found) = left.iter().copied().find(|candidate| named(it, candidate) == new[*candidate]) {
            left.remove(found);
            fates.insert(name.clone(), found.clone());
        }
    }
    fates
}

/// Columns whose type becomes one of another kind, by their new names. What a database has computed or compared with
/// the old type is built anew; a wider varchar needs no such thing.
fn converted_columns<'p>(survivor: &'p Survivor<'p>) -> Vec<&'p str> {
    let kind_changes = |name: &&String| match (survivor.projected.column(name), survivor.to.column(name)) {
        (Some(from), Some(to)) => !from.ty.is_of_kind(&to.ty),
        _ => false,
    };
    survivor.to.columns.keys().filter(kind_changes).map(String::as_str).collect()
}

/// Whether the index computes with the column, or compares it by other operators than the usual ones, rather than only
/// holding it.
fn computes(index: &Index, column: &str) -> bool {
    let is_plain = |key: &&IndexColumn| key.class.is_none() && matches!(key.expr, Expr::Column(_));
    let computed = index.columns.iter().filter(|key| !is_plain(key)).map(|key| &key.expr);
    computed.chain(&index.predicate).any(|expr| expr.reads(column))
}

/// Whether the constraint computes with the column, or compares it otherwise than for equality.
fn excludes_by_type(exclusion: &ExclusionConstraint, column: &str) -> bool {
    let compared = exclusion.elements.iter().filter(|element| !element.is_plain());
    compared.map(|element| &element.key.expr).chain(&exclusion.predicate).any(|expr| expr.reads(column))
}
