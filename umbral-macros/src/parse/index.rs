//! `index(…)` and `unique(…)` on a struct.

use super::attributes::{FieldName, Spanned};
use super::item::{Item, Value};
use proc_macro2::Ident;

/// What one of them says: keys, and named arguments.
#[derive(Default)]
pub(crate) struct IndexInput {
    pub(crate) keys: Vec<KeyInput>,
    pub(crate) name: Option<Spanned<String>>,
    /// `where = "published IS NOT NULL"`.
    pub(crate) predicate: Option<Spanned<String>>,
    /// `using = gin`.
    pub(crate) method: Option<Spanned<String>>,
    /// `include = [title]`.
    pub(crate) include: Vec<FieldName>,
    /// `nulls_distinct = false`.
    pub(crate) nulls_distinct: Option<Spanned<bool>>,
    /// `deferrable = deferred`.
    pub(crate) deferrable: Option<Spanned<DeferrableInput>>,
}

/// One key.
pub(crate) enum KeyInput {
    /// `published`, or `-published` for the greatest first.
    Field { field: FieldName, descending: bool },
    /// `expr = "lower(name)"`.
    Expr(Spanned<String>),
}

/// When a constraint that can wait is checked, unless the transaction says otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum DeferrableInput {
    Immediate,
    Deferred,
}

impl IndexInput {
    /// Reads `index(…)`; `None` where it is written otherwise.
    pub(super) fn index(item: &Item) -> Option<IndexInput> {
        IndexInput::read(item).filter(|index| index.deferrable.is_none() && index.nulls_distinct.is_none())
    }

    /// Reads `unique(…)`; `None` where it is written otherwise.
    pub(super) fn unique(item: &Item) -> Option<IndexInput> {
        IndexInput::read(item).filter(|unique| unique.method.is_none())
    }

    fn read(item: &Item) -> Option<IndexInput> {
        let mut index = IndexInput::default();
        for argument in item.list()? {
            index.set(argument.name.as_ref(), &argument.value)?;
        }
        (!index.keys.is_empty()).then_some(index)
    }

    /// Takes one argument over; `None` where it is none of an index or a constraint.
    pub(super) fn set(&mut self, name: Option<&Ident>, value: &Value) -> Option<()> {
        let Some(name) = name else {
            self.keys.push(KeyInput::read(value)?);
            return Some(());
        };
        match name.to_string().as_str() {
            "expr" => self.keys.push(KeyInput::Expr(value.text()?)),
            "name" if self.name.is_none() => self.name = Some(value.text()?),
            "where" if self.predicate.is_none() => self.predicate = Some(value.text()?),
            "using" if self.method.is_none() => self.method = Some(value.word()?),
            "include" if self.include.is_empty() => self.include = words(value)?,
            "nulls_distinct" if self.nulls_distinct.is_none() => {
                self.nulls_distinct = Some(Spanned { value: value.boolean()?, span: value.span() });
            }
            "deferrable" if self.deferrable.is_none() => {
                self.deferrable = Some(DeferrableInput::read(value)?);
            }
            _ => return None,
        }
        Some(())
    }
}

impl KeyInput {
    fn read(value: &Value) -> Option<KeyInput> {
        value.field().map(|(descending, field)| KeyInput::Field { field, descending })
    }
}

impl DeferrableInput {
    /// `immediate` or `deferred`.
    pub(super) fn read(value: &Value) -> Option<Spanned<DeferrableInput>> {
        let word = value.word()?;
        let value = match word.value.as_str() {
            "immediate" => DeferrableInput::Immediate,
            "deferred" => DeferrableInput::Deferred,
            _ => return None,
        };
        Some(Spanned { value, span: word.span })
    }
}

fn words(value: &Value) -> Option<Vec<FieldName>> {
    match value {
        Value::Array(_, values) => values.iter().map(ascending).collect(),
        _ => Some(vec![ascending(value)?]),
    }
}

/// A field without `-` in front of it.
pub(super) fn ascending(value: &Value) -> Option<FieldName> {
    value.field().filter(|(descending, _)| !descending).map(|(_, field)| field)
}
