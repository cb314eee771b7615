//! A struct whose fields are columns of the models that have it.

use super::rows::Base;
use super::{handles, meta, numbers, rows};
use crate::lower::Body;
use crate::lower::embedded::Embedded;
use proc_macro2::TokenStream;
use quote::quote;

/// The code for an embedded struct.
pub(crate) fn expand(Embedded { body, together }: &Embedded) -> TokenStream {
    let Body { ident, krate, .. } = body;
    let private = &quote!(__umbral);
    let (handles, name) = (handles::expand(body, true, private), handles::name(body));
    let constants = numbers::constants(body, private);
    let said = (!together.is_empty()).then(|| {
        let (first, said) = (numbers::of_field(body, 0), meta::together(together, body, private));
        quote!(static TOGETHER: #private::TogetherMeta = #private::TogetherMeta::new(#first) #said;)
    });
    let verified = together.columns().filter_map(numbers::verified);
    let carried = said.as_ref().map(|_| quote!(.together(&TOGETHER)));
    let fields = meta::fields(body, &quote!(#private::ANY_MODEL), carried, private);
    let width = numbers::width(body);
    let built = handles::build(body, Some(quote!(first+)), private);
    let read = rows::read(body, Base::Embedded, private);
    let methods = [Some(rows::value(body, private)), rows::attach(body, private)];
    quote! {
        #[allow(dead_code, private_interfaces, clippy::all)]
        const _: () = {
            use #krate::__private as __umbral;
            #handles
            #constants
            #(#verified)*
            #said
            static FIELDS: [#private::FieldMeta; #width] = { #fields };
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #private::Embedded for #ident {
                type Handles<R> = #name<R>;
                type Part<R> = #private::Part<Self, R>;
                const FIELDS: &'static [#private::FieldMeta] = &FIELDS;
                fn part<R>(path: #private::Path, first: u16) -> #private::Part<Self, R> {
                    // The handles are written out here: see `handles::build`.
                    #private::Part::new(path, first, #built)
                }
                #[inline]
                fn read(
                    row: &dyn #private::Row, at: usize, first: usize, meta: &'static #private::ModelMeta,
                ) -> #private::Result<Self> {
                    #read
                }
                #(#methods)*
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #private::Fills for #ident {
                fn given<M>(field: #private::Col<M, #ident>, value: &Self) -> #private::Given<M> {
                    #private::Given::whole(field, value)
                }
            }
        };
    }
}
