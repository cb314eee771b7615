//! Words that have no place in the repository.

use super::{Finding, Source};

/// Unfinished work, in code and in prose. Written in two parts, so that this file may hold them.
const UNFINISHED: &[(&str, &str)] = &[
    ("todo", "!"),
    ("unimplemented", "!"),
    ("TO", "DO"),
    ("FIX", "ME"),
    ("XX", "X"),
    ("for", " now"),
    ("not yet ", "implemented"),
];

/// Folders of one machine. Written in two parts as well.
const MACHINE_PATHS: &[(&str, &str)] =
    &[("/ho", "me/"), ("/ro", "ot/"), ("/wo", "rk/"), ("/tm", "p/"), ("/Us", "ers/"), ("C:\\", "\\Users")];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    // A lock file and recorded outputs are written by programs.
    let written = source.path.extension().is_some_and(|extension| extension == "lock" || extension == "snap");
    let mut findings = Vec::new();
    if !written {
        for (at, line) in source.text.lines().enumerate() {
            let found = |list: &[(&str, &str)]| {
                list.iter().map(|(start, end)| format!("{start}{end}")).find(|word| stands_in(line, word))
            };
            let unfinished = found(UNFINISHED).map(|word| format!("unfinished: `{word}`"));
            // A test may make up a machine.
            let untested = at < source.untested_lines && !source.is_test();
            let path = found(MACHINE_PATHS)
                .filter(|_| untested)
                .map(|path| format!("a path of one machine: `{path}`"));
            findings.extend(
                unfinished.into_iter().chain(path).map(|message| Finding::new(source, at + 1, message)),
            );
        }
    }
    findings.extend(history(source));
    findings
}

/// Whether a word stands in a line, and not inside of a longer one.
fn stands_in(line: &str, word: &str) -> bool {
    let inside = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
    let longer = |at: usize| {
        let last = word.chars().next_back().is_some_and(char::is_alphanumeric);
        let first = word.chars().next().is_some_and(char::is_alphanumeric);
        first && inside(line[..at].chars().next_back())
            || last && inside(line[at + word.len()..].chars().next())
    };
    line.match_indices(word).any(|(at, _)| !longer(at))
}

/// Comments say what holds, not which ticket asked for it.
fn history(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, comment) in &source.comments {
        let lower = comment.to_lowercase();
        let numbered = |word: &str| {
            lower
                .match_indices(word)
                .any(|(at, _)| lower[at + word.len()..].starts_with(|c: char| c.is_ascii_digit()))
        };
        if ["issue ", "issue #", "milestone ", "ticket ", "pr #"].into_iter().any(numbered) {
            findings.push(Finding::new(source, *line, "a comment tells history; git keeps that"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::messages;

    #[test]
    fn unfinished_work_is_found_in_code_and_prose() {
        for text in [
            concat!("fn a() { todo", "!() }\n"),
            concat!("// FIX", "ME: slow\n"),
            concat!("// Kept for", " now.\n"),
        ] {
            assert_eq!(messages("umbral-cli/src/a.rs", text).len(), 1, "{text}");
        }
        let within = concat!("It waits for", " nowhere, in AUTO", "TO", "DOC.\n");
        assert_eq!(messages("docs/a.md", within), [""; 0]);
        assert_eq!(messages("docs/a.md", concat!("This is not yet ", "implemented.\n")).len(), 1);
    }

    #[test]
    fn paths_of_one_machine_and_history_are_found() {
        assert_eq!(messages("docs/a.md", concat!("See /ho", "me/ann/umbral.\n")).len(), 1);
        assert_eq!(messages("src/a.rs", "// Asked for by issue 12.\n").len(), 1);
        assert_eq!(messages("src/a.rs", "// The issue at hand is speed.\n").len(), 0);
    }
}
