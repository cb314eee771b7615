//! Code that is shown where the user wrote a field's type.
//!
//! What is wrong with a type is found again at every place where the code uses it. The compiler reports it once if all
//! these reports are alike to the letter, place included. So every expression that asks something of a field's type
//! begins where the type begins and ends where it ends.

use crate::lower::{Field, RustType};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

/// What the code asks of a field's type.
#[derive(Clone, Copy)]
pub(super) enum Item {
    Type,
    Nullable,
    Domain,
    FromValue,
    ToValue,
    Clone,
    Auto,
    Referenced,
}

/// `<Type as FieldType>::item`, and for a key whose tokens do not tell that its type is one for keys, the same of
/// `PrimaryKey`.
///
/// A relation's type is left to inference: the compiler reports a mention of it at other places than the field.
pub(super) fn of_type(field: &Field, what: Item, private: &TokenStream) -> TokenStream {
    let (of, item) = match what {
        // A key is never NULL.
        Item::Nullable if field.key => return quote!(false),
        Item::Type if field.may_be_no_key() => ("PrimaryKey", "KEY_TYPE"),
        Item::Domain if field.may_be_no_key() => ("PrimaryKey", "KEY_DOMAIN"),
        Item::FromValue if field.may_be_no_key() => ("PrimaryKey", "key_from_value"),
        Item::ToValue if field.may_be_no_key() => ("PrimaryKey", "key_to_value"),
        Item::Clone if field.may_be_no_key() => ("PrimaryKey", "key_clone"),
        Item::Type => ("FieldType", "TYPE"),
        Item::Nullable => ("FieldType", "NULLABLE"),
        Item::Domain => ("FieldType", "DOMAIN"),
        Item::FromValue => ("FieldType", "from_value"),
        Item::ToValue => ("FieldType", "to_value"),
        Item::Clone => ("Clone", "clone"),
        Item::Auto => ("PrimaryKey", "KEY_AUTO"),
        Item::Referenced => ("PointsAt", "Key"),
    };
    if field.ty.is_model() && !matches!(what, Item::Referenced) {
        let last = field.ty.ends.1;
        let (of, item) = (Ident::new(of, last), Ident::new(item, last));
        return covering(quote!(#private::#of::#item), &field.ty);
    }
    associated(&field.ty, of, item, private)
}

/// `<Type as Trait>::item`.
pub(super) fn associated(ty: &RustType, of: &str, item: &str, private: &TokenStream) -> TokenStream {
    let (first, last) = ty.ends;
    let (of, item) = (Ident::new(of, last), Ident::new(item, last));
    let (tokens, open) = (&ty.tokens, quote_spanned!(first=> <));
    let close = quote_spanned!(last=> as #private::#of>::#item);
    quote!(#open #tokens #close)
}

/// `function(arguments)`.
pub(super) fn call(field: &Field, function: TokenStream, arguments: TokenStream) -> TokenStream {
    call_at(&field.ty, function, arguments)
}

/// The same where a type stands that is no field's.
pub(super) fn call_at(ty: &RustType, function: TokenStream, arguments: TokenStream) -> TokenStream {
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(ty.ends.1);
    let function = covering(function, ty);
    quote!(#function #arguments)
}

/// A pattern that binds the field to [`binding`].
pub(super) fn pattern(field: &Field) -> TokenStream {
    let mut name = field.ident.clone();
    name.set_span(field.ty.ends.0);
    let binding = binding(field);
    quote!(#name: #binding)
}

/// The name to which a pattern binds the field. Its own name, marked: a constant of that name would make the pattern
/// a comparison.
pub(super) fn binding(field: &Field) -> Ident {
    format_ident!("field_{}", field.name, span = field.ty.ends.1)
}

/// The type of the field's handle, without its arguments.
pub(super) fn column(field: &Field, private: &TokenStream) -> TokenStream {
    match field.generated {
        Some(_) => quote!(#private::GeneratedCol),
        None => quote!(#private::Col),
    }
}

/// The type of the field's handle.
pub(super) fn handle(field: &Field, private: &TokenStream) -> TokenStream {
    let (_, last) = field.ty.ends;
    let (ty, close) = (&field.ty.tokens, quote_spanned!(last=> >));
    let path = covering(column(field, private), &field.ty);
    quote!(#path<R, #ty #close)
}

/// The type of the handle of an embedded struct.
pub(super) fn part(ty: &RustType, private: &TokenStream) -> TokenStream {
    let (part, last) = (associated(ty, "Embedded", "Part", private), ty.ends.1);
    let arguments = quote_spanned!(last=> <R>);
    quote!(#part #arguments)
}

/// `name: value`, as a struct expression has it.
pub(super) fn initialized(field: &Field, value: TokenStream) -> TokenStream {
    initialized_at(&field.ident, &field.ty, value)
}

/// The same where no field with a column stands.
pub(super) fn initialized_at(name: &Ident, ty: &RustType, value: TokenStream) -> TokenStream {
    let mut name = name.clone();
    name.set_span(ty.ends.0);
    quote!(#name: #value)
}

/// The value of a `Result`, whose error is returned. Not `?`, which is three calls more for each field of each model
/// in a build that does not optimize.
pub(super) fn unwrapped(ty: &RustType, result: TokenStream, private: &TokenStream) -> TokenStream {
    let (first, last) = ty.ends;
    let keyword = Ident::new("match", first);
    let arms = quote!(#private::Ok(value) => value, #private::Err(error) => return #private::Err(error),);
    let mut arms = Group::new(Delimiter::Brace, arms);
    arms.set_span(last);
    quote!(#keyword #result #arms)
}

/// The path, from its first name with the `::` in front of it to its last name, where the type stands.
fn covering(path: TokenStream, ty: &RustType) -> TokenStream {
    let (first, last) = ty.ends;
    let mut tokens: Vec<TokenTree> = path.into_iter().collect();
    for token in &mut tokens {
        token.set_span(first);
        if matches!(token, TokenTree::Ident(_)) {
            break;
        }
    }
    if let Some(end) = tokens.last_mut() {
        end.set_span(last);
    }
    tokens.into_iter().collect()
}
