//! Queries that find rows which the new table could not hold, before it is made.

use super::super::native::{computed_nulls, duplicates_in};
use super::{Copy, Rebuild};
use crate::backend::sqlite::NAME;
use crate::backend::sqlite::ddl::{default_sql, generated_sql};
use crate::backend::sqlite::dialect::SqliteDialect;
use crate::backend::sqlite::quote::identifier;
use crate::backend::{Dialect, ExprContext, Refusal, Step, StepKind, requirements};
use crate::error::Result;
use crate::schema::{Column, ConstraintKind, Expr, Index, IndexColumn, Table};

impl Rebuild<'_> {
    /// Queries that find rows which the new table could not hold.
    pub(in super::super) fn refusals(&self) -> Result<Vec<Step>> {
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
                ConstraintKind::ForeignKey(key) => {
                    refusals.extend(self.orphans(&constraint.name, &key.columns)?);
                }
                ConstraintKind::Exclusion(_) => {
                    return Err(requirements::no_exclusion(NAME, constraint));
                }
            }
        }
        for index in self.end.indexes.values().filter(|index| !self.track.indexes.contains_key(&index.name)) {
            if let Some(columns) = plain_columns(index).filter(|_| index.unique && index.predicate.is_none())
            {
                refusals.extend(self.duplicates(&index.name, &columns)?);
            }
        }
        if self.track.key_changes && !self.end.primary_key.is_empty() {
            refusals.extend(self.duplicates("the primary key", &self.end.primary_key)?);
        }
        refusals.extend(self.refusals_of_kept()?);
        Ok(refusals)
    }

    /// What holds already and goes on to hold may be broken by values that come to be equal: text that is compared in
    /// another way, or becomes something else.
    fn refusals_of_kept(&self) -> Result<Vec<Step>> {
        let mut refusals = Vec::new();
        let merges = |columns: &[String]| columns.iter().any(|column| self.may_merge(column));
        for (name, unique) in
            self.end.uniques().filter(|(name, _)| self.track.constraints.contains_key(*name))
        {
            if merges(&unique.columns) {
                refusals.extend(self.duplicates(name, &unique.columns)?);
            }
        }
        for (name, check) in self.end.checks().filter(|(name, _)| self.track.constraints.contains_key(*name))
        {
            if check.expr.columns().iter().any(|column| self.compares_anew(column)) {
                refusals.push(self.unfulfilled(name, &check.expr)?);
            }
        }
        for index in self.end.indexes.values().filter(|index| self.track.indexes.contains_key(&index.name)) {
            let columns = plain_columns(index).filter(|_| index.unique && index.predicate.is_none());
            if let Some(columns) = columns.filter(|columns| merges(columns)) {
                refusals.extend(self.duplicates(&index.name, &columns)?);
            }
        }
        if !self.track.key_changes && merges(&self.end.primary_key) {
            refusals.extend(self.duplicates("the primary key", &self.end.primary_key)?);
        }
        Ok(refusals)
    }

    /// Whether two values of a column that differ may be equal in the new table.
    fn may_merge(&self, column: &str) -> bool {
        let copied = self.copies.iter().find(|copy| copy.column == column);
        // Absent: the database computes it.
        let computed = copied.is_none_or(|copy| copy.value != identifier(column));
        (self.track.altered.contains(column) && computed) || self.compares_anew(column)
    }

    fn compares_anew(&self, column: &str) -> bool {
        let collation = |table: &Table| table.column(column).and_then(|column| column.collation.clone());
        self.track.altered.contains(column) && collation(self.start) != collation(&self.end)
    }

    /// The rows as the new table would hold them.
    fn copied(&self) -> Result<String> {
        let written = self.written("")?;
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

    /// The rows as they are copied, with what a new column holds in each, and what else of them is asked for.
    fn written(&self, further: &str) -> Result<String> {
        let mut values: Vec<String> = self
            .copies
            .iter()
            .map(|copy| format!("{} AS {}", self.compared(copy), identifier(&copy.column)))
            .collect();
        // What is missing SQLite would take for a text: "id" in quotes.
        let is_copied = |column: &&Column| self.copies.iter().any(|copy| copy.column == column.name);
        let plain = self.end.columns.values().filter(|column| column.generated.is_none());
        for column in plain.filter(|column| !is_copied(column)) {
            let value = match &column.default {
                Some(default) => default_sql(&self.end, column, default)?,
                None => "NULL".to_owned(),
            };
            values.push(format!("{value} AS {}", identifier(&column.name)));
        }
        Ok(format!("(SELECT {}{further} FROM {})", values.join(", "), identifier(&self.start.name)))
    }

    /// What stands against a generated column: NULLs that it does not accept, and what it holds as a plain one.
    fn computed(&self, column: &Column) -> Result<Vec<Step>> {
        let Some(generated) = &column.generated else { return Ok(Vec::new()) };
        let before = self.start.column(&column.name).filter(|_| !self.track.added.contains(&column.name));
        if before == Some(column) {
            return Ok(Vec::new());
        }
        let mut steps: Vec<Step> =
            computed_nulls(&self.written("")?, &self.end, column)?.into_iter().collect();
        if before.is_some_and(|before| before.generated.is_none()) {
            let was = format!(", {} AS umbral_was", identifier(&column.name));
            let value = generated_sql(&self.end, column, &generated.expr)?;
            steps.push(self.refusal(
                // Texts that a collation holds to be equal may be others.
                &format!("FROM {} WHERE umbral_was COLLATE BINARY IS NOT ({value})", self.written(&was)?),
                format!(
                    "{}.{} holds other values than it would be computed as: {}",
                    self.start.name, column.name, generated.expr
                ),
                "drop the column first and add it as a generated one, or give it these values first",
            ));
        }
        Ok(steps)
    }

    /// A value that compares as the new column does.
    fn compared(&self, copy: &Copy) -> String {
        let collation = self.end.column(&copy.column).and_then(|column| column.collation.as_deref());
        match collation.filter(|_| self.compares_anew(&copy.column)) {
            Some(collation) => format!("({}) COLLATE {}", copy.value, identifier(collation)),
            None if self.compares_anew(&copy.column) => format!("({}) COLLATE BINARY", copy.value),
            None => copy.value.clone(),
        }
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
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
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
    fn orphans(&self, name: &str, columns: &[String]) -> Result<Option<Step>> {
        let Some(ConstraintKind::ForeignKey(key)) = self.meant.constraints.get(name).map(|one| &one.kind)
        else {
            return Ok(None);
        };
        let track = self.tracks.ending_as(&key.table);
        let parent = track.map_or(Some(key.table.as_str()), |track| track.start.as_deref());
        let changed = track.is_some_and(|track| {
            key.references.iter().any(|column| {
                let before = track.before(column);
                track.altered.contains(&before) || track.added.contains(&before)
            })
        });
        let copied = |column: &String| self.copies.iter().any(|copy| copy.column == *column);
        if changed || !columns.iter().all(copied) {
            return Ok(None);
        }
        let present: Vec<String> =
            columns.iter().map(|column| format!("child.{} IS NOT NULL", identifier(column))).collect();
        let mut condition = present.join(" AND ");
        if let Some(parent) = parent.filter(|parent| self.first.table(parent).is_some()) {
            let same = columns.iter().zip(&key.references).map(|(column, references)| {
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
            format!("{} holds rows whose {} is not in {}", self.start.name, columns.join(", "), key.table),
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

/// The columns of an index that computes nothing.
fn plain_columns(index: &Index) -> Option<Vec<String>> {
    let plain = |key: &IndexColumn| match &key.expr {
        Expr::Column(name) => Some(name.clone()),
        _ => None,
    };
    index.columns.iter().map(plain).collect()
}
