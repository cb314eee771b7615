//! Code as text, with a line for each statement, member and arm.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// A list longer than this has a line for each member.
const LONG: usize = 300;

pub(super) fn formatted(tokens: TokenStream) -> String {
    let mut writer = Writer { text: String::new(), depth: 0 };
    writer.tokens(tokens, true);
    writer.text
}

struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    /// `lines`: whether commas and semicolons end lines here.
    fn tokens(&mut self, tokens: TokenStream, lines: bool) {
        let mut angles = 0;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let next = tokens.peek().map(ToString::to_string).unwrap_or_default();
            match token {
                TokenTree::Group(group) => self.group(group, lines, &next),
                TokenTree::Punct(punct) => {
                    let mark = punct.as_char();
                    let arrow = self.text.ends_with(['=', '-']);
                    angles += i32::from(mark == '<') - i32::from(mark == '>' && !arrow);
                    self.mark(mark, punct.spacing() == Spacing::Joint, lines && angles == 0);
                }
                word => self.word(&word.to_string()),
            }
        }
    }

    fn group(&mut self, group: Group, lines: bool, next: &str) {
        let (open, close) = match group.delimiter() {
            Delimiter::Brace => ("{", "}"),
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        let attribute = self.text.ends_with('#');
        let spaced = open == "{" && !self.text.ends_with([' ', '\n', '(', '[']);
        self.push(if spaced { " {" } else { open });
        let long = open == "[" && group.stream().to_string().len() > LONG;
        if (open == "{" && !group.stream().is_empty()) || long {
            self.depth += 1;
            self.line();
            self.tokens(group.stream(), true);
            self.depth -= 1;
            self.line();
        } else {
            self.tokens(group.stream(), false);
        }
        self.push(close);
        let goes_on = matches!(next, "" | "," | ";" | "." | "=");
        if lines && (attribute || (open == "{" && !goes_on)) {
            self.line();
        }
    }

    fn mark(&mut self, mark: char, joint: bool, lines: bool) {
        let operator = matches!(mark, '=' | '+' | '|') && !self.text.ends_with([' ', '=', '\n']);
        if operator || (mark == '-' && joint) {
            self.push(" ");
        }
        self.push(mark.encode_utf8(&mut [0; 4]));
        match mark {
            ',' | ';' if lines => self.line(),
            ',' | ';' | '=' if !joint => self.push(" "),
            ':' if !joint && !self.text.ends_with("::") => self.push(" "),
            '>' if self.text.ends_with("=>") || self.text.ends_with("->") => self.push(" "),
            _ => {}
        }
    }

    fn word(&mut self, word: &str) {
        let last = self.text.chars().last().unwrap_or('\n');
        if last.is_alphanumeric() || matches!(last, '_' | '>' | ')' | '}' | '"') {
            self.push(" ");
        }
        self.push(word);
    }

    fn push(&mut self, text: &str) {
        if self.text.ends_with('\n') {
            self.text.push_str(&"    ".repeat(self.depth));
        }
        self.text.push_str(text);
    }

    fn line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}
