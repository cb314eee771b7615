//! Migrations: operations on the schema, the files that hold them, and what applies them.
//!
//! A [`MigrationSet`] is read from a [`MigrationDirectory`] or from what is compiled into a program. [`autodetect()`]
//! compares what it adds up to with the models and makes new migrations; [`MigrationExecutor`] brings a database
//! to a [`Target`].

pub mod autodetect;
mod checksum;
pub mod diff;
mod embedded;
mod executor;
mod file;
mod graph;
mod loader;
mod lock;
mod migration;
pub mod operations;
mod optimizer;
mod progress;
mod recorder;
mod scope;
mod session;
mod set;
mod sql_text;
mod state;
mod target;

pub use autodetect::{AutodetectOptions, Models, NoInput, Questioner, autodetect};
pub use checksum::Checksum;
pub use diff::{Renames, diff};
pub use embedded::EmbeddedMigration;
pub use executor::{MigrateOptions, MigrateReport, MigrationExecutor, MigrationStatus, PlannedMigration};
pub use loader::MigrationDirectory;
pub use migration::{Migration, MigrationId};
pub use operations::{Irreversible, Op, Operation, Reduction, StateError};
pub use optimizer::optimize;
pub use progress::{Boundary, MigrationObserver, Unobserved};
pub use recorder::AppliedMigration;
pub use scope::scoped;
pub use set::MigrationSet;
pub use sql_text::sql_text;
pub use state::ProjectState;
pub use target::{Direction, Target};

/// The tables that umbral keeps for itself in every database; not part of any application's schema.
pub const OWN_TABLES: &[&str] = &["umbral_migrations", "umbral_journal"];
