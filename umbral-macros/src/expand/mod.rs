//! The third step: from what a model means to code. The code is data and a few `match`es over field numbers, since
//! the compiler has to work through it again for every model of an application.

pub(crate) mod choices;
mod handles;
mod many;
mod meta;
pub(crate) mod newtype;
mod place;
mod rows;
mod value_type;

use crate::lower::{Field, Model};
use proc_macro2::TokenStream;
use quote::quote;

/// The code for a model.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let (krate, ident) = (&model.krate, &model.ident);
    // A short name: it stands in front of everything that the code names.
    let private = &quote!(__umbral);
    let key: Vec<&Field> =
        model.primary_key.iter().filter_map(|number| model.fields.get(usize::from(*number))).collect();
    let key_type = rows::key_type(&key, private);
    let (handles, handles_name) = (handles::expand(model, private), handles::name(model));
    let (many_metas, tables_between) = many::expand(model, private);
    let row_methods = many::methods(model, private);
    let (fields, meta) =
        (meta::fields(model, &handles_name, private), meta::expand(model, &many_metas, private));
    let built = handles::build(model, quote!(path), private);
    let width = model.fields.len();
    let from_row = rows::from_row(model, private);
    let methods = [
        Some(rows::value(model, private)),
        Some(rows::key(&key, private)),
        rows::set_key(&key, private),
        rows::attach(model, private),
        rows::loader(model, private),
    ];
    quote! {
        #[allow(dead_code, private_interfaces, clippy::all)]
        const _: () = {
            use #krate::__private as __umbral;
            #handles
            static FIELDS: [#private::FieldMeta; #width] = { #fields };
            #tables_between
            static META: #private::ModelMeta = #meta;
            #[automatically_derived]
            impl #private::FromRow for #ident {
                const WIDTH: usize = #width;
                #from_row
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #private::Entity for #ident {
                type Key = #key_type;
                type Handles<R> = #handles_name<R>;
                type Row = #private::RowOf<Self>;
                const ROW: Self::Row = #private::RowOf::ROW;
                const META: &'static #private::ModelMeta = &META;
                fn handles<R>(path: #private::Path) -> #handles_name<R> { #built }
                #(#methods)*
            }
            #row_methods
            #private::inventory::submit!(#private::LinkedModel(&META));
        };
    }
}
