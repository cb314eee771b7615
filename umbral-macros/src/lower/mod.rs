//! The second step: from what the user wrote to what it means. Names become numbers, absent attributes what they
//! stand for, and attributes that do not fit are reported.

mod body;
pub(crate) mod choices;
mod default;
pub(crate) mod embedded;
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
mod together;

pub(crate) use body::{Body, Column, Part};
pub(crate) use default::DefaultValue;
pub(crate) use exclusion::Exclusion;
pub(crate) use field::{Auto, Field};
pub(crate) use index::{Index, Key, Order};
pub(crate) use many::{Between, Many};
pub(crate) use relation::{Relation, Target};
pub(crate) use rust_type::{ManyKind, RelationKind, RustType};
pub(crate) use together::Together;

use crate::errors::Errors;
use crate::parse::{ModelInput, Spanned};
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
    pub(crate) body: Body,
    pub(crate) app: String,
    pub(crate) line: u32,
    pub(crate) table: String,
    pub(crate) renamed_from: Vec<String>,
    /// The fields that are the key, by number, in its order.
    pub(crate) primary_key: Vec<u16>,
    pub(crate) together: Together,
    pub(crate) comment: Option<String>,
    pub(crate) ordering: Vec<Order>,
    pub(crate) backends: Vec<String>,
    pub(crate) silenced: Vec<String>,
}

/// Decides what a struct means.
pub(crate) fn lower(input: ModelInput, context: &Context, errors: &mut Errors) -> Model {
    let ModelInput { ident, mut options, fields } = input;
    key::only_one(&fields, errors);
    let krate = krate(options.krate.as_ref(), context, errors);
    let mut body = Body::lower(ident, krate, fields, context, errors);
    let primary_key = key::lower(options.primary_key.take(), &mut body, errors);
    many::verify_key(&mut body.many, &primary_key, &body.ident, errors);
    let texts = |texts: Vec<Spanned<String>>| texts.into_iter().map(|text| text.value).collect();
    let table = match &options.table {
        Some(table) => field::not_empty(table, errors),
        None => names::snake_case(&body.name),
    };
    for former in &options.renamed_from {
        field::another_name(former, &table, "table", errors);
    }
    Model {
        app: options.app.as_ref().map_or(context.app.clone(), |app| field::not_empty(app, errors)),
        table,
        together: Together::lower(options.together, &body, errors),
        ordering: options.ordering.iter().filter_map(|term| Order::lower(term, &body, errors)).collect(),
        comment: options.comment.as_ref().map(|comment| field::not_empty(comment, errors)),
        renamed_from: texts(options.renamed_from),
        backends: texts(options.backends),
        silenced: texts(options.silenced),
        line: (context.line)(body.ident.span()),
        body,
        primary_key,
    }
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
