//! What names mean in the expressions of a model and of the structs embedded in it.

use super::meta::{FieldMeta, ModelMeta};

impl ModelMeta {
    /// The field that an expression means by `name`, which is that of a field or of a column. The expressions of a field of
    /// an embedded struct, `from`, mean the fields and columns of that struct.
    pub fn named(&self, name: &str, from: Option<&FieldMeta>) -> Option<&'static FieldMeta> {
        let (scope, prefix) = from.map_or(("", ""), FieldMeta::scope);
        let inside = || self.fields.iter().filter(|field| field.name.starts_with(scope));
        let by_field = inside().find(|field| field.name.strip_prefix(scope) == Some(name));
        by_field.or_else(|| inside().find(|field| field.column.strip_prefix(prefix) == Some(name)))
    }
}

impl FieldMeta {
    /// What stands in front of the names of the fields and of the columns of the struct that declares it.
    fn scope(&self) -> (&'static str, &'static str) {
        let outer = self.name.rfind('.').map_or(0, |point| point + 1);
        (&self.name[..outer], self.column.get(..self.prefix).unwrap_or(""))
    }
}
