//! What a connection asks the server, and what it tells it, before anything else.

use super::super::errors::{encoding, failure};
use super::super::release::{Family, Release};
use super::super::values::ParameterTypes;
use crate::backend::standard::server::Failure;
use crate::error::{Error, ErrorKind};
use sqlx::mysql::{MySql, MySqlConnection, MySqlRow, MySqlTypeInfo};
use sqlx::{AssertSqlSafe, Column, Decode, Either, Executor, Row};
use std::time::Duration;

/// What the server calls itself, whether it folds the names of tables, and a value of each type that the driver gives no name for.
const PROBE: &str = "SELECT VERSION(), @@lower_case_table_names, CAST(1 AS DECIMAL(65,30)), CAST('2000-01-01' AS DATE), \
                     CAST('2000-01-01 00:00:00' AS DATETIME(6)), CAST('00:00:00' AS TIME(6))";

/// Values that do not fit are refused, never changed, and so are days that do not exist. A difference of integers without a
/// sign may be negative. A backslash in a quoted text is an escape on any server, which quoting relies on.
const MODES: &str = "NO_AUTO_VALUE_ON_ZERO,NO_UNSIGNED_SUBTRACTION,STRICT_ALL_TABLES,STRICT_TRANS_TABLES,\
                     NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/// MySQL sorts by whole values, and refuses to where one does not fit the buffer. It takes no more of the buffer than a sort
/// needs.
const SORT_BUFFER: &str = "CAST(GREATEST(@@sort_buffer_size, 33554432) AS UNSIGNED)";

/// What is known of a server once a connection has asked.
#[derive(Debug, Clone)]
pub(super) struct Server {
    pub(super) release: Release,
    /// Whether a table has one name in capitals and in small letters.
    pub(super) folds_tables: bool,
    pub(super) types: ParameterTypes,
}

/// What a connection is, to others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity {
    /// By which another connection ends it.
    pub(super) id: u64,
    /// The bytes of a statement that the server reads.
    pub(super) max_packet: u64,
    /// How much greater a key is than the one that the server assigned before it.
    pub(super) key_step: u64,
}

/// Asks which server it is.
pub(super) async fn probe(connection: &mut MySqlConnection) -> Result<Server, Failure> {
    let row = last_row(connection, PROBE).await?;
    let release = Release::parse(text(&row, 0)?)?;
    let ty = |index: usize| -> MySqlTypeInfo { row.columns()[index].type_info().clone() };
    let types = ParameterTypes { decimal: ty(2), date: ty(3), datetime: ty(4), time: ty(5) };
    Ok(Server { release, folds_tables: text(&row, 1)? != "0", types })
}

/// Tells the server how this connection wants to be treated.
pub(super) async fn settle(
    connection: &mut MySqlConnection,
    release: &Release,
    lock_timeout: Duration,
) -> Result<Identity, Failure> {
    let asked = "SELECT CONNECTION_ID(), @@max_allowed_packet, @@auto_increment_increment";
    let row = last_row(connection, &format!("{}; {asked}", settings(release, lock_timeout))).await?;
    let number = |index: usize| {
        text(&row, index)?.parse::<u64>().map_err(|_| {
            Failure::from(Error::new(ErrorKind::Internal, format!("{asked} gave no number at {index}")))
        })
    };
    Ok(Identity { id: number(0)?, max_packet: number(1)?, key_step: number(2)? })
}

fn settings(release: &Release, lock_timeout: Duration) -> String {
    let seconds = lock_timeout.as_millis().div_ceil(1000).clamp(1, 1_073_741_824);
    // A binary collation that regards trailing spaces: texts are equal when they are the same. And a recursive query ends
    // by itself, instead of after a thousand rounds, which MariaDB does without a word.
    let (modes, collation, own) = match release.family {
        Family::MariaDb => (
            format!("{MODES},SIMULTANEOUS_ASSIGNMENT"),
            "utf8mb4_nopad_bin",
            "max_recursive_iterations = 4294967295".to_owned(),
        ),
        Family::MySql => (
            MODES.to_owned(),
            "utf8mb4_0900_bin",
            format!("cte_max_recursion_depth = 4294967295, sort_buffer_size = {SORT_BUFFER}"),
        ),
    };
    format!(
        "SET NAMES utf8mb4 COLLATE {collation}; SET autocommit = 1, sql_mode = '{modes}', time_zone = '+00:00', \
         lc_messages = 'en_US', innodb_lock_wait_timeout = {seconds}, lock_wait_timeout = {seconds}, {own}"
    )
}

/// The last row that a text of several statements gives, in the text protocol.
async fn last_row(connection: &mut MySqlConnection, sql: &str) -> Result<MySqlRow, Failure> {
    let mut rows = connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(sql)));
    let mut last = None;
    while let Some(item) = std::future::poll_fn(|context| rows.as_mut().poll_next(context)).await {
        if let Either::Right(row) = item.map_err(failure)? {
            last = Some(row);
        }
    }
    last.ok_or_else(|| Error::new(ErrorKind::Internal, format!("no row came of: {sql}")).into())
}

fn text(row: &MySqlRow, index: usize) -> Result<&str, Failure> {
    let raw = row.try_get_raw(index).map_err(failure)?;
    <&str as Decode<MySql>>::decode(raw).map_err(|error| encoding(error).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_timeouts_are_whole_seconds_and_never_endless() {
        let release = Release::parse("9.7.0").unwrap();
        for (timeout, seconds) in [
            (Duration::ZERO, 1),
            (Duration::from_millis(200), 1),
            (Duration::from_millis(1500), 2),
            (Duration::MAX, 1_073_741_824),
        ] {
            let settings = settings(&release, timeout);
            assert!(settings.contains(&format!(" lock_wait_timeout = {seconds},")), "{settings}");
        }
    }
}
