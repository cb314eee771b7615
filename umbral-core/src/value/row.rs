//! How rows come back: the driver pushes each one into a sink that decodes it where it lies.

use super::ValueRef;
use crate::error::Result;
use crate::schema::SqlType;
use std::any::Any;

/// One row of a result, valid while the driver's call lasts.
pub trait Row {
    /// How many values it has.
    fn len(&self) -> usize;

    /// Whether it has no values.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `index`, counted from 0. Fails where the index is past the end or the stored bytes are not
    /// what the column's type promises.
    fn value(&self, index: usize) -> Result<ValueRef<'_>>;

    /// The value at `index` as one of type `ty`, where the statement did not name the types of its columns: a database
    /// that stores a type in another form gives the type's own value, such as a decimal for a scaled integer.
    fn value_as(&self, index: usize, ty: &SqlType) -> Result<ValueRef<'_>> {
        let _ = ty;
        self.value(index)
    }

    /// The name of the column at `index`, as the database reports it; `None` past the end, or where the row was put
    /// together from others. Raw SQL reads models by it, once for each result.
    fn name(&self, index: usize) -> Option<&str> {
        let _ = index;
        None
    }
}

/// What a sink wants after a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The next row.
    Continue,
    /// No further row; the rest of the result is thrown away.
    Stop,
}

/// Takes rows as they arrive. Owned: it moves into the driver, which may run on another thread, and is handed
/// back at the end.
pub trait RowSink: Any + Send {
    /// Takes one row.
    fn row(&mut self, row: &dyn Row) -> Result<Flow>;
}
