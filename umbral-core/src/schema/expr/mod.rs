//! The expressions of a schema: checks, defaults, index predicates. A small tree, so that two spellings of
//! one expression are equal and each dialect writes its own.
//!
//! Their text is SQL's common subset. The same parser reads what users write in attributes, what migration
//! files hold and what servers report back, so that there is one grammar:
//!
//! - [`FromStr`](std::str::FromStr) reads text strictly and [`Display`](std::fmt::Display) writes it; what is written is
//!   read back as the same expression.
//! - [`Expr::simplified`] gives expressions that mean the same one form.
//! - [`Expr::reported`] reads what a server reports, and never fails: what the grammar does not cover is kept as
//!   [`Expr::Raw`].

mod cursor;
mod keywords;
mod labels;
mod lexer;
mod literal;
mod number;
mod parse;
mod primary;
mod print;
mod simplify;
mod type_name;
mod walk;

pub(crate) use labels::{LabelChange, unknown_label};
pub(crate) use lexer::names;
pub use literal::Literal;
pub use parse::ParseExprError;

use super::SqlType;

/// An expression over the columns of one table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expr {
    /// A column of the table.
    Column(String),
    /// A constant.
    Literal(Literal),
    /// `NOT x`, `-x`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `x + y`, `x AND y`, `x LIKE y`.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `x IS NULL`, or with `negated` `x IS NOT NULL`.
    IsNull {
        /// What is tested.
        operand: Box<Expr>,
        /// Whether NOT is written.
        negated: bool,
    },
    /// `x IN (…)`, or with `negated` `x NOT IN (…)`.
    In {
        /// What is looked for.
        operand: Box<Expr>,
        /// Where it is looked for; never empty.
        list: Vec<Expr>,
        /// Whether NOT is written.
        negated: bool,
    },
    /// `CASE WHEN c THEN x … ELSE y END`.
    Case {
        /// The conditions with their values, in order.
        branches: Vec<(Expr, Expr)>,
        /// The value where no condition is true; absent: NULL.
        otherwise: Option<Box<Expr>>,
    },
    /// `CAST(x AS type)`.
    Cast {
        /// What is converted.
        operand: Box<Expr>,
        /// Into what.
        ty: SqlType,
    },
    /// The time at which the statement, or the transaction, began: `CURRENT_TIMESTAMP`.
    Now,
    /// A call of a function by its lower-case name. Those that every database has under one name (`lower`,
    /// `upper`, `length`, `abs`, `coalesce`, `round`, `trim`) are portable; any other is the database's own.
    Function {
        /// The function's name, in lower case.
        name: String,
        /// Its arguments.
        arguments: Vec<Expr>,
    },
    /// Text of the database's own that the grammar does not cover, written as it stands. Its text form is
    /// `sql!(…)`, so that a migration file says plainly where it is not portable.
    Raw(String),
}

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `NOT`.
    Not,
    /// `-`.
    Negate,
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `OR`.
    Or,
    /// `AND`.
    And,
    /// `=`.
    Eq,
    /// `<>`.
    Ne,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
    /// `LIKE`.
    Like,
    /// `NOT LIKE`.
    NotLike,
    /// `||`.
    Concat,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Remainder,
}

impl Expr {
    /// A column.
    pub fn column(name: impl Into<String>) -> Expr {
        Expr::Column(name.into())
    }

    /// An integer constant.
    pub fn integer(value: i64) -> Expr {
        Expr::Literal(Literal::Number(value.to_string()))
    }

    /// A text constant.
    pub fn text(value: impl Into<String>) -> Expr {
        Expr::Literal(Literal::Text(value.into()))
    }

    /// `left op right`.
    pub fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
        Expr::Binary { op, left: Box::new(left), right: Box::new(right) }
    }

    /// Whether it is a constant, so that a database without expression defaults accepts it as one.
    pub fn is_constant(&self) -> bool {
        match self {
            Expr::Literal(_) => true,
            Expr::Unary { op: UnaryOp::Negate, operand } => operand.is_constant(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
