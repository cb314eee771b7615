//! Rows, read by position from the server's own bytes.

use super::super::errors::{encoding, transport};
use super::super::values::{Decode, decoder, extension_decoders, text, texts};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Row, ValueRef};
use sqlx::postgres::{PgColumn, PgRow, PgTypeInfo, PgTypeKind, PgValueFormat};
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

/// How each column of a result is read; `None` where umbral has no value for its type.
#[derive(Debug, Default)]
pub(super) struct Decoders(Vec<Option<Decode>>);

impl Decoders {
    /// Chooses by the types of the result that this row belongs to.
    pub(super) fn choose(&mut self, row: &PgRow) {
        self.0.clear();
        self.0.extend(row.columns().iter().map(|column| for_type(column.type_info())));
    }
}

fn for_type(ty: &PgTypeInfo) -> Option<Decode> {
    if let Some(decode) = ty.oid().and_then(|oid| decoder(oid.0)) {
        return Some(decode);
    }
    match ty.kind() {
        PgTypeKind::Enum(_) => Some(text),
        PgTypeKind::Array(element) if matches!(element.kind(), PgTypeKind::Enum(_)) => Some(texts),
        PgTypeKind::Domain(base) => for_type(base),
        // An extension's type: its identifier differs between databases.
        PgTypeKind::Simple => of_extension(ty).map(|decoders| decoders.0),
        PgTypeKind::Array(element) => of_extension(element).map(|decoders| decoders.1),
        _ => None,
    }
}

fn of_extension(ty: &PgTypeInfo) -> Option<(Decode, Decode)> {
    extension_decoders(&ty.name().to_ascii_lowercase())
}

/// One row of a result.
pub(super) struct ResultRow<'a> {
    pub(super) row: &'a PgRow,
    pub(super) decoders: &'a Decoders,
}

impl Row for ResultRow<'_> {
    fn len(&self) -> usize {
        self.decoders.0.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        let Some(decode) = self.decoders.0.get(index) else {
            let message = format!("value {index} of a row of {}", self.len());
            return Err(Error::new(ErrorKind::Internal, message));
        };
        let raw = self.row.try_get_raw(index).map_err(transport)?;
        if raw.is_null() {
            return Ok(ValueRef::Null);
        }
        let Some(decode) = decode else { return Err(unreadable(&self.row.columns()[index])) };
        if raw.format() != PgValueFormat::Binary {
            return Err(Error::new(ErrorKind::Internal, "a value came as text instead of its binary form"));
        }
        decode(raw.as_bytes().map_err(encoding)?)
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.row.columns().get(index).map(|column| column.name())
    }
}

#[cold]
fn unreadable(column: &PgColumn) -> Error {
    let ty = column.type_info().name().to_ascii_lowercase();
    Error::unsupported(
        format!(
            "the column `{}` of the result is of the type {ty}, which umbral does not read",
            column.name()
        ),
        format!("cast it in the query: {}::text", column.name()),
    )
}
