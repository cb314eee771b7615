//! Sinks that read rows into models.

use crate::backend::standard::rows::take_sink;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Model, Related};
use crate::value::{FieldType, Flow, Row, RowSink};
use std::sync::Arc;

/// Reads every row as a model, with the related rows that were loaded along.
pub(crate) struct Models<M> {
    pub(crate) rows: Vec<M>,
    related: Option<Arc<[Related]>>,
    /// Rows past this number are not read.
    most: usize,
}

impl<M: Model> Models<M> {
    pub(crate) fn sink(related: Option<Arc<[Related]>>, most: usize) -> Box<dyn RowSink> {
        // Room for the one row that is asked for, not for the four that a vector begins with.
        let rows = if most == 1 { Vec::with_capacity(1) } else { Vec::new() };
        Box::new(Models::<M> { rows, related, most })
    }

    pub(crate) fn all(sink: Box<dyn RowSink>) -> Result<Vec<M>> {
        take_sink::<Models<M>>(sink).map(|models| models.rows)
    }

    pub(crate) fn first(sink: Box<dyn RowSink>) -> Result<Option<M>> {
        // No more than one was asked for.
        take_sink::<Models<M>>(sink).map(|mut models| models.rows.pop())
    }

    /// The only row.
    pub(crate) fn only(sink: Box<dyn RowSink>) -> Result<M> {
        let mut models = take_sink::<Models<M>>(sink)?;
        match (models.rows.pop(), models.rows.is_empty()) {
            (Some(row), true) => Ok(row),
            (None, _) => Err(not_found(M::meta().name)),
            (Some(_), false) => Err(several(M::meta().name)),
        }
    }
}

impl<M: Model> RowSink for Models<M> {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        self.rows.push(M::from_row(row, 0)?);
        if let (Some(related), Some(model)) = (&self.related, self.rows.last_mut()) {
            related.iter().try_for_each(|related| model.attach(related.field, row, related))?;
        }
        Ok(if self.rows.len() < self.most { Flow::Continue } else { Flow::Stop })
    }
}

#[cold]
pub(crate) fn not_found(what: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("no {what} matches"))
        .with_hint("where there may be none, first() gives an Option")
}

#[cold]
pub(crate) fn several(what: &str) -> Error {
    Error::new(ErrorKind::MultipleRows, format!("more than one {what} matches"))
        .with_hint("narrow the filter, or take first() or all()")
}

/// Reads the integer of the first row.
#[derive(Default)]
struct Number(Option<i64>);

impl RowSink for Number {
    fn row(&mut self, row: &dyn Row) -> Result<Flow> {
        self.0 = Some(i64::from_value(row.value(0)?)?);
        Ok(Flow::Stop)
    }
}

/// A sink for one integer.
pub(crate) fn number_sink() -> Box<dyn RowSink> {
    Box::<Number>::default()
}

/// How many, as `count` reads it.
pub(crate) fn counted(sink: Box<dyn RowSink>) -> Result<u64> {
    let number = take_sink::<Number>(sink)?.0.unwrap_or(0);
    u64::try_from(number)
        .map_err(|_| Error::new(ErrorKind::Internal, format!("the database counted {number} rows")))
}

/// Whether there was a row.
pub(crate) fn found(sink: Box<dyn RowSink>) -> Result<bool> {
    Ok(take_sink::<Number>(sink)?.0.is_some())
}
