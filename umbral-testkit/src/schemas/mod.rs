//! Random schemas, changes of them and rows for them, for property tests of the laws.
//!
//! Everything is drawn from a tape of numbers that proptest makes and shrinks: a shorter tape with smaller numbers
//! is a smaller schema, so a failing case shrinks without a strategy of its own for every part.

mod changes;
mod coverage;
mod rows;
mod tables;
mod tape;
mod tour;

pub use changes::{Change, ColumnRenames, Survivor, TableRenames, change};
pub use coverage::Coverage;
pub use rows::{TableRows, rows};
pub use tables::schema;
pub use tape::Tape;
pub use tour::tour;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use umbral_core::schema::{Schema, SqlType};

/// What generated schemas may contain.
#[derive(Debug, Clone)]
pub struct Space {
    /// The column types, sizes included.
    pub types: Vec<SqlType>,
    /// The most tables.
    pub tables: usize,
    /// The most columns of a table besides its key.
    pub columns: usize,
    /// Whether indexes may hold only some rows.
    pub partial_indexes: bool,
    /// Whether indexes may be over expressions.
    pub expression_indexes: bool,
}

impl Space {
    /// Every scalar type and every array of one.
    pub fn everything() -> Space {
        let mut types = Space::scalars();
        types.extend(Space::scalars().into_iter().map(|element| SqlType::Array(Box::new(element))));
        Space { types, tables: 4, columns: 6, partial_indexes: true, expression_indexes: true }
    }

    /// The types of this space for which `keep` is true, as a backend's `map_type` may say.
    #[must_use]
    pub fn of_types(mut self, keep: impl Fn(&SqlType) -> bool) -> Space {
        self.types.retain(|ty| keep(ty));
        self
    }

    fn scalars() -> Vec<SqlType> {
        vec![
            SqlType::SmallInt,
            SqlType::Integer,
            SqlType::BigInt,
            SqlType::Real,
            SqlType::Double,
            SqlType::Boolean,
            SqlType::Decimal { precision: 10, scale: 2 },
            SqlType::Decimal { precision: 18, scale: 0 },
            SqlType::Varchar(20),
            SqlType::Varchar(200),
            SqlType::Text,
            SqlType::Bytes,
            SqlType::Date,
            SqlType::Time,
            SqlType::Timestamp,
            SqlType::TimestampTz,
            SqlType::Uuid,
            SqlType::Json,
        ]
    }

    /// Schemas of this space.
    pub fn schemas(&self) -> impl Strategy<Value = Schema> + use<> {
        let space = self.clone();
        tapes().prop_map(move |tape| schema(&space, &mut Tape::new(tape)))
    }

    /// A schema of this space and a change of it.
    pub fn changes(&self) -> impl Strategy<Value = Change> + use<> {
        let space = self.clone();
        tapes().prop_map(move |tape| change(&space, &mut Tape::new(tape)))
    }

    /// A schema of this space with a change of it and rows for its tables.
    pub fn populated_changes(&self) -> impl Strategy<Value = (Change, Vec<TableRows>)> + use<> {
        let space = self.clone();
        tapes().prop_map(move |tape| {
            let mut tape = Tape::new(tape);
            let change = change(&space, &mut tape);
            let rows = rows(&change.before, &mut tape);
            (change, rows)
        })
    }
}

fn tapes() -> impl Strategy<Value = Vec<u16>> {
    vec(any::<u16>(), 40..400)
}
