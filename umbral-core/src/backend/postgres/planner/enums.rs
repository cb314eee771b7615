//! Types of enums: made before the first column that has one, dropped behind the last.
//!
//! A change of labels is a new type, to which each column is moved: a type in place takes new labels alone, which no
//! statement of the same transaction may use, and gives none up. Between the first column that moves and the last, the
//! old type has another name.

use super::super::text::{identifier, quoted};
use super::super::types;
use super::{Walk, refusals};
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};
use crate::migrations::Operation;
use crate::schema::{Column, EnumType, PORTABLE_IDENTIFIER_BYTES, Schema, SqlType, shorten};
use std::collections::BTreeMap;

/// The types that are in the database as the plan goes on.
#[derive(Debug, Default)]
pub(super) struct Enums {
    /// By their names.
    types: BTreeMap<String, EnumType>,
    /// Those that have another name until the last column has left them, by the one they had.
    aside: BTreeMap<String, EnumType>,
}

impl Enums {
    /// Those of a state.
    pub(super) fn of(state: &Schema) -> Enums {
        let types = columns(state).filter_map(|column| column.ty.enum_of());
        let types = types.map(|of| (of.name.clone(), of.clone())).collect();
        Enums { types, aside: BTreeMap::new() }
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

    /// Drops what no column has any more.
    pub(super) fn drop_enums(&mut self) {
        let state = &self.state;
        let unused = |types: &BTreeMap<String, EnumType>| -> Vec<String> {
            types.values().filter(|of| !is_used(state, of)).map(|of| of.name.clone()).collect()
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

/// How a value of one enum, or of text, becomes one of another: by way of text.
pub(super) fn through_text(name: &str, ty: &SqlType) -> String {
    let text = if matches!(ty, SqlType::Array(_)) { "text[]" } else { "text" };
    format!("{name}::{text}::{}", types::name(ty))
}
