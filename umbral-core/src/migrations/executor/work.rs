//! Which migrations a target asks for, in which order, from which state. No I/O.

use crate::error::{Error, ErrorKind, Result};
use crate::migrations::recorder::Record;
use crate::migrations::scope::scoped;
use crate::migrations::{
    Checksum, Direction, Migration, MigrationId, MigrationSet, Operation, ProjectState, Target,
};
use crate::schema::Schema;
use std::collections::BTreeSet;

/// One migration to be run.
#[derive(Debug, Clone)]
pub(in crate::migrations) struct Work {
    pub(in crate::migrations) id: MigrationId,
    pub(in crate::migrations) direction: Direction,
    /// What is carried out, in order: backwards, what undoes the migration's operations, the last one first.
    pub(in crate::migrations) operations: Vec<Operation>,
    /// The state that the first operation applies to.
    pub(in crate::migrations) from: Schema,
    pub(in crate::migrations) checksum: Checksum,
}

impl Work {
    /// The same on one backend, where tables do not stand on all of them.
    ///
    /// # Errors
    /// As [`scoped`].
    pub(in crate::migrations) fn on(mut self, backend: &str) -> Result<Work> {
        self.operations = scoped(&self.operations, &self.from, backend)?;
        self.from = self.from.on(backend);
        Ok(self)
    }
}

/// What is to be run so that a database with this record reaches the target.
///
/// # Errors
/// Where the record contradicts the set, or an operation that would have to be undone cannot be.
pub(super) fn works(set: &MigrationSet, record: &Record, target: &Target) -> Result<Vec<Work>> {
    set.check_leaves()?;
    let applied: BTreeSet<MigrationId> =
        record.applied.iter().map(|applied| applied.id.clone()).filter(|id| set.get(id).is_some()).collect();
    let all = |app: Option<&str>| -> BTreeSet<MigrationId> {
        let of_app = |id: &&MigrationId| app.is_none_or(|app| id.app == app);
        set.iter().map(|migration| &migration.id).filter(of_app).cloned().collect()
    };
    let mut works = match target {
        Target::Latest => forwards(set, applied, all(None)),
        Target::LatestOf(app) => forwards(set, applied, all(Some(app))),
        Target::Zero(app) => backwards(set, record, applied, all(Some(app))),
        Target::To(id) if applied.contains(id) => {
            let in_app = set.graph.with_descendants([id.clone()]).into_iter();
            let roots = in_app.filter(|other| other.app == id.app && other != id).collect();
            backwards(set, record, applied, roots)
        }
        Target::To(id) => forwards(set, applied, BTreeSet::from([id.clone()])),
    }?;
    interrupted_first(&mut works, record)?;
    Ok(works)
}

/// Applies these migrations and what they stand on.
fn forwards(
    set: &MigrationSet,
    applied: BTreeSet<MigrationId>,
    wanted: BTreeSet<MigrationId>,
) -> Result<Vec<Work>> {
    let wanted = set.graph.with_ancestors(wanted);
    let mut state = set.state_of(|id| applied.contains(id))?;
    let pending =
        set.iter().filter(|migration| wanted.contains(&migration.id) && !applied.contains(&migration.id));
    pending
        .map(|migration| {
            let from = state.schema.clone();
            state.apply(migration)?;
            Ok(forward(migration, from))
        })
        .collect()
}

fn forward(migration: &Migration, from: Schema) -> Work {
    Work {
        id: migration.id.clone(),
        direction: Direction::Forward,
        operations: migration.operations.clone(),
        from,
        checksum: Checksum::of(migration),
    }
}

/// Unapplies these migrations and what stands on them, the newest first.
fn backwards(
    set: &MigrationSet,
    record: &Record,
    mut applied: BTreeSet<MigrationId>,
    roots: BTreeSet<MigrationId>,
) -> Result<Vec<Work>> {
    let unwanted = set.graph.with_descendants(roots);
    let apps: BTreeSet<&str> = unwanted.iter().map(|id| id.app.as_str()).collect();
    if let Some(ahead) =
        record.applied.iter().find(|a| set.get(&a.id).is_none() && apps.contains(a.id.app.as_str()))
    {
        return Err(Error::new(
            ErrorKind::Integrity,
            format!(
                "{} is applied and may stand on what is to be undone, but its file is not there",
                ahead.id
            ),
        )
        .with_hint("unapply it with the program or the checkout that has it"));
    }
    let undone = set.iter().rev().filter(|m| unwanted.contains(&m.id) && applied.contains(&m.id));
    let undone: Vec<&Migration> = undone.collect();
    let mut works = Vec::with_capacity(undone.len());
    for migration in undone {
        applied.remove(&migration.id);
        works.push(backward(migration, set.state_of(|id| applied.contains(id))?)?);
    }
    Ok(works)
}

/// A migration undone, given the state without it.
pub(in crate::migrations) fn backward(migration: &Migration, mut state: ProjectState) -> Result<Work> {
    let mut operations = Vec::with_capacity(migration.operations.len());
    for operation in &migration.operations {
        let inverse = operation.invert(&state.schema).map_err(|irreversible| {
            Error::new(
                ErrorKind::Migration,
                format!("{} cannot be undone: {}: {irreversible}", migration.id, operation.describe()),
            )
            .with_hint(
                "nothing was changed; restore a backup, or write a new migration that goes on from here",
            )
        })?;
        operations.push(inverse);
        state.apply_operation(&migration.id.app, operation)?;
    }
    operations.reverse();
    Ok(Work {
        id: migration.id.clone(),
        direction: Direction::Backward,
        operations,
        from: state.schema,
        checksum: Checksum::of(migration),
    })
}

/// A migration that was interrupted goes on before anything else: the state that others are planned from is not
/// there until it is through.
fn interrupted_first(works: &mut [Work], record: &Record) -> Result<()> {
    let Some(entry) = record.journal.first() else { return Ok(()) };
    let found = works.iter().position(|work| work.id == entry.id && work.direction == entry.direction);
    match found {
        Some(position) => {
            works[..=position].rotate_right(1);
            Ok(())
        }
        None => Err(Error::new(
            ErrorKind::Migration,
            format!("{} was interrupted half-way while it was to {}", entry.id, entry.direction),
        )
        .with_hint(format!(
            "let it come to its end first: run `migrate {} {}`",
            entry.id.app,
            match entry.direction {
                Direction::Forward => entry.id.name.as_str(),
                Direction::Backward => "zero",
            }
        ))),
    }
}
