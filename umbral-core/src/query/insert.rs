//! The INSERT of one new row.

use super::cache::ShapeCache;
use super::compile::{Compiled, InsertShape, Key, Sort, compile_insert};
use super::constant::constant_default;
use super::slot::store;
use crate::backend::{BackendFeature, DatabaseBackend, Statement};
use crate::db::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{DefaultMeta, FieldMeta, ModelMeta};
use crate::value::Value;

/// The INSERTs that a database was asked for, by model and the fields that were given.
pub(crate) type Inserts = ShapeCache<Plan>;

/// The INSERT of rows of which the same fields are given.
#[derive(Debug)]
pub(crate) struct Plan {
    compiled: Compiled,
    /// Fields that are not given and have a constant for it, in ascending order.
    constants: Vec<(u16, Value)>,
}

/// The fields that were given for a new row.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) meta: &'static ModelMeta,
    /// By field number, in the order in which they were given; of two for one field the last counts.
    pub(crate) given: Vec<(u16, Value)>,
}

impl Draft {
    /// The statement that inserts the row and returns all of it.
    pub(crate) fn statement(self, db: &Db) -> Result<Statement> {
        let meta = self.meta;
        let mut row: Vec<Option<Value>> = Vec::new();
        row.resize_with(meta.fields.len(), || None);
        for (number, value) in self.given {
            let number = usize::from(number);
            let (Some(field), Some(place)) = (meta.fields.get(number), row.get_mut(number)) else {
                return Err(super::problem::Problem::NoSuchField.into_error(meta));
            };
            *place = Some(store(meta, field, value)?);
        }
        let mut key = Key::new(Sort::Insert as u8, meta);
        key.bytes.extend(row.chunks(8).map(|chunk| {
            chunk.iter().enumerate().fold(0, |bits, (bit, value)| bits | u8::from(value.is_some()) << bit)
        }));
        let plan = db.inserts().get(&key.bytes, || plan(meta, &row, &**db.backend()))?;
        for (number, value) in &plan.constants {
            row[usize::from(*number)] = Some(value.clone());
        }
        plan.compiled.statement(row.into_iter().flatten().collect())
    }
}

fn plan(meta: &'static ModelMeta, row: &[Option<Value>], backend: &dyn DatabaseBackend) -> Result<Plan> {
    verify_returning(meta, backend)?;
    let mut constants = Vec::new();
    let mut written = Vec::new();
    for (number, (field, value)) in (0u16..).zip(meta.fields.iter().zip(row)) {
        if value.is_none() {
            match constant_default(meta, field)? {
                Some(constant) => constants.push((number, constant)),
                None => {
                    verify_left_out(meta, field)?;
                    continue;
                }
            }
        }
        written.push(number);
    }
    let returned: Vec<u16> = (0u16..).zip(meta.fields).map(|(number, _)| number).collect();
    let shape = InsertShape { meta, written: &written, returned: &returned, rows: 1 };
    Ok(Plan { compiled: compile_insert(shape, backend)?, constants })
}

/// That a field need not be given. `create!` finds a forgotten one when it is compiled.
fn verify_left_out(meta: &'static ModelMeta, field: &'static FieldMeta) -> Result<()> {
    let default = !matches!(field.default, DefaultMeta::None);
    if field.nullable || field.auto || default {
        return Ok(());
    }
    let (model, name) = (meta.name, field.name);
    Err(Error::new(
        ErrorKind::Usage,
        format!("`{name}` is missing: a `{model}` cannot be created without it"),
    )
    .with_hint(format!("give it a value, or make {model}.{name} an Option or give it a default")))
}

/// That what the database assigns can be read back.
pub(crate) fn verify_returning(meta: &'static ModelMeta, backend: &dyn DatabaseBackend) -> Result<()> {
    if backend.supports(BackendFeature::InsertReturning) {
        return Ok(());
    }
    let (name, version) = (backend.name(), backend.version());
    Err(Error::unsupported(
        format!(
            "{name} {version} has no {}, by which a new {} is read back",
            BackendFeature::InsertReturning,
            meta.name
        ),
        "update the server; `cargo umbral features` lists what each version supports",
    ))
}
