//! Runs SQL of the user's own, per backend.

use super::footprint::{Footprint, Part};
use super::{Irreversible, Op, Operation, Reduction, StateError, naming};
use crate::schema::Schema;
use std::collections::BTreeMap;

/// Runs SQL of the user's own, per backend.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSql {
    /// What it does, in words.
    pub description: String,
    /// The text by backend name; `any` serves the backends that are not named. A backend without a text is refused.
    pub forward: BTreeMap<String, String>,
    /// The text that undoes it; empty: it cannot be undone.
    pub backward: BTreeMap<String, String>,
    /// Whether it runs in the migration's transaction. `false` for what a database refuses there, such as
    /// `CREATE INDEX CONCURRENTLY`.
    pub transactional: bool,
}

impl Op for RunSql {
    /// The state stays: what the text does to the schema is not known.
    fn apply(&self, _state: &mut Schema) -> Result<(), StateError> {
        Ok(())
    }

    fn invert(&self, _before: &Schema) -> Result<Operation, Irreversible> {
        if self.backward.is_empty() {
            return Err(Irreversible(format!("{}: it has no `backward` text", self.describe())));
        }
        Ok(Operation::RunSql(RunSql {
            description: self.description.clone(),
            forward: self.backward.clone(),
            backward: self.forward.clone(),
            transactional: self.transactional,
        }))
    }

    fn describe(&self) -> String {
        if self.description.is_empty() {
            "Run SQL".to_owned()
        } else {
            format!("Run SQL: {}", self.description)
        }
    }

    fn slug(&self) -> String {
        let slug = naming::slug(&[&self.description]);
        if slug.is_empty() { "run_sql".to_owned() } else { slug }
    }

    fn footprint(&self) -> Footprint {
        Footprint::changing([Part::All])
    }

    fn reduce(&self, next: &Operation) -> Reduction {
        Reduction::by_footprint(self.footprint(), next)
    }
}
