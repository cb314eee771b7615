//! Text to expression, by recursive descent.

use super::lexer::{self, Token, TokenKind};
use super::{BinaryOp, Expr, Literal, UnaryOp, number};

/// How many nodes an operand may have that the parser has to repeat, as in `x BETWEEN a AND b`.
pub(super) const MAX_REPEATED: usize = 32;

/// The text of an expression cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseExprError {
    /// What was expected or found.
    pub message: String,
    /// The byte at which it was found.
    pub offset: usize,
}

impl std::fmt::Display for ParseExprError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for ParseExprError {}

impl std::str::FromStr for Expr {
    type Err = ParseExprError;

    /// Reads an expression: columns (`price`, `"Price"`), numbers, `'text'`, `x'00ff'`, `TRUE`, `NULL`,
    /// `CURRENT_TIMESTAMP`, the operators of [`BinaryOp`], `NOT`, `IS NULL`, `IN`, `BETWEEN`, `CASE`, `CAST(x AS type)`,
    /// `x::type`, function calls, and `sql!(…)` around anything else.
    ///
    /// ```
    /// use umbral_core::schema::Expr;
    /// let expr: Expr = "price BETWEEN 0 and 1e3".parse().unwrap();
    /// assert_eq!(expr.to_string(), "price >= 0 AND price <= 1000");
    /// assert!("price >=".parse::<Expr>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Expr> {
        read(text, Unknown::Refused)
    }
}

/// What becomes of a cast to a type that umbral does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// An error.
    Refused,
    /// It is kept as [`Expr::Raw`].
    Raw,
}

pub(super) type Result<T> = std::result::Result<T, ParseExprError>;

pub(super) fn read(text: &str, unknown: Unknown) -> Result<Expr> {
    let tokens = lexer::tokens(text)?;
    let mut parser = Parser { text, tokens, at: 0, nesting: 0, operators: 0, unknown };
    let expr = parser.expression()?;
    match parser.kind() {
        TokenKind::End => Ok(expr),
        _ => parser.unexpected("the end or an operator"),
    }
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// The token that is next.
    pub(super) at: usize,
    pub(super) nesting: usize,
    pub(super) operators: usize,
    unknown: Unknown,
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<Expr> {
        self.nest(Self::disjunction)
    }

    fn disjunction(&mut self) -> Result<Expr> {
        let mut left = self.conjunction()?;
        while self.take_word("or") {
            self.count_operator()?;
            left = Expr::binary(BinaryOp::Or, left, self.conjunction()?);
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Expr> {
        let mut left = self.negation()?;
        while self.take_word("and") {
            self.count_operator()?;
            left = Expr::binary(BinaryOp::And, left, self.negation()?);
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Expr> {
        if self.take_word("not") {
            let operand = self.nest(Self::negation)?;
            return Ok(Expr::Unary { op: UnaryOp::Not, operand: Box::new(operand) });
        }
        let operand = self.concatenation()?;
        let tested = self.test(operand)?;
        if self.at_test() {
            return self.unexpected("parentheses around one of the two comparisons, or AND, OR or the end");
        }
        Ok(tested)
    }

    /// Whether a comparison, IS, IN, LIKE or BETWEEN is next.
    fn at_test(&self) -> bool {
        let words = ["is", "in", "like", "between", "isnull", "notnull", "not"];
        comparison(self.kind()).is_some() || words.iter().any(|word| self.is_word(word))
    }

    /// What follows an operand: a comparison or a test of it, or nothing.
    fn test(&mut self, operand: Expr) -> Result<Expr> {
        if let Some(op) = comparison(self.kind()) {
            self.at += 1;
            return self.compared(op, operand);
        }
        if self.take_word("is") {
            let negated = self.take_word("not");
            self.expect_word("null")?;
            return Ok(Expr::IsNull { operand: Box::new(operand), negated });
        }
        if self.take_word("isnull") {
            return Ok(Expr::IsNull { operand: Box::new(operand), negated: false });
        }
        if self.take_word("notnull") {
            return Ok(Expr::IsNull { operand: Box::new(operand), negated: true });
        }
        let negated = self.take_word("not");
        if negated && self.take_word("null") {
            return Ok(Expr::IsNull { operand: Box::new(operand), negated: true });
        }
        if self.take_word("like") {
            let op = if negated { BinaryOp::NotLike } else { BinaryOp::Like };
            return Ok(Expr::binary(op, operand, self.concatenation()?));
        }
        if self.take_word("in") {
            self.expect("(")?;
            let list = self.list(")")?;
            return self.membership(operand, list, negated);
        }
        if self.take_word("between") {
            return self.between(operand, negated);
        }
        if negated { self.unexpected("IN, LIKE, BETWEEN or NULL after NOT") } else { Ok(operand) }
    }

    fn compared(&mut self, op: BinaryOp, left: Expr) -> Result<Expr> {
        for quantifier in ["any", "some", "all"] {
            if self.is_word(quantifier) && self.symbol_at(self.at + 1, "(") {
                self.at += 1;
                let list = self.array_operand()?;
                return match (op, quantifier) {
                    (BinaryOp::Eq, "any" | "some") => self.membership(left, list, false),
                    (BinaryOp::Ne, "all") => self.membership(left, list, true),
                    _ => self.unexpected("= ANY (ARRAY[…]) or <> ALL (ARRAY[…])"),
                };
            }
        }
        Ok(Expr::binary(op, left, self.concatenation()?))
    }

    fn membership(&self, operand: Expr, list: Vec<Expr>, negated: bool) -> Result<Expr> {
        if list.is_empty() {
            return self.unexpected("at least one value in the list");
        }
        Ok(Expr::In { operand: Box::new(operand), list, negated })
    }

    /// `(ARRAY[…])`, with casts of the whole array and any number of parentheses.
    fn array_operand(&mut self) -> Result<Vec<Expr>> {
        self.nest(|parser| {
            let list = if parser.take("(") {
                let list = parser.array_operand()?;
                parser.expect(")")?;
                list
            } else {
                parser.expect_word("array")?;
                parser.expect("[")?;
                parser.list("]")?
            };
            while parser.take("::") {
                parser.type_name()?;
            }
            Ok(list)
        })
    }

    fn between(&mut self, operand: Expr, negated: bool) -> Result<Expr> {
        let start = self.offset();
        let low = self.concatenation()?;
        self.expect_word("and")?;
        let high = self.concatenation()?;
        self.repeatable(&operand, start)?;
        let (below, above, both) = match negated {
            false => (BinaryOp::Ge, BinaryOp::Le, BinaryOp::And),
            true => (BinaryOp::Lt, BinaryOp::Gt, BinaryOp::Or),
        };
        let low = Expr::binary(below, operand.clone(), low);
        Ok(Expr::binary(both, low, Expr::binary(above, operand, high)))
    }

    fn repeatable(&self, operand: &Expr, offset: usize) -> Result<()> {
        if operand.exceeds(MAX_REPEATED) {
            let message = "the operand is too long to be written out twice; write the comparisons out";
            return Err(ParseExprError { message: message.to_owned(), offset });
        }
        Ok(())
    }

    fn concatenation(&mut self) -> Result<Expr> {
        let (mut left, mut is_bare) = self.sum()?;
        while self.is_symbol("||") {
            if is_bare {
                return self.unexpected("parentheses around the arithmetic beside ||");
            }
            self.at += 1;
            self.count_operator()?;
            let (right, right_is_bare) = self.sum()?;
            is_bare = right_is_bare;
            if is_bare {
                return self.unexpected("parentheses around the arithmetic beside ||");
            }
            left = Expr::binary(BinaryOp::Concat, left, right);
        }
        Ok(left)
    }

    /// A sum, and whether it holds an operator outside parentheses.
    fn sum(&mut self) -> Result<(Expr, bool)> {
        let (mut left, mut is_bare) = self.product()?;
        while let Some(op) = self.take_operator(&[("+", BinaryOp::Add), ("-", BinaryOp::Subtract)])? {
            left = Expr::binary(op, left, self.product()?.0);
            is_bare = true;
        }
        Ok((left, is_bare))
    }

    fn product(&mut self) -> Result<(Expr, bool)> {
        const OPERATORS: &[(&str, BinaryOp)] =
            &[("*", BinaryOp::Multiply), ("/", BinaryOp::Divide), ("%", BinaryOp::Remainder)];
        let mut left = self.sign()?;
        let mut is_bare = false;
        while let Some(op) = self.take_operator(OPERATORS)? {
            left = Expr::binary(op, left, self.sign()?);
            is_bare = true;
        }
        Ok((left, is_bare))
    }

    fn take_operator(&mut self, operators: &[(&str, BinaryOp)]) -> Result<Option<BinaryOp>> {
        let Some((_, op)) = operators.iter().find(|(symbol, _)| self.is_symbol(symbol)) else {
            return Ok(None);
        };
        self.at += 1;
        self.count_operator()?;
        Ok(Some(*op))
    }

    fn sign(&mut self) -> Result<Expr> {
        if self.take("+") {
            return self.nest(Self::sign);
        }
        if !self.take("-") {
            return self.cast();
        }
        if let TokenKind::Number(number) = self.kind() {
            let negated = number::negated(number);
            self.at += 1;
            let start = self.at - 2;
            return self.cast_of(Expr::Literal(Literal::Number(negated)), start);
        }
        let operand = self.nest(Self::sign)?;
        Ok(Expr::Unary { op: UnaryOp::Negate, operand: Box::new(operand) })
    }

    fn cast(&mut self) -> Result<Expr> {
        let start = self.at;
        let operand = self.primary()?;
        self.cast_of(operand, start)
    }

    /// `operand::type`, any number of times; `start` is the operand's first token.
    fn cast_of(&mut self, mut operand: Expr, start: usize) -> Result<Expr> {
        while self.take("::") {
            self.count_operator()?;
            operand = self.converted(operand, start)?;
        }
        Ok(operand)
    }

    /// The type that comes next, applied to `operand`, which begins at the token `start`.
    pub(super) fn converted(&mut self, operand: Expr, start: usize) -> Result<Expr> {
        use super::type_name::TypeName;
        let offset = self.offset();
        match self.type_name()? {
            TypeName::Known(ty) => Ok(Expr::Cast { operand: Box::new(operand), ty }),
            TypeName::Numeric => Ok(Expr::Function { name: "numeric".to_owned(), arguments: vec![operand] }),
            TypeName::Unknown(_) if self.unknown == Unknown::Raw => {
                let (start, end) = (self.tokens[start].start, self.tokens[self.at - 1].end);
                Ok(Expr::Raw(self.text[start..end].to_owned()))
            }
            TypeName::Unknown(name) => {
                let message =
                    format!("`{name}` is no column type; put sql!(…) around what is the database's own");
                Err(ParseExprError { message, offset })
            }
        }
    }

    /// Expressions up to the symbol that closes the list, which is taken.
    pub(super) fn list(&mut self, close: &'static str) -> Result<Vec<Expr>> {
        let mut list = Vec::new();
        if self.take(close) {
            return Ok(list);
        }
        loop {
            list.push(self.expression()?);
            if !self.take(",") {
                self.expect(close)?;
                return Ok(list);
            }
        }
    }

    /// Checks that `operand` may be written `times` over.
    pub(super) fn repeat(&self, operand: &Expr, times: usize) -> Result<()> {
        if times > 1 { self.repeatable(operand, self.offset()) } else { Ok(()) }
    }
}

fn comparison(kind: &TokenKind) -> Option<BinaryOp> {
    let TokenKind::Symbol(symbol) = kind else { return None };
    Some(match *symbol {
        "=" | "==" => BinaryOp::Eq,
        "<>" | "!=" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "~~" => BinaryOp::Like,
        "!~~" => BinaryOp::NotLike,
        _ => return None,
    })
}
