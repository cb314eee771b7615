//! The grammar inside `#[umbral(…)]`: a list of `name`, `name = value` and `name(value, name = value, …)`, where a value
//! may be followed by `with "…"`.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Lit, LitStr, Token};

/// What stands between what is compared and the operator.
mod keyword {
    syn::custom_keyword!(with);
}

/// One entry.
pub(crate) struct Item {
    /// What is set.
    pub(crate) name: Ident,
    /// To what.
    pub(crate) value: ItemValue,
}

/// What follows an entry's name.
pub(crate) enum ItemValue {
    /// Nothing.
    Flag,
    /// `= value`.
    Equals(Value),
    /// `(value, name = value, …)`.
    List(Vec<Argument>),
}

/// A member of a list.
pub(crate) struct Argument {
    /// Its name, where it has one.
    pub(crate) name: Option<Ident>,
    /// Its value.
    pub(crate) value: Value,
}

/// A value.
pub(crate) enum Value {
    /// A literal, with whether `-` stands in front of it.
    Literal { negative: bool, literal: Lit },
    /// A word, keywords among them: `cascade`, `type`.
    Word(Ident),
    /// `-word`.
    Descending(Ident),
    /// `word.word`, with whether `-` stands in front of it.
    Path { descending: bool, words: Vec<Ident> },
    /// `[value, …]`.
    Array(Span, Vec<Value>),
    /// `value with "&&"`.
    With(Box<Value>, LitStr),
}

impl Value {
    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        match self {
            Value::Literal { literal, .. } => literal.span(),
            Value::Word(word) | Value::Descending(word) => word.span(),
            Value::Path { words, .. } => words.first().map_or_else(Span::call_site, Ident::span),
            Value::Array(span, _) => *span,
            Value::With(value, _) => value.span(),
        }
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let value = if input.peek(syn::token::Paren) {
            let list;
            syn::parenthesized!(list in input);
            ItemValue::List(Punctuated::<Argument, Token![,]>::parse_terminated(&list)?.into_iter().collect())
        } else if input.parse::<Option<Token![=]>>()?.is_some() {
            ItemValue::Equals(input.parse()?)
        } else {
            ItemValue::Flag
        };
        Ok(Item { name, value })
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Ident::peek_any) && input.peek2(Token![=]) {
            let name = Ident::parse_any(input)?;
            input.parse::<Token![=]>()?;
            return Ok(Argument { name: Some(name), value: input.parse()? });
        }
        Ok(Argument { name: None, value: input.parse()? })
    }
}

impl Parse for Value {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let value = Value::alone(input)?;
        match input.parse::<Option<keyword::with>>()? {
            None => Ok(value),
            Some(_) => Ok(Value::With(Box::new(value), input.parse()?)),
        }
    }
}

impl Value {
    fn alone(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::token::Bracket) {
            let array;
            let bracket = syn::bracketed!(array in input);
            let values = Punctuated::<Value, Token![,]>::parse_terminated(&array)?;
            return Ok(Value::Array(bracket.span.join(), values.into_iter().collect()));
        }
        if input.peek(Lit) {
            return Ok(Value::Literal { negative: false, literal: input.parse()? });
        }
        if input.parse::<Option<Token![-]>>()?.is_some() {
            if input.peek(Ident::peek_any) && !input.peek(Lit) {
                return Value::words(true, input);
            }
            return Ok(Value::Literal { negative: true, literal: input.parse()? });
        }
        if input.peek(Ident::peek_any) {
            return Value::words(false, input);
        }
        Err(input.error("expected a literal, a word or a list in brackets"))
    }
    fn words(descending: bool, input: ParseStream<'_>) -> syn::Result<Self> {
        let first = Ident::parse_any(input)?;
        if !input.peek(Token![.]) {
            return Ok(if descending { Value::Descending(first) } else { Value::Word(first) });
        }
        let mut words = vec![first];
        while input.parse::<Option<Token![.]>>()?.is_some() {
            words.push(Ident::parse_any(input)?);
        }
        Ok(Value::Path { descending, words })
    }
}
