//! What can be done to tables that exist.

use super::{Absent, Outcome, Trial};
use crate::contract::live::execute_on;
use umbral_core::backend::TransactionOptions;

async fn table(trial: &Trial) -> Result<String, Absent> {
    let table = trial.table("altered");
    trial.run(format!("CREATE TABLE {table} (id integer PRIMARY KEY, n integer)")).await?;
    trial.run(format!("INSERT INTO {table} VALUES (1, 10)")).await?;
    Ok(table)
}

pub(super) async fn transactional_ddl(trial: &Trial) -> Outcome {
    let kept = table(trial).await?;
    let new = trial.table("new");
    let mut connection = trial.live.driver.acquire().await?;
    connection.begin(TransactionOptions::default()).await?;
    execute_on(&mut *connection, &format!("CREATE TABLE {new} (id integer)")).await?;
    execute_on(&mut *connection, &format!("ALTER TABLE {kept} ADD COLUMN added integer")).await?;
    execute_on(&mut *connection, &format!("UPDATE {kept} SET n = 11, added = 1")).await?;
    connection.rollback().await?;
    drop(connection);
    trial.refuses(format!("INSERT INTO {new} VALUES (1)")).await?;
    trial.refuses(format!("UPDATE {kept} SET added = 1")).await?;
    trial.gives(format!("SELECT n FROM {kept}"), "10").await
}

pub(super) async fn alter_column(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    let alter = |standard: &str, whole: &str| {
        [
            format!("ALTER TABLE {table} ALTER COLUMN n {standard}"),
            format!("ALTER TABLE {table} MODIFY COLUMN n {whole}"),
        ]
    };
    trial.run_either(&alter("SET NOT NULL", "integer NOT NULL")).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES (2, NULL)")).await?;
    trial.run_either(&alter("DROP NOT NULL", "integer")).await?;
    trial.run(format!("INSERT INTO {table} VALUES (2, NULL)")).await?;
    trial.run_either(&alter("TYPE bigint", "bigint")).await?;
    trial.run(format!("UPDATE {table} SET n = 1099511627776 WHERE id = 2")).await?;
    trial.gives(format!("SELECT sum(n) FROM {table}"), "1099511627786").await
}

pub(super) async fn alter_constraint(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    trial.run(format!("ALTER TABLE {table} ADD CONSTRAINT {table}_positive CHECK (n > 0)")).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES (2, -1)")).await?;
    trial.run(format!("ALTER TABLE {table} DROP CONSTRAINT {table}_positive")).await?;
    trial.run(format!("INSERT INTO {table} VALUES (2, -1)")).await?;
    trial.refuses(format!("ALTER TABLE {table} ADD CONSTRAINT {table}_positive CHECK (n > 0)")).await?;
    trial.run(format!("ALTER TABLE {table} ADD CONSTRAINT {table}_one UNIQUE (n)")).await?;
    trial.refuses(format!("INSERT INTO {table} VALUES (3, -1)")).await
}

pub(super) async fn rename_column(trial: &Trial) -> Outcome {
    let table = table(trial).await?;
    trial.run(format!("ALTER TABLE {table} RENAME COLUMN n TO m")).await?;
    trial.gives(format!("SELECT m FROM {table}"), "10").await?;
    trial.refuses(format!("UPDATE {table} SET n = 1")).await
}
