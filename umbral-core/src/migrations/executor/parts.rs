//! A migration cut where the planner has to look at the database anew.

use super::work::Work;
use crate::backend::{LiveCatalog, Plan, Planner};
use crate::error::Result;
use crate::migrations::Operation;
use crate::schema::Schema;

/// Operations that are planned together: those between two `run_sql`, or one `run_sql`, which may change what the
/// state does not know.
#[derive(Debug, Clone)]
pub(in crate::migrations) struct Segment {
    /// The place of the first operation in the migration, which names the segment in the journal.
    pub(in crate::migrations) first: usize,
    pub(in crate::migrations) operations: Vec<Operation>,
    pub(in crate::migrations) from: Schema,
}

impl Segment {
    pub(in crate::migrations) fn plan(&self, planner: &dyn Planner, live: &LiveCatalog) -> Result<Plan> {
        planner.plan(&self.operations, &self.from, live)
    }
}

/// Cuts a migration before and after every `run_sql`.
pub(in crate::migrations) fn segments(work: &Work) -> Result<Vec<Segment>> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut state = work.from.clone();
    let mut alone = true;
    for (first, operation) in work.operations.iter().enumerate() {
        let runs_sql = matches!(operation, Operation::RunSql(_));
        if runs_sql || alone {
            segments.push(Segment { first, operations: Vec::new(), from: state.clone() });
        }
        alone = runs_sql;
        if let Some(segment) = segments.last_mut() {
            segment.operations.push(operation.clone());
        }
        operation.apply(&mut state)?;
    }
    Ok(segments)
}

/// Whether a plan can stand among others in one transaction: whatever has to be set outside of it would hold for
/// the others too, such as foreign keys that are not enforced.
pub(super) fn joins_others(plan: &Plan) -> bool {
    plan.transactional && plan.before.is_empty() && plan.after.is_empty()
}

/// The segments that run together: all of them where one transaction can hold them and `together` is wished;
/// otherwise each is a part of its own, and the journal remembers which are done.
///
/// This is decided from the state alone, since the catalogue of the database knows neither what earlier segments will
/// have changed nor what those that are done already found. Where the catalogue turns out to ask for more, the migration
/// is rolled back and run again in parts.
pub(in crate::migrations) fn parts(
    segments: &[Segment],
    planner: &dyn Planner,
    mut together: bool,
) -> Result<Vec<Vec<Segment>>> {
    let mut parts = Vec::new();
    for segment in segments {
        let plan = segment.plan(planner, &LiveCatalog::default())?;
        together &= joins_others(&plan) || segments.len() == 1;
        parts.push(vec![segment.clone()]);
    }
    together &= !segments.is_empty();
    Ok(if together { vec![segments.to_vec()] } else { parts })
}
