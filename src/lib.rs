//! umbral.
pub use umbral_core::app::{App, migrate, open};
pub use umbral_core::*;

#[doc(inline)]
pub use umbral_core::model::{Embedded, Model};
#[doc(inline)]
pub use umbral_core::value::{Choices, FieldType};
/// Makes an enum without fields the type of a field: text, or an integer, that is one of the variants' and nothing else.
/// [`value::Choices`](trait@value::Choices) has the attributes and an example.
pub use umbral_macros::Choices;
/// Makes the fields of a struct columns of the models that have it. [`model::Embedded`](trait@model::Embedded) has the
/// attributes and an example.
pub use umbral_macros::Embedded;
/// Makes a struct around one value the type of a field. [`value::FieldType`](trait@value::FieldType) has the attributes and
/// an example.
pub use umbral_macros::FieldType;
/// Makes a struct a model: a table whose columns are the struct's fields.
pub use umbral_macros::Model;
/// Compiles the crate's migration files into it, so that one binary deploys itself: `umbral::migrations!();` in the
/// library that has the models takes the folder `migrations` beside Cargo.toml, `umbral::migrations!("folder");` another.
/// A file that was added is seen when the crate is compiled the next time.
pub use umbral_macros::migrations;

pub mod prelude;
