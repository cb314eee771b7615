//! What tests of umbral, of its backends and of applications on it need: servers found or started, throw-away
//! databases, one test body on every engine, and the contract that every backend keeps.
//!
//! [`each_engine`] runs a test's body on a new database of every engine, and [`contract`] holds a backend to what every
//! backend promises.
//!
//! # Servers
//! A server is looked for in this order, and [`servers::find`] says what was tried:
//! 1. an explicit URL: `UMBRAL_TEST_POSTGRES_URL`, `UMBRAL_TEST_MARIADB_URL`, `UMBRAL_TEST_MYSQL_URL`;
//! 2. programs on the machine, started as a private throw-away cluster on a free port;
//! 3. the distribution's package, installed when the tests run as root;
//! 4. a container engine.
//!
//! A test that needs a server which none of these gives fails and says so, but for MySQL, which few machines have: it says
//! that it went on without. `cargo xtask test` goes on without it
//! (it sets `UMBRAL_TEST_MISSING`) and names it in its closing summary; `UMBRAL_TEST_REQUIRE=postgres,mariadb` makes that a
//! failure there too.

// A test's helpers fail by panicking, and what they have to say goes to the test's output.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

pub mod servers;

#[cfg(feature = "suite")]
pub mod contract;
#[cfg(feature = "suite")]
mod database;
#[cfg(feature = "suite")]
mod engines;
#[cfg(feature = "suite")]
mod queries;
#[cfg(feature = "suite")]
pub mod schemas;
#[cfg(feature = "suite")]
mod tables;

#[cfg(feature = "suite")]
pub use database::TestDatabase;
#[cfg(feature = "suite")]
pub use engines::{TestEngine, each_engine, on_databases};
#[cfg(feature = "suite")]
pub use queries::expect_queries;
#[cfg(feature = "suite")]
pub use tables::{create_tables, set_up_types};
