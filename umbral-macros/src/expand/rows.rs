//! Reading a model from a row, and its values by number.

use super::place::{self, Item};
use crate::lower::{Auto, Field, Model, Relation, Target};
use proc_macro2::TokenStream;
use quote::quote;

/// The fields that `which` holds for, with their numbers.
fn fields(model: &Model, which: impl Fn(&Field) -> bool) -> Vec<(u16, &Field)> {
    (0u16..).zip(&model.fields).filter(|(_, field)| which(field)).collect()
}

/// `let Self { … } = self;` for these fields.
fn bind(fields: &[(u16, &Field)]) -> TokenStream {
    let patterns = fields.iter().map(|(_, field)| place::pattern(field));
    quote!(let Self { #(#patterns,)* .. } = self;)
}

/// `FromRow::from_row`.
//
// Like the methods below it is `#[inline]`: not for speed, but since the compiler then works on it in the crates that
// use it and not in every crate that declares models.
pub(super) fn from_row(model: &Model, private: &TokenStream) -> TokenStream {
    let fields = fields(model, |_| true).into_iter().map(|(number, field)| {
        let decode = place::of_type(field, Item::FromValue, private);
        let number = usize::from(number);
        let arguments = quote!(row, at, #number, &META, #decode);
        let read = place::call(field, quote!(#private::read_field), arguments);
        place::initialized(field, place::unwrapped(field, read, private))
    });
    let many = model.many.iter().map(|many| &many.ident);
    quote! {
        #[inline]
        fn from_row(row: &dyn #private::Row, at: usize) -> #private::Result<Self> {
            #private::Ok(Self { #(#fields,)* #(#many: ::core::default::Default::default()),* })
        }
    }
}

/// `Entity::value`.
pub(super) fn value(model: &Model, private: &TokenStream) -> TokenStream {
    let fields = fields(model, |_| true);
    let bind = bind(&fields);
    let arms = fields.iter().map(|(number, field)| {
        let bound = place::binding(field);
        let value = place::call(field, place::of_type(field, Item::ToValue, private), quote!(#bound));
        quote!(#number => #value)
    });
    quote! {
        #[inline]
        fn value(&self, field: u16) -> #private::Value {
            #bind
            match field { #(#arms,)* _ => #private::Value::Null }
        }
    }
}

/// `Entity::Key`: the type of the field, or a tuple of those of several. A relation's is that of the key it points at.
pub(super) fn key_type(fields: &[&Field], private: &TokenStream) -> TokenStream {
    let mut parts = fields.iter().map(|field| match &field.relation {
        Some(Relation { target: Target::Model(_), .. }) => place::of_type(field, Item::Referenced, private),
        _ => field.ty.tokens.clone(),
    });
    match fields.len() {
        0 => quote!(#private::NoKey),
        1 => parts.next().unwrap_or_default(),
        _ => quote!((#(#parts,)*)),
    }
}

/// `Entity::key`.
pub(super) fn key(fields: &[&Field], private: &TokenStream) -> TokenStream {
    let bound: Vec<(u16, &Field)> = fields.iter().map(|field| (0, *field)).collect();
    let bind = bind(&bound);
    let mut parts = fields.iter().map(|field| {
        let bound = place::binding(field);
        match &field.relation {
            Some(Relation { target: Target::Model(_), .. }) => {
                place::call(field, quote!(#private::reference_key), quote!(#bound))
            }
            _ => place::call(field, place::of_type(field, Item::Clone, private), quote!(#bound)),
        }
    });
    let body = match fields.len() {
        0 => quote!(#private::NoKey),
        1 => {
            let part = parts.next();
            quote!(#bind #part)
        }
        _ => quote!(#bind (#(#parts,)*)),
    };
    quote! {
        #[inline]
        fn key(&self) -> Self::Key { #body }
    }
}

/// `Entity::set_key`, where the database may assign keys.
pub(super) fn set_key(fields: &[&Field], private: &TokenStream) -> Option<TokenStream> {
    let [field] = fields else { return None };
    let field = Some(*field).filter(|field| field.auto != Auto::No)?;
    let (bind, bound) = (bind(&[(0, field)]), place::binding(field));
    let read = place::call(field, place::of_type(field, Item::FromValue, private), quote!(key));
    let read = place::unwrapped(field, read, private);
    Some(quote! {
        #[inline]
        fn set_key(&mut self, key: #private::ValueRef<'_>) -> #private::Result<()> {
            #bind
            *#bound = #read;
            #private::Ok(())
        }
    })
}

/// `Entity::loader`, where there are relations to many rows.
pub(super) fn loader(model: &Model, private: &TokenStream) -> Option<TokenStream> {
    let many = (0u16..).zip(&model.many).map(|(place, many)| {
        let (ident, hop) = (&many.ident, 1 << 15 | place);
        quote!(#hop => #private::place_of(|row: &mut Self| &mut row.#ident).loader())
    });
    let arms: Vec<TokenStream> = many.collect();
    (!arms.is_empty()).then(|| {
        quote! {
            #[inline]
            fn loader(hop: u16) -> #private::Option<#private::Box<dyn #private::Loads<Self>>> {
                use #private::Unrelated as _;
                match hop { #(#arms,)* _ => #private::None }
            }
        }
    })
}

/// `Entity::attach`, where there are relations to attach rows to.
pub(super) fn attach(model: &Model, private: &TokenStream) -> Option<TokenStream> {
    let fields = fields(model, |field| field.ty.is_model());
    if fields.is_empty() {
        return None;
    }
    let bind = bind(&fields);
    let arms = fields.iter().map(|(number, field)| {
        let bound = place::binding(field);
        quote!(#number => #private::Relate(#bound).attach(row, related))
    });
    Some(quote! {
        #[inline]
        fn attach(
            &mut self, field: u16, row: &dyn #private::Row, related: &#private::Related,
        ) -> #private::Result<()> {
            use #private::Unrelated as _;
            #bind
            match field { #(#arms,)* _ => #private::Ok(()) }
        }
    })
}
