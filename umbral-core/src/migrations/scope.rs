//! What operations come to on one backend, where tables do not stand on all of them.

use super::{Operation, Renames, diff};
use crate::error::Result;
use crate::schema::Schema;

/// The operations that do on one backend what `operations` do on all of them: `apply(scoped(ops, s), s.on(b))` has the
/// tables of `apply(ops, s).on(b)`. `run_sql` is kept as it is.
///
/// What changes no table of the backend is left out, a foreign key to a table that does not stand there too. A table that
/// comes to stand on the backend is created, and one that no longer does is dropped.
///
/// # Errors
/// Those of [`Operation::apply`] and of [`diff`](fn@diff).
pub fn scoped(operations: &[Operation], from: &Schema, backend: &str) -> Result<Vec<Operation>> {
    let mut state = from.clone();
    let mut kept = Vec::with_capacity(operations.len());
    for operation in operations {
        let before = state.clone();
        operation.apply(&mut state)?;
        kept.extend(one(operation, &before, &state, backend)?);
    }
    Ok(kept)
}

fn one(operation: &Operation, before: &Schema, after: &Schema, backend: &str) -> Result<Vec<Operation>> {
    match operation {
        Operation::RunSql(_) => return Ok(vec![operation.clone()]),
        Operation::AlterTableBackends(_) => {}
        _ if before.stands_on(backend) && after.stands_on(backend) => return Ok(vec![operation.clone()]),
        _ => {}
    }
    let (from, to) = (before.on(backend), after.on(backend));
    if from == to {
        return Ok(Vec::new());
    }
    let mut reached = from.clone();
    let fits = operation.apply(&mut reached).is_ok() && reached == to;
    match operation {
        // It says only where the table stands, which is no business of a backend that has it before and after.
        Operation::AlterTableBackends(_) if fits => Ok(Vec::new()),
        _ if fits => Ok(vec![operation.clone()]),
        _ => diff(&from, &to, &Renames::none()),
    }
}
