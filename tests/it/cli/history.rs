//! Migration files that say something else than what was applied: on the command line and in `umbral::open`.

use super::{manage, manage_with};
use std::fs;
use std::path::Path;
use umbral_testkit::each_engine;

/// A migration that adds a column to a table of its own, behind another.
fn migration(name: &str, after: &str, column: &str) -> String {
    format!(
        "id = \"{name}\"\napp = \"shelf\"\ndependencies = [\"shelf/{after}\"]\n\n[[operations]]\nop = \"add_column\"\n\
         table = \"scratch\"\ncolumn = {{ name = \"{column}\", type = \"integer\", nullable = true }}\n"
    )
}

fn write(here: &Path, name: &str, text: &str) {
    fs::write(here.join("migrations").join(name).with_extension("toml"), text).unwrap();
}

/// Refuses with exit code 3, names what is wrong and what to do, and changes nothing.
#[track_caller]
fn refuses(here: &Path, url: (&str, &str), text: &str, hint: &str) {
    let before = manage_with(here, url, &["showmigrations", "--plan"]).ok();
    let said = manage_with(here, url, &["migrate"]).fails(3);
    assert!(said.contains(text) && said.contains(hint), "{said}");
    let planned = manage_with(here, url, &["migrate", "--plan"]).fails(3);
    assert!(planned.contains(text), "{planned}");
    let json = manage_with(here, url, &["migrate", "--format", "json"]).fails(3);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["error"]["kind"], &json["exit_code"]), (&"integrity".into(), &3.into()), "{json}");
    assert_eq!(manage_with(here, url, &["showmigrations", "--plan"]).ok(), before);
}

#[test]
fn applied_files_that_were_edited_deleted_or_reordered() {
    each_engine(async |database| {
        let here = tempfile::tempdir().unwrap();
        let (here, url) = (here.path(), ("DATABASE_URL", database.url().reveal()));
        manage(here, &["makemigrations"]).ok();
        let (second, third) = (
            migration("0002_pages", "0001_initial", "pages"),
            migration("0003_weight", "0002_pages", "weight"),
        );
        write(here, "0002_pages", &second);
        write(here, "0003_weight", &third);
        manage_with(here, url, &["migrate"]).ok();

        // Edited.
        write(here, "0002_pages", &second.replace("integer", "bigint"));
        let hint = "put the change into a new migration";
        refuses(here, url, "shelf/0002_pages was changed after it had been applied", hint);
        let opened = manage_with(here, url, &["open"]);
        assert!(opened.code == 1 && opened.out.contains("error[migrations.edited]"), "{}", opened.out);

        // Reordered: the third in front of the second.
        write(here, "0002_pages", &migration("0002_pages", "0003_weight", "pages"));
        write(here, "0003_weight", &migration("0003_weight", "0001_initial", "weight"));
        refuses(
            here,
            url,
            "shelf/0003_weight, shelf/0002_pages were changed after they had been applied",
            hint,
        );

        // Deleted, and another one written in its place.
        write(here, "0002_pages", &second);
        fs::remove_file(here.join("migrations/0003_weight.toml")).unwrap();
        write(here, "0003_height", &migration("0003_height", "0002_pages", "height"));
        let text =
            "shelf/0003_weight is applied but its file is not there, and shelf/0003_height is to be applied";
        refuses(here, url, text, "bring the file of shelf/0003_weight back from version control");
        let opened = manage_with(here, url, &["open"]);
        assert!(opened.code == 1 && opened.out.contains("warning[migrations.ahead]"), "{}", opened.out);

        // As they were, they go on.
        fs::remove_file(here.join("migrations/0003_height.toml")).unwrap();
        write(here, "0003_weight", &third);
        assert!(manage_with(here, url, &["migrate"]).ok().starts_with("nothing to do"));
        manage_with(here, url, &["open"]).ok();
    });
}

#[test]
fn files_that_are_no_migrations_are_named_with_their_line() {
    each_engine(async |database| {
        let here = tempfile::tempdir().unwrap();
        let (here, url) = (here.path(), ("DATABASE_URL", database.url().reveal()));
        manage(here, &["makemigrations"]).ok();
        let good = migration("0002_pages", "0001_initial", "pages");
        for (text, expected) in [
            (good.replace("add_column", "ad_column"), "migrations/0002_pages.toml:6:6: "),
            (good.replace("integer", "integr"), "migrations/0002_pages.toml:8:"),
            (good.replace("[[operations]]", "[[operations]"), "migrations/0002_pages.toml:5:"),
            (good.replace("dependencies", "dependency"), "migrations/0002_pages.toml:3:"),
        ] {
            write(here, "0002_pages", &text);
            for arguments in [&["migrate"][..], &["check"], &["showmigrations"], &["makemigrations"]] {
                let said = manage_with(here, url, arguments).fails(1);
                assert!(said.contains(expected), "{arguments:?}: {said}");
            }
            let opened = manage_with(here, url, &["open"]);
            assert!(opened.code == 1 && opened.out.contains(expected), "{}", opened.out);
        }
        fs::write(here.join("umbral.toml"), "apps = [\"shelf\"]\nsilenced = []\n").unwrap();
        for arguments in [&["migrate"][..], &["open"]] {
            let said = manage_with(here, url, arguments);
            let shown = format!("{}{}", said.out, said.err);
            assert!(
                said.code == 1 && shown.contains("umbral.toml") && shown.contains("`silenced`"),
                "{shown}"
            );
        }
        // Nothing was begun.
        fs::remove_file(here.join("umbral.toml")).unwrap();
        write(here, "0002_pages", &good);
        let shown = manage_with(here, url, &["showmigrations"]).ok();
        assert!(shown.contains("[ ] 0001_initial") && shown.contains("[ ] 0002_pages"), "{shown}");

        // The beginning of a name that two have.
        let said = manage_with(here, url, &["migrate", "shelf", "000"]).fails(1);
        assert!(said.contains("`000` begins the name of 2 migrations of shelf"), "{said}");
        assert!(said.contains("hint: write more of one of these names: 0001_initial, 0002_pages"), "{said}");
        let said = manage_with(here, url, &["migrate", "shelf", "0009"]).fails(1);
        assert!(said.contains("hint: it has 0001_initial, 0002_pages"), "{said}");
        let said = manage_with(here, url, &["migrate", "shop"]).fails(1);
        assert!(said.contains("hint: there are migrations of shelf"), "{said}");
    });
}
