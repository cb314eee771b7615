//! Operations to statements.

use super::MySql;
use crate::backend::{LiveCatalog, Plan, Planner};
use crate::error::{Error, Result};
use crate::migrations::Operation;
use crate::schema::Schema;

impl Planner for MySql {
    fn plan(&self, _operations: &[Operation], _from: &Schema, _live: &LiveCatalog) -> Result<Plan> {
        Err(Error::unsupported("plans", "not yet"))
    }
}
