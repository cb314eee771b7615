//! `model.index.fk`: foreign keys that no index serves.

use crate::check::Finding;
use crate::model::{KeyMeta, ModelMeta};

/// A foreign key without an index: each delete of a row that it points at reads the whole table.
pub(super) fn check(model: &'static ModelMeta) -> Vec<Finding> {
    let keys = model.fields.iter().enumerate().filter(|(_, field)| field.relation.is_some());
    keys.filter(|(number, field)| !field.index && !field.unique && !leads_an_index(model, *number))
        .map(|(_, field)| {
            let message = format!(
                "`{}.{}` is a foreign key without an index: deleting a row that it points at reads all of `{}`",
                model.name, field.name, model.table
            );
            Finding::warning("model.index.fk", message)
                .on_field(model, field)
                .hint("let it have its index, or put it first in one of the model's")
        })
        .collect()
}

fn leads_an_index(model: &ModelMeta, number: usize) -> bool {
    model.primary_key.first().is_some_and(|first| usize::from(*first) == number)
        || model.declared().any(|declared| {
            let sorted = declared.indexes.iter().chain(declared.uniques);
            let mut sorted = sorted.filter(|index| index.predicate.is_none() && index.method.sorts());
            sorted.any(|index| match index.keys.first() {
                Some(KeyMeta::Field(first) | KeyMeta::Descending(first)) => {
                    usize::from(declared.number(*first)) == number
                }
                Some(KeyMeta::Expr(_)) | None => false,
            })
        })
}
