//! Expression to text.

use super::{BinaryOp, Expr, Literal, UnaryOp, keywords, lexer};
use std::fmt::{self, Display, Formatter};

/// How tightly an expression's outermost operator binds. Where databases disagree, [`Expr::fmt`] writes parentheses
/// and the parser demands them, so that one text never means two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
    /// Comparisons and tests, which do not chain.
    Comparison,
    Concat,
    Sum,
    Product,
    Sign,
    Primary,
}

impl Expr {
    fn binding(&self) -> Binding {
        match self {
            Expr::Unary { op: UnaryOp::Not, .. } => Binding::Not,
            Expr::Unary { op: UnaryOp::Negate, .. } => Binding::Sign,
            Expr::Binary { op, .. } => op.binding(),
            Expr::IsNull { .. } | Expr::In { .. } => Binding::Comparison,
            Expr::Literal(Literal::Number(number)) if number.starts_with('-') => Binding::Sign,
            Expr::Column(_)
            | Expr::Literal(_)
            | Expr::Case { .. }
            | Expr::Cast { .. }
            | Expr::Now
            | Expr::Function { .. }
            | Expr::Raw(_) => Binding::Primary,
        }
    }
}

impl BinaryOp {
    fn binding(self) -> Binding {
        match self {
            BinaryOp::Or => Binding::Or,
            BinaryOp::And => Binding::And,
            BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::Like
            | BinaryOp::NotLike => Binding::Comparison,
            BinaryOp::Concat => Binding::Concat,
            BinaryOp::Add | BinaryOp::Subtract => Binding::Sum,
            BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => Binding::Product,
        }
    }

    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Or => "OR",
            BinaryOp::And => "AND",
            BinaryOp::Eq => "=",
            BinaryOp::Ne => "<>",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::Like => "LIKE",
            BinaryOp::NotLike => "NOT LIKE",
            BinaryOp::Concat => "||",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Remainder => "%",
        }
    }
}

/// The canonical text: one spelling for each expression, as few parentheses as it takes, and the parser reads it back
/// as the same expression.
impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Column(name) => name_to(f, name),
            Expr::Literal(literal) => literal.fmt(f),
            Expr::Unary { op: UnaryOp::Not, operand } => {
                f.write_str("NOT ")?;
                child(f, operand, Binding::Not)
            }
            Expr::Unary { op: UnaryOp::Negate, operand } => negate(f, operand),
            Expr::Binary { op, left, right } => binary(f, *op, left, right),
            Expr::IsNull { operand, negated } => {
                child(f, operand, Binding::Concat)?;
                f.write_str(if *negated { " IS NOT NULL" } else { " IS NULL" })
            }
            Expr::In { operand, list, negated } => {
                child(f, operand, Binding::Concat)?;
                f.write_str(if *negated { " NOT IN (" } else { " IN (" })?;
                separated(f, list)?;
                f.write_str(")")
            }
            Expr::Case { branches, otherwise } => case(f, branches, otherwise.as_deref()),
            Expr::Cast { operand, ty } => write!(f, "CAST({operand} AS {ty})"),
            Expr::Now => f.write_str("CURRENT_TIMESTAMP"),
            Expr::Function { name, arguments } => {
                name_to(f, name)?;
                f.write_str("(")?;
                separated(f, arguments)?;
                f.write_str(")")
            }
            Expr::Raw(text) if lexer::is_balanced(text) => write!(f, "sql!({text})"),
            Expr::Raw(text) => write!(f, "sql!'{}'", text.replace('\'', "''")),
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => f.write_str("NULL"),
            Literal::Boolean(true) => f.write_str("TRUE"),
            Literal::Boolean(false) => f.write_str("FALSE"),
            Literal::Number(number) => f.write_str(number),
            Literal::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Literal::Bytes(bytes) => {
                f.write_str("x'")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("'")
            }
        }
    }
}

fn child(f: &mut Formatter<'_>, expr: &Expr, at_least: Binding) -> fmt::Result {
    if expr.binding() < at_least { write!(f, "({expr})") } else { write!(f, "{expr}") }
}

fn binary(f: &mut Formatter<'_>, op: BinaryOp, left: &Expr, right: &Expr) -> fmt::Result {
    let (at_least_left, at_least_right) = match op.binding() {
        Binding::Or => (Binding::Or, Binding::And),
        Binding::And => (Binding::And, Binding::Not),
        Binding::Concat if is_concat(left) => (Binding::Concat, Binding::Sign),
        // Databases disagree on whether || or + binds tighter.
        Binding::Concat => (Binding::Sign, Binding::Sign),
        Binding::Sum => (Binding::Sum, Binding::Product),
        Binding::Product => (Binding::Product, Binding::Sign),
        _ => (Binding::Concat, Binding::Concat),
    };
    child(f, left, at_least_left)?;
    write!(f, " {} ", op.symbol())?;
    child(f, right, at_least_right)
}

fn is_concat(expr: &Expr) -> bool {
    matches!(expr, Expr::Binary { op: BinaryOp::Concat, .. })
}

/// A minus before a number or another minus would read as the number's sign, or as the beginning of a comment.
fn negate(f: &mut Formatter<'_>, operand: &Expr) -> fmt::Result {
    let is_number = matches!(operand, Expr::Literal(Literal::Number(_)));
    if is_number || operand.binding() < Binding::Primary {
        write!(f, "-({operand})")
    } else {
        write!(f, "-{operand}")
    }
}

fn case(f: &mut Formatter<'_>, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> fmt::Result {
    f.write_str("CASE")?;
    for (condition, value) in branches {
        write!(f, " WHEN {condition} THEN {value}")?;
    }
    if let Some(otherwise) = otherwise {
        write!(f, " ELSE {otherwise}")?;
    }
    f.write_str(" END")
}

fn separated(f: &mut Formatter<'_>, list: &[Expr]) -> fmt::Result {
    for (position, expr) in list.iter().enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        expr.fmt(f)?;
    }
    Ok(())
}

/// A name, in quotes where it would otherwise be read as something else or where its case matters to a database.
fn name_to(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    let is_plain = name.starts_with(|first: char| first == '_' || first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if is_plain && !keywords::is_keyword(name) {
        f.write_str(name)
    } else {
        write!(f, "\"{}\"", name.replace('"', "\"\""))
    }
}
