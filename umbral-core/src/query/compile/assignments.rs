//! The order of assignments where a database carries them out one after the other.

use super::internal;
use crate::backend::DatabaseBackend;
use crate::error::{Error, Result};
use crate::model::ModelMeta;
use crate::query::code::{Code, Step, Steps};

/// A field that is set, and the fields that its value reads.
struct Set {
    field: u16,
    reads: Vec<u16>,
}

/// The assignments' places, so that each is carried out before what it sets is read no more: then every value is computed
/// from the row as it was.
///
/// # Errors
/// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) where two values read what the other one sets.
pub(super) fn one_by_one(
    meta: &ModelMeta,
    assignments: &Code,
    backend: &dyn DatabaseBackend,
) -> Result<Vec<usize>> {
    let sets = sets(assignments)?;
    let mut open: Vec<usize> = (0..sets.len()).collect();
    let mut order = Vec::with_capacity(sets.len());
    while !open.is_empty() {
        let is_read =
            |at: usize| open.iter().any(|other| *other != at && sets[*other].reads.contains(&sets[at].field));
        let Some(next) = open.iter().position(|at| !is_read(*at)) else {
            return Err(circle(meta, &sets, &open, backend));
        };
        order.push(open.remove(next));
    }
    Ok(order)
}

/// The elements in the order of their places.
pub(super) fn sorted<T>(elements: Vec<T>, order: &[usize]) -> Vec<T> {
    let mut elements: Vec<Option<T>> = elements.into_iter().map(Some).collect();
    order.iter().filter_map(|at| elements.get_mut(*at).and_then(Option::take)).collect()
}

fn sets(assignments: &Code) -> Result<Vec<Set>> {
    let (mut sets, mut reads) = (Vec::new(), Vec::new());
    for step in Steps::new(assignments.bytes()) {
        match step.ok_or_else(|| internal("malformed assignments".to_owned()))? {
            Step::Column { field, .. } => reads.push(field),
            Step::Assign(field) => sets.push(Set { field, reads: std::mem::take(&mut reads) }),
            _ => {}
        }
    }
    Ok(sets)
}

#[cold]
fn circle(meta: &ModelMeta, sets: &[Set], open: &[usize], backend: &dyn DatabaseBackend) -> Error {
    let name = |at: &usize| meta.fields.get(usize::from(sets[*at].field)).map_or("", |field| field.name);
    let names: Vec<&str> = open.iter().map(name).collect();
    Error::unsupported(
        format!(
            "{} sets columns one after the other, and the new values of {} read each other",
            backend.name(),
            names.join(", ")
        ),
        "read the rows in a transaction with for_update() and save them",
    )
}
