//! `field.*`: types, lengths, defaults, names.

use super::*;

#[test]
fn types_that_no_database_has() {
    const TEXTS_OF_TEXTS: ValueType = ValueType::Array(&TEXTS);
    let decimal = |precision, scale| FieldMeta {
        size: Size::ANY.decimal((precision, scale)),
        ..field("price", ValueType::Decimal, "Decimal", 3)
    };
    assert_eq!(on_field(grand(), decimal(10, 2)), []);
    for (tested, expected) in [
        (decimal(0, 0), "`Book.price` is a decimal of no digits"),
        (decimal(2, 3), "`Book.price` is a decimal of 2 digits, of which 3 are behind the point"),
        (
            field("grid", TEXTS_OF_TEXTS, "Vec<Vec<String>>", 3),
            "`Book.grid` is an array of arrays, which no database has",
        ),
        (
            FieldMeta { size: Size::ANY.decimal((10, 2)), ..field("name", ValueType::Text, "String", 3) },
            "`Book.name` has a `decimal(…)`, and is text",
        ),
    ] {
        let expected = [("field.type".to_owned(), Severity::Error, expected.to_owned())];
        assert_eq!(on_field(grand(), tested), expected);
    }
}

#[test]
fn a_decimal_over_the_backends_digits_has_the_backends_hint() {
    let wide =
        FieldMeta { size: Size::ANY.decimal((20, 2)), ..field("price", ValueType::Decimal, "Decimal", 3) };
    let fields = &[id(2), wide];
    let report = check_on(plain(), &[model("Book", "book", 1, fields)]);
    assert_eq!(ids(&report), ["field.backend"]);
    assert_eq!(report.findings[0].hint.as_deref(), Some("at most 18 digits"));
}

#[test]
fn primary_keys_are_of_key_types() {
    let with_key = |key: FieldMeta| {
        let report = check_on(grand(), &[model("Book", "book", 1, &[key])]);
        report
            .findings
            .into_iter()
            .map(|found| format!("{}: {}", found.id, found.message))
            .collect::<Vec<_>>()
    };
    assert_eq!(with_key(field("id", ValueType::Uuid, "Uuid", 2)), [""; 0]);
    assert_eq!(with_key(field("id", ValueType::UInt64, "u64", 2)), [""; 0]);
    assert_eq!(with_key(FieldMeta { auto: true, ..field("id", ValueType::UInt32, "u32", 2) }), [""; 0]);
    assert_eq!(
        with_key(FieldMeta { auto: true, ..field("id", ValueType::UInt64, "u64", 2) }),
        ["field.backend: `Book.id`: grand 3.50.4 assigns no keys of type uint64"]
    );
    assert_eq!(
        with_key(FieldMeta { nullable: true, ..id(2) }),
        ["field.type: `Book.id` is the primary key, and may be NULL"]
    );
    assert_eq!(
        with_key(field("id", ValueType::Double, "f64", 2)),
        ["field.type: `Book.id` is a double, which cannot be a primary key"]
    );
    assert_eq!(
        with_key(FieldMeta { auto: true, ..field("id", ValueType::Uuid, "Uuid", 2) }),
        ["field.type: `Book.id` is a uuid, which the database cannot assign"]
    );
}

#[test]
fn lengths_are_of_text_more_than_0_and_within_the_backend() {
    let text = |length| FieldMeta {
        size: Size::ANY.max_length(length),
        ..field("name", ValueType::Text, "String", 3)
    };
    assert_eq!(on_field(grand(), text(1000)), []);
    for (tested, expected) in [
        (text(0), "`Book.name` has a `max_length` of 0"),
        (text(1001), "`Book.name` has a `max_length` of 1001, more than grand takes"),
        (
            FieldMeta { size: Size::ANY.max_length(9), ..field("stock", ValueType::Integer, "i32", 3) },
            "`Book.stock` has a `max_length`, and is an integer",
        ),
        (
            FieldMeta { size: Size::ANY.max_length(9), ..field("flags", ValueType::Bits, "Bits", 3) },
            "`Book.flags` has a `max_length`, and is a bit(1)",
        ),
    ] {
        let expected = [("field.max_length".to_owned(), Severity::Error, expected.to_owned())];
        assert_eq!(on_field(grand(), tested), expected);
    }
    let sized = |ty, size| FieldMeta { size, ..field("name", ty, "Name", 3) };
    for (ty, length) in [(ValueType::Text, 2), (ValueType::Bits, 9), (TEXTS, 2)] {
        assert_eq!(on_field(grand(), sized(ty, Size::ANY.length(length))), []);
    }
    for (tested, expected) in [
        (sized(ValueType::Text, Size::ANY.length(0)), "`Book.name` has a `length` of 0"),
        (
            sized(ValueType::Text, Size::ANY.length(1001)),
            "`Book.name` has a `length` of 1001, more than grand takes",
        ),
        (sized(ValueType::BigInt, Size::ANY.length(2)), "`Book.name` has a `length`, and is a bigint"),
        (
            sized(ValueType::Text, Size { max_length: Some(3), ..Size::ANY.length(2) }),
            "`Book.name` has a `length`, and a `max_length` besides",
        ),
    ] {
        let expected = [("field.length".to_owned(), Severity::Error, expected.to_owned())];
        assert_eq!(on_field(grand(), tested), expected);
    }
}

#[test]
fn defaults_are_values_of_their_type() {
    let of = |ty, default| FieldMeta {
        size: Size {
            max_length: (ty == ValueType::Text).then_some(5),
            decimal: (ty == ValueType::Decimal).then_some((4, 2)),
            ..Size::ANY
        },
        default,
        ..field("value", ty, "…", 3)
    };
    use DefaultMeta::{Now, Sql, Value};
    let good = [
        (ValueType::SmallInt, Value("32767")),
        (ValueType::SmallInt, Value("-32768")),
        (ValueType::BigInt, Value("-9223372036854775808")),
        (ValueType::Double, Value("1.5")),
        (ValueType::Boolean, Value("TRUE")),
        (ValueType::Decimal, Value("99.99")),
        (ValueType::Decimal, Value("1.500")),
        (ValueType::Text, Value("'draft'")),
        (ValueType::Text, Value("'äöüßé'")),
        (ValueType::Date, Value("'2024-02-29'")),
        (ValueType::Time, Value("'12:30:00'")),
        (ValueType::Uuid, Value("'67e55044-10b1-426f-9247-bb680e5fe0c8'")),
        (ValueType::TimestampTz, Now),
        (ValueType::Date, Now),
        (ValueType::Text, Sql("lower('ABC')")),
        (ValueType::Text, Sql("no ! sql of ours")),
    ];
    for (ty, default) in good {
        assert_eq!(on_field(grand(), of(ty, default)), [], "{ty:?} {default:?}");
    }
    for (ty, default, expected) in [
        (ValueType::SmallInt, Value("32768"), "is 32768, and it is a smallint"),
        (ValueType::Integer, Value("1.5"), "is 1.5, and it is an integer"),
        (ValueType::BigInt, Value("9223372036854775808"), "is 9223372036854775808, and it is a bigint"),
        (ValueType::Integer, Value("'1'"), "is text, and it is an integer"),
        (ValueType::Boolean, Value("1"), "is a number, and it is a boolean"),
        (ValueType::Integer, Value("TRUE"), "is a boolean, and it is an integer"),
        (ValueType::Decimal, Value("100"), "is 100, and it is a decimal(4, 2)"),
        (ValueType::Decimal, Value("1.505"), "is 1.505, and it is a decimal(4, 2)"),
        (ValueType::Text, Value("'drafts'"), "is 6 characters long, and its `max_length` is 5"),
        (ValueType::Text, Value("NULL"), "is NULL, which it cannot be"),
        (ValueType::Date, Value("'2023-02-29'"), "is `2023-02-29`, and it is a date"),
        (ValueType::Uuid, Value("'67e55044'"), "is `67e55044`, and it is a uuid"),
        (ValueType::Text, Now, "is the time, and it is a varchar(5)"),
        (
            ValueType::Text,
            Sql("lower(title)"),
            "reads the column `title`, and a default cannot read another column",
        ),
    ] {
        let found = on_field(grand(), of(ty, default));
        let expected =
            ("field.default".to_owned(), Severity::Error, format!("the default of `Book.value` {expected}"));
        assert_eq!(found, [expected], "{ty:?} {default:?}");
    }
    let unreadable = on_field(grand(), of(ValueType::Text, Value("'abc")));
    assert_eq!(unreadable.len(), 1);
    assert!(unreadable[0].2.starts_with("the default of `Book.value` cannot be read: "), "{unreadable:?}");
    let expression = on_field(plain(), of(ValueType::Text, Sql("lower('ABC')")));
    assert_eq!(
        expression[0].2,
        "the default of `Book.value` is an expression, which plain 3.50.4 cannot keep"
    );
}

#[test]
fn names_that_a_database_keeps_for_itself() {
    let named = |name| on_field(plain(), field(name, ValueType::Integer, "i32", 3));
    for free in ["type", "path", "match", "filter", "id_", "key", "name", "value", "date"] {
        assert_eq!(named(free), [], "{free}");
    }
    let reserved = named("Select");
    assert_eq!((reserved[0].0.as_str(), reserved[0].1), ("field.reserved_name", Severity::Warning));
    let refused = named("ctid");
    assert_eq!((refused[0].0.as_str(), refused[0].1), ("field.reserved_name", Severity::Error));
    let tables = [
        model("A", "engine_log", 1, &[id(2)]),
        model("B", "umbral_migrations", 3, &[id(4)]),
        model("C", "engines", 5, &[id(6)]),
    ];
    let report = check_on(plain(), &tables);
    assert_eq!(ids(&report), ["model.reserved_table"; 2]);
    assert_eq!(
        report.findings[1].message,
        "`B` has the table `umbral_migrations`, a name that umbral keeps for itself"
    );
}

#[test]
fn choices_have_room_and_a_default_among_them() {
    const fn text(value: &'static str) -> Choice {
        Choice { name: value, value: ChoiceValue::Text(value), label: value, renamed_from: &[] }
    }
    const STATUS: FieldMeta = FieldMeta {
        size: Size::ANY.max_length(5),
        choices: &[text("draft"), text("pub")],
        ..field("status", ValueType::Text, "Status", 3)
    };
    const PRIORITY: FieldMeta = FieldMeta {
        choices: &[Choice { name: "low", value: ChoiceValue::Integer(-1), label: "Low", renamed_from: &[] }],
        ..field("priority", ValueType::SmallInt, "Priority", 3)
    };
    let default = |default, field: FieldMeta| FieldMeta { default: DefaultMeta::Value(default), ..field };
    for right in [STATUS, default("'pub'", STATUS), default("-1", PRIORITY), default("- 1", PRIORITY)] {
        assert_eq!(on_field(grand(), right), []);
    }
    for (wrong, id, message) in [
        (
            FieldMeta { size: Size::ANY.max_length(4), ..STATUS },
            "field.choices",
            "`Book.status` has a `max_length` of 4, too short for its value `draft`",
        ),
        (
            default("'gone'", STATUS),
            "field.choices",
            "the default of `Book.status` is 'gone', which is none of its values",
        ),
        (
            default("2", PRIORITY),
            "field.choices",
            "the default of `Book.priority` is 2, which is none of its values",
        ),
    ] {
        assert_eq!(on_field(grand(), wrong), [(id.to_owned(), Severity::Error, message.to_owned())]);
    }
}

#[test]
fn enums_of_one_name_are_one_type() {
    const fn kind(name: &'static str, choices: &'static [Choice]) -> FieldMeta {
        FieldMeta { choices, ..field("kind", ValueType::Enum { name, choices }, "Kind", 3) }
    }
    const fn label(value: &'static str) -> Choice {
        Choice { name: value, value: ChoiceValue::Text(value), label: value, renamed_from: &[] }
    }
    const BOTH: &[Choice] = &[label("a"), label("b")];
    const TURNED: &[Choice] = &[label("b"), label("a")];
    let found = |one: FieldMeta, other: FieldMeta| -> Vec<(String, String)> {
        let (one, other) = ([id(2), one], [id(2), other]);
        let report = check_on(grand(), &[model("Book", "book", 1, &one), model("Shelf", "shelf", 5, &other)]);
        report.findings.into_iter().map(|found| (found.id.into_owned(), found.message)).collect()
    };
    assert_eq!(found(kind("kind", BOTH), kind("kind", BOTH)), []);
    assert_eq!(found(kind("kind", BOTH), kind("sort", TURNED)), []);
    let same = found(kind("kind", BOTH), kind("kind", TURNED));
    let message = "the enums of `Book.kind` and `Shelf.kind` are both called `kind`, and have other labels";
    assert_eq!(same, [("field.enum".to_owned(), message.to_owned())]);
    let table = found(kind("shelf", BOTH), kind("kind", BOTH));
    let message = "the enum of `Book.kind` is called `shelf`, as the table of Shelf is";
    assert_eq!(table, [("field.enum".to_owned(), message.to_owned())]);
    let gone = FieldMeta { default: DefaultMeta::Value("'c'"), ..kind("kind", BOTH) };
    assert_eq!(found(gone, kind("kind", BOTH))[0].0, "field.choices");
}
