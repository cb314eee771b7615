//! Features, observed by behaviour and held against what the backend claims, both ways.

mod alter;
mod columns;
mod constraints;
mod indexes;
mod locks;
mod statements;

use super::live::Live;
use super::{Observed, contradiction};
use crate::TestDatabase;
use std::future::Future;
use std::pin::Pin;
use umbral_core::backend::BackendFeature;
use umbral_core::error::Error;
use umbral_core::schema::SqlType;
use umbral_core::value::Value;

/// A claimed feature is there, and one that is not claimed is really not.
pub(super) async fn are_what_they_claim(database: &TestDatabase) {
    let driver = database.connect().await;
    let backend = std::sync::Arc::clone(driver.backend());
    driver.close().await;
    let mut wrong = Vec::new();
    for feature in BackendFeature::ALL {
        let observed = observe(*feature, database).await;
        wrong.extend(contradiction(*feature, backend.supports(*feature), &observed));
    }
    assert!(wrong.is_empty(), "{} {}: {}", backend.name(), backend.version(), wrong.join("\n"));
}

/// Tries a feature out on a database: what is stored, read back with its type, enforced, rolled back.
///
/// Leaves tables behind whose names begin with the feature's.
///
/// # Panics
/// For a feature that nobody has described the behaviour of.
pub async fn observe(feature: BackendFeature, database: &TestDatabase) -> Observed {
    let live = Live::on(database).await;
    let trial = Trial { live, name: feature.name() };
    let outcome = behaviour(feature)(&trial).await;
    trial.live.close().await;
    match outcome {
        Ok(()) => Observed::Present,
        Err(Absent(reason)) => Observed::Absent(reason),
    }
}

type Behaviour = for<'a> fn(&'a Trial) -> Pin<Box<dyn Future<Output = Outcome> + 'a>>;

macro_rules! behaviours {
    ($($feature:ident = $try_it:path;)*) => {
        fn behaviour(feature: BackendFeature) -> Behaviour {
            match feature {
                $(BackendFeature::$feature => |trial| Box::pin($try_it(trial)),)*
                other => panic!("the contract does not describe the behaviour of {}", other.name()),
            }
        }
    };
}

behaviours! {
    InsertReturning = statements::insert_returning;
    UpdateReturning = statements::update_returning;
    UpsertOnConflict = statements::upsert_on_conflict;
    WindowFunctions = statements::window_functions;
    CommonTableExpressions = statements::common_table_expressions;
    JsonFunctions = statements::json_functions;
    ExactJsonNumbers = columns::exact_json_numbers;
    FullTextSearch = statements::full_text_search;
    ArrayColumns = columns::arrays;
    HStoreColumns = columns::hstore;
    JsonbColumns = columns::jsonb;
    CidrInet = columns::inet;
    UuidNative = columns::uuid;
    Boolean = columns::boolean;
    DecimalNative = columns::decimal;
    TemporalNative = columns::temporal;
    VarcharLength = columns::varchar_length;
    ExpressionDefaults = columns::expression_defaults;
    GeneratedColumns = columns::generated_stored;
    VirtualGeneratedColumns = columns::generated_virtual;
    VirtualGeneratedIndexes = indexes::over_virtual_columns;
    VirtualGeneratedUserTypes = columns::generated_over_enum;
    Comments = columns::comments;
    TransactionalDdl = alter::transactional_ddl;
    AlterColumn = alter::alter_column;
    AlterConstraint = alter::alter_constraint;
    RenameColumn = alter::rename_column;
    PartialIndexes = indexes::partial;
    ExpressionIndexes = indexes::over_expressions;
    DescendingIndexes = indexes::descending;
    CoveringIndexes = indexes::covering;
    IndexNullsOrder = indexes::nulls_order;
    IndexMethods = indexes::methods;
    OperatorClasses = indexes::classes;
    ConcurrentIndexes = indexes::concurrent;
    NullsNotDistinct = constraints::nulls_not_distinct;
    CheckConstraints = constraints::checks;
    ForeignKeys = constraints::foreign_keys;
    DeferrableConstraints = constraints::deferrable;
    DeferrableUnique = constraints::deferrable_unique;
    ExclusionConstraints = constraints::exclusion;
    Savepoints = locks::savepoints;
    AdvisoryLocks = locks::advisory;
    RowLocks = locks::rows;
}

/// Why a behaviour is not there.
struct Absent(String);

type Outcome = Result<(), Absent>;

impl From<Error> for Absent {
    fn from(error: Error) -> Absent {
        Absent(error.to_string())
    }
}

/// A feature that is being tried out.
struct Trial {
    live: Live,
    name: &'static str,
}

impl Trial {
    /// A table's name that no other feature's trial has.
    fn table(&self, suffix: &str) -> String {
        format!("{}_{suffix}", self.name)
    }

    async fn run(&self, sql: impl AsRef<str>) -> Result<u64, Absent> {
        Ok(self.live.execute(sql.as_ref()).await?)
    }

    /// Runs the first of these spellings of one statement that the database takes.
    async fn run_either(&self, spellings: &[String]) -> Result<u64, Absent> {
        let mut refused = Absent("no spelling".to_owned());
        for sql in spellings {
            match self.run(sql).await {
                Ok(rows) => return Ok(rows),
                Err(absent) => refused = absent,
            }
        }
        Err(refused)
    }

    /// The first of these spellings of one query that the database takes gives this one value, in text.
    async fn gives_either(&self, spellings: &[String], expected: &str) -> Outcome {
        let mut refused = Absent("no spelling".to_owned());
        for sql in spellings {
            match self.gives(sql, expected).await {
                Ok(()) => return Ok(()),
                Err(absent) => refused = absent,
            }
        }
        Err(refused)
    }

    /// The statement must fail.
    async fn refuses(&self, sql: impl AsRef<str>) -> Outcome {
        match self.live.execute(sql.as_ref()).await {
            Ok(_) => Err(Absent(format!("accepted: {}", sql.as_ref()))),
            Err(_) => Ok(()),
        }
    }

    /// The rows of a query, with the types that the database itself reports.
    async fn rows(&self, sql: impl AsRef<str>) -> Result<Vec<Vec<Value>>, Absent> {
        Ok(self.live.rows(sql.as_ref(), &[]).await?)
    }

    /// The query gives this one value, in text.
    async fn gives(&self, sql: impl AsRef<str>, expected: &str) -> Outcome {
        let rows = self.rows(sql.as_ref()).await?;
        let shown: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(text_of).collect()).collect();
        same(&shown, &vec![vec![expected.to_owned()]], sql.as_ref())
    }

    /// The query gives this one value of a type that it is told.
    async fn gives_as(&self, sql: impl AsRef<str>, ty: SqlType, expected: Value) -> Outcome {
        let rows = self.live.rows(sql.as_ref(), &[ty]).await?;
        same(&rows, &vec![vec![expected]], sql.as_ref())
    }

    /// The query gives this one value, of this very type.
    async fn gives_value(&self, sql: impl AsRef<str>, expected: Value) -> Outcome {
        same(&self.rows(sql.as_ref()).await?, &vec![vec![expected]], sql.as_ref())
    }
}

fn same<T: PartialEq + std::fmt::Debug>(seen: &T, expected: &T, what: &str) -> Outcome {
    if seen == expected { Ok(()) } else { Err(Absent(format!("{what} gave {seen:?}, not {expected:?}"))) }
}

/// A value's text, in which one database's 64-bit sum is another's decimal.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::SmallInt(number) => number.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::BigInt(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) | Value::Json(text) => text.clone(),
        other => format!("{other:?}"),
    }
}
