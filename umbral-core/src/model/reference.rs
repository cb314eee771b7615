//! Fields that point at other models.

use super::{Entity, Model, ModelKey, ModelMeta, ReferencedKey, Related};
use crate::error::Result;
use crate::query::{Col, Loads};
use crate::value::{FieldType, Row, Value, ValueRef, ValueType};
use std::fmt;
use std::hash::{Hash, Hasher};

/// A field that points at another model.
#[doc(hidden)]
pub trait Reference: FieldType {
    /// The model that it points at.
    fn target() -> &'static ModelMeta;

    /// Reads the row that it points at out of a joined result.
    ///
    /// # Errors
    /// As [`FromRow::from_row`](super::FromRow::from_row).
    fn attach(&mut self, row: &dyn Row, related: &Related) -> Result<()>;
}

impl<T: Reference> Reference for Option<T> {
    fn target() -> &'static ModelMeta {
        T::target()
    }

    fn attach(&mut self, row: &dyn Row, related: &Related) -> Result<()> {
        self.as_mut().map_or(Ok(()), |reference| reference.attach(row, related))
    }
}

/// How derived code asks for a relation's target: by methods that are there if it is a model. Where it is none, those
/// of [`Unrelated`] take their place, so that the mistake is reported at the field and not here too.
#[doc(hidden)]
pub struct Relate<T>(pub T);

impl<R, T: Reference> Relate<Col<R, T>> {
    /// The model that the field behind the handle points at; `holder` is the model that has the field.
    pub fn target(self, holder: &'static ModelMeta) -> &'static ModelMeta {
        let _ = holder;
        T::target()
    }
}

impl<T: Reference> Relate<&mut T> {
    /// Puts a related row into the field.
    ///
    /// # Errors
    /// As [`FromRow::from_row`](super::FromRow::from_row).
    pub fn attach(self, row: &dyn Row, related: &Related) -> Result<()> {
        self.0.attach(row, related)
    }
}

/// What there is of [`Relate`] for a relation whose target is no model, in a program that does not compile.
#[doc(hidden)]
pub trait Unrelated: Sized {
    /// The holder itself.
    fn target(self, holder: &'static ModelMeta) -> &'static ModelMeta {
        holder
    }

    /// Nothing can be loaded.
    fn loader<M>(self) -> Option<Box<dyn Loads<M>>> {
        None
    }

    /// Does nothing.
    ///
    /// # Errors
    /// None.
    fn attach(self, _: &dyn Row, _: &Related) -> Result<()> {
        Ok(())
    }
}

impl<T> Unrelated for Relate<T> {}

/// The key of what a field points at, for derived code.
#[doc(hidden)]
pub fn reference_key<T: PointsAt<Key: Clone>>(field: &T) -> T::Key {
    field.key_of_target().clone()
}

/// A field that is never NULL and points at a model.
#[doc(hidden)]
pub trait PointsAt {
    /// The type of the key that it points at.
    type Key;

    /// That key.
    fn key_of_target(&self) -> &Self::Key;
}

/// The logical type of a column, and whether it holds NULL. Called by derived code, to which the type of a relation
/// is known by the handle only.
///
/// Refuses to compile where one column cannot hold the key.
#[doc(hidden)]
#[track_caller]
#[allow(clippy::panic)] // Evaluated by the compiler only.
pub const fn column_type<R, T: FieldType>(_: Col<R, T>) -> (ValueType, bool) {
    if !T::IS_COLUMN {
        panic!(
            "a relation points at a key of one field, and this model's key has several; give it an `id: i64`"
        );
    }
    (T::TYPE, T::NULLABLE)
}

/// Many rows of this model point at one row of `M`.
///
/// `K` is the type of the key that the model has, and is never written.
//
// The key's type is a parameter with a default, and nothing is demanded of `M`: a struct with a reference to something
// that is no model is then one mistake and not one for each thing that is asked of the struct.
pub struct ForeignKey<M, K = <M as Entity>::Key> {
    key: K,
    loaded: Option<Box<M>>,
}

/// At most one row of this model points at each row of `M`.
///
/// `K` is the type of the key that the model has, and is never written.
pub struct OneToOne<M, K = <M as Entity>::Key> {
    key: K,
    loaded: Option<Box<M>>,
}

macro_rules! reference {
    ($name:ident) => {
        impl<M: Model> $name<M> {
            /// A reference to the row with this key.
            pub fn new(key: M::Key) -> Self {
                $name { key, loaded: None }
            }

            /// A reference to this row, which it keeps.
            pub fn to(row: M) -> Self {
                $name { key: row.key(), loaded: Some(Box::new(row)) }
            }

            /// The key of the row that it points at.
            pub fn key(&self) -> &M::Key {
                &self.key
            }

            /// The row that it points at, where it has been loaded: by `select_related` or [`to`](Self::to).
            pub fn get(&self) -> Option<&M> {
                self.loaded.as_deref()
            }

            /// Takes the loaded row out.
            pub fn into_loaded(self) -> Option<M> {
                self.loaded.map(|row| *row)
            }
        }

        impl<M: Model<Key: ReferencedKey>> Reference for $name<M> {
            fn target() -> &'static ModelMeta {
                M::meta()
            }

            fn attach(&mut self, row: &dyn Row, related: &Related) -> Result<()> {
                self.loaded = related.read::<M>(row)?;
                Ok(())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, K> PointsAt for $name<M, K> {
            type Key = K;

            fn key_of_target(&self) -> &K {
                &self.key
            }
        }

        impl<M: Model> From<&M> for $name<M> {
            fn from(row: &M) -> Self {
                $name::new(row.key())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M: Send + Sync + 'static, K: ModelKey> FieldType for $name<M, K> {
            const TYPE: ValueType = K::COLUMN;
            const IS_COLUMN: bool = K::IS_ONE;

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match K::from_column(value) {
                    Ok(key) => Ok($name { key, loaded: None }),
                    Err(error) => Err(error),
                }
            }

            fn to_value(&self) -> Value {
                self.key.to_values().pop().unwrap_or(Value::Null)
            }
        }

        impl<M: Clone, K: Clone> Clone for $name<M, K> {
            fn clone(&self) -> Self {
                $name { key: self.key.clone(), loaded: self.loaded.clone() }
            }
        }

        /// By key: whether the row is loaded makes no difference.
        impl<M, K: PartialEq> PartialEq for $name<M, K> {
            fn eq(&self, other: &Self) -> bool {
                self.key == other.key
            }
        }

        impl<M, K: Eq> Eq for $name<M, K> {}

        /// The key's, whether the row is loaded or not.
        impl<M, K: Hash> Hash for $name<M, K> {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.key.hash(state);
            }
        }

        impl<M: fmt::Debug, K: fmt::Debug> fmt::Debug for $name<M, K> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.loaded {
                    Some(row) => row.fmt(f),
                    None => write!(f, "{}({:?})", stringify!($name), self.key),
                }
            }
        }
    };
}

reference!(ForeignKey);
reference!(OneToOne);
