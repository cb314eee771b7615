//! A file, with the code of Rust apart from its comments and strings.

use std::path::{Path, PathBuf};

/// A file of the repository.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    /// Its path from the repository's root.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// Its lines without comments and without what strings hold; empty for other languages than Rust.
    pub code: Vec<String>,
    /// Its comments, with their lines.
    pub comments: Vec<(usize, String)>,
    /// Its string constants, with their lines.
    pub strings: Vec<(usize, String)>,
    /// How many lines stand in front of its tests.
    pub untested_lines: usize,
}

impl Source {
    /// Reads a file's text.
    pub(super) fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Source {
        let mut source = Source { path: path.into(), text: text.into(), ..Source::default() };
        if source.path.extension().is_some_and(|extension| extension == "rs") {
            Lexer::default().read(&mut source);
        }
        source.untested_lines = match source.code.iter().position(|line| line.trim().starts_with("#[cfg(")) {
            Some(_) => source.tests_begin(),
            None => source.text.lines().count(),
        };
        source
    }

    /// Whether it lies under this folder, or is this file.
    pub(super) fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Whether it holds nothing but tests.
    pub(super) fn is_test(&self) -> bool {
        self.path.file_name().is_some_and(|name| name == "tests.rs")
            || self.path.components().any(|part| part.as_os_str() == "tests")
    }

    /// The lines of code in front of the tests, numbered from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.iter().take(self.untested_lines).enumerate().map(|(at, line)| (at + 1, line.as_str()))
    }

    /// The first line of the test module at the file's end, or the number of lines.
    fn tests_begin(&self) -> usize {
        let is_gate = |line: &str| line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test");
        let is_module = |line: &str| line.starts_with("mod ") || line.starts_with("#[");
        let gate = (0..self.code.len())
            .find(|at| is_gate(&self.code[*at]) && self.code.get(at + 1).is_some_and(|next| is_module(next)));
        gate.unwrap_or(self.code.len())
    }
}

/// The path with `/` on every system.
pub(super) fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[derive(Default)]
struct Lexer {
    line: usize,
    code: String,
}

impl Lexer {
    fn read(mut self, source: &mut Source) {
        let text = std::mem::take(&mut source.text);
        let mut rest = text.as_str();
        while let Some(character) = rest.chars().next() {
            let length = if rest.starts_with("//") {
                self.comment(rest.find('\n').unwrap_or(rest.len()), rest, source)
            } else if rest.starts_with("/*") {
                self.comment(block_comment_length(rest), rest, source)
            } else if let Some((quote, hashes)) = string_start(rest, self.code.chars().next_back()) {
                self.string(rest, quote, hashes, source)
            } else if character == '\'' && char_length(rest) > 0 {
                let length = char_length(rest);
                self.code.push_str("' '");
                length
            } else {
                self.push(&rest[..character.len_utf8()], source);
                character.len_utf8()
            };
            rest = &rest[length..];
        }
        if !self.code.is_empty() {
            source.code.push(self.code);
        }
        source.text = text;
    }

    fn comment(&mut self, length: usize, rest: &str, source: &mut Source) -> usize {
        for (at, line) in rest[..length].lines().enumerate() {
            source.comments.push((self.line + at + 1, line.to_owned()));
        }
        self.blank(&rest[..length], source);
        length
    }

    fn string(&mut self, rest: &str, quote: usize, hashes: usize, source: &mut Source) -> usize {
        let body = quote + 1;
        let inside =
            string_length(&rest[body..], if rest[..quote].contains('r') { Some(hashes) } else { None });
        source.strings.push((self.line + 1, rest[body..body + inside].to_owned()));
        let length = (body + inside + 1 + hashes).min(rest.len());
        self.code.push_str("\"\"");
        self.blank(&rest[..length], source);
        length
    }

    /// Keeps the line count, and nothing else.
    fn blank(&mut self, text: &str, source: &mut Source) {
        for _ in text.matches('\n') {
            self.push("\n", source);
        }
    }

    fn push(&mut self, text: &str, source: &mut Source) {
        if text == "\n" {
            self.line += 1;
            source.code.push(std::mem::take(&mut self.code));
        } else {
            self.code.push_str(text);
        }
    }
}

fn block_comment_length(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Where the quote of a string stands and how many `#` come before it: `"`, `b"`, `r#"`, `br"`, `c"`.
fn string_start(text: &str, before: Option<char>) -> Option<(usize, usize)> {
    if text.starts_with('"') {
        return Some((0, 0));
    }
    if before.is_some_and(|before| before.is_alphanumeric() || before == '_') {
        return None;
    }
    let prefix = text.find(|character| !matches!(character, 'b' | 'c' | 'r'))?;
    let hashes = text[prefix..].bytes().take_while(|byte| *byte == b'#').count();
    let quote = prefix + hashes;
    let raw = text[..prefix].contains('r');
    (1..=2).contains(&prefix).then_some(())?;
    (text[quote..].starts_with('"') && (hashes == 0 || raw)).then_some((quote, hashes))
}

/// How long a string is up to its closing quote. `raw`: the number of `#` behind that.
fn string_length(text: &str, raw: Option<usize>) -> usize {
    if let Some(hashes) = raw {
        let end = format!("\"{}", "#".repeat(hashes));
        return text.find(&end).unwrap_or(text.len());
    }
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    end.unwrap_or(text.len())
}

/// The length of a character constant, or 0 for a lifetime.
fn char_length(text: &str) -> usize {
    let body = &text[1..];
    let Some(first) = body.chars().next() else { return 0 };
    let inside = if first == '\\' {
        // The character behind the backslash may be a quote itself.
        body[2..].find('\'').map(|end| end + 2)
    } else {
        body[first.len_utf8()..].starts_with('\'').then_some(first.len_utf8())
    };
    inside.map_or(0, |inside| inside + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_code_are_told_apart() {
        let text = "fn a<'x>() { // sqlite\n  let b = \"a \\\" // postgres\"; /* c /* d */\n e */ let c = '\"';\n \
                    let d = r#\"x\" y\"#; }\n";
        let source = Source::new("a.rs", text);
        assert_eq!(source.code.len(), 4);
        assert_eq!(source.code[0].trim_end(), "fn a<'x>() {");
        assert_eq!(source.code[1].trim_end(), "  let b = \"\";");
        assert_eq!(source.code[2].trim(), "let c = ' ';");
        assert_eq!(source.code[3].trim(), "let d = \"\"; }");
        let strings: Vec<(usize, &str)> =
            source.strings.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(strings, [(2, "a \\\" // postgres"), (4, "x\" y")]);
        assert_eq!(source.comments.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn lines_end_where_the_tests_begin() {
        let text =
            "#[cfg(feature = \"x\")]\nmod x;\nfn a() {}\n\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\n";
        let source = Source::new("a.rs", text);
        assert_eq!(source.untested_lines, 4);
        assert!(source.lines().all(|(_, line)| !line.contains("fn b")));
        assert_eq!(Source::new("a.toml", "a = 1\nb = 2\n").untested_lines, 2);
    }
}
