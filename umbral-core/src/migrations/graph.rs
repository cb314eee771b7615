//! The order of migrations by what they depend on.

use super::{Migration, MigrationId};
use crate::error::{Error, ErrorKind, Result};
use std::collections::{BTreeMap, BTreeSet};

/// Who depends on whom, over a complete set of migrations.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    dependencies: BTreeMap<MigrationId, BTreeSet<MigrationId>>,
    dependents: BTreeMap<MigrationId, BTreeSet<MigrationId>>,
}

impl Graph {
    /// The graph of these migrations.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] where one of them depends on a migration that is not among them.
    pub(super) fn new<'a>(migrations: impl Iterator<Item = &'a Migration> + Clone) -> Result<Graph> {
        let mut graph = Graph::default();
        for migration in migrations.clone() {
            graph.dependencies.insert(migration.id.clone(), migration.dependencies.iter().cloned().collect());
            graph.dependents.insert(migration.id.clone(), BTreeSet::new());
        }
        for migration in migrations {
            for dependency in &migration.dependencies {
                let Some(dependents) = graph.dependents.get_mut(dependency) else {
                    return Err(missing(&migration.id, dependency));
                };
                dependents.insert(migration.id.clone());
            }
        }
        Ok(graph)
    }

    /// Every migration after those that it depends on; by name where dependencies leave a choice, so that the
    /// order is the same on every run.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] naming a circle.
    pub(super) fn order(&self) -> Result<Vec<MigrationId>> {
        let mut open: BTreeMap<&MigrationId, usize> =
            self.dependencies.iter().map(|(id, dependencies)| (id, dependencies.len())).collect();
        let mut ready: BTreeSet<&MigrationId> =
            open.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
        let mut order = Vec::with_capacity(open.len());
        while let Some(id) = ready.pop_first() {
            open.remove(id);
            order.push(id.clone());
            for dependent in self.dependents(id) {
                if let Some(count) = open.get_mut(dependent) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(dependent);
                    }
                }
            }
        }
        match open.keys().next() {
            Some(start) => Err(self.circle(start)),
            None => Ok(order),
        }
    }

    /// What stands directly on a migration.
    pub(super) fn dependents(&self, id: &MigrationId) -> impl Iterator<Item = &MigrationId> {
        self.dependents.get(id).into_iter().flatten()
    }

    /// These migrations and all that they stand on, directly or not.
    pub(super) fn with_ancestors(&self, ids: impl IntoIterator<Item = MigrationId>) -> BTreeSet<MigrationId> {
        closure(ids, &self.dependencies)
    }

    /// These migrations and all that stand on them, directly or not.
    pub(super) fn with_descendants(
        &self,
        ids: impl IntoIterator<Item = MigrationId>,
    ) -> BTreeSet<MigrationId> {
        closure(ids, &self.dependents)
    }

    /// The migrations of an application that no other one of it stands on, directly or through another
    /// application.
    pub(super) fn leaves(&self, app: &str) -> Vec<&MigrationId> {
        let of_app = || self.dependencies.keys().filter(|id| id.app == app);
        of_app()
            .filter(|id| !self.with_descendants([(*id).clone()]).iter().any(|d| d.app == app && d != *id))
            .collect()
    }

    /// Follows unfinished dependencies from `start`, which lies on or behind a circle, until one repeats.
    fn circle(&self, start: &MigrationId) -> Error {
        let unfinished = self.on_circles();
        let mut path = vec![start];
        loop {
            let last = path[path.len() - 1];
            let Some(next) =
                self.dependencies.get(last).into_iter().flatten().find(|id| unfinished.contains(*id))
            else {
                break;
            };
            if let Some(at) = path.iter().position(|id| *id == next) {
                path.drain(..at);
                path.push(next);
                break;
            }
            path.push(next);
        }
        let path: Vec<String> = path.into_iter().map(MigrationId::to_string).collect();
        Error::new(
            ErrorKind::Migration,
            format!("migrations depend on each other in a circle: {}", path.join(" → ")),
        )
        .with_hint(
            "remove one of these dependencies; where two tables reference each other, add one of the \
                        foreign keys in a migration of its own",
        )
    }

    /// The migrations that can reach themselves.
    fn on_circles(&self) -> BTreeSet<&MigrationId> {
        let reaches_itself = |id: &&MigrationId| {
            let next = self.dependencies.get(*id).cloned().unwrap_or_default();
            self.with_ancestors(next).contains(*id)
        };
        self.dependencies.keys().filter(reaches_itself).collect()
    }
}

fn closure(
    ids: impl IntoIterator<Item = MigrationId>,
    edges: &BTreeMap<MigrationId, BTreeSet<MigrationId>>,
) -> BTreeSet<MigrationId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<MigrationId> = ids.into_iter().collect();
    while let Some(id) = open.pop() {
        if found.insert(id.clone()) {
            open.extend(edges.get(&id).into_iter().flatten().cloned());
        }
    }
    found
}

fn missing(id: &MigrationId, dependency: &MigrationId) -> Error {
    Error::new(ErrorKind::Migration, format!("migration {id} depends on {dependency}, which is not there"))
        .with_hint("bring its file back, or correct `dependencies`")
}
