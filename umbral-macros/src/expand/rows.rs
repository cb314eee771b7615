//! Reading a model from a row, and its values by number.

use super::numbers;
use super::place::{self, Item};
use crate::lower::{Auto, Body, Field, Part, Relation, Target};
use proc_macro2::TokenStream;
use quote::quote;

/// What is read.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Base {
    /// A model, whose number 0 stands at `at`.
    Model,
    /// A struct in a model, whose numbers begin at `first`.
    Embedded,
}

/// The fields that `which` holds for, with their numbers.
fn fields(body: &Body, which: impl Fn(&Field) -> bool) -> Vec<(TokenStream, &Field)> {
    let numbered = body.fields.iter().enumerate().filter(|(_, field)| which(field));
    numbered.map(|(at, field)| (numbers::of_field(body, at), field)).collect()
}

/// `let Self { … } = self;` for these fields.
fn bind(fields: &[&Field]) -> TokenStream {
    let patterns = fields.iter().map(|field| place::pattern(field));
    quote!(let Self { #(#patterns,)* .. } = self;)
}

/// The body of `FromRow::from_row` or `Embedded::read`.
//
// Like the methods below these are `#[inline]`: not for speed, but since the compiler then works on them in the crates that
// use them and not in every crate that declares models.
pub(super) fn read(body: &Body, base: Base, private: &TokenStream) -> TokenStream {
    let meta = match base {
        Base::Model => quote!(&META),
        Base::Embedded => quote!(meta),
    };
    let number = |counted: TokenStream, known: Option<usize>| match (base, known) {
        (Base::Model, Some(number)) => quote!(#number),
        (Base::Model, None) => quote!(#counted as usize),
        (Base::Embedded, Some(number)) => quote!(first + #number),
        (Base::Embedded, None) => quote!(first + #counted as usize),
    };
    let fields = body.fields.iter().enumerate().map(|(at, field)| {
        let decode = place::of_type(field, Item::FromValue, private);
        let number = number(numbers::of_field(body, at), numbers::is_known(body, at).then_some(at));
        let arguments = quote!(row, at, #number, #meta, #decode);
        let read = place::call(field, quote!(#private::read_field), arguments);
        place::initialized(field, place::unwrapped(&field.ty, read, private))
    });
    let parts = body.parts.iter().enumerate().map(|(at, part)| {
        let Part { ident, ty, before, .. } = part;
        let number = number(numbers::of_part(body, at), (at == 0).then_some(*before));
        let read = place::associated(ty, "Embedded", "read", private);
        let read = place::call_at(ty, read, quote!(row, at, #number, #meta));
        place::initialized_at(ident, ty, place::unwrapped(ty, read, private))
    });
    let others = body.many.iter().map(|many| &many.ident).chain(&body.refused);
    quote! {
        #private::Ok(Self { #(#fields,)* #(#parts,)* #(#others: ::core::default::Default::default()),* })
    }
}

/// `Entity::value`, or that of an embedded struct.
pub(super) fn value(body: &Body, private: &TokenStream) -> TokenStream {
    let fields = fields(body, |_| true);
    let bind = bind(&fields.iter().map(|(_, field)| *field).collect::<Vec<_>>());
    let arms = fields.iter().map(|(number, field)| {
        let bound = place::binding(field);
        let value = place::call(field, place::of_type(field, Item::ToValue, private), quote!(#bound));
        quote!(#number => #value)
    });
    let parts = body.parts.iter().enumerate().map(|(at, part)| {
        let ident = &part.ident;
        of_part(body, at, "value", |number| quote!(&self.#ident, field - #number), private)
    });
    quote! {
        #[inline]
        fn value(&self, field: u16) -> #private::Value {
            #bind
            match field { #(#arms,)* #(#parts,)* _ => #private::Value::Null }
        }
    }
}

/// The arm of a `match` over numbers that gives those of an embedded struct to a function of its own.
fn of_part(
    body: &Body,
    at: usize,
    function: &str,
    arguments: impl Fn(&TokenStream) -> TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let (first, behind) = (numbers::of_part(body, at), numbers::behind_part(body, at));
    let ty = &body.parts[at].ty;
    let function = place::associated(ty, "Embedded", function, private);
    let call = place::call_at(ty, function, arguments(&first));
    quote!(#first..#behind => #call)
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
    let bind = bind(fields);
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
    let (bind, bound) = (bind(&[field]), place::binding(field));
    let read = place::call(field, place::of_type(field, Item::FromValue, private), quote!(key));
    let read = place::unwrapped(&field.ty, read, private);
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
pub(super) fn loader(body: &Body, private: &TokenStream) -> Option<TokenStream> {
    let many = (0u16..).zip(&body.many).map(|(place, many)| {
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

/// `Entity::attach`, or that of an embedded struct, where there may be relations to attach rows to.
pub(super) fn attach(body: &Body, private: &TokenStream) -> Option<TokenStream> {
    let fields = fields(body, |field| field.ty.is_model());
    if fields.is_empty() && body.parts.is_empty() {
        return None;
    }
    let bind = bind(&fields.iter().map(|(_, field)| *field).collect::<Vec<_>>());
    let arms = fields.iter().map(|(number, field)| {
        let bound = place::binding(field);
        quote!(#number => #private::Relate(#bound).attach(row, related))
    });
    let parts = body.parts.iter().enumerate().map(|(at, part)| {
        let ident = &part.ident;
        of_part(body, at, "attach", |first| quote!(&mut self.#ident, field - #first, row, related), private)
    });
    Some(quote! {
        #[inline]
        fn attach(
            &mut self, field: u16, row: &dyn #private::Row, related: &#private::Related,
        ) -> #private::Result<()> {
            use #private::Unrelated as _;
            #bind
            match field { #(#arms,)* #(#parts,)* _ => #private::Ok(()) }
        }
    })
}
