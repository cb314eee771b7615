//! The parser's place among the tokens, and its limits.

use super::keywords;
use super::lexer::TokenKind;
use super::parse::{ParseExprError, Parser, Result};

/// How deep parentheses and operands may nest, and how many operators one text may hold: what keeps hostile text
/// from overflowing the stack, here and wherever the tree is walked.
const MAX_NESTING: usize = 60;
const MAX_OPERATORS: usize = 500;

impl Parser<'_> {
    /// Parses one level deeper, if the limit allows.
    pub(super) fn nest<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting == MAX_NESTING {
            let message = format!("the expression nests deeper than {MAX_NESTING} levels");
            return Err(ParseExprError { message, offset: self.offset() });
        }
        self.nesting += 1;
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }

    /// Counts one more operator, if the limit allows.
    pub(super) fn count_operator(&mut self) -> Result<()> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS {
            let message = format!("the expression has more than {MAX_OPERATORS} operators");
            return Err(ParseExprError { message, offset: self.offset() });
        }
        Ok(())
    }

    pub(super) fn kind(&self) -> &TokenKind {
        self.tokens.get(self.at).map_or(&TokenKind::End, |token| &token.kind)
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    /// The byte at which the next token stands.
    pub(super) fn offset(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |token| token.start)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.kind(), TokenKind::Word(found) if found.eq_ignore_ascii_case(word))
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.take_word(word) { Ok(()) } else { self.unexpected(&word.to_ascii_uppercase()) }
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.symbol_at(self.at, symbol)
    }

    pub(super) fn symbol_at(&self, at: usize, symbol: &str) -> bool {
        matches!(self.tokens.get(at).map(|token| &token.kind), Some(TokenKind::Symbol(found)) if *found == symbol)
    }

    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<()> {
        if self.take(symbol) { Ok(()) } else { self.unexpected(symbol) }
    }

    /// The error that `expected` is not what is next.
    pub(super) fn unexpected<T>(&self, expected: &str) -> Result<T> {
        let found = match self.tokens.get(self.at) {
            Some(token) if token.kind != TokenKind::End => &self.text[token.start..token.end],
            _ => "the end",
        };
        let hint = if keywords::is_keyword(&found.to_ascii_lowercase()) {
            format!("; a column of this name is written \"{found}\"")
        } else {
            String::new()
        };
        let message = format!("expected {expected}, found {found}{hint}");
        Err(ParseExprError { message, offset: self.offset() })
    }
}
