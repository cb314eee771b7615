//! Database files that are none, cannot be written or find no room.

use super::{Said, command, manage, manage_program, manage_with, rows};
use std::fs;
use std::path::Path;
use std::process::Command;
use umbral_testkit::TestDatabase;

fn project() -> tempfile::TempDir {
    let here = tempfile::tempdir().unwrap();
    manage(here.path(), &["makemigrations"]).ok();
    here
}

/// Migrates, checks and opens: each fails with this text and hint, and leaves the file as it was.
#[track_caller]
fn all_refuse(here: &Path, name: &str, code: i32, text: &str, hint: &str) {
    let before = fs::read(here.join(name)).ok();
    let url = format!("sqlite://{name}");
    let url = ("DATABASE_URL", url.as_str());
    for arguments in [&["migrate"][..], &["showmigrations"], &["check", "--database"]] {
        let said = manage_with(here, url, arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}{}", said.out, said.err);
        assert!(said.err.contains(text) && said.err.contains(hint), "{arguments:?}: {}", said.err);
    }
    let opened = manage_with(here, url, &["open"]);
    assert!(opened.code == 1 && opened.out.contains(text) && opened.err.contains(hint), "{}", opened.err);
    assert_eq!(fs::read(here.join(name)).ok(), before, "{name}");
}

#[test]
fn what_is_no_database_is_named_and_left_alone() {
    let here = project();
    fs::write(here.path().join("notes.txt"), "a list of books\n".repeat(100)).unwrap();
    all_refuse(
        here.path(),
        "notes.txt",
        3,
        "opening `notes.txt`: the file is not a SQLite database",
        "check the path in the URL",
    );
    fs::create_dir(here.path().join("data")).unwrap();
    all_refuse(here.path(), "data", 1, "`data` is a folder, not a database file", "name a file in the URL");
    let said = manage_with(here.path(), ("DATABASE_URL", "sqlite://gone/shop.db"), &["migrate"]).fails(2);
    assert!(said.contains("the folder `gone` of the database file does not exist"), "{said}");
    assert!(said.contains("create the folder"), "{said}");
}

/// SQLite takes an empty file for an empty database.
#[test]
fn an_empty_file_is_an_empty_database() {
    let here = project();
    fs::write(here.path().join("shop.db"), "").unwrap();
    let url = ("DATABASE_URL", "sqlite://shop.db");
    let opened = manage_with(here.path(), url, &["open"]);
    assert!(opened.code == 1 && opened.out.contains("error[migrations.unapplied]"), "{}", opened.out);
    manage_with(here.path(), url, &["migrate"]).ok();
    manage_with(here.path(), url, &["open"]).ok();
}

#[test]
fn a_database_that_is_only_read_is_not_migrated() {
    let here = project();
    let (write, read) = (("DATABASE_URL", "sqlite://shop.db"), ("DATABASE_URL", "sqlite://shop.db?mode=ro"));
    manage_with(here.path(), write, &["migrate"]).ok();
    assert!(manage_with(here.path(), read, &["migrate"]).ok().starts_with("nothing to do"));
    manage_with(here.path(), read, &["open"]).ok();
    manage(here.path(), &["makemigrations", "--empty"]).ok();
    let said = manage_with(here.path(), read, &["migrate"]).fails(2);
    assert!(said.contains("applying shelf/0002_custom: ") && said.contains("cannot be written"), "{said}");
    assert!(
        said.contains("hint: make the file and its folder writable, or open it without mode=ro"),
        "{said}"
    );
    let shown = manage_with(here.path(), write, &["showmigrations"]).ok();
    assert!(shown.contains("[ ] 0002_custom"), "{shown}");
}

/// A command of a user whom permissions bind: for root, another one, who has a copy of the program.
#[cfg(unix)]
fn as_somebody(here: &Path) -> Command {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let program = here.join("program");
    if !program.exists() {
        fs::copy(manage_program(), &program).unwrap();
    }
    let mut command = command(program, here);
    if fs::metadata(here).unwrap().uid() == 0 {
        fs::set_permissions(here, fs::Permissions::from_mode(0o755)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

#[cfg(unix)]
#[test]
fn a_file_or_folder_that_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let here = project();
    let folder = here.path().join("data");
    fs::create_dir(&folder).unwrap();
    mode(&folder, 0o555);
    let run = |arguments: &[&str]| {
        let mut command = as_somebody(here.path());
        Said::of(&command.env("DATABASE_URL", "sqlite://data/shop.db").args(arguments).output().unwrap())
    };
    let said = run(&["migrate"]).fails(2);
    assert!(said.contains("opening `data/shop.db`: the database file cannot be opened"), "{said}");
    assert!(said.contains("check that its folder exists and that both may be read and written"), "{said}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);

    // A file that may only be read.
    mode(&folder, 0o755);
    let url = ("DATABASE_URL", "sqlite://data/shop.db");
    manage_with(here.path(), url, &["migrate"]).ok();
    manage_with(here.path(), url, &["makemigrations", "--empty"]).ok();
    mode(&folder.join("shop.db"), 0o444);
    mode(&folder, 0o555);
    let before = fs::read(folder.join("shop.db")).unwrap();
    let said = run(&["migrate"]).fails(2);
    let text = "opening `data/shop.db`: the database cannot be written";
    assert!(said.contains(text) && said.contains("hint: make the file and its folder writable"), "{said}");
    let opened = run(&["open"]);
    assert!(opened.code == 1 && opened.out.contains(text), "{}{}", opened.out, opened.err);
    assert_eq!(fs::read(folder.join("shop.db")).unwrap(), before);
    mode(&folder, 0o755);
    mode(&folder.join("shop.db"), 0o644);
    manage_with(here.path(), url, &["migrate"]).ok();
}

/// A small disk: a file system in memory, mounted for one command and seen by nobody else.
///
/// `None` where neither root nor a user's own name space may mount one.
fn on_a_small_disk(script: &str) -> Option<Command> {
    let mount = format!("mount -t tmpfs -o size=256k tmpfs data && {{ {script}; }}");
    for unshare in [&["--mount"][..], &["--user", "--map-root-user", "--mount"]] {
        let works =
            Command::new("unshare").args(unshare).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
        if works.is_ok_and(|output| output.status.success()) {
            let mut command = Command::new("unshare");
            command.args(unshare).args(["sh", "-c", &mount]);
            return Some(command);
        }
    }
    None
}

/// What is done before the disk is full stays, what comes after is rolled back, and with room the next run goes on.
#[tokio::test]
async fn a_full_disk_is_told_and_with_room_the_next_run_goes_on() {
    let here = project();
    let second = "id = \"0002_fill\"\napp = \"shelf\"\ndependencies = [\"shelf/0001_initial\"]\n\n[[operations]]\nop = \"run_sql\"\n\
         forward.any = '''INSERT INTO scratch (id) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) \
         SELECT i FROM n'''\n";
    fs::write(here.path().join("migrations/0002_fill.toml"), second).unwrap();
    fs::create_dir(here.path().join("data")).unwrap();
    let program = manage_program().display();
    let script = format!("'{program}' migrate --format json; code=$?; cp data/* kept; exit $code");
    let Some(mut unshare) = on_a_small_disk(&script) else {
        eprintln!("not tested: no file system can be mounted here, not even in a name space of one's own");
        return;
    };
    fs::create_dir(here.path().join("kept")).unwrap();
    let url = ("DATABASE_URL", "sqlite://data/shop.db");
    unshare.current_dir(here.path()).env(url.0, url.1);
    let said = Said::of(&unshare.output().unwrap()).fails(4);
    let document: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["error"]["kind"], "disk_full", "{document}");
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("1 migration is done, and then: applying shelf/0002_fill: "), "{message}");
    assert!(
        document["error"]["hint"].as_str().unwrap().starts_with("make room and run it again"),
        "{document}"
    );

    // What the small disk held, on a large one.
    let url = ("DATABASE_URL", "sqlite://kept/shop.db");
    let shown = manage_with(here.path(), url, &["showmigrations"]).ok();
    assert!(shown.contains("[x] 0001_initial") && shown.contains("[ ] 0002_fill"), "{shown}");
    manage_with(here.path(), url, &["migrate"]).ok();
    manage_with(here.path(), url, &["open"]).ok();
    let url = format!("sqlite://{}", here.path().join("kept/shop.db").display());
    let backend = std::sync::Arc::clone(TestDatabase::sqlite().backend());
    let url = umbral::backend::DatabaseUrl::parse(&url).unwrap();
    let driver = backend.connect(&url, &umbral::backend::PoolOptions::default()).await.unwrap();
    assert_eq!(rows(&*driver, "SELECT count(*), max(id) FROM scratch").await, ["50000|50000"]);
    driver.close().await;
}
