//! What a program that uses umbral needs, for `use umbral::prelude::*`: models, relations, queries, and the types of
//! fields that come from other crates.

#[doc(no_inline)]
pub use crate::backend::IsolationLevel;
#[doc(no_inline)]
pub use crate::db::{Db, Executor, Transaction, TxOptions};
#[doc(no_inline)]
pub use crate::model::{ForeignKey, HasMany, ManyToMany, OneToOne};
#[doc(no_inline)]
pub use crate::query::{Assignment, Fields, Order, Predicate, QuerySet, Records, raw};
#[doc(no_inline)]
pub use crate::schema::SqlType;
#[doc(no_inline)]
pub use crate::{Choices, Embedded, FieldType, Model, create};

#[cfg(feature = "chrono")]
#[doc(no_inline)]
pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

#[cfg(feature = "decimal")]
#[doc(no_inline)]
pub use crate::dec;
#[cfg(feature = "decimal")]
#[doc(no_inline)]
pub use rust_decimal::Decimal;

#[cfg(feature = "json")]
#[doc(no_inline)]
pub use crate::value::Json;

#[cfg(feature = "uuid")]
#[doc(no_inline)]
pub use uuid::Uuid;
