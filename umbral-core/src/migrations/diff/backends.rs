//! On which backends tables stand.

use super::projection::Projection;
use super::stage::Stage;
use crate::error::Result;
use crate::migrations::operations::{AlterTableBackends, Operation};

/// Lets every table that stays stand where it is to stand, before anything else changes: all foreign keys fit what they
/// reference then, so that the tables can come and go on a backend.
pub(super) fn change(stage: &mut Stage, projection: &Projection<'_>) -> Result<()> {
    for survivor in projection.survivors.iter().filter(|it| it.from.backends != it.to.backends) {
        stage.emit(Operation::AlterTableBackends(AlterTableBackends {
            table: survivor.from.name.clone(),
            from: survivor.from.backends.clone(),
            to: survivor.to.backends.clone(),
        }))?;
    }
    Ok(())
}
