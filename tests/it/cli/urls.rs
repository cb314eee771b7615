//! URLs that are wrong, and servers that cannot be had: on the command line and in `umbral::open`.

use super::{Said, manage, manage_with};
use std::fs;
use std::path::Path;
use umbral_testkit::TestDatabase;

/// What no output may hold.
const SECRET: &str = "s3cret";

/// Asserts that nothing shows the password, in text, in JSON and in `Debug`, which `open` writes to standard error.
#[track_caller]
fn hidden<'s>(said: &'s Said, secret: &str) -> &'s Said {
    assert!(!said.out.contains(secret) && !said.err.contains(secret), "{}\n{}", said.out, said.err);
    said
}

/// Migrates, checks and opens: each fails with this text, hint and exit code, and without the secret.
#[track_caller]
fn all_refuse(here: &Path, url: &str, secret: &str, code: i32, text: &str, hint: &str) {
    let url = ("DATABASE_URL", url);
    for arguments in [&["migrate"][..], &["migrate", "--plan"], &["showmigrations"], &["check", "--database"]]
    {
        let said = manage_with(here, url, arguments);
        hidden(&said, secret);
        let shown = format!("{}{}", said.out, said.err);
        assert_eq!(said.code, code, "{arguments:?}: {shown}");
        assert!(shown.contains(text) && shown.contains(hint), "{arguments:?}: {shown}");
    }
    let json = manage_with(here, url, &["migrate", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&hidden(&json, secret).err).unwrap();
    assert_eq!(document["exit_code"], code, "{document}");
    assert!(document["error"]["message"].as_str().unwrap().contains(text), "{document}");
    assert!(document["error"]["hint"].as_str().unwrap().contains(hint), "{document}");
    let opened = manage_with(here, url, &["open"]);
    hidden(&opened, secret);
    assert!(opened.code == 1 && opened.out.contains(text) && opened.err.contains(hint), "{}", opened.err);
}

fn project() -> tempfile::TempDir {
    let here = tempfile::tempdir().unwrap();
    manage(here.path(), &["makemigrations"]).ok();
    here
}

#[test]
fn urls_that_are_wrong_are_the_users_mistake() {
    let here = project();
    for (url, text, hint) in [
        (
            "mssql://sa:s3cret@db/shop",
            "no backend for the URL scheme `mssql`; there are: sqlite, postgres, postgresql",
            "use one of these schemes",
        ),
        (
            "s3cret",
            "the database URL has no scheme",
            "write sqlite://db.sqlite3 or postgres://user:password@",
        ),
        (
            "postgres://ann:s3cret@db",
            "the PostgreSQL URL names no database",
            "postgres://user:password@host:5432/",
        ),
        ("postgres://ann:s3cret@db:99999/shop", "the PostgreSQL URL is wrong: invalid port", "host:5432/"),
        ("postgres://ann:s3cret@db:port/shop", "the PostgreSQL URL is wrong: invalid port", "host:5432/"),
        ("postgres://ann:s3cret%@db/shop", "the PostgreSQL URL holds a % that is no %XX", "as %25"),
        ("postgres://ann:s3cret@db/shop?sslmod=require", "the parameter `sslmod`", "sslmode"),
        ("sqlite://shop%2.db", "`shop%2.db` holds a % that is no %XX", "as %25"),
        ("sqlite://", "the SQLite URL names no file", "sqlite://db.sqlite3"),
        ("sqlite://shop.db?mode=fast", "`mode=fast` is no parameter of a SQLite URL", "mode=rw|ro"),
    ] {
        all_refuse(here.path(), url, SECRET, 1, text, hint);
    }
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1, "nothing but the migrations is there");
}

#[test]
fn an_environment_variable_or_alias_that_is_missing_is_named() {
    let here = project();
    let settings = "[databases]\ndefault = \"postgres://ann:${SHOP_PASSWORD}@db/shop\"\n";
    fs::write(here.path().join("umbral.toml"), settings).unwrap();
    for arguments in [&["migrate"][..], &["check", "--database"]] {
        let said = manage(here.path(), arguments);
        let shown = format!("{}{}", said.out, said.err);
        assert!(said.code == 1 && shown.contains("needs the environment variable SHOP_PASSWORD"), "{shown}");
    }
}

#[test]
fn a_server_that_is_not_there_is_the_systems() {
    let here = project();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://ann:{SECRET}@127.0.0.1:{closed}/shop");
    let text = format!("connecting to PostgreSQL at 127.0.0.1:{closed}: ");
    all_refuse(here.path(), &url, SECRET, 2, &text, "check that the server runs");
    // A name of a domain in which, by RFC 6761, there is none.
    let url = format!("postgres://ann:{SECRET}@db.invalid/shop");
    all_refuse(
        here.path(),
        &url,
        SECRET,
        2,
        "connecting to PostgreSQL at db.invalid:5432: ",
        "check that the",
    );
}

#[test]
fn a_database_that_is_not_on_the_server_is_named() {
    let Some(database) = TestDatabase::postgres() else { return };
    let here = project();
    let url = format!("{}_gone", database.url().reveal());
    all_refuse(
        here.path(),
        &url,
        "no secret",
        1,
        "_gone\" does not exist",
        "create the database, or correct",
    );
}

#[test]
fn a_wrong_password_is_refused_and_not_shown() {
    let Some(server) = TestDatabase::server_with_passwords(umbral_testkit::servers::ServerKind::Postgres)
    else {
        return;
    };
    let here = project();
    let (before, after) = server.url().rsplit_once('@').unwrap();
    let (_, right) = before.rsplit_once(':').unwrap();
    let url = format!("postgres://postgres:{SECRET}@{after}");
    let text = "password authentication failed for user \"postgres\"";
    all_refuse(here.path(), &url, SECRET, 1, text, "check the user and the password in the database URL");
    let url = format!("postgres://nobody_here:{right}@{after}");
    all_refuse(here.path(), &url, right, 1, "authentication failed", "check the user and the password");
    // The right one opens the same server.
    manage_with(here.path(), ("DATABASE_URL", server.url()), &["migrate"]).ok();
    let opened = manage_with(here.path(), ("DATABASE_URL", server.url()), &["open"]);
    assert_eq!(hidden(&opened, right).code, 0, "{}", opened.err);
}
