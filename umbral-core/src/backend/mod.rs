//! What a database is to umbral: one object-safe trait, bound to one server version, that a third party can
//! implement from public API only.

mod catalog;
mod catalog_change;
mod content_lookup;
mod dialect;
mod driver;
mod features;
mod introspector;
mod json_lookup;
mod lookup;
mod planner;
mod registry;
pub mod requirements;
pub mod standard;
mod statement;
mod url;
mod version;

#[cfg(feature = "dialect-mysql")]
pub mod mysql;
#[cfg(feature = "dialect-postgres")]
pub mod postgres;
#[cfg(feature = "dialect-sqlite")]
pub mod sqlite;

pub use catalog::{LiveCatalog, LiveColumn, LiveObject, LiveObjectKind};
pub use catalog_change::CatalogChange;
pub use content_lookup::ContentLookup;
pub use dialect::{Dialect, ExprContext, SeaQuery};
pub use driver::{
    Access, AssignedKeys, Connection, Done, Driver, IsolationLevel, MigrationLock, PoolOptions,
    TransactionOptions,
};
pub use features::BackendFeature;
pub use introspector::Introspector;
pub use json_lookup::{JsonComparison, JsonLookup, JsonStep};
pub use lookup::{Lookups, TextLookup};
pub use planner::{Plan, Planner, Refusal, Step, StepKind};
pub use registry::BackendRegistry;
pub use statement::Statement;
pub use url::DatabaseUrl;
pub use version::ServerVersion;

pub use sea_query::ColumnType;

use crate::error::{Error, Result};
use crate::schema::{Column, Schema, SqlType};
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A boxed future: `async fn` in a trait is not object-safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A database engine, bound to one version of its server.
///
/// [`at`](DatabaseBackend::at) rebinds it; a connected [`Driver`] carries the backend bound to what it found.
pub trait DatabaseBackend: Debug + Send + Sync + 'static {
    /// Its name in messages, files' `run_sql` keys and `--backend`. Never compared in code: ask
    /// [`supports`](DatabaseBackend::supports).
    fn name(&self) -> &'static str;

    /// The URL schemes it answers to, in lower case.
    fn url_schemes(&self) -> &'static [&'static str];

    /// The server version that this value is bound to.
    fn version(&self) -> &ServerVersion;

    /// The oldest server version that umbral is tested with; older ones are refused by `backend.version`.
    fn minimum_version(&self) -> ServerVersion;

    /// The same backend bound to another version.
    fn at(&self, version: &ServerVersion) -> Arc<dyn DatabaseBackend>;

    /// Whether this version can do it.
    fn supports(&self, feature: BackendFeature) -> bool;

    /// The sizes that this version keeps to.
    fn limits(&self) -> Limits;

    /// Column names that it keeps for itself in every table and refuses, in lower case.
    fn reserved_columns(&self) -> &'static [&'static str] {
        &[]
    }

    /// What the names of its own tables begin with, so that no other table's may, in lower case.
    fn reserved_table_prefixes(&self) -> &'static [&'static str] {
        &[]
    }

    /// How it stores a type: as the database's own, or encoded without loss.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) with a hint. Never panics.
    fn map_type(&self, ty: &SqlType) -> Result<ColumnType>;

    /// The type as it stands in DDL, for people and for tables in the documentation: `decimal(10,2)`, `jsonb`.
    fn type_name(&self, ty: &SqlType) -> Result<String>;

    /// The statement that makes the type known to a database, run once by whoever owns that: `CREATE EXTENSION IF NOT
    /// EXISTS "hstore"`. A migration that needs it refuses to run before. `None` for what every database knows.
    fn type_setup(&self, ty: &SqlType) -> Option<String> {
        let _ = ty;
        None
    }

    /// Whether a value of the type can be a key, or a part of one: of a primary key, a unique constraint or index, or a
    /// foreign key.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) with a hint.
    fn map_key(&self, ty: &SqlType) -> Result<()> {
        self.map_type(ty).map(drop)
    }

    /// Whether something can have this name.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) where the database would cut it, or refuse it.
    fn check_name(&self, name: &str) -> Result<()> {
        match self.limits().identifier_bytes {
            Some(limit) if name.len() > limit => Err(Error::unsupported(
                format!("the name `{name}` has {} bytes, and {} keeps {limit}", name.len(), self.name()),
                "give it a shorter name",
            )),
            _ => Ok(()),
        }
    }

    /// The collations that every database of this version has, besides the one that text has when none is named: names
    /// are each database's own, and none is portable. There may be more.
    fn collations(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether text can be compared and sorted by the collation of this name.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) where it is known that there is none.
    fn check_collation(&self, _name: &str) -> Result<()> {
        Ok(())
    }

    /// Whether a table or a column can have this comment. A database that keeps no comments takes every one.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) where the database would change it, or refuse it.
    fn check_comment(&self, _comment: &str) -> Result<()> {
        Ok(())
    }

    /// How it stores a column. Differs from [`map_type`](DatabaseBackend::map_type) where other attributes of the
    /// column decide, such as an identity.
    fn map_column(&self, column: &Column) -> Result<ColumnType> {
        self.map_type(&column.ty)
    }

    /// Its text: sea-query's AST to SQL, and quoting.
    fn dialect(&self) -> &dyn Dialect;

    /// Operations to statements.
    fn planner(&self) -> &dyn Planner;

    /// A live database to a [`Schema`].
    fn introspector(&self) -> &dyn Introspector;

    /// The schema that introspection reports after `schema` was created here: logical types folded into what the
    /// database can tell apart, expressions as it writes them back, and only what stands here ([`Schema::seen_on`]).
    fn normalize(&self, schema: &Schema) -> Schema;

    /// Connects. The returned driver carries this backend, rebound to the version that it found.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`](crate::error::ErrorKind::Connection),
    /// [`Authentication`](crate::error::ErrorKind::Authentication), [`Config`](crate::error::ErrorKind::Config); no
    /// password in any of them.
    fn connect<'a>(
        &'a self,
        url: &'a DatabaseUrl,
        options: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>>;
}

/// The sizes that a server version keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of an identifier; longer ones are cut or refused. `None`: no limit of its own.
    pub identifier_bytes: Option<usize>,
    /// Parameters of one statement.
    pub bind_parameters: usize,
    /// Bytes of one statement with its parameters, where the server that is connected to sets a limit that applications
    /// come upon; a longer one is refused before it is sent.
    pub statement_bytes: Option<u64>,
    /// Where the names of foreign keys and checks must differ.
    pub constraint_names: ConstraintNames,
}

/// Where the names of foreign keys and checks must differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ConstraintNames {
    /// Within a table.
    #[default]
    PerTable,
    /// Those of foreign keys within the database, those of checks within a table.
    KeysPerDatabase,
    /// Within the database.
    PerDatabase,
}

impl Limits {
    /// Limits by their values.
    pub fn new(identifier_bytes: Option<usize>, bind_parameters: usize) -> Limits {
        let constraint_names = ConstraintNames::PerTable;
        Limits { identifier_bytes, bind_parameters, statement_bytes: None, constraint_names }
    }

    /// The same, where names of constraints must differ in more than their table.
    #[must_use]
    pub fn with_constraint_names(self, constraint_names: ConstraintNames) -> Limits {
        Limits { constraint_names, ..self }
    }

    /// The same, with a limit of a statement's bytes.
    #[must_use]
    pub fn with_statement_bytes(self, bytes: Option<u64>) -> Limits {
        Limits { statement_bytes: bytes, ..self }
    }
}

/// `Unsupported` for a type, in the words that every backend uses.
pub fn unsupported_type(backend: &dyn DatabaseBackend, ty: &SqlType, hint: impl Into<String>) -> Error {
    Error::unsupported(format!("{} {} has no type for {ty}", backend.name(), backend.version()), hint)
}

/// `Unsupported` for a column that the database cannot count, in the words that every backend uses.
pub fn uncounted_type(backend: &dyn DatabaseBackend, ty: &SqlType) -> Error {
    Error::unsupported(
        format!("{} {} assigns no keys of type {ty}", backend.name(), backend.version()),
        "make the key an i64, or leave `auto` out and give each row its key",
    )
}
