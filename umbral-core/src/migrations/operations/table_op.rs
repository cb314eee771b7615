//! Operations that change one table, which is there before and after.

use super::{Op, Operation, Reduction, StateError, consistency};
use crate::schema::{Schema, Table};

/// An operation that changes one table, which is there before and after.
pub trait TableOp: Op {
    /// The table's name.
    fn table(&self) -> &str;

    /// Changes the table, apart from whatever else is in the schema.
    ///
    /// # Errors
    /// [`StateError`] where the operation does not fit the table.
    fn change(&self, table: &mut Table) -> Result<(), StateError>;
}

/// Changes the operation's table in `state`, if it then still fits itself and every other table.
pub(super) fn apply(op: &dyn TableOp, state: &mut Schema) -> Result<(), StateError> {
    let mut changed = consistency::table(state, op.table())?.clone();
    op.change(&mut changed)?;
    consistency::check(state, &changed)?;
    state.tables.insert(changed.name.clone(), changed);
    Ok(())
}

/// What becomes of an operation on a table where nothing is known of the two but what they touch: a table that is
/// dropped need not be changed before.
pub(super) fn reduce(op: &dyn TableOp, next: &Operation) -> Reduction {
    match next {
        Operation::DropTable(drop) if drop.table == op.table() => Reduction::To(vec![next.clone()]),
        _ => Reduction::by_footprint(op.footprint(), next),
    }
}
