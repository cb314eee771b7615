//! Starts a program: connects, checks, and refuses what cannot work.

use super::{App, Settings};
use crate::backend::{Access, DatabaseUrl, Driver, PoolOptions, Statement};
use crate::check::{History, Report};
use crate::db::Db;
use crate::error::{ErrorKind, Result};
use crate::migrations::{MigrateReport, MigrationExecutor, MigrationSet, Target};
use crate::value::{Flow, Row, RowSink};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// Connects to a database and runs the system check, the same that `cargo umbral check --database` runs: over every
/// linked model, with every `umbral::configure!`, and with what an `umbral.toml` in the current directory says about
/// checks.
///
/// ```no_run
/// # async fn run() -> umbral_core::Result<()> {
/// let db = umbral_core::app::open("sqlite://books.db").await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`App::open`].
pub async fn open(url: &str) -> Result<Db> {
    here()?.open(url).await
}

/// Applies every migration of this program to a database, as `cargo umbral migrate` does. A database file that is
/// missing is created.
///
/// # Errors
/// As [`App::migrate`].
pub async fn migrate(url: &str) -> Result<MigrateReport> {
    here()?.migrate(url).await
}

/// The program with the settings of the current directory.
fn here() -> Result<App> {
    Ok(App::linked().settings(&Settings::load(Path::new("."))?))
}

impl App {
    /// Connects to a database and runs the system check. A database file that is missing is not created. Warnings go to
    /// [`App::on_report`].
    ///
    /// # Errors
    /// [`ErrorKind::Check`] with every finding in its text, where one is an error; those
    /// of [`DatabaseBackend::connect`](crate::backend::DatabaseBackend::connect); those of reading the migrations.
    pub async fn open(&self, url: &str) -> Result<Db> {
        self.ready()?;
        let report = self.run_checks(url, None);
        let unknown = DatabaseUrl::parse(url).and_then(|url| self.backends.detect(&url).map(drop));
        if let Err(error) = unknown {
            return Err(report.refusal().unwrap_or(error));
        }
        let driver = self.connect(url, &self.pool).await?;
        let report = self.run_checks_on(&*driver, &self.migrations()?).await?;
        if let Some(refusal) = report.refusal() {
            driver.close().await;
            return Err(refusal);
        }
        self.tell(&report);
        Ok(Db::new(driver))
    }

    /// Applies every migration of this program to a database. A database file that is missing is created. The system
    /// check is not run.
    ///
    /// # Errors
    /// Those of [`DatabaseBackend::connect`](crate::backend::DatabaseBackend::connect), of reading the migrations, and of
    /// [`MigrationExecutor::migrate`].
    pub async fn migrate(&self, url: &str) -> Result<MigrateReport> {
        self.ready()?;
        let set = self.migrations()?;
        let options = PoolOptions { access: Access::Create, ..self.pool.clone() };
        let driver = self.connect(url, &options).await?;
        let report = MigrationExecutor::new(&*driver, &set).migrate(&Target::Latest).await;
        driver.close().await;
        report
    }

    /// Connects with the backend that the URL names.
    ///
    /// # Errors
    /// As [`Db::connect`].
    pub async fn connect(&self, url: &str, options: &PoolOptions) -> Result<Box<dyn Driver>> {
        let url = DatabaseUrl::parse(url)?;
        self.backends.detect(&url)?.connect(&url, options).await
    }

    /// Runs the system check on a connected database: with its version, and with where it stands among these
    /// migrations. This is what [`App::open`] goes by.
    ///
    /// # Errors
    /// Those of [`MigrationExecutor::status`] and of [`MigrationSet::state`].
    pub async fn run_checks_on(&self, driver: &dyn Driver, set: &MigrationSet) -> Result<Report> {
        let mut history = if set.is_empty() {
            History::default()
        } else {
            let status = MigrationExecutor::new(driver, set).status().await?;
            History::of(set, Some(&status))?
        };
        history.without_table = self.without_table(driver, set).await?;
        Ok(self.run_checks_against(driver.backend().as_ref(), Some(&history)))
    }

    /// The tables that the database lacks, of models for which there are no migrations at all.
    async fn without_table(&self, driver: &dyn Driver, set: &MigrationSet) -> Result<Vec<String>> {
        let (apps, backend) = (set.apps(), driver.backend());
        let unmanaged = self.registry.models().filter(|model| {
            !apps.contains(model.app)
                && (model.backends.is_empty() || model.backends.contains(&backend.name()))
        });
        let tables: BTreeSet<&str> = unmanaged.map(|model| model.table).collect();
        let mut missing = Vec::new();
        for name in tables {
            let table = backend.dialect().quote_identifier(name);
            let statement = Statement::new(format!("SELECT 1 FROM {table} WHERE 1 = 0"));
            match driver.query(statement, Box::new(Nothing)).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Statement => missing.push(name.to_owned()),
                Err(error) => return Err(error.context(format!("looking for the table {name}"))),
            }
        }
        Ok(missing)
    }

    fn tell(&self, report: &Report) {
        match &self.on_report {
            Some(hook) => hook(report),
            None if report.findings.is_empty() => {}
            // A program whose standard error is closed starts all the same.
            None => drop(writeln!(std::io::stderr(), "{report}")),
        }
    }
}

/// Takes no rows.
struct Nothing;

impl RowSink for Nothing {
    fn row(&mut self, _: &dyn Row) -> Result<Flow> {
        Ok(Flow::Stop)
    }
}
