//! The new table's definition: the old one with what the operations change in it, and nothing else.

use super::super::Track;
use super::super::objects::{Base, mentions};
use crate::backend::sqlite::ddl::{column_def, constraint_def, create_index};
use crate::backend::sqlite::def::{
    ColumnDef, ColumnRuleKind, ConstraintDef, ConstraintDefKind, KeyDef, TableDef,
};
use crate::backend::sqlite::parse::parse_index;
use crate::backend::sqlite::read::{Place, constraint_places};
use crate::backend::sqlite::types::is_implied;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, Constraint, ConstraintKind, Table};
use std::collections::BTreeSet;

/// A definition and the texts of its indexes.
pub(super) struct Shape {
    pub(super) def: TableDef,
    pub(super) indexes: Vec<String>,
}

/// The shape that leads from `base`, whose state is `start`, to `end`, under the names before the plan's renames.
pub(super) fn shape(base: &Base, start: &Table, end: &Table, track: &Track) -> Result<Shape> {
    let merge = Merge { base, start, end, track, retyped: retyped(start, end, track) };
    let mut def = TableDef {
        name: base.def.name.clone(),
        without_rowid: base.def.without_rowid,
        strict: base.def.strict,
        ..TableDef::default()
    };
    let (kept, added) = merge.constraints()?;
    for (number, column) in base.def.columns.iter().enumerate() {
        if let Some(column) = merge.column(number, column, &kept)? {
            def.columns.push(column);
        }
    }
    for column in end.columns.values().filter(|column| track.added.contains(&column.name)) {
        def.columns.push(column_def(end, column, base.def.strict)?);
    }
    if track.key_changes && end.primary_key.len() > 1 {
        let columns = end.primary_key.iter().map(|name| KeyDef::column(name)).collect();
        let kind = ConstraintDefKind::PrimaryKey { columns, conflict: String::new() };
        def.constraints.push(ConstraintDef { name: None, kind });
    }
    for (number, constraint) in base.def.constraints.iter().enumerate() {
        let is_key = matches!(constraint.kind, ConstraintDefKind::PrimaryKey { .. });
        match kept.fate(Place::Table(number)) {
            _ if is_key && track.key_changes => {}
            Fate::Kept(name) => {
                def.constraints.push(ConstraintDef {
                    name: name.or(constraint.name.clone()),
                    kind: constraint.kind.clone(),
                });
            }
            Fate::Gone => {}
        }
    }
    def.constraints.extend(added);
    merge.refuse_unknown_users(&def)?;
    Ok(Shape { indexes: merge.indexes()?, def })
}

/// Columns whose values are stored differently at the end.
fn retyped(start: &Table, end: &Table, track: &Track) -> BTreeSet<String> {
    let changed = |name: &&String| match (start.column(name), end.column(name)) {
        (Some(before), Some(after)) => before.ty != after.ty,
        _ => false,
    };
    track.altered.iter().filter(changed).cloned().collect()
}

struct Merge<'a> {
    base: &'a Base,
    start: &'a Table,
    end: &'a Table,
    track: &'a Track,
    retyped: BTreeSet<String>,
}

/// What becomes of the constraints of the old definition.
struct Fates(Vec<(Place, Fate)>);

#[derive(Clone)]
enum Fate {
    /// It stays, under this name where it gets a new one.
    Kept(Option<String>),
    /// It is dropped, or written anew.
    Gone,
}

impl Fates {
    /// What no operation and no state knows of stays.
    fn fate(&self, place: Place) -> Fate {
        let known = self.0.iter().find(|(at, _)| *at == place);
        known.map_or(Fate::Kept(None), |(_, fate)| fate.clone())
    }
}

impl Merge<'_> {
    fn constraints(&self) -> Result<(Fates, Vec<ConstraintDef>)> {
        let mut fates = Vec::new();
        let mut written = Vec::new();
        for (name, place) in constraint_places(&self.base.def) {
            let Some(before) = self.start.constraints.get(&name) else { continue };
            let renamed =
                self.track.constraints.iter().find(|(_, start)| **start == name).map(|(end, _)| end);
            let after = renamed.and_then(|end| self.end.constraints.get(end));
            let fate = match after {
                None => Fate::Gone,
                Some(after) if before.kind == after.kind && !self.is_retyped(after) => {
                    Fate::Kept((after.name != name).then(|| after.name.clone()))
                }
                Some(after) => {
                    written.push(self.anew(after, place)?);
                    Fate::Gone
                }
            };
            fates.push((place, fate));
        }
        let new = self.end.constraints.values().filter(|c| !self.track.constraints.contains_key(&c.name));
        for constraint in new {
            written.push(constraint_def(self.end, constraint)?);
        }
        Ok((Fates(fates), written))
    }

    fn is_retyped(&self, constraint: &Constraint) -> bool {
        match &constraint.kind {
            ConstraintKind::Check(check) => self.retyped.iter().any(|column| check.expr.reads(column)),
            ConstraintKind::Unique(_) | ConstraintKind::ForeignKey(_) | ConstraintKind::Exclusion(_) => false,
        }
    }

    /// A constraint written anew keeps what the schema has no word for.
    fn anew(&self, constraint: &Constraint, place: Place) -> Result<ConstraintDef> {
        let mut def = constraint_def(self.end, constraint)?;
        let old = match place {
            Place::Table(number) => self.base.def.constraints.get(number).and_then(|old| match &old.kind {
                ConstraintDefKind::ForeignKey { references, .. } => Some(references),
                _ => None,
            }),
            Place::Rule(column, rule) => {
                let rules = self.base.def.columns.get(column).map(|column| &column.rules);
                rules.and_then(|rules| rules.get(rule)).and_then(|rule| match &rule.kind {
                    ColumnRuleKind::References(references) => Some(references),
                    _ => None,
                })
            }
        };
        if let (ConstraintDefKind::ForeignKey { references, .. }, Some(old)) = (&mut def.kind, old) {
            references.rest.clone_from(&old.rest);
        }
        Ok(def)
    }

    /// What becomes of a column of the old definition; none where it is dropped.
    fn column(&self, number: usize, old: &ColumnDef, fates: &Fates) -> Result<Option<ColumnDef>> {
        if self.track.dropped.contains(&old.name) {
            return Ok(None);
        }
        let mut old = old.clone();
        let mut rules = Vec::new();
        for (rule_number, mut rule) in old.rules.drain(..).enumerate() {
            if let Fate::Kept(name) = fates.fate(Place::Rule(number, rule_number)) {
                rule.name = name.or(rule.name);
                rules.push(rule);
            }
        }
        old.rules = rules;
        let in_key = self.start.primary_key.contains(&old.name) || self.end.primary_key.contains(&old.name);
        let changes = self.track.altered.contains(&old.name) || (self.track.key_changes && in_key);
        match (self.start.column(&old.name), self.end.column(&old.name)) {
            // How it is computed depends on how what it reads is stored.
            (Some(before), Some(after))
                if changes || self.retyped.iter().any(|column| after.reads(column)) =>
            {
                self.changed(old, before, after).map(Some)
            }
            _ => Ok(Some(old)),
        }
    }

    /// The column as the schema has it, with what the schema has no word for.
    fn changed(&self, old: ColumnDef, before: &Column, after: &Column) -> Result<ColumnDef> {
        let mut new = column_def(self.end, after, self.base.def.strict)?;
        let stays = |kind: &ColumnRuleKind, named: bool| match kind {
            // One that the schema never knew stays.
            ColumnRuleKind::Collate(_) => before.collation.is_none() && after.collation.is_none(),
            ColumnRuleKind::Generated { .. } => before.generated.is_none() && after.generated.is_none(),
            ColumnRuleKind::Unique { .. } | ColumnRuleKind::References(_) => true,
            ColumnRuleKind::Check(text) => named || !is_implied(text, &old.name, &before.ty),
            _ => false,
        };
        new.rules.extend(old.rules.iter().filter(|rule| stays(&rule.kind, rule.name.is_some())).cloned());
        Ok(new)
    }

    fn indexes(&self) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        for (name, sql) in &self.base.indexes {
            let Some(before) = self.start.indexes.get(name) else {
                self.refuse_index(name, sql)?;
                texts.push(sql.clone());
                continue;
            };
            let renamed = self.track.indexes.iter().find(|(_, start)| *start == name).map(|(end, _)| end);
            let Some(after) = renamed.and_then(|end| self.end.indexes.get(end)) else { continue };
            let reads = |column: &String| {
                let keys =
                    after.columns.iter().any(|key| key.expr.reads(column) && key.expr.columns().len() != 1);
                keys || after.predicate.as_ref().is_some_and(|predicate| predicate.reads(column))
            };
            let same = before.columns == after.columns
                && before.predicate == after.predicate
                && before.unique == after.unique
                && !self.retyped.iter().any(reads);
            texts.push(match same {
                true if after.name == *name => sql.clone(),
                true => parse_index(sql)?.sql(&after.name, &self.base.def.name),
                false => create_index(self.end, after)?,
            });
        }
        for index in self.end.indexes.values().filter(|index| !self.track.indexes.contains_key(&index.name)) {
            texts.push(create_index(self.end, index)?);
        }
        Ok(texts)
    }

    fn refuse_index(&self, name: &str, sql: &str) -> Result<()> {
        let keys = parse_index(sql)?.sql("", "");
        match self.track.dropped.iter().find(|column| mentions(&keys, column)) {
            Some(column) => Err(self.in_use(name, column)),
            None => Ok(()),
        }
    }

    /// A check or key that the state does not know of may use a dropped column.
    fn refuse_unknown_users(&self, def: &TableDef) -> Result<()> {
        for column in &self.track.dropped {
            let in_column = def.columns.iter().find(|other| {
                let mut rules = (*other).clone();
                rules.name.clear();
                rules.declared.clear();
                mentions(&rules.sql(), column)
            });
            let used = in_column.map(|other| format!("the column {}", other.name)).or_else(|| {
                let uses = |constraint: &&ConstraintDef| match &constraint.kind {
                    ConstraintDefKind::Check(text) => mentions(text, column),
                    ConstraintDefKind::PrimaryKey { columns, .. }
                    | ConstraintDefKind::Unique { columns, .. } => {
                        columns.iter().any(|key| key.column_name() == Some(column))
                    }
                    ConstraintDefKind::ForeignKey { columns, .. } => columns.contains(column),
                };
                let user = def.constraints.iter().find(uses)?;
                Some(user.name.clone().unwrap_or_else(|| "a constraint without a name".to_owned()))
            });
            if let Some(used) = used.filter(|_| !self.track.added.contains(column)) {
                return Err(self.in_use(&used, column));
            }
        }
        Ok(())
    }

    fn in_use(&self, by: &str, column: &str) -> Error {
        Error::new(
            ErrorKind::Migration,
            format!(
                "{by} uses {}.{column}, which is to be dropped, and is not in the migrations",
                self.start.name
            ),
        )
        .with_hint("drop it first, with an operation or a run_sql of its own")
    }
}
