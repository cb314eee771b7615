//! A query with the database that it runs on to a statement, through the shapes that are known there.

use super::assign::Assignments;
use super::compile::{Compiled, Key, Purpose, Sort, compile_delete, compile_select, compile_update};
use super::selection::Selection;
use crate::backend::{DatabaseBackend, Statement};
use crate::db::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ModelMeta, Related};
use std::sync::Arc;

/// A query that is ready to run.
pub(crate) struct Prepared {
    pub(crate) statement: Statement,
    pub(crate) related: Option<Arc<[Related]>>,
}

pub(crate) fn select(db: &Db, mut selection: Selection, purpose: Purpose) -> Result<Prepared> {
    selection.verify()?;
    let backend = &**db.backend();
    let key = Key::of_select(&mut selection, purpose, backend.dialect());
    let compile = |key: &Key| compile_select(&selection, purpose, key, backend);
    prepared(db, selection.meta, key, compile)
}

pub(crate) fn update(db: &Db, mut selection: Selection, assignments: Assignments) -> Result<Statement> {
    let meta = selection.meta;
    let mut set = assignments.code;
    if let Some(problem) = set.problem() {
        return Err(problem.into_error(meta));
    }
    if let Some(error) = assignments.error {
        return Err(error);
    }
    let backend = &**db.backend();
    let mut key = Key::new(Sort::Update as u8, meta);
    key.code(&mut set, backend.dialect());
    key.selection(&mut selection, backend.dialect(), false);
    let compile = |key: &Key| compile_update(&selection, &set, key, backend);
    statement(db, meta, key, compile)
}

pub(crate) fn delete(db: &Db, mut selection: Selection) -> Result<Statement> {
    let backend = &**db.backend();
    let mut key = Key::new(Sort::Delete as u8, selection.meta);
    key.selection(&mut selection, backend.dialect(), false);
    let compile = |key: &Key| compile_delete(&selection, key, backend);
    statement(db, selection.meta, key, compile)
}

/// The statement of a shape with the key's parameters.
pub(crate) fn statement(
    db: &Db,
    meta: &'static ModelMeta,
    key: Key,
    compile: impl FnOnce(&Key) -> Result<Compiled>,
) -> Result<Statement> {
    prepared(db, meta, key, compile).map(|prepared| prepared.statement)
}

fn prepared(
    db: &Db,
    meta: &'static ModelMeta,
    mut key: Key,
    compile: impl FnOnce(&Key) -> Result<Compiled>,
) -> Result<Prepared> {
    let params = std::mem::take(&mut key.params);
    verify_parameters(&**db.backend(), meta, params.len())?;
    let prepare = |compiled: &Arc<Compiled>| {
        let statement = compiled.statement(params)?;
        Ok(Prepared { statement, related: compiled.related.clone() })
    };
    db.shapes().with(&key.bytes, || compile(&key), prepare)?
}

fn verify_parameters(backend: &dyn DatabaseBackend, meta: &'static ModelMeta, count: usize) -> Result<()> {
    let most = backend.limits().bind_parameters;
    if count <= most {
        return Ok(());
    }
    let (name, version) = (backend.name(), backend.version());
    Err(Error::new(
        ErrorKind::Unsupported,
        format!("a statement over {} has {count} parameters; {name} {version} takes {most}", meta.name),
    )
    .with_hint("split the list of values, and run the query for each part in one transaction"))
}
