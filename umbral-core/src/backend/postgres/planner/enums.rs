//! Types of enums: made before the first column that has one, dropped behind the last.
//!
//! A change of labels is a new type, to which each column is moved: a type in place takes new labels alone, which no
//! statement of the same transaction may use, and gives none up. A label's name alone is changed in place. Between the
//! first column that moves and the last, the old type has another name.

use super::super::text::{identifier, quoted};
use super::super::types;
use super::{Walk, refusals, table_of};
use crate::backend::{DatabaseBackend, Dialect, ExprContext};
use crate::error::{Error, Result};
use crate::migrations::Operation;
use crate::migrations::operations::RenameLabel;
use crate::schema::{Column, EnumType, Expr, PORTABLE_IDENTIFIER_BYTES, Schema, SqlType, shorten};
use std::collections::BTreeMap;

/// The types that are in the database as the plan goes on.
#[derive(Debug, Default)]
pub(super) struct Enums {
    /// By their names.
    types: BTreeMap<String, EnumType>,
    /// Those that have another name until the last column has left them, by the one they had.
    aside: BTreeMap<String, EnumType>,
    /// Those whose labels got other names, before and after: each column says so by itself, and the first one's operation
    /// does it for all.
    renamed: Vec<(EnumType, EnumType)>,
}

impl Enums {
    /// Those of a state.
    pub(super) fn of(state: &Schema) -> Enums {
        let types = columns(state).filter_map(|column| column.ty.enum_of());
        let types = types.map(|of| (of.name.clone(), of.clone())).collect();
        Enums { types, ..Enums::default() }
    }

    /// Whether it is one as it was before its labels got other names.
    fn is_behind(&self, of: &EnumType) -> bool {
        self.renamed.iter().any(|(before, _)| before == of)
            && self.types.get(&of.name).is_some_and(|there| there != of)
    }
}

fn columns(state: &Schema) -> impl Iterator<Item = &Column> {
    state.tables.values().flat_map(|table| table.columns.values())
}

/// Whether a column of the state has this enum.
fn is_used(state: &Schema, of: &EnumType) -> bool {
    columns(state).any(|column| column.ty.enum_of() == Some(of))
}

fn aside_name(name: &str) -> String {
    shorten(&format!("{name}_before"), PORTABLE_IDENTIFIER_BYTES)
}

impl Walk<'_> {
    /// Makes what the columns that an operation brings ask for.
    pub(super) fn make_enums(&mut self, operation: &Operation) -> Result<()> {
        if let Operation::AlterColumn(op) = operation
            && let Some(of) = op.from.ty.enum_of().filter(|of| self.enums.is_behind(of))
        {
            return Err(left_behind(&of.name, &format!("{}.{}", op.table, op.from.name)));
        }
        let brought: Vec<&Column> = match operation {
            Operation::CreateTable(op) => op.table.columns.values().collect(),
            Operation::AddColumn(op) => vec![&op.column],
            Operation::AlterColumn(op) => vec![&op.to],
            _ => return Ok(()),
        };
        for of in brought.into_iter().filter_map(|column| column.ty.enum_of()) {
            self.backend.map_type(&of.clone().into())?;
            self.make_enum(of)?;
        }
        Ok(())
    }

    fn make_enum(&mut self, of: &EnumType) -> Result<()> {
        let name = &of.name;
        match self.enums.types.get(name) {
            Some(there) if there == of => return Ok(()),
            Some(_) if self.enums.aside.contains_key(name) => {
                return Err(Error::unsupported(
                    format!("the enum {name} would have three lists of labels at a time"),
                    "let all of its columns have the same labels, before the next change of them",
                ));
            }
            Some(there) => {
                let aside = aside_name(name);
                let (from, to) = (identifier(name), identifier(&aside));
                self.enums.aside.insert(name.clone(), there.clone());
                self.execute(format!("ALTER TYPE {from} RENAME TO {to}"));
            }
            None => self.steps.push(refusals::type_there(name)),
        }
        let list: Vec<String> = of.labels.iter().map(|label| quoted(label)).collect();
        self.execute(format!("CREATE TYPE {} AS ENUM ({})", identifier(name), list.join(", ")));
        self.enums.types.insert(name.clone(), of.clone());
        Ok(())
    }

    /// Renames the label in the type: whatever holds or compares it has the new name with that.
    pub(super) fn rename_label(&mut self, op: &RenameLabel, after: &Schema) -> Result<()> {
        let of = |state: &Schema| state.table(&op.table)?.column(&op.column)?.ty.enum_of().cloned();
        let (Some(before), Some(renamed)) = (of(&self.state), of(after)) else { return Ok(()) };
        self.backend.map_type(&renamed.clone().into())?;
        let name = &before.name;
        if self.enums.types.get(name) == Some(&before) && !self.enums.aside.contains_key(name) {
            let (from, to) = (quoted(&op.from), quoted(&op.to));
            self.execute(format!("ALTER TYPE {} RENAME VALUE {from} TO {to}", identifier(name)));
            self.enums.types.insert(name.clone(), renamed.clone());
            self.enums.renamed.push((before, renamed));
        } else if !self.enums.renamed.contains(&(before.clone(), renamed)) {
            return Err(left_behind(name, &format!("{}.{}", op.table, op.column)));
        }
        self.refuse_broken_checks(op, after)
    }

    /// A check over a label's text is not looked at again by the database when the label has another name.
    fn refuse_broken_checks(&mut self, op: &RenameLabel, after: &Schema) -> Result<()> {
        let table = table_of(after, &op.table)?;
        for (name, check) in table.checks().filter(|(_, check)| reads_text(&check.expr, &op.column)) {
            let demand = self.backend.expr(&check.expr, ExprContext::of(table))?;
            self.refuse(&op.table, || {
                let message = format!("rows of {} would violate the check {name}: {}", op.table, check.expr);
                Ok(refusals::rows_where(
                    &op.table,
                    &format!("NOT ({demand})"),
                    message,
                    "change these rows first",
                ))
            })?;
        }
        Ok(())
    }

    /// Drops what no column has any more.
    pub(super) fn drop_enums(&mut self) {
        let state = &self.state;
        let behind = |of: &EnumType| {
            let mut enums = columns(state).filter_map(|column| column.ty.enum_of());
            enums.any(|other| other.name == of.name && self.enums.is_behind(other))
        };
        let unused = |types: &BTreeMap<String, EnumType>| -> Vec<String> {
            let unused = types.values().filter(|of| !is_used(state, of) && !behind(of));
            unused.map(|of| of.name.clone()).collect()
        };
        let (aside, types) = (unused(&self.enums.aside), unused(&self.enums.types));
        for name in aside {
            self.enums.aside.remove(&name);
            self.execute(format!("DROP TYPE {}", identifier(&aside_name(&name))));
        }
        for name in types {
            self.enums.types.remove(&name);
            self.execute(format!("DROP TYPE {}", identifier(&name)));
        }
    }

    /// # Errors
    /// Where columns of one enum have different labels in the end.
    pub(super) fn no_enum_left_aside(&self) -> Result<()> {
        let behind = self.state.tables.values().find_map(|table| {
            let mut columns = table.columns.values();
            let column =
                columns.find(|column| column.ty.enum_of().is_some_and(|of| self.enums.is_behind(of)))?;
            Some((column.ty.enum_of()?.name.clone(), format!("{}.{}", table.name, column.name)))
        });
        if let Some((name, holder)) = behind {
            return Err(left_behind(&name, &holder));
        }
        let Some((name, old)) = self.enums.aside.first_key_value() else { return Ok(()) };
        let holders = self.state.tables.values().flat_map(|table| {
            let columns = table.columns.values();
            let left = columns.filter(|column| column.ty.enum_of() == Some(old));
            left.map(|column| format!("{}.{}", table.name, column.name))
        });
        let holders: Vec<String> = holders.collect();
        Err(Error::unsupported(
            format!("the enum {name} would have two lists of labels: {} has the old one", holders.join(", ")),
            "change all of its columns in one migration, or give one of the enums another name: `native = \"…\"`",
        ))
    }

    /// Whether it is one that columns are to leave.
    pub(super) fn is_aside(&self, of: &EnumType) -> bool {
        self.enums.aside.get(&of.name) == Some(of)
    }
}

/// Whether an expression has more to do with a column than to compare its values.
fn reads_text(expr: &Expr, column: &str) -> bool {
    let mut found = false;
    expr.visit(&mut |node| {
        found |=
            matches!(node, Expr::Cast { .. } | Expr::Function { .. } | Expr::Raw(_)) && node.reads(column);
    });
    found
}

fn left_behind(name: &str, holder: &str) -> Error {
    Error::unsupported(
        format!("the enum {name} would have two lists of labels: {holder} still has a label by its old name"),
        format!(
            "rename the label of {holder} too, before anything else is changed there and in the same migration"
        ),
    )
}

/// How a value of one enum, or of text, becomes one of another: by way of text.
pub(super) fn through_text(name: &str, ty: &SqlType) -> String {
    let text = if matches!(ty, SqlType::Array(_)) { "text[]" } else { "text" };
    format!("{name}::{text}::{}", types::name(ty))
}
