//! What models, and the structs embedded in them, say of several fields at once.

use super::index_meta::{ExclusionMeta, IndexMeta};
use super::meta::{CheckMeta, FieldMeta, ModelMeta};

/// What an embedded struct says of several of its fields at once. Each model that has the struct has all of it.
///
/// Numbers of fields are those within the struct, and expressions name its fields, as those of the fields themselves do.
#[derive(Debug, Clone, Copy)]
pub struct TogetherMeta {
    /// The number, within the struct, of the field that carries this.
    pub carrier: u16,
    /// Its indexes, none of which has a name of its own.
    pub indexes: &'static [IndexMeta],
    /// Its unique constraints.
    pub uniques: &'static [IndexMeta],
    /// Its checks.
    pub checks: &'static [CheckMeta],
    /// Its exclusion constraints.
    pub exclusions: &'static [ExclusionMeta],
}

impl TogetherMeta {
    /// Nothing yet, carried by the field of this number.
    pub const fn new(carrier: u16) -> TogetherMeta {
        TogetherMeta { carrier, indexes: &[], uniques: &[], checks: &[], exclusions: &[] }
    }
}

/// What a model, or a struct that is embedded in it, says of several fields at once.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// The field of an embedded struct that carries it, whose names it goes by; `None`: the model itself.
    pub from: Option<&'static FieldMeta>,
    /// The number that the first field of the struct has in the model.
    first: u16,
    /// Its indexes.
    pub indexes: &'static [IndexMeta],
    /// Its unique constraints.
    pub uniques: &'static [IndexMeta],
    /// Its checks.
    pub checks: &'static [CheckMeta],
    /// Its exclusion constraints.
    pub exclusions: &'static [ExclusionMeta],
}

impl Declared {
    /// The number in the model of a field that is named by its number here.
    pub fn number(&self, field: u16) -> u16 {
        self.first + field
    }
}

impl ModelMeta {
    /// What it says of several fields at once, and then what the structs embedded in it say.
    pub fn declared(&self) -> impl Iterator<Item = Declared> + use<> {
        let ModelMeta { indexes, uniques, checks, exclusions, fields, .. } = *self;
        let own = Declared { from: None, first: 0, indexes, uniques, checks, exclusions };
        let embedded = fields.iter().enumerate().filter_map(|(number, field)| {
            let TogetherMeta { carrier, indexes, uniques, checks, exclusions } = *field.together?;
            let first = (number as u16).saturating_sub(carrier);
            Some(Declared { from: Some(field), first, indexes, uniques, checks, exclusions })
        });
        std::iter::once(own).chain(embedded)
    }
}
