//! Structs that are embedded, and models that embed them, through parse, lower and expand.

use super::{context, format::formatted, lower, messages, model};
use crate::errors::Errors;
use crate::lower::embedded::Embedded;
use crate::lower::{Column, Key};
use proc_macro2::{Span, TokenStream};
use quote::quote;

fn embedded(input: TokenStream) -> (Option<Embedded>, Vec<String>) {
    let mut errors = Errors::default();
    let parsed = crate::parse::embedded::parse(input, &mut errors);
    let body = errors.take(parsed).map(|input| crate::lower::embedded::lower(input, &context(), &mut errors));
    (body, messages(errors.into_tokens()))
}

fn person() -> TokenStream {
    quote! {
        #[umbral(ordering = ["-times.created", "name"], unique(name, home.city, include = [home.geo.lat]))]
        #[umbral(index(-home.r#type), primary_key(id, number), exclude(home.city with "=", using = gist))]
        struct Person {
            id: i64,
            #[umbral(flatten)]
            times: Timestamps,
            name: String,
            #[umbral(flatten(prefix = "home_", renamed_from = ["addr_", ""]))]
            pub(crate) home: places::Address,
            number: i32,
        }
    }
}

#[test]
fn names_are_split_at_their_points() {
    let model = model(person());
    let inside = |part, name: &str| Column::Inside { part, name: name.to_owned(), span: Span::call_site() };
    let order: Vec<Column> = model.ordering.iter().map(|term| term.field.clone()).collect();
    assert_eq!(order, [inside(0, "created"), Column::Own(1)]);
    assert_eq!(model.together.uniques[0].keys, [Key::Field(Column::Own(1)), Key::Field(inside(1, "city"))]);
    assert_eq!(model.together.uniques[0].include, [inside(1, "geo.lat")]);
    assert_eq!(model.together.indexes[0].keys, [Key::Descending(inside(1, "type"))]);
    assert_eq!(model.together.exclusions[0].index.keys, [Key::Field(inside(1, "city"))]);
    assert_ne!(inside(0, "city"), inside(1, "city"));
    assert_eq!(model.primary_key, [0, 2]);
    let parts: Vec<_> =
        model.body.parts.iter().map(|part| (part.prefix.as_str(), part.former.len(), part.before)).collect();
    assert_eq!(parts, [("", 0, 1), ("home_", 2, 2)]);
}

#[test]
fn the_code_of_a_model_that_embeds() {
    insta::assert_snapshot!(formatted(crate::expand::expand(&model(person()))));
}

#[test]
fn the_code_of_an_embedded_struct() {
    let (body, mistakes) = embedded(quote! {
        #[umbral(unique(code, street, geo.lat), index(-street, expr = "lower(geo.name)", where = "street <> ''"))]
        #[umbral(check = "street <> code", exclude(owner with "=", using = gist))]
        struct Address {
            #[umbral(flatten)]
            times: Timestamps,
            #[umbral(max_length = 80)]
            pub street: String,
            pub owner: Option<ForeignKey<Person>>,
            #[umbral(flatten(prefix = "at_"))]
            pub geo: Point,
            code: Code,
        }
    });
    assert_eq!(mistakes, [""; 0]);
    insta::assert_snapshot!(formatted(crate::expand::embedded::expand(&body.unwrap())));
}

#[test]
fn every_mistake_of_a_name_is_named() {
    let (_, mistakes) = lower(quote! {
        #[umbral(unique(name.first, home.city, home.city), ordering = ["home", "times.created"])]
        #[umbral(primary_key(id, home.city))]
        struct Person {
            id: i64,
            name: String,
            #[umbral(flatten, unique, default = 0)]
            home: Address,
            #[umbral(flatten)]
            other: Option<Address>,
            #[umbral(flatten(prefix = "a_", renamed_from = "a_", suffix = "b"))]
            third: Address,
            #[umbral(flatten(prefix = "a_", renamed_from = "a_"))]
            work: Address,
        }
    });
    assert_eq!(
        mistakes,
        [
            "`unique` is for one column: write it in the struct",
            "`default` is for one column: write it in the struct",
            "write it as `flatten` or `flatten(prefix = \"home_\", renamed_from = \"address_\")`",
            "a struct is never NULL as a whole: let its fields be of type `Option`",
            "the prefix is called `a_` today; `renamed_from` is what it was called before",
            "`home.city` lies in a struct, and a primary key is made of the model's own fields",
            "`name` is one column, and no struct to be flattened",
            "`home.city` stands here twice",
            "`home` has several columns: name one, `home.…`",
            "there is no field `times`",
        ]
    );
}

#[test]
fn what_is_in_models_alone_is_refused_in_a_struct() {
    let (body, mistakes) = embedded(quote! {
        #[umbral(index(town), ordering = ["city"], crate = 5, titel = "x", check(name = "c", "id > 0"))]
        struct Address {
            #[umbral(primary_key)]
            id: i64,
            people: HasMany<Person>,
            set: ForeignKey<Set>,
        }
    });
    assert_eq!(
        mistakes,
        [
            "`ordering` belongs on the model that has the struct",
            "there is no attribute `titel`; there are unique, index, exclude, check, crate",
            "write it as `crate = \"umbral\"`",
            "a primary key stands in the model itself, and not in a struct that it has",
            "`HasMany<Person>` stands in the model itself, whose key rows point at",
            "every embedded struct has a method `set`: call the relation otherwise",
            "each table has one of its own, which is named after the table and the columns",
            "there is no field `town`",
        ]
    );
    assert!(body.is_some());
    let (_, mistakes) = embedded(quote! {
        #[umbral(unique(geo.lat))]
        struct Address {
            #[umbral(flatten)]
            geo: Point,
        }
    });
    assert_eq!(
        mistakes,
        ["a struct of nothing but other structs has none of these: they stand on the model that has it"]
    );
    for refused in [
        quote!(
            enum A {
                B,
            }
        ),
        quote!(
            struct A(i32);
        ),
        quote!(
            struct A;
        ),
        quote!(
            struct A<T> {
                t: T,
            }
        ),
    ] {
        let (body, mistakes) = embedded(refused);
        assert_eq!((body.is_none(), mistakes.len()), (true, 1));
    }
}
