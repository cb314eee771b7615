//! Queries on live databases, with rows.

mod families;
