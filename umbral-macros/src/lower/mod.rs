//! The second step: from what the user wrote to what it means. Names become numbers, absent attributes what they
//! stand for, and attributes that do not fit are reported.

pub(crate) mod choices;
mod default;
mod exclusion;
mod field;
mod generated;
mod index;
mod key;
mod many;
mod names;
pub(crate) mod newtype;
mod relation;
mod rust_type;

pub(crate) use default::DefaultValue;
pub(crate) use exclusion::Exclusion;
pub(crate) use field::{Auto, Field};
pub(crate) use index::{Index, Key, Order};
pub(crate) use many::{Between, Many};
pub(crate) use relation::{Relation, Target};
pub(crate) use rust_type::{ManyKind, RelationKind, RustType};

use crate::errors::Errors;
use crate::parse::{Check, ModelInput, Spanned, plain};
use proc_macro2::{Ident, Span};

/// What a model's tokens do not tell.
pub(crate) struct Context {
    /// The application that models belong to where they do not say.
    pub(crate) app: String,
    /// The file, relative to the workspace.
    pub(crate) file: String,
    /// The line of a token.
    pub(crate) line: fn(Span) -> u32,
    /// The name under which the crate that is compiled knows umbral.
    pub(crate) krate: String,
}

/// A model with everything decided.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    /// The path of the umbral crate.
    pub(crate) krate: syn::Path,
    pub(crate) name: String,
    pub(crate) app: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) table: String,
    pub(crate) renamed_from: Vec<String>,
    pub(crate) fields: Vec<Field>,
    pub(crate) many: Vec<Many>,
    /// The fields that are the key, by number, in its order.
    pub(crate) primary_key: Vec<u16>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) uniques: Vec<Index>,
    pub(crate) exclusions: Vec<Exclusion>,
    /// Names and expressions.
    pub(crate) checks: Vec<(Option<String>, String)>,
    pub(crate) comment: Option<String>,
    pub(crate) ordering: Vec<Order>,
    pub(crate) backends: Vec<String>,
    pub(crate) silenced: Vec<String>,
}

/// Decides what a struct means.
pub(crate) fn lower(input: ModelInput, context: &Context, errors: &mut Errors) -> Model {
    let ModelInput { ident, mut options, fields: inputs } = input;
    key::only_one(&inputs, errors);
    let (mut fields, mut many): (Vec<Field>, Vec<Many>) = (Vec::new(), Vec::new());
    for input in inputs {
        match Many::lower(&input, &ident, context, errors) {
            Some(rows) => many.push(rows),
            None => fields.push(Field::lower(input, &ident, context, errors)),
        }
    }
    let primary_key = key::lower(options.primary_key.take(), &mut fields, errors);
    many::verify_key(&mut many, &primary_key, &ident, errors);
    let name = plain(&ident);
    let texts = |texts: Vec<Spanned<String>>| texts.into_iter().map(|text| text.value).collect();
    let table = match &options.table {
        Some(table) => field::not_empty(table, errors),
        None => names::snake_case(&name),
    };
    for former in &options.renamed_from {
        field::another_name(former, &table, "table", errors);
    }
    Model {
        krate: krate(options.krate.as_ref(), context, errors),
        app: options.app.as_ref().map_or(context.app.clone(), |app| field::not_empty(app, errors)),
        table,
        indexes: options.indexes.into_iter().map(|set| index::lower(set, &fields, errors)).collect(),
        uniques: options.uniques.into_iter().map(|set| index::unique(set, &fields, errors)).collect(),
        exclusions: options
            .exclusions
            .into_iter()
            .map(|set| exclusion::lower(set, &fields, errors))
            .collect(),
        ordering: options.ordering.iter().filter_map(|term| Order::lower(term, &fields, errors)).collect(),
        checks: options.checks.iter().map(|check| lower_check(check, errors)).collect(),
        comment: options.comment.as_ref().map(|comment| field::not_empty(comment, errors)),
        renamed_from: texts(options.renamed_from),
        backends: texts(options.backends),
        silenced: texts(options.silenced),
        file: context.file.clone(),
        line: (context.line)(ident.span()),
        ident,
        name,
        fields,
        many,
        primary_key,
    }
}

fn lower_check(check: &Check, errors: &mut Errors) -> (Option<String>, String) {
    let name = check.name.as_ref().map(|name| field::not_empty(name, errors));
    (name, field::not_empty(&check.expr, errors))
}

fn krate(told: Option<&Spanned<String>>, context: &Context, errors: &mut Errors) -> syn::Path {
    let told = told.and_then(|path| {
        let parsed = syn::parse_str(&path.value).ok();
        if parsed.is_none() {
            let message = format_args!("`{}` is no path of a crate, such as `umbral`", path.value);
            errors.at(path.span, message);
        }
        parsed
    });
    told.unwrap_or_else(|| {
        let name = Ident::new(&context.krate, Span::call_site());
        syn::parse_quote!(::#name)
    })
}
