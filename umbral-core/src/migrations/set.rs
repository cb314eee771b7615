//! All migrations of a program.

use super::graph::Graph;
use super::{Migration, MigrationId, ProjectState};
use crate::error::{Error, ErrorKind, Result};
use std::collections::{BTreeMap, BTreeSet};

/// All migrations of a program, each after those that it depends on.
///
/// ```
/// use umbral_core::migrations::{Migration, MigrationSet};
/// let first = Migration::new("bookshop", "0001_initial");
/// let second = Migration::new("bookshop", "0002_more").depends_on(first.id.clone());
/// let set = MigrationSet::new([second, first]).unwrap();
/// let order: Vec<String> = set.iter().map(|migration| migration.id.to_string()).collect();
/// assert_eq!(order, ["bookshop/0001_initial", "bookshop/0002_more"]);
/// assert_eq!(set.leaf("bookshop").unwrap().unwrap().name, "0002_more");
/// ```
#[derive(Debug, Clone, Default)]
pub struct MigrationSet {
    migrations: Vec<Migration>,
    positions: BTreeMap<MigrationId, usize>,
    pub(super) graph: Graph,
}

impl MigrationSet {
    /// Puts migrations in order.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] where two have one name, where a dependency is missing, or where dependencies go
    /// in a circle.
    pub fn new(migrations: impl IntoIterator<Item = Migration>) -> Result<MigrationSet> {
        let mut by_id = BTreeMap::new();
        for migration in migrations {
            if let Some(twice) = by_id.insert(migration.id.clone(), migration) {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!("there are two migrations {}", twice.id),
                ));
            }
        }
        let graph = Graph::new(by_id.values())?;
        let order = graph.order()?;
        let migrations: Vec<Migration> = order.iter().filter_map(|id| by_id.remove(id)).collect();
        let positions = order.into_iter().enumerate().map(|(position, id)| (id, position)).collect();
        Ok(MigrationSet { migrations, positions, graph })
    }

    /// The migrations, each after those that it depends on.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Migration> + Clone {
        self.migrations.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.migrations.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty()
    }

    /// The migration of this identity.
    pub fn get(&self, id: &MigrationId) -> Option<&Migration> {
        self.positions.get(id).map(|position| &self.migrations[*position])
    }

    /// The applications that have migrations, sorted.
    pub fn apps(&self) -> BTreeSet<&str> {
        self.migrations.iter().map(|migration| migration.id.app.as_str()).collect()
    }

    /// The migration whose name in `app` is `name` or begins with it.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] where no or more than one migration is meant, or the application is unknown; the
    /// message lists those there are.
    pub fn find(&self, app: &str, name: &str) -> Result<&Migration> {
        let of_app: Vec<&Migration> = self.iter().filter(|migration| migration.id.app == app).collect();
        if of_app.is_empty() {
            return Err(self.unknown_app(app));
        }
        if let Some(exact) = of_app.iter().find(|migration| migration.id.name == name) {
            return Ok(exact);
        }
        let names = |migrations: &[&Migration]| {
            migrations.iter().map(|migration| migration.id.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let meant: Vec<&Migration> =
            of_app.iter().filter(|migration| migration.id.name.starts_with(name)).copied().collect();
        match meant.as_slice() {
            [one] => Ok(one),
            [] => Err(Error::new(ErrorKind::Usage, format!("{app} has no migration `{name}`"))
                .with_hint(format!("it has {}", names(&of_app)))),
            many => Err(Error::new(
                ErrorKind::Usage,
                format!("`{name}` begins the name of {} migrations of {app}", many.len()),
            )
            .with_hint(format!("write more of one of these names: {}", names(many)))),
        }
    }

    /// The error for an application that has no migrations.
    pub fn unknown_app(&self, app: &str) -> Error {
        let apps: Vec<&str> = self.apps().into_iter().collect();
        let hint = if apps.is_empty() {
            "there are no migrations at all: run makemigrations first".to_owned()
        } else {
            format!("there are migrations of {}", apps.join(", "))
        };
        Error::new(ErrorKind::Usage, format!("there are no migrations of an application `{app}`"))
            .with_hint(hint)
    }

    /// The newest migration of an application, on which the next one will stand; `None` where it has none.
    ///
    /// # Errors
    /// [`ErrorKind::Migration`] where it has several that do not stand on each other, as after the merge of two
    /// branches.
    pub fn leaf(&self, app: &str) -> Result<Option<&MigrationId>> {
        match self.graph.leaves(app).as_slice() {
            [] => Ok(None),
            [leaf] => Ok(Some(leaf)),
            several => {
                let names: Vec<&str> = several.iter().map(|id| id.name.as_str()).collect();
                Err(Error::new(
                    ErrorKind::Migration,
                    format!(
                        "the migrations of {app} end in {} files that do not stand on each other: {}",
                        several.len(),
                        names.join(", ")
                    ),
                )
                .with_hint(format!(
                    "let one follow the other: write `dependencies = [\"{}\"]` into the one that is applied \
                     nowhere yet",
                    several[0]
                )))
            }
        }
    }

    /// Checks that every application has one newest migration.
    ///
    /// # Errors
    /// As [`leaf`](MigrationSet::leaf), for the first application that has several.
    pub fn check_leaves(&self) -> Result<()> {
        self.apps().into_iter().try_for_each(|app| self.leaf(app).map(drop))
    }

    /// The state after all of them.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`] where an operation does not fit the state that it is applied to.
    pub fn state(&self) -> Result<ProjectState> {
        self.state_of(|_| true)
    }

    /// The state after those of them that `include` picks.
    ///
    /// # Errors
    /// As [`state`](MigrationSet::state).
    pub fn state_of(&self, include: impl Fn(&MigrationId) -> bool) -> Result<ProjectState> {
        let mut state = ProjectState::empty();
        for migration in self.iter().filter(|migration| include(&migration.id)) {
            state.apply(migration)?;
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(edges: &[(&str, &[&str])]) -> Result<MigrationSet> {
        MigrationSet::new(edges.iter().map(|(id, dependencies)| {
            let id: MigrationId = id.parse().unwrap();
            let dependencies = dependencies.iter().map(|id| id.parse().unwrap()).collect();
            Migration { id, dependencies, operations: Vec::new() }
        }))
    }

    fn order(set: &MigrationSet) -> Vec<String> {
        set.iter().map(|migration| migration.id.to_string()).collect()
    }

    #[test]
    fn dependencies_decide_and_names_where_they_leave_a_choice() {
        let edges: &[(&str, &[&str])] = &[
            ("b/0001_x", &[]),
            ("a/0002_x", &["a/0001_x", "b/0001_x"]),
            ("a/0001_x", &[]),
            ("b/0002_x", &["a/0002_x", "b/0001_x"]),
        ];
        let expected = ["a/0001_x", "b/0001_x", "a/0002_x", "b/0002_x"];
        assert_eq!(order(&set(edges).unwrap()), expected);
        let reversed: Vec<_> = edges.iter().rev().copied().collect();
        assert_eq!(order(&set(&reversed).unwrap()), expected);
    }

    #[test]
    fn circles_and_gaps_are_errors() {
        let error =
            set(&[("a/1", &["b/1"]), ("b/1", &["c/1"]), ("c/1", &["b/1"]), ("d/1", &[])]).unwrap_err();
        assert_eq!(error.to_string(), "migrations depend on each other in a circle: b/1 → c/1 → b/1");
        let error = set(&[("a/1", &["a/1"])]).unwrap_err();
        assert_eq!(error.to_string(), "migrations depend on each other in a circle: a/1 → a/1");
        let error = set(&[("a/2", &["a/1"])]).unwrap_err();
        assert_eq!(error.to_string(), "migration a/2 depends on a/1, which is not there");
        let error = set(&[("a/1", &[]), ("a/1", &[])]).unwrap_err();
        assert_eq!(error.to_string(), "there are two migrations a/1");
    }

    #[test]
    fn two_ends_are_told_with_what_to_write() {
        let branches =
            set(&[("a/0001_x", &[]), ("a/0002_y", &["a/0001_x"]), ("a/0002_z", &["a/0001_x"])]).unwrap();
        let error = branches.check_leaves().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration);
        assert!(error.to_string().contains("0002_y, 0002_z"), "{error}");
        assert!(error.hint().unwrap().contains("dependencies = [\"a/0002_y\"]"), "{error:?}");
        // Joined through another application, they have one end.
        let joined =
            set(&[("a/0001_x", &[]), ("b/0001_x", &["a/0001_x"]), ("a/0002_x", &["b/0001_x"])]).unwrap();
        assert_eq!(joined.leaf("a").unwrap().unwrap().name, "0002_x");
    }

    #[test]
    fn a_beginning_finds_a_migration() {
        let set =
            set(&[("a/0001_x", &[]), ("a/0002_y", &["a/0001_x"]), ("a/0002_y_z", &["a/0002_y"])]).unwrap();
        assert_eq!(set.find("a", "0001").unwrap().id.name, "0001_x");
        assert_eq!(set.find("a", "0002_y").unwrap().id.name, "0002_y");
        for (app, name, message) in [
            ("a", "0002", "`0002` begins the name of 2 migrations of a"),
            ("a", "0003", "a has no migration `0003`"),
            ("b", "0001", "there are no migrations of an application `b`"),
        ] {
            let error = set.find(app, name).unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Usage, message));
        }
    }
}
