//! Whether what a database remembers and what the files say agree.

use super::{MigrationStatus, Work};
use crate::backend::DatabaseBackend;
use crate::error::{Error, ErrorKind, Result};
use crate::migrations::recorder::Record;
use crate::migrations::session::Session;
use crate::migrations::{Checksum, MigrationId, MigrationSet, Operation};
use std::collections::BTreeSet;

/// Where a database with this record stands.
pub(super) fn status(set: &MigrationSet, record: &Record) -> MigrationStatus {
    let ids: BTreeSet<&MigrationId> = record.applied.iter().map(|applied| &applied.id).collect();
    let find = |id: &MigrationId| record.applied.iter().find(|applied| applied.id == *id);
    let known = set.iter().filter_map(|migration| Some((migration, find(&migration.id)?)));
    MigrationStatus {
        applied: known.clone().map(|(_, applied)| applied.clone()).collect(),
        pending: set.iter().map(|migration| &migration.id).filter(|id| !ids.contains(id)).cloned().collect(),
        ahead: record.applied.iter().filter(|applied| set.get(&applied.id).is_none()).cloned().collect(),
        edited: known
            .filter(|(migration, applied)| Checksum::of(migration).contradicts(&applied.checksum))
            .map(|(migration, _)| migration.id.clone())
            .collect(),
        interrupted: record.journal.first().map(|entry| entry.id.clone()),
    }
}

/// Checks that the files still say what was applied.
///
/// # Errors
/// [`ErrorKind::Integrity`] where an applied migration was edited, or moved behind one that is not applied.
pub(super) fn verify(set: &MigrationSet, status: &MigrationStatus) -> Result<()> {
    edited(status)?;
    reordered(set, status)
}

fn edited(status: &MigrationStatus) -> Result<()> {
    if status.edited.is_empty() {
        return Ok(());
    }
    let message = match status.edited.as_slice() {
        [one] => format!("{one} was changed after it had been applied"),
        several => format!("{} were changed after they had been applied", listed(several)),
    };
    Err(Error::new(ErrorKind::Integrity, message).with_hint(
        "bring back the text that was applied, and put the change into a new migration; comments and white space \
         may be changed freely",
    ))
}

/// Checks that what is to be run beside applied migrations without files finds its tables as the files make them.
///
/// Such a migration is a newer program's, or one of another branch, and what it did is not known here. Where it left
/// the tables alone that are to be changed, both can stand.
///
/// # Errors
/// [`ErrorKind::Integrity`] where a table that is to be changed is another one in the database, and where SQL of the user's
/// own is to be run, of which nobody knows what it needs; those of introspection.
pub(super) async fn verify_beside_ahead(
    session: &mut Session<'_>,
    status: &MigrationStatus,
    works: &[Work],
) -> Result<()> {
    let beside = |work: &Work| status.ahead.iter().find(|ahead| ahead.id.app == work.id.app);
    if works.iter().all(|work| beside(work).is_none()) {
        return Ok(());
    }
    let live = session.introspect().await?;
    // A table that an earlier one of these migrations changes is not yet as the later one expects it.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for work in works {
        let changed = changed_tables(work, session.backend().as_ref())?;
        if let Some(ahead) = beside(work) {
            let wanted = session.backend().normalize(&work.from);
            let other =
                changed.iter().find(|name| !seen.contains(*name) && live.table(name) != wanted.table(name));
            if let Some(table) = other {
                let what = format!("the table `{table}` is not as the files make it");
                return Err(conflict(&ahead.id, &work.id, &what));
            }
            if work.operations.iter().any(|operation| matches!(operation, Operation::RunSql(_))) {
                return Err(conflict(&ahead.id, &work.id, "it runs SQL that may need what is not there"));
            }
        }
        seen.extend(changed);
    }
    Ok(())
}

/// The tables that are others after a migration than before it, by the names that the database gives them.
fn changed_tables(work: &Work, backend: &dyn DatabaseBackend) -> Result<BTreeSet<String>> {
    let mut after = work.from.clone();
    for operation in &work.operations {
        operation.apply(&mut after)?;
    }
    let (before, after) = (backend.normalize(&work.from), backend.normalize(&after));
    let names = before.tables.keys().chain(after.tables.keys());
    Ok(names.filter(|name| before.table(name) != after.table(name)).cloned().collect())
}

fn conflict(ahead: &MigrationId, pending: &MigrationId, why: &str) -> Error {
    Error::new(
        ErrorKind::Integrity,
        format!(
            "{ahead} is applied but its file is not there, and {pending} is to be applied beside it: {why}"
        ),
    )
    .with_hint(format!(
        "bring the file of {ahead} back from version control; or unapply it where it is, and come back"
    ))
}

fn reordered(set: &MigrationSet, status: &MigrationStatus) -> Result<()> {
    let pending: BTreeSet<&MigrationId> = status.pending.iter().collect();
    for applied in &status.applied {
        let dependencies = set.get(&applied.id).map(|migration| migration.dependencies.as_slice());
        if let Some(missing) = dependencies.unwrap_or_default().iter().find(|id| pending.contains(id)) {
            return Err(Error::new(
                ErrorKind::Integrity,
                format!("{} is applied, and {missing}, on which it stands, is not", applied.id),
            )
            .with_hint(
                "the record of applied migrations was changed by hand, or the database was copied in part",
            ));
        }
    }
    Ok(())
}

fn listed(ids: &[MigrationId]) -> String {
    ids.iter().map(MigrationId::to_string).collect::<Vec<_>>().join(", ")
}
