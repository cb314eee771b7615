//! Relations to many rows: what is known about them, and the methods that ask for the rows.

use super::handles;
use crate::lower::{Between, Body, Many, ManyKind, Model};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// The values of `ManyMeta`, and the tables between that relations have of their own.
pub(super) fn expand(model: &Model, private: &TokenStream) -> (Vec<TokenStream>, TokenStream) {
    let numbered = || (0u16..).zip(&model.body.many);
    let metas = numbered().map(|(place, many)| meta(place, many, model, private)).collect();
    let tables = numbered().map(|(place, many)| match &many.between {
        Between::Own(columns) => table(place, many, columns, model, private),
        _ => {
            let target = &many.target;
            quote!(const _: &#private::ModelMeta = <#target as #private::Entity>::META;)
        }
    });
    (metas, tables.collect())
}

fn meta(place: u16, many: &Many, model: &Model, private: &TokenStream) -> TokenStream {
    let Many { name, symmetrical, silenced, line, ty, .. } = many;
    let (file, rust_type) = (&model.body.file, &ty.text);
    let kind = match many.kind {
        ManyKind::ManyToMany => quote!(ManyToMany),
        ManyKind::HasMany => quote!(HasMany),
    };
    let through = match &many.between {
        Between::Own(_) => {
            let table = between(place);
            quote!(#private::Some({ fn through() -> &'static #private::ModelMeta { &#table } through }))
        }
        Between::Model(through, _) => quote! {
            #private::Some({
                fn through() -> &'static #private::ModelMeta { <#through as #private::Entity>::META }
                through
            })
        },
        Between::Nothing => quote!(#private::None),
    };
    let own = matches!(many.between, Between::Own(_));
    let sides = match &many.between {
        Between::Model(_, Some([from, to])) => quote!(#private::Some([#from, #to])),
        _ => quote!(#private::None),
    };
    let related =
        many.related.as_ref().map_or_else(|| quote!(#private::None), |name| quote!(#private::Some(#name)));
    let target = target(many, model, private);
    quote! {
        #private::ManyMeta {
            name: #name,
            rust_type: #rust_type,
            kind: #private::ManyKind::#kind,
            target: #target,
            through: #through,
            own_table: #own,
            sides: #sides,
            related: #related,
            symmetrical: #symmetrical,
            location: #private::Location { file: #file, line: #line },
            silenced: &[#(#silenced),*],
        }
    }
}

/// A function that gives the model of the rows. Where it is none, another place says so.
fn target(many: &Many, model: &Model, private: &TokenStream) -> TokenStream {
    let (handles, ident) = (handles::constant_name(&model.body), &many.ident);
    quote! {
        {
            fn target() -> &'static #private::ModelMeta {
                use #private::Unrelated as _;
                let #handles { #ident: field, .. } = HANDLES;
                #private::Relate(field).target(&META)
            }
            target
        }
    }
}

fn between(place: u16) -> Ident {
    format_ident!("BETWEEN_{place}")
}

/// The model of a table between.
fn table(
    place: u16,
    many: &Many,
    columns: &[String; 2],
    model: &Model,
    private: &TokenStream,
) -> TokenStream {
    let Model { app, backends, .. } = model;
    let Body { file, ident, .. } = &model.body;
    let (line, target, fields) = (many.line, &many.target, format_ident!("FIELDS_{place}"));
    let (meta, table, former) = (between(place), many.table(model), many.former_tables(model));
    let name = format!("{}.{}", model.body.name, many.name);
    let [from, to] = columns;
    let field = |column: &String, of: TokenStream, to: TokenStream| {
        let key = key_type(of, private);
        let name = column.trim_end_matches("_id");
        quote! {
            #private::FieldMeta::new(#name, #column, "ForeignKey", (#key, false), #file, #line)
                .relation(#private::RelationMeta {
                    kind: #private::RelationKind::ForeignKey,
                    target: #private::Some(#to),
                    table: #private::None,
                    on_delete: #private::ReferentialAction::Cascade,
                    on_update: #private::ReferentialAction::NoAction,
                    deferrable: #private::None,
                })
        }
    };
    let own = quote!({ fn own() -> &'static #private::ModelMeta { &META } own });
    let from = field(from, quote!(#ident), own);
    let to = field(to, quote!(#target), self::target(many, model, private));
    quote! {
        static #fields: [#private::FieldMeta; 2] = [#from, #to.index(true)];
        static #meta: #private::ModelMeta = #private::ModelMeta::new(#name, #app, #table, &#fields, #file, #line)
            .primary_key(&[0, 1])
            .renamed_from(&[#(#former),*])
            .backends(&[#(#backends),*]);
    }
}

/// The type of the key of a model, asked where the model is named: there it is reported that it is none.
fn key_type(of: TokenStream, private: &TokenStream) -> TokenStream {
    let span = of.clone().into_iter().next().map_or_else(proc_macro2::Span::call_site, |token| token.span());
    let path: TokenStream = quote!(#private::key_type)
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect();
    quote_spanned!(span=> #path::<#of>())
}

/// The methods of a row that ask for the rows which belong to it.
pub(super) fn methods(body: &Body, private: &TokenStream) -> Option<TokenStream> {
    let ident = &body.ident;
    let methods = (0u16..).zip(&body.many).map(|(place, many)| {
        let Many { ident, vis, target, name, .. } = many;
        let doc = format!("The rows of `{name}` that belong to this one.");
        let (returned, body) = match many.kind {
            ManyKind::ManyToMany => (
                quote!(#private::Many<#target>),
                quote!(#private::Many::new(&META, #place, #private::sole_value(&#private::Entity::key(self)))),
            ),
            ManyKind::HasMany => (
                quote!(#private::QuerySet<#target>),
                quote!(#private::reverse(&META, #place, &#private::Entity::key(self))),
            ),
        };
        quote! {
            #[doc = #doc]
            #vis fn #ident(&self) -> #returned
            where
                for<'any> #target: #private::Model,
            {
                #body
            }
        }
    });
    (!body.many.is_empty()).then(|| quote!(#[automatically_derived] impl #ident { #(#methods)* }))
}
