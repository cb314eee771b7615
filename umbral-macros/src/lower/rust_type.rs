//! What can be told of a field's type by its tokens alone.
//!
//! A macro sees names, not types. Names that it knows decide which attributes fit; a name that it does not know may
//! be a newtype, and then the compiler and the system check have the last word.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// A field's type.
#[derive(Debug, Clone)]
pub(crate) struct RustType {
    /// As written, with the struct's name for `Self`.
    pub(crate) tokens: TokenStream,
    /// The same as text, for messages.
    pub(crate) text: String,
    /// Whether it is an `Option`.
    pub(crate) optional: bool,
    /// What it is, an `Option` taken off.
    pub(crate) family: Family,
    /// Where its first and its last token stand.
    pub(crate) ends: (Span, Span),
}

/// Groups of types that take the same attributes.
#[derive(Debug, Clone)]
pub(crate) enum Family {
    /// `i16`, `i32`, `i64`, with the bits they have.
    Integer(u32),
    Float,
    Boolean,
    Text,
    Bytes,
    Decimal,
    Bits,
    /// A `DateTime` or `NaiveDateTime`.
    Instant,
    Uuid,
    /// Another type that is written as text in a default: a date, a time, JSON.
    AsText,
    Array(Box<Family>),
    /// A reference to the model of this type.
    Relation(RelationKind, TokenStream),
    /// Any number of rows of the model of this type.
    Many(ManyKind, TokenStream),
    Unknown,
}

/// The sorts of relation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RelationKind {
    ForeignKey,
    OneToOne,
}

/// The sorts of relation to many rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ManyKind {
    ManyToMany,
    HasMany,
}

impl RustType {
    /// What `ty` is, in the struct `model`.
    pub(crate) fn of(ty: &Type, model: &Ident) -> RustType {
        let tokens = name_self(ty.to_token_stream(), model);
        let inner = last_segment(ty).filter(|segment| segment.ident == "Option").and_then(sole_argument);
        let family = Family::of(inner.unwrap_or(ty), model);
        RustType { text: text_of(&tokens), ends: ends(&tokens), tokens, optional: inner.is_some(), family }
    }
}

impl RustType {
    /// Whether it refers to a model.
    pub(crate) fn is_model(&self) -> bool {
        matches!(self.family, Family::Relation(..))
    }

    /// Whether it may be anything.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.family, Family::Unknown)
    }
}

impl RustType {
    /// Whether it may be a primary key.
    pub(crate) fn may_be_key(&self) -> bool {
        self.family.may_be_key()
    }

    /// Whether it may bound its text or list its values, as types do that are not known by name.
    pub(crate) fn may_have_domain(&self) -> bool {
        match &self.family {
            Family::Unknown => true,
            Family::Array(element) => matches!(**element, Family::Unknown),
            _ => false,
        }
    }
}

impl Family {
    fn of(ty: &Type, model: &Ident) -> Family {
        let Some(segment) = last_segment(ty) else { return Family::Unknown };
        let relation = |kind| match sole_argument(segment) {
            Some(target) => Family::Relation(kind, name_self(target.to_token_stream(), model)),
            None => Family::Unknown,
        };
        let many = |kind| match sole_argument(segment) {
            Some(target) => Family::Many(kind, name_self(target.to_token_stream(), model)),
            None => Family::Unknown,
        };
        match segment.ident.to_string().as_str() {
            "i16" => Family::Integer(16),
            "i32" => Family::Integer(32),
            "i64" => Family::Integer(64),
            "f32" | "f64" => Family::Float,
            "bool" => Family::Boolean,
            "String" => Family::Text,
            "Decimal" => Family::Decimal,
            "Bits" => Family::Bits,
            "DateTime" | "NaiveDateTime" => Family::Instant,
            "Uuid" => Family::Uuid,
            "NaiveDate" | "NaiveTime" | "Json" => Family::AsText,
            "ForeignKey" => relation(RelationKind::ForeignKey),
            "ManyToMany" => many(ManyKind::ManyToMany),
            "HasMany" => many(ManyKind::HasMany),
            "OneToOne" => relation(RelationKind::OneToOne),
            "Vec" => match sole_argument(segment) {
                Some(element) if last_segment(element).is_some_and(|segment| segment.ident == "u8") => {
                    Family::Bytes
                }
                Some(element) => Family::Array(Box::new(Family::of(element, model))),
                None => Family::Unknown,
            },
            _ => Family::Unknown,
        }
    }

    /// Whether it may be text, or hold texts.
    pub(crate) fn may_be_text(&self) -> bool {
        match self {
            Family::Text | Family::Unknown => true,
            Family::Array(element) => element.may_be_text(),
            _ => false,
        }
    }

    /// Whether it is bits, or holds them.
    pub(crate) fn may_be_bits(&self) -> bool {
        match self {
            Family::Bits => true,
            Family::Array(element) => element.may_be_bits(),
            _ => false,
        }
    }

    /// Whether its values, or those that it holds, may be of one length.
    pub(crate) fn may_have_length(&self) -> bool {
        self.may_be_text() || self.may_be_bits()
    }

    /// Whether it may be a decimal, or hold decimals.
    pub(crate) fn may_be_decimal(&self) -> bool {
        match self {
            Family::Decimal | Family::Unknown => true,
            Family::Array(element) => element.may_be_decimal(),
            _ => false,
        }
    }

    /// Whether it may be a primary key.
    pub(crate) fn may_be_key(&self) -> bool {
        matches!(self, Family::Integer(_) | Family::Text | Family::Uuid | Family::Unknown)
    }

    /// Whether the database may assign ascending numbers to it.
    pub(crate) fn may_be_integer(&self) -> bool {
        matches!(self, Family::Integer(_) | Family::Unknown)
    }
}

/// Where the first and the last token stand.
fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut spans = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) => (group.span_open(), group.span_close()),
        other => (other.span(), other.span()),
    });
    let (first, only) = spans.next().unwrap_or_else(|| (Span::call_site(), Span::call_site()));
    (first, spans.last().map_or(only, |(_, last)| last))
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

fn sole_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.next().filter(|_| types.next().is_none())
}

/// `Self` means another type where the tokens end up.
fn name_self(tokens: TokenStream, model: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(word) if word == "Self" => {
                let mut named = model.clone();
                named.set_span(word.span());
                TokenTree::Ident(named)
            }
            TokenTree::Group(group) => {
                let mut inner = proc_macro2::Group::new(group.delimiter(), name_self(group.stream(), model));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        })
        .collect()
}

/// Tokens as a person writes a type: `Option<Vec<String>>`, `[u8; 4]`.
fn text_of(tokens: &TokenStream) -> String {
    let mut text = tokens.to_string();
    for (spaced, tight) in [
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (" ,", ","),
        (" ;", ";"),
        ("& ", "&"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}
