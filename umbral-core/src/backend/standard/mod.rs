//! Defaults that a backend may build on, as free functions.

pub mod enums;
pub mod expr;
pub mod expr_type;
pub mod lookups;
pub mod readers;
pub mod rows;

#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) mod server;
