//! Whether what a database remembers and what the files say agree.

use super::MigrationStatus;
use crate::error::{Error, ErrorKind, Result};
use crate::migrations::recorder::Record;
use crate::migrations::{Checksum, MigrationId, MigrationSet};
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
/// [`ErrorKind::Integrity`] where an applied migration was edited, taken away, renamed, or moved behind one that
/// is not applied.
pub(super) fn verify(set: &MigrationSet, status: &MigrationStatus) -> Result<()> {
    edited(status)?;
    replaced(status)?;
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

/// An applied migration without a file is a newer program's, as long as this one has nothing to apply beside it.
/// Otherwise the state that its files add up to is not that of the database.
fn replaced(status: &MigrationStatus) -> Result<()> {
    for ahead in &status.ahead {
        if let Some(pending) = status.pending.iter().find(|pending| pending.app == ahead.id.app) {
            return Err(Error::new(
                ErrorKind::Integrity,
                format!(
                    "{} is applied but its file is not there, and {pending} is to be applied beside it",
                    ahead.id
                ),
            )
            .with_hint(format!(
                "bring the file of {} back from version control; or unapply it where it is, and come back",
                ahead.id
            )));
        }
    }
    Ok(())
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
