//! Foreign keys that have to make room while what they reference is changed.

use super::compare::Users;
use super::projection::Projection;
use crate::schema::{ConstraintKind, ForeignKey, Table};
use std::collections::{BTreeMap, BTreeSet};

/// What foreign keys cannot stand on throughout.
pub(super) struct MovedKeys {
    /// Columns whose type changes, by the table's and their own new name.
    retyped: BTreeSet<(String, String)>,
    /// The keys that stay from beginning to end, by the table's new name: the columns of each.
    standing: BTreeMap<String, Vec<BTreeSet<String>>>,
    /// The new names of tables, and of columns by the table's old name.
    new_names: BTreeMap<String, (String, BTreeMap<String, String>)>,
}

impl MovedKeys {
    pub(super) fn new(projection: &Projection<'_>, users: &[Users<'_>]) -> MovedKeys {
        let mut moved =
            MovedKeys { retyped: BTreeSet::new(), standing: BTreeMap::new(), new_names: BTreeMap::new() };
        for (survivor, users) in projection.survivors.iter().zip(users) {
            let table = survivor.to.name.clone();
            for column in survivor.to.columns.values() {
                if survivor.projected.column(&column.name).is_some_and(|from| from.ty != column.ty) {
                    moved.retyped.insert((table.clone(), column.name.clone()));
                }
            }
            let columns = survivor.renamed_columns.iter().cloned().collect();
            moved.new_names.insert(survivor.from.name.clone(), (table.clone(), columns));
            moved.standing.insert(table, standing(users));
        }
        moved
    }

    /// Whether the foreign key of the table, both under their new names, has to make room.
    pub(super) fn moves(&self, holder: &str, key: &ForeignKey) -> bool {
        let retyped = |table: &str, columns: &[String]| {
            columns.iter().any(|column| self.retyped.contains(&(table.to_owned(), column.clone())))
        };
        let wanted: BTreeSet<String> = key.references.iter().cloned().collect();
        retyped(holder, &key.columns)
            || retyped(&key.table, &key.references)
            || self.standing.get(&key.table).is_some_and(|keys| !keys.contains(&wanted))
    }

    /// The foreign keys of tables that go which have to make room before: table and name.
    pub(super) fn of_dropped(&self, dropped: &[&Table]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for table in dropped {
            for constraint in table.constraints.values() {
                if let ConstraintKind::ForeignKey(key) = &constraint.kind
                    && let Some(renamed) = self.renamed(key)
                    && self.moves("", &renamed)
                {
                    found.push((table.name.clone(), constraint.name.clone()));
                }
            }
        }
        found
    }

    /// The foreign key of a table that goes, under the new names of what it references; `None` where that goes too.
    fn renamed(&self, key: &ForeignKey) -> Option<ForeignKey> {
        let (table, columns) = self.new_names.get(&key.table)?;
        let references = key.references.iter().map(|name| columns.get(name).unwrap_or(name).clone());
        Some(ForeignKey { table: table.clone(), references: references.collect(), ..key.clone() })
    }
}

/// The sets of columns that a foreign key may reference from beginning to end.
fn standing(users: &Users<'_>) -> Vec<BTreeSet<String>> {
    let projected = &users.survivor.projected;
    let set = |columns: &[String]| columns.iter().cloned().collect::<BTreeSet<String>>();
    let mut keys = Vec::new();
    if projected.primary_key == users.survivor.to.primary_key {
        keys.push(set(&projected.primary_key));
    }
    let stays = |name: &str| users.constraints.contains_key(name);
    keys.extend(projected.uniques().filter(|(name, _)| stays(name)).map(|(_, unique)| set(&unique.columns)));
    let indexes = projected.indexes.values().filter(|index| users.indexes.contains_key(&index.name));
    let unique = indexes.filter_map(|index| index.unique_columns());
    keys.extend(unique.map(|columns| columns.into_iter().map(str::to_owned).collect()));
    keys
}
