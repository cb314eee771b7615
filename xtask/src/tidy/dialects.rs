//! A dialect is named in its own folder and in the list of built-in backends, nowhere else.

use super::{Finding, Source};

/// The names of engines, as they stand in identifiers.
const NAMES: &[&str] = &["sqlite", "postgres", "mysql", "mariadb"];

/// Where a dialect may be named: its folder, the list of built-in backends, and the modules' own declaration.
const ALLOWED: &[&str] = &[
    "umbral-core/src/backend/sqlite",
    "umbral-core/src/backend/postgres",
    "umbral-core/src/backend/mysql",
    "umbral-core/src/backend/registry.rs",
    "umbral-core/src/backend/mod.rs",
];

/// Where none may be named otherwise.
const CHECKED: &[&str] = &["umbral-core/src", "umbral-macros/src", "umbral-cli/src", "src"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let checked = CHECKED.iter().any(|folder| source.is_under(folder));
    if !checked || source.is_test() || ALLOWED.iter().any(|place| source.is_under(place)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, code) in source.lines() {
        let lower = code.to_lowercase();
        for name in NAMES.iter().filter(|name| lower.contains(*name)) {
            findings.push(Finding::new(
                source,
                line,
                format!(
                    "names the dialect {name}: ask for a feature, or add a method to a trait of backends"
                ),
            ));
        }
    }
    // A name by itself is compared or chosen by; inside a sentence it tells people something.
    for (line, text) in source.strings.iter().filter(|(line, _)| *line <= source.untested_lines) {
        let gate = source.code.get(line - 1).is_some_and(|code| code.contains("feature ="));
        if NAMES.contains(&text.to_lowercase().as_str()) && !gate {
            findings.push(Finding::new(source, *line, format!("chooses by a backend's name, {text:?}")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::messages;

    #[test]
    fn a_dialect_named_outside_its_folder_is_found() {
        let path = "umbral-core/src/query/compile.rs";
        assert_eq!(messages(path, "fn quote_sqlite() {}\n").len(), 1);
        assert_eq!(messages(path, "fn a(b: &str) -> bool { b == \"postgres\" }\n").len(), 1);
        assert_eq!(messages("umbral-cli/src/run.rs", "use umbral::backend::Postgres;\n").len(), 1);
    }

    #[test]
    fn a_dialect_in_its_folder_in_prose_or_in_a_feature_gate_is_fine() {
        for (path, text) in [
            ("umbral-core/src/backend/sqlite/ddl.rs", "fn sqlite() -> &'static str { \"sqlite\" }\n"),
            ("umbral-core/src/query/compile.rs", "// On SQLite a bound LIMIT is slow.\n"),
            ("umbral-core/src/backend/url.rs", "fn a() -> &'static str { \"write sqlite://db.sqlite3\" }\n"),
            ("src/lib.rs", "#[cfg(feature = \"sqlite\")]\nfn a() {}\n"),
            ("umbral-core/src/query/compile.rs", "#[cfg(test)]\nmod tests {\n fn sqlite() {}\n}\n"),
        ] {
            assert_eq!(messages(path, text), [""; 0], "{path}");
        }
    }
}
