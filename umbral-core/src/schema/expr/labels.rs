//! A label of an enum by another name, in the constants that stand beside a column of the enum.

use super::{BinaryOp, Expr, Literal};
use crate::schema::enum_type::renamed_in_array;

/// Functions whose value is one of their arguments, which are of one type.
const CHOOSING: [&str; 4] = ["coalesce", "nullif", "greatest", "least"];

/// A label that gets another name in a column.
pub(crate) struct LabelChange<'a> {
    /// The column of the enum.
    pub(crate) column: &'a str,
    /// Whether it is one of arrays of the enum.
    pub(crate) is_array: bool,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
}

impl LabelChange<'_> {
    /// An expression over the columns of the table: what it compares with the column has the new name.
    ///
    /// # Errors
    /// With the part of which nobody but the database knows whether it means the label.
    pub(crate) fn followed(&self, expr: Expr) -> Result<Expr, String> {
        if !expr.reads(self.column) {
            return Ok(expr);
        }
        match self.unclear(&expr) {
            Some(part) => Err(part),
            None => Ok(expr.map(&mut |node| self.node(node))),
        }
    }

    /// An expression whose value is one of the column's.
    ///
    /// # Errors
    /// As [`followed`](LabelChange::followed).
    pub(crate) fn value(&self, expr: Expr) -> Result<Expr, String> {
        match self.unclear(&expr) {
            Some(part) => Err(part),
            None => Ok(self.relabelled(expr.map(&mut |node| self.node(node)))),
        }
    }

    fn unclear(&self, expr: &Expr) -> Option<String> {
        let mut found = None;
        let quoted = format!("'{}'", self.from.replace('\'', "''"));
        expr.visit(&mut |node| {
            let is_unclear = match node {
                Expr::Raw(text) if self.is_array => text.contains(self.from),
                Expr::Raw(text) => text.contains(&quoted),
                Expr::Function { name, arguments } if !CHOOSING.contains(&name.as_str()) => {
                    arguments.iter().any(|one| self.is_of_column(one))
                        && arguments.iter().any(|one| self.names_label(one))
                }
                _ => false,
            };
            if is_unclear && found.is_none() {
                found = Some(node.to_string());
            }
        });
        found
    }

    fn names_label(&self, expr: &Expr) -> bool {
        *expr == Expr::text(self.from) || self.relabelled(expr.clone()) != *expr
    }

    /// Whether its value may be one of the column's.
    fn is_of_column(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Column(name) => name == self.column,
            Expr::Function { name, arguments } => {
                CHOOSING.contains(&name.as_str()) && arguments.iter().any(|one| self.is_of_column(one))
            }
            Expr::Case { branches, otherwise } => {
                branches.iter().any(|(_, value)| self.is_of_column(value))
                    || otherwise.as_ref().is_some_and(|value| self.is_of_column(value))
            }
            _ => false,
        }
    }

    /// A node whose constants are of the column's type where another part of it is the column.
    fn node(&self, node: Expr) -> Expr {
        match node {
            Expr::Binary { op, left, right } if compares(op) => {
                match (self.is_of_column(&left), self.is_of_column(&right)) {
                    (true, _) => Expr::binary(op, *left, self.relabelled(*right)),
                    (false, true) => Expr::binary(op, self.relabelled(*left), *right),
                    (false, false) => Expr::Binary { op, left, right },
                }
            }
            Expr::In { operand, list, negated }
                if self.is_of_column(&operand) || list.iter().any(|one| self.is_of_column(one)) =>
            {
                let list = list.into_iter().map(|one| self.relabelled(one)).collect();
                Expr::In { operand: Box::new(self.relabelled(*operand)), list, negated }
            }
            other if self.is_of_column(&other) => self.relabelled(other),
            other => other,
        }
    }

    fn relabelled(&self, expr: Expr) -> Expr {
        match expr {
            Expr::Literal(Literal::Text(text)) if self.is_array => {
                Expr::text(renamed_in_array(&text, self.from, self.to).unwrap_or(text))
            }
            Expr::Literal(Literal::Text(text)) if text == self.from => Expr::text(self.to),
            Expr::Function { name, arguments } if CHOOSING.contains(&name.as_str()) => {
                let arguments = arguments.into_iter().map(|one| self.relabelled(one)).collect();
                Expr::Function { name, arguments }
            }
            Expr::Case { branches, otherwise } => Expr::Case {
                branches: branches.into_iter().map(|(when, then)| (when, self.relabelled(then))).collect(),
                otherwise: otherwise.map(|value| Box::new(self.relabelled(*value))),
            },
            other => other,
        }
    }
}

fn compares(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
}

/// A text beside a column of an enum, as a value of it, that is none of the labels. What only the database can read is
/// not looked at.
pub(crate) fn unknown_label(expr: &Expr, column: &str, labels: &[String]) -> Option<String> {
    let mut texts = Vec::new();
    expr.visit(&mut |node| match node {
        Expr::Literal(Literal::Text(text)) if !labels.contains(text) => texts.push(text.clone()),
        _ => {}
    });
    texts.into_iter().find(|text| {
        let change = LabelChange { column, is_array: false, from: text, to: &format!("{text} ") };
        change.followed(expr.clone()).is_ok_and(|followed| followed != *expr)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(text: &str, is_array: bool) -> Result<String, String> {
        let change = LabelChange { column: "mood", is_array, from: "glad", to: "it's" };
        change.followed(text.parse().unwrap()).map(|expr| expr.to_string())
    }

    #[test]
    fn what_stands_beside_the_column_follows_and_nothing_else() {
        for (before, after) in [
            ("mood = 'glad' AND name <> 'glad'", "mood = 'it''s' AND name <> 'glad'"),
            ("'glad' >= mood", "'it''s' >= mood"),
            ("mood NOT IN ('sad', 'glad')", "mood NOT IN ('sad', 'it''s')"),
            ("coalesce(mood, 'glad') = 'glad'", "coalesce(mood, 'it''s') = 'it''s'"),
            ("coalesce(name, 'glad') = 'glad'", "coalesce(name, 'glad') = 'glad'"),
            (
                "CASE WHEN name = 'glad' THEN mood ELSE 'glad' END <> 'glad'",
                "CASE WHEN name = 'glad' THEN mood ELSE 'it''s' END <> 'it''s'",
            ),
            (
                "mood = CASE WHEN mood = 'glad' THEN 'glad' ELSE former END",
                "mood = CASE WHEN mood = 'it''s' THEN 'it''s' ELSE former END",
            ),
            ("CAST(mood AS text) = 'glad'", "CAST(mood AS text) = 'glad'"),
            ("length(mood) > 3", "length(mood) > 3"),
            ("mood = 'sad' OR sql!(mood ~ 'x')", "mood = 'sad' OR sql!(mood ~ 'x')"),
            ("sql!(name = 'glad')", "sql!(name = 'glad')"),
        ] {
            let after: Expr = after.parse().unwrap();
            assert_eq!(followed(before, false), Ok(after.to_string()), "{before}");
        }
        assert_eq!(followed("mood = '{glad,sad,NULL}'", true).unwrap(), "mood = '{it''s,sad,NULL}'");
    }

    #[test]
    fn a_text_beside_the_column_that_is_no_label_is_found() {
        let labels = ["glad".to_owned(), "it's".to_owned()];
        for (text, found) in [
            ("mood = 'glad' AND name <> 'sad'", None),
            ("mood <> 'it''s' OR former = mood", None),
            ("id > 1 OR mood NOT IN ('glad', 'sad')", Some("sad")),
            ("coalesce(mood, 'no') = 'glad'", Some("no")),
            ("CASE WHEN mood = 'sad' THEN 1 ELSE 2 END > 1", Some("sad")),
            ("CAST(mood AS text) = 'sad' OR concat(mood, 'x') = 'y'", None),
            ("sql!(mood = 'sad')", None),
        ] {
            assert_eq!(unknown_label(&text.parse().unwrap(), "mood", &labels).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn what_only_the_database_understands_is_said() {
        for (text, part) in [
            ("name = '' OR sql!(mood = 'glad')", "sql!(mood = 'glad')"),
            ("mood = sql!('glad'::mood)", "sql!('glad'::mood)"),
            ("concat(mood, 'glad') = ''", "concat(mood, 'glad')"),
        ] {
            assert_eq!(followed(text, false), Err(part.to_owned()), "{text}");
        }
        let found = followed("array_position(mood, 'glad') > 1", true);
        assert_eq!(found, Err("array_position(mood, 'glad')".to_owned()));
    }
}
