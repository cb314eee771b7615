//! `features`: what databases can do, side by side.

use crate::args::FeaturesArgs;
use crate::exit::Failure;
use crate::output::{GOOD, Output};
use crate::session::Session;
use crate::signals;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use umbral_core::backend::{Access, BackendFeature, DatabaseBackend};
use umbral_core::schema::{EnumType, RangeKind, SqlType};

/// Shows what the connected server supports, or the backends of `--backend`.
pub(crate) fn features(
    session: &Session<'_>,
    args: &FeaturesArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let backends: Vec<Arc<dyn DatabaseBackend>> = if args.backend.is_empty() {
        vec![signals::run(connected(session))?]
    } else {
        let named = args.backend.iter().map(|name| session.app.backends().by_name(name));
        named.collect::<Result<_, _>>()?
    };
    let matrix = Matrix::of(&backends);
    for table in [matrix.feature_table(), matrix.type_table()] {
        output.line(format_args!("{table}\n"))?;
    }
    output.json(&matrix)?;
    Ok(())
}

async fn connected(session: &Session<'_>) -> Result<Arc<dyn DatabaseBackend>, Failure> {
    let driver = session.connect(Access::Existing).await?;
    let backend = Arc::clone(driver.backend());
    driver.close().await;
    Ok(backend)
}

/// What backends can do, in columns.
#[derive(Serialize)]
struct Matrix {
    backends: Vec<Abilities>,
}

/// What one backend can do.
#[derive(Serialize)]
struct Abilities {
    name: &'static str,
    version: String,
    identifier_bytes: Option<usize>,
    bind_parameters: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement_bytes: Option<u64>,
    features: BTreeMap<&'static str, bool>,
    /// How it stores each type; absent where it cannot.
    types: BTreeMap<String, Option<String>>,
}

impl Matrix {
    fn of(backends: &[Arc<dyn DatabaseBackend>]) -> Matrix {
        Matrix { backends: backends.iter().map(|backend| Abilities::of(backend.as_ref())).collect() }
    }

    fn headed(&self, first: &str) -> Table {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        let names = self.backends.iter().map(|backend| format!("{} {}", backend.name, backend.version));
        table.set_header(std::iter::once(first.to_owned()).chain(names));
        table
    }

    fn feature_table(&self) -> Table {
        let mut table = self.headed("feature");
        for feature in BackendFeature::ALL {
            let cells = self.backends.iter().map(|backend| match backend.features.get(feature.name()) {
                Some(true) => format!("{GOOD}yes{GOOD:#}"),
                _ => "–".to_owned(),
            });
            table.add_row(std::iter::once(feature.description().to_owned()).chain(cells));
        }
        table
    }

    fn type_table(&self) -> Table {
        let mut table = self.headed("type");
        for ty in types() {
            let cells = self.backends.iter().map(|backend| {
                let name = backend.types.get(&ty.to_string()).and_then(Option::as_deref);
                name.unwrap_or("–").to_owned()
            });
            table.add_row(std::iter::once(ty.to_string()).chain(cells));
        }
        table
    }
}

impl Abilities {
    fn of(backend: &dyn DatabaseBackend) -> Abilities {
        let limits = backend.limits();
        Abilities {
            name: backend.name(),
            version: backend.version().to_string(),
            identifier_bytes: limits.identifier_bytes,
            bind_parameters: limits.bind_parameters,
            statement_bytes: limits.statement_bytes,
            features: BackendFeature::ALL.iter().map(|f| (f.name(), backend.supports(*f))).collect(),
            types: types().map(|ty| (ty.to_string(), backend.type_name(&ty).ok())).collect(),
        }
    }
}

/// One of each sort of type.
fn types() -> impl Iterator<Item = SqlType> {
    [
        SqlType::SmallInt,
        SqlType::Integer,
        SqlType::BigInt,
        SqlType::Real,
        SqlType::Double,
        SqlType::Boolean,
        SqlType::Decimal { precision: 10, scale: 2 },
        SqlType::Varchar(80),
        SqlType::Text,
        SqlType::Bytes,
        SqlType::Date,
        SqlType::Time,
        SqlType::Timestamp,
        SqlType::TimestampTz,
        SqlType::Uuid,
        SqlType::UInt8,
        SqlType::UInt16,
        SqlType::UInt32,
        SqlType::UInt64,
        SqlType::Char(2),
        SqlType::Interval,
        SqlType::Inet,
        SqlType::Cidr,
        SqlType::MacAddr,
        SqlType::Bit(8),
        SqlType::Json,
        SqlType::Range(RangeKind::Integer),
        SqlType::Range(RangeKind::TimestampTz),
        SqlType::Hstore,
        SqlType::Ltree,
        SqlType::Xml,
        SqlType::TsVector,
        EnumType::new("mood", ["calm", "wild"]).into(),
        SqlType::Array(Box::new(SqlType::Integer)),
    ]
    .into_iter()
}
