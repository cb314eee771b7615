//! `field.*`: each field by itself.

mod choices;
mod default;
mod many;
mod names;
mod relation;
mod types;

use super::{CheckContext, Finding};
use crate::model::{FieldMeta, ModelMeta};

/// The findings of this family.
pub(super) fn check(context: &CheckContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for model in context.models() {
        for field in model.fields {
            let at = At { context, model, field };
            found.extend(types::malformed(&at));
            found.extend(types::length(&at));
            found.extend(types::backend(&at));
            found.extend(choices::check(&at));
            found.extend(default::check(&at));
            found.extend(relation::check(&at));
            found.extend(names::reserved(&at));
        }
        found.extend(many::check(context, model));
    }
    found
}

/// The field that is being checked.
struct At<'a> {
    context: &'a CheckContext<'a>,
    model: &'static ModelMeta,
    field: &'static FieldMeta,
}

impl At<'_> {
    /// `Book.price`.
    fn name(&self) -> String {
        format!("{}.{}", self.model.name, self.field.name)
    }

    fn error(&self, id: &'static str, message: impl Into<String>) -> Finding {
        Finding::error(id, message).on_field(self.model, self.field)
    }

    fn warning(&self, id: &'static str, message: impl Into<String>) -> Finding {
        Finding::warning(id, message).on_field(self.model, self.field)
    }

    fn is_primary_key(&self) -> bool {
        self.model.key_fields().any(|key| std::ptr::eq(key, self.field))
    }
}
