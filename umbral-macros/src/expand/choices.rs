//! An enum of choices as the type of a field.

use super::value_type;
use crate::lower::choices::{Choices, Variant};
use crate::parse::choices::Repr;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// The code for an enum of choices.
pub(crate) fn expand(choices: &Choices) -> TokenStream {
    let Choices { ident, krate, repr, native, variants, .. } = choices;
    let private = &quote!(__umbral);
    let names: Vec<_> = variants.iter().map(|variant| &variant.ident).collect();
    let places: Vec<_> = (0..variants.len()).collect();
    let metas = variants.iter().map(|variant| choice(variant, *repr, private));
    let logical = match (repr, native) {
        (None, Some(name)) => {
            quote!(Enum { name: #name, choices: <Self as #private::Choices>::CHOICES })
        }
        (None, None) => quote!(Text),
        (Some(Repr::I16), _) => quote!(SmallInt),
        (Some(Repr::I32), _) => quote!(Integer),
        (Some(Repr::I64), _) => quote!(BigInt),
    };
    let domain = if native.is_some() { quote!(labels) } else { quote!(choices) };
    // A variant with a value is a mistake that is reported, and left out.
    let other = choices.incomplete.then(|| quote!(_ => 0));
    let impls = value_type::expand(ident, None, private);
    quote! {
        #[allow(clippy::all)]
        const _: () = {
            use #krate::__private as __umbral;
            #[automatically_derived]
            impl #private::Choices for #ident {
                const ALL: &'static [Self] = &[#(Self::#names),*];
                const CHOICES: &'static [#private::Choice] = &[#(#metas),*];
                fn place(&self) -> usize {
                    match self { #(Self::#names => #places,)* #other }
                }
                fn from_place(place: usize) -> #private::Option<Self> {
                    match place { #(#places => #private::Some(Self::#names),)* _ => #private::None }
                }
            }
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #private::FieldType for #ident {
                const TYPE: #private::ValueType = #private::ValueType::#logical;
                const DOMAIN: #private::Domain =
                    #private::Domain::ANY.#domain(<Self as #private::Choices>::CHOICES);
                fn from_value(value: #private::ValueRef<'_>) -> #private::Result<Self> {
                    #private::choice_from_value(value)
                }
                fn to_value(&self) -> #private::Value { #private::choice_to_value(self) }
            }
            #[automatically_derived]
            impl #private::fmt::Display for #ident {
                fn fmt(&self, f: &mut #private::fmt::Formatter<'_>) -> #private::fmt::Result {
                    f.pad(#private::Choices::name(self))
                }
            }
            #[automatically_derived]
            impl #private::FromStr for #ident {
                type Err = #private::UnknownChoice;
                fn from_str(name: &str) -> #private::StdResult<Self, #private::UnknownChoice> {
                    #private::Choices::from_name(name)
                }
            }
            #impls
        };
    }
}

/// The value of one `Choice`.
fn choice(variant: &Variant, repr: Option<Repr>, private: &TokenStream) -> TokenStream {
    let Variant { ident, name, label, renamed_from } = variant;
    let former = renamed_from.iter().map(|former| &former.value);
    let value = match repr {
        None => quote!(Text(#name)),
        Some(repr) => {
            let bits = match repr {
                Repr::I16 => 16u32,
                Repr::I32 => 32,
                Repr::I64 => 64,
            };
            // All of it stands where the variant does, which a number that does not fit is shown at.
            let number = quote_spanned!(ident.span()=> __umbral::choice_number(Self::#ident as i128, #bits));
            quote!(Integer(#number))
        }
    };
    quote! {
        #private::Choice {
            name: #name,
            value: #private::ChoiceValue::#value,
            label: #label,
            renamed_from: &[#(#former),*],
        }
    }
}
