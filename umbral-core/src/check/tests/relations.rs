//! `field.fk.*`.

use super::*;

#[test]
fn a_foreign_key_to_a_model_of_another_backend_says_so() {
    let author = ModelMeta { backends: &["grand"], ..AUTHOR };
    let book = model("Book", "book", 9, &[id(10), pointing("author", 11, to(Some(author_meta), None))]);
    fn author_meta() -> &'static ModelMeta {
        &AUTHOR
    }
    let report = check_on(plain(), &[author, book]);
    assert_eq!(ids(&report), ["field.fk.target_exists"]);
    let message =
        "`Book.author` points at `Author`, which is meant for grand only, and `Book` for every backend too";
    assert_eq!(report.findings[0].message, message);
    // A migration is made for all backends at once, so it is said on that one too.
    let report = check_on(grand(), &[author, book]);
    assert_eq!(
        (ids(&report), report.findings[0].message.as_str()),
        (vec!["field.fk.target_exists"], message)
    );

    let same = ModelMeta { backends: &["grand"], ..book };
    assert_eq!(ids(&check_on(grand(), &[author, same])), [""; 0]);
    assert_eq!(ids(&check_on(plain(), &[author, same])), [""; 0]);
    let wider = ModelMeta { backends: &["grand", "plain"], ..book };
    let report = check_on(grand(), &[author, wider]);
    assert!(report.findings[0].message.ends_with("and `Book` for plain too"), "{report:?}");
    let wide_author = ModelMeta { backends: &["plain", "grand"], ..author };
    assert_eq!(ids(&check_on(grand(), &[wide_author, wider])), [""; 0]);
}

#[test]
fn a_reference_to_an_unknown_table_names_the_one_that_is_meant() {
    let book = model("Book", "book", 9, &[id(10), pointing("writer", 11, to(None, Some("authors")))]);
    let report = check_on(plain(), &[AUTHOR, book]);
    assert_eq!(ids(&report), ["field.fk.target_exists"]);
    assert_eq!(report.findings[0].hint.as_deref(), Some("there is a table `author`"));
}

#[test]
fn a_reference_has_the_type_of_the_key_it_points_at() {
    const KEY: FieldMeta =
        FieldMeta { ty: ValueType::Integer, ..pointing("writer", 11, to(None, Some("author"))) };
    let book = model("Book", "book", 9, &[id(10), KEY]);
    let report = check_on(plain(), &[AUTHOR, book]);
    assert_eq!(ids(&report), ["field.fk.type"]);
    assert_eq!(
        report.findings[0].message,
        "`Book.writer` is an integer, and `Author.id` that it points at is a bigint"
    );
}

#[test]
fn a_relation_takes_the_length_of_the_key_it_points_at() {
    static CODE: FieldMeta =
        FieldMeta { size: Size::ANY.max_length(2), ..field("code", ValueType::Text, "String", 2) };
    static COUNTRY: ModelMeta = fixed("Country", "country", 1, &[CODE]);
    fn country() -> &'static ModelMeta {
        &COUNTRY
    }
    const KEY: FieldMeta = FieldMeta {
        relation: to(Some(country), None),
        index: true,
        ..field("country", ValueType::Text, "ForeignKey<Country>", 11)
    };
    let city = model("City", "city", 9, &[id(10), KEY]);
    assert_eq!(ids(&check_on(plain(), &[COUNTRY, city])), [""; 0]);
}

#[test]
fn actions_need_what_they_set() {
    const fn with(on_delete: ReferentialAction) -> Option<RelationMeta> {
        Some(RelationMeta {
            kind: RelationKind::ForeignKey,
            target: Some(author),
            table: None,
            on_delete,
            on_update: ReferentialAction::NoAction,
            deferrable: None,
        })
    }
    let of = |relation, nullable, default| {
        let key = FieldMeta { nullable, default, ..pointing("author", 11, relation) };
        let book = model("Book", "book", 9, &[id(10), key]);
        check_on(plain(), &[AUTHOR, book]).findings.len()
    };
    assert_eq!(of(with(ReferentialAction::SetNull), false, DefaultMeta::None), 1);
    assert_eq!(of(with(ReferentialAction::SetNull), true, DefaultMeta::None), 0);
    assert_eq!(of(with(ReferentialAction::SetDefault), false, DefaultMeta::None), 1);
    assert_eq!(of(with(ReferentialAction::SetDefault), false, DefaultMeta::Value("1")), 0);
}

#[test]
fn a_reference_to_a_column_finds_it_and_asks_that_it_is_unique() {
    const EMAIL: FieldMeta = field("email", ValueType::BigInt, "i64", 5);
    let target = |unique| model("Author", "author", 3, &[id(4), FieldMeta { unique, ..EMAIL }]);
    let book = |column| model("Book", "book", 9, &[id(10), pointing("author", 11, to(None, Some(column)))]);
    assert_eq!(ids(&check_on(plain(), &[target(true), book("author(email)")])), [""; 0]);
    assert_eq!(ids(&check_on(plain(), &[target(false), book("author(email)")])), ["field.fk.type"]);
    let missing = check_on(plain(), &[target(true), book("author(mail)")]);
    assert_eq!(ids(&missing), ["field.fk.target_exists"]);
    assert_eq!(missing.findings[0].hint.as_deref(), Some("its columns are id, email"));
}
