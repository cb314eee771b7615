//! The struct of typed columns that a query's closures see.

use super::place;
use crate::lower::{Field, Many, Model, Target};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Its name. It lives where nothing can name it; the compiler shows it for a field that is not there.
pub(super) fn name(model: &Model) -> Ident {
    format_ident!("{}Fields", model.name)
}

/// The struct, and a method for each relation that leads on to the fields of its target.
pub(super) fn expand(model: &Model, private: &TokenStream) -> TokenStream {
    let name = name(model);
    let members = model.fields.iter().map(|field| {
        let (vis, ident, ty) = (&field.vis, &field.ident, place::handle(field, private));
        quote!(#vis #ident: #ty)
    });
    let many = model.many.iter().map(|many| {
        let (vis, ident, ty) = (&many.vis, &many.ident, &many.ty.tokens);
        quote!(#vis #ident: #private::ManyCol<R, #ty>)
    });
    let mut hops: Vec<TokenStream> =
        (0u16..).zip(&model.fields).filter_map(|(number, field)| hop(number, field, private)).collect();
    hops.extend((0u16..).zip(&model.many).filter_map(|(place, many)| many_hop(place, many, model, private)));
    let for_relations = (!hops.is_empty()).then(|| {
        let built = build(model, quote!(#private::Path::ROOT), private);
        quote! {
            impl<R> #name<R> { #(#hops)* }
            const HANDLES: #name<()> = #built;
        }
    });
    quote! {
        pub struct #name<R> { #(#members,)* #(#many,)* }
        #for_relations
    }
}

/// A value of the struct. Written out wherever one is needed: a function that returns the value of another one would
/// be checked on its own for what is wrong with the fields' types.
pub(super) fn build(model: &Model, path: TokenStream, private: &TokenStream) -> TokenStream {
    let name = name(model);
    let values = (0u16..).zip(&model.fields).map(|(number, field)| {
        let column = place::column(field, private);
        let new = place::call(field, quote!(#column::new), quote!(#path, #number));
        place::initialized(field, new)
    });
    let many = model.many.iter().map(|many| {
        let ident = &many.ident;
        quote!(#ident: #private::ManyCol::NEW)
    });
    quote!(#name { #(#values,)* #(#many),* })
}

/// The way on over a relation to many rows, from wherever another field says that the model is.
fn many_hop(place: u16, many: &Many, model: &Model, private: &TokenStream) -> Option<TokenStream> {
    let Many { vis, ident, target, .. } = many;
    let any = &model.fields.first()?.ident;
    Some(quote! {
        #vis fn #ident(&self) -> #private::Fields<#target, R>
        where
            for<'any> #target: #private::Entity,
        {
            #private::Fields::at(self.#any.path().hop(#private::many_hop(#place)))
        }
    })
}

/// The way on over a relation. The bound is checked where the method is used; it is over all lifetimes, since the
/// compiler would check one over none here already, and report a target that is no model a second time.
fn hop(number: u16, field: &Field, private: &TokenStream) -> Option<TokenStream> {
    let Target::Model(target) = &field.relation.as_ref()?.target else { return None };
    let Field { vis, ident, .. } = field;
    Some(quote! {
        #vis fn #ident(&self) -> #private::Fields<#target, R>
        where
            for<'any> #target: #private::Entity,
        {
            #private::Fields::at(self.#ident.path().hop(#number))
        }
    })
}
