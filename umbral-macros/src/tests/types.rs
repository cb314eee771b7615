//! Newtypes and enums through parse, lower and expand.

use super::{context, format::formatted, messages};
use crate::errors::Errors;
use crate::lower::choices::Choices;
use crate::lower::newtype::Newtype;
use proc_macro2::TokenStream;
use quote::quote;

fn newtype(input: TokenStream) -> (Newtype, Vec<String>) {
    let mut errors = Errors::default();
    let parsed = crate::parse::newtype::parse(input, &mut errors).unwrap();
    let newtype = crate::lower::newtype::lower(parsed, &context(), &mut errors);
    (newtype, messages(errors.into_tokens()))
}

fn choices(input: TokenStream) -> (Choices, Vec<String>) {
    let mut errors = Errors::default();
    let parsed = crate::parse::choices::parse(input, &mut errors).unwrap();
    let choices = crate::lower::choices::lower(parsed, &context(), &mut errors);
    (choices, messages(errors.into_tokens()))
}

#[test]
fn names_and_labels_of_variants() {
    let (choices, mistakes) = choices(quote! {
        enum Status {
            Draft,
            InReview,
            #[umbral(value = "pub", label = "Out!")]
            Published,
            r#Final,
        }
    });
    assert_eq!(mistakes, [""; 0]);
    let named: Vec<(&str, &str)> =
        choices.variants.iter().map(|variant| (variant.name.as_str(), variant.label.as_str())).collect();
    let expected = [("draft", "Draft"), ("in_review", "In review"), ("pub", "Out!"), ("final", "Final")];
    assert_eq!(named, expected);
}

#[test]
fn the_code_of_types() {
    let (isbn, mistakes) = newtype(quote!(
        #[umbral(max_length = 13)]
        struct Isbn(String);
    ));
    assert_eq!(mistakes, [""; 0]);
    let (weight, mistakes) = newtype(quote!(
        #[umbral(decimal(6, 3))]
        struct Weight {
            kilos: Decimal,
        }
    ));
    assert_eq!(mistakes, [""; 0]);
    let (level, mistakes) = choices(quote!(
        #[umbral(repr = i16)]
        enum Level {
            Low = 1,
            High = 10,
        }
    ));
    assert_eq!(mistakes, [""; 0]);
    let code = [
        formatted(crate::expand::newtype::expand(&isbn)),
        formatted(crate::expand::newtype::expand(&weight)),
        formatted(crate::expand::choices::expand(&level)),
    ];
    insta::assert_snapshot!(code.join("\n"));
}

#[test]
fn every_mistake_of_an_enum_is_named() {
    let (_, mistakes) = choices(quote! {
        #[umbral(repr = u8)]
        enum Status {
            Draft = 1,
            #[umbral(value = "draft", lable = "x")]
            Other,
        }
    });
    assert_eq!(
        mistakes,
        [
            "write it as `repr = i16`, `i32` or `i64`",
            "there is no attribute `lable`; did you mean `label`?",
            "`draft` is the value of `Draft` already",
        ]
    );
}
