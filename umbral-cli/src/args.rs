//! What can be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Models, migrations and checks of umbral.
#[derive(Debug, Parser)]
#[command(name = "umbral", bin_name = "cargo umbral", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The command line of the `cargo umbral` subcommand itself, which also chooses the package whose models are linked.
#[derive(Debug, Parser)]
#[command(name = "cargo umbral", bin_name = "cargo umbral", version, disable_help_subcommand = true)]
#[command(about = "Models, migrations and checks of umbral")]
pub struct CargoCli {
    /// The package whose models are meant.
    #[command(flatten)]
    pub package: PackageArgs,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl CargoCli {
    /// Whether the command needs no models, and so nothing to be built.
    pub fn needs_no_models(&self) -> bool {
        matches!(self.command, Command::Init(_))
    }
}

/// Which package of the workspace is meant, and how it is built.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Package")]
#[non_exhaustive]
pub struct PackageArgs {
    /// The package whose models are meant
    #[arg(long, short, global = true, value_name = "NAME")]
    pub package: Option<String>,
    /// The package's or workspace's Cargo.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub manifest_path: Option<PathBuf>,
    /// Features of the package to enable
    #[arg(long, short = 'F', global = true, value_name = "FEATURES", value_delimiter = ',')]
    pub features: Vec<String>,
    /// Enables every feature of the package
    #[arg(long, global = true)]
    pub all_features: bool,
    /// Leaves the package's default features out
    #[arg(long, global = true)]
    pub no_default_features: bool,
    /// Uses no network
    #[arg(long, global = true)]
    pub offline: bool,
}

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options")]
pub(crate) struct GlobalArgs {
    /// The database: an alias of umbral.toml, or a URL [default: DATABASE_URL, then umbral.toml's default, then
    /// sqlite://db.sqlite3]
    #[arg(long, global = true, value_name = "ALIAS|URL", num_args = 0..=1, default_missing_value = "")]
    pub(crate) database: Option<String>,
    /// How results are written
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// When colours are used
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) color: Color,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For scripts
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Writes umbral.toml, a first model and .gitignore lines into a crate
    Init(InitArgs),
    /// Checks models and backend; with --database also the database
    Check(CheckArgs),
    /// Writes migrations for what changed in the models
    Makemigrations(MakemigrationsArgs),
    /// Applies migrations, or unapplies them down to a target
    Migrate(MigrateArgs),
    /// Lists migrations and which of them are applied
    Showmigrations(ShowmigrationsArgs),
    /// Shows the SQL of a migration for any backend, without a database
    Sqlmigrate(SqlmigrateArgs),
    /// Shows what a database can do
    Features(FeaturesArgs),
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The crate's folder [default: where Cargo.toml is]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The least severity that makes the check fail
    #[arg(long, value_enum, default_value_t)]
    pub(crate) fail_level: FailLevel,
    /// Checks against this backend and version instead, without a database: postgres@16
    #[arg(long, value_name = "NAME[@VERSION]", conflicts_with = "database")]
    pub(crate) backend: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailLevel {
    /// Anything that is found
    Info,
    /// Warnings and errors
    Warning,
    /// Errors
    #[default]
    Error,
}

#[derive(Debug, Args)]
pub(crate) struct MakemigrationsArgs {
    /// Writes nothing, and fails where a migration is missing
    #[arg(long)]
    pub(crate) check: bool,
    /// Writes nothing, and shows what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// What the new migrations are called behind their number
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Writes a migration without operations, to be filled by hand
    #[arg(long, conflicts_with = "check")]
    pub(crate) empty: bool,
    /// The applications that get migrations [default: those whose migrations are kept here]
    #[arg(long, value_name = "APP")]
    pub(crate) app: Vec<String>,
    /// Asks nothing: what only a person can tell fails
    #[arg(long)]
    pub(crate) no_input: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {
    /// The application whose migrations are meant [default: all]
    pub(crate) app: Option<String>,
    /// The migration to end at, or the beginning of its name; `zero` to unapply all
    #[arg(requires = "app")]
    pub(crate) target: Option<String>,
    /// Shows what would be done, and changes nothing
    #[arg(long, conflicts_with_all = ["sql", "fake"])]
    pub(crate) plan: bool,
    /// Shows the SQL of what would be done, and changes nothing
    #[arg(long, conflicts_with = "fake")]
    pub(crate) sql: bool,
    /// Records what would be done as done, and does nothing: for a database that was changed by hand
    #[arg(long)]
    pub(crate) fake: bool,
    /// How many seconds to wait for another migrator of the same database
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) lock_timeout: u64,
}

#[derive(Debug, Args)]
pub(crate) struct ShowmigrationsArgs {
    /// The application whose migrations are meant [default: all]
    pub(crate) app: Option<String>,
    /// In the order in which they are applied, with what they depend on
    #[arg(long)]
    pub(crate) plan: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SqlmigrateArgs {
    /// The migration's application
    pub(crate) app: String,
    /// The migration's name, or the beginning of it
    pub(crate) name: String,
    /// The backend and version to write for [default: that of the database's URL]: postgres@16
    #[arg(long, value_name = "NAME[@VERSION]", conflicts_with = "database")]
    pub(crate) backend: Option<String>,
    /// Shows what unapplies it
    #[arg(long)]
    pub(crate) backward: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FeaturesArgs {
    /// A backend and version instead of the connected server, side by side where there are several: postgres@16
    #[arg(long, value_name = "NAME[@VERSION]", conflicts_with = "database")]
    pub(crate) backend: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_lines_are_sound() {
        Cli::command().debug_assert();
        CargoCli::command().debug_assert();
    }

    #[test]
    fn a_database_may_be_named_or_only_asked_for() {
        let parse =
            |args: &[&str]| Cli::try_parse_from(["umbral"].iter().chain(args)).unwrap().global.database;
        assert_eq!(parse(&["check"]), None);
        assert_eq!(parse(&["check", "--database"]).as_deref(), Some(""));
        assert_eq!(parse(&["check", "--database", "main"]).as_deref(), Some("main"));
        assert_eq!(parse(&["--database", "main", "check"]).as_deref(), Some("main"));
    }
}
