//! The INSERT of one new row.

use super::cache::ShapeCache;
use super::compile::{Compiled, InsertShape, Key, Sort, compile_insert};
use super::constant::constant_default;
use super::slot::store;
use crate::backend::{BackendFeature, DatabaseBackend, Statement};
use crate::db::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{DefaultMeta, FieldMeta, ModelMeta};
use crate::value::{Value, ValueType};

/// The INSERTs that a database was asked for, by model and the fields that were given.
pub(crate) type Inserts = ShapeCache<Plan>;

/// The INSERT of rows of which the same fields are given.
#[derive(Debug)]
pub(crate) struct Plan {
    compiled: Compiled,
    /// Whether the INSERT returns the row.
    returns: bool,
    /// Fields that are not given and have a constant for it, in ascending order.
    constants: Vec<(u16, Value)>,
}

/// How a new row is inserted and read.
#[derive(Debug)]
pub(crate) enum Insertion {
    /// The statement returns the row.
    Returning(Statement),
    /// The row is read by its key afterwards: this one, or the one that the database assigned.
    ThenRead { statement: Statement, key: Option<Vec<Value>> },
}

/// The fields that were given for a new row.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) meta: &'static ModelMeta,
    /// By field number, in the order in which they were given; of two for one field the last counts.
    pub(crate) given: Vec<(u16, Value)>,
}

impl Draft {
    /// The statement that inserts the row, and how all of it is read.
    pub(crate) fn insert(self, db: &Db) -> Result<Insertion> {
        let meta = self.meta;
        let mut row: Vec<Option<Value>> = Vec::new();
        row.resize_with(meta.fields.len(), || None);
        for (number, value) in self.given {
            let number = usize::from(number);
            let (Some(field), Some(place)) = (meta.fields.get(number), row.get_mut(number)) else {
                return Err(super::problem::Problem::NoSuchField.into_error(meta));
            };
            if field.generated.is_some() {
                return Err(super::problem::Problem::Generated.into_error(meta));
            }
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
        let key =
            meta.primary_key.iter().map(|number| row.get(usize::from(*number)).cloned().flatten()).collect();
        let statement = plan.compiled.statement(row.into_iter().flatten().collect())?;
        Ok(if plan.returns {
            Insertion::Returning(statement)
        } else {
            Insertion::ThenRead { statement, key }
        })
    }
}

fn plan(meta: &'static ModelMeta, row: &[Option<Value>], backend: &dyn DatabaseBackend) -> Result<Plan> {
    let returns = backend.supports(BackendFeature::InsertReturning);
    let mut constants = Vec::new();
    let mut written = Vec::new();
    for (number, (field, value)) in (0u16..).zip(meta.fields.iter().zip(row)) {
        if field.generated.is_some() {
            continue;
        }
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
    let all = (0u16..).zip(meta.fields).map(|(number, _)| number);
    let returned: Vec<u16> = if returns { all.collect() } else { verify_key(meta, &written, backend)? };
    let shape = InsertShape { meta, written: &written, returned: &returned, rows: 1, missing: false };
    Ok(Plan { compiled: compile_insert(shape, backend)?, returns, constants })
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

/// That the key of a row is known once it is inserted, where the INSERT does not return it. Nothing is returned.
fn verify_key(meta: &'static ModelMeta, written: &[u16], backend: &dyn DatabaseBackend) -> Result<Vec<u16>> {
    let auto = meta.key_field().is_some_and(|key| key.auto);
    if auto || meta.primary_key.iter().all(|number| written.contains(number)) {
        return Ok(Vec::new());
    }
    let (name, version) = (backend.name(), backend.version());
    Err(Error::unsupported(
        format!(
            "{name} {version} has no {}, by which the key that the database gives a new {} would be known",
            BackendFeature::InsertReturning,
            meta.name
        ),
        format!("give the {} its key, or connect to a database that has it", meta.name),
    ))
}

/// A key that the database assigned, as its field's type is sent.
pub(crate) fn assigned_key(meta: &'static ModelMeta, key: i64) -> Result<Value> {
    let fits = match meta.key_field().map(|field| field.ty) {
        Some(ValueType::SmallInt) => i16::try_from(key).ok().map(Value::SmallInt),
        Some(ValueType::Integer) => i32::try_from(key).ok().map(Value::Integer),
        Some(ValueType::UInt32) => u32::try_from(key).ok().map(Value::UInt32),
        Some(ValueType::UInt64) => u64::try_from(key).ok().map(Value::UInt64),
        _ => Some(Value::BigInt(key)),
    };
    fits.ok_or_else(|| {
        let model = meta.name;
        Error::new(ErrorKind::Value, format!("the key {key} of a new {model} does not fit its field"))
    })
}
