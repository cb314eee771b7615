//! SQLite: a library that keeps a database in one file, or in memory.
//!
//! `sqlite://path/to/file` opens a file, relative to the current directory; `sqlite::memory:` a database that ends with
//! its pool.

mod ddl;
mod def;
mod dialect;
mod expr;
mod features;
mod introspect;
mod lookups;
mod normalize;
mod parse;
mod planner;
mod quote;
mod read;
mod types;
mod wide;

#[cfg(feature = "sqlite")]
mod driver;
#[cfg(feature = "sqlite")]
mod errors;
#[cfg(feature = "sqlite")]
mod values;

use super::{
    BackendFeature, BoxFuture, ColumnType, DatabaseBackend, DatabaseUrl, Dialect, Driver, Introspector,
    Limits, Planner, PoolOptions, ServerVersion, uncounted_type,
};
use crate::error::{Error, Result};
use crate::schema::{Column, Schema, SqlType};
use dialect::SqliteDialect;
use introspect::SqliteIntrospector;
use std::sync::Arc;

/// What it is called in messages and files.
const NAME: &str = "sqlite";
/// The newest version that umbral is tested with: the one that its driver bundles.
const NEWEST: [u32; 3] = [3, 51, 3];
/// The oldest version that umbral works with: the first with RETURNING and DROP COLUMN.
const OLDEST: [u32; 2] = [3, 35];

/// SQLite, bound to one version of its library.
///
/// ```
/// use umbral_core::backend::{BackendFeature, DatabaseBackend, sqlite::Sqlite};
/// let newest = Sqlite::newest();
/// assert!(newest.supports(BackendFeature::InsertReturning));
/// assert!(!newest.at(&"3.34".parse().unwrap()).supports(BackendFeature::InsertReturning));
/// ```
#[derive(Debug, Clone)]
pub struct Sqlite {
    version: ServerVersion,
}

impl Sqlite {
    /// The newest version that umbral is tested with.
    pub fn newest() -> Sqlite {
        Sqlite::new(ServerVersion::new(NEWEST))
    }

    /// A given version.
    pub fn new(version: ServerVersion) -> Sqlite {
        Sqlite { version }
    }
}

impl Default for Sqlite {
    fn default() -> Sqlite {
        Sqlite::newest()
    }
}

impl DatabaseBackend for Sqlite {
    fn name(&self) -> &'static str {
        NAME
    }

    fn url_schemes(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn version(&self) -> &ServerVersion {
        &self.version
    }

    fn minimum_version(&self) -> ServerVersion {
        ServerVersion::new(OLDEST)
    }

    fn at(&self, version: &ServerVersion) -> Arc<dyn DatabaseBackend> {
        Arc::new(Sqlite::new(version.clone()))
    }

    fn supports(&self, feature: BackendFeature) -> bool {
        features::supports(&self.version, feature)
    }

    fn limits(&self) -> Limits {
        // SQLITE_MAX_VARIABLE_NUMBER, as it is built by default.
        Limits::new(None, 32_766)
    }

    fn reserved_table_prefixes(&self) -> &'static [&'static str] {
        &["sqlite_"]
    }

    fn collations(&self) -> &'static [&'static str] {
        &["NOCASE", "RTRIM"]
    }

    fn check_collation(&self, name: &str) -> Result<()> {
        if name.eq_ignore_ascii_case(types::BINARY)
            || self.collations().iter().any(|own| own.eq_ignore_ascii_case(name))
        {
            return Ok(());
        }
        Err(Error::unsupported(
            format!("sqlite has no collation `{name}`"),
            format!("there are {}, and {} for none", types::BINARY, self.collations().join(", ")),
        ))
    }

    fn map_type(&self, ty: &SqlType) -> Result<ColumnType> {
        types::declared(ty).map(|name| ColumnType::Custom(name.into()))
    }

    fn map_column(&self, column: &Column) -> Result<ColumnType> {
        match (column.identity, &column.ty) {
            (true, SqlType::UInt32 | SqlType::UInt64) => Err(uncounted_type(self, &column.ty)),
            (true, _) => Ok(ColumnType::Integer),
            (false, ty) => self.map_type(ty),
        }
    }

    fn type_name(&self, ty: &SqlType) -> Result<String> {
        types::declared(ty)
    }

    fn dialect(&self) -> &dyn Dialect {
        &SqliteDialect
    }

    fn planner(&self) -> &dyn Planner {
        self
    }

    fn introspector(&self) -> &dyn Introspector {
        &SqliteIntrospector
    }

    fn normalize(&self, schema: &Schema) -> Schema {
        normalize::normalize(&schema.seen_on(self.name()))
    }

    #[cfg(feature = "sqlite")]
    fn connect<'a>(
        &'a self,
        url: &'a DatabaseUrl,
        options: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>> {
        Box::pin(driver::connect(self, url, options))
    }

    #[cfg(not(feature = "sqlite"))]
    fn connect<'a>(
        &'a self,
        _url: &'a DatabaseUrl,
        _options: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>> {
        Box::pin(std::future::ready(Err(crate::error::Error::unsupported(
            "this program was built without the SQLite driver",
            "enable umbral's feature `sqlite`",
        ))))
    }
}
