//! Operations on one table brought next to each other, so that they become one statement.

use crate::migrations::Operation;

/// The operations, each behind the last one on its table wherever nothing in between depends on it, nor it on that.
pub(super) fn together(operations: &[Operation]) -> Vec<Operation> {
    let mut ordered: Vec<Operation> = Vec::with_capacity(operations.len());
    for operation in operations {
        let place = place(&ordered, operation).unwrap_or(ordered.len());
        ordered.insert(place, operation.clone());
    }
    ordered
}

fn place(before: &[Operation], operation: &Operation) -> Option<usize> {
    let table = table_of(operation)?;
    let footprint = operation.as_op().footprint();
    for (at, other) in before.iter().enumerate().rev() {
        if table_of(other) == Some(table) {
            return Some(at + 1);
        }
        if !footprint.is_independent_of(&other.as_op().footprint()) {
            return None;
        }
    }
    None
}

fn table_of(operation: &Operation) -> Option<&str> {
    operation.as_op().as_table_op().map(|op| op.table())
}
