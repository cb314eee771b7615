//! A live database's catalogues to a schema.
//!
//! Read are the tables of the connection's current database. Columns of types that umbral does not know, indexes that
//! are no B-trees or hold other parts of values than umbral's own, and the indexes that follow from a table by themselves
//! are not part of it.

mod queries;

use super::MySql;
use super::expr::{reported, unescaped};
use super::implied::is_implied;
use super::normalize::comparable;
use super::release::Family;
use super::text::identifier;
use super::types::{self, key_length};
use crate::backend::standard::rows::{Cell, fetch_cells};
use crate::backend::{
    BackendFeature, BoxFuture, Connection, DatabaseBackend, Introspector, LiveCatalog, LiveColumn,
    LiveObject, LiveObjectKind, Statement,
};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::expr::Literal;
use crate::schema::{
    Column, Constraint, ConstraintKind, Expr, ForeignKey, Generated, Index, IndexColumn, ReferentialAction,
    Schema, SortOrder, SqlType, Table,
};
use std::collections::BTreeSet;

impl Introspector for MySql {
    fn introspect<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move {
            let checks = rows(connection, self.checks_query()).await?;
            let of_columns = OwnChecks::of(&checks)?;
            let mut schema = Schema::default();
            for row in &rows(connection, queries::COLUMNS).await? {
                self.add_column(&mut schema, &Fields(row), &of_columns)?;
            }
            for row in &checks {
                self.add_check(&mut schema, &Fields(row))?;
            }
            for row in &rows(connection, queries::FOREIGN_KEYS).await? {
                add_foreign_key(&mut schema, &Fields(row))?;
            }
            let expressions = self.supports(BackendFeature::ExpressionIndexes);
            let query = if expressions { queries::INDEXES_WITH_EXPRESSIONS } else { queries::INDEXES };
            self.add_indexes(&mut schema, &rows(connection, query).await?)?;
            Ok(Schema::new(schema.tables.into_values().map(comparable)))
        })
    }

    fn live_catalog<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<LiveCatalog>> {
        Box::pin(async move {
            let mut catalog = LiveCatalog::default();
            for row in &rows(connection, queries::COLUMNS).await? {
                self.add_live_column(&mut catalog, &Fields(row))?;
            }
            for row in &rows(connection, queries::UNIQUE_INDEXES).await? {
                add_unique_index(&mut catalog, &Fields(row))?;
            }
            for row in &rows(connection, queries::OBJECTS).await? {
                catalog.objects.push(live_object(&Fields(row))?);
            }
            Ok(catalog)
        })
    }
}

async fn rows(connection: &mut dyn Connection, query: &str) -> Result<Vec<Vec<Cell>>> {
    fetch_cells(connection, Statement::new(query)).await
}

/// The values of one row of a catalogue query.
struct Fields<'r>(&'r [Cell]);

impl Fields<'_> {
    fn text(&self, at: usize) -> Result<&str> {
        self.optional(at).ok_or_else(|| unexpected(at))
    }

    fn optional(&self, at: usize) -> Option<&str> {
        self.0.get(at).and_then(Cell::text)
    }

    fn number(&self, at: usize) -> Option<i64> {
        self.0.get(at).and_then(Cell::integer)
    }

    fn flag(&self, at: usize) -> Result<bool> {
        self.number(at).map(|value| value != 0).ok_or_else(|| unexpected(at))
    }
}

#[cold]
fn unexpected(at: usize) -> Error {
    Error::new(ErrorKind::Internal, format!("information_schema gave another value than expected at {at}"))
}

impl MySql {
    /// The server's own text of an expression, read.
    fn expression(&self, text: &str) -> Expr {
        match self.release.family {
            Family::MySql => reported(&unescaped(text)),
            Family::MariaDb => reported(text),
        }
    }

    fn checks_query(&self) -> &'static str {
        match self.release.family {
            Family::MySql => queries::CHECKS,
            Family::MariaDb => queries::CHECKS_WITH_LEVEL,
        }
    }

    fn add_column(&self, schema: &mut Schema, row: &Fields<'_>, checks: &OwnChecks) -> Result<()> {
        let table = row.text(0)?;
        let table = schema.tables.entry(table.to_owned()).or_insert_with(|| Table::new(table));
        table.comment = row.optional(8).filter(|comment| !comment.is_empty()).map(str::to_owned);
        let Some(name) = row.optional(1) else { return Ok(()) };
        let place = (table.name.clone(), name.to_owned());
        let checked = checks.json.contains(&place);
        let Some(ty) = types::parse_type(row.text(2)?, checked) else { return Ok(()) };
        let extra = Extra::of(row.text(4)?);
        let default = match row.optional(5) {
            // What MariaDB says of a column without a default that is set ON UPDATE.
            Some(text) if text.trim_start_matches('\'').starts_with("0000-00-00") => None,
            Some(text) if !extra.generated => Some(self.default_of(text, &ty, &extra)),
            _ => None,
        };
        let generated = row.optional(9).filter(|text| extra.generated && !text.is_empty());
        let generated =
            generated.map(|text| Generated { expr: self.expression(text), stored: !extra.is_virtual });
        let nullable = row.flag(3)? && !(generated.is_some() && checks.not_null.contains(&place));
        let identity = extra.identity;
        let own = types::collation(self);
        let collation = row.optional(6).filter(|name| *name != own && types::is_text(&ty)).map(str::to_owned);
        let comment = row.optional(7).filter(|comment| !comment.is_empty()).map(str::to_owned);
        let column =
            Column { nullable, identity, default, generated, collation, comment, ..Column::new(name, ty) };
        table.columns.insert(column.name.clone(), column);
        Ok(())
    }

    /// MariaDB gives every default as an expression, MySQL constants as they are stored.
    fn default_of(&self, text: &str, ty: &SqlType, extra: &Extra) -> Expr {
        if self.release.family == Family::MariaDb || extra.default_is_expression {
            return self.expression(text);
        }
        let number = Literal::number(text).filter(|_| {
            !matches!(
                ty,
                SqlType::Char(_)
                    | SqlType::Varchar(_)
                    | SqlType::Enum(_)
                    | SqlType::Date
                    | SqlType::Time
                    | SqlType::Timestamp
                    | SqlType::Uuid
            )
        });
        number.map_or_else(|| Expr::text(text), Expr::Literal)
    }

    /// A check that belongs to a column is a part of it, as that of JSON is.
    fn add_check(&self, schema: &mut Schema, row: &Fields<'_>) -> Result<()> {
        let Some(table) = schema.tables.get_mut(row.text(0)?) else { return Ok(()) };
        if !row.flag(3)? {
            let check = Constraint::check(row.text(1)?, self.expression(row.text(2)?));
            table.constraints.insert(check.name.clone(), check);
        }
        Ok(())
    }

    fn add_indexes(&self, schema: &mut Schema, rows: &[Vec<Cell>]) -> Result<()> {
        let mut unknown: BTreeSet<(String, String)> = BTreeSet::new();
        for row in rows {
            let row = Fields(row);
            let Some(table) = schema.tables.get_mut(row.text(0)?) else { continue };
            let name = row.text(1)?.to_owned();
            if name == "PRIMARY" {
                table.primary_key.extend(row.optional(3).map(str::to_owned));
                continue;
            }
            let Some(key) = self.index_key(table, &row)? else {
                unknown.insert((table.name.clone(), name));
                continue;
            };
            let unique = row.flag(2)?;
            let index = || Index { unique, ..Index::new(&name, [] as [&str; 0]) };
            table.indexes.entry(name.clone()).or_insert_with(index).columns.push(key);
        }
        for table in schema.tables.values_mut() {
            let reference = table.clone();
            table.indexes.retain(|name, index| {
                !unknown.contains(&(reference.name.clone(), name.clone())) && !is_implied(&reference, index)
            });
        }
        Ok(())
    }

    /// One key of an index; `None` for what an index of umbral's does not hold.
    fn index_key(&self, table: &Table, row: &Fields<'_>) -> Result<Option<IndexColumn>> {
        let order = if row.flag(4)? { SortOrder::Descending } else { SortOrder::Ascending };
        let expr = match (row.optional(3), row.optional(6)) {
            (Some(name), _) => {
                let Some(column) = table.column(name) else { return Ok(None) };
                let length = row.number(5).and_then(|length| u32::try_from(length).ok());
                if length != key_length(&column.ty) {
                    return Ok(None);
                }
                Expr::column(name)
            }
            (None, Some(expression)) => self.expression(expression),
            (None, None) => return Ok(None),
        };
        Ok(Some(IndexColumn { order, ..IndexColumn::new(expr) }))
    }

    fn add_live_column(&self, catalog: &mut LiveCatalog, row: &Fields<'_>) -> Result<()> {
        let (table, Some(name)) = (row.text(0)?, row.optional(1)) else { return Ok(()) };
        let extra = Extra::of(row.text(4)?);
        let own = types::collation(self);
        let column = LiveColumn {
            collation: row.optional(6).filter(|collation| *collation != own).map(str::to_owned),
            comment: row.optional(7).filter(|comment| !comment.is_empty()).map(str::to_owned),
            on_update: extra.on_update,
            generated: extra.generated,
        };
        if column != LiveColumn::default() {
            catalog.columns.entry(table.to_owned()).or_default().insert(name.to_owned(), column);
        }
        Ok(())
    }
}

/// The columns, with their tables, of which a check of their own says what their definition has no word for.
#[derive(Default)]
struct OwnChecks {
    /// Those that are JSON.
    json: BTreeSet<(String, String)>,
    /// Generated ones that do not accept NULL.
    not_null: BTreeSet<(String, String)>,
}

impl OwnChecks {
    /// A check is called as its column was first, and its condition holds the present name.
    fn of(rows: &[Vec<Cell>]) -> Result<OwnChecks> {
        let mut checks = OwnChecks::default();
        for row in rows {
            let row = Fields(row);
            if !row.flag(3).unwrap_or(false) {
                continue;
            }
            let (table, condition) = (row.text(0)?, row.text(2)?);
            let column = |before: &str, behind: &str| {
                let name = condition.strip_prefix(before)?.strip_suffix(behind)?;
                Some((table.to_owned(), name.replace("``", "`")))
            };
            checks.json.extend(column("json_valid(`", "`)"));
            checks.not_null.extend(column("`", "` is not null"));
        }
        Ok(checks)
    }
}

/// What `information_schema.columns.extra` says in words.
struct Extra {
    identity: bool,
    generated: bool,
    is_virtual: bool,
    default_is_expression: bool,
    on_update: Option<String>,
}

impl Extra {
    fn of(text: &str) -> Extra {
        let lower = text.to_ascii_lowercase();
        let word = |word: &str| lower.split([' ', ',']).any(|other| other == word);
        Extra {
            identity: word("auto_increment"),
            is_virtual: word("virtual"),
            generated: word("virtual") || word("stored") || word("persistent"),
            default_is_expression: word("default_generated"),
            on_update: lower.split_once("on update ").map(|(_, rest)| rest.trim().to_owned()),
        }
    }
}

/// One column of a foreign key; those of several columns come as several rows, in order.
fn add_foreign_key(schema: &mut Schema, row: &Fields<'_>) -> Result<()> {
    let Some(table) = schema.tables.get_mut(row.text(0)?) else { return Ok(()) };
    let name = row.text(1)?;
    if !table.constraints.contains_key(name) {
        let key = ForeignKey {
            columns: Vec::new(),
            table: row.text(3)?.to_owned(),
            references: Vec::new(),
            on_delete: action(row.text(5)?),
            on_update: action(row.text(6)?),
            deferrable: None,
        };
        table.constraints.insert(name.to_owned(), Constraint::foreign_key(name, key));
    }
    if let Some(ConstraintKind::ForeignKey(key)) =
        table.constraints.get_mut(name).map(|constraint| &mut constraint.kind)
    {
        key.columns.push(row.text(2)?.to_owned());
        key.references.push(row.text(4)?.to_owned());
    }
    Ok(())
}

fn action(rule: &str) -> ReferentialAction {
    match rule {
        "RESTRICT" => ReferentialAction::Restrict,
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull,
        "SET DEFAULT" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

/// One key of a unique index.
fn add_unique_index(catalog: &mut LiveCatalog, row: &Fields<'_>) -> Result<()> {
    let indexes = catalog.unique_indexes.entry(row.text(0)?.to_owned()).or_default();
    indexes.entry(row.text(1)?.to_owned()).or_default().push(row.text(2)?.to_owned());
    Ok(())
}

fn live_object(row: &Fields<'_>) -> Result<LiveObject> {
    let (name, table, body) = (row.text(1)?, row.text(2)?, row.optional(3).unwrap_or_default());
    let (kind, sql) = if row.text(0)? == "view" {
        (LiveObjectKind::View, format!("CREATE VIEW {} AS {body}", identifier(name)))
    } else {
        let (timing, event) = (row.text(4)?, row.text(5)?);
        let (name, table) = (identifier(name), identifier(table));
        let sql = format!("CREATE TRIGGER {name} {timing} {event} ON {table} FOR EACH ROW {body}");
        (LiveObjectKind::Trigger, sql)
    };
    Ok(LiveObject { kind, name: name.to_owned(), table: table.to_owned(), sql, broken: false })
}
