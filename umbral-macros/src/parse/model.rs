//! The attributes of a struct.

use super::attributes::{FieldName, Place, Spanned, items};
use super::index;
use super::item::Item;
use super::together::TogetherInput;
use crate::errors::Errors;
use syn::Attribute;

/// What a struct's attributes say.
#[derive(Default)]
pub(crate) struct ModelOptions {
    pub(crate) table: Option<Spanned<String>>,
    pub(crate) app: Option<Spanned<String>>,
    pub(crate) comment: Option<Spanned<String>>,
    pub(crate) primary_key: Option<Vec<FieldName>>,
    pub(crate) ordering: Vec<Spanned<String>>,
    pub(crate) together: TogetherInput,
    pub(crate) renamed_from: Vec<Spanned<String>>,
    pub(crate) backends: Vec<Spanned<String>>,
    pub(crate) silenced: Vec<Spanned<String>>,
    /// The path of the umbral crate, where it is told.
    pub(crate) krate: Option<Spanned<String>>,
}

impl ModelOptions {
    /// Reads the attributes of a struct.
    pub(crate) fn parse(attributes: &[Attribute], errors: &mut Errors) -> ModelOptions {
        let mut options = ModelOptions::default();
        for (item, known) in items(attributes, Place::Model, errors) {
            if options.set(known.name, &item).is_none() {
                errors.add(known.misused(&item));
            }
        }
        options
    }

    /// Takes one entry over; `None` where its value is not what it takes.
    fn set(&mut self, name: &str, item: &Item) -> Option<()> {
        match name {
            "table" => self.table = Some(item.text()?),
            "app" => self.app = Some(item.text()?),
            "comment" => self.comment = Some(item.text()?),
            "primary_key" => self.primary_key = Some(fields(item)?),
            "ordering" => self.ordering = item.texts()?,
            "renamed_from" => self.renamed_from.extend(item.texts()?),
            "backends" => self.backends = backends(item)?,
            "silence" => self.silenced.extend(item.texts()?),
            "crate" => self.krate = Some(item.text()?),
            _ => self.together.set(name, item)?,
        }
        Some(())
    }
}

/// The fields of a list of nothing else.
fn fields(item: &Item) -> Option<Vec<FieldName>> {
    let field = |argument: &super::item::Argument| index::ascending(argument.unnamed()?);
    item.list()?.iter().map(field).collect::<Option<Vec<_>>>().filter(|fields| !fields.is_empty())
}

fn backends(item: &Item) -> Option<Vec<Spanned<String>>> {
    let backend = |argument: &super::item::Argument| {
        let value = argument.unnamed()?;
        value.word().or_else(|| value.text())
    };
    item.list()?.iter().map(backend).collect::<Option<Vec<_>>>().filter(|backends| !backends.is_empty())
}
