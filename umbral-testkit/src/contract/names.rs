//! Names of constraints.

use super::live::Live;
use crate::TestDatabase;
use umbral_core::backend::ConstraintNames;

/// Two tables have a constraint of one name each, as far as the limits say.
pub(super) async fn of_constraints(database: &TestDatabase) {
    let live = Live::on(database).await;
    let claimed = live.driver.backend().limits().constraint_names;
    live.execute("CREATE TABLE parent (id integer PRIMARY KEY)").await.unwrap();
    let mut shared = Vec::new();
    for (kind, constraint) in [("check", "CHECK (n > 0)"), ("key", "FOREIGN KEY (n) REFERENCES parent (id)")]
    {
        let table = |name: &str| {
            format!(
                "CREATE TABLE {name}_{kind} (id integer PRIMARY KEY, n integer, CONSTRAINT same_{kind} {constraint})"
            )
        };
        live.execute(table("first")).await.unwrap();
        shared.push(live.execute(table("second")).await.is_ok());
    }
    let expected = match claimed {
        ConstraintNames::PerDatabase => [false, false],
        ConstraintNames::KeysPerDatabase => [true, false],
        _ => [true, true],
    };
    assert_eq!(shared, expected, "checks and foreign keys of one name in two tables; claimed: {claimed:?}");
    live.close().await;
}
