//! The struct of typed columns that a query's closures see.

use super::{numbers, place};
use crate::lower::{Body, Field, Many, Part, Target};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Its name. It lives where nothing can name it; the compiler shows it for a field that is not there.
pub(super) fn name(body: &Body) -> Ident {
    format_ident!("{}Fields", body.name)
}

/// The struct, and a method for each relation that leads on to the fields of its target.
pub(super) fn expand(body: &Body, embedded: bool, private: &TokenStream) -> TokenStream {
    let name = name(body);
    let members = body.fields.iter().map(|field| {
        let (vis, ident, ty) = (&field.vis, &field.ident, place::handle(field, private));
        quote!(#vis #ident: #ty)
    });
    let parts = body.parts.iter().map(|part| {
        let Part { vis, ident, ty, .. } = part;
        let ty = place::part(ty, private);
        quote!(#vis #ident: #ty)
    });
    let many = body.many.iter().map(|many| {
        let (vis, ident, ty) = (&many.vis, &many.ident, &many.ty.tokens);
        quote!(#vis #ident: #private::ManyCol<R, #ty>)
    });
    let number = |at: usize, field: &Field| match embedded {
        // Its numbers begin where a model has it.
        true => {
            let ident = &field.ident;
            quote!(self.#ident.field())
        }
        false => numbers::of_field(body, at),
    };
    let own = body.fields.iter().enumerate();
    let mut hops: Vec<TokenStream> =
        own.filter_map(|(at, field)| hop(&number(at, field), field, private)).collect();
    hops.extend((0u16..).zip(&body.many).filter_map(|(place, many)| many_hop(place, many, body, private)));
    let for_relations = (!hops.is_empty()).then(|| {
        let constant = constant(body, private);
        quote! {
            impl<R> #name<R> { #(#hops)* }
            #constant
        }
    });
    // Those of embedded structs come first: what is last is asked for its size, and a struct that is not embedded would be
    // reported there once more.
    quote! {
        pub struct #name<R> { #(#parts,)* #(#members,)* #(#many,)* }
        #for_relations
    }
}

/// The name of the struct of constant handles, of which types of relations are asked.
pub(super) fn constant_name(body: &Body) -> Ident {
    if body.parts.is_empty() { name(body) } else { format_ident!("{}OwnFields", body.name) }
}

/// Constant handles. Those of embedded structs are not constant, and are left out.
fn constant(body: &Body, private: &TokenStream) -> TokenStream {
    let name = constant_name(body);
    let own = (!body.parts.is_empty()).then(|| {
        let members = body.fields.iter().map(|field| {
            let (ident, ty) = (&field.ident, place::handle(field, private));
            quote!(#ident: #ty)
        });
        let many = body.many.iter().map(|many| {
            let (ident, ty) = (&many.ident, &many.ty.tokens);
            quote!(#ident: #private::ManyCol<R, #ty>)
        });
        quote!(struct #name<R> { #(#members,)* #(#many,)* })
    });
    let values = values(body, &quote!(#private::Path::ROOT), None, private);
    quote! {
        #own
        const HANDLES: #name<()> = #name { #values };
    }
}

/// A value of the struct, of columns at `path`. Numbers count from `first`, where that is not the first field of a model.
///
/// Written out wherever one is needed: a function that returns the value of another one would be checked on its own for
/// what is wrong with the fields' types.
pub(super) fn build(body: &Body, first: Option<TokenStream>, private: &TokenStream) -> TokenStream {
    let (name, path) = (name(body), quote!(path));
    let parts = body.parts.iter().enumerate().map(|(at, part)| {
        let Part { ident, ty, .. } = part;
        let (function, number) =
            (place::associated(ty, "Embedded", "part", private), numbers::of_part(body, at));
        place::initialized_at(ident, ty, place::call_at(ty, function, quote!(path, #first #number)))
    });
    let own = values(body, &path, first.as_ref(), private);
    quote!(#name { #own #(#parts,)* })
}

/// The members of the struct that stand in the model itself.
fn values(
    body: &Body,
    path: &TokenStream,
    first: Option<&TokenStream>,
    private: &TokenStream,
) -> TokenStream {
    let values = body.fields.iter().enumerate().map(|(at, field)| {
        let (column, number) = (place::column(field, private), numbers::of_field(body, at));
        let new = place::call(field, quote!(#column::new), quote!(#path, #first #number));
        place::initialized(field, new)
    });
    let many = body.many.iter().map(|many| {
        let ident = &many.ident;
        quote!(#ident: #private::ManyCol::NEW)
    });
    quote!(#(#values,)* #(#many,)*)
}

/// The way on over a relation to many rows, from wherever another field says that the model is.
fn many_hop(place: u16, many: &Many, body: &Body, private: &TokenStream) -> Option<TokenStream> {
    let Many { vis, ident, target, .. } = many;
    let any = &body.fields.first()?.ident;
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
fn hop(number: &TokenStream, field: &Field, private: &TokenStream) -> Option<TokenStream> {
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
