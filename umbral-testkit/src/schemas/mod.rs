//! Random schemas, changes of them and rows for them, for property tests of the laws.
//!
//! Everything is drawn from a tape of numbers that proptest makes and shrinks: a shorter tape with smaller numbers
//! is a smaller schema, so a failing case shrinks without a strategy of its own for every part.

mod changes;
mod coverage;
mod exclusions;
mod generated;
mod indexes;
mod rows;
mod sound;
mod tables;
mod tape;
mod tour;

pub use changes::{Change, ColumnRenames, LabelRenames, Survivor, TableRenames, change};
pub use coverage::Coverage;
pub use rows::{TableRows, rows};
pub use tables::schema;
pub use tape::Tape;
pub use tour::tour;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use umbral_core::backend::{BackendFeature, DatabaseBackend, LiveCatalog};
use umbral_core::migrations::Operation;
use umbral_core::migrations::operations::CreateTable;
use umbral_core::schema::expr::BinaryOp;
use umbral_core::schema::{
    Column, Constraint, EnumType, Expr, ForeignKey, RangeKind, ReferentialAction, Schema, SqlType, Table,
};

/// What generated schemas may contain.
#[derive(Debug, Clone)]
pub struct Space {
    /// The column types, sizes included.
    pub types: Vec<SqlType>,
    /// The most tables.
    pub tables: usize,
    /// The most columns of a table besides its key.
    pub columns: usize,
    /// What tables may ask for beyond what every database has.
    pub features: Vec<BackendFeature>,
    /// The comments that tables and columns may have.
    pub comments: Vec<&'static str>,
    /// The collations that text may have.
    pub collations: Vec<&'static str>,
    /// The types of which a column can be a key or a part of one.
    pub keys: Vec<SqlType>,
    /// Whether a check may read a column that the database counts.
    pub identity_checks: bool,
    /// Whether a check may read a column that a foreign key changes.
    pub checks_on_foreign_keys: bool,
    /// The types of which a column can be read by a generated one that is kept.
    pub sources: Vec<SqlType>,
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
        Space {
            sources: types.clone(),
            types,
            tables: 4,
            columns: 6,
            features: BackendFeature::ALL.to_vec(),
            comments: tables::COMMENTS.to_vec(),
            collations: vec!["C", "NOCASE"],
            identity_checks: true,
            checks_on_foreign_keys: true,
            keys,
            names,
        }
    }

    /// What a backend can hold.
    pub fn on(backend: &dyn DatabaseBackend) -> Space {
        let mut space = Space::everything();
        space.types.retain(|ty| backend.map_type(ty).is_ok());
        space.keys.retain(|ty| backend.map_key(ty).is_ok());
        space.names.retain(|name| backend.check_name(name).is_ok());
        space.features.retain(|feature| backend.supports(*feature));
        space.comments.retain(|comment| backend.check_comment(comment).is_ok());
        space.collations = backend.collations().to_vec();
        space.identity_checks = holds(backend, checked(Column::new("id", SqlType::BigInt).identity()));
        space.sources.retain(|ty| holds(backend, computed(Column::new("source", ty.clone()))));
        space.checks_on_foreign_keys =
            holds(backend, cascading(checked(Column::new("parent", SqlType::BigInt))));
        space
    }

    /// Whether tables may ask for it.
    pub fn has(&self, feature: BackendFeature) -> bool {
        self.features.contains(&feature)
    }

    fn scalars() -> Vec<SqlType> {
        let ranges = RangeKind::ALL.map(SqlType::Range);
        let scalars = [
            SqlType::SmallInt,
            SqlType::Integer,
            SqlType::BigInt,
            SqlType::Real,
            SqlType::Double,
            SqlType::Boolean,
            SqlType::Decimal { precision: 10, scale: 2 },
            SqlType::Decimal { precision: 18, scale: 0 },
            SqlType::Decimal { precision: 28, scale: 10 },
            SqlType::Decimal { precision: 38, scale: 0 },
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
            SqlType::UInt8,
            SqlType::UInt16,
            SqlType::UInt32,
            SqlType::UInt64,
            SqlType::Char(12),
            SqlType::Interval,
            SqlType::Inet,
            SqlType::Cidr,
            SqlType::MacAddr,
            SqlType::Bit(12),
            labels("mood", &["wild", "calm", "it's (\"odd\")", "größer", "none"]),
            labels("Size of it", &["wild", "calm", "s", "m", "it's (\"odd\")", "l", "größer"]),
            SqlType::Hstore,
            SqlType::Ltree,
            SqlType::Xml,
            SqlType::TsVector,
        ];
        scalars.into_iter().chain(ranges).collect()
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

fn labels(name: &str, labels: &[&str]) -> SqlType {
    EnumType::new(name, labels.iter().copied()).into()
}

/// Whether a backend has statements for a table.
fn holds(backend: &dyn DatabaseBackend, table: Table) -> bool {
    let create = Operation::CreateTable(CreateTable { table });
    backend.planner().plan(&[create], &Schema::default(), &LiveCatalog::default()).is_ok()
}

/// A table of one column, with a check that reads it.
fn checked(column: Column) -> Table {
    let positive = Expr::binary(BinaryOp::Ge, Expr::column(&column.name), Expr::integer(0));
    Table::new("checked")
        .with_primary_key([&column.name])
        .with_column(column)
        .with_constraint(Constraint::check("positive", positive))
}

/// A table with this column, and another that is generated from it and kept.
fn computed(column: Column) -> Table {
    let is_null = Expr::IsNull { operand: Box::new(Expr::column(&column.name)), negated: false };
    Table::new("computed")
        .with_column(Column::new("id", SqlType::BigInt))
        .with_primary_key(["id"])
        .with_column(column)
        .with_column(Column::new("is_null", SqlType::Boolean).stored_as(is_null))
}

/// The table with its key referencing itself, by a foreign key that follows a change.
fn cascading(table: Table) -> Table {
    let columns = table.primary_key.clone();
    let key = ForeignKey {
        references: columns.clone(),
        columns,
        table: table.name.clone(),
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::Cascade,
        deferrable: None,
    };
    table.with_constraint(Constraint::foreign_key("following", key))
}

/// Whether an index can hold the type on any database.
fn is_indexable(ty: &SqlType) -> bool {
    !matches!(ty, SqlType::Json | SqlType::Xml | SqlType::Array(_))
}

fn tapes() -> impl Strategy<Value = Vec<u16>> {
    vec(any::<u16>(), 40..400)
}
