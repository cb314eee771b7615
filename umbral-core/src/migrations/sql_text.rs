//! The SQL of a migration as text, without a database.

use super::executor::{Work, backward, parts, segments};
use super::{Checksum, Direction, Migration, MigrationId, MigrationSet, Operation};
use crate::backend::{DatabaseBackend, LiveCatalog, Plan, StepKind};
use crate::error::{Error, ErrorKind, Result};

/// The SQL of one migration as text, for any backend and version, without a database.
///
/// What depends on the rows or on the catalogue of a live database is shown as it is for an empty one; queries that
/// would refuse the migration stand in comments.
///
/// # Errors
/// [`ErrorKind::Usage`] for an unknown migration, [`ErrorKind::Migration`] where what is to be undone cannot be,
/// [`ErrorKind::Unsupported`] for what the backend cannot do.
pub fn sql_text(
    set: &MigrationSet,
    id: &MigrationId,
    direction: Direction,
    backend: &dyn DatabaseBackend,
) -> Result<String> {
    let Some(migration) = set.get(id) else {
        return Err(Error::new(ErrorKind::Usage, format!("there is no migration {id}")));
    };
    let work = work(set, migration, direction)?.on(backend.name())?;
    let mut out = format!("-- {direction} {id} on {} {}\n", backend.name(), backend.version());
    let live = LiveCatalog::default();
    for part in parts(&segments(&work)?, backend.planner(), true)? {
        for (position, segment) in part.iter().enumerate() {
            let plan =
                segment.plan(backend.planner(), &live).map_err(|error| error.context(id.to_string()))?;
            if position == 0 {
                plan.before.iter().for_each(|sql| push(&mut out, sql));
                begin(&mut out, &plan);
            }
            steps(&mut out, &segment.operations, &plan);
            if position + 1 == part.len() {
                commit(&mut out, &plan);
                plan.after.iter().for_each(|sql| push(&mut out, sql));
            }
        }
    }
    Ok(out)
}

/// The migration with the state that it finds: that of all which stand before it.
fn work(set: &MigrationSet, migration: &Migration, direction: Direction) -> Result<Work> {
    let earlier = set.iter().take_while(|other| other.id != migration.id);
    let earlier: std::collections::BTreeSet<&MigrationId> = earlier.map(|other| &other.id).collect();
    let state = set.state_of(|id| earlier.contains(id))?;
    match direction {
        Direction::Backward => backward(migration, state),
        Direction::Forward => Ok(Work {
            id: migration.id.clone(),
            direction,
            operations: migration.operations.clone(),
            from: state.schema,
            checksum: Checksum::of(migration),
        }),
    }
}

fn begin(out: &mut String, plan: &Plan) {
    if plan.transactional {
        push(out, "BEGIN");
    }
}

fn commit(out: &mut String, plan: &Plan) {
    if plan.transactional {
        push(out, "COMMIT");
    }
}

fn steps(out: &mut String, operations: &[Operation], plan: &Plan) {
    for operation in operations {
        comment(out, &operation.describe());
    }
    for step in &plan.steps {
        match &step.kind {
            StepKind::Refuse(refusal) => {
                comment(out, &format!("refused where this finds rows: {}", refusal.message));
                comment(out, &step.sql);
            }
            StepKind::Execute
            | StepKind::Define(_)
            | StepKind::Rows
            | StepKind::Script
            | StepKind::Constrain(_) => {
                push(out, &step.sql);
            }
        }
    }
}

fn push(out: &mut String, sql: &str) {
    let sql = sql.trim_end();
    out.push_str(sql);
    out.push_str(if sql.ends_with(';') { "\n" } else { ";\n" });
}

fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        out.push_str("-- ");
        out.push_str(line);
        out.push('\n');
    }
}
