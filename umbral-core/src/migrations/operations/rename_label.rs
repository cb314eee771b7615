//! Renames a label of a column's enum; the rows keep it, and what compares the column with it follows.

use super::footprint::{Footprint, Part};
use super::{
    DropColumn, Irreversible, Op, Operation, Reduction, StateError, TableOp, drop_column, naming, table_op,
};
use crate::schema::expr::LabelChange;
use crate::schema::{Column, ConstraintKind, Expr, Generated, Schema, SqlType, Table};

/// Renames a label of a column's enum; the rows keep it, and what compares the column with it follows.
///
/// Where the enum is a type of the database that several columns share, each of them has an operation of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameLabel {
    /// The table's name.
    pub table: String,
    /// The column's name.
    pub column: String,
    /// The label that it has.
    pub from: String,
    /// The label that it gets.
    pub to: String,
}

impl TableOp for RenameLabel {
    fn table(&self) -> &str {
        &self.table
    }

    fn change(&self, table: &mut Table) -> Result<(), StateError> {
        let no_column = || drop_column::no_column(&self.table, &self.column);
        let column = table.column(&self.column).ok_or_else(no_column)?;
        let renamed = self.relabelled(column)?;
        let change = self.in_column(&column.ty);
        let follow =
            |user: String, expr: &Expr| change.followed(expr.clone()).map_err(|part| unclear(&user, &part));
        let mut changed = table.clone();
        changed.columns.insert(self.column.clone(), renamed);
        for reader in changed.columns.values_mut().filter(|reader| reader.name != self.column) {
            if let Some(generated) = &mut reader.generated {
                generated.expr = follow(format!("the generated column `{}`", reader.name), &generated.expr)?;
            }
        }
        for constraint in changed.constraints.values_mut() {
            if let ConstraintKind::Check(check) = &mut constraint.kind {
                check.expr = follow(format!("constraint `{}`", constraint.name), &check.expr)?;
            }
        }
        for index in changed.indexes.values_mut() {
            let exprs = index.columns.iter_mut().map(|key| &mut key.expr).chain(&mut index.predicate);
            for expr in exprs {
                *expr = follow(format!("index `{}`", index.name), expr)?;
            }
        }
        *table = changed;
        Ok(())
    }
}

impl Op for RenameLabel {
    fn apply(&self, state: &mut Schema) -> Result<(), StateError> {
        table_op::apply(self, state)
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        Ok(Operation::RenameLabel(RenameLabel {
            table: self.table.clone(),
            column: self.column.clone(),
            from: self.to.clone(),
            to: self.from.clone(),
        }))
    }

    fn describe(&self) -> String {
        format!("Rename label {} of {}.{} to {}", self.from, self.table, self.column, self.to)
    }

    fn slug(&self) -> String {
        naming::slug(&["rename", &self.column, &self.from, &self.to])
    }

    fn footprint(&self) -> Footprint {
        let column = Part::Column(self.table.clone(), self.column.clone());
        let users = [Part::Users(self.table.clone()), Part::References];
        Footprint::on(&self.table, [column]).needing(users)
    }

    fn as_table_op(&self) -> Option<&dyn TableOp> {
        Some(self)
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        match next {
            Operation::RenameLabel(next) if self.is_of(&next.table, &next.column) && next.from == self.to => {
                let renamed = RenameLabel { to: next.to.clone(), ..self.clone() };
                let changes = renamed.from != renamed.to;
                Reduction::To(changes.then_some(Operation::RenameLabel(renamed)).into_iter().collect())
            }
            Operation::DropColumn(DropColumn { table, column }) if self.is_of(table, column) => {
                Reduction::To(vec![next.clone()])
            }
            _ => table_op::reduce(self, next),
        }
    }
}

impl RenameLabel {
    fn is_of(&self, table: &str, column: &str) -> bool {
        table == self.table && column == self.column
    }

    fn in_column(&self, ty: &SqlType) -> LabelChange<'_> {
        let is_array = matches!(ty, SqlType::Array(_));
        LabelChange { column: &self.column, is_array, from: &self.from, to: &self.to }
    }

    /// A value of the column.
    pub(super) fn value(&self, ty: &SqlType, value: Expr) -> Result<Expr, StateError> {
        let user = format!("the default of `{}.{}`", self.table, self.column);
        self.in_column(ty).value(value).map_err(|part| unclear(&user, &part))
    }

    /// The column with the label by its new name, in its default and in what it is generated from.
    pub(super) fn relabelled(&self, column: &Column) -> Result<Column, StateError> {
        let place = format!("`{}.{}`", self.table, self.column);
        let Some(of) = column.ty.enum_of() else {
            return Err(StateError(format!("{place} is {}, and only an enum has labels", column.ty)));
        };
        let renamed = of.renamed(&self.from, &self.to).ok_or_else(|| {
            StateError(match of.labels.contains(&self.from) {
                true => format!("{place} has a label `{}` already", self.to),
                false => format!("{place} has no label `{}`", self.from),
            })
        })?;
        let mut column = Column { ty: column.ty.with_enum(renamed), ..column.clone() };
        column.default = column.default.take().map(|value| self.value(&column.ty, value)).transpose()?;
        if let Some(generated) = column.generated.take() {
            let expr = self.value(&column.ty, generated.expr)?;
            column.generated = Some(Generated { expr, ..generated });
        }
        Ok(column)
    }
}

fn unclear(user: &str, part: &str) -> StateError {
    StateError(format!(
        "{user} has `{part}`, which only the database can read the label in; drop it before, and add it again with the \
         new label after"
    ))
}
