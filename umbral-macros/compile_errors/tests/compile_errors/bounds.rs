//! A mistake is one short error in the user's own words.

use super::files;
use std::fs;
use std::path::Path;

/// The most lines of a mistake in a model, `create!` or `migrations!`.
const MOST_LINES: usize = 15;
/// The most lines of a mistake in a query, where the compiler shows the bound that was not met.
const MOST_LINES_OF_QUERY: usize = 24;

/// Cases with more errors than one, and how many.
const SEVERAL: &[(&str, usize)] = &[
    // The struct itself names a type that is not there. What the derive writes names it again, and to one of the two the
    // compiler adds a suggestion, so that it does not see that they are the same.
    ("model/relation_to_no_type", 2),
];

/// Names that only code of the macros has.
const GENERATED: &[&str] =
    &["FIELDS", "HANDLES", "META", "ROW", "RowOf", "Given", "Relate", "Unrelated", "Handles", "KEY_TYPE"];

#[test]
fn compile_errors_are_single_and_short() {
    let mut findings = Vec::new();
    for file in files("tests/ui", "stderr") {
        let case = case(&file);
        let text = fs::read_to_string(&file).unwrap();
        if !file.with_extension("rs").exists() {
            findings.push(format!("{case}: there is no such case"));
        }
        let allowed = SEVERAL.iter().find(|(several, _)| *several == case).map_or(1, |(_, errors)| *errors);
        let errors = text.lines().filter(|line| line.starts_with("error")).count();
        if errors != allowed {
            findings.push(format!("{case}: {errors} errors instead of {allowed}"));
        }
        if text.lines().any(|line| line.starts_with("warning")) {
            findings.push(format!("{case}: warns about something else"));
        }
        let most = if case.starts_with("query/") { MOST_LINES_OF_QUERY } else { MOST_LINES };
        let lines = text.lines().count();
        if lines > most + usize::from(allowed > 1) {
            findings.push(format!("{case}: {lines} lines, {most} are the most"));
        }
        findings.extend(generated(&text).map(|name| format!("{case}: shows the generated name `{name}`")));
        if !marks_the_case(&text, &case) {
            findings.push(format!("{case}: the error is not shown in the user's file"));
        }
    }
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

#[test]
fn generated_names_are_recognized() {
    let text = "no field `titel` on type `BookFields<Book>`\n --> tests/ui/field_of_x.rs\n__umbral::Col, `field_title`";
    assert_eq!(generated(text).collect::<Vec<_>>(), ["BookFields", "__umbral", "field_title"]);
    assert_eq!(generated("on type `Fields<Book>`, not a primary_field_").next(), None);
}

/// `model/enum`.
fn case(file: &Path) -> String {
    let file = file.with_extension("");
    let parts: Vec<_> = file.iter().rev().take(2).map(|part| part.to_string_lossy()).collect();
    format!("{}/{}", parts[1], parts[0])
}

/// The generated names in what the compiler printed, names of files apart.
fn generated(text: &str) -> impl Iterator<Item = &str> {
    let shown = text.lines().filter(|line| !line.contains("-->") && !line.contains(":::"));
    let words = shown.flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric() && letter != '_'));
    words.filter(|word| {
        let named = word.contains(char::is_alphanumeric);
        (named && word.starts_with("__"))
            || word.starts_with("field_")
            || (word.ends_with("Fields") && *word != "Fields")
            || GENERATED.contains(word)
    })
}

/// Whether the place that is shown first is in the case's own file.
fn marks_the_case(text: &str, case: &str) -> bool {
    let place = text.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
    place.is_some_and(|place| place.starts_with(&format!("tests/ui/{case}.rs:")))
}
