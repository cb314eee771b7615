//! What transactions and locks can do.

use super::{Absent, Outcome, Trial};
use crate::contract::live::{execute_on, rows_of};
use umbral_core::backend::{Connection, TransactionOptions};

pub(super) async fn savepoints(trial: &Trial) -> Outcome {
    let table = trial.table("rows");
    trial.run(format!("CREATE TABLE {table} (n integer)")).await?;
    let mut connection = trial.live.driver.acquire().await?;
    for (n, keep) in [(1, true), (2, false), (4, true)] {
        if n == 1 {
            connection.begin(TransactionOptions::default()).await?;
        }
        connection.begin(TransactionOptions::default()).await?;
        execute_on(&mut *connection, &format!("INSERT INTO {table} VALUES ({n})")).await?;
        if keep { connection.commit().await? } else { connection.rollback().await? }
    }
    connection.commit().await?;
    drop(connection);
    trial.gives(format!("SELECT sum(n) FROM {table}"), "5").await
}

pub(super) async fn advisory(trial: &Trial) -> Outcome {
    let driver = &trial.live.driver;
    let (mut one, mut other) = (driver.acquire().await?, driver.acquire().await?);
    let taken = |text: &str| matches!(text, "true" | "1");
    let spellings = [
        ("SELECT pg_try_advisory_lock(4711)", "SELECT pg_advisory_unlock(4711)"),
        ("SELECT get_lock('umbral trial', 0)", "SELECT release_lock('umbral trial')"),
    ];
    let mut spelled = Err(Absent("no spelling".to_owned()));
    for (lock, unlock) in spellings {
        spelled = answer(&mut *one, lock).await.map(|first| (first, lock, unlock));
        if spelled.is_ok() {
            break;
        }
    }
    let (first, lock, unlock) = spelled?;
    let second = answer(&mut *other, lock).await?;
    answer(&mut *one, unlock).await?;
    let third = answer(&mut *other, lock).await?;
    answer(&mut *other, unlock).await?;
    super::same(
        &[taken(&first), taken(&second), taken(&third)],
        &[true, false, true],
        "taking a lock by name",
    )
}

async fn answer(connection: &mut dyn Connection, sql: &str) -> Result<String, Absent> {
    let rows = rows_of(connection, sql).await?;
    let value = rows.first().and_then(|row| row.first()).map(super::text_of);
    value.ok_or_else(|| Absent(format!("{sql} gave no row")))
}

pub(super) async fn rows(trial: &Trial) -> Outcome {
    let table = trial.table("rows");
    trial.run(format!("CREATE TABLE {table} (id integer PRIMARY KEY)")).await?;
    trial.run(format!("INSERT INTO {table} VALUES (1), (2)")).await?;
    let mut holder = trial.live.driver.acquire().await?;
    holder.begin(TransactionOptions::default()).await?;
    answer(&mut *holder, &format!("SELECT id FROM {table} WHERE id = 1 FOR UPDATE")).await?;
    let free = format!("SELECT id FROM {table} ORDER BY id FOR UPDATE SKIP LOCKED");
    trial.gives(free, "2").await?;
    holder.rollback().await?;
    Ok(())
}
