//! A table built anew: created, filled, put in the place of the old one.

mod refusals;
mod shape;

use super::convert::{Conversion, conversion};
use super::objects::{Base, base};
use super::track::pointing_at;
use super::{Track, Tracks};
use crate::backend::sqlite::ddl::{create_index, table_def};
use crate::backend::sqlite::def::TableDef;
use crate::backend::sqlite::dialect::SqliteDialect;
use crate::backend::sqlite::quote::{identifier, identifiers, text};
use crate::backend::{Dialect, ExprContext, LiveCatalog, Step};
use crate::error::{Error, Result};
use crate::migrations::Operation;
use crate::schema::{Index, Schema, SqlType, Table};
use shape::{Shape, shape};

/// One table's rebuild. All names are those before the plan's own renames.
pub(super) struct Rebuild<'a> {
    track: &'a Track,
    tracks: &'a Tracks,
    /// The table at the start.
    start: &'a Table,
    /// The table at the end, under the names before.
    end: Table,
    /// The table at the end, under the names of the end.
    meant: Table,
    first: &'a Schema,
    base: Base,
    shape: Shape,
    copies: Vec<Copy>,
    /// The new table's name until it takes the old one's.
    temporary: String,
}

/// What one column of the new table is filled with.
struct Copy {
    column: String,
    value: String,
    /// True for rows whose value would be lost.
    lossy: Option<String>,
}

impl<'a> Rebuild<'a> {
    /// The rebuild of a table; none where the plan creates or drops it.
    pub(super) fn of(
        track: &'a Track,
        tracks: &'a Tracks,
        first: &'a Schema,
        last: &Schema,
        live: &LiveCatalog,
        operations: &[Operation],
    ) -> Result<Option<Rebuild<'a>>> {
        let (Some(name), Some(end)) = (track.start.as_deref(), track.end.as_deref()) else { return Ok(None) };
        let (Some(start), Some(end)) = (first.table(name), last.table(end)) else { return Ok(None) };
        let about = |error: Error| error.context(format!("rebuilding {name}"));
        let base = match base(name, live).map_err(about)? {
            Some(base) => base,
            None => base_of(start).map_err(about)?,
        };
        let (meant, end) = (end, track.table_before(end));
        let made = pointing_at(end.clone(), meant, operations, track.first);
        let shape = shape(&base, start, &made, track).map_err(about)?;
        let copies = copies(&shape.def, start, &end, track).map_err(about)?;
        let temporary = temporary_name(name, first, last, live);
        Ok(Some(Rebuild {
            track,
            tracks,
            start,
            end,
            meant: meant.clone(),
            first,
            base,
            shape,
            copies,
            temporary,
        }))
    }

    /// The statements.
    pub(super) fn steps(&self) -> Vec<Step> {
        let (old, new) = (identifier(&self.start.name), identifier(&self.temporary));
        let def = TableDef { name: self.temporary.clone(), ..self.shape.def.clone() };
        let columns = identifiers(self.copies.iter().map(|copy| copy.column.as_str()));
        let values: Vec<&str> = self.copies.iter().map(|copy| copy.value.as_str()).collect();
        let mut steps = vec![def.sql()];
        if !self.copies.is_empty() {
            steps.push(format!("INSERT INTO {new} ({columns}) SELECT {} FROM {old}", values.join(", ")));
        }
        if self.base.def.autoincrement() && def.autoincrement() {
            steps.extend(self.keep_sequence());
        }
        steps.push(format!("DROP TABLE {old}"));
        // Otherwise SQLite would check all views, and the ones on this table have just lost it.
        steps.push("PRAGMA legacy_alter_table = ON".to_owned());
        steps.push(format!("ALTER TABLE {new} RENAME TO {old}"));
        steps.push("PRAGMA legacy_alter_table = OFF".to_owned());
        steps.extend(self.shape.indexes.iter().cloned());
        steps.extend(self.base.triggers.iter().map(|trigger| trigger.sql.clone()));
        steps.into_iter().map(Step::execute).collect()
    }

    /// AUTOINCREMENT remembers the largest key ever given out, which may be above any that is left.
    fn keep_sequence(&self) -> [String; 2] {
        let (old, new) = (text(&self.start.name), text(&self.temporary));
        [
            format!("DELETE FROM sqlite_sequence WHERE name = {new}"),
            format!(
                "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
            ),
        ]
    }
}

/// The table as the state has it, for a plan without a database.
fn base_of(table: &Table) -> Result<Base> {
    let index = |index: &Index| Ok((index.name.clone(), create_index(table, index)?));
    let indexes = table.indexes.values().map(index).collect::<Result<_>>()?;
    Ok(Base { def: table_def(table)?, indexes, triggers: Vec::new() })
}

/// What fills each column; generated columns and a new identity fill themselves.
fn copies(def: &TableDef, start: &Table, end: &Table, track: &Track) -> Result<Vec<Copy>> {
    let mut copies = Vec::new();
    for column in def.columns.iter().filter(|column| !column.is_generated()) {
        let name = &column.name;
        let plain = || Copy { column: name.clone(), value: identifier(name), lossy: None };
        let Some(target) = end.column(name) else {
            copies.push(plain());
            continue;
        };
        let backfill = backfill(start, track, name, &target.ty)?;
        if track.added.contains(name) {
            if !target.identity {
                let default = || column.default().unwrap_or("NULL").to_owned();
                let (value, lossy) = match backfill {
                    Some(given) => (given.value, given.lossy),
                    None => (default(), None),
                };
                copies.push(Copy { column: name.clone(), value, lossy });
            }
            continue;
        }
        let mut copy = plain();
        if let Some(before) = start.column(name).filter(|_| track.altered.contains(name)) {
            let converted = conversion(&copy.value, &before.ty, &target.ty)?;
            (copy.value, copy.lossy) = (converted.value, converted.lossy);
        }
        if let Some(given) = backfill {
            copy.value = format!("coalesce({}, {})", copy.value, given.value);
            let given = given.lossy.map(|lossy| format!("{} IS NULL AND ({lossy})", identifier(name)));
            copy.lossy =
                copy.lossy.into_iter().chain(given).reduce(|left, right| format!("{left} OR {right}"));
        }
        copies.push(copy);
    }
    Ok(copies)
}

/// What rows that exist get in a column, converted where its type changes once more.
fn backfill(start: &Table, track: &Track, name: &str, ty: &SqlType) -> Result<Option<Conversion>> {
    let Some((expr, given)) = track.backfills.get(name) else { return Ok(None) };
    let value = SqliteDialect.expr(expr, ExprContext::of(start).value(given))?;
    let operand = if given == ty { value } else { format!("({value})") };
    conversion(&operand, given, ty).map(Some)
}

fn temporary_name(table: &str, first: &Schema, last: &Schema, live: &LiveCatalog) -> String {
    let taken = |name: &str| {
        first.table(name).is_some() || last.table(name).is_some() || live.tables.contains_key(name)
    };
    let numbered = |number: usize| format!("umbral_new_{number}_{table}");
    let plain = format!("umbral_new_{table}");
    if taken(&plain) { (2..).map(numbered).find(|name| !taken(name)).unwrap_or(plain) } else { plain }
}
