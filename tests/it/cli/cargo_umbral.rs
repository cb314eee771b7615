//! `cargo umbral`: finding the models, and building the runner.

use super::crates::write_crate;
use super::{cargo_umbral, shelf};
use std::fs;

/// The arguments that build [`shelf`] from elsewhere.
fn on_shelf<'a>(manifest: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    let mut all = arguments.to_vec();
    all.extend(["--manifest-path", manifest]);
    all
}

#[test]
fn a_library_from_its_first_migration_to_one_whose_models_are_missing() {
    let folder = shelf();
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.to_str().unwrap();
    let _ = fs::remove_dir_all(folder.join("migrations"));
    // The settings and the database are looked for where the command is typed, the migrations in the crate.
    let here = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| cargo_umbral(here.path(), &on_shelf(manifest, arguments));

    let report: serde_json::Value = serde_json::from_str(&run(&["check", "--format", "json"]).ok()).unwrap();
    assert_eq!((&report["models"], &report["errors"]), (&4.into(), &0.into()), "{report}");

    let made = run(&["makemigrations"]).ok();
    for table in ["author", "book", "loan", "scratch"] {
        assert!(made.contains(&format!("Create table {table}")), "{made}");
    }
    let first = folder.join("migrations").join("0001_initial.toml");
    assert!(fs::read_to_string(&first).unwrap().contains("name = \"match\""));
    assert_eq!(run(&["makemigrations"]).ok(), "no changes\n");
    assert_eq!(run(&["makemigrations", "--check"]).code, 0);

    run(&["migrate"]).ok();
    assert!(here.path().join("db.sqlite3").exists());
    run(&["check", "--database"]).ok();

    // A change of the models is built and seen.
    let changed = run(&["makemigrations", "--features", "changed", "--check"]);
    assert_eq!(changed.code, 1, "{}", changed.err);
    assert!(changed.out.contains("Add column born to author"), "{}", changed.out);

    // Models that are not linked are never taken for deleted ones.
    let missing = run(&["makemigrations", "--features", "without-models"]).fails(1);
    assert!(missing.contains("app.models_missing"), "{missing}");
    assert_eq!(fs::read_dir(folder.join("migrations")).unwrap().count(), 1);
    let checked = run(&["check", "--features", "without-models"]);
    assert!(checked.code == 1 && checked.out.contains("error[app.models_missing]"), "{}", checked.out);
}

#[test]
fn a_virtual_workspace_with_models_in_a_renamed_dependency() {
    let root = "[workspace]\nmembers = [\"server\", \"models\"]\nresolver = \"3\"\n\nPROFILE\n";
    let folder = write_crate(
        "site",
        &[
            ("Cargo.toml", root),
            (
                "models/Cargo.toml",
                "[package]\nname = \"site-models\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             orm = { package = \"umbral\", path = \"UMBRAL\", SHARED }\n",
            ),
            (
                "models/src/lib.rs",
                "use orm::prelude::*;\n\n#[derive(Debug, Clone, Model)]\n#[umbral(crate = \"orm\")]\npub struct Page {\n    \
             #[umbral(primary_key)]\n    pub id: i64,\n}\n",
            ),
            (
                "server/Cargo.toml",
                "[package]\nname = \"site-server\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             tables = { package = \"site-models\", path = \"../models\" }\n\
             umbral = { path = \"UMBRAL\", SHARED }\n",
            ),
            ("server/src/main.rs", "fn main() {}\n"),
        ],
    );
    // The program is the one that nothing else depends on; it has no library, and its models stand below it.
    let said = cargo_umbral(&folder, &["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.ok()).unwrap();
    assert_eq!(report["models"], 1, "{report}");
    let noted = cargo_umbral(&folder, &["check"]);
    assert!(noted.err.contains("site-server has no library"), "{}", noted.err);
    let unknown = cargo_umbral(&folder, &["check", "--package", "sites"]).fails(1);
    assert!(unknown.contains("no package sites") && unknown.contains("site-server"), "{unknown}");
}

#[test]
fn a_program_without_a_library_is_refused_with_both_remedies() {
    let folder = write_crate(
        "lonely",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"lonely\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             umbral = { path = \"UMBRAL\" }\n\n[workspace]\n",
            ),
            ("src/main.rs", "fn main() {}\n"),
        ],
    );
    let refused = cargo_umbral(&folder, &["check"]).fails(1);
    assert!(refused.contains("has no library"), "{refused}");
    assert!(refused.contains("src/lib.rs") && refused.contains("umbral_cli::run("), "{refused}");
}

#[test]
fn what_does_not_build_is_shown() {
    let folder = write_crate(
        "broken",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"broken\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             umbral = { path = \"UMBRAL\", SHARED }\n\nPROFILE\n[workspace]\n",
            ),
            ("src/lib.rs", "pub fn broken() -> i64 {\n    \"no number\"\n}\n"),
        ],
    );
    let failed = cargo_umbral(&folder, &["check"]).fails(1);
    assert!(failed.contains("mismatched types") && failed.contains("src/lib.rs:2"), "{failed}");
}

#[test]
fn a_crate_without_umbral_says_how_to_add_it() {
    let folder = write_crate(
        "plain",
        &[
            (
                "Cargo.toml",
                "[package]\nname = \"plain\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n",
            ),
            ("src/lib.rs", "\n"),
        ],
    );
    let failed = cargo_umbral(&folder, &["migrate"]).fails(1);
    assert!(failed.contains("does not depend on umbral") && failed.contains("cargo add umbral"), "{failed}");
    let written = cargo_umbral(&folder, &["init"]).ok();
    assert!(written.contains("umbral.toml") && written.contains("cargo add umbral"), "{written}");
}
