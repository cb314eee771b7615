//! MySQL and MariaDB.
//!
//! Two families of servers that differ by features and versions. Everything in this folder that renders, plans or reads
//! catalogues compiles without a driver; what talks to a server needs the feature `mysql`.

mod ddl;
mod expr;
mod features;
mod folding;
mod implied;
mod introspect;
mod names;
mod normalize;
mod planner;
mod release;
mod returning;
mod text;
mod types;

#[cfg(feature = "mysql")]
mod driver;
#[cfg(feature = "mysql")]
mod errors;
#[cfg(feature = "mysql")]
mod lock;
#[cfg(feature = "mysql")]
mod values;

use super::{
    BackendFeature, BoxFuture, ColumnType, ConstraintNames, DatabaseBackend, DatabaseUrl, Dialect, Driver,
    Introspector, Limits, Planner, PoolOptions, ServerVersion,
};
use crate::error::{Error, Result};
use crate::schema::{Schema, SqlType};
use release::{Family, Release};
use std::sync::Arc;

/// MySQL or MariaDB, bound to one version of its server.
///
/// The scheme of a URL says which of the two is expected; a connected driver carries the one that answered.
///
/// ```
/// use umbral_core::backend::{BackendFeature, DatabaseBackend, mysql::MySql};
/// assert!(MySql::newest_mariadb().supports(BackendFeature::InsertReturning));
/// assert!(!MySql::newest().supports(BackendFeature::InsertReturning));
/// assert!(!MySql::newest_mariadb().at(&"10.4".parse().unwrap()).supports(BackendFeature::InsertReturning));
/// ```
#[derive(Debug, Clone)]
pub struct MySql {
    release: Release,
    /// What a connected server sets: `max_allowed_packet`.
    statement_bytes: Option<u64>,
    /// What a connected server sets: whether `lower_case_table_names` is anything but 0.
    folds_tables: bool,
}

impl MySql {
    /// MySQL, in the newest version that umbral is tested with.
    pub fn newest() -> MySql {
        MySql::new(Release { family: Family::MySql, version: ServerVersion::new([9, 7]) })
    }

    /// MariaDB, in the newest version that umbral is tested with.
    pub fn newest_mariadb() -> MySql {
        MySql::new(Release { family: Family::MariaDb, version: ServerVersion::new([10, 11]) })
    }

    fn new(release: Release) -> MySql {
        MySql { release, statement_bytes: None, folds_tables: false }
    }
}

impl DatabaseBackend for MySql {
    fn name(&self) -> &'static str {
        match self.release.family {
            Family::MySql => "mysql",
            Family::MariaDb => "mariadb",
        }
    }

    fn url_schemes(&self) -> &'static [&'static str] {
        match self.release.family {
            Family::MySql => &["mysql"],
            Family::MariaDb => &["mariadb"],
        }
    }

    fn version(&self) -> &ServerVersion {
        &self.release.version
    }

    /// MariaDB 10.5: RENAME COLUMN and RENAME INDEX, RETURNING. MySQL 8.0.19: checks that are enforced and
    /// dropped by name, a binary collation that keeps trailing spaces.
    fn minimum_version(&self) -> ServerVersion {
        match self.release.family {
            Family::MySql => ServerVersion::new([8, 0, 19]),
            Family::MariaDb => ServerVersion::new([10, 5, 2]),
        }
    }

    fn at(&self, version: &ServerVersion) -> Arc<dyn DatabaseBackend> {
        Arc::new(MySql::new(Release { family: self.release.family, version: version.clone() }))
    }

    fn supports(&self, feature: BackendFeature) -> bool {
        features::supports(&self.release, feature)
    }

    fn limits(&self) -> Limits {
        // 64 characters, not bytes: whatever fits as bytes fits. A prepared statement counts its parameters in an
        // unsigned 16-bit number.
        let names = match self.release.family {
            Family::MySql => ConstraintNames::PerDatabase,
            Family::MariaDb => ConstraintNames::KeysPerDatabase,
        };
        Limits::new(Some(64), 65_535).with_statement_bytes(self.statement_bytes).with_constraint_names(names)
    }

    fn collations(&self) -> &'static [&'static str] {
        &["utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_unicode_520_ci"]
    }

    /// Of one of another character set, text would lose what that does not have.
    fn check_collation(&self, name: &str) -> Result<()> {
        if name.starts_with("utf8mb4_") {
            return Ok(());
        }
        Err(Error::unsupported(
            format!("{} has no collation `{name}` of the character set utf8mb4", self.name()),
            format!("there are {}, and what SHOW COLLATION tells", self.collations().join(", ")),
        ))
    }

    /// The catalogue has no characters beyond 16 bits, and a column's comment at most 1024.
    fn check_comment(&self, comment: &str) -> Result<()> {
        let unsupported = |what: &str, hint: &str| {
            let shown: String = comment.chars().take(40).collect();
            Err(Error::unsupported(format!("{} has no comments {what}, as `{shown}` is", self.name()), hint))
        };
        if comment.chars().any(|c| c > '\u{ffff}') {
            return unsupported("of characters beyond U+FFFF", "leave emoji and the like out");
        }
        if comment.chars().count() > 1024 {
            return unsupported("of more than 1024 characters", "shorten it");
        }
        Ok(())
    }

    fn map_type(&self, ty: &SqlType) -> Result<ColumnType> {
        types::map_type(self, ty)
    }

    fn type_name(&self, ty: &SqlType) -> Result<String> {
        types::type_name(self, ty)
    }

    fn map_key(&self, ty: &SqlType) -> Result<()> {
        types::map_key(self, ty)
    }

    /// A server keeps 64 characters of the basic plane, and no space at the end.
    fn check_name(&self, name: &str) -> Result<()> {
        names::check(self, name)
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
        let seen = schema.seen_on(self.name());
        normalize::normalize(self, &if self.folds_tables { folding::schema(&seen) } else { seen })
    }

    #[cfg(feature = "mysql")]
    fn connect<'a>(
        &'a self,
        url: &'a DatabaseUrl,
        options: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>> {
        Box::pin(driver::connect(url, options))
    }

    #[cfg(not(feature = "mysql"))]
    fn connect<'a>(
        &'a self,
        _url: &'a DatabaseUrl,
        _options: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>> {
        Box::pin(std::future::ready(Err(crate::error::Error::unsupported(
            "this program was built without the driver for MySQL and MariaDB",
            "enable umbral's feature `mysql`",
        ))))
    }
}
