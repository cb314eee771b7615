//! The findings of the system check, as `cargo umbral check` shows them and as `umbral::open` refuses by them.

use super::crates::write_crate;
use super::{Said, cargo, cargo_umbral, command, manage_with, target, without_times};
use std::fs;
use umbral_testkit::TestDatabase;

const MODELS: &str = include_str!("flawed.txt");

/// Each mistake: the finding, its severity on SQLite, and what stands on its line.
const MISTAKES: [(&str, &str, &str); 5] = [
    ("field.backend", "error", "pub tags"),
    ("field.fk.target_exists", "error", "pub editor"),
    ("field.reserved_name", "warning", "pub order"),
    ("model.identifier.length", "warning", "pub struct Long"),
    ("model.table.unique", "error", "pub struct Post"),
];

fn line_of(text: &str) -> usize {
    MODELS.lines().position(|line| line.contains(text)).unwrap() + 1
}

#[test]
fn five_mistakes_are_five_findings_and_the_program_refuses_to_start_in_the_same_words() {
    let manifest = include_str!("shelf/manifest.txt").replace("shelf", "flawed");
    let main = include_str!("shelf/main.txt").replace("shelf", "flawed");
    let files = [("Cargo.toml", manifest.as_str()), ("src/lib.rs", MODELS), ("src/main.rs", &main)];
    let folder = write_crate("flawed", &files);
    // A database of its own, in which no table is: a sixth finding, of the database and not of the models.
    let database = TestDatabase::sqlite();
    let url = database.url().reveal();

    let json = cargo_umbral(&folder, &["check", "--format", "json", "--database", url]);
    assert_eq!(json.code, 1, "{}", json.err);
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let mut found: Vec<(&str, &str, &str, u64)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["id"] != "migrations.missing")
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap();
            (text("id"), text("severity"), text("file"), finding["line"].as_u64().unwrap())
        })
        .collect();
    found.sort_unstable();
    let expected: Vec<_> = MISTAKES
        .iter()
        .map(|(id, severity, line)| (*id, *severity, "src/lib.rs", line_of(line) as u64))
        .collect();
    assert_eq!(found, expected, "{report:#}");

    let text = cargo_umbral(&folder, &["check", "--database", url]);
    assert_eq!(text.code, 1, "{}", text.err);
    for (id, severity, line) in MISTAKES {
        assert!(text.out.contains(&format!("{severity}[{id}]: ")), "{id}: {}", text.out);
        assert!(text.out.contains(&format!("  --> src/lib.rs:{}  (", line_of(line))), "{id}: {}", text.out);
    }
    assert!(text.out.contains("4 errors, 2 warnings · sqlite "), "{}", text.out);

    cargo(&folder, &["build", "--quiet"]).ok();
    let mut open = command(target().join("debug").join("flawed"), &folder);
    let opened = Said::of(&open.env("DATABASE_URL", url).arg("open").output().unwrap());
    assert_eq!(opened.code, 1, "{}", opened.err);
    let refusal = format!("the system check found 4 errors\n{}", without_times(&text.out));
    assert_eq!(without_times(&opened.out), refusal);
}

/// Nothing is unapplied where there is nothing to apply; the tables are not there all the same.
#[test]
fn models_without_migrations_and_without_tables_are_a_finding() {
    umbral_testkit::each_engine(async |database| {
        let here = tempfile::tempdir().unwrap();
        let url = ("DATABASE_URL", database.url().reveal());
        let checked = manage_with(here.path(), url, &["check", "--database"]);
        assert_eq!(checked.code, 1, "{}", checked.err);
        let expected = "error[migrations.missing]: 4 tables are not in the database, and no migration makes them: author, \
             book, loan, scratch\n  hint: run `cargo umbral makemigrations` and `cargo umbral migrate`";
        assert!(checked.out.starts_with(expected), "{}", checked.out);
        let opened = manage_with(here.path(), url, &["open"]);
        assert_eq!(opened.code, 1, "{}", opened.out);
        assert!(without_times(&opened.out).ends_with(&without_times(&checked.out)), "{}", opened.out);

        // A table that somebody else made needs no migration.
        manage_with(here.path(), url, &["makemigrations"]).ok();
        manage_with(here.path(), url, &["migrate"]).ok();
        fs::remove_dir_all(here.path().join("migrations")).unwrap();
        manage_with(here.path(), url, &["check", "--database"]).ok();
        manage_with(here.path(), url, &["open"]).ok();
    });
}
