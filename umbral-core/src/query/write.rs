//! Changes of the rows that a query selects.

use super::assign::Assignments;
use super::fetch::Change;
use super::prepare;
use super::selection::Selection;
use crate::backend::{BoxFuture, Done};
use crate::db::Executor;
use crate::error::Result;

/// An UPDATE of a query's rows.
#[must_use = "nothing changes before exec"]
#[derive(Debug)]
pub struct Update {
    selection: Selection,
    assignments: Assignments,
}

/// A DELETE of a query's rows.
#[must_use = "nothing is deleted before exec"]
#[derive(Debug)]
pub struct Delete {
    selection: Selection,
}

impl Update {
    pub(super) fn new(selection: Selection, assignments: Assignments) -> Update {
        Update { selection, assignments }
    }

    /// Runs it and says how many rows it changed. An update that sets nothing changes nothing, and sends no SQL.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage), before any SQL, for an update of every row without
    /// [`all_rows`](super::QuerySet::all_rows) and for a value taken from a related row;
    /// [`ErrorKind::Value`](crate::error::ErrorKind::Value) for a value that its column does not hold.
    pub fn exec(self, on: &dyn Executor) -> Change<'_> {
        if self.assignments.code.is_empty() && self.assignments.error.is_none() {
            return match self.selection.verify_change("update") {
                Ok(()) => Change::nothing(),
                Err(error) => Change::new(Err(error)),
            };
        }
        Change::new(self.start(on))
    }

    fn start(self, on: &dyn Executor) -> Result<BoxFuture<'_, Result<Done>>> {
        self.selection.verify_change("update")?;
        let statement = prepare::update(on.db(), self.selection, self.assignments)?;
        Ok(on.execute(statement))
    }
}

impl Delete {
    pub(super) fn new(selection: Selection) -> Delete {
        Delete { selection }
    }

    /// Runs it and says how many rows it deleted. What points at them is dealt with by the database, as the foreign
    /// keys' `on_delete` says.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage), before any SQL, for a delete of every row without
    /// [`all_rows`](super::QuerySet::all_rows).
    pub fn exec(self, on: &dyn Executor) -> Change<'_> {
        Change::new(self.start(on))
    }

    fn start(self, on: &dyn Executor) -> Result<BoxFuture<'_, Result<Done>>> {
        self.selection.verify_change("delete")?;
        let statement = prepare::delete(on.db(), self.selection)?;
        Ok(on.execute(statement))
    }
}
