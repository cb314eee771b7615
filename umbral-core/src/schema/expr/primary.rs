//! The operands of the grammar: columns, constants, calls, CASE and CAST.

use super::lexer::TokenKind;
use super::parse::{Parser, Result};
use super::{BinaryOp, Expr, Literal, keywords};

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Expr> {
        let literal = match self.kind().clone() {
            TokenKind::Number(number) => Literal::Number(number),
            TokenKind::Text(text) => Literal::Text(text),
            TokenKind::Bytes(bytes) => Literal::Bytes(bytes),
            TokenKind::Raw(text) => {
                self.advance();
                return Ok(Expr::Raw(text));
            }
            TokenKind::Quoted(name) => return self.named(name),
            TokenKind::Word(word) => return self.word(word),
            TokenKind::Symbol("(") => {
                self.advance();
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            TokenKind::Symbol(_) | TokenKind::End => {
                return self.unexpected("a column, a constant or a function");
            }
        };
        self.advance();
        Ok(Expr::Literal(literal))
    }

    fn word(&mut self, word: String) -> Result<Expr> {
        let lower = word.to_ascii_lowercase();
        let constant = match lower.as_str() {
            "null" => Expr::Literal(Literal::Null),
            "true" => Expr::Literal(Literal::Boolean(true)),
            "false" => Expr::Literal(Literal::Boolean(false)),
            "current_timestamp" => Expr::Now,
            "current_date" | "current_time" => Expr::Raw(lower.to_ascii_uppercase()),
            "case" => return self.case(),
            "cast" => return self.cast_call(),
            _ if keywords::is_keyword(&lower) => {
                return self.unexpected("a column, a constant or a function");
            }
            _ if self.symbol_at(self.position() + 1, "(") => return self.named(lower),
            _ => return self.named(word),
        };
        self.advance();
        Ok(constant)
    }

    /// A column, whose table may be named in front of it, or the call of a function.
    fn named(&mut self, name: String) -> Result<Expr> {
        self.advance();
        if self.take("(") {
            return self.call(name);
        }
        if !self.take(".") {
            return Ok(Expr::Column(name));
        }
        let (TokenKind::Word(column) | TokenKind::Quoted(column)) = self.kind().clone() else {
            return self.unexpected("a column");
        };
        if self.symbol_at(self.position() + 1, "(") {
            return self.unexpected("a function without its schema; put sql!(…) around it");
        }
        self.named(column)
    }

    fn call(&mut self, name: String) -> Result<Expr> {
        if name == "trim" {
            return self.trim();
        }
        let arguments = self.list(")")?;
        Ok(match name.as_str() {
            "now" if arguments.is_empty() => Expr::Now,
            _ => Expr::Function { name, arguments },
        })
    }

    /// `trim(x)`, and the standard's `TRIM(BOTH y FROM x)`.
    fn trim(&mut self) -> Result<Expr> {
        let sides = [("both", "trim"), ("leading", "ltrim"), ("trailing", "rtrim")];
        let is_operand = self.symbol_at(self.position() + 1, ")") || self.symbol_at(self.position() + 1, ",");
        let side = sides.iter().find(|(side, _)| self.is_word(side) && !is_operand);
        let Some((_, name)) = side else {
            let arguments = self.list(")")?;
            return Ok(Expr::Function { name: "trim".to_owned(), arguments });
        };
        self.advance();
        let characters = if self.is_word("from") { None } else { Some(self.expression()?) };
        self.expect_word("from")?;
        let mut arguments = vec![self.expression()?];
        arguments.extend(characters);
        self.expect(")")?;
        Ok(Expr::Function { name: (*name).to_owned(), arguments })
    }

    fn cast_call(&mut self) -> Result<Expr> {
        let start = self.position();
        self.advance();
        self.expect("(")?;
        let operand = self.expression()?;
        self.expect_word("as")?;
        let converted = self.converted(operand, start)?;
        self.expect(")")?;
        // Text that is kept as it stands ends with the parenthesis, which has been read only now.
        Ok(match converted {
            Expr::Raw(text) => Expr::Raw(format!("{text})")),
            converted => converted,
        })
    }

    /// `CASE WHEN c THEN x … END`, and `CASE v WHEN w THEN x … END`, whose conditions are `v = w`.
    fn case(&mut self) -> Result<Expr> {
        self.advance();
        let subject = if self.is_word("when") { None } else { Some(self.expression()?) };
        let mut branches = Vec::new();
        while self.take_word("when") {
            let mut condition = self.expression()?;
            if let Some(subject) = &subject {
                self.repeat(subject, branches.len() + 1)?;
                condition = Expr::binary(BinaryOp::Eq, subject.clone(), condition);
            }
            self.expect_word("then")?;
            branches.push((condition, self.expression()?));
        }
        if branches.is_empty() {
            return self.unexpected("WHEN");
        }
        let otherwise = if self.take_word("else") { Some(Box::new(self.expression()?)) } else { None };
        self.expect_word("end")?;
        Ok(Expr::Case { branches, otherwise })
    }
}
