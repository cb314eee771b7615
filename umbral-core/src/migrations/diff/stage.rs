//! Where operations are tried out as they are found.

use crate::error::{Error, ErrorKind, Result};
use crate::migrations::Operation;
use crate::schema::Schema;

/// The operations so far, and the state that they lead to.
pub(super) struct Stage {
    state: Schema,
    operations: Vec<Operation>,
}

impl Stage {
    pub(super) fn new(state: Schema) -> Stage {
        Stage { state, operations: Vec::new() }
    }

    pub(super) fn state(&self) -> &Schema {
        &self.state
    }

    /// Appends an operation that applies here.
    pub(super) fn emit(&mut self, operation: Operation) -> Result<()> {
        operation.apply(&mut self.state)?;
        self.operations.push(operation);
        Ok(())
    }

    /// Appends the operations if all of them apply, one after the other; otherwise nothing happens.
    pub(super) fn attempt(&mut self, operations: &[Operation]) -> bool {
        let mut state = self.state.clone();
        let apply = operations.iter().all(|operation| operation.apply(&mut state).is_ok());
        if apply {
            self.state = state;
            self.operations.extend_from_slice(operations);
        }
        apply
    }

    /// The operations, which have led to `to`.
    pub(super) fn finish(self, to: &Schema) -> Result<Vec<Operation>> {
        if self.state == *to {
            return Ok(self.operations);
        }
        let names = self.state.tables.keys().chain(to.tables.keys());
        let differing = names.filter(|name| self.state.table(name) != to.table(name)).min();
        let table = differing.map_or("", String::as_str);
        let message =
            format!("the differences found in table `{table}` do not lead from one schema to the other");
        Err(Error::new(ErrorKind::Internal, message))
    }
}
