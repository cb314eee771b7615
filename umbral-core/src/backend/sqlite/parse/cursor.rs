//! A position in a text's tokens.

use super::tokens::{Token, TokenKind, tokens};
use crate::error::{Error, ErrorKind, Result};

/// A position in a text's tokens.
pub(super) struct Cursor<'s> {
    sql: &'s str,
    tokens: Vec<Token<'s>>,
    at: usize,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(sql: &'s str) -> Cursor<'s> {
        Cursor { sql, tokens: tokens(sql), at: 0 }
    }

    pub(super) fn peek(&self) -> Option<&Token<'s>> {
        self.tokens.get(self.at)
    }

    /// Whether the next tokens are these keywords or marks.
    pub(super) fn sees(&self, words: &[&str]) -> bool {
        let next = self.tokens.get(self.at..self.at + words.len());
        next.is_some_and(|next| next.iter().zip(words).all(|(token, word)| token.is(word)))
    }

    /// Skips these keywords or marks where they stand next.
    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let found = self.sees(words);
        if found {
            self.at += words.len();
        }
        found
    }

    pub(super) fn demand(&mut self, word: &str) -> Result<()> {
        if self.eat(&[word]) { Ok(()) } else { Err(self.unexpected(word)) }
    }

    pub(super) fn next(&mut self) -> Option<Token<'s>> {
        let token = self.tokens.get(self.at).copied();
        self.at += usize::from(token.is_some());
        token
    }

    /// The name that stands next.
    pub(super) fn name(&mut self) -> Result<String> {
        match self.peek().and_then(Token::name) {
            Some(name) => {
                self.at += 1;
                Ok(name)
            }
            None => Err(self.unexpected("a name")),
        }
    }

    /// Names in parentheses, separated by commas.
    pub(super) fn names(&mut self) -> Result<Vec<String>> {
        self.demand("(")?;
        let mut names = vec![self.name()?];
        while self.eat(&[","]) {
            names.push(self.name()?);
        }
        self.demand(")")?;
        Ok(names)
    }

    /// The text between the parenthesis that stands next and its counterpart, both skipped.
    pub(super) fn parenthesised(&mut self) -> Result<String> {
        self.demand("(")?;
        let text = self.until(|token| token.is(")"));
        self.demand(")")?;
        Ok(text)
    }

    /// The text up to the first token outside of further parentheses for which `ends` is true, or the end.
    pub(super) fn until(&mut self, ends: impl Fn(&Token<'_>) -> bool) -> String {
        let first = self.at;
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            if depth == 0 && ends(token) {
                break;
            }
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                depth = depth.saturating_sub(1);
            }
            self.at += 1;
        }
        self.text(first)
    }

    /// The text of the tokens from number `first` to the one before the next.
    pub(super) fn text(&self, first: usize) -> String {
        match (self.tokens.get(first), self.at.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(start), Some(end)) if self.at > first => self.sql[start.start..end.end()].to_owned(),
            _ => String::new(),
        }
    }

    /// The number of the next token.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Whether the next token is a word or a quoted name.
    pub(super) fn at_name(&self) -> bool {
        self.peek().is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
    }

    #[cold]
    pub(super) fn unexpected(&self, wanted: &str) -> Error {
        let found = self.peek().map_or("the end", |token| token.text);
        Error::new(
            ErrorKind::Internal,
            format!("SQLite's own text `{}` cannot be read: expected {wanted}, found {found}", self.sql),
        )
        .with_hint("report it: umbral should read every CREATE text that SQLite accepts")
    }
}
