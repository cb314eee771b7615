//! What stands in the live database beside the schema: the texts of tables, indexes, triggers and views.

use super::{Track, Tracks};
use crate::backend::sqlite::def::TableDef;
use crate::backend::sqlite::parse::parse_table;
use crate::backend::sqlite::parse::tokens::{Token, TokenKind, tokens};
use crate::backend::sqlite::quote;
use crate::backend::{LiveCatalog, LiveObject, LiveObjectKind, Refusal, Step, StepKind};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Schema;
use std::collections::BTreeSet;

/// A live table with what belongs to it.
pub(super) struct Base {
    pub(super) def: TableDef,
    /// Names and texts.
    pub(super) indexes: Vec<(String, String)>,
    /// Those that work; the others are set aside.
    pub(super) triggers: Vec<LiveObject>,
}

/// The live table of this name; none where there is no database, or no such table in it.
pub(super) fn base(name: &str, live: &LiveCatalog) -> Result<Option<Base>> {
    let text = live.tables.iter().find(|(table, _)| table.eq_ignore_ascii_case(name));
    let Some((_, sql)) = text else { return Ok(None) };
    let of = |kind| {
        let belongs = move |object: &&LiveObject| {
            object.kind == kind && object.table.eq_ignore_ascii_case(name) && !object.sql.is_empty()
        };
        live.objects.iter().filter(belongs)
    };
    let index = |object: &LiveObject| (object.name.clone(), object.sql.clone());
    Ok(Some(Base {
        def: parse_table(sql)?,
        indexes: of(LiveObjectKind::Index).map(index).collect(),
        triggers: of(LiveObjectKind::Trigger).filter(|trigger| !trigger.broken).cloned().collect(),
    }))
}

/// Whether SQL text names this column, or anything else of its name.
pub(super) fn mentions(sql: &str, name: &str) -> bool {
    tokens(sql).iter().any(|token| is_name(token, name))
}

fn is_name(token: &Token<'_>, name: &str) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
        && token.name().is_some_and(|found| found.eq_ignore_ascii_case(name))
}

/// A trigger or view that uses a dropped column would be left broken.
pub(super) fn refuse_dropping_used(track: &Track, live: &LiveCatalog) -> Result<()> {
    let Some(table) = &track.start else { return Ok(()) };
    for column in &track.dropped {
        if let Some(LiveObject { name, .. }) = user_of(live, table, column) {
            let error = format!("{name} uses {table}.{column}, which is to be dropped");
            return Err(Error::new(ErrorKind::Migration, error).with_hint(format!(
                "drop {name} by a run_sql in front of it, and create it again by one behind, without the column"
            )));
        }
    }
    Ok(())
}

/// The trigger or view that would break if `column` of `table` were gone.
fn user_of<'l>(live: &'l LiveCatalog, table: &str, column: &str) -> Option<&'l LiveObject> {
    live.objects.iter().filter(|object| !object.broken).find(|object| match object.kind {
        LiveObjectKind::Index => false,
        LiveObjectKind::View => mentions(&object.sql, table) && mentions(&object.sql, column),
        LiveObjectKind::Trigger => trigger_uses(object, table, column),
    })
}

/// A trigger names its own table's columns behind NEW and OLD, in `UPDATE OF`, and in its WHEN; in its statements
/// it may name any table.
fn trigger_uses(trigger: &LiveObject, table: &str, column: &str) -> bool {
    let parts = tokens(&trigger.sql);
    let own = trigger.table.eq_ignore_ascii_case(table);
    let named = parts.iter().filter(|token| is_name(token, table)).count();
    if named > usize::from(own) {
        return mentions(&trigger.sql, column);
    }
    let on = parts.iter().position(|token| token.is("ON")).unwrap_or(0);
    own && parts.iter().enumerate().any(|(at, token)| {
        let qualified =
            at >= 2 && parts[at - 1].is(".") && (parts[at - 2].is("NEW") || parts[at - 2].is("OLD"));
        is_name(token, column) && (qualified || at < on)
    })
}

/// Views and triggers that are broken already, and the triggers of broken views, which go with them. They are set
/// aside while tables change and come back as they were.
///
/// # Errors
/// For a broken trigger whose table gets another name: nobody can tell what its text should become.
pub(super) fn broken(live: &LiveCatalog, tracks: &Tracks) -> Result<Vec<LiveObject>> {
    let is_broken = |object: &&LiveObject| object.broken;
    let views: BTreeSet<&str> = live
        .objects
        .iter()
        .filter(is_broken)
        .filter(|object| object.kind == LiveObjectKind::View)
        .map(|object| object.name.as_str())
        .collect();
    let track = |object: &LiveObject| {
        let table = object.table.clone();
        tracks
            .iter()
            .find(move |track| track.start.as_deref().is_some_and(|start| start.eq_ignore_ascii_case(&table)))
    };
    let mut found = Vec::new();
    for object in live.objects.iter().filter(|object| object.broken || views.contains(object.table.as_str()))
    {
        let about = track(object);
        let ends = about.map(|track| track.end.as_deref());
        if ends == Some(None) {
            continue;
        }
        if about.is_some_and(|track| track.start != track.end) {
            let error = format!(
                "the trigger {} is broken, and its table {} is to be renamed",
                object.name, object.table
            );
            return Err(Error::new(ErrorKind::Migration, error)
                .with_hint("mend the trigger, or drop it by a run_sql in front"));
        }
        found.push(object.clone());
    }
    Ok(found)
}

/// Takes a broken object away; a trigger of a broken view goes with the view.
pub(super) fn drop_step(object: &LiveObject) -> Option<Step> {
    let name = quote::identifier(&object.name);
    Some(match object.kind {
        LiveObjectKind::Index => return None,
        LiveObjectKind::View => Step::execute(format!("DROP VIEW IF EXISTS {name}")),
        LiveObjectKind::Trigger => Step::execute(format!("DROP TRIGGER IF EXISTS {name}")),
    })
}

/// The last step before COMMIT of a plan that ran with foreign keys off: every key of the tables that it built
/// anew, and every key that points at one of them or at a dropped table, holds.
pub(super) fn foreign_key_check(tracks: &Tracks, end: &Schema) -> Option<Step> {
    let rebuilt: BTreeSet<&str> =
        tracks.iter().filter(|track| track.rebuild).filter_map(|t| t.end.as_deref()).collect();
    let dropped: BTreeSet<&str> =
        tracks.iter().filter(|track| track.end.is_none()).filter_map(|t| t.start.as_deref()).collect();
    let concerns = |name: &str| rebuilt.contains(name) || dropped.contains(name);
    let checked: Vec<&str> = end
        .tables
        .values()
        .filter(|table| table.foreign_keys().any(|key| concerns(&key.table) || concerns(&table.name)))
        .map(|table| table.name.as_str())
        .collect();
    if checked.is_empty() {
        return None;
    }
    let checks: Vec<String> = checked
        .iter()
        .map(|table| format!("SELECT * FROM pragma_foreign_key_check({})", quote::text(table)))
        .collect();
    let all = checks.join(" UNION ALL ");
    Some(Step {
        sql: format!("SELECT count(*) FROM ({all})"),
        kind: StepKind::Refuse(Refusal {
            message: format!("rows of {} point at rows that do not exist", checked.join(", ")),
            find: Some(all),
            hint: "the query gives the table, the row and the table pointed at: delete those rows, or correct their keys"
                .to_owned(),
        }),
    })
}
