//! What the MySQL and MariaDB backend does beyond the contract that every backend keeps, on each server there is.

mod changes;
mod conversions;
pub(crate) mod crashes;
mod found;
mod statements;

use crate::live::{Live, refused};
use umbral_testkit::{TestDatabase, TestEngine, on_databases};

/// Runs `body` on a new database of every MySQL and MariaDB server there is.
pub(crate) fn on_mysql(body: impl AsyncFn(&TestDatabase) + Sync) {
    let chosen = TestEngine::chosen();
    let engines = [TestEngine::MariaDb, TestEngine::MySql].into_iter().filter(|one| chosen.contains(one));
    on_databases(engines.filter_map(TestEngine::database), body);
}
