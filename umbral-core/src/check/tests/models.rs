//! `model.*`.

use super::*;
use crate::model::{KeyMeta, TogetherMeta};

#[test]
fn two_fields_on_one_column() {
    const TITLE: FieldMeta = field("title", ValueType::Text, "String", 3);
    const OTHER: FieldMeta = FieldMeta { column: "Title", ..field("heading", ValueType::Text, "String", 4) };
    let report = check_on(plain(), &[model("Book", "book", 1, &[id(2), TITLE, OTHER])]);
    assert_eq!(ids(&report), ["model.column.unique"]);
    assert_eq!(report.findings[0].location, Some(at(4)));
}

/// The fields of a struct in front of whose columns `home_` stands.
const STREET: FieldMeta =
    FieldMeta { column: "home_street", prefix: 5, ..field("home.street", ValueType::Text, "String", 3) };
const CITY: FieldMeta =
    FieldMeta { column: "home_ort", prefix: 5, ..field("home.city", ValueType::Text, "String", 4) };

#[test]
fn the_column_of_a_field_and_that_of_a_structs_field() {
    const TITLE: FieldMeta = field("home_street", ValueType::Text, "String", 5);
    let report = check_on(plain(), &[model("Book", "book", 1, &[id(2), STREET, TITLE])]);
    assert_eq!(ids(&report), ["model.column.unique"]);
    let hint = report.findings[0].hint.as_deref().unwrap();
    assert!(hint.contains("`#[umbral(flatten(prefix = \"…\"))]`"), "{hint}");
}

#[test]
fn an_expression_of_a_structs_field_reads_that_struct() {
    let checked = |text| {
        let street = FieldMeta { check: Some(text), ..STREET };
        let fields: &'static [FieldMeta] = Box::leak(Box::new([id(2), street, CITY]));
        ids(&check_on(plain(), &[model("Person", "person", 1, fields)])).join(" ")
    };
    assert_eq!(checked("street <> city AND ort <> ''"), "");
    for outside in ["id > 0", "home_city <> ''", "home_ort <> ''"] {
        assert_eq!(checked(outside), "model.check", "{outside}");
    }
    let of_model = |expr| {
        let checks: &'static [CheckMeta] = Box::leak(Box::new([CheckMeta { name: None, expr }]));
        let person = ModelMeta { checks, ..model("Person", "person", 1, &[id(2), STREET, CITY]) };
        ids(&check_on(plain(), &[person])).join(" ")
    };
    assert_eq!(of_model("home_ort <> home_street"), "");
    assert_eq!(of_model("ort <> ''"), "model.check");
}

#[test]
fn what_a_struct_says_of_its_fields_reads_that_struct() {
    let said = |together: TogetherMeta| {
        let together: &'static TogetherMeta = Box::leak(Box::new(together));
        let city = FieldMeta { together: Some(together), ..CITY };
        let fields: &'static [FieldMeta] = Box::leak(Box::new([id(2), STREET, city]));
        check_on(plain(), &[model("Person", "person", 1, fields)])
    };
    let check = |expr| {
        let checks: &'static [CheckMeta] = Box::leak(Box::new([CheckMeta { name: None, expr }]));
        said(TogetherMeta { checks, ..TogetherMeta::new(1) })
    };
    assert_eq!(ids(&check("street <> city AND ort <> ''")), [""; 0]);
    let report = check("id > 0");
    assert_eq!(ids(&report), ["model.check"]);
    let message = &report.findings[0].message;
    assert!(message.starts_with("the check of `Person.home` reads `id`"), "{message}");
    let index = |keys: &'static [KeyMeta], predicate| {
        let index = IndexMeta { predicate, ..IndexMeta::new(keys) };
        let indexes: &'static [IndexMeta] = Box::leak(Box::new([index]));
        ids(&said(TogetherMeta { indexes, ..TogetherMeta::new(1) })).join(" ")
    };
    let key = &[KeyMeta::Expr("lower(street)")];
    assert!(!index(key, Some("ort <> ''")).contains("model.index.fields"));
    assert!(index(&[KeyMeta::Expr("lower(home_street)")], None).contains("model.index.fields"));
    assert!(index(key, Some("id > 0")).contains("model.index.fields"));
}

#[test]
fn every_name_of_a_model_has_a_length() {
    const COLUMN: FieldMeta = FieldMeta { column: LONG, ..field("short", ValueType::Text, "String", 3) };
    const LONG_TOO: &str = "the_name_of_another_constraint_which_is_longer_than_any_database_keeps";
    let book = ModelMeta {
        indexes: const { &[IndexMeta::new(&[KeyMeta::Field(1)]).name(LONG)] },
        uniques: const { &[IndexMeta::new(&[KeyMeta::Field(1)]).name(LONG)] },
        checks: &[CheckMeta { name: Some(LONG), expr: "id > 0" }],
        exclusions: const {
            &[ExclusionMeta { index: IndexMeta::new(&[KeyMeta::Field(1)]).name(LONG_TOO), operators: &["="] }]
        },
        ..model("Book", LONG, 1, &[id(2), COLUMN])
    };
    for (engine, severity) in [(plain(), Severity::Warning), (grand(), Severity::Error)] {
        let report = check_on(engine, &[book]);
        let lengths = report.findings.iter().filter(|finding| finding.id == "model.identifier.length");
        let lengths: Vec<&Finding> = lengths.collect();
        // The index and the constraints of one name: two constraints are told once.
        assert_eq!(lengths.len(), 5, "{report}");
        assert!(lengths.iter().all(|finding| finding.severity == severity), "{report}");
    }
}

#[test]
fn an_exclusion_is_reported_where_a_database_has_none_and_where_it_reads_what_is_not_there() {
    const TITLE: FieldMeta = field("title", ValueType::Text, "String", 3);
    const LOWER: &[ExclusionMeta] =
        &[ExclusionMeta { index: IndexMeta::new(&[KeyMeta::Expr("lower(title)")]), operators: &["="] }];
    const UNKNOWN: &[ExclusionMeta] =
        &[ExclusionMeta { index: IndexMeta::new(&[KeyMeta::Expr("lower(slug)")]), operators: &["="] }];
    let book = |exclusions| ModelMeta { exclusions, ..model("Book", "book", 1, &[id(2), TITLE]) };
    let report = check_on(plain(), &[book(LOWER)]);
    assert_eq!(ids(&report), ["model.constraint.backend"]);
    let finding = &report.findings[0];
    assert_eq!(finding.location, Some(at(1)));
    assert!(
        finding.message.contains("no exclusion constraints, which constraint `book_title_excl` asks for"),
        "{report}"
    );
    let hint = finding.hint.as_deref().unwrap();
    assert!(hint.starts_with("leave it out") && hint.ends_with("or point DATABASE_URL at grand"), "{hint}");
    assert_eq!(ids(&check_on(grand(), &[book(LOWER)])), [""; 0]);
    assert_eq!(ids(&check_on(grand(), &[book(UNKNOWN)])), ["model.index.fields"]);
}

#[test]
fn a_foreign_key_is_served_by_an_index() {
    let key = FieldMeta { index: false, ..pointing("author", 11, to(Some(author), None)) };
    let book = |indexes| ModelMeta { indexes, ..model("Book", "book", 9, &[id(10), key]) };
    assert_eq!(ids(&check_on(plain(), &[AUTHOR, book(&[])])), ["model.index.fk"]);
    const LEADING: &[IndexMeta] = &[IndexMeta::new(&[KeyMeta::Field(1), KeyMeta::Field(0)])];
    assert_eq!(ids(&check_on(plain(), &[AUTHOR, book(LEADING)])), [""; 0]);
    const TRAILING: &[IndexMeta] = &[IndexMeta::new(&[KeyMeta::Field(0), KeyMeta::Field(1)])];
    assert_eq!(ids(&check_on(plain(), &[AUTHOR, book(TRAILING)])), ["model.index.fk"]);
}

#[test]
fn checks_read_columns_that_are_there() {
    const AUTHOR_ID: FieldMeta = FieldMeta {
        column: "author_id",
        check: Some("author_id > 0"),
        ..pointing("author", 11, to(Some(author), None))
    };
    let with = |expr| {
        let checks = Box::leak(Box::new([CheckMeta { name: None, expr }]));
        let book = ModelMeta { checks, ..model("Book", "book", 9, &[id(10), AUTHOR_ID]) };
        check_on(plain(), &[AUTHOR, book]).findings
    };
    assert_eq!(with("author_id <> id"), []);
    assert_eq!(with("author <> id"), []);
    let unknown = with("price > 0");
    assert_eq!(unknown[0].message, "the check of `Book` reads `price`, which is no field of `Book`");
    assert_eq!(unknown[0].hint.as_deref(), Some("its fields are id, author"));
    assert_eq!(with("price >")[0].id, "model.check");
}

#[test]
fn names_of_indexes_and_constraints_are_their_own() {
    const NAMED: &[IndexMeta] = &[IndexMeta::new(&[KeyMeta::Field(1)]).name("by_title")];
    const TITLE: FieldMeta = field("title", ValueType::Text, "String", 3);
    let of = |name, table| ModelMeta { indexes: NAMED, ..model(name, table, 1, &[id(2), TITLE]) };
    assert_eq!(ids(&check_on(plain(), &[of("A", "a")])), [""; 0]);
    assert_eq!(ids(&check_on(plain(), &[of("A", "a"), of("B", "b")])), ["model.index.unique"]);
    let checks: &[CheckMeta] = &[
        CheckMeta { name: Some("positive"), expr: "id > 0" },
        CheckMeta { name: Some("positive"), expr: "id > 1" },
    ];
    let twice = ModelMeta { checks: checks.to_vec().leak(), ..AUTHOR };
    assert_eq!(ids(&check_on(plain(), &[twice])), ["model.constraint.name_unique"]);
}

#[test]
fn names_of_constraints_may_be_those_of_a_database() {
    use ConstraintNames::*;
    const POSITIVE: &[CheckMeta] = &[CheckMeta { name: Some("Positive"), expr: "id > 0" }];
    const LOWER: &[CheckMeta] = &[CheckMeta { name: Some("positive"), expr: "id > 0" }];
    let checks = [
        ModelMeta { checks: POSITIVE, ..model("A", "a", 1, &[id(2)]) },
        ModelMeta { checks: LOWER, ..model("B", "b", 3, &[id(4)]) },
    ];
    // Made of the table and the column: both are `shop_book_author_fk`.
    const LEFT: FieldMeta =
        FieldMeta { column: "book_author", ..pointing("author", 11, to(Some(author), None)) };
    const RIGHT: FieldMeta = FieldMeta { column: "author", ..pointing("author", 12, to(Some(author), None)) };
    let keys = [
        AUTHOR,
        ModelMeta {
            indexes: &[],
            ..model("A", "shop", 9, &[id(10), FieldMeta { index: false, unique: true, ..LEFT }])
        },
        ModelMeta {
            indexes: &[],
            ..model("B", "shop_book", 9, &[id(10), FieldMeta { index: true, ..RIGHT }])
        },
    ];
    for (names, check, key) in [
        (PerTable, Severity::Warning, Severity::Warning),
        (KeysPerDatabase, Severity::Warning, Severity::Error),
        (PerDatabase, Severity::Error, Severity::Error),
    ] {
        let engine = || Engine { constraint_names: names, ..plain() };
        for (models, severity) in [(&checks[..], check), (&keys[..], key)] {
            let report = check_on(engine(), models);
            assert_eq!(ids(&report), ["model.constraint.name_unique"], "{names:?}: {report}");
            let finding = &report.findings[0];
            assert_eq!(finding.severity, severity, "{names:?}");
            assert!(finding.message.starts_with("`B` and `A` ("), "{finding}");
            assert!(finding.location.is_some() && finding.hint.is_some(), "{finding}");
        }
    }
}

#[test]
fn an_index_computes_with_fields_of_its_model() {
    const TITLE: FieldMeta = field("title", ValueType::Text, "String", 3);
    let mut book = model("Book", "book", 1, &[id(2), TITLE]);
    book.indexes = const {
        &[
            IndexMeta::new(&[KeyMeta::Expr("lower(titel)")]),
            IndexMeta::new(&[KeyMeta::Expr("lower(")]),
            IndexMeta::new(&[KeyMeta::Field(1)]).predicate("pages > 0"),
        ]
    };
    let report = check_on(plain(), &[book]);
    assert_eq!(ids(&report), ["model.index.fields"; 3]);
    assert_eq!(report.findings[0].location, Some(at(1)));
}

#[test]
fn what_an_index_asks_for_and_a_backend_lacks_is_found() {
    const TITLE: FieldMeta =
        FieldMeta { size: Size::ANY.max_length(9), ..field("title", ValueType::Text, "String", 3) };
    let mut book = model("Book", "book", 1, &[id(2), TITLE]);
    book.indexes = const { &[IndexMeta::new(&[KeyMeta::Expr("lower(title) nulls first")]).include(&[0])] };
    book.uniques = const {
        &[IndexMeta::new(&[KeyMeta::Field(1)]).deferrable(crate::schema::Deferrable::InitiallyDeferred)]
    };
    let report = check_on(plain(), &[book]);
    let found: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(found.join("\n"));
}

const COMPUTED: FieldMeta = FieldMeta {
    generated: Some(GeneratedMeta { expr: "id * 2", stored: false }),
    ..field("twice", ValueType::BigInt, "i64", 11)
};

#[test]
fn a_generated_field_asks_for_a_backend_that_computes_it() {
    let report = check_on(plain(), &[model("Book", "book", 9, &[id(10), COMPUTED])]);
    assert_eq!(ids(&report), ["field.generated"]);
    let found = &report.findings[0];
    assert_eq!((found.severity, found.location), (Severity::Error, Some(at(11))));
    assert!(found.message.contains("has no virtual generated columns, which column `book.twice` asks for"));
    assert!(found.hint.as_ref().is_some_and(|hint| hint.contains("`stored`")), "{report}");
}

#[test]
fn a_generated_field_reads_what_can_be_computed_with() {
    let with = |expr: &'static str| {
        let generated = Some(GeneratedMeta { expr, stored: true });
        let sum = FieldMeta { generated, ..field("sum", ValueType::BigInt, "i64", 12) };
        let stored = Some(GeneratedMeta { expr: "id * 2", stored: true });
        let twice = FieldMeta { generated: stored, ..COMPUTED };
        let report = check_on(grand(), &[model("Book", "book", 9, &[id(10), twice, sum])]);
        let wrong = report.findings.iter().filter(|finding| finding.id == "field.generated");
        wrong.map(|finding| (finding.message.clone(), finding.location)).collect::<Vec<_>>()
    };
    assert_eq!(with("id + 1"), []);
    let of_generated = with("twice + 1");
    assert_eq!(of_generated[0].0, "`Book.sum` is generated from `twice`, which is generated itself");
    assert_eq!(of_generated[0].1, Some(at(12)));
    assert!(with("CASE WHEN CURRENT_TIMESTAMP > NULL THEN 1 END")[0].0.contains("the clock"));
    let unknown = with("pages + 1");
    assert_eq!(unknown[0].0, "the expression of `Book.sum` reads `pages`, which is no field of `Book`");
    assert!(with("id +")[0].0.contains("cannot be read"));
}
