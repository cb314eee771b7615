//! What is known about a model, as constant data.

use super::place::{self, Item};
use crate::lower::{Auto, DefaultValue, Exclusion, Field, Index, Key, Model, Relation, RelationKind, Target};
use crate::parse::{Action, DeferrableInput};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// The value of `ModelMeta`. What is as usual is left to `ModelMeta::new`.
pub(super) fn expand(model: &Model, many: &[TokenStream], private: &TokenStream) -> TokenStream {
    let Model { name, app, file, line, table, .. } = model;
    let lists = [
        list("primary_key", &model.primary_key),
        list("renamed_from", &model.renamed_from),
        list("many", many),
        list("indexes", &indexes(&model.indexes, private)),
        list("uniques", &indexes(&model.uniques, private)),
        list("checks", &checks(model, private)),
        list("exclusions", &exclusions(model, private)),
        list("ordering", &ordering(model, private)),
        list("backends", &model.backends),
        list("silenced", &model.silenced),
    ];
    let comment = model.comment.as_ref().map(|comment| quote!(.comment(#comment)));
    quote!(#private::ModelMeta::new(#name, #app, #table, &FIELDS, #file, #line) #comment #(#lists)*)
}

/// `.name(&[…])`, unless the list is empty.
fn list(name: &str, items: &[impl ToTokens]) -> Option<TokenStream> {
    let name = Ident::new(name, Span::call_site());
    (!items.is_empty()).then(|| quote!(.#name(&[#(#items),*])))
}

/// The value of the array of `FieldMeta`.
pub(super) fn fields(model: &Model, handles: &Ident, private: &TokenStream) -> TokenStream {
    let fields = model.fields.iter().map(|field| field_meta(field, model, handles, private));
    let relations: Vec<TokenStream> =
        model.fields.iter().filter(|field| field.ty.is_model()).map(place::pattern).collect();
    let bind = (!relations.is_empty()).then(|| quote!(let #handles { #(#relations,)* .. } = HANDLES;));
    quote!(#bind [#(#fields),*])
}

/// The value of one `FieldMeta`. What is as usual is left to `FieldMeta::new`.
fn field_meta(field: &Field, model: &Model, handles: &Ident, private: &TokenStream) -> TokenStream {
    let Field { name, column, line, .. } = field;
    let (file, rust_type, of_type) = (&model.file, &field.ty.text, column_type(field, private));
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
        let relation = relation_meta(field, relation, handles, private);
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

fn relation_meta(field: &Field, relation: &Relation, handles: &Ident, private: &TokenStream) -> TokenStream {
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
                        #private::Relate(#bound).target(&META)
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

fn indexes(indexes: &[Index], private: &TokenStream) -> Vec<TokenStream> {
    indexes.iter().map(|index| index_meta(index, private)).collect()
}

/// The value of one `IndexMeta`. What is as usual is left to `IndexMeta::new`.
fn index_meta(index: &Index, private: &TokenStream) -> TokenStream {
    let keys = index.keys.iter().map(|key| match key {
        Key::Field(number) => quote!(#private::KeyMeta::Field(#number)),
        Key::Descending(number) => quote!(#private::KeyMeta::Descending(#number)),
        Key::Expr(text) => quote!(#private::KeyMeta::Expr(#text)),
    });
    let name = index.name.as_ref().map(|name| quote!(.name(#name)));
    let predicate = index.predicate.as_ref().map(|text| quote!(.predicate(#text)));
    let method = index.method.map(|method| {
        let method = Ident::new(method, Span::call_site());
        quote!(.method(#private::IndexMethod::#method))
    });
    let include = list("include", &index.include);
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

fn checks(model: &Model, private: &TokenStream) -> Vec<TokenStream> {
    let check = |(name, expr): &(Option<String>, String)| {
        let name = option(name.as_ref(), private);
        quote!(#private::CheckMeta { name: #name, expr: #expr })
    };
    model.checks.iter().map(check).collect()
}

fn exclusions(model: &Model, private: &TokenStream) -> Vec<TokenStream> {
    let exclusion = |Exclusion { index, operators }: &Exclusion| {
        let index = index_meta(index, private);
        quote!(#private::ExclusionMeta { index: #index, operators: &[#(#operators),*] })
    };
    model.exclusions.iter().map(exclusion).collect()
}

fn ordering(model: &Model, private: &TokenStream) -> Vec<TokenStream> {
    let term = |order: &crate::lower::Order| {
        let (field, descending) = (order.field, order.descending);
        quote!(#private::OrderMeta { field: #field, descending: #descending })
    };
    model.ordering.iter().map(term).collect()
}
