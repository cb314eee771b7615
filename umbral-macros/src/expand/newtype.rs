//! A newtype as the type of a field: what is asked of it goes to the value inside.

use super::{place, value_type};
use crate::lower::newtype::Newtype;
use proc_macro2::TokenStream;
use quote::quote;

/// The code for a newtype.
pub(crate) fn expand(newtype: &Newtype) -> TokenStream {
    let Newtype { ident, krate, field, ty, max_length, length, decimal } = newtype;
    let private = &quote!(__umbral);
    let inner = |item: &str| place::associated(ty, "FieldType", item, private);
    let (logical, nullable, domain) = (inner("TYPE"), inner("NULLABLE"), inner("DOMAIN"));
    let max_length = max_length.map(|length| quote!(.max_length(#length)));
    let length = length.map(|length| quote!(.length(#length)));
    let decimal = decimal.map(|(precision, scale)| quote!(.decimal((#precision, #scale))));
    let (member, built) = match field {
        Some(name) => (quote!(#name), quote!(Self { #name: inner })),
        None => (quote!(0), quote!(Self(inner))),
    };
    let read = place::call_at(ty, inner("from_value"), quote!(value));
    let written = place::call_at(ty, inner("to_value"), quote!(&self.#member));
    let impls = value_type::expand(ident, Some(ty), private);
    quote! {
        #[allow(clippy::all)]
        const _: () = {
            use #krate::__private as __umbral;
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #private::FieldType for #ident {
                const TYPE: #private::ValueType = #logical;
                const NULLABLE: bool = #nullable;
                const DOMAIN: #private::Domain = #domain #max_length #length #decimal;
                #[inline]
                fn from_value(value: #private::ValueRef<'_>) -> #private::Result<Self> {
                    match #read {
                        #private::Ok(inner) => #private::Ok(#built),
                        #private::Err(error) => #private::Err(error),
                    }
                }
                #[inline]
                fn to_value(&self) -> #private::Value { #written }
            }
            #impls
        };
    }
}
