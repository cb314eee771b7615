//! Models: what the derive makes known about a struct, and how it becomes a table.

mod collection;
mod column_type;
mod create;
mod embedded;
mod flattened;
mod index_meta;
mod key;
mod lower;
mod many;
mod message;
mod meta;
mod reference;
mod registry;
mod relation_meta;
mod scope;
mod together;

pub use collection::{Collection, HasMany, ManyCol, ManyToMany, key_type, reverse, sole_value};
pub use create::{RowOf, begin, complete};
pub use embedded::{ANY_MODEL, Embedded};
pub use flattened::{Flattened, joined};
pub use index_meta::{ExclusionMeta, IndexMeta, KeyMeta};
pub use key::{IntoKey, ModelKey, NoKey, ReferencedKey};
pub use lower::lower;
pub(crate) use many::{Link, is_many, many_at};
pub use many::{ManyKind, ManyMeta, many_hop};
pub use meta::{AppMeta, CheckMeta, DefaultMeta, FieldMeta, GeneratedMeta, Location, ModelMeta, OrderMeta};
pub use reference::{
    ForeignKey, OneToOne, PointsAt, Reference, Relate, Unrelated, column_type, reference_key,
};
pub use registry::{LinkedModel, Registry};
pub use relation_meta::{RelationKind, RelationMeta};
pub use together::{Declared, TogetherMeta};

use crate::error::{Error, Result};
use crate::query::{Loads, Path};
use crate::value::{Row, Value, ValueRef};

/// A type that is read from a row by position.
pub trait FromRow: Sized {
    /// How many values of the row it takes.
    const WIDTH: usize;

    /// Reads the values `at..at + WIDTH`.
    fn from_row(row: &dyn Row, at: usize) -> Result<Self>;
}

/// What `#[derive(Model)]` implements for a struct: everything that the library knows about a table and its rows.
///
/// It is data and a few `match`es over field numbers: whatever can be shared is shared by all models. Code that takes
/// any model asks for [`Model`], which adds that its key is one and that rows may cross threads; kept apart, since a field
/// of a wrong type would otherwise be reported once more for each of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model: add #[derive(Model)] to the struct"
)]
pub trait Entity: FromRow {
    /// The type of its primary key: that of the field, or a tuple of those of several fields.
    type Key;
    /// A struct with a [`Col`](crate::query::Col) for each field, in a query over `R`. Queries show it as
    /// [`Fields`](crate::query::Fields).
    type Handles<R>;
    /// [`RowOf`] the struct. The type hangs on this trait, so that `create!` is silent on everything but a struct that is
    /// no model.
    #[doc(hidden)]
    type Row;
    /// Its only value.
    #[doc(hidden)]
    const ROW: Self::Row;
    /// What is known about it.
    const META: &'static ModelMeta;

    /// What is known about it.
    fn meta() -> &'static ModelMeta {
        Self::META
    }

    /// Its columns, reached over `path` from the query's root.
    fn handles<R>(path: Path) -> Self::Handles<R>;

    /// The value of a field, by its number.
    fn value(&self, field: u16) -> Value;

    /// The value of its primary key.
    fn key(&self) -> Self::Key;

    /// Takes over the key that the database assigned. Does nothing where the database assigns none.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::error::ErrorKind::Value) where it is not of the key's type.
    fn set_key(&mut self, key: ValueRef<'_>) -> Result<()> {
        let _ = key;
        Ok(())
    }

    /// What loads the relation that a path's step leads over.
    #[doc(hidden)]
    fn loader(hop: u16) -> Option<Box<dyn Loads<Self>>> {
        let _ = hop;
        None
    }

    /// Puts a related row into the relation `field`, as `select_related` does. `related` reads it: its own
    /// columns start at `at`, and its own relations follow as `nested` says.
    ///
    /// # Errors
    /// As [`FromRow::from_row`].
    fn attach(&mut self, field: u16, row: &dyn Row, related: &Related) -> Result<()> {
        let _ = (field, row, related);
        Ok(())
    }
}

/// A struct that is a table: what `#[derive(Model)]` makes of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model: add #[derive(Model)] to the struct"
)]
pub trait Model: Entity<Key: ModelKey> + Send + Sync + 'static {}

impl<T: Entity<Key: ModelKey> + Send + Sync + 'static> Model for T {}

/// Where the columns of a related row stand in a result, for `select_related`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Related {
    /// The relation's field number in the model that holds it.
    pub field: u16,
    /// The position of its first column.
    pub at: usize,
    /// Relations of the related row itself.
    pub nested: Vec<Related>,
}

impl Related {
    /// Reads the related row: `None` where an outer join found none, which its key being NULL tells.
    ///
    /// # Errors
    /// As [`FromRow::from_row`].
    pub fn read<M: Model>(&self, row: &dyn Row) -> Result<Option<Box<M>>> {
        if self.is_absent(M::meta(), row)? {
            return Ok(None);
        }
        let mut model = Box::new(M::from_row(row, self.at)?);
        attach_all(&mut |field, row, related| model.attach(field, row, related), row, &self.nested)?;
        Ok(Some(model))
    }

    fn is_absent(&self, meta: &ModelMeta, row: &dyn Row) -> Result<bool> {
        match meta.primary_key.first() {
            Some(key) => Ok(matches!(row.value(self.at + usize::from(*key))?, ValueRef::Null)),
            None => Ok(false),
        }
    }
}

type Attach<'a> = &'a mut dyn FnMut(u16, &dyn Row, &Related) -> Result<()>;

// Apart from `read`, which there is one of for each model that others point at.
fn attach_all(attach: Attach<'_>, row: &dyn Row, all: &[Related]) -> Result<()> {
    all.iter().try_for_each(|related| attach(related.field, row, related))
}

/// Reads the field number `field` of a model whose columns begin at `at`, as derived code does.
///
/// # Errors
/// [`ErrorKind::Value`](crate::error::ErrorKind::Value), naming the model's field.
#[inline]
pub fn read_field<T>(
    row: &dyn Row,
    at: usize,
    field: usize,
    meta: &'static ModelMeta,
    decode: fn(ValueRef<'_>) -> Result<T>,
) -> Result<T> {
    match row.value(at + field) {
        Ok(value) => match decode(value) {
            Ok(value) => Ok(value),
            Err(error) => Err(meta.decoding(field, error)),
        },
        Err(error) => Err(meta.decoding(field, error)),
    }
}

impl ModelMeta {
    #[cold]
    fn decoding(&self, field: usize, error: Error) -> Error {
        match self.fields.get(field) {
            Some(field) => {
                error.context(format!("reading {}.{} from column {}", self.name, field.name, field.column))
            }
            None => error,
        }
    }
}
