//! Typed queries over models.

mod arithmetic;
mod assign;
mod bulk;
mod cache;
mod code;
mod column;
mod compile;
mod computed;
mod constant;
mod contents;
mod create;
mod fetch;
mod generated;
mod insert;
mod into_value;
mod json;
mod lookups;
mod many;
mod order;
mod part;
mod placeholders;
mod predicate;
mod prefetch;
mod prepare;
mod problem;
mod queryset;
mod raw;
mod records;
mod rows;
mod selection;
mod slot;
mod term;
mod write;

pub use arithmetic::{Constant, Exact, Float, Number, NumberWith};
pub use assign::{Assignment, IntoAssignments};
pub use bulk::BulkCreate;
pub use column::{Col, Columns, Fields, MAX_HOPS, Path};
pub use create::Create;
pub use fetch::{Change, Fetch};
pub use generated::{GeneratedCol, SetsGenerated};
pub use into_value::{Fills, Given, IntoValue};
pub use json::{Document, JsonPlace, JsonScalar};
pub use lookups::Text;
pub use many::Many;
pub use order::{IntoOrder, Order};
pub use part::Part;
pub use predicate::Predicate;
pub use prefetch::{Loadable, Loads, Prefetch, place_of};
pub use queryset::{QuerySet, Relations};
pub use raw::{BindValue, FromRaw, Raw, raw};
pub use records::{OneRow, Records};
pub use term::{Computed, Operand, by};
pub use write::{Delete, Update};

pub(crate) use insert::Inserts;
pub(crate) use problem::Problem;
pub(crate) use selection::Selection;

/// The SQL of a database's queries, by their shape.
pub(crate) type Shapes = cache::ShapeCache<compile::Compiled>;
