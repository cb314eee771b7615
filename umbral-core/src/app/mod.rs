//! A program that uses umbral: its models, backends and checks. `umbral::open` and the command line both start from
//! it, and so see the same.

mod configure;
mod migrations;
mod open;
mod settings;

pub use configure::Configure;
pub use migrations::{MIGRATIONS_FOLDER, application_of, merged};
pub use open::{migrate, open};
pub use settings::{DEFAULT_URL, SETTINGS_FILE, Settings};

use crate::backend::{BackendRegistry, DatabaseBackend, DatabaseUrl, PoolOptions};
use crate::check::{CheckContext, Checks, Finding, History, Report, Severity};
use crate::error::{Error, Result};
use crate::model::Registry;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// What a program's report goes to when it starts and nothing is an error.
type ReportHook = Arc<dyn Fn(&Report) + Send + Sync>;

/// A program that uses umbral: its models, backends and checks.
///
/// ```
/// use umbral_core::app::App;
/// use umbral_core::check::{Finding, Severity};
/// let app = App::new()
///     .check(|context| match context.registry.models().count() {
///         0 => vec![Finding::warning("shop.empty", "the shop has no models")],
///         _ => Vec::new(),
///     })
///     .severity("migrations.ahead", Severity::Error)
///     .silence("model.index.fk");
/// let report = app.run_checks("sqlite://shop.db", None);
/// assert_eq!(report.findings[0].id, "shop.empty");
/// ```
#[derive(Clone)]
pub struct App {
    registry: Registry,
    backends: BackendRegistry,
    checks: Checks,
    pool: PoolOptions,
    on_report: Option<ReportHook>,
    migrations: PathBuf,
    /// What a builder method could not do; the first is reported when the program starts.
    broken: Option<Arc<Error>>,
}

impl App {
    /// The models that are linked into this program, with the built-in backends and checks.
    pub fn new() -> App {
        App {
            registry: Registry::linked(),
            backends: BackendRegistry::built_in(),
            checks: Checks::built_in(),
            pool: PoolOptions::default(),
            on_report: None,
            migrations: PathBuf::from(MIGRATIONS_FOLDER),
            broken: None,
        }
    }

    /// [`App::new`] with every `umbral::configure!` that is linked into this program, in the order of file and
    /// line.
    pub fn linked() -> App {
        configure::linked().into_iter().fold(App::new(), |app, configure| (configure.function)(app))
    }

    /// Adds a backend. Where its name or one of its schemes is taken, the program does not start.
    #[must_use]
    pub fn backend(mut self, backend: impl DatabaseBackend) -> App {
        match self.backends.clone().with(backend) {
            Ok(backends) => self.backends = backends,
            Err(error) => self.broken = self.broken.or(Some(Arc::new(error))),
        }
        self
    }

    /// Takes these backends in place of the built-in ones.
    #[must_use]
    pub fn with_backends(mut self, backends: BackendRegistry) -> App {
        self.backends = backends;
        self
    }

    /// Adds a check.
    #[must_use]
    pub fn check(mut self, check: impl Fn(&CheckContext<'_>) -> Vec<Finding> + Send + Sync + 'static) -> App {
        self.checks.add(check);
        self
    }

    /// Leaves out findings of this id.
    #[must_use]
    pub fn silence(mut self, id: impl Into<String>) -> App {
        self.checks.silence(id);
        self
    }

    /// Makes findings of this id as bad as this: `.severity("migrations.ahead", Severity::Error)`.
    #[must_use]
    pub fn severity(mut self, id: impl Into<String>, severity: Severity) -> App {
        self.checks.set_severity(id, severity);
        self
    }

    /// Takes these models in place of those that are linked.
    #[must_use]
    pub fn models(mut self, registry: Registry) -> App {
        self.registry = registry;
        self
    }

    /// Sets how the pool of connections behaves.
    #[must_use]
    pub fn pool(mut self, options: PoolOptions) -> App {
        self.pool = options;
        self
    }

    /// Takes the report of a start at which something was found and nothing was an error. Without this, warnings are
    /// written to standard error.
    #[must_use]
    pub fn on_report(mut self, hook: impl Fn(&Report) + Send + Sync + 'static) -> App {
        self.on_report = Some(Arc::new(hook));
        self
    }

    /// Takes migrations that are not compiled in from this folder in place of `migrations`.
    #[must_use]
    pub fn migrations_in(mut self, folder: impl Into<PathBuf>) -> App {
        self.migrations = folder.into();
        self
    }

    /// Takes over what `umbral.toml` says about checks.
    #[must_use]
    pub fn settings(mut self, settings: &Settings) -> App {
        for id in &settings.silenced_checks {
            self.checks.silence(id);
        }
        for (id, severity) in &settings.severities {
            self.checks.set_severity(id, *severity);
        }
        self
    }

    /// Its models.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Its backends.
    pub fn backends(&self) -> &BackendRegistry {
        &self.backends
    }

    /// How its pool of connections behaves.
    pub fn pool_options(&self) -> &PoolOptions {
        &self.pool
    }

    /// What a builder method could not do.
    ///
    /// # Errors
    /// The first such error, as in [`BackendRegistry::with`].
    pub fn ready(&self) -> Result<()> {
        match &self.broken {
            Some(error) => Err(Error::new(error.kind(), error.to_string())),
            None => Ok(()),
        }
    }

    /// Runs the system check against the backend that the URL names, as the newest version that umbral is tested
    /// with. Touches no database. A URL that names none is a finding.
    pub fn run_checks(&self, url: &str, history: Option<&History>) -> Report {
        let backend = DatabaseUrl::parse(url).and_then(|url| self.backends.detect(&url).map(Arc::clone));
        match &backend {
            Ok(backend) => self.run_checks_against(backend.as_ref(), history),
            Err(error) => {
                let context = CheckContext::new(&self.registry, &self.backends).without_backend(error);
                self.report(context, history)
            }
        }
    }

    /// Runs the system check against a backend, such as that of a connected driver.
    pub fn run_checks_against(&self, backend: &dyn DatabaseBackend, history: Option<&History>) -> Report {
        self.report(CheckContext::new(&self.registry, &self.backends).against(backend), history)
    }

    fn report<'a>(&self, mut context: CheckContext<'a>, history: Option<&'a History>) -> Report {
        context.history = history;
        let started = Instant::now();
        let (findings, silenced) = self.checks.run(&context);
        let mut report = Report::new(findings, context.backend, context.models().count(), started.elapsed());
        report.silenced = silenced;
        report
    }
}

impl Default for App {
    fn default() -> App {
        App::new()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("models", &self.registry.models().map(|model| model.name).collect::<Vec<_>>())
            .field("backends", &self.backends)
            .field("checks", &self.checks)
            .finish_non_exhaustive()
    }
}
