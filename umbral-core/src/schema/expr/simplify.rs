//! One form for expressions that mean the same.

use super::parse::{self, MAX_REPEATED, Unknown};
use super::{BinaryOp, Expr, Literal, UnaryOp, literal, number};
use crate::schema::SqlType;

impl Expr {
    /// What a server reports back for an expression, simplified. What the grammar does not cover is kept as
    /// [`Expr::Raw`], so this never fails.
    ///
    /// ```
    /// use umbral_core::schema::Expr;
    /// assert_eq!(Expr::reported("((x = 1) AND (y IS NOT NULL))").to_string(), "x = 1 AND y IS NOT NULL");
    /// assert_eq!(Expr::reported("nextval('s'::regclass)").to_string(), "nextval(sql!('s'::regclass))");
    /// assert_eq!(Expr::reported("(a @> b)").to_string(), "sql!((a @> b))");
    /// ```
    pub fn reported(text: &str) -> Expr {
        match parse::read(text, Unknown::Raw) {
            Ok(expr) => expr.simplified(),
            Err(_) => Expr::Raw(text.trim().to_owned()),
        }
    }

    /// The form that expressions of the same meaning share: AND and OR group from the left, NOT goes into what it
    /// negates, the sign into the number, an IN of one value is `=`, constants are not cast to what they are, and a CASE
    /// has no `ELSE NULL`. Applying it twice changes nothing.
    ///
    /// ```
    /// use umbral_core::schema::Expr;
    /// let simplified = |text: &str| text.parse::<Expr>().unwrap().simplified().to_string();
    /// assert_eq!(simplified("NOT (a IS NULL) AND (b AND NOT c = 1)"), "a IS NOT NULL AND b AND c <> 1");
    /// assert_eq!(simplified("x > '-1'::integer"), "x > -1");
    /// ```
    #[must_use]
    pub fn simplified(self) -> Expr {
        self.map(&mut simplify)
    }
}

/// Simplifies a node whose operands are simplified.
fn simplify(expr: Expr) -> Expr {
    match expr {
        Expr::Unary { op: UnaryOp::Not, operand } => not(*operand),
        Expr::Unary { op: UnaryOp::Negate, operand } => negate(*operand),
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            grouped_left(op, *left, *right)
        }
        Expr::In { operand, list, negated } => membership(*operand, list, negated),
        Expr::Cast { operand, ty } => cast(*operand, ty),
        Expr::Function { name, arguments } if name == "numeric" => numeric(name, arguments),
        Expr::Case { branches, otherwise } => {
            let otherwise = otherwise.filter(|otherwise| **otherwise != Expr::Literal(Literal::Null));
            Expr::Case { branches, otherwise }
        }
        other => other,
    }
}

/// Comparisons have an opposite under three-valued logic too: of NULL, both are NULL.
fn opposite(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Eq => BinaryOp::Ne,
        BinaryOp::Ne => BinaryOp::Eq,
        BinaryOp::Lt => BinaryOp::Ge,
        BinaryOp::Ge => BinaryOp::Lt,
        BinaryOp::Gt => BinaryOp::Le,
        BinaryOp::Le => BinaryOp::Gt,
        BinaryOp::Like => BinaryOp::NotLike,
        BinaryOp::NotLike => BinaryOp::Like,
        _ => return None,
    })
}

fn not(operand: Expr) -> Expr {
    match operand {
        Expr::Unary { op: UnaryOp::Not, operand } if is_truth(&operand) => *operand,
        Expr::IsNull { operand, negated } => Expr::IsNull { operand, negated: !negated },
        Expr::In { operand, list, negated } => Expr::In { operand, list, negated: !negated },
        Expr::Binary { op, left, right } => match opposite(op) {
            Some(opposite) => Expr::Binary { op: opposite, left, right },
            None => negation_of(Expr::Binary { op, left, right }),
        },
        other => negation_of(other),
    }
}

fn negation_of(operand: Expr) -> Expr {
    Expr::Unary { op: UnaryOp::Not, operand: Box::new(operand) }
}

/// Whether it is true, false or NULL for certain: a database where numbers are truth values turns others into one by
/// negating them twice.
fn is_truth(expr: &Expr) -> bool {
    match expr {
        Expr::Unary { op, .. } => *op == UnaryOp::Not,
        Expr::Binary { op, .. } => opposite(*op).is_some() || matches!(op, BinaryOp::And | BinaryOp::Or),
        Expr::IsNull { .. } | Expr::In { .. } | Expr::Literal(Literal::Boolean(_)) => true,
        _ => false,
    }
}

fn negate(operand: Expr) -> Expr {
    match operand {
        Expr::Literal(Literal::Number(number)) => Expr::Literal(Literal::Number(number::negated(&number))),
        other => Expr::Unary { op: UnaryOp::Negate, operand: Box::new(other) },
    }
}

/// `(a AND b) AND (c AND d)` as `((a AND b) AND c) AND d`.
fn grouped_left(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let mut terms = Vec::new();
    let mut rest = right;
    loop {
        match rest {
            Expr::Binary { op: inner, left, right } if inner == op => {
                terms.push(*right);
                rest = *left;
            }
            last => {
                terms.push(last);
                break;
            }
        }
    }
    terms.into_iter().rev().fold(left, |left, term| Expr::binary(op, left, term))
}

/// An IN over constants stays; whatever in its list reads columns becomes a comparison of its own, as does a single
/// value, which is how servers keep them.
fn membership(operand: Expr, list: Vec<Expr>, negated: bool) -> Expr {
    let (equal, join) = if negated { (BinaryOp::Ne, BinaryOp::And) } else { (BinaryOp::Eq, BinaryOp::Or) };
    if list.len() > 1 && operand.exceeds(MAX_REPEATED) {
        return Expr::In { operand: Box::new(operand), list, negated };
    }
    let (single, mut constants): (Vec<Expr>, Vec<Expr>) =
        list.into_iter().partition(|item| !item.columns().is_empty());
    let constant = match (constants.len(), constants.pop()) {
        (1, Some(constant)) => Some(Expr::binary(equal, operand.clone(), constant)),
        (_, Some(last)) => {
            constants.push(last);
            Some(Expr::In { operand: Box::new(operand.clone()), list: constants, negated })
        }
        (_, None) => None,
    };
    let single = single.into_iter().map(|item| Expr::binary(equal, operand.clone(), item));
    let joined = constant.into_iter().chain(single).reduce(|left, right| Expr::binary(join, left, right));
    joined.unwrap_or(Expr::In { operand: Box::new(operand), list: Vec::new(), negated })
}

/// A cast of a constant to what it is anyway is the constant.
fn cast(operand: Expr, ty: SqlType) -> Expr {
    let operand = match operand {
        Expr::Literal(literal) => match constant(literal, &ty) {
            Ok(constant) => return Expr::Literal(constant),
            Err(Literal::Text(text)) if is_number(&ty) => {
                Expr::Literal(Literal::number(text.trim()).unwrap_or(Literal::Text(text)))
            }
            Err(literal) => Expr::Literal(literal),
        },
        Expr::Cast { operand, ty: inner } if inner == ty => *operand,
        other => other,
    };
    Expr::Cast { operand: Box::new(operand), ty }
}

/// A conversion to a decimal without precision: of a number with a point, that number.
fn numeric(name: String, mut arguments: Vec<Expr>) -> Expr {
    if let [Expr::Literal(Literal::Text(text) | Literal::Number(text))] = &arguments[..]
        && let Some(literal) = Literal::number(text.trim())
    {
        if text.contains('.') {
            return Expr::Literal(literal);
        }
        arguments = vec![Expr::Literal(literal)];
    }
    Expr::Function { name, arguments }
}

/// The constant that the cast amounts to, or the constant back.
fn constant(literal: Literal, ty: &SqlType) -> Result<Literal, Literal> {
    match (literal, ty) {
        (Literal::Null, _) => Ok(Literal::Null),
        (Literal::Text(text), SqlType::Text) => Ok(Literal::Text(text)),
        (Literal::Boolean(truth), SqlType::Boolean) => Ok(Literal::Boolean(truth)),
        (Literal::Bytes(bytes), SqlType::Bytes) => Ok(Literal::Bytes(bytes)),
        (Literal::Text(text), SqlType::Boolean) => match text.trim().to_ascii_lowercase().as_str() {
            "t" | "true" => Ok(Literal::Boolean(true)),
            "f" | "false" => Ok(Literal::Boolean(false)),
            _ => Err(Literal::Text(text)),
        },
        (Literal::Text(text), SqlType::Bytes) => {
            match text.strip_prefix("\\x").and_then(literal::bytes_from_hex) {
                Some(bytes) => Ok(Literal::Bytes(bytes)),
                None => Err(Literal::Text(text)),
            }
        }
        (Literal::Text(text), _) => match Literal::number(text.trim()) {
            Some(Literal::Number(number)) if fits(&number, ty) => Ok(Literal::Number(number)),
            _ => Err(Literal::Text(text)),
        },
        (Literal::Number(number), _) if fits(&number, ty) => Ok(Literal::Number(number)),
        (literal, _) => Err(literal),
    }
}

/// Whether the number is an integer of the type. A cast to a type with a fraction is kept: it decides how a division
/// comes out.
fn fits(number: &str, ty: &SqlType) -> bool {
    match ty {
        SqlType::SmallInt => number.parse::<i16>().is_ok(),
        SqlType::Integer => number.parse::<i32>().is_ok(),
        SqlType::BigInt => number.parse::<i64>().is_ok(),
        _ => false,
    }
}

fn is_number(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Real | SqlType::Double | SqlType::Decimal { .. })
}
