//! What the PostgreSQL backend does beyond the contract that every backend keeps, on each PostgreSQL server there is.

mod changes;
mod classes;
mod connections;
mod conversions;
mod exclusion;
mod found;
mod unreadable;

use crate::live::{Live, refused};
use umbral_testkit::{TestDatabase, on_databases};

/// Runs `body` on a new database of every PostgreSQL server there is.
fn on_postgres(body: impl AsyncFn(&TestDatabase) + Sync) {
    on_databases([TestDatabase::postgres(), TestDatabase::postgres_newest()].into_iter().flatten(), body);
}
