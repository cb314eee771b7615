//! `create!`, and how it finds out while the program is compiled whether it was given every field that it needs.

use super::{DefaultMeta, Entity, FieldMeta};
use crate::query::{Fields, Path};

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
    ($model:path { $($field:ident $(: $value:expr)?),* $(,)? }) => {{
        // The length of an array is evaluated by every kind of build, `cargo check` included, and may name `Self`.
        let _ = [(); $crate::__private::complete::<$model>(&[$(::core::stringify!($field)),*])];
        let fields = $crate::__private::columns::<$model>();
        $crate::__private::Create::<$model>::new()
            $(.set(fields.$field, $crate::create!(@value $field $(: $value)?)))*
    }};
    (@value $field:ident : $value:expr) => { $value };
    (@value $field:ident) => { $field };
}

/// Refuses to compile where a field that a row of `M` cannot be created without is not among `given`, or one is given
/// twice. Passes where a given name is none of a field: that is a compile error of its own, and most likely the
/// forgotten field misspelled.
///
/// Its value is 0, so that it can stand for the length of an array.
#[doc(hidden)]
#[track_caller]
#[allow(clippy::panic)] // Evaluated by the compiler only.
pub const fn complete<M: Entity>(given: &[&str]) -> usize {
    let mut number = 0;
    while number < given.len() {
        if !is_field(M::META.fields, given[number]) {
            return 0;
        }
        if contains(given.split_at(number).0, given[number]) {
            panic!("{}", Message::new(&["`", given[number], "` is given twice"]).text());
        }
        number += 1;
    }
    let mut number = 0;
    while number < M::META.fields.len() {
        let field = &M::META.fields[number];
        if is_required(field) && !contains(given, field.name) {
            let message = ["`", M::META.name, "` cannot be created without `", field.name, "`"];
            panic!("{}", Message::new(&message).text());
        }
        number += 1;
    }
    0
}

/// Whether a row cannot be created without it.
const fn is_required(field: &FieldMeta) -> bool {
    !field.auto && !field.nullable && matches!(field.default, DefaultMeta::None)
}

/// The columns of `M`, in a query over `M` itself.
#[doc(hidden)]
pub fn columns<M: Entity>() -> Fields<M> {
    Fields::at(Path::ROOT)
}

const fn is_field(fields: &[FieldMeta], name: &str) -> bool {
    let mut number = 0;
    while number < fields.len() {
        if same(fields[number].name.as_bytes(), plain(name.as_bytes())) {
            return true;
        }
        number += 1;
    }
    false
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
        let mut message = Message { bytes: [0; 400], len: 0 };
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
