//! A live SQLite to a schema.

use super::quote;
use super::read::schema_of;
use crate::backend::standard::rows::{Cell, fetch_cells};
use crate::backend::{
    BoxFuture, Connection, Introspector, LiveCatalog, LiveObject, LiveObjectKind, Statement,
};
use crate::error::{ErrorKind, Result};
use crate::schema::Schema;

/// Reads SQLite's schema table.
#[derive(Debug, Clone, Copy)]
pub(super) struct SqliteIntrospector;

/// Ordinary tables only: virtual tables and the shadow tables behind them belong to their module.
const TABLES: &str = "SELECT s.name, s.sql FROM sqlite_schema AS s JOIN pragma_table_list AS l \
                      ON l.schema = 'main' AND l.name = s.name \
                      WHERE s.type = 'table' AND l.type = 'table' AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                      AND s.sql IS NOT NULL ORDER BY s.rowid";

const OBJECTS: &str = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema \
                       WHERE type IN ('index', 'trigger', 'view') ORDER BY rowid";

impl Introspector for SqliteIntrospector {
    fn introspect<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move { schema_of(&catalog(connection).await?) })
    }

    fn live_catalog<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<LiveCatalog>> {
        Box::pin(async move {
            let mut catalog = catalog(connection).await?;
            mark_broken(connection, &mut catalog).await?;
            Ok(catalog)
        })
    }
}

async fn catalog(connection: &mut dyn Connection) -> Result<LiveCatalog> {
    let mut catalog = LiveCatalog::default();
    for row in fetch_cells(connection, Statement::new(TABLES)).await? {
        if let [Cell::Text(name), Cell::Text(sql)] = row.as_slice() {
            catalog.tables.insert(name.clone(), sql.clone());
        }
    }
    for row in fetch_cells(connection, Statement::new(OBJECTS)).await? {
        let [Cell::Text(kind), Cell::Text(name), Cell::Text(table), Cell::Text(sql)] = row.as_slice() else {
            continue;
        };
        let kind = match kind.as_str() {
            "index" => LiveObjectKind::Index,
            "trigger" => LiveObjectKind::Trigger,
            _ => LiveObjectKind::View,
        };
        let (name, table, sql) = (name.clone(), table.clone(), sql.clone());
        catalog.objects.push(LiveObject { kind, name, table, sql, broken: false });
    }
    Ok(catalog)
}

/// Finds views and triggers that name what is no longer there: SQLite would refuse to rename anything at all while
/// they stand.
async fn mark_broken(connection: &mut dyn Connection, catalog: &mut LiveCatalog) -> Result<()> {
    for object in &mut catalog.objects {
        let probes = match object.kind {
            LiveObjectKind::Index => continue,
            LiveObjectKind::View => {
                vec![format!("EXPLAIN SELECT * FROM {}", quote::identifier(&object.name))]
            }
            // Compiling a change of the table compiles its triggers.
            LiveObjectKind::Trigger => trigger_probes(&object.table, connection).await?,
        };
        for probe in probes {
            let outcome = fetch_cells(connection, Statement::new(probe)).await;
            object.broken |= matches!(&outcome, Err(error) if error.kind() == ErrorKind::Statement);
        }
    }
    Ok(())
}

async fn trigger_probes(table: &str, connection: &mut dyn Connection) -> Result<Vec<String>> {
    let columns =
        Statement::new(format!("SELECT name FROM pragma_table_info({}) ORDER BY cid", quote::text(table)));
    let rows = fetch_cells(connection, columns).await?;
    let sets: Vec<String> = rows
        .iter()
        .filter_map(|row| row.first()?.text())
        .map(|column| format!("{0} = {0}", quote::identifier(column)))
        .collect();
    let table = quote::identifier(table);
    let mut probes = vec![format!("EXPLAIN DELETE FROM {table}")];
    if !sets.is_empty() {
        probes.push(format!("EXPLAIN INSERT INTO {table} DEFAULT VALUES"));
        probes.push(format!("EXPLAIN UPDATE {table} SET {}", sets.join(", ")));
    }
    Ok(probes)
}
