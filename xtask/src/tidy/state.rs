//! No process-wide state; no clock, environment or files where plans are made.

use super::{Finding, Source};

/// Where nothing may be process-wide.
const LIBRARIES: &[&str] = &["umbral-core/src", "umbral-cli/src", "src"];

/// What a `static` would need to change after the program has begun.
const MUTABLE: &[&str] = &["OnceLock", "LazyLock", "OnceCell", "Mutex", "RwLock", "Atomic", "static mut"];

/// Where equal input gives equal output.
const PURE: &[&str] = &[
    "umbral-core/src/schema",
    "umbral-core/src/migrations/diff",
    "umbral-core/src/migrations/operations",
    "umbral-core/src/migrations/plan.rs",
];

/// What reads something else than its arguments, or has an order of its own.
const IMPURE: &[&str] =
    &["std::env", "std::fs", "std::time", "SystemTime", "Instant::now", "HashMap", "HashSet", "rand::"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    if source.is_test() {
        return Vec::new();
    }
    let within = |folders: &[&str]| folders.iter().any(|folder| source.is_under(folder));
    let mut findings = Vec::new();
    for (line, code) in source.lines() {
        let declares = code.trim_start().trim_start_matches("pub ").starts_with("static ");
        if within(LIBRARIES)
            && (code.contains("thread_local!") || declares && contains(code, MUTABLE).is_some())
        {
            findings.push(Finding::new(source, line, "process-wide state: pass a value in"));
        }
        if let Some(word) = contains(code, IMPURE).filter(|_| within(PURE)) {
            findings.push(Finding::new(
                source,
                line,
                format!("`{word}` where equal input must give equal output"),
            ));
        }
    }
    findings
}

fn contains<'a>(code: &str, words: &[&'a str]) -> Option<&'a str> {
    words.iter().copied().find(|word| code.contains(word))
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::messages;

    #[test]
    fn process_wide_state_is_found() {
        let path = "umbral-core/src/db/mod.rs";
        assert_eq!(messages(path, "static POOL: OnceLock<u8> = OnceLock::new();\n").len(), 1);
        assert_eq!(messages(path, "pub static COUNT: AtomicU32 = AtomicU32::new(0);\n").len(), 1);
        assert_eq!(messages(path, "struct Cache(OnceLock<u8>);\nstatic NAME: &str = \"a\";\n").len(), 0);
    }

    #[test]
    fn the_differ_reads_nothing_but_its_arguments() {
        let path = "umbral-core/src/migrations/diff/table.rs";
        assert_eq!(messages(path, "fn a() { std::env::var(\"A\"); }\n").len(), 1);
        assert_eq!(messages(path, "use std::collections::HashMap;\n").len(), 1);
        assert_eq!(messages("umbral-core/src/migrations/loader.rs", "use std::fs;\n").len(), 0);
    }
}
