//! Queries on live databases, with rows.

mod bulk;
mod changes;
mod composite;
mod exact;
mod extremes;
mod families;
mod golden;
mod handlers;
mod json;
mod locking;
mod many;
mod many_golden;
mod many_mistakes;
mod one_to_one;
mod ordering;
mod overflow;
mod raw;
mod relations;
mod shelf;
mod text;
mod through;
mod transactions;
mod wide;
