//! One file, one concept: sizes and names of files, and where packages come from.

use super::{Finding, Source};

/// More lines than this hold more than one concept. Tests do not count.
const MOST_LINES: usize = 400;

/// Names that say nothing about what is inside.
const NAMELESS: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

/// The public registry, by the name that every copy of it goes under.
const REGISTRY: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let parts = source.path.with_extension("");
    for part in parts.components().filter_map(|part| part.as_os_str().to_str()) {
        if NAMELESS.contains(&part) {
            findings.push(Finding::new(source, 1, format!("`{part}` says nothing about what is inside")));
        }
    }
    let is_rust = source.path.extension().is_some_and(|extension| extension == "rs");
    if is_rust && !source.is_test() && source.untested_lines > MOST_LINES {
        let message = format!("{} lines; {MOST_LINES} are the most", source.untested_lines);
        findings.push(Finding::new(source, source.untested_lines, message));
    }
    if source.path.file_name().is_some_and(|name| name == "Cargo.lock") {
        for (at, line) in source.text.lines().enumerate() {
            if line.starts_with("source = ") && line != REGISTRY {
                findings.push(Finding::new(source, at + 1, "a package that is not of the public registry"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::messages;

    #[test]
    fn long_files_are_found_and_tests_do_not_count() {
        let lines = "fn a() {}\n".repeat(401);
        assert_eq!(messages("src/a.rs", &lines), ["src/a.rs:401: 401 lines; 400 are the most"]);
        let tests = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{lines}}}\n");
        assert_eq!(messages("src/a.rs", &tests), [""; 0]);
        assert_eq!(messages("tests/it/a.rs", &lines), [""; 0]);
    }

    #[test]
    fn names_without_meaning_are_found() {
        assert_eq!(messages("src/utils.rs", "").len(), 1);
        assert_eq!(messages("src/common/mod.rs", "").len(), 1);
        assert_eq!(messages("src/commonality.rs", "").len(), 0);
    }

    #[test]
    fn packages_come_from_the_public_registry() {
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        assert_eq!(messages("Cargo.lock", public), [""; 0]);
        assert_eq!(messages("Cargo.lock", "source = \"git+https://example.com/a\"\n").len(), 1);
    }
}
