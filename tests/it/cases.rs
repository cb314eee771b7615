//! The table of cases in `docs/testing.md` and the tests that it names agree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a test shows: the case, and the test's path.
type Shown = BTreeSet<(u32, String)>;

/// The cases that are shown by tests so far.
const NEEDED: &[std::ops::RangeInclusive<u32>] =
    &[1..=10, 15..=15, 22..=33, 35..=35, 42..=42, 44..=44, 47..=48, 50..=52];

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Rows are `| number | what | `test`, `test` |`.
fn of_table() -> Shown {
    let text = std::fs::read_to_string(workspace().join("docs/testing.md")).unwrap();
    let mut shown = Shown::new();
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let Ok(number) = cells[0].parse() else { continue };
        let tests = cells[2].split(", ").map(|test| test.trim_matches('`').to_owned());
        shown.extend(tests.map(|test| (number, test)));
    }
    shown
}

/// A test says `/// Cases: 1, 2.` as the last line of its comment.
fn of_tests(folder: &Path, module: &str, shown: &mut Shown) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let module = match stem {
            "mod" | "main" => module.to_owned(),
            _ => format!("{module}{stem}::"),
        };
        if path.is_dir() {
            of_tests(&path, &module, shown);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            of_file(&std::fs::read_to_string(&path).unwrap(), &module, shown);
        }
    }
}

fn of_file(text: &str, module: &str, shown: &mut Shown) {
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let Some(cases) = line.strip_prefix("/// Cases: ") else { continue };
        let below = lines[number + 1..].iter().map(|line| line.trim_start_matches("async "));
        let mut below = below.skip_while(|line| line.starts_with("#["));
        let name = below.next().and_then(|line| line.strip_prefix("fn ")?.split('(').next());
        let name = name.unwrap_or_else(|| panic!("`{line}` in {module} stands on no test"));
        for case in cases.trim_end_matches('.').split(", ") {
            shown.insert((case.parse().unwrap(), format!("{module}{name}")));
        }
    }
}

#[test]
fn each_case_names_its_tests_and_each_test_its_cases() {
    let mut said = Shown::new();
    of_tests(&workspace().join("tests/it"), "", &mut said);
    let mut table = of_table();
    // The clauses of the contract are tests by a macro.
    let clauses: Vec<String> =
        umbral_testkit::contract::CLAUSES.iter().map(|clause| format!("contract::{}", clause.name)).collect();
    table.retain(|(_, test)| !clauses.contains(test));
    assert_eq!(
        table.difference(&said).collect::<Vec<_>>(),
        Vec::<&(u32, String)>::new(),
        "no such test says so"
    );
    assert_eq!(said.difference(&table).collect::<Vec<_>>(), Vec::<&(u32, String)>::new(), "not in the table");
    let missing: Vec<u32> = NEEDED
        .iter()
        .cloned()
        .flatten()
        .filter(|case| !table.iter().any(|(number, _)| number == case))
        .collect();
    assert_eq!(missing, [0; 0], "cases that no test shows");
}
