//! Which tables, columns and labels that have gone are the new ones under another name.

use super::Models;
use super::questions::{ColumnRename, Questioner, TableRename};
use crate::error::Result;
use crate::migrations::ProjectState;
use crate::migrations::diff::Renames;
use crate::schema::{Column, SqlType, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Finds every rename: what the models say decides; where they say nothing and the values could have been carried
/// over, `questioner` is asked.
///
/// # Errors
/// Those of `questioner`.
pub(super) fn find(
    state: &ProjectState,
    models: &Models,
    questioner: &mut dyn Questioner,
) -> Result<Renames> {
    let mut renames = Renames::default();
    let tables = tables(state, models, questioner)?;
    renames.tables.extend(tables.iter().cloned());
    for table in models.schema.tables.values() {
        let old = tables.iter().find(|(_, to)| *to == table.name).map_or(&table.name, |(from, _)| from);
        let Some(old) = state.schema.table(old) else { continue };
        let columns = columns(state, old, table, models, questioner)?;
        for column in table.columns.values() {
            let former = columns.iter().find(|(_, to)| *to == column.name).map(|(from, _)| from);
            let Some(old) = old.column(former.unwrap_or(&column.name)) else { continue };
            let found = labels(old, column, table, models);
            if !found.is_empty() {
                renames.labels.insert((table.name.clone(), column.name.clone()), found);
            }
        }
        for (from, to) in columns {
            renames.columns.insert((table.name.clone(), from), to);
        }
    }
    Ok(renames)
}

/// Names that have gone and names that are new, until they are matched.
struct Matching<'a> {
    gone: Vec<&'a str>,
    new: Vec<&'a str>,
    /// Names that are there before and after.
    stay: BTreeSet<&'a str>,
    found: Vec<(String, String)>,
}

impl<'a> Matching<'a> {
    fn new(
        old: impl Iterator<Item = &'a String> + Clone,
        new: impl Iterator<Item = &'a String> + Clone,
    ) -> Self {
        let had: BTreeSet<&str> = old.clone().map(String::as_str).collect();
        let has: BTreeSet<&str> = new.clone().map(String::as_str).collect();
        Matching {
            gone: old.map(String::as_str).filter(|name| !has.contains(name)).collect(),
            new: new.map(String::as_str).filter(|name| !had.contains(name)).collect(),
            stay: had.intersection(&has).copied().collect(),
            found: Vec::new(),
        }
    }

    fn matched(&mut self, from: &str, to: &str) {
        self.gone.retain(|name| *name != from);
        self.new.retain(|name| *name != to);
        self.found.push((from.to_owned(), to.to_owned()));
    }

    /// Takes what is declared: of the names that `to` had before, the newest that has gone.
    fn declared(&mut self, before: impl Fn(&str) -> Vec<String>) {
        for to in self.new.clone() {
            let names = before(to);
            let from =
                names.iter().rev().find_map(|name| self.gone.iter().find(|gone| *gone == name).copied());
            if let Some(from) = from {
                self.matched(from, to);
            }
        }
    }

    /// Takes the names that are declared to go round: each is there before and after, and says which of the others it
    /// was. `is_done`: whether it was that already, since the declaration stays behind when it has done its work.
    fn exchanged(&mut self, before: impl Fn(&str) -> Vec<String>, is_done: impl Fn(&str, &str) -> bool) {
        let declared = |to: &str| {
            let stays = |from: &&String| from.as_str() != to && self.stay.contains(from.as_str());
            before(to).iter().rev().find(stays).cloned().filter(|from| !is_done(to, from))
        };
        let mut from: BTreeMap<String, String> =
            self.stay.iter().filter_map(|to| Some(((*to).to_owned(), declared(to)?))).collect();
        // What nobody takes, or what takes from where nothing comes, is in no circle; nor what is taken twice.
        loop {
            let taken: Vec<&String> = from.values().collect();
            let once = |name: &String| taken.iter().filter(|taken| **taken == name).count() == 1;
            let open = from.iter().find(|(to, old)| !once(to) || !once(old) || !from.contains_key(*old));
            let Some(open) = open.map(|(to, _)| to.clone()) else { break };
            from.remove(&open);
        }
        self.found.extend(from.into_iter().map(|(to, from)| (from, to)));
    }
}

fn tables(
    state: &ProjectState,
    models: &Models,
    questioner: &mut dyn Questioner,
) -> Result<Vec<(String, String)>> {
    let mut matching = Matching::new(state.schema.tables.keys(), models.schema.tables.keys());
    let declared = |to: &str| models.renamed_tables.get(to).cloned().unwrap_or_default();
    matching.declared(declared);
    matching.exchanged(declared, |to, from| state.table_was(to, from));
    for to in matching.new.clone() {
        let (Some(table), Some(app)) = (models.schema.table(to), models.owners.get(to)) else { continue };
        let mut candidates: Vec<(usize, &str)> = matching
            .gone
            .iter()
            .filter(|from| state.owner(from) == Some(app.as_str()))
            .filter_map(|from| Some((likeness(state.schema.table(from)?, table)?, *from)))
            .collect();
        candidates.sort_by_key(|(likeness, name)| (std::cmp::Reverse(*likeness), *name));
        for (_, from) in candidates {
            if questioner.table_renamed(&TableRename { app, from, to })? {
                matching.matched(from, to);
                break;
            }
        }
    }
    Ok(matching.found)
}

/// How many columns two tables have in common, where that is half of the larger one's or more.
fn likeness(old: &Table, new: &Table) -> Option<usize> {
    let common = |column: &&Column| new.column(&column.name).is_some_and(|other| carries(column, other));
    let count = old.columns.values().filter(common).count();
    (count * 2 >= old.columns.len().max(new.columns.len()).max(1)).then_some(count)
}

fn columns(
    state: &ProjectState,
    old: &Table,
    new: &Table,
    models: &Models,
    questioner: &mut dyn Questioner,
) -> Result<Vec<(String, String)>> {
    let mut matching = Matching::new(old.columns.keys(), new.columns.keys());
    let key = |column: &str| (new.name.clone(), column.to_owned());
    let declared = |to: &str| models.renamed_columns.get(&key(to)).cloned().unwrap_or_default();
    matching.declared(declared);
    matching.exchanged(declared, |to, from| state.column_was(&old.name, to, from));
    let app = models.owners.get(&new.name).map_or("", String::as_str);
    for name in matching.new.clone() {
        let Some(to) = new.column(name) else { continue };
        let mut candidates: Vec<&Column> = matching
            .gone
            .iter()
            .filter_map(|gone| old.column(gone))
            .filter(|from| carries(from, to))
            .collect();
        // A column that differs in nothing but its name is asked about first.
        candidates.sort_by_key(|from| Column { name: to.name.clone(), ..(*from).clone() } != *to);
        for from in candidates {
            if questioner.column_renamed(&ColumnRename { app, table: &new.name, from, to })? {
                matching.matched(&from.name, name);
                break;
            }
        }
    }
    Ok(matching.found)
}

/// The labels of a column's enum that have gone, and that the models say are new ones.
fn labels(old: &Column, new: &Column, table: &Table, models: &Models) -> Vec<(String, String)> {
    let declared = models.renamed_labels.get(&(table.name.clone(), new.name.clone()));
    let (Some(from), Some(to), Some(declared)) = (old.ty.enum_of(), new.ty.enum_of(), declared) else {
        return Vec::new();
    };
    let mut matching = Matching::new(from.labels.iter(), to.labels.iter());
    matching.declared(|label| declared.get(label).cloned().unwrap_or_default());
    matching.found
}

/// Whether the values of one column could stand in the other: types of one family, whatever their sizes. Between
/// families nothing is lost by dropping one column and adding the other that a rename would have kept.
fn carries(from: &Column, to: &Column) -> bool {
    from.identity == to.identity && family(&from.ty) == family(&to.ty)
}

fn family(ty: &SqlType) -> (u8, u8) {
    match ty {
        SqlType::Boolean => (0, 0),
        SqlType::SmallInt
        | SqlType::Integer
        | SqlType::BigInt
        | SqlType::UInt8
        | SqlType::UInt16
        | SqlType::UInt32
        | SqlType::UInt64
        | SqlType::Real
        | SqlType::Double
        | SqlType::Decimal { .. } => (1, 0),
        SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text | SqlType::Enum(_) => (2, 0),
        SqlType::Bytes => (3, 0),
        SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz => (4, 0),
        SqlType::Time => (5, 0),
        SqlType::Uuid => (6, 0),
        SqlType::Json => (7, 0),
        SqlType::Interval => (9, 0),
        SqlType::Inet | SqlType::Cidr => (10, 0),
        SqlType::MacAddr => (11, 0),
        SqlType::Bit(_) => (12, 0),
        SqlType::Hstore => (13, 0),
        SqlType::Ltree => (14, 0),
        SqlType::Xml => (15, 0),
        SqlType::TsVector => (16, 0),
        SqlType::Range(_) => (17, 0),
        SqlType::Array(element) => (8, family(element).0),
    }
}
