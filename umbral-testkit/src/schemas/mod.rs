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
use umbral_core::backend::{BackendFeature, DatabaseBackend};
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
    /// The types of which a column can be a key or a part of one.
    pub keys: Vec<SqlType>,
    /// The names of tables and columns.
    pub names: Vec<&'static str>,
}

impl Space {
    /// Every scalar type and every array of one.
    pub fn everything() -> Space {
        let mut types = Space::scalars();
        types.extend(Space::scalars().into_iter().map(|element| SqlType::Array(Box::new(element))));
        let keys = types.iter().filter(|ty| is_indexable(ty)).cloned().collect();
        let names = tables::NAMES.to_vec();
        Space { types, tables: 4, columns: 6, partial_indexes: true, expression_indexes: true, keys, names }
    }

    /// What a backend can hold.
    pub fn on(backend: &dyn DatabaseBackend) -> Space {
        let mut space = Space::everything();
        space.types.retain(|ty| backend.map_type(ty).is_ok());
        space.keys.retain(|ty| backend.map_key(ty).is_ok());
        space.names.retain(|name| backend.check_name(name).is_ok());
        space.partial_indexes = backend.supports(BackendFeature::PartialIndexes);
        space.expression_indexes = backend.supports(BackendFeature::ExpressionIndexes);
        space
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

/// Whether an index can hold the type on any database.
fn is_indexable(ty: &SqlType) -> bool {
    !matches!(ty, SqlType::Json | SqlType::Array(_))
}

fn tapes() -> impl Strategy<Value = Vec<u16>> {
    vec(any::<u16>(), 40..400)
}
