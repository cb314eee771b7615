//! Exclusion constraints.

use super::{Deferrable, Expr, IndexColumn, IndexMethod};
use std::fmt;
use std::str::FromStr;

/// No two rows for which all of these comparisons are true; one with a NULL is true for no row.
///
/// ```
/// use umbral_core::schema::{Constraint, ExclusionConstraint, IndexMethod};
/// let elements = ["room with =", "network inet_ops with &&"].map(|element| element.parse().unwrap());
/// let one_network_each = ExclusionConstraint {
///     method: IndexMethod::Gist,
///     predicate: Some("NOT retired".parse().unwrap()),
///     ..ExclusionConstraint::new(elements)
/// };
/// assert_eq!(one_network_each.columns(), ["room", "network"]);
/// assert!(Constraint::exclusion("one_network_each", one_network_each).reads("retired"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ExclusionConstraint {
    /// What is compared, in order.
    pub elements: Vec<ExclusionElement>,
    /// How the index is built that finds such rows.
    pub method: IndexMethod,
    /// The rows that it looks at: all, or those for which this is true.
    pub predicate: Option<Expr>,
    /// Whether it can wait for the end of a transaction.
    pub deferrable: Option<Deferrable>,
}

/// One comparison of an exclusion constraint.
///
/// Its text is that of the key with ` with ` and the operator behind it, as SQL has it: `during with &&`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExclusionElement {
    /// What is compared, as an index holds it.
    pub key: IndexColumn,
    /// By which operator. It must be its own mirror: true for two values in whatever order.
    pub operator: ExclusionOperator,
}

/// An operator by the name that the database has for it: `=`, `&&`, `<>`.
///
/// ```
/// use umbral_core::schema::ExclusionOperator;
/// assert_eq!("!=".parse::<ExclusionOperator>().unwrap().as_str(), "<>");
/// assert!("and".parse::<ExclusionOperator>().is_err());
/// assert!("--".parse::<ExclusionOperator>().is_err(), "it begins a comment");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExclusionOperator(String);

impl ExclusionConstraint {
    /// These comparisons over all rows, by a sorted index, checked at once.
    pub fn new(elements: impl IntoIterator<Item = ExclusionElement>) -> ExclusionConstraint {
        ExclusionConstraint {
            elements: elements.into_iter().collect(),
            method: IndexMethod::BTree,
            predicate: None,
            deferrable: None,
        }
    }

    /// What it compares, and the condition of the rows that it looks at.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.elements.iter().map(|element| &element.key.expr).chain(&self.predicate)
    }

    /// The columns that it compares, each once.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns = Vec::new();
        for column in self.elements.iter().flat_map(|element| element.key.expr.columns()) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    /// Its comparisons as text: `room with =, during with &&`.
    pub fn summary(&self) -> String {
        self.elements.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// The constraint after columns of its table are renamed.
    pub(super) fn rename_columns(&mut self, rename: &dyn Fn(&str) -> Option<String>) {
        for ExclusionElement { key, .. } in &mut self.elements {
            key.expr = key.expr.clone().rename_columns(rename);
        }
        self.predicate = self.predicate.take().map(|predicate| predicate.rename_columns(rename));
    }
}

impl ExclusionElement {
    /// A column or an expression that is compared by its usual operators, and by which of them.
    pub fn new(expr: Expr, operator: ExclusionOperator) -> ExclusionElement {
        ExclusionElement { key: IndexColumn::new(expr), operator }
    }

    /// Whether it is a column alone that is compared for equality, as a unique constraint does.
    pub fn is_plain(&self) -> bool {
        matches!(self.key.expr, Expr::Column(_)) && self.key.class.is_none() && self.operator.is_equality()
    }
}

/// What stands between a key and its operator.
const WITH: &str = "with";

impl fmt::Display for ExclusionElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {WITH} {}", self.key, self.operator)
    }
}

impl FromStr for ExclusionElement {
    type Err = String;

    fn from_str(text: &str) -> Result<ExclusionElement, String> {
        // No key ends in an operator, so that the last two words are what they look like.
        let words = text.trim_end().rsplit_once(char::is_whitespace);
        let words = words.and_then(|(before, operator)| {
            let (key, with) = before.trim_end().rsplit_once(char::is_whitespace)?;
            with.eq_ignore_ascii_case(WITH).then_some((key, operator))
        });
        let (key, operator) =
            words.ok_or("expected what is compared, `with` and an operator, as in `room with =`")?;
        let key: IndexColumn = key.parse().map_err(|error| format!("{error}"))?;
        Ok(ExclusionElement { key, operator: operator.parse()? })
    }
}

/// The characters of operators.
const CHARACTERS: &str = "+-*/<>=~!@#%^&|`?";
/// Those of which one is in every operator that ends in `+` or `-` behind another character.
const NOT_OF_STANDARD_SQL: &str = "~!@#%^&|`?";

impl ExclusionOperator {
    /// The operator.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `=`.
    pub fn is_equality(&self) -> bool {
        self.0 == "="
    }
}

impl fmt::Display for ExclusionOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ExclusionOperator {
    type Err = String;

    fn from_str(text: &str) -> Result<ExclusionOperator, String> {
        let is_one = !text.is_empty()
            && text.len() < 64
            && text.chars().all(|letter| CHARACTERS.contains(letter))
            // They would begin a comment, or be something else.
            && !text.contains("--")
            && !text.contains("/*")
            && text != "=>"
            && (text.len() == 1
                || !text.ends_with(['+', '-'])
                || text.contains(|letter| NOT_OF_STANDARD_SQL.contains(letter)));
        match is_one {
            true if text == "!=" => Ok(ExclusionOperator("<>".to_owned())),
            true => Ok(ExclusionOperator(text.to_owned())),
            false => Err(format!("`{text}` is no operator, such as = or &&")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_reads_back_as_it_is_written() {
        for text in [
            "room with =",
            "network inet_ops with &&",
            "lower(name) with =",
            "\"Mixed Case\" with <>",
            "code desc nulls last with =",
            "'a with =' with =",
            "at + 1 with ~=",
        ] {
            let element: ExclusionElement = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(element.to_string(), text);
        }
        let loose: ExclusionElement = "room  WITH   != ".parse().unwrap();
        assert_eq!(loose.to_string(), "room with <>");
    }

    #[test]
    fn what_is_no_element_is_refused() {
        for (text, why) in [
            ("room", "expected what is compared"),
            ("room =", "expected what is compared"),
            ("with =", "expected what is compared"),
            ("room with and", "`and` is no operator"),
            ("room with =>", "`=>` is no operator"),
            ("room with =--", "`=--` is no operator"),
            ("room with &/*", "`&/*` is no operator"),
            ("room with =-", "`=-` is no operator"),
            ("room > with =", "expected"),
        ] {
            let error = text.parse::<ExclusionElement>().unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
        assert_eq!("a with @-".parse::<ExclusionElement>().unwrap().operator.as_str(), "@-");
    }
}
