//! The third step: from what a model means to code. The code is data and a few `match`es over field numbers, since
//! the compiler has to work through it again for every model of an application.

pub(crate) mod choices;
pub(crate) mod embedded;
mod handles;
mod many;
mod meta;
pub(crate) mod newtype;
mod numbers;
mod place;
mod rows;
mod value_type;

use crate::lower::{Body, Field, Model};
use proc_macro2::TokenStream;
use quote::quote;
use rows::Base;

/// The code for a model.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let Model { body, .. } = model;
    let Body { krate, ident, .. } = body;
    // A short name: it stands in front of everything that the code names.
    let private = &quote!(__umbral);
    let key: Vec<&Field> =
        model.primary_key.iter().filter_map(|number| body.fields.get(usize::from(*number))).collect();
    let key_type = rows::key_type(&key, private);
    let (handles, handles_name) = (handles::expand(body, false, private), handles::name(body));
    let (many_metas, tables_between) = many::expand(model, private);
    let row_methods = many::methods(body, private);
    let constants = numbers::constants(body, private);
    let verified = meta::columns(model).filter_map(numbers::verified);
    let fields = meta::fields(body, &quote!(META), None, private);
    let meta = meta::expand(model, &many_metas, private);
    let built = handles::build(body, None, private);
    let width = numbers::width(body);
    let from_row = rows::read(body, Base::Model, private);
    let methods = [
        Some(rows::value(body, private)),
        Some(rows::key(&key, private)),
        rows::set_key(&key, private),
        rows::attach(body, private),
        rows::loader(body, private),
    ];
    quote! {
        #[allow(dead_code, private_interfaces, clippy::all)]
        const _: () = {
            use #krate::__private as __umbral;
            #handles
            #constants
            #(#verified)*
            static FIELDS: [#private::FieldMeta; #width] = { #fields };
            #tables_between
            static META: #private::ModelMeta = #meta;
            #[automatically_derived]
            impl #private::FromRow for #ident {
                const WIDTH: usize = #width;
                #[inline]
                fn from_row(row: &dyn #private::Row, at: usize) -> #private::Result<Self> {
                    #from_row
                }
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
