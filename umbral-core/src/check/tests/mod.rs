//! The checks over models made by hand.

mod backends;
mod fields;
mod history;
mod models;
mod relations;
mod report;

use super::*;
use crate::app::App;
use crate::backend::{
    BackendFeature, BackendRegistry, BoxFuture, ColumnType, ConstraintNames, DatabaseBackend, DatabaseUrl,
    Dialect, Driver, Introspector, Limits, Planner, PoolOptions, ServerVersion, uncounted_type,
    unsupported_type,
};
use crate::error::{ErrorKind, Result};
use crate::model::{
    CheckMeta, DefaultMeta, ExclusionMeta, FieldMeta, GeneratedMeta, IndexMeta, Location, ModelMeta,
    Registry, RelationKind, RelationMeta,
};
use crate::schema::{Column, ReferentialAction, Schema, SqlType};
use crate::value::{Choice, ChoiceValue, Size, ValueType};
use std::time::Duration;

/// A backend of which only what checks ask is there.
#[derive(Debug, Clone)]
struct Engine {
    name: &'static str,
    schemes: &'static [&'static str],
    version: ServerVersion,
    identifier_bytes: Option<usize>,
    arrays: bool,
    constraint_names: ConstraintNames,
}

fn plain() -> Engine {
    Engine {
        name: "plain",
        schemes: &["plain"],
        version: ServerVersion::new([3, 50, 4]),
        identifier_bytes: None,
        arrays: false,
        constraint_names: ConstraintNames::PerTable,
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
        use BackendFeature::*;
        let of_the_grand = [
            ExpressionDefaults,
            ExpressionIndexes,
            IndexNullsOrder,
            CoveringIndexes,
            DeferrableUnique,
            ExclusionConstraints,
            VirtualGeneratedColumns,
        ];
        self.arrays || !of_the_grand.contains(&feature)
    }
    fn limits(&self) -> Limits {
        Limits::new(self.identifier_bytes, 100).with_constraint_names(self.constraint_names)
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
            SqlType::Varchar(1001..) | SqlType::Char(1001..) => Err(unsupported_type(self, ty, "use text")),
            SqlType::Decimal { precision: 19.., .. } => Err(unsupported_type(self, ty, "at most 18 digits")),
            _ => Ok(ColumnType::Text),
        }
    }
    fn map_column(&self, column: &Column) -> Result<ColumnType> {
        match column.identity && column.ty == SqlType::UInt64 {
            true => Err(uncounted_type(self, &column.ty)),
            false => self.map_type(&column.ty),
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
        prefix: 0,
        rust_type,
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
        location: at(line),
        silenced: &[],
        together: None,
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

const fn to(target: Option<fn() -> &'static ModelMeta>, table: Option<&'static str>) -> Option<RelationMeta> {
    Some(RelationMeta {
        kind: RelationKind::ForeignKey,
        target,
        table,
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
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
