//! SQL with its parameters, ready to run.

use crate::schema::SqlType;
use crate::value::Value;
use std::sync::Arc;

/// SQL text with its parameters and, where it is known, what its result's columns are.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The text, with the dialect's own placeholders.
    pub sql: Arc<str>,
    /// The parameters, in the order of the placeholders. For one SQL text a position always has the same
    /// variant or NULL, since servers prepare a text once.
    pub params: Vec<Value>,
    /// The logical types of the result's columns, from the left; empty or shorter where they are not known. A
    /// driver converts what it stores to these: a scaled integer to a decimal, 0 and 1 to a boolean.
    pub columns: Arc<[SqlType]>,
}

impl Statement {
    /// A statement without parameters.
    pub fn new(sql: impl Into<Arc<str>>) -> Statement {
        Statement { sql: sql.into(), params: Vec::new(), columns: Arc::from([]) }
    }

    /// With parameters.
    #[must_use]
    pub fn with_params(mut self, params: Vec<Value>) -> Statement {
        self.params = params;
        self
    }

    /// With the types of the result's columns.
    #[must_use]
    pub fn with_columns(mut self, columns: impl Into<Arc<[SqlType]>>) -> Statement {
        self.columns = columns.into();
        self
    }
}
