//! Models and the tables that they become.

use super::super::{Location, Registry};
use super::*;
use crate::schema::{Deferrable, Index, IndexMethod, ReferentialAction, SqlType};
use crate::value::{Size, ValueType};

const PLACE: Location = Location { file: "src/models.rs", line: 7 };

const fn field(name: &'static str, ty: ValueType) -> FieldMeta {
    FieldMeta {
        name,
        column: name,
        prefix: 0,
        rust_type: "",
        ty,
        nullable: false,
        size: Size::ANY,
        choices: &[],
        auto: false,
        unique: false,
        index: false,
        check: None,
        collation: None,
        comment: None,
        default: DefaultMeta::None,
        generated: None,
        relation: None,
        renamed_from: &[],
        location: PLACE,
        silenced: &[],
        together: None,
    }
}

const fn model(name: &'static str, table: &'static str, fields: &'static [FieldMeta]) -> ModelMeta {
    ModelMeta {
        name,
        app: "shop",
        location: PLACE,
        table,
        renamed_from: &[],
        fields,
        primary_key: &[0],
        many: &[],
        indexes: &[],
        uniques: &[],
        checks: &[],
        exclusions: &[],
        comment: None,
        ordering: &[],
        backends: &[],
        silenced: &[],
    }
}

const fn relation(kind: RelationKind, target: fn() -> &'static ModelMeta) -> Option<RelationMeta> {
    Some(RelationMeta {
        kind,
        target: Some(target),
        table: None,
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    })
}

const ID: FieldMeta = FieldMeta { auto: true, ..field("id", ValueType::BigInt) };

static COUNTRY: ModelMeta = model(
    "Country",
    "country",
    &[FieldMeta { size: Size::ANY.max_length(2), ..field("code", ValueType::Text) }],
);

/// Its primary key is a one-to-one, and so of the country's type.
static CAPITAL: ModelMeta = model(
    "Capital",
    "capital",
    &[FieldMeta {
        column: "country_code",
        relation: relation(RelationKind::OneToOne, || &COUNTRY),
        unique: true,
        index: true,
        ..field("country", ValueType::Text)
    }],
);

fn with(fields: &[FieldMeta]) -> ModelMeta {
    let fields = [&[ID][..], fields].concat();
    model("Book", "book", fields.leak())
}

fn lowered(fields: &[FieldMeta]) -> Table {
    lower(&with(fields)).unwrap()
}

fn column(field: FieldMeta) -> Column {
    lowered(&[field]).column(field.column).unwrap().clone()
}

#[test]
fn a_field_becomes_a_column() {
    let table = lowered(&[
        FieldMeta { size: Size::ANY.max_length(80), ..field("title", ValueType::Text) },
        FieldMeta { nullable: true, size: Size::ANY.decimal((10, 2)), ..field("price", ValueType::Decimal) },
    ]);
    let expected = Table::new("book")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("title", SqlType::Varchar(80)))
        .with_column(Column::new("price", SqlType::Decimal { precision: 10, scale: 2 }).nullable())
        .with_primary_key(["id"]);
    assert_eq!(table, expected);
    assert_eq!(table.columns.keys().collect::<Vec<_>>(), ["id", "title", "price"]);
}

#[test]
fn only_an_integer_key_is_assigned() {
    let key = |field: FieldMeta| model("A", "a", vec![field].leak());
    let uuid = FieldMeta { auto: true, ..field("id", ValueType::Uuid) };
    assert!(!lower(&key(uuid)).unwrap().column("id").unwrap().identity);
    assert!(!lower(&key(field("id", ValueType::BigInt))).unwrap().column("id").unwrap().identity);
    assert!(!column(FieldMeta { auto: true, ..field("number", ValueType::BigInt) }).identity);
}

#[test]
fn defaults_are_read_by_the_grammar() {
    let default = |ty, default| {
        column(FieldMeta { default, ..field("x", ty) }).default.map(|default| default.to_string())
    };
    for (ty, given, expected) in [
        (ValueType::Integer, DefaultMeta::None, None),
        (ValueType::Integer, DefaultMeta::Value("007"), Some("7")),
        (ValueType::Integer, DefaultMeta::Value("-5"), Some("-5")),
        (ValueType::Text, DefaultMeta::Value("'it''s'"), Some("'it''s'")),
        (ValueType::Boolean, DefaultMeta::Value("true"), Some("TRUE")),
        (ValueType::TimestampTz, DefaultMeta::Now, Some("CURRENT_TIMESTAMP")),
        (ValueType::TimestampTz, DefaultMeta::Sql("now()"), Some("CURRENT_TIMESTAMP")),
        (ValueType::Uuid, DefaultMeta::Sql("gen_random_uuid()"), Some("gen_random_uuid()")),
        (ValueType::Text, DefaultMeta::Sql("a @> b"), Some("sql!(a @> b)")),
        (ValueType::Text, DefaultMeta::Sql("NULL"), None),
    ] {
        assert_eq!(default(ty, given).as_deref(), expected, "{given:?}");
    }
}

#[test]
fn a_relation_is_a_foreign_key_of_the_type_of_its_target_with_an_index() {
    let country = FieldMeta {
        column: "country_id",
        relation: relation(RelationKind::ForeignKey, || &COUNTRY),
        index: true,
        ..field("country", ValueType::Text)
    };
    let key = ForeignKey {
        columns: vec!["country_id".to_owned()],
        table: "country".to_owned(),
        references: vec!["code".to_owned()],
        on_delete: ReferentialAction::Cascade,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    let table = lowered(&[country]);
    assert_eq!(table.column("country_id").unwrap().ty, SqlType::Varchar(2));
    let foreign_key = Constraint::foreign_key("book_country_id_fk", key);
    assert_eq!(table.constraints.into_values().collect::<Vec<_>>(), std::slice::from_ref(&foreign_key));
    let index = Index::new("book_country_id_idx", ["country_id"]);
    assert_eq!(table.indexes.into_values().collect::<Vec<_>>(), [index]);

    assert!(lowered(&[FieldMeta { index: false, ..country }]).indexes.is_empty());
    let one_to_one = FieldMeta { relation: relation(RelationKind::OneToOne, || &COUNTRY), ..country };
    let table = lowered(&[one_to_one]);
    assert!(table.indexes.is_empty());
    let unique = Constraint::unique("book_country_id_uniq", ["country_id"]);
    assert_eq!(table.constraints.into_values().collect::<Vec<_>>(), [foreign_key, unique]);
}

#[test]
fn a_key_that_is_a_relation_is_unique_already() {
    let table = lower(&CAPITAL).unwrap();
    assert_eq!(table.primary_key, ["country_code"]);
    assert_eq!(table.constraints.keys().collect::<Vec<_>>(), ["capital_country_code_fk"]);
    assert!(table.indexes.is_empty());
    let of_capital = FieldMeta {
        relation: relation(RelationKind::ForeignKey, || &CAPITAL),
        ..field("capital", ValueType::Text)
    };
    assert_eq!(column(of_capital).ty, SqlType::Varchar(2));
}

#[test]
fn a_table_without_a_model_is_referenced_by_name() {
    let to = |table| FieldMeta {
        relation: Some(RelationMeta {
            kind: RelationKind::ForeignKey,
            target: None,
            table: Some(table),
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: None,
        }),
        ..field("country", ValueType::Text)
    };
    let reference = |table: &Table| {
        let key = table.foreign_keys().next().unwrap();
        format!("{}.{}", key.table, key.references.join(","))
    };
    assert_eq!(reference(&lowered(&[to("land")])), "land.id");
    assert_eq!(reference(&lowered(&[to("land(iso code)")])), "land.iso code");
    let registry = Registry::new().with_meta(&COUNTRY);
    assert_eq!(reference(&registry.lower(&with(&[to("country")])).unwrap()), "country.code");
}

#[test]
fn checks_name_fields_or_columns() {
    let start =
        FieldMeta { column: "starts", check: Some("start > 0"), ..field("start", ValueType::Integer) };
    let end = FieldMeta { column: "start", ..field("end_", ValueType::Integer) };
    let mut meta = with(&[start, end]);
    meta.checks = &[
        CheckMeta { name: None, expr: "NOT (start >= end_)" },
        CheckMeta { name: None, expr: "end_ <> start + 1" },
        CheckMeta { name: Some("far"), expr: "starts < 99" },
        CheckMeta { name: None, expr: "sql!(true)" },
    ];
    let checks: Vec<String> =
        lower(&meta).unwrap().checks().map(|(name, check)| format!("{name}: {}", check.expr)).collect();
    assert_eq!(
        checks,
        [
            "book_check: sql!(true)",
            "book_start_starts_2_check: start <> starts + 1",
            "book_start_starts_check: starts < start",
            "book_starts_check: starts > 0",
            "far: starts < 99",
        ]
    );
}

#[test]
fn sets_of_fields_are_named_after_their_columns() {
    let author = FieldMeta { column: "author_id", unique: true, ..field("author", ValueType::BigInt) };
    let mut meta = with(&[author, field("slug", ValueType::Text)]);
    meta.uniques = const {
        &[IndexMeta::new(&[KeyMeta::Field(1), KeyMeta::Field(2)]), IndexMeta::new(&[KeyMeta::Field(1)])]
    };
    meta.indexes = const {
        &[
            IndexMeta::new(&[KeyMeta::Field(2), KeyMeta::Field(1)]),
            IndexMeta::new(&[KeyMeta::Field(2)]).name("own"),
        ]
    };
    let table = lower(&meta).unwrap();
    assert_eq!(
        table.constraints.keys().collect::<Vec<_>>(),
        ["book_author_id_slug_uniq", "book_author_id_uniq"]
    );
    assert_eq!(table.indexes.keys().collect::<Vec<_>>(), ["book_slug_author_id_idx", "own"]);
}

#[test]
fn indexes_say_what_they_hold() {
    let author = FieldMeta { column: "author_id", ..field("author", ValueType::BigInt) };
    let mut meta = with(&[author, field("slug", ValueType::Text), field("tags", ValueType::Text)]);
    meta.indexes = const {
        &[
            IndexMeta::new(&[KeyMeta::Expr("lower(slug) DESC nulls last"), KeyMeta::Descending(1)])
                .include(&[3]),
            IndexMeta::new(&[KeyMeta::Field(3)]).method(IndexMethod::Gin).predicate("author > 0"),
        ]
    };
    meta.uniques = const {
        &[
            IndexMeta::new(&[KeyMeta::Field(2)]).predicate("author IS NULL"),
            IndexMeta::new(&[KeyMeta::Field(1)])
                .nulls_not_distinct(true)
                .deferrable(Deferrable::InitiallyDeferred),
        ]
    };
    let table = lower(&meta).unwrap();
    let shown = |index: &Index| {
        let keys: Vec<String> = index.columns.iter().map(ToString::to_string).collect();
        let predicate = index.predicate.as_ref().map(ToString::to_string);
        (keys.join(", "), index.unique, index.method, index.include.join(","), predicate)
    };
    assert_eq!(
        table.indexes.values().map(shown).collect::<Vec<_>>(),
        [
            (
                "lower(slug) desc nulls last, author_id desc".into(),
                false,
                IndexMethod::BTree,
                "tags".into(),
                None
            ),
            ("slug".into(), true, IndexMethod::BTree, String::new(), Some("author_id IS NULL".into())),
            ("tags".into(), false, IndexMethod::Gin, String::new(), Some("author_id > 0".into())),
        ]
    );
    let names: Vec<&String> = table.indexes.keys().collect();
    assert_eq!(names, ["book_slug_author_id_idx", "book_slug_uniq", "book_tags_idx"]);
    let (name, unique) = table.uniques().next().unwrap();
    assert_eq!((name, unique.nulls_not_distinct), ("book_author_id_uniq", true));
    assert_eq!(unique.deferrable, Some(Deferrable::InitiallyDeferred));
}

#[test]
fn exclusions_say_what_they_compare() {
    let room = FieldMeta { column: "room_id", ..field("room", ValueType::BigInt) };
    let mut meta = with(&[room, field("network", ValueType::Text)]);
    meta.exclusions = const {
        &[
            ExclusionMeta {
                index: IndexMeta::new(&[KeyMeta::Field(1), KeyMeta::Expr("network inet_ops")])
                    .method(IndexMethod::Gist)
                    .predicate("room > 0")
                    .deferrable(Deferrable::InitiallyDeferred),
                operators: &["=", "&&"],
            },
            ExclusionMeta { index: IndexMeta::new(&[KeyMeta::Descending(2)]).name("own"), operators: &["="] },
        ]
    };
    let table = lower(&meta).unwrap();
    let shown: Vec<(&str, String)> =
        table.exclusions().map(|(name, exclusion)| (name, exclusion.summary())).collect();
    assert_eq!(
        shown,
        [
            ("book_room_id_network_excl", "room_id with =, network inet_ops with &&".to_owned()),
            ("own", "network desc with =".to_owned()),
        ]
    );
    let (_, first) = table.exclusions().next().unwrap();
    assert_eq!((first.method, first.deferrable), (IndexMethod::Gist, Some(Deferrable::InitiallyDeferred)));
    assert_eq!(first.predicate.as_ref().unwrap().to_string(), "room_id > 0");
    meta.exclusions =
        const { &[ExclusionMeta { index: IndexMeta::new(&[KeyMeta::Field(1)]), operators: &["is"] }] };
    let error = lower(&meta).unwrap_err().to_string();
    assert_eq!(error, "Book (src/models.rs:7): `is` is no operator, such as = or &&");
}

#[test]
fn long_names_are_shortened_and_stay_apart() {
    let name = |suffix: &str| format!("{}{suffix}", "very_".repeat(14)).leak() as &'static str;
    let fields = [name("a"), name("b")].map(|name| FieldMeta { index: true, ..field(name, ValueType::Text) });
    let table = lowered(&fields);
    assert_eq!(table.indexes.len(), 2);
    assert!(table.indexes.keys().all(|name| name.len() <= 63 && name.ends_with("_idx")));
}

#[test]
fn errors_name_the_model_the_field_and_the_place() {
    let price = |set: fn(&mut FieldMeta)| {
        let mut price = field("price", ValueType::Integer);
        set(&mut price);
        lower(&with(&[price])).unwrap_err().to_string()
    };
    assert_eq!(
        price(|field| field.check = Some("price >=")),
        "Book.price (src/models.rs:7): the check cannot be read: expected a column, a constant or a function, found the \
         end at byte 8: `price >=`"
    );
    assert_eq!(
        price(|field| field.check = Some("cost > 0")),
        "Book.price (src/models.rs:7): the check reads `cost`, which is no field of Book: `cost > 0`"
    );
    assert_eq!(
        price(|field| field.default = DefaultMeta::Value("'")),
        "Book.price (src/models.rs:7): the default cannot be read: ' is not closed at byte 0: `'`"
    );
    assert_eq!(
        price(|field| field.column = "id"),
        "Book.price (src/models.rs:7): another field has the column `id` already"
    );
    let mut meta = with(&[field("a", ValueType::Text), field("b", ValueType::Text)]);
    meta.indexes = const {
        &[IndexMeta::new(&[KeyMeta::Field(1)]).name("i"), IndexMeta::new(&[KeyMeta::Field(2)]).name("i")]
    };
    assert_eq!(
        lower(&meta).unwrap_err().to_string(),
        "Book (src/models.rs:7): two indexes have the name `i`"
    );
}

#[test]
fn choices_are_a_check() {
    const fn choice(name: &'static str, value: ChoiceValue) -> Choice {
        Choice { name, value, label: name, renamed_from: &[] }
    }
    const STATUS: FieldMeta = FieldMeta {
        size: Size::ANY.max_length(5),
        choices: &[choice("draft", ChoiceValue::Text("draft")), choice("it's", ChoiceValue::Text("it's"))],
        column: "state",
        ..field("status", ValueType::Text)
    };
    const LEVEL: FieldMeta = FieldMeta {
        choices: &[choice("low", ChoiceValue::Integer(-1)), choice("high", ChoiceValue::Integer(10))],
        ..field("level", ValueType::SmallInt)
    };
    let table = lowered(&[STATUS, LEVEL]);
    let checks: Vec<(&str, String)> =
        table.checks().map(|(name, check)| (name, check.expr.to_string())).collect();
    assert_eq!(
        checks,
        [
            ("book_level_choices", "level IN (-1, 10)".to_owned()),
            ("book_state_choices", "state IN ('draft', 'it''s')".to_owned())
        ]
    );
    assert_eq!(table.column("state").unwrap().ty, SqlType::Varchar(5));
    assert_eq!(table.column("level").unwrap().ty, SqlType::SmallInt);
}
