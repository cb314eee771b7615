//! The attributes there are, and what each one's value may be.

use super::item::{Argument, Item, ItemValue, Value};
use super::suggest::nearest;
use super::together;
use crate::errors::Errors;
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Lit, Meta, Token};

/// A value and where it stands.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// The name of a field, with those of the fields that it lies in before it: `home.city`.
pub(crate) struct FieldName {
    /// The names, of which there is one at least.
    pub(crate) words: Vec<Spanned<String>>,
}

impl FieldName {
    /// A name in a text.
    pub(crate) fn read(text: &str, span: Span) -> FieldName {
        FieldName { words: text.split('.').map(|word| Spanned { value: word.to_owned(), span }).collect() }
    }

    /// As it is written.
    pub(crate) fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.value.as_str()).collect();
        words.join(".")
    }

    /// Where it begins.
    pub(crate) fn span(&self) -> Span {
        self.words.first().map_or_else(Span::call_site, |word| word.span)
    }
}

/// An attribute that there is.
pub(crate) struct Known {
    /// Its name.
    pub(crate) name: &'static str,
    /// How it is written, for messages.
    usage: &'static [&'static str],
    /// Whether it may be given more than once.
    repeats: bool,
}

const fn once(name: &'static str, usage: &'static [&'static str]) -> Known {
    Known { name, usage, repeats: false }
}

pub(super) const fn many(name: &'static str, usage: &'static [&'static str]) -> Known {
    Known { name, usage, repeats: true }
}

/// What stands on a struct.
pub(crate) const OF_MODELS: &[Known] = &[
    once("table", &[r#"table = "books""#]),
    once("app", &[r#"app = "library""#]),
    once("primary_key", &["primary_key(playlist, track)"]),
    once("ordering", &[r#"ordering = ["-published", "title"]"#]),
    together::OF_UNIQUES,
    together::OF_INDEXES,
    together::OF_EXCLUSIONS,
    together::OF_CHECKS,
    once("comment", &[r#"comment = "What is sold""#]),
    many("renamed_from", &[r#"renamed_from = "books""#]),
    once("backends", &["backends(postgres)"]),
    many("silence", &[r#"silence = "model.index.fk""#]),
    once("crate", &[r#"crate = "umbral""#]),
];

/// What stands on a field.
pub(crate) const OF_FIELDS: &[Known] = &[
    once("primary_key", &["primary_key"]),
    once("auto", &["auto = false"]),
    once("column", &[r#"column = "author_id""#]),
    once("max_length", &["max_length = 80"]),
    once("length", &["length = 2"]),
    once("decimal", &["decimal(10, 2)"]),
    once("default", &["default = 0", r#"default = "draft""#, "default = now"]),
    once("default_sql", &[r#"default_sql = "lower('A')""#]),
    once("generated", &[r#"generated = "price * quantity""#]),
    once("stored", &["stored"]),
    once("unique", &["unique"]),
    once("index", &["index", "index = false"]),
    once("check", &[r#"check = "price >= 0""#]),
    once("collation", &[r#"collation = "C""#]),
    once("comment", &[r#"comment = "In euros""#]),
    once("deferrable", &["deferrable = deferred", "deferrable = immediate"]),
    once("on_delete", &["on_delete = cascade", "restrict", "set_null", "set_default", "no_action"]),
    once("on_update", &["on_update = cascade", "restrict", "set_null", "set_default", "no_action"]),
    many("renamed_from", &[r#"renamed_from = "keywords""#]),
    once("related", &[r#"related = "author""#]),
    once("through", &["through = Enrolment", "through(Enrolment, student, course)"]),
    once("symmetrical", &["symmetrical"]),
    once("flatten", &["flatten", r#"flatten(prefix = "home_", renamed_from = "address_")"#]),
    once("references", &[r#"references = "author""#]),
    many("silence", &[r#"silence = "field.reserved_name""#]),
];

/// What stands on a newtype.
pub(crate) const OF_NEWTYPES: &[Known] = &[
    once("max_length", &["max_length = 13"]),
    once("length", &["length = 13"]),
    once("decimal", &["decimal(10, 2)"]),
    once("crate", &[r#"crate = "umbral""#]),
];

/// What stands on an embedded struct.
pub(crate) const OF_EMBEDDED: &[Known] = &[
    together::OF_UNIQUES,
    together::OF_INDEXES,
    together::OF_EXCLUSIONS,
    together::OF_CHECKS,
    once("crate", &[r#"crate = "umbral""#]),
];

/// What stands on an enum of choices.
pub(crate) const OF_CHOICES: &[Known] = &[
    once("repr", &["repr = i16", "i32", "i64"]),
    once("native", &["native", r#"native = "mood""#]),
    once("crate", &[r#"crate = "umbral""#]),
];

/// What stands on a variant of such an enum.
pub(crate) const OF_VARIANTS: &[Known] = &[
    once("value", &[r#"value = "in_print""#]),
    once("label", &[r#"label = "In print""#]),
    many("renamed_from", &[r#"renamed_from = "printed""#]),
];

/// Where attributes stand.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Model,
    Field,
    Newtype,
    Embedded,
    Choices,
    Variant,
}

impl Place {
    fn known(self) -> &'static [Known] {
        match self {
            Place::Model => OF_MODELS,
            Place::Field => OF_FIELDS,
            Place::Newtype => OF_NEWTYPES,
            Place::Embedded => OF_EMBEDDED,
            Place::Choices => OF_CHOICES,
            Place::Variant => OF_VARIANTS,
        }
    }

    /// Where else an attribute could have been meant to stand.
    fn other(self) -> (Place, &'static str) {
        match self {
            Place::Model | Place::Newtype => (Place::Field, "belongs on a field"),
            Place::Field => (Place::Model, "belongs on the struct"),
            Place::Embedded => (Place::Model, "belongs on the model that has the struct"),
            Place::Choices => (Place::Variant, "belongs on a variant"),
            Place::Variant => (Place::Choices, "belongs on the enum"),
        }
    }
}

/// The entries of every `#[umbral(…)]` among `attributes`, without those that are unknown or given twice.
pub(crate) fn items(
    attributes: &[Attribute],
    place: Place,
    errors: &mut Errors,
) -> Vec<(Item, &'static Known)> {
    let mut items: Vec<(Item, &'static Known)> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("umbral")) {
        let Meta::List(list) = &attribute.meta else {
            errors.at(attribute.meta.span(), "write the attributes in parentheses: `#[umbral(unique)]`");
            continue;
        };
        let parsed = list.parse_args_with(Punctuated::<Item, Token![,]>::parse_terminated);
        for item in errors.take(parsed).into_iter().flatten() {
            match recognize(&item, place) {
                Err(error) => errors.add(error),
                Ok(known) if !known.repeats && items.iter().any(|(_, given)| given.name == known.name) => {
                    errors.at(item.name.span(), format_args!("`{}` is given twice", known.name));
                }
                Ok(known) => items.push((item, known)),
            }
        }
    }
    items
}

fn recognize(item: &Item, place: Place) -> syn::Result<&'static Known> {
    let name = item.name.unraw().to_string();
    if let Some(known) = place.known().iter().find(|known| known.name == name) {
        return Ok(known);
    }
    let (other, belongs) = place.other();
    let message = if other.known().iter().any(|known| known.name == name) {
        format!("`{name}` {belongs}")
    } else {
        let names = || place.known().iter().map(|known| known.name);
        match nearest(&name, names()) {
            Some(meant) => format!("there is no attribute `{name}`; did you mean `{meant}`?"),
            None => {
                let all = names().collect::<Vec<_>>().join(", ");
                format!("there is no attribute `{name}`; there are {all}")
            }
        }
    };
    Err(syn::Error::new(item.name.span(), message))
}

impl Known {
    /// The mistake of giving it a value that it does not take.
    pub(crate) fn misused(&self, item: &Item) -> syn::Error {
        let span = match &item.value {
            ItemValue::Equals(value) => value.span(),
            _ => item.name.span(),
        };
        syn::Error::new(span, format_args!("write it as {}", quoted(self.usage)))
    }
}

/// The alternatives in backquotes.
fn quoted(usage: &[&str]) -> String {
    let quoted: Vec<String> = usage.iter().map(|usage| format!("`{usage}`")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => quoted.concat(),
    }
}

// What a value may be. `None`: something else.
impl Item {
    pub(crate) fn span(&self) -> Span {
        self.name.span()
    }

    fn equals(&self) -> Option<&Value> {
        match &self.value {
            ItemValue::Equals(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Argument]> {
        match &self.value {
            ItemValue::List(list) => Some(list),
            _ => None,
        }
    }

    /// `name`.
    pub(crate) fn flag(&self) -> Option<Spanned<()>> {
        matches!(self.value, ItemValue::Flag).then(|| Spanned { value: (), span: self.span() })
    }

    /// `name`, or `name = false`.
    pub(crate) fn switch(&self) -> Option<Spanned<bool>> {
        let value = match &self.value {
            ItemValue::Flag => true,
            ItemValue::Equals(value) => value.boolean()?,
            ItemValue::List(_) => return None,
        };
        Some(Spanned { value, span: self.span() })
    }

    /// `name = "text"`.
    pub(crate) fn text(&self) -> Option<Spanned<String>> {
        self.equals()?.text()
    }

    /// `name = "text"`, `name = ["text", …]` or `name("text", …)`.
    pub(crate) fn texts(&self) -> Option<Vec<Spanned<String>>> {
        match &self.value {
            ItemValue::Equals(Value::Array(_, values)) => values.iter().map(Value::text).collect(),
            ItemValue::Equals(value) => Some(vec![value.text()?]),
            ItemValue::List(list) => list.iter().map(|argument| argument.unnamed()?.text()).collect(),
            ItemValue::Flag => None,
        }
    }

    /// `name = 5`.
    pub(crate) fn number(&self) -> Option<Spanned<u32>> {
        self.equals()?.number()
    }

    /// `name = word`.
    pub(crate) fn word(&self) -> Option<Spanned<String>> {
        self.equals()?.word()
    }

    /// `name = value` or `name = word`, as a default.
    pub(crate) fn value(&self) -> Option<&Value> {
        self.equals().filter(|value| !matches!(value, Value::Array(..) | Value::With(..)))
    }
}

impl Argument {
    /// The value of a member without a name.
    pub(crate) fn unnamed(&self) -> Option<&Value> {
        self.name.is_none().then_some(&self.value)
    }

    /// The value of a member with this name.
    pub(crate) fn named(&self, name: &str) -> Option<&Value> {
        self.name.as_ref().is_some_and(|given| given == name).then_some(&self.value)
    }
}

impl Value {
    pub(crate) fn text(&self) -> Option<Spanned<String>> {
        match self {
            Value::Literal { negative: false, literal: Lit::Str(text) } => {
                Some(Spanned { value: text.value(), span: text.span() })
            }
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<Spanned<u32>> {
        match self {
            Value::Literal { negative: false, literal: Lit::Int(number) } => {
                Some(Spanned { value: number.base10_parse().ok()?, span: number.span() })
            }
            _ => None,
        }
    }

    pub(crate) fn boolean(&self) -> Option<bool> {
        match self {
            Value::Literal { negative: false, literal: Lit::Bool(value) } => Some(value.value),
            _ => None,
        }
    }

    /// A word, without `r#`.
    pub(crate) fn word(&self) -> Option<Spanned<String>> {
        match self {
            Value::Word(word) => Some(spanned(word)),
            _ => None,
        }
    }

    /// A field, and whether `-` stands in front of it.
    pub(crate) fn field(&self) -> Option<(bool, FieldName)> {
        let (descending, words) = match self {
            Value::Word(word) => (false, std::slice::from_ref(word)),
            Value::Descending(word) => (true, std::slice::from_ref(word)),
            Value::Path { descending, words } => (*descending, words.as_slice()),
            _ => return None,
        };
        Some((descending, FieldName { words: words.iter().map(spanned).collect() }))
    }
}

/// A word, without `r#`.
fn spanned(word: &Ident) -> Spanned<String> {
    Spanned { value: plain(word), span: word.span() }
}

/// The name of a field, as messages and metadata have it.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}
