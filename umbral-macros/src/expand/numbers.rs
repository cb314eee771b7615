//! The numbers of fields. A number is written as such where the macro knows it: behind a struct whose fields it does not see,
//! it is a constant that the compiler counts.

use super::place;
use crate::lower::{Body, Column, Part};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

/// The place of an own field among all that the struct declares.
fn slot(body: &Body, field: usize) -> usize {
    field + body.parts.iter().filter(|part| part.before <= field).count()
}

/// The constant that counts what stands before a place.
fn counted(slot: usize) -> Ident {
    format_ident!("AT_{slot}")
}

fn written(body: &Body, slot: usize) -> TokenStream {
    match body.parts.first() {
        Some(first) if first.before < slot => {
            let constant = counted(slot);
            quote!(#constant)
        }
        _ => {
            let number = slot as u16;
            quote!(#number)
        }
    }
}

/// The number of an own field.
pub(super) fn of_field(body: &Body, field: usize) -> TokenStream {
    written(body, slot(body, field))
}

/// Whether the macro knows the number of an own field.
pub(super) fn is_known(body: &Body, field: usize) -> bool {
    body.parts.iter().all(|part| part.before > field)
}

/// The number of the first field of an embedded struct.
pub(super) fn of_part(body: &Body, part: usize) -> TokenStream {
    written(body, body.parts[part].before + part)
}

/// The number behind the last field of an embedded struct.
pub(super) fn behind_part(body: &Body, part: usize) -> TokenStream {
    written(body, body.parts[part].before + part + 1)
}

/// How many fields there are.
pub(super) fn width(body: &Body) -> TokenStream {
    if body.parts.is_empty() {
        let width = body.fields.len();
        return quote!(#width);
    }
    let end = written(body, body.fields.len() + body.parts.len());
    quote!(#end as usize)
}

/// The number of a column.
pub(super) fn of_column(body: &Body, column: &Column) -> TokenStream {
    match column {
        Column::Own(field) => of_field(body, usize::from(*field)),
        Column::Inside { part, name, .. } => {
            let (number, part) = (of_part(body, *part), described(*part));
            quote!(#number + #part.place(#name))
        }
    }
}

/// Refuses to compile where an embedded struct has no such field.
pub(super) fn verified(column: &Column) -> Option<TokenStream> {
    let Column::Inside { part, name, span } = column else { return None };
    let (mut part, mut name) = (described(*part), Literal::string(name));
    part.set_span(*span);
    name.set_span(*span);
    Some(quote_spanned!(*span=> const _: () = #part.verify(#name);))
}

/// What is known of an embedded struct's names.
fn described(part: usize) -> Ident {
    format_ident!("PART_{part}")
}

/// The fields of an embedded struct, called as this struct calls them.
pub(super) fn renamed(part: usize) -> Ident {
    format_ident!("RENAMED_{part}")
}

/// The numbers that the compiler counts, and the fields of embedded structs.
pub(super) fn constants(body: &Body, private: &TokenStream) -> TokenStream {
    let Some(first) = body.parts.first() else { return TokenStream::new() };
    let parts = body.parts.iter().enumerate().map(|(number, part)| fields(number, part, private));
    let end = body.fields.len() + body.parts.len();
    let numbers = (first.before + 1..=end).map(|slot| {
        let (counted, before) = (counted(slot), written(body, slot - 1));
        let part = body.parts.iter().enumerate().position(|(number, part)| part.before + number == slot - 1);
        let width = part.map_or(quote!(1), |part| {
            let part = described(part);
            quote!(#part.width() as u16)
        });
        quote!(const #counted: u16 = #before + #width;)
    });
    quote!(#(#parts)* #(#numbers)*)
}

fn fields(number: usize, part: &Part, private: &TokenStream) -> TokenStream {
    let Part { name, prefix, former, ty, .. } = part;
    let (described, renamed) = (described(number), renamed(number));
    let (text, names) = (format_ident!("TEXT_{number}"), format_ident!("NAMES_{number}"));
    let fields = place::associated(ty, "Embedded", "FIELDS", private);
    quote! {
        const #described: #private::Flattened =
            #private::Flattened::new(#fields, #name, #prefix, &[#(#former),*]);
        static #text: [u8; #described.letters()] = #described.text();
        static #names: [&str; #described.names()] = #described.split(&#text);
        static #renamed: [#private::FieldMeta; #described.width()] = #described.fields(&#names);
    }
}
