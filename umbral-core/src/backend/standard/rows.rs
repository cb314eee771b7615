//! Small results, collected.

use crate::backend::{Connection, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Flow, Row, RowSink, ValueRef};
use std::any::Any;

/// A value kept after its row has gone. Enough for catalogues: no arrays, no decimals beyond text.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// An integer or a boolean.
    Integer(i64),
    /// Text, and anything else by its description.
    Text(String),
}

impl Cell {
    /// The text; NULL and integers are none.
    pub fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(text) => Some(text),
            Cell::Null | Cell::Integer(_) => None,
        }
    }

    /// The integer; a boolean is 0 or 1.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Cell::Integer(number) => Some(*number),
            Cell::Null | Cell::Text(_) => None,
        }
    }
}

#[derive(Default)]
struct Collect(Vec<Vec<Cell>>);

impl RowSink for Collect {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        let mut cells = Vec::with_capacity(row.len());
        for index in 0..row.len() {
            cells.push(match row.value(index)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Boolean(value) => Cell::Integer(i64::from(value)),
                ValueRef::Text(text) | ValueRef::Json(text) => Cell::Text(text.to_owned()),
                other => Cell::Text(other.describe()),
            });
        }
        self.0.push(cells);
        Ok(Flow::Continue)
    }
}

/// Every row of a query over a database's own catalogue.
pub async fn fetch_cells(connection: &mut dyn Connection, statement: Statement) -> Result<Vec<Vec<Cell>>> {
    let sink = connection.query(statement, Box::<Collect>::default()).await?;
    take_sink::<Collect>(sink).map(|collect| collect.0)
}

/// The sink that went into a driver, as the type it was.
///
/// # Errors
/// [`ErrorKind::Internal`] where the driver handed back another one.
pub fn take_sink<S: RowSink>(sink: Box<dyn RowSink>) -> Result<S> {
    let any: Box<dyn Any> = sink;
    let sink = any.downcast::<S>();
    sink.map(|sink| *sink).map_err(|_| Error::new(ErrorKind::Internal, "the driver handed back another sink"))
}
