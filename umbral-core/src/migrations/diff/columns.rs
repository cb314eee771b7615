//! Columns that are new or change, and primary keys that change.

use super::projection::Projection;
use super::stage::Stage;
use crate::error::Result;
use crate::migrations::operations::{
    AddColumn, AlterColumn, AlterPrimaryKey, AlterTableComment, DropColumn, Operation,
};
use crate::schema::{Column, Table};

/// Brings the columns and the primary key of every table that stays to what they become. Columns that go are
/// dropped later, except an identity that stands in the way of another key.
pub(super) fn change(stage: &mut Stage, projection: &Projection<'_>) -> Result<()> {
    for survivor in &projection.survivors {
        let Some(there) = stage.state().table(&survivor.to.name) else { continue };
        let comment = comment_change(there, survivor.to);
        let readers = outdated_readers(there, survivor.to);
        for reader in readers {
            stage.attempt(&[reader]);
        }
        let Some(there) = stage.state().table(&survivor.to.name) else { continue };
        let columns = column_changes(there, survivor.to);
        let key = key_change(there, survivor.to);
        let leaving = leaving_identities(there, survivor.to);
        change_table(stage, columns, key, leaving)?;
        comment.into_iter().try_for_each(|operation| stage.emit(operation))?;
    }
    Ok(())
}

/// The columns first and then the key, where the two can change apart; otherwise the key goes first and comes back last,
/// since an identity has to be the key, and a column of the key cannot accept NULL.
fn change_table(
    stage: &mut Stage,
    columns: Vec<Operation>,
    key: Option<AlterPrimaryKey>,
    leaving: Vec<Operation>,
) -> Result<()> {
    let Some(key) = key else { return columns.into_iter().try_for_each(|operation| stage.emit(operation)) };
    let at_once: Vec<Operation> =
        columns.iter().cloned().chain([Operation::AlterPrimaryKey(key.clone())]).collect();
    if stage.attempt(&at_once) {
        return Ok(());
    }
    let AlterPrimaryKey { table, from, to } = key;
    let alter = |from: Vec<String>, to: Vec<String>| {
        Operation::AlterPrimaryKey(AlterPrimaryKey { table: table.clone(), from, to })
    };
    if !from.is_empty() {
        stage.emit(alter(from, Vec::new()))?;
    }
    // The only column of a table cannot be dropped before there is another one.
    let leaving: Vec<Operation> =
        leaving.into_iter().filter(|operation| !stage.attempt(std::slice::from_ref(operation))).collect();
    columns.into_iter().chain(leaving).try_for_each(|operation| stage.emit(operation))?;
    if to.is_empty() { Ok(()) } else { stage.emit(alter(Vec::new(), to)) }
}

/// The drops of identities that go, behind those of what is generated from them: none can stay beside a new primary key.
fn leaving_identities(there: &Table, to: &Table) -> Vec<Operation> {
    let leaves = |column: &&Column| to.column(&column.name).is_none();
    let identities = there.columns.values().filter(|column| column.identity).filter(leaves);
    let readers = |identity: &Column| {
        let name = identity.name.clone();
        there.columns.values().filter(leaves).filter(move |column| column.reads(&name))
    };
    let leaving = identities.flat_map(|identity| readers(identity).chain([identity]));
    let drop = |column: &Column| DropColumn { table: to.name.clone(), column: column.name.clone() };
    leaving.map(|column| Operation::DropColumn(drop(column))).collect()
}

/// The drops of generated columns that go or change, and that read a column which becomes generated itself or of another
/// type: neither goes with what they are computed as now. Those that stay hold nothing of their own, and are added again.
fn outdated_readers(there: &Table, to: &Table) -> Vec<Operation> {
    let changes = |name: &&str| match (there.column(name), to.column(name)) {
        (Some(from), Some(to)) => from.ty != to.ty || (from.generated.is_none() && to.generated.is_some()),
        _ => false,
    };
    let is_outdated = |column: &&Column| {
        let Some(generated) = &column.generated else { return false };
        to.column(&column.name).and_then(|to| to.generated.as_ref()) != Some(generated)
            && generated.expr.columns().iter().any(changes)
    };
    let drop = |column: &Column| DropColumn { table: to.name.clone(), column: column.name.clone() };
    let outdated = there.columns.values().filter(is_outdated);
    outdated
        .filter(|column| to.column(&column.name).is_none_or(|to| to.generated.is_some()))
        .map(|column| Operation::DropColumn(drop(column)))
        .collect()
}

/// The columns that are new, in the order of declaration, and then those that change; generated ones last, since they
/// read others, and of these first those that are generated already.
fn column_changes(there: &Table, to: &Table) -> Vec<Operation> {
    let was_generated =
        |column: &Column| there.column(&column.name).is_some_and(|was| was.generated.is_some());
    let (generated, plain): (Vec<&Column>, Vec<&Column>) =
        to.columns.values().partition(|column| column.generated.is_some());
    let (first, last) = generated.into_iter().partition(|column| was_generated(column));
    [plain, first, last].map(|columns| changes_among(there, to, columns)).concat()
}

fn changes_among(there: &Table, to: &Table, columns: Vec<&Column>) -> Vec<Operation> {
    let table = || to.name.clone();
    let mut operations = Vec::new();
    for column in columns.iter().copied().filter(|column| there.column(&column.name).is_none()) {
        operations.push(Operation::AddColumn(AddColumn {
            table: table(),
            column: column.clone(),
            backfill: None,
        }));
    }
    for column in columns {
        if let Some(from) = there.column(&column.name).filter(|from| *from != column) {
            let (from, to) = (from.clone(), column.clone());
            operations.push(Operation::AlterColumn(AlterColumn { table: table(), from, to, backfill: None }));
        }
    }
    operations
}

fn comment_change(there: &Table, to: &Table) -> Option<Operation> {
    (there.comment != to.comment).then(|| {
        let (table, from, to) = (to.name.clone(), there.comment.clone(), to.comment.clone());
        Operation::AlterTableComment(AlterTableComment { table, from, to })
    })
}

fn key_change(there: &Table, to: &Table) -> Option<AlterPrimaryKey> {
    (there.primary_key != to.primary_key).then(|| AlterPrimaryKey {
        table: to.name.clone(),
        from: there.primary_key.clone(),
        to: to.primary_key.clone(),
    })
}
