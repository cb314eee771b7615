//! Changes a column's type, nullability, identity, default or another of its attributes.

use super::add_column::given_and_generated;
use super::footprint::{Footprint, Part};
use super::{DropColumn, Irreversible, Op, Operation, Reduction, StateError, TableOp, naming, table_op};
use crate::schema::{Column, Expr, Generated, Schema, Table};

/// Changes a column's type, nullability, identity, default or another of its attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterColumn {
    /// The table's name.
    pub table: String,
    /// The column as it is.
    pub from: Column,
    /// The column as it becomes; of the same name.
    pub to: Column,
    /// The value for NULLs in rows that exist, where the column becomes NOT NULL.
    pub backfill: Option<Expr>,
}

impl TableOp for AlterColumn {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        let (from, to) = (&self.from, &self.to);
        let place = format!("`{}.{}`", self.table, from.name);
        if from.name != to.name {
            return Err(StateError(format!(
                "{place} would be called `{}`; renaming is an operation of its own",
                to.name
            )));
        }
        if to.generated.is_some() && self.backfill.is_some() {
            return Err(given_and_generated(&self.table, &to.name));
        }
        match table.columns.get_mut(&from.name) {
            None => Err(StateError(format!("there is no column {place}"))),
            Some(column) if column != from => {
                let changes = changes(from, column).join(", ");
                Err(StateError(format!("{place} is not what the operation expects: {changes}")))
            }
            Some(column) => {
                *column = to.clone();
                Ok(())
            }
        }
    }
}

impl Op for AlterColumn {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        Ok(Operation::AlterColumn(AlterColumn {
            table: self.table.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
            backfill: None,
        }))
    }

    fn describe(&self) -> String {
        format!(
            "Alter column {} of {}: {}",
            self.to.name,
            self.table,
            changes(&self.from, &self.to).join(", ")
        )
    }

    fn slug(&self) -> String {
        naming::slug(&["alter", &self.table, &self.to.name])
    }

    fn footprint(&self) -> Footprint {
        let altered = Part::Column(self.table.clone(), self.to.name.clone());
        let users = [Part::Users(self.table.clone()), Part::References];
        let footprint = Footprint::on(&self.table, [altered]).needing(users);
        footprint.with_column(&self.table, &self.from).with_column(&self.table, &self.to)
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::DropColumn(DropColumn { table, column }) if self.is_of(table, column) => {
                Reduction::To(vec![next.clone()])
            }
            Operation::AlterColumn(next)
                if self.is_of(&next.table, &next.from.name) && self.merges_with(next) =>
            {
                let backfill = self.backfill.clone().or_else(|| next.backfill.clone());
                let merged = AlterColumn {
                    table: self.table.clone(),
                    from: self.from.clone(),
                    to: next.to.clone(),
                    backfill: backfill.filter(|_| next.to.generated.is_none()),
                };
                let changes = merged.from != merged.to;
                Reduction::To(changes.then_some(Operation::AlterColumn(merged)).into_iter().collect())
            }
            _ => table_op::reduce(self, next),
        }
    }
}

impl AlterColumn {
    fn is_of(&self, table: &str, column: &str) -> bool {
        table == self.table && column == self.from.name
    }

    /// Whether rows end up with the same values when the column becomes at once what `next` makes of it: not where a
    /// type in between would cut them, nor where NULLs are filled in that would stay.
    fn merges_with(&self, next: &AlterColumn) -> bool {
        let one_type_change = self.from.ty == self.to.ty || self.to.ty == next.to.ty;
        let fills_in = self.from.nullable && !self.to.nullable;
        // Values that are computed in between replace those that were there.
        let computes = self.to.generated.is_some() && next.to.generated.is_none();
        one_type_change && !(fills_in && next.to.nullable) && !computes
    }
}

/// What the change is, in words.
fn changes(from: &Column, to: &Column) -> Vec<String> {
    let mut changes = Vec::new();
    if from.ty != to.ty {
        changes.push(format!("type {} instead of {}", to.ty, from.ty));
    }
    if from.nullable != to.nullable {
        changes.push(if to.nullable { "accepts NULL" } else { "does not accept NULL" }.to_owned());
    }
    if from.identity != to.identity {
        changes.push(if to.identity { "an identity" } else { "no identity" }.to_owned());
    }
    if from.default != to.default {
        changes.push(match &to.default {
            Some(default) => format!("default {default}"),
            None => "no default".to_owned(),
        });
    }
    if from.generated != to.generated {
        changes.push(match &to.generated {
            Some(Generated { expr, stored: true }) => format!("stored as {expr}"),
            Some(Generated { expr, stored: false }) => format!("computed as {expr}"),
            None => "not generated".to_owned(),
        });
    }
    if from.collation != to.collation {
        changes.push(match &to.collation {
            Some(collation) => format!("collation {collation}"),
            None => "no collation of its own".to_owned(),
        });
    }
    if from.comment != to.comment {
        changes.push(match &to.comment {
            Some(comment) => format!("comment {comment:?}"),
            None => "no comment".to_owned(),
        });
    }
    if changes.is_empty() {
        changes.push("nothing".to_owned());
    }
    changes
}
