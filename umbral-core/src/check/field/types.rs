//! `field.type`, `field.backend`, `field.max_length`, `field.length`: whether a field's type is one, and whether the backend
//! has it.

use super::At;
use crate::backend::DatabaseBackend;
use crate::check::Finding;
use crate::schema::{Column, SqlType};

/// `field.type`: the type is none on any database, or not for what the field is.
pub(super) fn malformed(at: &At<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let ty = at.field.column_type();
    if let Some((reason, hint)) = malformed_type(&ty) {
        found.push(at.error("field.type", format!("`{}` {reason}", at.name())).hint(hint));
    }
    if at.field.size.decimal.is_some() && !matches!(innermost(&ty), SqlType::Decimal { .. }) {
        let message = format!("`{}` has a `decimal(…)`, and is {}", at.name(), describe(&ty));
        found.push(at.error("field.type", message).hint("leave it out, or make the field a `Decimal`"));
    }
    if at.is_primary_key() {
        found.extend(key(at, &ty));
    }
    found
}

/// A primary key is of a type with an exact equality, and never NULL.
fn key(at: &At<'_>, ty: &SqlType) -> Vec<Finding> {
    let mut found = Vec::new();
    if at.field.nullable {
        let message = format!("`{}` is the primary key, and may be NULL", at.name());
        found.push(at.error("field.type", message).hint("make it not an `Option`"));
    }
    let integer = ty.may_be_counted();
    let others = ty.is_text() || matches!(ty, SqlType::Uuid | SqlType::Inet | SqlType::Enum(_));
    if !integer && !others {
        let message = format!("`{}` is {}, which cannot be a primary key", at.name(), describe(ty));
        found.push(at.error("field.type", message).hint("a key is i16, i32, i64, u32, u64, String or Uuid"));
    } else if at.field.auto && !integer {
        let message = format!("`{}` is {}, which the database cannot assign", at.name(), describe(ty));
        found.push(at.error("field.type", message).hint("only an integer key is assigned by the database"));
    }
    found
}

fn malformed_type(ty: &SqlType) -> Option<(String, &'static str)> {
    match ty {
        SqlType::Decimal { precision: 0, .. } => Some((
            "is a decimal of no digits".to_owned(),
            "write `decimal(10, 2)`: 10 digits, 2 behind the point",
        )),
        SqlType::Decimal { precision, scale } if scale > precision => Some((
            format!("is a decimal of {precision} digits, of which {scale} are behind the point"),
            "write `decimal(10, 2)`: 10 digits, 2 behind the point",
        )),
        SqlType::Array(element) => match element.as_ref() {
            SqlType::Array(_) => Some((
                "is an array of arrays, which no database has".to_owned(),
                "use `Json<…>`, or a model of its own for the inner values",
            )),
            element => malformed_type(element),
        },
        _ => None,
    }
}

/// `field.max_length`, `field.length`: the size of text or bits is 0, of something else, both a bound and a length, or more
/// than the backend takes.
pub(super) fn length(at: &At<'_>) -> Option<Finding> {
    let size = at.field.size;
    let (id, word, length) = match (size.length, size.max_length) {
        (None, None) => return None,
        (None, Some(length)) => ("field.max_length", "max_length", length),
        (Some(length), _) => ("field.length", "length", length),
    };
    let has = format!("`{}` has a `{word}`", at.name());
    let ty = at.field.column_type();
    if at.field.relation.is_some() {
        let message = format!("{has}, and takes that of the key it points at");
        return Some(at.warning(id, message).hint("leave it out"));
    }
    if size.length.is_some() && size.max_length.is_some() {
        let message = format!("{has}, and a `max_length` besides");
        return Some(at.error(id, message).hint("leave one of the two out"));
    }
    let (fits, hint) = match (innermost(&ty), size.length) {
        (SqlType::Varchar(_) | SqlType::Char(_), _) => (true, "write the most characters that it may hold"),
        (SqlType::Bit(_), Some(_)) => (true, "write how many bits it has"),
        (SqlType::Bit(_), None) => (false, "write how many bits it has: `length`"),
        _ => (false, "only text and bits have a length"),
    };
    if !fits {
        return Some(at.error(id, format!("{has}, and is {}", describe(&ty))).hint(hint));
    }
    if length == 0 {
        return Some(at.error(id, format!("{has} of 0")).hint(hint));
    }
    let backend = at.context.backend?;
    too_long(backend, &ty).then(|| {
        let message = format!("{has} of {length}, more than {} takes", backend.name());
        at.error(id, message).hint(match innermost(&ty) {
            SqlType::Bit(_) => "use fewer bits, or bytes",
            SqlType::Char(_) => "use a `max_length`, which takes more",
            _ => "leave it out for text of any length",
        })
    })
}

/// Whether the backend has the type, and refuses it for its length alone.
fn too_long(backend: &dyn DatabaseBackend, ty: &SqlType) -> bool {
    fn shortest(ty: &SqlType) -> SqlType {
        match ty {
            SqlType::Varchar(_) => SqlType::Varchar(1),
            SqlType::Char(_) => SqlType::Char(1),
            SqlType::Bit(_) => SqlType::Bit(1),
            SqlType::Array(element) => SqlType::Array(Box::new(shortest(element))),
            other => other.clone(),
        }
    }
    backend.map_type(ty).is_err() && backend.map_type(&shortest(ty)).is_ok()
}

/// `field.backend`: the backend has no type for it.
pub(super) fn backend(at: &At<'_>) -> Option<Finding> {
    let backend = at.context.backend?;
    let ty = at.field.column_type();
    if malformed_type(&ty).is_some() || too_long(backend, &ty) {
        return None;
    }
    let mut column = Column::new(at.field.column, ty.clone());
    column.nullable = at.field.nullable;
    column.identity = at.field.auto;
    let error = backend.map_column(&column).err()?;
    let message = match backend.map_type(&ty) {
        Ok(_) => format!("`{}`: {error}", at.name()),
        Err(_) => format!("`{}` is {}, which {} has no type for", at.name(), describe(&ty), backend.name()),
    };
    let mut hint = match &ty {
        SqlType::Array(_) => {
            format!("use `Json<{}>`, or a model of its own with a foreign key", at.field.rust_type)
        }
        _ => error.hint().unwrap_or("use another type").to_owned(),
    };
    if let Some(other) = able(at, &column) {
        hint.push_str(&format!("; or point DATABASE_URL at {other}"));
    }
    Some(at.error("field.backend", message).hint(hint))
}

/// The backends of this program that have a type for the column.
fn able(at: &At<'_>, column: &Column) -> Option<String> {
    let names: Vec<&str> = at
        .context
        .backends
        .iter()
        .filter(|backend| backend.map_column(column).is_ok())
        .map(|backend| backend.name())
        .collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

fn innermost(ty: &SqlType) -> &SqlType {
    match ty {
        SqlType::Array(element) => innermost(element),
        other => other,
    }
}

/// The type with its article: `an array`, `a decimal(20, 2)`.
pub(super) fn describe(ty: &SqlType) -> String {
    match ty {
        SqlType::Array(_) => "an array".to_owned(),
        SqlType::Bytes => "bytes".to_owned(),
        SqlType::Integer => "an integer".to_owned(),
        SqlType::Json => "JSON".to_owned(),
        SqlType::Text => "text".to_owned(),
        SqlType::Enum(_) => "an enum of the database's own".to_owned(),
        SqlType::Interval | SqlType::Inet | SqlType::Hstore | SqlType::Ltree => format!("an {ty}"),
        SqlType::Xml => "XML".to_owned(),
        SqlType::Range(of) => format!("a range of {of}"),
        other => format!("a {other}"),
    }
}
