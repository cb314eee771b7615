//! Loads the Chinook sample database through the models, asks ten questions of it, and changes the models with the
//! rows in place; on SQLite, and on PostgreSQL, MariaDB and MySQL where `MUSIC_STORE_POSTGRES_URL`,
//! `MUSIC_STORE_MARIADB_URL` and `MUSIC_STORE_MYSQL_URL` name empty databases.
//!
//! `cargo run -p music_store -- path/to/chinook.sqlite`

// The program speaks to whoever runs it.
#![allow(clippy::print_stdout)]

mod change;
mod plain_sql;
mod reports;
// Half of its fields are only there to be migrated.
#[allow(dead_code)]
mod second_edition;
mod source;

use change::Changed;
use music_store::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};
use reports::{Lines, Report};
use second_edition as second;
use source::Store;
use std::path::Path;
use umbral::backend::{Access, BackendRegistry, PoolOptions};
use umbral::migrations::{
    AutodetectOptions, MigrationDirectory, MigrationExecutor, Models, NoInput, Target, autodetect,
};
use umbral::model::Registry;
use umbral::prelude::*;
use umbral::{App, Error, ErrorKind};

const APP: &str = "music_store";

#[tokio::main]
async fn main() -> umbral::Result<()> {
    let Some(original) = std::env::args().nth(1) else {
        return Err(Error::new(ErrorKind::Usage, "no path to the Chinook database was given")
            .with_hint("cargo run -p music_store -- path/to/chinook.sqlite"));
    };
    let original = connect(&format!("sqlite://{original}"), Access::Existing).await?;
    let store = Store::read_original(&original).await?;
    let mut answers = Vec::new();
    for report in Report::ALL {
        answers.push(report.ask_original(&original).await?);
    }
    original.close().await;

    let folder = tempfile::tempdir().map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
    let file = format!("sqlite://{}", folder.path().join("store.sqlite3").display());
    run(&file, &folder.path().join("sqlite"), &store, &answers).await?;
    for server in ["POSTGRES", "MARIADB", "MYSQL"] {
        let variable = format!("MUSIC_STORE_{server}_URL");
        match std::env::var(&variable) {
            Ok(url) => run(&url, &folder.path().join(server), &store, &answers).await?,
            Err(_) => println!("\nnot run: {variable} names no empty database"),
        }
    }
    Ok(())
}

/// Everything, on one fresh database.
async fn run(url: &str, migrations: &Path, store: &Store, answers: &[Lines]) -> umbral::Result<()> {
    let directory = MigrationDirectory::new(migrations, APP);
    let db = connect(url, Access::Create).await?;
    println!("\n{} {}", db.backend().name(), db.backend().version());

    make_migrations(&directory, first_edition())?;
    check(&db, first_edition())?;
    migrate(&db, &directory, "0001_initial").await?;
    store.write(&db).await?;
    demand(Store::read(&db).await? == *store, "the rows that were loaded are the original's")?;
    println!("  {} rows loaded and read back", store.rows());

    for (report, expected) in Report::ALL.into_iter().zip(answers) {
        let lines = report.ask(&db).await?;
        demand(lines == *expected, report.title())?;
        let shown = lines.iter().take(3).map(String::as_str).collect::<Vec<_>>().join("; ");
        println!("  {}: {} lines, as in the original: {shown}; …", report.title(), lines.len());
    }

    make_migrations(&directory, second_edition())?;
    let changed = Changed::of(store);
    let name = directory.load()?.leaf(APP)?.map(|leaf| leaf.name.clone()).unwrap_or_default();
    migrate(&db, &directory, &name).await?;
    demand(Changed::read(&db).await? == changed, "every value after the change")?;
    migrate(&db, &directory, "0001_initial").await?;
    let back = change::without_what_was_dropped(store.clone());
    demand(Store::read(&db).await? == back, "every value after the way back")?;
    migrate(&db, &directory, &name).await?;
    demand(Changed::read(&db).await? == changed, "every value after the second way forward")?;
    make_migrations(&directory, second_edition())?;
    let changed = change::give_genres(&db, store, changed).await?;
    demand(Changed::read(&db).await? == changed, "the genres of artists")?;
    println!("  {name}: forward, back and forward; every value read back");

    MigrationExecutor::new(db.driver(), &directory.load()?).migrate(&Target::Zero(APP.to_owned())).await?;
    migrate(&db, &directory, "0001_initial").await?;
    store.write(&db).await?;
    demand(Store::read(&db).await? == *store, "the rows that were loaded again are the original's")?;
    migrate(&db, &directory, &name).await?;
    demand(Changed::read(&db).await? == Changed::of(store), "every value after a way from nothing")?;
    MigrationExecutor::new(db.driver(), &directory.load()?).migrate(&Target::Zero(APP.to_owned())).await?;
    println!("  to nothing, and forward again with all rows; to nothing");
    db.close().await;
    Ok(())
}

async fn connect(url: &str, access: Access) -> umbral::Result<Db> {
    let mut options = PoolOptions::default();
    options.access = access;
    Db::connect(url, &BackendRegistry::built_in(), &options).await
}

fn first_edition() -> Registry {
    Registry::new()
        .with::<Artist>()
        .with::<Album>()
        .with::<Genre>()
        .with::<MediaType>()
        .with::<Track>()
        .with::<Employee>()
        .with::<Customer>()
        .with::<Invoice>()
        .with::<InvoiceLine>()
        .with::<Playlist>()
        .with::<PlaylistTrack>()
}

fn second_edition() -> Registry {
    Registry::new()
        .with::<second::Artist>()
        .with::<second::Album>()
        .with::<second::Genre>()
        .with::<second::MediaType>()
        .with::<second::Track>()
        .with::<second::Employee>()
        .with::<second::Customer>()
        .with::<second::Invoice>()
        .with::<second::InvoiceLine>()
        .with::<second::Playlist>()
        .with::<second::PlaylistTrack>()
}

/// What `cargo umbral makemigrations --no-input` does.
fn make_migrations(directory: &MigrationDirectory, models: Registry) -> umbral::Result<()> {
    let set = directory.load()?;
    let made = autodetect(&set, &Models::of(&models)?, &mut NoInput, &AutodetectOptions::default())?;
    for migration in &made {
        directory.write(migration)?;
        println!("  {}: {} operations", migration.id, migration.operations.len());
    }
    if made.is_empty() {
        println!("  no changes");
    }
    Ok(())
}

fn check(db: &Db, models: Registry) -> umbral::Result<()> {
    let report = App::new().models(models).run_checks_against(db.backend().as_ref(), None);
    println!("  {}", report.summary());
    report.refusal().map_or(Ok(()), Err)
}

async fn migrate(db: &Db, directory: &MigrationDirectory, name: &str) -> umbral::Result<()> {
    let set = directory.load()?;
    let target = Target::To(set.find(APP, name)?.id.clone());
    MigrationExecutor::new(db.driver(), &set).migrate(&target).await.map(drop)
}

fn demand(holds: bool, what: &str) -> umbral::Result<()> {
    if holds { Ok(()) } else { Err(Error::new(ErrorKind::Integrity, format!("does not hold: {what}"))) }
}
