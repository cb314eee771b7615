//! Enums without fields, as fields of a model.

use super::field_type::mismatch;
use super::{Choice, ChoiceValue, FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use std::fmt;

/// An enum whose variants are the values of a column; `#[derive(Choices)]` implements it.
///
/// The column is text as long as the longest name, with a CHECK that no other value gets in. Names are the variants' in
/// snake case, or what `value = "…"` says; a label for people is the name in words, or what `label = "…"` says.
///
/// ```standalone_crate
/// # use umbral_core::value::Choices;
/// # use umbral_macros::{Choices, Model};
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, Choices)]
/// # #[umbral(crate = "umbral_core")]
/// enum Status {
///     Draft,
///     InReview,
///     #[umbral(value = "pub", label = "In print")]
///     Published,
/// }
///
/// #[derive(Model)]
/// # #[umbral(crate = "umbral_core")]
/// struct Book {
///     #[umbral(primary_key)]
///     id: i64,
///     #[umbral(default = "draft")]
///     status: Status,
/// }
///
/// assert_eq!(Status::ALL, [Status::Draft, Status::InReview, Status::Published]);
/// assert_eq!((Status::InReview.name(), Status::InReview.label()), ("in_review", "In review"));
/// assert_eq!((Status::Published.to_string(), Status::Published.label()), ("pub".to_owned(), "In print"));
/// assert_eq!("pub".parse(), Ok(Status::Published));
/// ```
///
/// With `#[umbral(repr = i16)]`, `i32` or `i64` on the enum it is stored as the number that each variant has in Rust:
///
/// ```standalone_crate
/// # use umbral_core::value::{Choices, FieldType, Value};
/// # use umbral_macros::Choices;
/// #[derive(Choices)]
/// # #[umbral(crate = "umbral_core")]
/// #[umbral(repr = i16)]
/// enum Priority {
///     Low = 1,
///     High = 10,
/// }
///
/// assert_eq!(Priority::High.to_value(), Value::SmallInt(10));
/// assert_eq!(Priority::High.name(), "high");
/// ```
///
/// With `#[umbral(native)]` on the enum it is a type of the database's own, in whose order the variants sort: PostgreSQL's
/// `CREATE TYPE … AS ENUM`, called as the enum is in snake case or as `native = "…"` says, and `ENUM(…)` of MySQL and
/// MariaDB. SQLite has none, and says so.
///
/// ```standalone_crate
/// # use umbral_core::schema::SqlType;
/// # use umbral_core::value::{FieldType, Size};
/// # use umbral_macros::Choices;
/// #[derive(Choices)]
/// # #[umbral(crate = "umbral_core")]
/// #[umbral(native)]
/// enum SkillLevel {
///     Low,
///     High,
/// }
///
/// let ty: SqlType = "enum skill_level('low', 'high')".parse().unwrap();
/// assert_eq!(SkillLevel::TYPE.sql_type(Size::ANY), ty);
/// ```
///
/// A variant of such an enum that had another label says so, and the rows keep it: the migration renames the label in the
/// database, with the defaults, checks and keys that name it. Once it is applied everywhere, `renamed_from` has done its
/// work and may go. An enum that is stored as text has no such thing: write a `run_sql` that changes the rows between the
/// two changes of the CHECK, or rename the variant and keep what is stored: `value = "…"`.
///
/// ```standalone_crate
/// # use umbral_core::value::Choices;
/// # use umbral_macros::Choices;
/// #[derive(Choices)]
/// # #[umbral(crate = "umbral_core")]
/// #[umbral(native)]
/// enum Mood {
///     #[umbral(renamed_from = "glad")]
///     Happy,
///     Sad,
/// }
///
/// assert_eq!(Mood::CHOICES[0].renamed_from, ["glad"]);
/// ```
///
/// A query orders and compares by what is stored, and by a type of its own as far as the database compares so: MySQL and
/// MariaDB sort by the order of the variants, and refuse `<`. A variant that is removed is a change of the CHECK, or of the type: rows
/// that still hold its value are counted, and the migration is refused while there are any.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no enum of choices",
    label = "add #[derive(Choices)] to the enum"
)]
pub trait Choices: Sized + 'static {
    /// The variants, in their order.
    const ALL: &'static [Self];
    /// What is known of the variants, in the same order.
    const CHOICES: &'static [Choice];

    /// Its place among the variants.
    #[doc(hidden)]
    fn place(&self) -> usize;

    /// The variant at a place.
    #[doc(hidden)]
    fn from_place(place: usize) -> Option<Self>;

    /// What programs call it, and text columns store.
    fn name(&self) -> &'static str {
        Self::CHOICES.get(self.place()).map_or("", |choice| choice.name)
    }

    /// What people read.
    fn label(&self) -> &'static str {
        Self::CHOICES.get(self.place()).map_or("", |choice| choice.label)
    }

    /// The variant of this name.
    ///
    /// # Errors
    /// [`UnknownChoice`], which lists the names that there are.
    fn from_name(name: &str) -> Result<Self, UnknownChoice> {
        let place = Self::CHOICES.iter().position(|choice| choice.name == name);
        place
            .and_then(Self::from_place)
            .ok_or_else(|| UnknownChoice { given: name.to_owned(), choices: Self::CHOICES })
    }
}

/// A text is the name of none of an enum's variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownChoice {
    given: String,
    choices: &'static [Choice],
}

impl fmt::Display for UnknownChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is none of {}", self.given, names(self.choices))
    }
}

impl std::error::Error for UnknownChoice {}

fn names(choices: &[Choice]) -> String {
    choices.iter().map(|choice| choice.name).collect::<Vec<_>>().join(", ")
}

/// [`FieldType::from_value`] of an enum.
///
/// # Errors
/// [`ErrorKind::Value`] for a value that is none of the enum's.
#[doc(hidden)]
pub fn choice_from_value<T: Choices>(value: ValueRef<'_>) -> Result<T> {
    let stored = match value {
        ValueRef::Text(text) => T::CHOICES
            .iter()
            .position(|choice| matches!(choice.value, ChoiceValue::Text(stored) if stored == text)),
        ValueRef::Integer(number) => {
            T::CHOICES.iter().position(|choice| choice.value == ChoiceValue::Integer(number))
        }
        other => return Err(mismatch("a choice", other)),
    };
    stored.and_then(T::from_place).ok_or_else(|| {
        let (found, names) = (value.describe(), names(T::CHOICES));
        Error::new(ErrorKind::Value, format!("the database returned {found}, which is none of {names}"))
            .with_hint("a program of another version stored it, or the column has lost its check")
    })
}

/// [`FieldType::to_value`] of an enum.
#[doc(hidden)]
pub fn choice_to_value<T: Choices + FieldType>(choice: &T) -> Value {
    let Some(choice) = T::CHOICES.get(choice.place()) else { return Value::Null };
    match (choice.value, T::TYPE) {
        (ChoiceValue::Text(text), ValueType::Enum { .. }) => Value::Label(text.to_owned()),
        (ChoiceValue::Text(text), _) => Value::Text(text.to_owned()),
        // The derive writes the numbers as the enum's own integer type, so that they fit.
        (ChoiceValue::Integer(number), ValueType::SmallInt) => Value::SmallInt(number as i16),
        (ChoiceValue::Integer(number), ValueType::Integer) => Value::Integer(number as i32),
        (ChoiceValue::Integer(number), _) => Value::BigInt(number),
    }
}

/// The number of a variant, which refuses to compile where an integer of this many bits does not hold it.
#[doc(hidden)]
#[track_caller]
#[allow(clippy::panic)] // Evaluated by the compiler only.
pub const fn choice_number(number: i128, bits: u32) -> i64 {
    let bound = 1_i128 << (bits - 1);
    if number < -bound || number >= bound {
        panic!("the number of this choice does not fit the enum's `repr`");
    }
    number as i64
}
