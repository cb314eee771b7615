//! Casts that PostgreSQL writes into expressions by itself, taken out again.
//!
//! `price >= 0` over a decimal is reported as `price >= (0)::numeric`, and `name = 'a'` over a varchar as
//! `(name)::text = 'a'::text`. Both forms of a schema, the one that was asked for and the one that is reported, go
//! through here, and come out equal where they mean the same. A cast that decides how a division comes out is kept.

use crate::backend::standard::expr::is_comparison;
use crate::backend::standard::expr_type::type_of;
use crate::schema::expr::{BinaryOp, Literal};
use crate::schema::{EnumType, Expr, SqlType, Table};
use crate::value::{
    Cidr, Date, Hstore, Inet, Interval, MacAddr, Time, Timestamp, TsVector, parse_range, range_text,
};

/// The expression over the columns of `table` without the casts that PostgreSQL adds.
pub(super) fn without_implicit_casts(expr: Expr, table: &Table) -> Expr {
    expr.simplified().map(&mut |node| strip(node, table)).simplified()
}

/// Takes the casts off the operands of one node.
fn strip(node: Expr, table: &Table) -> Expr {
    match node {
        Expr::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            Expr::Binary { op, left, right }
        }
        Expr::Binary { op, left, right } => pair(op, *left, *right, table),
        Expr::In { operand, list, negated } => {
            let operand = bare(*operand, table);
            let ty = type_of(&operand, Some(table));
            let list = list.into_iter().map(|item| constant_of(bare(item, table), ty.as_ref())).collect();
            Expr::In { operand: Box::new(operand), list, negated }
        }
        Expr::Function { name, arguments } if name != NUMERIC => {
            let arguments = arguments.into_iter().map(|argument| bare(argument, table)).collect();
            Expr::Function { name, arguments }
        }
        Expr::Case { branches, otherwise } => Expr::Case {
            branches: branches.into_iter().map(|(when, then)| (when, bare(then, table))).collect(),
            otherwise: otherwise.map(|value| Box::new(bare(*value, table))),
        },
        other => other,
    }
}

/// The two sides of an operator. Constants first: the cast of a constant follows from what stands on the other side,
/// that of a column may be what its writer wanted.
fn pair(op: BinaryOp, left: Expr, right: Expr, table: &Table) -> Expr {
    let (left, right) = if is_constant(&right) {
        let right = side(op, right, &left, table);
        (side(op, left, &right, table), right)
    } else {
        let left = side(op, left, &right, table);
        let right = side(op, right, &left, table);
        (left, right)
    };
    if !is_comparison(op) {
        return Expr::binary(op, left, right);
    }
    let (left_type, right_type) = (type_of(&left, Some(table)), type_of(&right, Some(table)));
    Expr::binary(op, constant_of(left, right_type.as_ref()), constant_of(right, left_type.as_ref()))
}

fn side(op: BinaryOp, operand: Expr, other: &Expr, table: &Table) -> Expr {
    let whole = matches!(op, BinaryOp::Divide | BinaryOp::Remainder) && !has_fraction(other, table);
    if whole && has_fraction(&operand, table) { operand } else { bare(operand, table) }
}

/// What the parser makes of a cast to `numeric` without precision.
const NUMERIC: &str = "numeric";

/// An operand without casts that widen it, or that say of a constant what its place says too.
fn bare(expr: Expr, table: &Table) -> Expr {
    match expr {
        Expr::Raw(text) => {
            let of_enums = table.columns.values().filter_map(|column| column.ty.enum_of());
            let constant = of_enums.into_iter().find_map(|of| label(&text, of));
            constant.or_else(|| argument(&text)).unwrap_or(Expr::Raw(text))
        }
        Expr::Cast { operand, ty } if is_implicit(&operand, &ty, table) => bare(*operand, table),
        Expr::Function { name, arguments } if name == NUMERIC => match <[Expr; 1]>::try_from(arguments) {
            Ok([operand]) if rank(&operand, table).is_some() => bare(operand, table),
            Ok([operand]) => Expr::Function { name, arguments: vec![operand] },
            Err(arguments) => Expr::Function { name, arguments },
        },
        other => other,
    }
}

fn is_implicit(operand: &Expr, ty: &SqlType, table: &Table) -> bool {
    if matches!(operand, Expr::Literal(Literal::Text(_) | Literal::Null)) {
        return true;
    }
    if ty.is_text() {
        return type_of(operand, Some(table)).is_some_and(|own| own.is_text());
    }
    match (rank(operand, table), rank_of(ty)) {
        (Some(own), Some(cast)) => own <= cast,
        _ => false,
    }
}

fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Cast { operand, .. } => is_constant(operand),
        Expr::Function { name, arguments } if name == NUMERIC => arguments.iter().all(is_constant),
        other => other.is_constant(),
    }
}

fn has_fraction(expr: &Expr, table: &Table) -> bool {
    rank(expr, table).is_some_and(|rank| rank >= DECIMAL)
}

const DECIMAL: u8 = 3;

/// The place of a number's type among those that PostgreSQL widens one to the next; `None` for what is no number.
fn rank(expr: &Expr, table: &Table) -> Option<u8> {
    match expr {
        Expr::Literal(Literal::Number(number)) => Some(if number.contains('.') { DECIMAL } else { 0 }),
        Expr::Function { name, arguments } if name == NUMERIC => {
            arguments.first().and_then(|argument| rank(argument, table)).map(|rank| rank.max(DECIMAL))
        }
        other => type_of(other, Some(table)).and_then(|ty| rank_of(&ty)),
    }
}

fn rank_of(ty: &SqlType) -> Option<u8> {
    match super::range::stored(ty) {
        SqlType::SmallInt => Some(0),
        SqlType::Integer => Some(1),
        SqlType::BigInt => Some(2),
        SqlType::Decimal { .. } => Some(DECIMAL),
        SqlType::Real => Some(4),
        SqlType::Double => Some(5),
        _ => None,
    }
}

/// A text constant of a type that has a spelling of its own, in that spelling.
pub(super) fn constant_of(expr: Expr, ty: Option<&SqlType>) -> Expr {
    match (expr, ty) {
        (Expr::Literal(Literal::Text(text)), Some(ty)) => Expr::text(spelled(text, ty)),
        (Expr::Raw(text), Some(ty)) => {
            ty.enum_of().and_then(|of| label(&text, of)).unwrap_or(Expr::Raw(text))
        }
        (other, _) => other,
    }
}

/// A constant of an enum, or an array of it, as PostgreSQL reports it: `'calm'::mood`, which is no type of the grammar.
fn label(text: &str, of: &EnumType) -> Option<Expr> {
    let (constant, ty) = text.rsplit_once("'::")?;
    let ty = ty.strip_suffix("[]").unwrap_or(ty);
    let inner = constant.strip_prefix('\'')?;
    let is_one = !inner.replace("''", "").contains('\'');
    let named = ty == of.name || ty == super::text::identifier(&of.name);
    (named && is_one).then(|| Expr::text(inner.replace("''", "'")))
}

/// A constant of a type that only arguments of functions have, as PostgreSQL reports it:
/// `to_tsvector('english'::regconfig, …)`, `setweight(…, 'A'::"char")`.
fn argument(text: &str) -> Option<Expr> {
    let (constant, ty) = text.rsplit_once("'::")?;
    let inner = constant.strip_prefix('\'').filter(|inner| !inner.contains('\''))?;
    matches!(ty, "regconfig" | "\"char\"").then(|| Expr::text(inner))
}

fn spelled(text: String, ty: &SqlType) -> String {
    match ty {
        SqlType::Date => text.parse::<Date>().map_or(text, |date| date.to_string()),
        SqlType::Time => text.parse::<Time>().map_or(text, |time| time.to_string()),
        SqlType::Timestamp | SqlType::TimestampTz => {
            let midnight = || text.parse::<Date>().map(|day| Timestamp::new(day, Time { micros: 0 }));
            text.parse::<Timestamp>().or_else(|_| midnight()).map_or(text, |timestamp| timestamp.to_string())
        }
        SqlType::Uuid => text.to_ascii_lowercase(),
        SqlType::Interval => text.parse::<Interval>().map_or(text, |span| span.to_string()),
        SqlType::Inet => text.parse::<Inet>().map_or(text, |inet| inet.to_string()),
        SqlType::Cidr => text.parse::<Cidr>().map_or(text, |cidr| cidr.to_string()),
        SqlType::MacAddr => text.parse::<MacAddr>().map_or(text, |mac| mac.to_string()),
        // Blanks at its end are none of its value.
        SqlType::Char(_) => text.trim_end_matches(' ').to_owned(),
        SqlType::Json => packed(&text),
        SqlType::Range(of) => parse_range(*of, &text).map_or(text, |range| range_text(&range)),
        SqlType::Hstore => text.parse::<Hstore>().map_or(text, |pairs| pairs.to_string()),
        SqlType::TsVector => text.parse::<TsVector>().map_or(text, |words| words.to_string()),
        _ => text,
    }
}

/// A JSON document without white space between its parts.
fn packed(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let keep = |character: &char| {
        if *character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = *character == '\\' && !escaped;
        quoted || !character.is_whitespace()
    };
    json.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Column;

    fn table() -> Table {
        Table::new("book")
            .with_column(Column::new("title", SqlType::Varchar(80)))
            .with_column(Column::new("price", SqlType::Decimal { precision: 10, scale: 2 }))
            .with_column(Column::new("pages", SqlType::Integer))
            .with_column(Column::new("weight", SqlType::Real))
            .with_column(Column::new("at", SqlType::TimestampTz))
            .with_column(Column::new("day", SqlType::Date))
    }

    /// What was written, and what PostgreSQL 15 and 18 report of it.
    #[test]
    fn both_forms_come_out_equal() {
        for (written, reported) in [
            ("price >= 0", "(price >= (0)::numeric)"),
            ("price > -1", "(price > (('-1'::integer))::numeric)"),
            ("price > -0.5", "(price > '-0.5'::numeric)"),
            ("title = 'a'", "((title)::text = 'a'::text)"),
            ("title LIKE 'a%'", "((title)::text ~~ 'a%'::text)"),
            ("lower(title) <> ''", "(lower((title)::text) <> ''::text)"),
            (
                "title IN ('a', 'b')",
                "((title)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("pages IN (1, 2)", "(pages = ANY (ARRAY[1, 2]))"),
            ("pages > 0.5", "((pages)::numeric > 0.5)"),
            ("weight > 0.5", "(weight > (0.5)::double precision)"),
            ("price / 2 > pages", "((price / (2)::numeric) > (pages)::numeric)"),
            ("pages / 2 > 1", "((pages / 2) > 1)"),
            (
                "CAST(pages AS decimal(10, 2)) / 4 > 1",
                "(((pages)::numeric(10,2) / (4)::numeric) > (1)::numeric)",
            ),
            ("at > '2020-01-01'", "(at > '2020-01-01 00:00:00+00'::timestamp with time zone)"),
            ("day > '2020-01-01'", "(day > '2020-01-01'::date)"),
            ("coalesce(price, 0) > 0", "(COALESCE(price, (0)::numeric) > (0)::numeric)"),
            (
                "setweight(to_tsvector('english', coalesce(title, '')), 'A') || to_tsvector('simple', title)",
                "(setweight(to_tsvector('english'::regconfig, (COALESCE(title, ''::character varying))::text), \
                 'A'::\"char\") || to_tsvector('simple'::regconfig, (title)::text))",
            ),
            (
                "length(title) BETWEEN 1 AND 5",
                "((length((title)::text) >= 1) AND (length((title)::text) <= 5))",
            ),
        ] {
            let table = table();
            let wanted = without_implicit_casts(written.parse().unwrap(), &table);
            let found = without_implicit_casts(Expr::reported(reported), &table);
            assert_eq!(wanted, found, "{written}\n{wanted}\n{found}");
        }
    }

    #[test]
    fn what_means_something_else_stays_different() {
        let table = table();
        let form = |text: &str| without_implicit_casts(text.parse().unwrap(), &table);
        for (one, other) in [
            ("pages / 2 > 1", "CAST(pages AS decimal(10, 2)) / 2 > 1"),
            ("title = 'a'", "title = 'b'"),
            ("CAST(price AS integer) > 1", "price > 1"),
            ("CAST(price AS text) = '1'", "price = '1'"),
        ] {
            assert_ne!(form(one), form(other));
        }
    }
}
