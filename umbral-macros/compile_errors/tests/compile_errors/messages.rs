//! Every message that the macros have is shown by a case.

use super::files;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::fs;
use std::path::Path;

#[test]
fn every_message_has_a_case() {
    let printed: Vec<String> =
        files("tests/ui", "stderr").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let mut missing = Vec::new();
    let mut messages = 0;
    for file in files("../src", "rs").iter().filter(|file| finds_mistakes(file)) {
        let tokens: TokenStream = fs::read_to_string(file).unwrap().parse().unwrap();
        for message in texts(tokens).into_iter().filter(|text| is_message(text)) {
            messages += 1;
            if !printed.iter().any(|printed| shows(printed, &message)) {
                missing.push(format!("{}: {message}", file.file_name().unwrap().display()));
            }
        }
    }
    assert!(messages > 50, "{messages} messages were found");
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn messages_are_told_from_other_texts() {
    let tokens = r#"#[doc = "not this one"] fn f() { g("a text", x); h(" < "); } #[cfg(test)] mod tests { "nor this" }"#;
    let texts = texts(tokens.parse().unwrap());
    assert_eq!(texts, ["a text", " < "]);
    assert!(is_message("a text") && is_message("`{name}` is given twice") && !is_message(" < "));
    assert!(shows("error: `a` is given twice\n", "`{name}` is given twice"));
    assert!(!shows("error: is given `a` twice\n", "`{name}` is given twice"));
}

/// Whether a file of the macros is one that looks for mistakes.
fn finds_mistakes(file: &Path) -> bool {
    let text = file.to_string_lossy().replace('\\', "/");
    !text.contains("/src/expand/") && !text.contains("/src/tests")
}

/// The texts in code, without attributes and tests.
fn texts(tokens: TokenStream) -> Vec<String> {
    let mut texts = Vec::new();
    let mut test = false;
    let mut after_hash = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if after_hash && group.delimiter() == Delimiter::Bracket => {
                test |= group.stream().to_string().replace(' ', "") == "cfg(test)";
            }
            TokenTree::Group(group) if test && group.delimiter() == Delimiter::Brace => test = false,
            TokenTree::Group(group) => texts.extend(self::texts(group.stream())),
            TokenTree::Literal(literal) => {
                texts.extend(
                    syn::parse2::<syn::LitStr>(TokenTree::from(literal).into()).map(|text| text.value()),
                );
            }
            TokenTree::Punct(punct) if matches!(punct.as_char(), '#' | '!') => {
                after_hash |= punct.as_char() == '#';
                continue;
            }
            _ => {}
        }
        after_hash = false;
    }
    texts
}

/// Whether it has a word, and something beside it.
fn is_message(text: &str) -> bool {
    let mut words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    words.next().is_some() && words.next().is_some()
}

/// Whether the fixed parts of a message stand in what was printed, in one line and in order.
fn shows(printed: &str, message: &str) -> bool {
    let parts: Vec<&str> =
        message.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
    printed.lines().any(|line| {
        let mut rest = line;
        parts.iter().all(|part| match rest.split_once(part) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    })
}
