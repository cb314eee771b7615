//! What the column of a field is of.

use super::meta::FieldMeta;
use crate::schema::SqlType;
use crate::value::ChoiceValue;

/// How deep keys may point at keys: a one-to-one may be a primary key, and what it points at may have one too.
const MAX_KEY_DEPTH: usize = 16;

impl FieldMeta {
    /// The type of its column. A relation's is that of the key it points at.
    pub fn column_type(&self) -> SqlType {
        let field = self.key_pointed_at();
        field.ty.sql_type(field.size)
    }

    /// The field itself, or of a relation the key that it points at in the end.
    pub(crate) fn key_pointed_at(&self) -> &FieldMeta {
        let mut field = self;
        for _ in 0..MAX_KEY_DEPTH {
            let target = field.relation.and_then(|relation| relation.target);
            match target.and_then(|target| target().key_field()) {
                Some(key) => field = key,
                None => break,
            }
        }
        field
    }

    /// The labels of its enum, where its column is of one, with the names that each had before, newest last.
    pub fn former_labels(&self) -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
        let labels = self.key_pointed_at().ty.labels().iter();
        labels.filter_map(|choice| match choice.value {
            ChoiceValue::Text(label) => Some((label, choice.renamed_from)),
            ChoiceValue::Integer(_) => None,
        })
    }
}
