//! A table built anew: created, filled, put in the place of the old one.

mod shape;

use super::convert::{Conversion, conversion};
use super::native::{computed_nulls, duplicates_in};
use super::objects::{Base, base};
use super::{Track, Tracks};
use crate::backend::sqlite::ddl::{create_index, generated_sql, table_def};
use crate::backend::sqlite::def::TableDef;
use crate::backend::sqlite::dialect::SqliteDialect;
use crate::backend::sqlite::quote::{identifier, identifiers, text};
use crate::backend::{Dialect, ExprContext, LiveCatalog, Refusal, Step, StepKind};
use crate::error::{Error, Result};
use crate::schema::{Column, ConstraintKind, Expr, ForeignKey, Schema, SqlType, Table};
use shape::{Shape, shape};

/// One table's rebuild. All names are those before the plan's own renames.
pub(super) struct Rebuild<'a> {
    track: &'a Track,
    tracks: &'a Tracks,
    /// The table at the start.
    start: &'a Table,
    /// The table at the end, under the names before.
    end: Table,
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
    ) -> Result<Option<Rebuild<'a>>> {
        let (Some(name), Some(end)) = (track.start.as_deref(), track.end.as_deref()) else { return Ok(None) };
        let (Some(start), Some(end)) = (first.table(name), last.table(end)) else { return Ok(None) };
        let about = |error: Error| error.context(format!("rebuilding {name}"));
        let base = match base(name, live).map_err(about)? {
            Some(base) => base,
            None => base_of(start).map_err(about)?,
        };
        let end = track.table_before(end);
        let shape = shape(&base, start, &end, track).map_err(about)?;
        let copies = copies(&shape.def, start, &end, track).map_err(about)?;
        let temporary = temporary_name(name, first, last, live);
        Ok(Some(Rebuild { track, tracks, start, end, first, base, shape, copies, temporary }))
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

    /// Queries that find rows which the new table could not hold.
    pub(super) fn refusals(&self) -> Result<Vec<Step>> {
        let mut refusals: Vec<Step> = self.copies.iter().filter_map(|copy| self.lost(copy)).collect();
        refusals.extend(self.end.columns.values().filter_map(|column| self.missing(column)));
        for column in self.end.columns.values() {
            refusals.extend(self.computed(column)?);
        }
        for constraint in
            self.end.constraints.values().filter(|c| !self.track.constraints.contains_key(&c.name))
        {
            match &constraint.kind {
                ConstraintKind::Unique(unique) => {
                    refusals.extend(self.duplicates(&constraint.name, &unique.columns)?);
                }
                ConstraintKind::Check(check) => {
                    refusals.push(self.unfulfilled(&constraint.name, &check.expr)?)
                }
                ConstraintKind::ForeignKey(key) => refusals.extend(self.orphans(key)?),
            }
        }
        for index in self.end.indexes.values().filter(|index| !self.track.indexes.contains_key(&index.name)) {
            let plain = |key: &crate::schema::IndexColumn| match &key.expr {
                Expr::Column(name) => Some(name.clone()),
                _ => None,
            };
            let columns: Option<Vec<String>> = index.columns.iter().map(plain).collect();
            if let Some(columns) = columns.filter(|_| index.unique && index.predicate.is_none()) {
                refusals.extend(self.duplicates(&index.name, &columns)?);
            }
        }
        if self.track.key_changes && !self.end.primary_key.is_empty() {
            refusals.extend(self.duplicates("the primary key", &self.end.primary_key)?);
        }
        Ok(refusals)
    }

    /// The rows as the new table would hold them.
    fn copied(&self) -> Result<String> {
        let written = self.written("");
        let mut computed = vec!["*".to_owned()];
        for column in self.end.columns.values() {
            if let Some(generated) = &column.generated {
                let value = generated_sql(&self.end, column, &generated.expr)?;
                computed.push(format!("{value} AS {}", identifier(&column.name)));
            }
        }
        match computed.len() {
            1 => Ok(written),
            _ => Ok(format!("(SELECT {} FROM {written})", computed.join(", "))),
        }
    }

    /// The rows as they are copied, and what else of them is asked for.
    fn written(&self, further: &str) -> String {
        let values: Vec<String> = self
            .copies
            .iter()
            .map(|copy| format!("{} AS {}", copy.value, identifier(&copy.column)))
            .collect();
        format!("(SELECT {}{further} FROM {})", values.join(", "), identifier(&self.start.name))
    }

    /// Whether the new rows hold the column, written or computed.
    fn holds(&self, column: &str) -> bool {
        self.copies.iter().any(|copy| copy.column == column)
            || self.end.column(column).is_some_and(|column| column.generated.is_some())
    }

    /// What stands against a generated column: NULLs that it does not accept, and what it holds as a plain one.
    fn computed(&self, column: &Column) -> Result<Vec<Step>> {
        let Some(generated) = &column.generated else { return Ok(Vec::new()) };
        let before = self.start.column(&column.name).filter(|_| !self.track.added.contains(&column.name));
        if before == Some(column) {
            return Ok(Vec::new());
        }
        let mut steps: Vec<Step> =
            computed_nulls(&self.written(""), &self.end, column)?.into_iter().collect();
        if before.is_some_and(|before| before.generated.is_none()) {
            let was = format!(", {} AS umbral_was", identifier(&column.name));
            let value = generated_sql(&self.end, column, &generated.expr)?;
            steps.push(self.refusal(
                &format!("FROM {} WHERE umbral_was IS NOT ({value})", self.written(&was)),
                format!(
                    "{}.{} holds other values than it would be computed as: {}",
                    self.start.name, column.name, generated.expr
                ),
                "drop the column first and add it as a generated one, or give it these values first",
            ));
        }
        Ok(steps)
    }

    fn lost(&self, copy: &Copy) -> Option<Step> {
        let lossy = copy.lossy.as_ref()?;
        let column = self.end.column(&copy.column)?;
        Some(self.refusal(
            &format!("FROM {} WHERE {lossy}", identifier(&self.start.name)),
            format!("{}.{} holds values that {} cannot keep", self.start.name, copy.column, column.ty),
            "correct those values first, or choose a type that keeps them",
        ))
    }

    /// NULLs for a column that is, or becomes, NOT NULL.
    fn missing(&self, column: &Column) -> Option<Step> {
        let in_key = self.end.primary_key.contains(&column.name);
        if column.generated.is_some()
            || (column.nullable && !in_key)
            || column.identity
            || self.track.backfills.contains_key(&column.name)
        {
            return None;
        }
        let from = identifier(&self.start.name);
        if self.track.added.contains(&column.name) {
            return column.default.is_none().then(|| {
                self.refusal(
                    &format!("FROM {from}"),
                    format!(
                        "{}.{} is NOT NULL and has no default for the rows that exist",
                        self.start.name, column.name
                    ),
                    "give the operation a `backfill`, or the column a default",
                )
            });
        }
        let before = self.start.column(&column.name)?;
        before.nullable.then(|| {
            self.refusal(
                &format!("FROM {from} WHERE {} IS NULL", identifier(&column.name)),
                format!("{}.{} holds NULL, and is to become NOT NULL", self.start.name, column.name),
                "give the operation a `backfill`, or fill the column first",
            )
        })
    }

    fn duplicates(&self, name: &str, columns: &[String]) -> Result<Option<Step>> {
        let columns: Vec<&str> = columns.iter().map(String::as_str).filter(|name| self.holds(name)).collect();
        if columns.is_empty() {
            return Ok(None);
        }
        Ok(Some(duplicates_in(&self.copied()?, &self.start.name, name, &columns)))
    }

    fn unfulfilled(&self, name: &str, check: &Expr) -> Result<Step> {
        let condition = SqliteDialect.expr(check, ExprContext::of(&self.end))?;
        Ok(self.refusal(
            &format!("FROM {} WHERE NOT ({condition})", self.copied()?),
            format!("{} holds rows that the check {name} refuses", self.start.name),
            "correct those rows first, or make the check wider",
        ))
    }

    /// Rows whose new foreign key points at nothing. A parent whose key is changed by the plan itself is left to the
    /// check at the end.
    fn orphans(&self, key: &ForeignKey) -> Result<Option<Step>> {
        let track = self.tracks.ending_as(&key.table);
        let parent = track.map_or(Some(key.table.as_str()), |track| track.start.as_deref());
        let changed = track.is_some_and(|track| {
            key.references.iter().any(|column| {
                let before = track.before(column);
                track.altered.contains(&before) || track.added.contains(&before)
            })
        });
        let copied = |column: &String| self.copies.iter().any(|copy| copy.column == *column);
        if changed || !key.columns.iter().all(copied) {
            return Ok(None);
        }
        let present: Vec<String> =
            key.columns.iter().map(|column| format!("child.{} IS NOT NULL", identifier(column))).collect();
        let mut condition = present.join(" AND ");
        if let Some(parent) = parent.filter(|parent| self.first.table(parent).is_some()) {
            let same = key.columns.iter().zip(&key.references).map(|(column, references)| {
                let references = track.map_or(references.clone(), |track| track.before(references));
                format!("parent.{} = child.{}", identifier(&references), identifier(column))
            });
            let same: Vec<String> = same.collect();
            condition.push_str(&format!(
                " AND NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {})",
                identifier(parent),
                same.join(" AND ")
            ));
        }
        Ok(Some(self.refusal(
            &format!("FROM {} AS child WHERE {condition}", self.copied()?),
            format!(
                "{} holds rows whose {} is not in {}",
                self.start.name,
                key.columns.join(", "),
                key.table
            ),
            "delete those rows, correct their keys, or add the rows that they point at",
        )))
    }

    fn refusal(&self, rows: &str, message: String, hint: &str) -> Step {
        Step {
            sql: format!("SELECT count(*) {rows}"),
            kind: StepKind::Refuse(Refusal {
                message,
                find: Some(format!("SELECT * {rows}")),
                hint: hint.to_owned(),
            }),
        }
    }
}

/// The table as the state has it, for a plan without a database.
fn base_of(table: &Table) -> Result<Base> {
    let index = |index: &crate::schema::Index| Ok((index.name.clone(), create_index(table, index)?));
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
