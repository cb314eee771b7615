//! What is known about a model, as constant data.

use super::place::{self, Item};
use super::{handles, numbers};
use crate::lower::{
    Auto, Body, Column, DefaultValue, Exclusion, Field, Index, Key, Model, Relation, RelationKind, Target,
    Together,
};
use crate::parse::{Action, DeferrableInput};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// The value of `ModelMeta`. What is as usual is left to `ModelMeta::new`.
pub(super) fn expand(model: &Model, many: &[TokenStream], private: &TokenStream) -> TokenStream {
    let Model { body, app, line, table, .. } = model;
    let Body { name, file, .. } = body;
    let key: Vec<TokenStream> =
        model.primary_key.iter().map(|number| numbers::of_field(body, usize::from(*number))).collect();
    let lists = [
        list("primary_key", &key),
        list("renamed_from", &model.renamed_from),
        list("many", many),
        list("ordering", &ordering(model, private)),
        list("backends", &model.backends),
        list("silenced", &model.silenced),
    ];
    let comment = model.comment.as_ref().map(|comment| quote!(.comment(#comment)));
    let together = together(&model.together, body, private);
    quote!(#private::ModelMeta::new(#name, #app, #table, &FIELDS, #file, #line) #comment #together #(#lists)*)
}

/// The lists of indexes and constraints, each as a method that sets it.
pub(super) fn together(together: &Together, body: &Body, private: &TokenStream) -> TokenStream {
    let lists = [
        list("indexes", &indexes(&together.indexes, body, private)),
        list("uniques", &indexes(&together.uniques, body, private)),
        list("checks", &checks(&together.checks, private)),
        list("exclusions", &exclusions(&together.exclusions, body, private)),
    ];
    quote!(#(#lists)*)
}

/// `.name(&[…])`, unless the list is empty.
fn list(name: &str, items: &[impl ToTokens]) -> Option<TokenStream> {
    let name = Ident::new(name, Span::call_site());
    (!items.is_empty()).then(|| quote!(.#name(&[#(#items),*])))
}

/// The columns that attributes of the model name.
pub(super) fn columns(model: &Model) -> impl Iterator<Item = &Column> {
    model.together.columns().chain(model.ordering.iter().map(|term| &term.field))
}

/// The value of the array of `FieldMeta`. `holder` is the model that relations belong to; `more` is what the first own field
/// carries beside what is said of it.
pub(super) fn fields(
    body: &Body,
    holder: &TokenStream,
    more: Option<TokenStream>,
    private: &TokenStream,
) -> TokenStream {
    let mut metas: Vec<TokenStream> =
        body.fields.iter().map(|field| field_meta(field, body, holder, private)).collect();
    if let Some(first) = metas.first_mut() {
        first.extend(more);
    }
    let relations: Vec<TokenStream> =
        body.fields.iter().filter(|field| field.ty.is_model()).map(place::pattern).collect();
    let handles = handles::constant_name(body);
    let bind = (!relations.is_empty()).then(|| quote!(let #handles { #(#relations,)* .. } = HANDLES;));
    if body.parts.is_empty() {
        return quote!(#bind [#(#metas),*]);
    }
    let mut groups = Vec::new();
    let mut done = 0;
    for (number, part) in body.parts.iter().enumerate() {
        let (own, renamed) = (&metas[done..part.before], numbers::renamed(number));
        groups.push(quote!(&[#(#own),*], &#renamed));
        done = part.before;
    }
    let rest = &metas[done..];
    quote!(#bind #private::joined(&[#(#groups,)* &[#(#rest),*]]))
}

/// The value of one `FieldMeta`. What is as usual is left to `FieldMeta::new`.
fn field_meta(field: &Field, body: &Body, holder: &TokenStream, private: &TokenStream) -> TokenStream {
    let Field { name, column, line, .. } = field;
    let (file, rust_type, of_type) = (&body.file, &field.ty.text, column_type(field, private));
    // What a type's name does not tell may come with the type.
    let domain = field.ty.may_have_domain().then(|| {
        let domain = place::of_type(field, Item::Domain, private);
        quote!(.domain(#domain))
    });
    let max_length = field.max_length.map(|length| quote!(.max_length(#length)));
    let length = field.length.map(|length| quote!(.length(#length)));
    let decimal = field.decimal.map(|(precision, scale)| quote!(.decimal((#precision, #scale))));
    let auto = match field.auto {
        Auto::No => None,
        Auto::Yes => Some(quote!(.auto(true))),
        Auto::OfKey => {
            let auto = place::of_type(field, Item::Auto, private);
            Some(quote!(.auto(#auto)))
        }
    };
    let unique = field.unique.then(|| quote!(.unique(true)));
    let index = field.index.then(|| quote!(.index(true)));
    let check = field.check.as_ref().map(|check| quote!(.check(#check)));
    let collation = field.collation.as_ref().map(|collation| quote!(.collation(#collation)));
    let comment = field.comment.as_ref().map(|comment| quote!(.comment(#comment)));
    let default = match &field.default {
        DefaultValue::None => None,
        DefaultValue::Constant(text) => Some(quote!(.default(#private::DefaultMeta::Value(#text)))),
        DefaultValue::Now => Some(quote!(.default(#private::DefaultMeta::Now))),
        DefaultValue::Sql(text) => Some(quote!(.default(#private::DefaultMeta::Sql(#text)))),
    };
    let generated = field.generated.as_ref().map(|generated| {
        let (expr, stored) = (&generated.expr, generated.stored);
        quote!(.generated(#private::GeneratedMeta { expr: #expr, stored: #stored }))
    });
    let relation = field.relation.as_ref().map(|relation| {
        let relation = relation_meta(field, relation, body, holder, private);
        quote!(.relation(#relation))
    });
    let lists = [list("renamed_from", &field.renamed_from), list("silenced", &field.silenced)];
    quote! {
        #private::FieldMeta::new(#name, #column, #rust_type, #of_type, #file, #line)
            #domain #max_length #length #decimal #auto #unique #index #check #collation #comment #default #generated #relation
            #(#lists)*
    }
}

/// The logical type of a field, and whether it holds NULL.
fn column_type(field: &Field, private: &TokenStream) -> TokenStream {
    if field.ty.is_model() {
        let handle = place::binding(field);
        return place::call(field, quote!(#private::column_type), quote!(#handle));
    }
    let (ty, nullable) =
        (place::of_type(field, Item::Type, private), place::of_type(field, Item::Nullable, private));
    quote!((#ty, #nullable))
}

fn relation_meta(
    field: &Field,
    relation: &Relation,
    body: &Body,
    holder: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let handles = handles::constant_name(body);
    let kind = match relation.kind {
        RelationKind::ForeignKey => quote!(ForeignKey),
        RelationKind::OneToOne => quote!(OneToOne),
    };
    let none = quote!(#private::None);
    let (target, table) = match &relation.target {
        Target::Model(_) => {
            let (pattern, bound) = (place::pattern(field), place::binding(field));
            let target = quote! {
                #private::Some({
                    fn target() -> &'static #private::ModelMeta {
                        use #private::Unrelated as _;
                        let #handles { #pattern, .. } = HANDLES;
                        #private::Relate(#bound).target(&#holder)
                    }
                    target
                })
            };
            (target, none)
        }
        Target::Table(table) => (none, quote!(#private::Some(#table))),
    };
    let deferrable = match relation.deferrable {
        None => quote!(#private::None),
        Some(when) => {
            let when = self::deferrable(when, private);
            quote!(#private::Some(#when))
        }
    };
    let (on_delete, on_update) = (action(relation.on_delete), action(relation.on_update));
    quote! {
        #private::RelationMeta {
            kind: #private::RelationKind::#kind,
            target: #target,
            table: #table,
            on_delete: #private::ReferentialAction::#on_delete,
            on_update: #private::ReferentialAction::#on_update,
            deferrable: #deferrable,
        }
    }
}

fn action(action: Action) -> TokenStream {
    match action {
        Action::Cascade => quote!(Cascade),
        Action::Restrict => quote!(Restrict),
        Action::SetNull => quote!(SetNull),
        Action::SetDefault => quote!(SetDefault),
        Action::NoAction => quote!(NoAction),
    }
}

fn option(text: Option<&String>, private: &TokenStream) -> TokenStream {
    text.map_or_else(|| quote!(#private::None), |text| quote!(#private::Some(#text)))
}

fn indexes(indexes: &[Index], body: &Body, private: &TokenStream) -> Vec<TokenStream> {
    indexes.iter().map(|index| index_meta(index, body, private)).collect()
}

/// The value of one `IndexMeta`. What is as usual is left to `IndexMeta::new`.
fn index_meta(index: &Index, body: &Body, private: &TokenStream) -> TokenStream {
    let keys = index.keys.iter().map(|key| match key {
        Key::Field(column) => {
            let number = numbers::of_column(body, column);
            quote!(#private::KeyMeta::Field(#number))
        }
        Key::Descending(column) => {
            let number = numbers::of_column(body, column);
            quote!(#private::KeyMeta::Descending(#number))
        }
        Key::Expr(text) => quote!(#private::KeyMeta::Expr(#text)),
    });
    let name = index.name.as_ref().map(|name| quote!(.name(#name)));
    let predicate = index.predicate.as_ref().map(|text| quote!(.predicate(#text)));
    let method = index.method.map(|method| {
        let method = Ident::new(method, Span::call_site());
        quote!(.method(#private::IndexMethod::#method))
    });
    let include: Vec<TokenStream> =
        index.include.iter().map(|column| numbers::of_column(body, column)).collect();
    let include = list("include", &include);
    let nulls = index.nulls_not_distinct.then(|| quote!(.nulls_not_distinct(true)));
    let deferrable = index.deferrable.map(|deferrable| {
        let deferrable = self::deferrable(deferrable, private);
        quote!(.deferrable(#deferrable))
    });
    quote! {
        #private::IndexMeta::new(&[#(#keys),*]) #name #predicate #method #include #nulls #deferrable
    }
}

fn deferrable(deferrable: DeferrableInput, private: &TokenStream) -> TokenStream {
    match deferrable {
        DeferrableInput::Immediate => quote!(#private::Deferrable::InitiallyImmediate),
        DeferrableInput::Deferred => quote!(#private::Deferrable::InitiallyDeferred),
    }
}

fn checks(checks: &[(Option<String>, String)], private: &TokenStream) -> Vec<TokenStream> {
    let check = |(name, expr): &(Option<String>, String)| {
        let name = option(name.as_ref(), private);
        quote!(#private::CheckMeta { name: #name, expr: #expr })
    };
    checks.iter().map(check).collect()
}

fn exclusions(exclusions: &[Exclusion], body: &Body, private: &TokenStream) -> Vec<TokenStream> {
    let exclusion = |Exclusion { index, operators }: &Exclusion| {
        let index = index_meta(index, body, private);
        quote!(#private::ExclusionMeta { index: #index, operators: &[#(#operators),*] })
    };
    exclusions.iter().map(exclusion).collect()
}

fn ordering(model: &Model, private: &TokenStream) -> Vec<TokenStream> {
    let term = |order: &crate::lower::Order| {
        let (field, descending) = (numbers::of_column(&model.body, &order.field), order.descending);
        quote!(#private::OrderMeta { field: #field, descending: #descending })
    };
    model.ordering.iter().map(term).collect()
}
