//! The core of umbral: schema, backends, models, migrations, queries and checks. Applications use it through the
//! `umbral` crate; backends of third parties and tools use it directly.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod app;
pub mod backend;
pub mod check;
pub mod db;
pub mod error;
pub mod migrations;
pub mod model;
pub mod query;
pub mod schema;
pub mod value;

pub use error::{Error, ErrorKind, Result};

/// What the macros' output names. Not for people.
#[doc(hidden)]
pub mod __private {
    pub use crate::Result;
    pub use crate::model::{
        ANY_MODEL, CheckMeta, DefaultMeta, Embedded, Entity, ExclusionMeta, FieldMeta, Flattened, FromRow,
        GeneratedMeta, IndexMeta, KeyMeta, LinkedModel, Location, ManyCol, ManyKind, ManyMeta, ManyToMany,
        Model, ModelKey, ModelMeta, NoKey, OrderMeta, PointsAt, Relate, Related, RelationKind, RelationMeta,
        RowOf, TogetherMeta, Unrelated, begin, column_type, complete, joined, key_type, many_hop, read_field,
        reference_key, reverse, sole_value,
    };
    pub use crate::model::{ForeignKey, OneToOne};
    pub use crate::query::Text;
    pub use crate::query::{
        Col, Create, Fields, Fills, GeneratedCol, Given, IntoValue, Loads, Many, Part, Path, QuerySet,
        place_of,
    };
    pub use crate::schema::{Deferrable, IndexMethod, ReferentialAction};
    #[cfg(feature = "decimal")]
    pub use crate::value::decimal;
    pub use crate::value::{
        ArrayElement, Choice, ChoiceValue, Choices, Domain, FieldType, KeyType, PrimaryKey, Row,
        UnknownChoice, Value, ValueRef, ValueType, choice_from_value, choice_number, choice_to_value,
    };
    pub use inventory;
    #[cfg(feature = "decimal")]
    pub use rust_decimal::Decimal;
    pub use std::boxed::Box;
    pub use std::clone::Clone;
    pub use std::cmp::Eq;
    pub use std::fmt;
    pub use std::hash::Hash;
    pub use std::option::Option::{self, None, Some};
    pub use std::result::Result::{self as StdResult, Err, Ok};
    pub use std::str::FromStr;
}
