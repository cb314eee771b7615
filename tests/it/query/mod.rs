//! Queries on live databases, with rows.

mod bulk;
mod changes;
mod families;
mod ordering;
mod relations;
mod shelf;
mod text;
