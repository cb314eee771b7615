//! Wrong input: a clear error, the documented exit code, nothing changed, no password shown.

use super::{manage, manage_with};
use std::fs;

#[test]
fn mistakes_of_the_command_line_are_the_users() {
    let here = tempfile::tempdir().unwrap();
    manage(here.path(), &["makemigrations"]).ok();
    for (arguments, expected) in [
        (&["makemigration"][..], "makemigrations"),
        (&["migrate", "--backwards"], "--backwards"),
        (&["migrate", "shop"], "no migrations of an application `shop`"),
        (&["migrate", "shelf", "0009"], "no migration `0009`"),
        (&["sqlmigrate", "shelf", "0001", "--backend", "oracle"], "no backend `oracle`"),
        (&["makemigrations", "--app", "shop"], "no application `shop`"),
        (&["check", "--database", "reports"], "no database `reports`"),
    ] {
        let error = manage(here.path(), arguments).fails(1);
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
    assert!(manage(here.path(), &["--help"]).ok().contains("sqlmigrate"));
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1);
}

#[test]
fn a_url_without_a_backend_is_a_finding_that_lists_those_there_are() {
    let here = tempfile::tempdir().unwrap();
    let url = ("DATABASE_URL", "mssql://sa:s3cret@db/shop");
    let said = manage_with(here.path(), url, &["check", "--database"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("error[backend.url_scheme]") && said.out.contains("`mssql`"), "{}", said.out);
    let opened = manage_with(here.path(), url, &["open"]);
    assert!(opened.out.contains("error[backend.url_scheme]"), "{}", opened.out);
    let migrated = manage_with(here.path(), url, &["migrate"]).fails(1);
    assert!(![said.out, said.err, opened.out, migrated].concat().contains("s3cret"));
}

#[test]
fn a_server_that_is_down_is_the_systems() {
    let here = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://ann:s3cret@127.0.0.1:{closed}/shop");
    let error = manage_with(here.path(), ("DATABASE_URL", &url), &["migrate"]).fails(2);
    assert!(error.starts_with("error: ") && !error.contains("s3cret"), "{error}");
    let arguments = ["migrate", "--format", "json"];
    let json = manage_with(here.path(), ("DATABASE_URL", &url), &arguments).fails(2);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["error"]["kind"], &json["exit_code"]), (&"connection".into(), &2.into()), "{json}");
    assert!(!json.to_string().contains("s3cret"));
}

#[test]
fn files_that_cannot_be_read_say_where() {
    let here = tempfile::tempdir().unwrap();
    fs::write(here.path().join("umbral.toml"), "[databases]\nmain = postgres://ann:s3cret@db/shop\n")
        .unwrap();
    let error = manage(here.path(), &["check"]).fails(1);
    assert!(error.contains("umbral.toml") && error.contains("line 2"), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
    fs::remove_file(here.path().join("umbral.toml")).unwrap();
    fs::create_dir(here.path().join("migrations")).unwrap();
    let text = "id = \"0001_initial\"\napp = \"shelf\"\ndependencies = []\n\n[[operations]]\nop = \"drop_everything\"\n";
    fs::write(here.path().join("migrations/0001_initial.toml"), text).unwrap();
    let error = manage(here.path(), &["migrate"]).fails(1);
    assert!(error.contains("0001_initial.toml") && error.contains("drop_everything"), "{error}");
    assert!(!here.path().join("db.sqlite3").exists());
}

#[test]
fn an_applied_migration_that_was_changed_is_no_longer_true() {
    let here = tempfile::tempdir().unwrap();
    manage(here.path(), &["makemigrations"]).ok();
    manage(here.path(), &["migrate"]).ok();
    let file = here.path().join("migrations/0001_initial.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("varchar(80)", "varchar(81)")).unwrap();
    let checked = manage(here.path(), &["check", "--database"]);
    assert!(checked.code == 1 && checked.out.contains("error[migrations.edited]"), "{}", checked.out);
    let error = manage(here.path(), &["migrate"]).fails(3);
    assert!(error.contains("0001_initial"), "{error}");
    // White space and comments are no change.
    fs::write(&file, format!("# the first\n{text}")).unwrap();
    manage(here.path(), &["migrate"]).ok();
}

#[test]
fn what_was_done_before_a_failure_is_told() {
    let here = tempfile::tempdir().unwrap();
    manage(here.path(), &["makemigrations"]).ok();
    manage(here.path(), &["makemigrations", "--empty", "--name", "broken"]).ok();
    let file = here.path().join("migrations/0002_broken.toml");
    let text = fs::read_to_string(&file).unwrap();
    let operation = "\n[[operations]]\nop = \"run_sql\"\nforward.any = \"SELECT * FROM nowhere\"\n";
    fs::write(&file, format!("{text}{operation}")).unwrap();
    let error = manage(here.path(), &["migrate"]).fails(4);
    assert!(error.contains("1 migration is done, and then") && error.contains("nowhere"), "{error}");
    let shown = manage(here.path(), &["showmigrations"]).ok();
    assert!(shown.contains("[x] 0001_initial") && shown.contains("[ ] 0002_broken"), "{shown}");
}
