//! A live database's catalogues to a schema.
//!
//! Read are the tables of the connection's current schema. Columns of types that umbral does not know and constraints
//! that exclude rows by them, indexes of methods that an extension brings and indexes that are not valid, such as an
//! interrupted `CREATE INDEX CONCURRENTLY` leaves behind, are not part of it.

mod queries;

use super::normalize::{found, normalize};
use super::{Postgres, range, types};
use crate::backend::standard::rows::{Cell, fetch_cells};
use crate::backend::{
    BoxFuture, Connection, Introspector, LiveCatalog, LiveObject, LiveObjectKind, Statement,
};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{
    CheckConstraint, Constraint, ConstraintKind, Deferrable, EnumType, ExclusionConstraint, ExclusionElement,
    Expr, ForeignKey, Generated, Index, IndexColumn, IndexMethod, NullsOrder, ReferentialAction, Schema,
    SortOrder, SqlType, Table, UniqueConstraint, enum_labels,
};

impl Introspector for Postgres {
    fn introspect<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move {
            let mut schema = Schema::default();
            for row in fetch_cells(connection, Statement::new(queries::COLUMNS)).await? {
                add_column(&mut schema, &Fields(&row))?;
            }
            for row in fetch_cells(connection, Statement::new(queries::CONSTRAINTS)).await? {
                add_constraint(&mut schema, &Fields(&row))?;
            }
            schema.tables.values_mut().for_each(range::recognise);
            for row in fetch_cells(connection, Statement::new(queries::INDEXES)).await? {
                add_index_key(&mut schema, &Fields(&row))?;
            }
            schema.tables.values_mut().for_each(drop_unknown_exclusions);
            Ok(normalize(&schema))
        })
    }

    fn live_catalog<'a>(&'a self, connection: &'a mut dyn Connection) -> BoxFuture<'a, Result<LiveCatalog>> {
        Box::pin(async move {
            let mut catalog = LiveCatalog::default();
            for row in fetch_cells(connection, Statement::new(queries::OBJECTS)).await? {
                catalog.objects.push(live_object(&Fields(&row))?);
            }
            Ok(catalog)
        })
    }
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

    fn flag(&self, at: usize) -> Result<bool> {
        self.0.get(at).and_then(Cell::integer).map(|value| value != 0).ok_or_else(|| unexpected(at))
    }
}

#[cold]
fn unexpected(at: usize) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!("PostgreSQL's catalogue gave another value than expected at {at}"),
    )
}

fn add_column(schema: &mut Schema, row: &Fields<'_>) -> Result<()> {
    let table = row.text(0)?;
    let table = schema.tables.entry(table.to_owned()).or_insert_with(|| Table::new(table));
    table.comment = row.optional(8).map(str::to_owned);
    let Some(name) = row.optional(1) else { return Ok(()) };
    let ty = match row.optional(11) {
        Some(labels) => enum_of(row.text(2)?, labels),
        None => types::parse_type(row.text(2)?),
    };
    let Some(ty) = ty else { return Ok(()) };
    let (nullable, identity) = (row.flag(3)?, row.flag(4)?);
    let mut column = found(name.to_owned(), ty, nullable, identity, row.optional(5));
    column.collation = row.optional(6).map(str::to_owned);
    column.comment = row.optional(7).map(str::to_owned);
    if let Some(text) = row.optional(9) {
        column.generated = Some(Generated { expr: Expr::reported(text), stored: row.flag(10)? });
    }
    table.columns.insert(column.name.clone(), column);
    Ok(())
}

/// The type of a column of an enum, or of an array of one. Its own name is told by `format_type`, quoted where it has to be.
fn enum_of(name: &str, labels: &str) -> Option<SqlType> {
    if let Some(element) = name.strip_suffix("[]") {
        return enum_of(element, labels).map(|element| SqlType::Array(Box::new(element)));
    }
    let unquoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = unquoted.map_or_else(|| name.to_owned(), |inner| inner.replace("\"\"", "\""));
    enum_labels(labels).map(|labels| EnumType { name, labels }.into())
}

/// One column of a constraint; those of several columns come as several rows, in order.
fn add_constraint(schema: &mut Schema, row: &Fields<'_>) -> Result<()> {
    let Some(table) = schema.tables.get_mut(row.text(0)?) else { return Ok(()) };
    let (name, kind) = (row.text(1)?, row.text(2)?);
    let column = row.optional(3);
    if kind == "p" {
        table.primary_key.extend(column.map(str::to_owned));
        return Ok(());
    }
    if !table.constraints.contains_key(name) {
        let constraint = Constraint { name: name.to_owned(), kind: constraint_kind(kind, row)? };
        table.constraints.insert(name.to_owned(), constraint);
    }
    match table.constraints.get_mut(name).map(|constraint| &mut constraint.kind) {
        Some(ConstraintKind::Unique(unique)) => unique.columns.extend(column.map(str::to_owned)),
        Some(ConstraintKind::ForeignKey(key)) => {
            key.columns.extend(column.map(str::to_owned));
            key.references.extend(row.optional(6).map(str::to_owned));
        }
        Some(ConstraintKind::Check(_) | ConstraintKind::Exclusion(_)) | None => {}
    }
    Ok(())
}

fn constraint_kind(kind: &str, row: &Fields<'_>) -> Result<ConstraintKind> {
    Ok(match kind {
        "u" => ConstraintKind::Unique(UniqueConstraint {
            nulls_not_distinct: row.flag(11)?,
            deferrable: deferrable(row, 9)?,
            ..UniqueConstraint::new([] as [&str; 0])
        }),
        "c" => ConstraintKind::Check(CheckConstraint { expr: Expr::reported(row.text(4)?) }),
        _ => ConstraintKind::ForeignKey(ForeignKey {
            columns: Vec::new(),
            table: row.text(5)?.to_owned(),
            references: Vec::new(),
            on_delete: action(row.text(7)?),
            on_update: action(row.text(8)?),
            deferrable: deferrable(row, 9)?,
        }),
    })
}

/// `at`: where the row says whether it can be deferred; whether it is follows.
fn deferrable(row: &Fields<'_>, at: usize) -> Result<Option<Deferrable>> {
    Ok(match (row.flag(at)?, row.flag(at + 1)?) {
        (false, _) => None,
        (true, false) => Some(Deferrable::InitiallyImmediate),
        (true, true) => Some(Deferrable::InitiallyDeferred),
    })
}

fn action(code: &str) -> ReferentialAction {
    match code {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

/// One key of an index, or of the constraint that excludes rows by it; those of several keys come as several rows, in
/// order.
fn add_index_key(schema: &mut Schema, row: &Fields<'_>) -> Result<()> {
    let Some(table) = schema.tables.get_mut(row.text(0)?) else { return Ok(()) };
    let (name, is_carried) = (row.text(1)?, row.flag(9)?);
    let predicate = row.optional(3).map(Expr::reported);
    let method = row.text(8)?.parse().unwrap_or_default();
    if row.flag(12)? {
        // What the index of a constraint carries beside its keys changes nothing of what it demands.
        return if is_carried { Ok(()) } else { add_exclusion(table, name, method, predicate, row) };
    }
    let made = Index {
        unique: row.flag(2)?,
        predicate,
        method,
        nulls_not_distinct: row.flag(10)?,
        ..Index::new(name, [] as [&str; 0])
    };
    let index = table.indexes.entry(name.to_owned()).or_insert(made);
    if is_carried {
        index.include.extend(row.optional(4).map(str::to_owned));
    } else {
        index.columns.push(index_key(method, row)?);
    }
    Ok(())
}

fn index_key(method: IndexMethod, row: &Fields<'_>) -> Result<IndexColumn> {
    let expr = match row.optional(4) {
        Some(column) => Expr::column(column),
        None => Expr::reported(row.text(5)?),
    };
    let mut key = IndexColumn { class: row.optional(11).map(str::to_owned), ..IndexColumn::new(expr) };
    if method.sorts() {
        key.order = if row.flag(6)? { SortOrder::Descending } else { SortOrder::Ascending };
        key.nulls = Some(if row.flag(7)? { NullsOrder::First } else { NullsOrder::Last });
    }
    Ok(key)
}

fn add_exclusion(
    table: &mut Table,
    name: &str,
    method: IndexMethod,
    predicate: Option<Expr>,
    row: &Fields<'_>,
) -> Result<()> {
    let operator = row.text(13)?.parse().map_err(|error: String| Error::new(ErrorKind::Internal, error))?;
    let element = ExclusionElement { key: index_key(method, row)?, operator };
    let made = ExclusionConstraint {
        method,
        predicate,
        deferrable: deferrable(row, 14)?,
        ..ExclusionConstraint::new([])
    };
    let constraint = table.constraints.entry(name.to_owned());
    let constraint = constraint.or_insert_with(|| Constraint::exclusion(name, made));
    if let ConstraintKind::Exclusion(exclusion) = &mut constraint.kind {
        exclusion.elements.push(element);
    }
    Ok(())
}

/// Leaves out the constraints that exclude rows by columns of types that umbral does not know.
fn drop_unknown_exclusions(table: &mut Table) {
    let columns = &table.columns;
    table.constraints.retain(|_, constraint| match &constraint.kind {
        ConstraintKind::Exclusion(exclusion) => {
            exclusion.exprs().flat_map(Expr::columns).all(|name| columns.contains_key(name))
        }
        _ => true,
    });
}

fn live_object(row: &Fields<'_>) -> Result<LiveObject> {
    let kind = match row.text(0)? {
        "index" => LiveObjectKind::Index,
        "trigger" => LiveObjectKind::Trigger,
        _ => LiveObjectKind::View,
    };
    Ok(LiveObject {
        kind,
        name: row.text(1)?.to_owned(),
        table: row.text(2)?.to_owned(),
        sql: row.optional(3).unwrap_or_default().to_owned(),
        // PostgreSQL refuses to drop what a view or a trigger needs.
        broken: false,
    })
}
