//! Definitions as text: columns, tables, indexes, constraints.

use super::features;
use super::implied::{implied, is_key, is_served};
use super::release::Family;
use super::text::{identifier, quoted, stored_text};
use super::{MySql, expr, types};
use crate::backend::standard::expr_type::type_of;
use crate::backend::{BackendFeature, DatabaseBackend, Dialect, ExprContext, LiveColumn, requirements};
use crate::error::{Error, Result};
use crate::schema::expr::Literal;
use crate::schema::{
    Column, Constraint, ConstraintKind, Expr, ForeignKey, Index, IndexColumn, ReferentialAction, SortOrder,
    SqlType, Table,
};

/// The bytes of an index's key in InnoDB's default row format.
const MAX_KEY_BYTES: u32 = 3072;

/// `` `a`, `b` ``.
pub(super) fn identifiers<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| identifier(name)).collect();
    quoted.join(", ")
}

/// Whether MySQL refuses the column where it stands: it reads one behind it that has an expression as its default, "Generated
/// column can refer only to generated columns defined prior to it" (error 3107).
fn reads_later_default(backend: &MySql, table: &Table, column: &Column) -> bool {
    let later = table.columns.values().skip_while(|other| other.name != column.name);
    let mut defaults = later.filter(|other| other.default.is_some());
    backend.release.family == Family::MySql && defaults.any(|other| column.reads(&other.name))
}

/// Whether a default makes a column one that no generated column before it may read, for which it has to come first.
pub(super) fn comes_first(backend: &MySql, table: &Table, column: &Column) -> bool {
    let before = table.columns.values().take_while(|other| other.name != column.name);
    let mut readers = before.filter(|other| other.reads(&column.name));
    backend.release.family == Family::MySql && column.default.is_some() && readers.next().is_some()
}

/// `CREATE TABLE` with its keys, indexes and constraints.
pub(super) fn create_table(backend: &MySql, table: &Table) -> Result<String> {
    let mut lines = Vec::new();
    let is_early =
        |column: &&Column| column.generated.is_some() && reads_later_default(backend, table, column);
    let (late, in_order): (Vec<&Column>, Vec<&Column>) = table.columns.values().partition(is_early);
    for column in in_order.into_iter().chain(late) {
        lines.push(column_definition(backend, table, column, None)?);
    }
    if !table.primary_key.is_empty() {
        lines.push(primary_key(backend, table, &table.primary_key)?);
    }
    for index in table.indexes.values().chain(&implied(table)) {
        lines.push(index_definition(backend, table, index)?);
    }
    for constraint in table.constraints.values() {
        lines.push(constraint_definition(backend, table, constraint)?);
    }
    let comment = table.comment.as_ref().map(|comment| format!(" COMMENT={}", quoted(comment)));
    Ok(format!(
        "CREATE TABLE {} (\n    {}\n) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE {}{}",
        identifier(&table.name),
        lines.join(",\n    "),
        types::collation(backend),
        comment.unwrap_or_default()
    ))
}

/// A column as it stands in `CREATE TABLE`, `ADD COLUMN` and `MODIFY`, where everything is said again that is to stay:
/// what is left out is lost. `live`: what the column carries in the database beside the schema.
pub(super) fn column_definition(
    backend: &MySql,
    table: &Table,
    column: &Column,
    live: Option<&LiveColumn>,
) -> Result<String> {
    let mut sql = format!("{} {}", identifier(&column.name), types::type_name(backend, &column.ty)?);
    if types::is_text(&column.ty) {
        let kept = || live.and_then(|live| live.collation.as_deref()).unwrap_or(types::collation(backend));
        let named = column.collation.as_ref().map(|collation| identifier(collation));
        sql.push_str(&format!(" COLLATE {}", named.unwrap_or_else(|| kept().to_owned())));
    }
    if let Some(generated) = &column.generated {
        let kept = if generated.stored { "STORED" } else { "VIRTUAL" };
        sql.push_str(&format!(" GENERATED ALWAYS AS ({}) {kept}", generated_text(backend, table, column)?));
    }
    let by_check = generated_not_null(backend, column);
    if !column.nullable && by_check.is_none() {
        sql.push_str(" NOT NULL");
    }
    if let Some(default) = &column.default {
        sql.push_str(&format!(" DEFAULT {}", default_text(backend, column, default)?));
    }
    if column.identity {
        sql.push_str(" AUTO_INCREMENT");
    }
    let updated = live.filter(|_| column.generated.is_none()).and_then(|live| live.on_update.as_ref());
    if let Some(update) = updated {
        sql.push_str(&format!(" ON UPDATE {update}"));
    }
    let kept = live.and_then(|live| live.comment.as_ref());
    if let Some(comment) = column.comment.as_ref().or(kept) {
        sql.push_str(&format!(" COMMENT {}", quoted(comment)));
    }
    if let Some(check) = by_check {
        sql.push_str(&format!(" CHECK ({check})"));
    }
    Ok(sql)
}

/// The check by which a generated column is NOT NULL where the grammar has no such word for it.
pub(super) fn generated_not_null(backend: &MySql, column: &Column) -> Option<String> {
    let needed = column.generated.is_some() && !column.nullable && backend.release.family == Family::MariaDb;
    needed.then(|| format!("{} is not null", identifier(&column.name)))
}

/// What a generated column is computed as, as its definition says it; nothing for another one.
pub(super) fn generated_text(backend: &MySql, table: &Table, column: &Column) -> Result<String> {
    let Some(generated) = &column.generated else { return Ok(String::new()) };
    backend.expr(&generated.expr, ExprContext::of(table).value(&column.ty))
}

/// A default: a constant as it is, anything else, and a constant of a type that takes none, in parentheses.
pub(super) fn default_text(backend: &MySql, column: &Column, default: &Expr) -> Result<String> {
    let sql = value_text(backend, column, default)?;
    let long = matches!(column.ty, SqlType::Text | SqlType::Bytes | SqlType::Json);
    let bytes = column.ty == SqlType::Uuid && !backend.supports(BackendFeature::UuidNative);
    // What is beyond 16 bits is kept in expressions, and cut out of the catalogue's constants.
    let beyond =
        matches!(default, Expr::Literal(Literal::Text(text)) if text.chars().any(|c| c > '\u{ffff}'));
    let plain = default.is_constant() && !(bytes || beyond);
    let null = *default == Expr::Literal(Literal::Null);
    Ok(if null || (plain && !long) { sql } else { format!("({sql})") })
}

/// An expression as a value of a column.
pub(super) fn value_text(backend: &MySql, column: &Column, value: &Expr) -> Result<String> {
    backend.expr(value, ExprContext::default().value(&column.ty))
}

/// `PRIMARY KEY (…)`.
pub(super) fn primary_key(backend: &MySql, table: &Table, columns: &[String]) -> Result<String> {
    check_key(backend, table, "the primary key", columns)?;
    Ok(format!("PRIMARY KEY ({})", identifiers(columns)))
}

/// # Errors
/// Where the columns cannot be a key: their values are too long for one.
fn check_key(backend: &MySql, table: &Table, what: &str, columns: &[String]) -> Result<()> {
    let mut bytes = 0;
    for column in columns.iter().filter_map(|name| table.column(name)) {
        types::map_key(backend, &column.ty)
            .map_err(|error| error.context(format!("{}.{} in {what}", table.name, column.name)))?;
        bytes += types::key_bytes(&column.ty);
    }
    check_bytes(backend, table, what, bytes)
}

fn check_bytes(backend: &MySql, table: &Table, what: &str, bytes: u32) -> Result<()> {
    if bytes <= MAX_KEY_BYTES {
        return Ok(());
    }
    Err(Error::unsupported(
        format!(
            "{what} of {} takes up to {bytes} bytes, and {} has keys of at most {MAX_KEY_BYTES}",
            table.name,
            backend.name()
        ),
        "leave a column out, or make a varchar shorter: each character counts as 4 bytes",
    ))
}

/// An index as it stands in `CREATE TABLE` and behind `ADD`.
pub(super) fn index_definition(backend: &MySql, table: &Table, index: &Index) -> Result<String> {
    let (mut keys, mut bytes) = (Vec::new(), 0);
    for key in &index.columns {
        keys.push(index_key(backend, table, index, key)?);
        if let Expr::Column(name) = &key.expr
            && let Some(column) = table.column(name)
        {
            bytes += types::key_bytes(&column.ty);
        }
    }
    check_bytes(backend, table, &format!("index {}", index.name), bytes)?;
    let unique = if index.unique { "UNIQUE " } else { "" };
    Ok(format!("{unique}INDEX {} ({})", identifier(&index.name), keys.join(", ")))
}

fn index_key(backend: &MySql, table: &Table, index: &Index, key: &IndexColumn) -> Result<String> {
    let mut sql = match &key.expr {
        Expr::Column(name) => column_key(backend, table, index, name)?,
        expr => {
            check_computed(backend, table, index, expr)?;
            format!("({})", backend.expr(expr, ExprContext::of(table))?)
        }
    };
    if key.order == SortOrder::Descending {
        sql.push_str(" DESC");
    }
    Ok(sql)
}

/// # Errors
/// Where the index would hold text without a bound.
fn check_computed(backend: &MySql, table: &Table, index: &Index, expr: &Expr) -> Result<()> {
    let long = |name: &str| {
        let ty = table.column(name).map(|column| &column.ty);
        ty.is_some_and(|ty| types::key_length(ty).is_some() || *ty == SqlType::Json)
    };
    let is_text = type_of(expr, Some(table)).is_none_or(|ty| types::is_text(&ty));
    match expr.columns().into_iter().find(|name| is_text && long(name)) {
        None => Ok(()),
        Some(name) => Err(Error::unsupported(
            format!(
                "{} has no index over text without a bound, as {} over `{expr}` would be",
                backend.name(),
                index.name
            ),
            format!(
                "make {}.{name} a varchar of at most {} characters",
                table.name,
                types::MAX_KEY_CHARACTERS
            ),
        )),
    }
}

fn column_key(backend: &MySql, table: &Table, index: &Index, name: &str) -> Result<String> {
    let Some(column) = table.column(name) else { return Ok(identifier(name)) };
    if index.unique {
        check_key(backend, table, &format!("index {}", index.name), std::slice::from_ref(&column.name))?;
    }
    if matches!(column.ty, SqlType::Json) {
        return Err(Error::unsupported(
            format!("{} has no index over JSON, as {} would be", backend.name(), index.name),
            "index a column of its own, or an expression over the document",
        ));
    }
    Ok(match types::key_length(&column.ty) {
        Some(length) => format!("{}({length})", identifier(name)),
        None => identifier(name),
    })
}

/// What an index holds, as a query says it.
pub(super) fn key_text(backend: &MySql, table: &Table, key: &Expr) -> Result<String> {
    let sql = backend.expr(key, ExprContext::of(table))?;
    Ok(if matches!(key, Expr::Column(_)) { sql } else { format!("({sql})") })
}

/// A constraint as it stands in `CREATE TABLE` and behind `ADD`.
pub(super) fn constraint_definition(
    backend: &MySql,
    table: &Table,
    constraint: &Constraint,
) -> Result<String> {
    let name = identifier(&constraint.name);
    Ok(match &constraint.kind {
        ConstraintKind::Unique(unique) => {
            check_key(backend, table, &format!("constraint {}", constraint.name), &unique.columns)?;
            format!("CONSTRAINT {name} UNIQUE ({})", identifiers(&unique.columns))
        }
        ConstraintKind::Check(check) => {
            let condition = check_text(backend, table, &check.expr)?;
            format!("CONSTRAINT {name} CHECK ({condition})")
        }
        ConstraintKind::ForeignKey(key) => {
            format!("CONSTRAINT {name} {}", foreign_key(backend, table, &constraint.name, key)?)
        }
        ConstraintKind::Exclusion(_) => return Err(requirements::no_exclusion(backend.name(), constraint)),
    })
}

/// A check's condition.
pub(super) fn check_text(backend: &MySql, table: &Table, expr: &Expr) -> Result<String> {
    stored_text(backend, &expr::condition(backend, expr, table)?)
}

fn foreign_key(backend: &MySql, table: &Table, name: &str, key: &ForeignKey) -> Result<String> {
    check_key(backend, table, &format!("foreign key {name}"), &key.columns)?;
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        identifiers(&key.columns),
        identifier(&key.table),
        identifiers(&key.references)
    );
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        match action {
            ReferentialAction::NoAction | ReferentialAction::Restrict => {}
            ReferentialAction::Cascade => sql.push_str(&format!(" ON {event} CASCADE")),
            ReferentialAction::SetNull => sql.push_str(&format!(" ON {event} SET NULL")),
            ReferentialAction::SetDefault => {
                return Err(Error::unsupported(
                    format!("InnoDB has no SET DEFAULT, as {name} of {} would have", table.name),
                    "use SET NULL, CASCADE or RESTRICT",
                ));
            }
        }
    }
    Ok(sql)
}

/// # Errors
/// Where the columns that a foreign key references are not, in this order, the beginning of a key or an index; where the
/// server demands it, all of a key.
pub(super) fn check_references(
    backend: &MySql,
    holder: &str,
    name: &str,
    key: &ForeignKey,
    parent: &Table,
) -> Result<()> {
    let (demands, what) = match backend.release.has(features::DEMANDS_WHOLE_KEYS) {
        true => (is_key as fn(&Table, &[String]) -> bool, "is of"),
        false => (is_served as fn(&Table, &[String]) -> bool, "begins with"),
    };
    if demands(parent, &key.references) {
        return Ok(());
    }
    Err(Error::unsupported(
        format!(
            "{name} of {holder} references {}({}), and no key of that table {what} these columns in this order",
            parent.name,
            key.references.join(", ")
        ),
        "name the columns in the order of the key that they reference",
    ))
}
