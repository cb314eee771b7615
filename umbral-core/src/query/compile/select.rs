//! SELECT.

use super::joins::Joins;
use super::key::Key;
use super::terms::{Reader, Taken};
use crate::backend::{BackendFeature, DatabaseBackend, Dialect};
use crate::error::{Error, Result};
use crate::query::Path;
use crate::query::Problem;
use crate::query::order::{DESCENDING, NULLS_FIRST, flags};
use crate::query::selection::{Lock, Selection};
use sea_query::{
    Alias, Expr, Func, LockBehavior, LockType, NullOrdering, Order, Query, SelectStatement, Value, Values,
};

/// What a SELECT is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Purpose {
    /// Every row, in order.
    Rows = 0,
    /// The first row: without any other order that of the keys.
    First = 1,
    /// Rows in no order.
    Unordered = 2,
    /// How many there are.
    Count = 3,
    /// Whether there is one.
    Exists = 4,
}

impl Purpose {
    pub(crate) fn returns_rows(self) -> bool {
        matches!(self, Purpose::Rows | Purpose::First | Purpose::Unordered)
    }

    /// Whether its limit is written as a constant: not inside another query, and not before a lock, which only a bound
    /// limit leaves to sea-query.
    pub(super) fn has_literal_limit(self, selection: &Selection, dialect: &dyn Dialect) -> bool {
        dialect.literal_limit() && self != Purpose::Count && selection.lock == Lock::None
    }

    /// Of a slice too, neither the number of rows nor whether there is one depends on their order.
    fn is_ordered(self) -> bool {
        matches!(self, Purpose::Rows | Purpose::First)
    }
}

/// The SQL of a query that reads, with ordinals for its parameters.
pub(super) fn render(
    selection: &Selection,
    purpose: Purpose,
    key: &Key,
    backend: &dyn DatabaseBackend,
) -> Result<(String, Values)> {
    verify_lock(selection, backend)?;
    let related = purpose.returns_rows();
    let joins = Joins::of(selection, related).map_err(|problem| problem.into_error(selection.meta))?;
    let mut reader = Reader::new(&joins, backend, &key.counts);
    let mut select = Query::select();
    match purpose {
        Purpose::Rows | Purpose::First | Purpose::Unordered => {
            columns(&mut select, selection, &joins)?;
        }
        Purpose::Count if !selection.is_sliced() => {
            select.expr(Func::count(Expr::col(sea_query::Asterisk)));
        }
        Purpose::Count | Purpose::Exists => {
            select.expr(Expr::Constant(Value::Int(Some(1))));
        }
    }
    let names_locked = backend.dialect().names_locked_tables();
    joins.write(&mut select, selection.lock != Lock::None && !names_locked);
    rows(&mut select, selection, purpose, &mut reader)?;
    let literal = purpose.has_literal_limit(selection, backend.dialect());
    if !literal {
        bound_slice(&mut select, selection, &mut reader);
    }
    lock(&mut select, selection, names_locked);
    if purpose == Purpose::Count && selection.is_sliced() {
        let mut outer = Query::select();
        outer.expr(Func::count(Expr::col(sea_query::Asterisk)));
        outer.from_subquery(select, Alias::new("sliced"));
        select = outer;
    }
    let (mut sql, values) = backend.dialect().select(&select);
    if literal {
        literal_slice(&mut sql, selection);
    }
    Ok((sql, values))
}

fn columns(select: &mut SelectStatement, selection: &Selection, joins: &Joins) -> Result<()> {
    for path in std::iter::once(&Path::ROOT).chain(&selection.related) {
        let columns = joins.columns(*path).map_err(|problem| problem.into_error(selection.meta))?;
        select.exprs(columns);
    }
    Ok(())
}

/// The condition and the order.
pub(super) fn rows(
    select: &mut SelectStatement,
    selection: &Selection,
    purpose: Purpose,
    reader: &mut Reader<'_>,
) -> Result<()> {
    if let Some(condition) = reader.condition(&selection.filter)? {
        select.and_where(condition);
    }
    let terms = reader.taken(&selection.order)?;
    if !purpose.is_ordered() {
        return Ok(());
    }
    let explicit = !terms.is_empty();
    for term in terms {
        if let Taken::Order(item, flags) = term {
            order(select, selection, item.expr, flags, item.nullable);
        }
    }
    if !explicit {
        implicit_order(select, selection, purpose, reader)?;
    }
    Ok(())
}

/// The model's own order; for the first of rows without any, that of the keys.
fn implicit_order(
    select: &mut SelectStatement,
    selection: &Selection,
    purpose: Purpose,
    reader: &Reader<'_>,
) -> Result<()> {
    let meta = selection.meta;
    for term in meta.ordering {
        let field = meta.fields.get(usize::from(term.field));
        if field.is_some_and(|field| !field.ty.has_equality()) {
            return Err(Problem::NoEquality.into_error(meta));
        }
        let column = reader.joins.column(Path::ROOT, term.field);
        let (expr, _, nullable) = column.map_err(|problem| problem.into_error(meta))?;
        order(select, selection, expr, flags(term.descending), nullable);
    }
    if meta.ordering.is_empty() && (purpose == Purpose::First || selection.reversed) {
        for key in meta.key_fields() {
            order(select, selection, reader.joins.root_column(key.column), flags(false), false);
        }
    }
    Ok(())
}

fn order(select: &mut SelectStatement, selection: &Selection, expr: Expr, flags: u8, nullable: bool) {
    let flags = if selection.reversed { flags ^ (DESCENDING | NULLS_FIRST) } else { flags };
    let direction = if flags & DESCENDING != 0 { Order::Desc } else { Order::Asc };
    if nullable {
        let nulls = if flags & NULLS_FIRST != 0 { NullOrdering::First } else { NullOrdering::Last };
        select.order_by_expr_with_nulls(expr, direction, nulls);
    } else {
        select.order_by_expr(expr, direction);
    }
}

/// A limit and an offset among the parameters.
pub(super) fn bound_slice(select: &mut SelectStatement, selection: &Selection, reader: &mut Reader<'_>) {
    let (limit, offset) = selection.slice();
    if limit.is_some() {
        select.limit(u64::from(reader.ordinal()));
    }
    if offset.is_some() {
        select.offset(u64::from(reader.ordinal()));
    }
}

/// A limit and an offset as constants: sea-query can only bind them.
fn literal_slice(sql: &mut String, selection: &Selection) {
    let (limit, offset) = selection.slice();
    for (keyword, number) in [(" LIMIT ", limit), (" OFFSET ", offset)] {
        if let Some(number) = number {
            sql.push_str(keyword);
            sql.push_str(&number.to_string());
        }
    }
}

/// Locks the rows of the root alone: the optional side of an outer join cannot be locked, and what is read beside the
/// rows is not what the query asks for.
fn lock(select: &mut SelectStatement, selection: &Selection, names_locked: bool) {
    let behavior = match selection.lock {
        Lock::None => return,
        Lock::ForUpdate => None,
        Lock::SkipLocked => Some(LockBehavior::SkipLocked),
    };
    let root = selection.meta.table;
    match (names_locked, behavior) {
        (true, None) => select.lock_with_tables(LockType::Update, [root]),
        (true, Some(behavior)) => select.lock_with_tables_behavior(LockType::Update, [root], behavior),
        (false, None) => select.lock(LockType::Update),
        (false, Some(behavior)) => select.lock_with_behavior(LockType::Update, behavior),
    };
}

fn verify_lock(selection: &Selection, backend: &dyn DatabaseBackend) -> Result<()> {
    if selection.lock == Lock::None || backend.supports(BackendFeature::RowLocks) {
        return Ok(());
    }
    let (name, version) = (backend.name(), backend.version());
    Err(Error::unsupported(
        format!(
            "{name} {version} has no {}, which this query over {} asks for",
            BackendFeature::RowLocks,
            selection.meta.name
        ),
        "leave for_update() out: where there are no row locks a transaction that writes locks more than the row",
    ))
}
