//! `create!`, and how it finds out while the program is compiled whether it was given every field that it needs.

use super::message::Message;
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
    ($model:path { $($field:tt $(. $part:tt)* $(: $value:expr)?),* $(,)? }) => {
        $crate::create!(@row [<$model as $crate::__private::Entity>::ROW] $([$field $($part)*] [$($value)?])*)
    };
    (@row [$($row:tt)*] $([$field:tt $($part:tt)*] [$($value:expr)?])*) => {{
        // The length of an array is evaluated by every kind of build, `cargo check` included, and may name `Self`.
        let _ = [(); $crate::__private::complete($($row)*, &[$(&[
            ::core::stringify!($field) $(, ::core::stringify!($part))*
        ]),*])];
        let (fields, row) = $crate::__private::begin($($row)*);
        row$(.give($crate::__private::IntoValue::given(
            fields.$field $(.$part)*.column(),
            $crate::create!(@value [$field $($part)*] $($value)?)
        )))*
    }};
    (@value [$($name:tt)+] $value:expr) => { $value };
    (@value [$field:tt]) => { $field };
    (@value [$field:tt $($part:tt)+]) => {
        ::core::compile_error!("a field of an embedded struct is given as `home.city: value`")
    };
}

/// Stands for `M` where `create!` begins.
#[doc(hidden)]
pub struct RowOf<M>(PhantomData<fn() -> M>);

impl<M> RowOf<M> {
    /// The only value.
    pub const ROW: RowOf<M> = RowOf(PhantomData);
}

/// A field as `create!` names it: `["home", "city"]`, with `r#` where it has one.
type Name<'n> = &'n [&'n str];

/// Refuses to compile where fields that a row of `M` cannot be created without are not among `given`, or one is given
/// twice. Passes where a given name is none of a field: that is a compile error of its own, and most likely the
/// forgotten field misspelled.
///
/// Its value is 0, so that it can stand for the length of an array.
#[doc(hidden)]
#[track_caller]
#[allow(clippy::panic)] // Evaluated by the compiler only.
pub const fn complete<M: Entity>(_: RowOf<M>, given: &[Name<'_>]) -> usize {
    let fields = M::META.fields;
    let mut number = 0;
    while number < given.len() {
        let name = given[number];
        let Some(field) = first_of(fields, name) else { return 0 };
        if let (Some(generated), true) = (&field.generated, segments(field.name) == name.len()) {
            let parts =
                ["`", field.name, "` is generated: the database computes it from `", generated.expr, "`"];
            panic!("{}", Message::new(&parts).text());
        }
        let mut before = 0;
        while before < number {
            if begins_with(given[before], name) || begins_with(name, given[before]) {
                panic!("{}", twice(name, given[before]).text());
            }
            before += 1;
        }
        number += 1;
    }
    if let Some(message) = missing(M::META, given) {
        panic!("{}", message.text());
    }
    0
}

/// That a field is given twice, or a field of a struct and all of that.
const fn twice(name: Name<'_>, before: Name<'_>) -> Message {
    let (inner, outer) = if name.len() < before.len() { (before, name) } else { (name, before) };
    let message = joined(Message::new(&["`"]), inner).and(&["` is given twice"]);
    if inner.len() == outer.len() {
        message
    } else {
        joined(message.and(&[": `"]), outer).and(&["` holds it"])
    }
}

/// A name with its points.
const fn joined(message: Message, name: Name<'_>) -> Message {
    let (mut message, mut at) = (message, 0);
    while at < name.len() {
        message = message.and(&[if at == 0 { "" } else { "." }, name[at]]);
        at += 1;
    }
    message
}

/// Names the fields that a row cannot be created without and that are not given.
const fn missing(meta: &ModelMeta, given: &[Name<'_>]) -> Option<Message> {
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

const fn count_missing(fields: &[FieldMeta], given: &[Name<'_>]) -> usize {
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

/// The field of this name, or the first one of the struct that has it.
const fn first_of<'f>(fields: &'f [FieldMeta], name: Name<'_>) -> Option<&'f FieldMeta> {
    let mut number = 0;
    while number < fields.len() {
        if is_within(fields[number].name, name) {
            return Some(&fields[number]);
        }
        number += 1;
    }
    None
}

/// Whether the field, or a struct that it lies in, is given.
const fn contains(given: &[Name<'_>], field: &str) -> bool {
    let mut number = 0;
    while number < given.len() {
        if is_within(field, given[number]) {
            return true;
        }
        number += 1;
    }
    false
}

/// Whether `name` is that of the field, `home.city`, or of a struct that it lies in, `home`.
const fn is_within(field: &str, name: Name<'_>) -> bool {
    let (field, mut from, mut part) = (field.as_bytes(), 0, 0);
    while part < name.len() {
        let segment = plain(name[part].as_bytes());
        if part > 0 {
            if from == field.len() {
                return false;
            }
            from += 1;
        }
        let rest = field.split_at(from).1;
        let end = segment.len();
        if rest.len() < end || !same(rest.split_at(end).0, segment) || (rest.len() > end && rest[end] != b'.')
        {
            return false;
        }
        from += end;
        part += 1;
    }
    true
}

/// Whether `outer` is `name`, or what holds it.
const fn begins_with(name: Name<'_>, outer: Name<'_>) -> bool {
    let mut part = 0;
    while part < outer.len() {
        if part == name.len() || !same(plain(name[part].as_bytes()), plain(outer[part].as_bytes())) {
            return false;
        }
        part += 1;
    }
    true
}

/// How many names a field's name consists of.
const fn segments(field: &str) -> usize {
    let (mut at, mut count) = (0, 1);
    while at < field.len() {
        count += (field.as_bytes()[at] == b'.') as usize;
        at += 1;
    }
    count
}

/// A name without `r#`.
const fn plain(name: &[u8]) -> &[u8] {
    match name {
        [b'r', b'#', rest @ ..] => rest,
        _ => name,
    }
}

/// Whether two texts are the same, in constants.
pub(super) const fn same(left: &[u8], right: &[u8]) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_names_are_the_same_names() {
        assert!(contains(&[&["title"], &["r#type"]], "type"));
        assert!(!contains(&[&["title"]], "titles"));
    }

    #[test]
    fn a_field_is_given_with_what_holds_it() {
        for name in [&["home"][..], &["home", "place"], &["home", "r#place", "city"]] {
            assert!(is_within("home.place.city", name), "{name:?}");
        }
        for name in [&["city"][..], &["ho"], &["homes"], &["home", "city"], &["home", "place", "city", "x"]] {
            assert!(!is_within("home.place.city", name), "{name:?}");
        }
        assert!(begins_with(&["home", "city"], &["r#home"]) && !begins_with(&["home"], &["home", "city"]));
        assert_eq!(twice(&["home"], &["home", "city"]).text(), "`home.city` is given twice: `home` holds it");
        assert_eq!(twice(&["home"], &["home"]).text(), "`home` is given twice");
    }
}
