//! The backends that a program can use, by URL scheme.

use super::{DatabaseBackend, DatabaseUrl};
use crate::error::{Error, ErrorKind, Result};
use std::sync::Arc;

/// The backends that a program can use. A value, passed in; nothing is process-wide.
#[derive(Debug, Clone, Default)]
pub struct BackendRegistry {
    backends: Vec<Arc<dyn DatabaseBackend>>,
}

impl BackendRegistry {
    /// No backends.
    pub fn empty() -> BackendRegistry {
        BackendRegistry::default()
    }

    /// The backends that this build was compiled with.
    pub fn built_in() -> BackendRegistry {
        let backends: Vec<Arc<dyn DatabaseBackend>> = vec![
            #[cfg(feature = "dialect-sqlite")]
            Arc::new(super::sqlite::Sqlite::newest()),
            #[cfg(feature = "dialect-postgres")]
            Arc::new(super::postgres::Postgres::newest()),
            #[cfg(feature = "dialect-mysql")]
            Arc::new(super::mysql::MySql::newest_mariadb()),
            #[cfg(feature = "dialect-mysql")]
            Arc::new(super::mysql::MySql::newest()),
        ];
        BackendRegistry { backends }
    }

    /// Adds a backend.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where its name or one of its schemes is taken.
    pub fn with(mut self, backend: impl DatabaseBackend) -> Result<BackendRegistry> {
        for other in &self.backends {
            let scheme = backend.url_schemes().iter().find(|scheme| other.url_schemes().contains(scheme));
            if other.name() == backend.name() || scheme.is_some() {
                let taken = scheme.map_or("its name".to_owned(), |scheme| format!("the scheme `{scheme}`"));
                return Err(Error::new(
                    ErrorKind::Config,
                    format!(
                        "backend `{}` cannot be added: {taken} belongs to `{}`",
                        backend.name(),
                        other.name()
                    ),
                ));
            }
        }
        self.backends.push(Arc::new(backend));
        Ok(self)
    }

    /// Its backends, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn DatabaseBackend>> {
        self.backends.iter()
    }

    /// The backend for a URL, bound to the newest version that umbral is tested with.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for a scheme that no backend answers to; the message lists those there are.
    pub fn detect(&self, url: &DatabaseUrl) -> Result<&Arc<dyn DatabaseBackend>> {
        let scheme = url.scheme();
        let found = self.backends.iter().find(|backend| backend.url_schemes().contains(&scheme.as_str()));
        found.ok_or_else(|| {
            let schemes: Vec<&str> =
                self.backends.iter().flat_map(|backend| backend.url_schemes().iter().copied()).collect();
            let known = if schemes.is_empty() { "none".to_owned() } else { schemes.join(", ") };
            Error::new(
                ErrorKind::Config,
                format!("no backend for the URL scheme `{scheme}`; there are: {known}"),
            )
            .with_hint("use one of these schemes, or add a backend with umbral::configure!")
        })
    }

    /// The backend of this name, and with `name@version` bound to that version.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an unknown name or a malformed version.
    pub fn by_name(&self, name: &str) -> Result<Arc<dyn DatabaseBackend>> {
        let (name, version) =
            name.split_once('@').map_or((name, None), |(name, version)| (name, Some(version)));
        let found = self
            .backends
            .iter()
            .find(|backend| backend.name() == name || backend.url_schemes().contains(&name));
        let backend = found.ok_or_else(|| {
            let names: Vec<&str> = self.backends.iter().map(|backend| backend.name()).collect();
            Error::new(ErrorKind::Config, format!("no backend `{name}`; there are: {}", names.join(", ")))
        })?;
        match version {
            Some(version) => Ok(backend.at(&version.parse()?)),
            None => Ok(Arc::clone(backend)),
        }
    }
}
