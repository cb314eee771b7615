//! The checks over models made by hand.

use super::*;
use crate::app::App;
use crate::backend::{
    BackendFeature, BackendRegistry, BoxFuture, ColumnType, DatabaseBackend, DatabaseUrl, Dialect, Driver,
    Introspector, Limits, Planner, PoolOptions, ServerVersion, unsupported_type,
};
use crate::error::{ErrorKind, Result};
use crate::model::{
    CheckMeta, DefaultMeta, FieldMeta, IndexMeta, Location, ModelMeta, Registry, RelationKind, RelationMeta,
};
use crate::schema::{ReferentialAction, Schema, SqlType};
use crate::value::ValueType;
use std::time::Duration;

/// A backend of which only what checks ask is there.
#[derive(Debug, Clone)]
struct Engine {
    name: &'static str,
    schemes: &'static [&'static str],
    version: ServerVersion,
    identifier_bytes: Option<usize>,
    arrays: bool,
}

fn plain() -> Engine {
    Engine {
        name: "plain",
        schemes: &["plain"],
        version: ServerVersion::new([3, 50, 4]),
        identifier_bytes: None,
        arrays: false,
    }
}

fn grand() -> Engine {
    Engine { name: "grand", schemes: &["grand"], identifier_bytes: Some(63), arrays: true, ..plain() }
}

impl DatabaseBackend for Engine {
    fn name(&self) -> &'static str {
        self.name
    }
    fn url_schemes(&self) -> &'static [&'static str] {
        self.schemes
    }
    fn version(&self) -> &ServerVersion {
        &self.version
    }
    fn minimum_version(&self) -> ServerVersion {
        ServerVersion::new([3, 35])
    }
    fn at(&self, version: &ServerVersion) -> Arc<dyn DatabaseBackend> {
        Arc::new(Engine { version: version.clone(), ..self.clone() })
    }
    fn supports(&self, feature: BackendFeature) -> bool {
        feature != BackendFeature::ExpressionDefaults || self.arrays
    }
    fn limits(&self) -> Limits {
        Limits::new(self.identifier_bytes, 100)
    }
    fn reserved_columns(&self) -> &'static [&'static str] {
        &["ctid"]
    }
    fn reserved_table_prefixes(&self) -> &'static [&'static str] {
        &["engine_"]
    }
    fn map_type(&self, ty: &SqlType) -> Result<ColumnType> {
        match ty {
            SqlType::Array(_) if !self.arrays => Err(unsupported_type(self, ty, "use `Json`")),
            SqlType::Varchar(1001..) => Err(unsupported_type(self, ty, "use text")),
            SqlType::Decimal { precision: 19.., .. } => Err(unsupported_type(self, ty, "at most 18 digits")),
            _ => Ok(ColumnType::Text),
        }
    }
    fn type_name(&self, ty: &SqlType) -> Result<String> {
        Ok(ty.to_string())
    }
    fn dialect(&self) -> &dyn Dialect {
        unreachable!("a check renders nothing")
    }
    fn planner(&self) -> &dyn Planner {
        unreachable!("a check plans nothing")
    }
    fn introspector(&self) -> &dyn Introspector {
        unreachable!("a check reads no database")
    }
    fn normalize(&self, schema: &Schema) -> Schema {
        schema.clone()
    }
    fn connect<'a>(
        &'a self,
        _: &'a DatabaseUrl,
        _: &'a PoolOptions,
    ) -> BoxFuture<'a, Result<Box<dyn Driver>>> {
        unreachable!("a check connects to nothing")
    }
}

const fn at(line: u32) -> Location {
    Location { file: "src/models.rs", line }
}

const fn field(name: &'static str, ty: ValueType, rust_type: &'static str, line: u32) -> FieldMeta {
    FieldMeta {
        name,
        column: name,
        rust_type,
        ty,
        nullable: false,
        max_length: None,
        decimal: None,
        auto: false,
        unique: false,
        index: false,
        check: None,
        default: DefaultMeta::None,
        relation: None,
        renamed_from: &[],
        location: at(line),
        silenced: &[],
    }
}

const fn id(line: u32) -> FieldMeta {
    FieldMeta { auto: true, ..field("id", ValueType::BigInt, "i64", line) }
}

fn model(name: &'static str, table: &'static str, line: u32, fields: &[FieldMeta]) -> ModelMeta {
    fixed(name, table, line, fields.to_vec().leak())
}

const fn fixed(
    name: &'static str,
    table: &'static str,
    line: u32,
    fields: &'static [FieldMeta],
) -> ModelMeta {
    ModelMeta {
        name,
        app: "shop",
        location: at(line),
        table,
        renamed_from: &[],
        fields,
        primary_key: 0,
        indexes: &[],
        uniques: &[],
        checks: &[],
        ordering: &[],
        backends: &[],
        silenced: &[],
    }
}

const fn to(target: Option<fn() -> &'static ModelMeta>, table: Option<&'static str>) -> Option<RelationMeta> {
    Some(RelationMeta {
        kind: RelationKind::ForeignKey,
        target,
        table,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
    })
}

const fn pointing(name: &'static str, line: u32, relation: Option<RelationMeta>) -> FieldMeta {
    FieldMeta { relation, index: true, ..field(name, ValueType::BigInt, "ForeignKey<Author>", line) }
}

fn registry(models: &[ModelMeta]) -> Registry {
    models.iter().fold(Registry::new(), |registry, model| registry.with_meta(Box::leak(Box::new(*model))))
}

fn app(models: &[ModelMeta]) -> App {
    let backends = BackendRegistry::empty().with(plain()).unwrap();
    App::new().models(registry(models)).with_backends(backends).backend(grand())
}

fn check_on(engine: Engine, models: &[ModelMeta]) -> Report {
    let mut report = app(models).run_checks_against(&engine, None);
    report.elapsed = Duration::from_millis(3);
    report
}

/// The findings on one model with this field beside its key: id, severity and message.
fn on_field(engine: Engine, tested: FieldMeta) -> Vec<(String, Severity, String)> {
    let fields = &[id(2), tested];
    let report = check_on(engine, &[model("Book", "book", 1, fields)]);
    report.findings.into_iter().map(|found| (found.id.into_owned(), found.severity, found.message)).collect()
}

fn ids(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.id.as_ref()).collect()
}

const LONG: &str = "a_table_name_that_is_seventy_bytes_long_and_does_not_fit_into_63_bytes";

static AUTHOR: ModelMeta = fixed("Author", "author", 3, &[id(4)]);

fn author() -> &'static ModelMeta {
    &AUTHOR
}

const TEXTS: ValueType = ValueType::Array(&ValueType::Text);

/// Five mistakes at once.
fn five_mistakes() -> Vec<ModelMeta> {
    const ARTICLE: &[FieldMeta] = &[
        id(12),
        field("title", ValueType::Text, "String", 13),
        field("tags", TEXTS, "Vec<String>", 14),
        FieldMeta { column: "order", ..field("position", ValueType::Integer, "i32", 15) },
        pointing("author", 16, to(Some(author), None)),
    ];
    vec![
        model("Article", "article", 11, ARTICLE),
        model("Entry", "article", 20, &[id(21)]),
        model("Verbose", LONG, 30, &[id(31)]),
    ]
}

#[test]
fn every_finding_is_reported_at_once_with_its_place_and_a_hint() {
    insta::assert_snapshot!(check_on(plain(), &five_mistakes()), @r#"
    error[field.backend]: `Article.tags` is an array, which plain has no type for
      --> src/models.rs:14  (Article.tags: Vec<String>)
      hint: use `Json<Vec<String>>`, or a model of its own with a foreign key; or point DATABASE_URL at grand
    error[field.fk.target_exists]: `Article.author` points at `Author`, which is no model of this program
      --> src/models.rs:16  (Article.author: ForeignKey<Author>)
      hint: `Author` is declared in src/models.rs:3: name its crate in this program, as in `use shop as _;`
    error[model.table.unique]: `Entry` and `Article` (src/models.rs:11) both have the table `article`
      --> src/models.rs:20  (Entry)
      hint: give one of them another with `#[umbral(table = "…")]`
    warning[field.reserved_name]: `Article.position` has the column `order`, a reserved word that SQL written by hand has to quote
      --> src/models.rs:15  (Article.position: i32)
      hint: give it another column: `#[umbral(column = "order_")]`
    warning[model.identifier.length]: the table name `a_table_name_that_is_seventy_bytes_long_and_does_not_fit_into_63_bytes` is 70 bytes long, and portable names have at most 63
      --> src/models.rs:30  (Verbose)
      hint: shorten it with `#[umbral(table = "…")]`
    3 errors, 2 warnings · plain 3.50.4 · 3 models in 3 ms
    "#);
}

#[test]
fn the_same_models_on_a_backend_with_arrays_and_a_limit() {
    insta::assert_snapshot!(check_on(grand(), &five_mistakes()), @r#"
    error[field.fk.target_exists]: `Article.author` points at `Author`, which is no model of this program
      --> src/models.rs:16  (Article.author: ForeignKey<Author>)
      hint: `Author` is declared in src/models.rs:3: name its crate in this program, as in `use shop as _;`
    error[model.table.unique]: `Entry` and `Article` (src/models.rs:11) both have the table `article`
      --> src/models.rs:20  (Entry)
      hint: give one of them another with `#[umbral(table = "…")]`
    error[model.identifier.length]: the table name `a_table_name_that_is_seventy_bytes_long_and_does_not_fit_into_63_bytes` is 70 bytes long, and grand keeps 63
      --> src/models.rs:30  (Verbose)
      hint: shorten it with `#[umbral(table = "…")]`
    warning[field.reserved_name]: `Article.position` has the column `order`, a reserved word that SQL written by hand has to quote
      --> src/models.rs:15  (Article.position: i32)
      hint: give it another column: `#[umbral(column = "order_")]`
    3 errors, 1 warning · grand 3.50.4 · 3 models in 3 ms
    "#);
}

#[test]
fn json_has_one_flat_object_for_each_finding() {
    let report = check_on(plain(), &five_mistakes()[..1]);
    let first = serde_json::to_value(&report).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&first).unwrap(), @r#"
    {
      "backend": "plain",
      "errors": 2,
      "findings": [
        {
          "field": "tags",
          "file": "src/models.rs",
          "hint": "use `Json<Vec<String>>`, or a model of its own with a foreign key; or point DATABASE_URL at grand",
          "id": "field.backend",
          "line": 14,
          "message": "`Article.tags` is an array, which plain has no type for",
          "model": "Article",
          "severity": "error",
          "type": "Vec<String>"
        },
        {
          "field": "author",
          "file": "src/models.rs",
          "hint": "`Author` is declared in src/models.rs:3: name its crate in this program, as in `use shop as _;`",
          "id": "field.fk.target_exists",
          "line": 16,
          "message": "`Article.author` points at `Author`, which is no model of this program",
          "model": "Article",
          "severity": "error",
          "type": "ForeignKey<Author>"
        },
        {
          "field": "position",
          "file": "src/models.rs",
          "hint": "give it another column: `#[umbral(column = \"order_\")]`",
          "id": "field.reserved_name",
          "line": 15,
          "message": "`Article.position` has the column `order`, a reserved word that SQL written by hand has to quote",
          "model": "Article",
          "severity": "warning",
          "type": "i32"
        }
      ],
      "milliseconds": 3,
      "models": 1,
      "silenced": 0,
      "version": "3.50.4",
      "warnings": 1
    }
    "#);
}

#[test]
fn the_order_does_not_depend_on_the_order_of_models() {
    let mut models = five_mistakes();
    // Which of two models on one table comes first is a matter of the registry, not of the report.
    models.remove(1);
    let forwards = check_on(plain(), &models);
    models.reverse();
    assert_eq!(forwards, check_on(plain(), &models));
}

#[test]
fn without_findings_the_summary_stands_alone() {
    insta::assert_snapshot!(check_on(plain(), &[AUTHOR]), @"no problems · plain 3.50.4 · 1 model in 3 ms");
}

#[test]
fn a_refusal_lists_every_finding_word_for_word() {
    let report = check_on(plain(), &five_mistakes());
    let refusal = report.refusal().unwrap();
    assert_eq!(refusal.kind(), ErrorKind::Check);
    assert!(refusal.to_string().ends_with(&report.to_string()), "{refusal}");
    assert!(check_on(plain(), &[AUTHOR]).refusal().is_none());
}

#[test]
fn an_unknown_scheme_is_a_finding_beside_the_models_own() {
    let report = app(&[
        model("Article", "article", 1, &[id(2), field("tags", TEXTS, "Vec<String>", 3)]),
        ModelMeta { primary_key: 1, ..model("Keyless", "keyless", 5, &[]) },
    ])
    .run_checks("mssql://sa:s3cret@db/shop", None);
    assert_eq!(ids(&report), ["backend.url_scheme", "model.pk.present"]);
    assert!(report.findings[0].message.contains("`mssql`"), "{report}");
    assert!(report.findings[0].message.contains("plain, grand"), "{report}");
    assert!(!report.to_string().contains("s3cret"));
    assert!(report.summary().contains("no backend"));
}

#[test]
fn a_server_that_is_too_old_is_refused() {
    let old = Engine { version: ServerVersion::new([3, 34]), ..plain() };
    let report = check_on(old, &[AUTHOR]);
    assert_eq!(ids(&report), ["backend.version"]);
    assert!(report.findings[0].message.contains("3.34") && report.findings[0].message.contains("3.35"));
}

#[test]
fn a_model_for_one_backend_is_left_out_on_others() {
    const FIELDS: &[FieldMeta] = &[id(2), field("tags", TEXTS, "Vec<String>", 3)];
    let only = ModelMeta { backends: &["grand"], ..model("Search", "search", 1, FIELDS) };
    let report = check_on(plain(), &[only, AUTHOR]);
    assert_eq!((ids(&report), report.models), (vec![], 1));
    let report = check_on(grand(), &[only, AUTHOR]);
    assert_eq!((ids(&report), report.models), (vec![], 2));
}

#[test]
fn a_foreign_key_to_a_model_of_another_backend_says_so() {
    let author = ModelMeta { backends: &["grand"], ..AUTHOR };
    let book = model("Book", "book", 9, &[id(10), pointing("author", 11, to(Some(author_meta), None))]);
    fn author_meta() -> &'static ModelMeta {
        &AUTHOR
    }
    let report = check_on(plain(), &[author, book]);
    assert_eq!(ids(&report), ["field.fk.target_exists"]);
    assert_eq!(report.findings[0].message, "`Book.author` points at `Author`, which is meant for grand only");
    assert_eq!(ids(&check_on(grand(), &[author, book])), [""; 0]);
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
    static CODE: FieldMeta = FieldMeta { max_length: Some(2), ..field("code", ValueType::Text, "String", 2) };
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
fn types_that_no_database_has() {
    const TEXTS_OF_TEXTS: ValueType = ValueType::Array(&TEXTS);
    let decimal = |precision, scale| FieldMeta {
        decimal: Some((precision, scale)),
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
            FieldMeta { decimal: Some((10, 2)), ..field("name", ValueType::Text, "String", 3) },
            "`Book.name` has a `decimal(…)`, and is text",
        ),
    ] {
        let expected = [("field.type".to_owned(), Severity::Error, expected.to_owned())];
        assert_eq!(on_field(grand(), tested), expected);
    }
}

#[test]
fn a_decimal_over_the_backends_digits_has_the_backends_hint() {
    let wide = FieldMeta { decimal: Some((20, 2)), ..field("price", ValueType::Decimal, "Decimal", 3) };
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
    let text = |length| FieldMeta { max_length: Some(length), ..field("name", ValueType::Text, "String", 3) };
    assert_eq!(on_field(grand(), text(1000)), []);
    for (tested, expected) in [
        (text(0), "`Book.name` has a `max_length` of 0"),
        (text(1001), "`Book.name` has a `max_length` of 1001, more than grand takes"),
        (
            FieldMeta { max_length: Some(9), ..field("stock", ValueType::Integer, "i32", 3) },
            "`Book.stock` has a `max_length`, and is an integer",
        ),
    ] {
        let expected = [("field.max_length".to_owned(), Severity::Error, expected.to_owned())];
        assert_eq!(on_field(grand(), tested), expected);
    }
}

#[test]
fn defaults_are_values_of_their_type() {
    let of = |ty, default| FieldMeta {
        max_length: (ty == ValueType::Text).then_some(5),
        decimal: (ty == ValueType::Decimal).then_some((4, 2)),
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
fn two_fields_on_one_column() {
    const TITLE: FieldMeta = field("title", ValueType::Text, "String", 3);
    const OTHER: FieldMeta = FieldMeta { column: "Title", ..field("heading", ValueType::Text, "String", 4) };
    let report = check_on(plain(), &[model("Book", "book", 1, &[id(2), TITLE, OTHER])]);
    assert_eq!(ids(&report), ["model.column.unique"]);
    assert_eq!(report.findings[0].location, Some(at(4)));
}

#[test]
fn every_name_of_a_model_has_a_length() {
    const COLUMN: FieldMeta = FieldMeta { column: LONG, ..field("short", ValueType::Text, "String", 3) };
    let book = ModelMeta {
        indexes: &[IndexMeta { name: Some(LONG), fields: &[1] }],
        uniques: &[IndexMeta { name: Some(LONG), fields: &[1] }],
        checks: &[CheckMeta { name: Some(LONG), expr: "id > 0" }],
        ..model("Book", LONG, 1, &[id(2), COLUMN])
    };
    for (engine, severity) in [(plain(), Severity::Warning), (grand(), Severity::Error)] {
        let report = check_on(engine, &[book]);
        let lengths = report.findings.iter().filter(|finding| finding.id == "model.identifier.length");
        let lengths: Vec<&Finding> = lengths.collect();
        // The index and the constraints of one name: two constraints are told once.
        assert_eq!(lengths.len(), 4, "{report}");
        assert!(lengths.iter().all(|finding| finding.severity == severity), "{report}");
    }
}

#[test]
fn a_foreign_key_is_served_by_an_index() {
    let key = FieldMeta { index: false, ..pointing("author", 11, to(Some(author), None)) };
    let book = |indexes| ModelMeta { indexes, ..model("Book", "book", 9, &[id(10), key]) };
    assert_eq!(ids(&check_on(plain(), &[AUTHOR, book(&[])])), ["model.index.fk"]);
    const LEADING: &[IndexMeta] = &[IndexMeta { name: None, fields: &[1, 0] }];
    assert_eq!(ids(&check_on(plain(), &[AUTHOR, book(LEADING)])), [""; 0]);
    const TRAILING: &[IndexMeta] = &[IndexMeta { name: None, fields: &[0, 1] }];
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
fn migrations_that_only_one_side_has() {
    let tables = |app: &str| BTreeMap::from([(app.to_owned(), BTreeSet::from(["author".to_owned()]))]);
    let history = History {
        tables: tables("shop"),
        unapplied: vec!["shop/0002_price".to_owned(), "shop/0003_isbn".to_owned()],
        ahead: vec!["shop/0002_cost".to_owned()],
        edited: vec!["shop/0001_initial".to_owned()],
        interrupted: Some("shop/0002_price".to_owned()),
        without_table: vec!["loan".to_owned()],
    };
    let mut report = app(&[AUTHOR]).run_checks("plain:", Some(&history));
    report.elapsed = Duration::from_millis(3);
    insta::assert_snapshot!(report, @r"
    error[migrations.edited]: 1 migration was changed after it was applied: shop/0001_initial
      hint: bring their files back as they were, and put the change into a new migration
    error[migrations.interrupted]: the migration shop/0002_price was interrupted half-way
      hint: run `cargo umbral migrate`, which carries it on
    error[migrations.missing]: 1 table is not in the database, and no migration makes it: loan
      hint: run `cargo umbral makemigrations` and `cargo umbral migrate`; a program that is deployed without its `migrations` folder has them compiled in by `umbral::migrations!()`
    error[migrations.unapplied]: 2 migrations are not applied to the database: shop/0002_price, shop/0003_isbn
      hint: run `cargo umbral migrate`
    warning[migrations.ahead]: 1 migration that this program does not have is applied to the database: shop/0002_cost
      hint: deploy the program that made them, or bring their files back
    4 errors, 1 warning · plain 3.50.4 · 1 model in 3 ms
    ");
    let lost = History { tables: tables("blog"), ..History::default() };
    let report = app(&[AUTHOR]).run_checks("plain:", Some(&lost));
    assert_eq!(ids(&report), ["app.models_missing"]);
    let dropped =
        History { tables: BTreeMap::from([("blog".to_owned(), BTreeSet::new())]), ..History::default() };
    assert_eq!(ids(&app(&[AUTHOR]).run_checks("plain:", Some(&dropped))), [""; 0]);
}

#[test]
fn findings_are_silenced_by_the_program_the_model_and_the_field() {
    const TAGS: FieldMeta = field("tags", TEXTS, "Vec<String>", 3);
    const SILENT: FieldMeta = FieldMeta { silenced: &["field.backend"], ..TAGS };
    let loud = model("Loud", "loud", 1, &[id(2), TAGS]);
    let by_field = model("ByField", "by_field", 1, &[id(2), SILENT]);
    let by_model =
        ModelMeta { silenced: &["field.backend"], ..model("ByModel", "by_model", 1, &[id(2), TAGS]) };
    let report = check_on(plain(), &[loud, by_field, by_model]);
    assert_eq!((ids(&report), report.silenced), (vec!["field.backend"], 2));
    assert_eq!(report.findings[0].model.as_deref(), Some("Loud"));
    let report = app(&[loud]).silence("field.backend").run_checks("plain:", None);
    assert_eq!((ids(&report), report.silenced), (vec![], 1));
}

#[test]
fn an_application_sets_severities_and_adds_checks() {
    let history = History { ahead: vec!["shop/0002".to_owned()], ..History::default() };
    let app = app(&[AUTHOR])
        .severity("migrations.ahead", Severity::Error)
        .check(|context| vec![Finding::info("shop.models", context.models().count().to_string())]);
    let report = app.run_checks("plain:", Some(&history));
    let found: Vec<(&str, Severity)> =
        report.findings.iter().map(|finding| (finding.id.as_ref(), finding.severity)).collect();
    assert_eq!(found, [("migrations.ahead", Severity::Error), ("shop.models", Severity::Info)]);
    assert!(report.refusal().is_some() && report.fails_at(Severity::Info));
}

#[test]
fn a_backend_whose_scheme_is_taken_keeps_the_program_from_starting() {
    let app = App::new().backend(plain()).backend(Engine { name: "other", ..plain() });
    assert_eq!(app.ready().unwrap_err().kind(), ErrorKind::Config);
    let registry = BackendRegistry::empty().with(plain()).unwrap();
    assert_eq!(registry.iter().count(), 1);
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

#[test]
fn names_of_indexes_and_constraints_are_their_own() {
    const NAMED: &[IndexMeta] = &[IndexMeta { name: Some("by_title"), fields: &[1] }];
    const TITLE: FieldMeta = field("title", ValueType::Text, "String", 3);
    let of = |name, table| ModelMeta { indexes: NAMED, ..model(name, table, 1, &[id(2), TITLE]) };
    assert_eq!(ids(&check_on(plain(), &[of("A", "a")])), [""; 0]);
    assert_eq!(ids(&check_on(plain(), &[of("A", "a"), of("B", "b")])), ["model.index.unique"]);
    let checks: &[CheckMeta] = &[
        CheckMeta { name: Some("positive"), expr: "id > 0" },
        CheckMeta { name: Some("positive"), expr: "id > 1" },
    ];
    let twice = ModelMeta { checks: checks.to_vec().leak(), ..AUTHOR };
    assert_eq!(ids(&check_on(plain(), &[twice])), ["model.constraint.unique"]);
}
