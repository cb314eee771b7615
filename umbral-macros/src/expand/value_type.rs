//! What a derived field type is besides: a key, an element of arrays, text, each where what it is made of is one.
//!
//! These bounds are over all lifetimes, since the compiler would refuse one over none that does not hold; so it asks them
//! where the type is used as such.

use crate::lower::RustType;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The implementations for the type `ident` around `inner`; `None`: it is an enum, which can be all but text.
pub(super) fn expand(ident: &Ident, inner: Option<&RustType>, private: &TokenStream) -> TokenStream {
    let inner_is = |of: TokenStream| {
        let inner = inner.map(|inner| &inner.tokens);
        inner.map(|inner| quote!(for<'any> #inner: #private::#of,))
    };
    let (key, element, text) =
        (inner_is(quote!(KeyType)), inner_is(quote!(ArrayElement)), inner_is(quote!(Text)));
    let auto = match inner.map(|inner| &inner.tokens) {
        Some(inner) => quote!(<#inner as #private::KeyType>::AUTO),
        None => quote!(false),
    };
    let text = text.map(|text| {
        quote! {
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl #private::Text for #ident where #text {}
        }
    });
    let given = inner.is_none_or(RustType::may_be_key).then(|| given(ident, private));
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::KeyType for #ident
        where
            #key
            for<'any> #ident: #private::Clone + #private::Eq + #private::Hash + #private::fmt::Debug,
        {
            const AUTO: bool = #auto;
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #private::ArrayElement for #ident where #element {}
        #text
        #given
    }
}

/// The key in place of a relation to a model that has it.
fn given(ident: &Ident, private: &TokenStream) -> TokenStream {
    let relations = [quote!(ForeignKey), quote!(OneToOne)].map(|relation| {
        let plain = quote!(#private::#relation<M>);
        [plain.clone(), quote!(#private::Option<#plain>)]
    });
    let impls = relations.iter().flatten().flat_map(|relation| {
        let (owned, borrowed) = ((quote!(#ident), quote!(&self)), (quote!(&#ident), quote!(self)));
        [owned, borrowed].map(|(from, value)| {
            quote! {
                #[automatically_derived]
                #[diagnostic::do_not_recommend]
                impl<M: #private::Model<Key = #ident>> #private::IntoValue<#relation> for #from {
                    fn into_value(self) -> #private::Value { #private::FieldType::to_value(#value) }
                }
            }
        })
    });
    quote!(#(#impls)*)
}
