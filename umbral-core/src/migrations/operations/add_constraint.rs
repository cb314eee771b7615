//! Adds a unique, check, foreign-key or exclusion constraint.

use super::footprint::Footprint;
use super::{
    DropConstraint, Irreversible, Op, Operation, Reduction, RenameConstraint, StateError, TableOp, naming,
    table_op,
};
use crate::schema::{Constraint, ConstraintKind, Schema, Table};

/// Adds a unique, check, foreign-key or exclusion constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct AddConstraint {
    /// The table's name.
    pub table: String,
    /// The constraint.
    pub constraint: Constraint,
}

impl TableOp for AddConstraint {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        let name = &self.constraint.name;
        if table.constraints.contains_key(name) {
            return Err(StateError(format!("`{}` has a constraint `{name}` already", self.table)));
        }
        table.constraints.insert(name.clone(), self.constraint.clone());
        Ok(())
    }
}

impl Op for AddConstraint {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        let (table, constraint) = (self.table.clone(), self.constraint.name.clone());
        Ok(Operation::DropConstraint(DropConstraint { table, constraint }))
    }

    fn describe(&self) -> String {
        let (name, table) = (&self.constraint.name, &self.table);
        match &self.constraint.kind {
            ConstraintKind::Unique(unique) => {
                format!("Add unique constraint {name} to {table} ({})", unique.columns.join(", "))
            }
            ConstraintKind::Check(check) => format!("Add check {name} to {table} ({})", check.expr),
            ConstraintKind::ForeignKey(key) => {
                let (columns, references) = (key.columns.join(", "), key.references.join(", "));
                format!("Add foreign key {name} to {table} ({columns} → {}.{references})", key.table)
            }
            ConstraintKind::Exclusion(exclusion) => {
                format!("Add exclusion constraint {name} to {table} ({})", exclusion.summary())
            }
        }
    }

    fn slug(&self) -> String {
        naming::slug(&[&self.constraint.name])
    }

    fn footprint(&self) -> Footprint {
        Footprint::on(&self.table, []).with_constraint(&self.table, &self.constraint)
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::DropConstraint(drop)
                if drop.table == self.table && drop.constraint == self.constraint.name =>
            {
                Reduction::To(Vec::new())
            }
            Operation::RenameConstraint(RenameConstraint { table, from, to })
                if *table == self.table && *from == self.constraint.name =>
            {
                let mut renamed = self.clone();
                to.clone_into(&mut renamed.constraint.name);
                Reduction::To(vec![Operation::AddConstraint(renamed)])
            }
            _ => table_op::reduce(self, next),
        }
    }
}
