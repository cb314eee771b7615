//! Behaviour on live databases: every engine that this machine has.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::type_complexity,
    unreachable_pub
)]

mod authentication;
mod cases;
mod cli;
mod contract;
mod documentation;
mod engines;
mod fields;
mod laws;
mod live;
mod migrations;
mod mysql;
mod postgres;
mod query;
mod readme;
mod tls;
