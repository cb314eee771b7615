//! Rows, read by position from the server's own bytes.

use super::super::errors::transport;
use super::super::values::{Convert, Decode, conversion, decoder};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::SqlType;
use crate::value::{Row, ValueRef};
use sqlx::mysql::{MySql, MySqlColumn, MySqlRow};
use sqlx::{Column as _, Row as _, TypeInfo as _};

/// How each column of a result is read; no function where umbral has no value for its type.
#[derive(Debug, Default)]
pub(super) struct Decoders(Vec<(Option<Decode>, Option<Convert>)>);

impl Decoders {
    /// Chooses by the types of the result that this row belongs to, and those that the statement names.
    pub(super) fn choose(&mut self, row: &MySqlRow, named: &[SqlType]) {
        self.0.clear();
        self.0.extend(row.columns().iter().enumerate().map(|(position, column)| {
            (decoder(column.type_info()), named.get(position).and_then(conversion))
        }));
    }
}

/// One row of a result in the binary protocol.
pub(super) struct ResultRow<'a> {
    pub(super) row: &'a MySqlRow,
    pub(super) decoders: &'a Decoders,
}

impl Row for ResultRow<'_> {
    fn len(&self) -> usize {
        self.decoders.0.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        let Some((decode, convert)) = self.decoders.0.get(index) else {
            let message = format!("value {index} of a row of {}", self.len());
            return Err(Error::new(ErrorKind::Internal, message));
        };
        let raw = self.row.try_get_raw(index).map_err(transport)?;
        // It fails for NULL alone. The driver's own test for NULL also takes a day 0000-00-00 for one.
        let Ok(bytes) = <&[u8] as sqlx::Decode<MySql>>::decode(raw) else { return Ok(ValueRef::Null) };
        let Some(decode) = decode else { return Err(unreadable(&self.row.columns()[index])) };
        let value = decode(bytes)?;
        match convert {
            Some(convert) => convert.apply(value),
            None => Ok(value),
        }
    }

    fn value_as(&self, index: usize, ty: &SqlType) -> Result<ValueRef<'_>> {
        match (self.value(index)?, conversion(ty)) {
            (ValueRef::Null, _) => Ok(ValueRef::Null),
            (value, Some(convert)) => convert.apply(value),
            (value, None) => Ok(value),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.columns().get(index).map(|column| column.name())
    }
}

#[cold]
fn unreadable(column: &MySqlColumn) -> Error {
    let ty = column.type_info().name().to_ascii_lowercase();
    Error::unsupported(
        format!(
            "the column `{}` of the result is of the type {ty}, which umbral does not read",
            column.name()
        ),
        format!("cast it in the query: CAST({} AS CHAR)", column.name()),
    )
}
