//! `create!`, and how it finds out while the program is compiled whether it was given every field that it needs.

use super::{DefaultMeta, Entity, FieldMeta, Model, ModelMeta};
use crate::query::{Create, Fields, Path};
use std::marker::PhantomData;

/// A new row of a model, field by field: a [`Create`](crate::query::Create), which `exec` inserts.
///
/// A field may be left out if it may be NULL, has a default or is assigned by the database. Forgetting another one is a
/// compile error that names it. `create!(Author { name })` is short for `create!(Author { name: name })`.
///
/// ```standalone_crate
/// # use umbral_core::{Result, create, db::Db, model::ForeignKey};
/// # use umbral_macros::Model;
/// # #[derive(Model)]
/// # #[umbral(crate = "umbral_core")]
/// # struct Author { #[umbral(primary_key)] id: i64, name: String }
/// # #[derive(Model)]
/// # #[umbral(crate = "umbral_core")]
/// # struct Book { #[umbral(primary_key)] id: i64, title: String, author: ForeignKey<Author> }
/// # async fn example(db: &Db) -> Result<()> {
/// let ann = create!(Author { name: "Ann" }).exec(db).await?;
/// let book = create!(Book { title: "Rust", author: &ann }).exec(db).await?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! create {
    // A field is one token, not an `ident`, so that a message about a shorthand points at it. The row's tokens are
    // written once: what is wrong with the model is then said once, though two places find it.
    ($model:path { $($field:tt $(: $value:expr)?),* $(,)? }) => {
        $crate::create!(@row [<$model as $crate::__private::Entity>::ROW] $($field [$($value)?])*)
    };
    (@row [$($row:tt)*] $($field:tt [$($value:expr)?])*) => {{
        // The length of an array is evaluated by every kind of build, `cargo check` included, and may name `Self`.
        let _ = [(); $crate::__private::complete($($row)*, &[$(::core::stringify!($field)),*])];
        let (fields, row) = $crate::__private::begin($($row)*);
        row$(.give($crate::__private::IntoValue::given(fields.$field.column(), $crate::create!(@value $field $($value)?))))*
    }};
    (@value $field:tt $value:expr) => { $value };
    (@value $field:tt) => { $field };
}

/// Stands for `M` where `create!` begins.
#[doc(hidden)]
pub struct RowOf<M>(PhantomData<fn() -> M>);

impl<M> RowOf<M> {
    /// The only value.
    pub const ROW: RowOf<M> = RowOf(PhantomData);
}

/// Refuses to compile where fields that a row of `M` cannot be created without are not among `given`, or one is given
/// twice. Passes where a given name is none of a field: that is a compile error of its own, and most likely the
/// forgotten field misspelled.
///
/// Its value is 0, so that it can stand for the length of an array.
#[doc(hidden)]
#[track_caller]
#[allow(clippy::panic)] // Evaluated by the compiler only.
pub const fn complete<M: Entity>(_: RowOf<M>, given: &[&str]) -> usize {
    let mut number = 0;
    while number < given.len() {
        let Some(field) = field_named(M::META.fields, given[number]) else { return 0 };
        if let Some(generated) = &field.generated {
            let parts =
                ["`", field.name, "` is generated: the database computes it from `", generated.expr, "`"];
            panic!("{}", Message::new(&parts).text());
        }
        if contains(given.split_at(number).0, given[number]) {
            panic!("{}", Message::new(&["`", given[number], "` is given twice"]).text());
        }
        number += 1;
    }
    if let Some(message) = missing(M::META, given) {
        panic!("{}", message.text());
    }
    0
}

/// Names the fields that a row cannot be created without and that are not given.
const fn missing(meta: &ModelMeta, given: &[&str]) -> Option<Message> {
    let mut message = Message::new(&["`", meta.name, "` cannot be created without "]);
    let (mut number, mut left) = (0, count_missing(meta.fields, given));
    if left == 0 {
        return None;
    }
    let mut separator = "`";
    while number < meta.fields.len() {
        let field = &meta.fields[number];
        if is_required(field) && !contains(given, field.name) {
            message = message.and(&[separator, field.name, "`"]);
            left -= 1;
            separator = if left == 1 { " and `" } else { ", `" };
        }
        number += 1;
    }
    Some(message)
}

const fn count_missing(fields: &[FieldMeta], given: &[&str]) -> usize {
    let (mut number, mut count) = (0, 0);
    while number < fields.len() {
        if is_required(&fields[number]) && !contains(given, fields[number].name) {
            count += 1;
        }
        number += 1;
    }
    count
}

/// Whether a row cannot be created without it.
const fn is_required(field: &FieldMeta) -> bool {
    !field.auto && !field.nullable && field.generated.is_none() && matches!(field.default, DefaultMeta::None)
}

/// The columns of `M`, and a row of which nothing is given.
#[doc(hidden)]
pub fn begin<M: Model>(_: RowOf<M>) -> (Fields<M>, Create<M>) {
    (Fields::at(Path::ROOT), Create::new())
}

const fn field_named<'f>(fields: &'f [FieldMeta], name: &str) -> Option<&'f FieldMeta> {
    let mut number = 0;
    while number < fields.len() {
        if same(fields[number].name.as_bytes(), plain(name.as_bytes())) {
            return Some(&fields[number]);
        }
        number += 1;
    }
    None
}

const fn contains(names: &[&str], name: &str) -> bool {
    let mut number = 0;
    while number < names.len() {
        if same(plain(names[number].as_bytes()), plain(name.as_bytes())) {
            return true;
        }
        number += 1;
    }
    false
}

/// A name without `r#`.
const fn plain(name: &[u8]) -> &[u8] {
    match name {
        [b'r', b'#', rest @ ..] => rest,
        _ => name,
    }
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A text that is put together while the program is compiled, as far as it fits.
struct Message {
    bytes: [u8; 400],
    len: usize,
}

impl Message {
    const fn new(parts: &[&str]) -> Message {
        Message { bytes: [0; 400], len: 0 }.and(parts)
    }

    const fn and(self, parts: &[&str]) -> Message {
        let mut message = self;
        let mut part = 0;
        while part < parts.len() {
            let bytes = parts[part].as_bytes();
            if message.len + bytes.len() > message.bytes.len() {
                break;
            }
            let mut at = 0;
            while at < bytes.len() {
                message.bytes[message.len + at] = bytes[at];
                at += 1;
            }
            message.len += bytes.len();
            part += 1;
        }
        message
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "a field is missing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_where_a_part_does_not_fit() {
        assert_eq!(Message::new(&["`", "größe", "`"]).text(), "`größe`");
        let long = "ß".repeat(199);
        assert_eq!(Message::new(&["a", &long, "bc"]).text(), format!("a{long}"));
    }

    #[test]
    fn raw_names_are_the_same_names() {
        assert!(contains(&["title", "r#type"], "type"));
        assert!(!contains(&["title"], "titles"));
    }
}
