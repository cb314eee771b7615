//! The SQL of every operation.
