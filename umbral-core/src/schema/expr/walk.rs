//! Over the nodes of an expression.

use super::{Expr, lexer};
use std::collections::BTreeSet;

impl Expr {
    /// Calls `visit` for this expression and every one inside it, outer ones first.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        self.for_each_child(&mut |child| child.visit(visit));
    }

    fn for_each_child<'a>(&'a self, each: &mut dyn FnMut(&'a Expr)) {
        match self {
            Expr::Column(_) | Expr::Literal(_) | Expr::Now | Expr::Raw(_) => {}
            Expr::Unary { operand, .. } | Expr::IsNull { operand, .. } | Expr::Cast { operand, .. } => {
                each(operand)
            }
            Expr::Binary { left, right, .. } => {
                each(left);
                each(right);
            }
            Expr::In { operand, list, .. } => {
                each(operand);
                list.iter().for_each(each);
            }
            Expr::Case { branches, otherwise } => {
                for (condition, value) in branches {
                    each(condition);
                    each(value);
                }
                otherwise.iter().for_each(|otherwise| each(otherwise));
            }
            Expr::Function { arguments, .. } => arguments.iter().for_each(each),
        }
    }

    /// Rebuilds the expression from the inside out: `change` is given every node once what is inside it is rebuilt.
    #[must_use]
    pub fn map(self, change: &mut dyn FnMut(Expr) -> Expr) -> Expr {
        let mut boxed = |expr: Box<Expr>| Box::new(expr.map(change));
        let rebuilt = match self {
            Expr::Column(_) | Expr::Literal(_) | Expr::Now | Expr::Raw(_) => self,
            Expr::Unary { op, operand } => Expr::Unary { op, operand: boxed(operand) },
            Expr::IsNull { operand, negated } => Expr::IsNull { operand: boxed(operand), negated },
            Expr::Cast { operand, ty } => Expr::Cast { operand: boxed(operand), ty },
            Expr::Binary { op, left, right } => Expr::Binary { op, left: boxed(left), right: boxed(right) },
            Expr::In { operand, list, negated } => {
                let operand = boxed(operand);
                Expr::In { operand, list: list.into_iter().map(|item| item.map(change)).collect(), negated }
            }
            Expr::Case { branches, otherwise } => {
                let otherwise = otherwise.map(boxed);
                let branches = branches.into_iter();
                let branches = branches.map(|(when, then)| (when.map(change), then.map(change))).collect();
                Expr::Case { branches, otherwise }
            }
            Expr::Function { name, arguments } => Expr::Function {
                name,
                arguments: arguments.into_iter().map(|item| item.map(change)).collect(),
            },
        };
        change(rebuilt)
    }

    /// The columns that it names. What [`Expr::Raw`] names is not known, and is left out.
    ///
    /// ```
    /// use umbral_core::schema::Expr;
    /// let expr: Expr = "price >= 0 AND lower(title) <> ''".parse().unwrap();
    /// assert_eq!(expr.columns().into_iter().collect::<Vec<_>>(), ["price", "title"]);
    /// ```
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns = BTreeSet::new();
        self.visit(&mut |expr| {
            if let Expr::Column(name) = expr {
                columns.insert(name.as_str());
            }
        });
        columns
    }

    /// Whether it reads `column`. In [`Expr::Raw`] a name that is spelt like the column counts as the column.
    pub fn reads(&self, column: &str) -> bool {
        let mut reads = false;
        self.visit(&mut |expr| {
            reads |= match expr {
                Expr::Column(name) => name == column,
                Expr::Raw(text) => names_in(text).iter().any(|(name, _)| name == column),
                _ => false,
            }
        });
        reads
    }

    /// Renames a column wherever the expression reads it, in [`Expr::Raw`] too.
    #[must_use]
    pub fn rename_column(self, from: &str, to: &str) -> Expr {
        self.rename_columns(&|name| (name == from).then(|| to.to_owned()))
    }

    /// Renames columns, all at once: `rename` gives the new name of those that get one.
    #[must_use]
    pub fn rename_columns(self, rename: &dyn Fn(&str) -> Option<String>) -> Expr {
        self.map(&mut |expr| match expr {
            Expr::Column(name) => Expr::Column(rename(&name).unwrap_or(name)),
            Expr::Raw(text) => Expr::Raw(rename_in(text, rename)),
            other => other,
        })
    }

    /// Whether it has more than `limit` nodes.
    pub(super) fn exceeds(&self, limit: usize) -> bool {
        let mut nodes = 0_usize;
        self.visit(&mut |_| nodes += 1);
        nodes > limit
    }
}

/// The names in a database's own text that may be columns: not called, and not the type of a cast.
fn names_in(text: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let may_be_column = |place: &std::ops::Range<usize>| {
        !text[place.end..].trim_start().starts_with('(') && !text[..place.start].trim_end().ends_with("::")
    };
    lexer::names(text).into_iter().filter(|(_, place)| may_be_column(place)).collect()
}

fn rename_in(text: String, rename: &dyn Fn(&str) -> Option<String>) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut copied = 0;
    for (name, place) in names_in(&text) {
        if let Some(to) = rename(&name) {
            renamed.push_str(&text[copied..place.start]);
            renamed.push_str(&format!("\"{}\"", to.replace('"', "\"\"")));
            copied = place.end;
        }
    }
    renamed.push_str(&text[copied..]);
    renamed
}
