//! PostgreSQL.
//!
//! Everything in this folder that renders, plans or reads catalogues compiles without a driver; what talks to a
//! server needs the feature `postgres`.

mod ddl;
mod features;
mod implicit;
mod introspect;
mod normalize;
mod planner;
mod range;
mod text;
mod types;

#[cfg(feature = "postgres")]
mod driver;
#[cfg(feature = "postgres")]
mod errors;
#[cfg(feature = "postgres")]
mod lock;
#[cfg(feature = "postgres")]
mod values;

use super::{
    BackendFeature, BoxFuture, ColumnType, DatabaseBackend, DatabaseUrl, Dialect, Driver, Introspector,
    Limits, Planner, PoolOptions, ServerVersion, uncounted_type,
};
use crate::error::Result;
use crate::schema::{Column, Schema, SqlType};
use std::sync::Arc;

/// What it is called in messages and files.
const NAME: &str = "postgres";
/// The newest major version that umbral is tested with.
const NEWEST: u32 = 18;
/// The oldest major version that umbral works with.
const OLDEST: u32 = 12;

/// PostgreSQL, bound to one version of its server.
///
/// ```
/// use umbral_core::backend::{BackendFeature, DatabaseBackend, postgres::Postgres};
/// let newest = Postgres::newest();
/// assert!(newest.supports(BackendFeature::NullsNotDistinct));
/// assert!(!newest.at(&"14".parse().unwrap()).supports(BackendFeature::NullsNotDistinct));
/// ```
#[derive(Debug, Clone)]
pub struct Postgres {
    version: ServerVersion,
}

impl Postgres {
    /// The newest version that umbral is tested with.
    pub fn newest() -> Postgres {
        Postgres::new(ServerVersion::new([NEWEST]))
    }

    /// A given version.
    pub fn new(version: ServerVersion) -> Postgres {
        Postgres { version }
    }
}

impl Default for Postgres {
    fn default() -> Postgres {
        Postgres::newest()
    }
}

impl DatabaseBackend for Postgres {
    fn name(&self) -> &'static str {
        NAME
    }

    fn url_schemes(&self) -> &'static [&'static str] {
        &["postgres", "postgresql"]
    }

    fn version(&self) -> &ServerVersion {
        &self.version
    }

    fn minimum_version(&self) -> ServerVersion {
        ServerVersion::new([OLDEST])
    }

    fn at(&self, version: &ServerVersion) -> Arc<dyn DatabaseBackend> {
        Arc::new(Postgres::new(version.clone()))
    }

    fn supports(&self, feature: BackendFeature) -> bool {
        features::supports(&self.version, feature)
    }

    fn limits(&self) -> Limits {
        // NAMEDATALEN - 1 bytes; the Bind message counts its parameters in an unsigned 16-bit number.
        Limits::new(Some(63), 65_535)
    }

    fn collations(&self) -> &'static [&'static str] {
        &["C", "POSIX", "ucs_basic"]
    }

    fn map_type(&self, ty: &SqlType) -> Result<ColumnType> {
        types::map_type(self, ty)
    }

    /// An identity is of an integer type of the server's own.
    fn map_column(&self, column: &Column) -> Result<ColumnType> {
        match column.ty {
            SqlType::UInt32 | SqlType::UInt64 if column.identity => Err(uncounted_type(self, &column.ty)),
            _ => self.map_type(&column.ty),
        }
    }

    fn type_name(&self, ty: &SqlType) -> Result<String> {
        types::type_name(self, ty)
    }

    fn type_setup(&self, ty: &SqlType) -> Option<String> {
        types::extension(ty).map(types::create_extension)
    }

    /// # Errors
    /// For what has no equality.
    fn map_key(&self, ty: &SqlType) -> Result<()> {
        types::map_key(self, ty)
    }

    /// The columns that every table has by itself: `ERROR: column name "xmin" conflicts with a system column name`.
    fn reserved_columns(&self) -> &'static [&'static str] {
        &["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"]
    }

    fn dialect(&self) -> &dyn Dialect {
        self
    }

    fn planner(&self) -> &dyn Planner {
        self
    }

    fn introspector(&self) -> &dyn Introspector {
        self
    }

    fn normalize(&self, schema: &Schema) -> Schema {
        normalize::normalize(&schema.seen_on(self.name()))
    }

    #[cfg(feature = "postgres")]
    fn connect<'a>(
        &'a self,
        url: &'a DatabaseUrl,
        options: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>> {
        Box::pin(driver::connect(url, options))
    }

    #[cfg(not(feature = "postgres"))]
    fn connect<'a>(
        &'a self,
        _url: &'a DatabaseUrl,
        _options: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>> {
        Box::pin(std::future::ready(Err(crate::error::Error::unsupported(
            "this program was built without the PostgreSQL driver",
            "enable umbral's feature `postgres`",
        ))))
    }
}
