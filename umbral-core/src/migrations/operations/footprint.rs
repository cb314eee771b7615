//! What operations touch, and so which of them may change places.

use crate::schema::{Column, Constraint, ConstraintKind, Expr, Index};

/// A part of a schema that one operation may change and another depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Everything.
    All,
    /// A table with all that is in it.
    Table(String),
    /// That there is such a table.
    Existence(String),
    /// A column, by its table and its name.
    Column(String, String),
    /// Which indexes, constraints and keys use the columns of a table.
    Users(String),
    /// What a foreign key may reference in a table.
    Keys(String),
    /// What a table's comment says.
    Comment(String),
    /// Which foreign keys there are.
    References,
    /// The name of an index or a constraint; of which one is not known: all of them.
    Name(Option<String>),
}

impl Part {
    fn table(&self) -> Option<&String> {
        match self {
            Part::Table(table)
            | Part::Existence(table)
            | Part::Column(table, _)
            | Part::Users(table)
            | Part::Keys(table)
            | Part::Comment(table) => Some(table),
            Part::All | Part::References | Part::Name(_) => None,
        }
    }

    /// Whether it is a set to which one operation can add, or from which it can take, without regard to another.
    fn is_set(&self) -> bool {
        matches!(self, Part::Keys(_) | Part::Users(_) | Part::References)
    }

    fn meets(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::All, _) | (_, Part::All) => true,
            (Part::Name(left), Part::Name(right)) => left.is_none() || right.is_none() || left == right,
            (Part::References, Part::References) => true,
            (Part::Column(table, column), Part::Column(other, other_column)) => {
                table == other && column == other_column
            }
            (Part::Keys(table), Part::Keys(other))
            | (Part::Users(table), Part::Users(other))
            | (Part::Comment(table), Part::Comment(other)) => table == other,
            (Part::Table(table), other) | (other, Part::Table(table)) => other.table() == Some(table),
            _ => false,
        }
    }
}

/// What an operation changes and what it depends on: two operations may change places where neither changes what the
/// other changes or depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footprint {
    changes: Vec<Part>,
    needs: Vec<Part>,
}

impl Footprint {
    pub(super) fn changing(parts: impl IntoIterator<Item = Part>) -> Footprint {
        Footprint { changes: parts.into_iter().collect(), needs: Vec::new() }
    }

    pub(super) fn needing(mut self, parts: impl IntoIterator<Item = Part>) -> Footprint {
        self.needs.extend(parts);
        self
    }

    /// The footprint of an operation on the table that is there before and after it.
    pub(super) fn on(table: &str, changes: impl IntoIterator<Item = Part>) -> Footprint {
        Footprint::changing(changes).needing([Part::Existence(table.to_owned())])
    }

    /// What adding the constraint changes and needs.
    pub(super) fn with_constraint(mut self, table: &str, constraint: &Constraint) -> Footprint {
        self.changes.push(Part::Name(Some(constraint.name.clone())));
        let column = |name: &String| Part::Column(table.to_owned(), name.clone());
        match &constraint.kind {
            ConstraintKind::Unique(unique) => {
                self.changes.push(Part::Keys(table.to_owned()));
                self.needs.extend(unique.columns.iter().map(column));
            }
            ConstraintKind::Check(check) => self.needs.extend(read(table, &check.expr)),
            ConstraintKind::ForeignKey(key) => {
                self.changes.push(Part::References);
                self.needs.extend(key.columns.iter().map(column));
                self.needs
                    .extend(key.references.iter().map(|name| Part::Column(key.table.clone(), name.clone())));
                self.needs.push(Part::Keys(key.table.clone()));
            }
            ConstraintKind::Exclusion(exclusion) => {
                self.needs.extend(exclusion.exprs().flat_map(|expr| read(table, expr)));
            }
        }
        self
    }

    /// What adding the index changes and needs.
    pub(super) fn with_index(mut self, table: &str, index: &Index) -> Footprint {
        self.changes.push(Part::Name(Some(index.name.clone())));
        if index.unique {
            self.changes.push(Part::Keys(table.to_owned()));
        }
        let exprs = index.columns.iter().map(|key| &key.expr).chain(&index.predicate);
        self.needs.extend(exprs.flat_map(|expr| read(table, expr)));
        self.needs.extend(index.include.iter().map(|name| Part::Column(table.to_owned(), name.clone())));
        self
    }

    /// What adding the column, or making another one the column, needs.
    pub(super) fn with_column(mut self, table: &str, column: &Column) -> Footprint {
        self.needs.extend(column.generated.iter().flat_map(|generated| read(table, &generated.expr)));
        self
    }

    /// Whether an operation of this footprint and one of `next` may change places.
    pub fn is_independent_of(&self, next: &Footprint) -> bool {
        let meet = |changes: &[Part], parts: &[Part], meets: fn(&Part, &Part) -> bool| {
            changes.iter().any(|change| parts.iter().any(|part| meets(change, part)))
        };
        let both = |left: &Part, right: &Part| left.meets(right) && !(left.is_set() && right.is_set());
        !meet(&self.changes, &next.changes, both)
            && !meet(&self.changes, &next.needs, Part::meets)
            && !meet(&next.changes, &self.needs, Part::meets)
    }
}

/// What an expression reads; text of the database's own may read the whole table.
fn read(table: &str, expr: &Expr) -> Vec<Part> {
    let mut parts: Vec<Part> =
        expr.columns().into_iter().map(|name| Part::Column(table.to_owned(), name.to_owned())).collect();
    expr.visit(&mut |expr| {
        if matches!(expr, Expr::Raw(_)) {
            parts.push(Part::Table(table.to_owned()));
        }
    });
    parts
}
