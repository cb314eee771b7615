//! Structs whose fields are columns of the models that have them.

use super::{FieldMeta, ModelMeta, Related};
use crate::error::Result;
use crate::query::Path;
use crate::value::{Row, Value};

/// A struct whose fields are columns of the models that have a field of its type; `#[derive(Embedded)]` implements it.
///
/// With `#[umbral(flatten)]` on such a field the columns are called as in the struct, which makes it a base that models
/// share. With `flatten(prefix = "home_")` the prefix stands in front, so that a model may have several fields of one
/// type. The table is the same as if the fields stood in the model.
///
/// ```standalone_crate
/// # use umbral_core::{create, model::ForeignKey, query::Records};
/// # use umbral_macros::{Embedded, Model};
/// # #[derive(Clone, Model)]
/// # #[umbral(crate = "umbral_core")]
/// # struct Author { #[umbral(primary_key)] id: i64, name: String }
/// #[derive(Clone, Embedded)]
/// # #[umbral(crate = "umbral_core")]
/// struct Reviewed {
///     reviewer: Option<ForeignKey<Author>>,
///     #[umbral(default = 0, check = "stars <= 5")]
///     stars: i32,
/// }
///
/// #[derive(Clone, Embedded)]
/// # #[umbral(crate = "umbral_core")]
/// #[umbral(index(city, -street), check = "street <> city")]
/// struct Address {
///     #[umbral(max_length = 80)]
///     street: String,
///     #[umbral(max_length = 60, index)]
///     city: String,
/// }
///
/// #[derive(Clone, Model)]
/// # #[umbral(crate = "umbral_core")]
/// #[umbral(ordering = ["-review.stars"], unique(name, home.city), check = "home.city <> work.city")]
/// struct Person {
///     #[umbral(primary_key)]
///     id: i64,
///     #[umbral(max_length = 80)]
///     name: String,
///     #[umbral(flatten)]
///     review: Reviewed, // columns reviewer_id and stars
///     #[umbral(flatten(prefix = "home_"))]
///     home: Address, // columns home_street and home_city
///     #[umbral(flatten(prefix = "work_"))]
///     work: Address,
/// }
///
/// // All of it, or its fields, of which those may be left out that a model's may.
/// let home = Address { street: "Main Street".to_owned(), city: "Bern".to_owned() };
/// let ann = create!(Person { name: "Ann", home, work.street: "Quay", work.city: "Basel" });
///
/// let people = Person::objects()
///     .filter(|p| p.home.city.eq("Bern") & p.review.reviewer().name.eq("Bob"))
///     .order_by(|p| p.work.city.asc())
///     .select_related(|p| p.review.reviewer());
/// let moved = Person::objects().filter(|p| p.id.eq(1)).update(|p| p.home.city.set("Chur"));
/// let back = Person::objects().filter(|p| p.id.eq(1)).update(|p| p.home.set(Address {
///     street: "Main Street".to_owned(),
///     city: "Bern".to_owned(),
/// }));
/// ```
///
/// The attributes of its fields are those of a model's, and `index`, `unique`, `exclude` and `check` may stand on the struct
/// itself: what they and `generated` name are the fields of the struct. Each table that has the struct has all of it, for each
/// field that is one; so none of these has a `name`. A model's own attributes name its fields with the field that holds
/// them: `unique(name, home.city)`, `check = "home.city <> ''"`; only in `sql!(…)` columns are named as the database has them.
/// A struct may have others flattened in it, with a prefix of theirs. Keys, and relations to many rows, stand in the model
/// itself; and a struct is never NULL as a whole, only its fields are.
///
/// A prefix that was another one says so, and the columns keep their rows: `flatten(prefix = "home_", renamed_from =
/// "address_")`; `renamed_from = ""` where there was none. Fields that move from a model into a struct need no migration
/// where their columns are called as before.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no struct to be flattened",
    label = "add #[derive(Embedded)] to the struct"
)]
pub trait Embedded: Sized {
    /// A struct with a [`Col`](crate::query::Col) for each field, in a query over `R`.
    #[doc(hidden)]
    type Handles<R>;
    /// As what queries show it: [`Part`](crate::query::Part).
    #[doc(hidden)]
    type Part<R>;
    /// What is known about its fields, those of structs inside it among them, before a model's prefix.
    const FIELDS: &'static [FieldMeta];

    /// Its columns, from the field number `first` on in the model at `path`.
    #[doc(hidden)]
    fn part<R>(path: Path, first: u16) -> Self::Part<R>;

    /// Reads the fields from the number `first` on, of a model whose columns begin at `at`.
    #[doc(hidden)]
    fn read(row: &dyn Row, at: usize, first: usize, meta: &'static ModelMeta) -> Result<Self>;

    /// The value of a field, by its place in [`FIELDS`](Embedded::FIELDS).
    fn value(&self, field: u16) -> Value;

    /// Puts a related row into the relation at this place.
    #[doc(hidden)]
    fn attach(&mut self, field: u16, row: &dyn Row, related: &Related) -> Result<()> {
        let _ = (field, row, related);
        Ok(())
    }
}

/// Stands in for the model that holds a relation, where a struct declares it.
#[doc(hidden)]
pub static ANY_MODEL: ModelMeta = ModelMeta::new("", "", "", &[], "", 0);
