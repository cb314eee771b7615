//! What constraints enforce.

use super::{Outcome, Trial};
use crate::contract::live::execute_on;
use umbral_core::backend::TransactionOptions;

pub(super) async fn nulls_not_distinct(trial: &Trial) -> Outcome {
    let table = trial.table("rows");
    trial.run(format!("CREATE TABLE {table} (a integer, UNIQUE NULLS NOT DISTINCT (a))")).await?;
    trial.run(format!("INSERT INTO {table} VALUES (NULL), (1)")).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES (NULL)")).await
}

pub(super) async fn checks(trial: &Trial) -> Outcome {
    let table = trial.table("rows");
    trial.run(format!("CREATE TABLE {table} (a integer, b integer, CHECK (a < b))")).await?;
    trial.run(format!("INSERT INTO {table} VALUES (1, 2), (NULL, 1)")).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES (2, 2)")).await?;
    trial.refuses(format!("UPDATE {table} SET a = 3 WHERE b = 2")).await
}

pub(super) async fn foreign_keys(trial: &Trial) -> Outcome {
    let (parent, child) = (trial.table("parent"), trial.table("child"));
    trial.run(format!("CREATE TABLE {parent} (id integer PRIMARY KEY)")).await?;
    let key = format!("FOREIGN KEY (parent) REFERENCES {parent} (id)");
    trial.run(format!("CREATE TABLE {child} (id integer PRIMARY KEY, parent integer, {key})")).await?;
    let follower = trial.table("follower");
    trial.run(format!("CREATE TABLE {follower} (parent integer, {key} ON DELETE CASCADE)")).await?;
    trial.run(format!("INSERT INTO {parent} VALUES (1), (2)")).await?;
    trial.run(format!("INSERT INTO {child} VALUES (1, 1), (2, NULL)")).await?;
    trial.run(format!("INSERT INTO {follower} VALUES (2), (2)")).await?;
    trial.refuses(format!("INSERT INTO {child} VALUES (3, 3)")).await?;
    trial.refuses(format!("DELETE FROM {parent} WHERE id = 1")).await?;
    trial.run(format!("DELETE FROM {parent} WHERE id = 2")).await?;
    trial.gives(format!("SELECT count(*) FROM {follower}"), "0").await
}

pub(super) async fn deferrable(trial: &Trial) -> Outcome {
    let (parent, child) = (trial.table("parent"), trial.table("child"));
    trial.run(format!("CREATE TABLE {parent} (id integer PRIMARY KEY)")).await?;
    let key = format!("FOREIGN KEY (parent) REFERENCES {parent} (id) DEFERRABLE INITIALLY DEFERRED");
    trial.run(format!("CREATE TABLE {child} (parent integer, {key})")).await?;
    let mut connection = trial.live.driver.acquire().await?;
    connection.begin(TransactionOptions::default()).await?;
    execute_on(&mut *connection, &format!("INSERT INTO {child} VALUES (1)")).await?;
    execute_on(&mut *connection, &format!("INSERT INTO {parent} VALUES (1)")).await?;
    connection.commit().await?;
    connection.begin(TransactionOptions::default()).await?;
    execute_on(&mut *connection, &format!("INSERT INTO {child} VALUES (2)")).await?;
    if connection.commit().await.is_ok() {
        return Err(super::Absent("an orphan was committed".to_owned()));
    }
    drop(connection);
    trial.gives(format!("SELECT count(*) FROM {child}"), "1").await
}

/// Two rows swap their keys in one transaction.
pub(super) async fn deferrable_unique(trial: &Trial) -> Outcome {
    let table = trial.table("places");
    trial
        .run(format!(
            "CREATE TABLE {table} (id integer, place integer, UNIQUE (place) DEFERRABLE INITIALLY DEFERRED)"
        ))
        .await?;
    trial.run(format!("INSERT INTO {table} VALUES (1, 1), (2, 2)")).await?;
    let mut connection = trial.live.driver.acquire().await?;
    connection.begin(TransactionOptions::default()).await?;
    execute_on(&mut *connection, &format!("UPDATE {table} SET place = 2 WHERE id = 1")).await?;
    execute_on(&mut *connection, &format!("UPDATE {table} SET place = 1 WHERE id = 2")).await?;
    connection.commit().await?;
    drop(connection);
    trial.gives(format!("SELECT place FROM {table} WHERE id = 1"), "2").await?;
    trial.refuses(format!("UPDATE {table} SET place = 1")).await
}

pub(super) async fn exclusion(trial: &Trial) -> Outcome {
    let table = trial.table("bookings");
    trial
        .run(format!("CREATE TABLE {table} (during int4range, EXCLUDE USING gist (during WITH &&))"))
        .await?;
    trial.run(format!("INSERT INTO {table} VALUES ('[1,3)'), ('[3,5)')")).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES ('[2,4)')")).await?;
    // Of some rows, by equality, and at the end of a transaction.
    let table = trial.table("seats");
    trial
        .run(format!(
            "CREATE TABLE {table} (seat integer, taken integer, EXCLUDE USING btree (seat WITH =) WHERE (taken > 0) \
             DEFERRABLE INITIALLY DEFERRED)"
        ))
        .await?;
    trial.run(format!("INSERT INTO {table} VALUES (1, 1), (1, 0), (1, 0), (NULL, 1), (NULL, 1)")).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES (1, 2)")).await?;
    let mut connection = trial.live.driver.acquire().await?;
    connection.begin(TransactionOptions::default()).await?;
    execute_on(&mut *connection, &format!("INSERT INTO {table} VALUES (1, 2)")).await?;
    execute_on(&mut *connection, &format!("DELETE FROM {table} WHERE taken = 1")).await?;
    connection.commit().await?;
    drop(connection);
    trial.gives(format!("SELECT count(*) FROM {table}"), "3").await
}
