//! A field of a struct and its attributes.

use super::attributes::{Place, Spanned, items};
use super::index::DeferrableInput;
use super::item::{Item, Value};
use crate::errors::Errors;
use proc_macro2::{Ident, Span};
use syn::{Attribute, Type, Visibility};

/// A field as it is written.
pub(crate) struct FieldInput {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    pub(crate) options: FieldOptions,
}

/// What a field's attributes say.
#[derive(Default)]
pub(crate) struct FieldOptions {
    pub(crate) primary_key: Option<Spanned<()>>,
    /// The field on the other side of a relation to many rows.
    pub(crate) related: Option<Spanned<String>>,
    /// The model of the table between.
    pub(crate) through: Option<ThroughInput>,
    pub(crate) symmetrical: Option<Spanned<()>>,
    pub(crate) auto: Option<Spanned<bool>>,
    pub(crate) column: Option<Spanned<String>>,
    pub(crate) max_length: Option<Spanned<u32>>,
    pub(crate) length: Option<Spanned<u32>>,
    /// Precision and scale.
    pub(crate) decimal: Option<Spanned<(u32, u32)>>,
    pub(crate) default: Option<Spanned<DefaultInput>>,
    pub(crate) default_sql: Option<Spanned<String>>,
    /// What the database computes it from.
    pub(crate) generated: Option<Spanned<String>>,
    pub(crate) stored: Option<Spanned<()>>,
    pub(crate) unique: Option<Spanned<()>>,
    pub(crate) index: Option<Spanned<bool>>,
    pub(crate) check: Option<Spanned<String>>,
    pub(crate) collation: Option<Spanned<String>>,
    pub(crate) comment: Option<Spanned<String>>,
    pub(crate) deferrable: Option<Spanned<DeferrableInput>>,
    pub(crate) on_delete: Option<Spanned<Action>>,
    pub(crate) on_update: Option<Spanned<Action>>,
    pub(crate) renamed_from: Vec<Spanned<String>>,
    pub(crate) references: Option<Spanned<String>>,
    pub(crate) flatten: Option<FlattenInput>,
    pub(crate) silenced: Vec<Spanned<String>>,
}

/// The model of a table between.
pub(crate) struct ThroughInput {
    pub(crate) model: Spanned<String>,
    /// Its fields that point at the holder and at the target.
    pub(crate) sides: Option<[Spanned<String>; 2]>,
}

/// What is said of a struct whose fields are columns.
#[derive(Default)]
pub(crate) struct FlattenInput {
    /// What stands in front of the columns' names.
    pub(crate) prefix: Option<Spanned<String>>,
    /// What stood there before.
    pub(crate) renamed_from: Vec<Spanned<String>>,
}

/// The attributes that size a type.
pub(crate) struct Sizes<'a> {
    pub(crate) max_length: Option<&'a Spanned<u32>>,
    pub(crate) length: Option<&'a Spanned<u32>>,
    /// Precision and scale.
    pub(crate) decimal: Option<&'a Spanned<(u32, u32)>>,
}

/// What stands behind `default =`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum DefaultInput {
    /// `now`.
    Now,
    /// A whole number, in decimal digits with its sign.
    Integer(String),
    /// A number with a point or an exponent, as written, with its sign.
    Float(String),
    /// `true` or `false`.
    Boolean(bool),
    /// Text.
    Text(String),
}

/// What happens to a row when the row that it points at changes or goes.
#[allow(clippy::enum_variant_names, reason = "SQL calls it NO ACTION")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Action {
    Cascade,
    Restrict,
    SetNull,
    SetDefault,
    NoAction,
}

impl FieldInput {
    /// Reads one field of a struct.
    pub(crate) fn parse(ident: Ident, field: syn::Field, errors: &mut Errors) -> FieldInput {
        let options = FieldOptions::parse(&field.attrs, errors);
        FieldInput { ident, vis: field.vis, ty: field.ty, options }
    }

    /// Where a message about the whole field points.
    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }
}

impl FieldOptions {
    fn parse(attributes: &[Attribute], errors: &mut Errors) -> FieldOptions {
        let mut options = FieldOptions::default();
        let items = items(attributes, Place::Field, errors);
        let flattened = items.iter().any(|(_, known)| known.name == "flatten");
        for (item, known) in items {
            if flattened && known.name != "flatten" {
                let message = format_args!("`{}` is for one column: write it in the struct", known.name);
                errors.at(item.span(), message);
                continue;
            }
            if options.set(known.name, &item).is_none() {
                errors.add(known.misused(&item));
            }
        }
        options
    }

    /// The attributes that size its type.
    pub(crate) fn sizes(&self) -> Sizes<'_> {
        Sizes {
            max_length: self.max_length.as_ref(),
            length: self.length.as_ref(),
            decimal: self.decimal.as_ref(),
        }
    }

    /// Takes one entry over; `None` where its value is not what it takes.
    fn set(&mut self, name: &str, item: &Item) -> Option<()> {
        match name {
            "primary_key" => self.primary_key = Some(item.flag()?),
            "related" => self.related = Some(item.text()?),
            "through" => self.through = Some(ThroughInput::read(item)?),
            "symmetrical" => self.symmetrical = Some(item.flag()?),
            "auto" => self.auto = Some(item.switch()?),
            "column" => self.column = Some(item.text()?),
            "max_length" => self.max_length = Some(item.number()?),
            "length" => self.length = Some(item.number()?),
            "decimal" => self.decimal = Some(decimal(item)?),
            "default" => self.default = Some(DefaultInput::read(item.value()?)?),
            "default_sql" => self.default_sql = Some(item.text()?),
            "generated" => self.generated = Some(item.text()?),
            "stored" => self.stored = Some(item.flag()?),
            "unique" => self.unique = Some(item.flag()?),
            "index" => self.index = Some(item.switch()?),
            "check" => self.check = Some(item.text()?),
            "collation" => self.collation = Some(item.text()?),
            "comment" => self.comment = Some(item.text()?),
            "deferrable" => self.deferrable = Some(DeferrableInput::read(item.value()?)?),
            "on_delete" => self.on_delete = Some(action(item)?),
            "on_update" => self.on_update = Some(action(item)?),
            "renamed_from" => self.renamed_from.extend(item.texts()?),
            "references" => self.references = Some(item.text()?),
            "flatten" => {
                // What is wrong with it makes the field no column.
                self.flatten = Some(FlattenInput::default());
                self.flatten = Some(FlattenInput::read(item)?);
            }
            "silence" => self.silenced.extend(item.texts()?),
            _ => return None,
        }
        Some(())
    }
}

impl ThroughInput {
    fn read(item: &Item) -> Option<ThroughInput> {
        if let Some(model) = item.word() {
            return Some(ThroughInput { model, sides: None });
        }
        let words = item.list()?.iter().map(|argument| argument.unnamed()?.word());
        let [model, from, to] = words.collect::<Option<Vec<_>>>()?.try_into().ok()?;
        Some(ThroughInput { model, sides: Some([from, to]) })
    }
}

impl FlattenInput {
    fn read(item: &Item) -> Option<FlattenInput> {
        let mut flatten = FlattenInput::default();
        if item.flag().is_some() {
            return Some(flatten);
        }
        for argument in item.list()? {
            match (argument.named("prefix"), argument.named("renamed_from")) {
                (Some(prefix), _) if flatten.prefix.is_none() => flatten.prefix = Some(prefix.text()?),
                (_, Some(Value::Array(_, values))) => {
                    let former: Option<Vec<_>> = values.iter().map(Value::text).collect();
                    flatten.renamed_from.extend(former?);
                }
                (_, Some(former)) => flatten.renamed_from.push(former.text()?),
                _ => return None,
            }
        }
        Some(flatten)
    }
}

pub(super) fn decimal(item: &Item) -> Option<Spanned<(u32, u32)>> {
    let [precision, scale] = item.list()? else { return None };
    let (precision, scale) = (precision.unnamed()?.number()?, scale.unnamed()?.number()?);
    Some(Spanned { value: (precision.value, scale.value), span: item.span() })
}

fn action(item: &Item) -> Option<Spanned<Action>> {
    let word = item.word()?;
    let value = match word.value.as_str() {
        "cascade" => Action::Cascade,
        "restrict" => Action::Restrict,
        "set_null" => Action::SetNull,
        "set_default" => Action::SetDefault,
        "no_action" => Action::NoAction,
        _ => return None,
    };
    Some(Spanned { value, span: word.span })
}

impl DefaultInput {
    fn read(value: &Value) -> Option<Spanned<DefaultInput>> {
        let span = value.span();
        let value = match value {
            Value::Word(word) if word == "now" => DefaultInput::Now,
            Value::Literal { negative, literal } => {
                let sign = if *negative { "-" } else { "" };
                match literal {
                    syn::Lit::Int(number) => {
                        DefaultInput::Integer(format!("{sign}{}", number.base10_digits()))
                    }
                    syn::Lit::Float(number) => {
                        DefaultInput::Float(format!("{sign}{}", number.base10_digits()))
                    }
                    syn::Lit::Str(text) if !negative => DefaultInput::Text(text.value()),
                    syn::Lit::Bool(value) if !negative => DefaultInput::Boolean(value.value),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Spanned { value, span })
    }
}
