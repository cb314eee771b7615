//! Whole structs through parse, lower and expand, without the compiler.

mod embedded;
mod format;
mod types;

use crate::errors::Errors;
use crate::lower::{Auto, Column, Context, DefaultValue, Key, Model};
use format::formatted;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

fn context() -> Context {
    Context {
        app: "library".to_owned(),
        file: "src/models.rs".to_owned(),
        krate: "umbral".to_owned(),
        line: |_| 7,
    }
}

/// A struct, lowered, with the messages of what is wrong with it.
fn lower(input: TokenStream) -> (Option<Model>, Vec<String>) {
    let mut errors = Errors::default();
    let parsed = crate::parse::parse(input, &mut errors);
    let model = errors.take(parsed).map(|input| crate::lower::lower(input, &context(), &mut errors));
    (model, messages(errors.into_tokens()))
}

/// What `compile_error!` is told.
fn messages(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => found.extend(messages(group.stream())),
            TokenTree::Literal(text) => {
                found.push(syn::parse2::<syn::LitStr>(TokenTree::from(text).into()).unwrap().value());
            }
            _ => {}
        }
    }
    found
}

fn model(input: TokenStream) -> Model {
    let (model, mistakes) = lower(input);
    assert_eq!(mistakes, [""; 0]);
    model.unwrap()
}

fn book() -> TokenStream {
    quote! {
        /// A book.
        #[derive(Debug, Clone, Model)]
        #[umbral(table = "books", ordering = ["-published", "title"], unique(author, slug, name = "one_slug_each"))]
        #[umbral(index(published), check(name = "priced", "price >= 0 OR slug = ''"), renamed_from = "book")]
        #[umbral(backends(postgres), silence = "model.index.fk")]
        pub struct Book {
            #[umbral(primary_key)]
            pub id: i64,
            #[umbral(max_length = 200, index)]
            pub title: String,
            #[umbral(max_length = 200, renamed_from = ["label", "name"], silence = "field.reserved_name")]
            pub slug: Option<String>,
            #[umbral(on_delete = cascade, on_update = restrict)]
            pub author: ForeignKey<Author>,
            #[umbral(on_delete = set_null, index = false)]
            pub sequel: Option<OneToOne<Self>>,
            #[umbral(references = "shelf", unique)]
            shelf: i32,
            #[umbral(decimal(10, 2), check = "price < 1000", default = -0.5)]
            pub(crate) price: Decimal,
            #[umbral(default = now)]
            pub published: DateTime<Utc>,
            #[umbral(default_sql = "lower('A')", column = "kind")]
            pub r#type: kinds::Kind,
        }
    }
}

#[test]
fn what_is_absent_is_decided() {
    let model = model(quote! {
        struct BookAuthor {
            #[umbral(primary_key)]
            id: i64,
            author: ForeignKey<Author>,
            r#type: Option<Vec<String>>,
        }
    });
    assert_eq!(
        (model.table.as_str(), model.app.as_str(), model.primary_key.as_slice()),
        ("book_author", "library", &[0u16][..])
    );
    let columns: Vec<(&str, &str)> =
        model.body.fields.iter().map(|field| (field.name.as_str(), field.column.as_str())).collect();
    assert_eq!(columns, [("id", "id"), ("author", "author_id"), ("type", "type")]);
    let indexed: Vec<bool> = model.body.fields.iter().map(|field| field.index).collect();
    assert_eq!(indexed, [false, true, false], "a relation is indexed");
    assert_eq!(model.body.fields[0].auto, Auto::Yes);
    assert_eq!(model.body.fields[1].auto, Auto::No);
    assert_eq!(model.body.fields[2].default, DefaultValue::None);
    assert_eq!(model.body.fields[2].ty.text, "Option<Vec<String>>");
}

#[test]
fn names_become_numbers() {
    let model = model(book());
    let order: Vec<(Column, bool)> =
        model.ordering.iter().map(|term| (term.field.clone(), term.descending)).collect();
    assert_eq!(order, [(Column::Own(7), true), (Column::Own(1), false)]);
    assert_eq!(model.together.uniques[0].keys, [3, 2].map(|number| Key::Field(Column::Own(number))));
    assert_eq!(model.together.uniques[0].name.as_deref(), Some("one_slug_each"));
    assert_eq!(model.together.indexes[0].keys, [Key::Field(Column::Own(7))]);
}

#[test]
fn an_exclusion_compares_fields_and_expressions() {
    let model = model(quote! {
        #[umbral(exclude(
            room with "=", expr = "network inet_ops" with "&&", using = gist, name = "apart", where = "room > 0",
            deferrable = deferred
        ))]
        #[umbral(exclude(-room with "="))]
        struct Booking {
            #[umbral(primary_key)]
            id: i64,
            room: i32,
            network: IpNetwork,
            with: i32,
        }
    });
    let [apart, sorted] = model.together.exclusions.as_slice() else { panic!() };
    let expr = Key::Expr("network inet_ops".to_owned());
    assert_eq!(apart.index.keys, [Key::Field(Column::Own(1)), expr]);
    assert_eq!(apart.operators, ["=", "&&"]);
    assert_eq!((apart.index.name.as_deref(), apart.index.method), (Some("apart"), Some("Gist")));
    assert_eq!(apart.index.predicate.as_deref(), Some("room > 0"));
    assert_eq!(sorted.index.keys, [Key::Descending(Column::Own(1))]);
}

#[test]
fn a_key_is_assigned_by_the_database_where_it_is_a_number_without_default() {
    let auto = |key: TokenStream| model(quote!(struct Book { #key })).body.fields[0].auto;
    assert_eq!(auto(quote!(#[umbral(primary_key)] id: i16)), Auto::Yes);
    assert_eq!(auto(quote!(#[umbral(primary_key)] id: String)), Auto::No);
    assert_eq!(auto(quote!(#[umbral(primary_key)] id: Id)), Auto::OfKey);
    assert_eq!(auto(quote!(#[umbral(primary_key, auto = false)] id: i64)), Auto::No);
    assert_eq!(auto(quote!(#[umbral(primary_key, default = 5)] id: i64)), Auto::No);
}

#[test]
fn constants_are_written_as_sql_has_them() {
    let default = |field: TokenStream| {
        let model = model(quote!(struct Book { #[umbral(primary_key)] id: i64, #field }));
        model.body.fields.into_iter().nth(1).unwrap().default
    };
    let constant = |text: &str| DefaultValue::Constant(text.to_owned());
    assert_eq!(default(quote!(#[umbral(default = "it's")] a: String)), constant("'it''s'"));
    assert_eq!(default(quote!(#[umbral(default = -32768)] a: i16)), constant("-32768"));
    assert_eq!(default(quote!(#[umbral(default = 1_000)] a: Option<i32>)), constant("1000"));
    assert_eq!(default(quote!(#[umbral(default = true)] a: bool)), constant("TRUE"));
    assert_eq!(default(quote!(#[umbral(default = now)] a: DateTime<Utc>)), DefaultValue::Now);
    assert_eq!(
        default(quote!(#[umbral(default_sql = "1 + 1")] a: i32)),
        DefaultValue::Sql("1 + 1".to_owned())
    );
}

#[test]
fn former_names_of_a_relation_are_those_of_its_column_too() {
    let model = model(quote! {
        struct Book {
            #[umbral(primary_key)]
            id: i64,
            #[umbral(renamed_from = "writer")]
            author: ForeignKey<Author>,
        }
    });
    assert_eq!(model.body.fields[1].renamed_from, ["writer", "writer_id"]);
}

#[test]
fn one_compilation_names_every_mistake_and_keeps_the_model() {
    let (model, mistakes) = lower(quote! {
        #[umbral(ordering = ["titel"], tabel = "books")]
        struct Book {
            #[umbral(primary_key)]
            id: Option<i64>,
            #[umbral(max_length = 0, on_delete = cascade)]
            title: String,
        }
    });
    assert_eq!(
        mistakes,
        [
            "there is no attribute `tabel`; did you mean `table`?",
            "a primary key is never NULL: it is no `Option`",
            "`String` references nothing; this is for `ForeignKey`, `OneToOne` or `references = \"table\"`",
            "`max_length` is at least 1",
            "there is no field `titel`; did you mean `title`?",
        ]
    );
    let model = model.unwrap();
    assert_eq!((model.body.fields.len(), model.primary_key.len()), (2, 0));
    assert!(crate::expand::expand(&model).to_string().contains("Entity for Book"));
}

#[test]
fn nothing_is_made_of_what_is_no_struct() {
    let (model, mistakes) = lower(quote!(
        enum State {
            Draft,
        }
    ));
    assert!(model.is_none());
    assert_eq!(mistakes, ["an enum cannot be a model; a model is a struct"]);
}

#[test]
fn the_code_of_a_rich_model() {
    insta::assert_snapshot!(formatted(crate::expand::expand(&model(book()))));
}
