//! Pools, results and parameters.

use super::live::Live;
use super::transactions::live_with_numbers;
use crate::TestDatabase;
use std::time::Duration;
use umbral_core::backend::standard::rows::take_sink;
use umbral_core::backend::{PoolOptions, Statement};
use umbral_core::error::{Error, ErrorKind, Result};
use umbral_core::schema::SqlType;
use umbral_core::value::{Flow, Row, RowSink, Value};

struct First {
    rows: usize,
    fail: bool,
}

impl RowSink for First {
    fn row(&mut self, _: &dyn Row) -> Result<Flow> {
        self.rows += 1;
        match self.rows {
            3 if self.fail => Err(Error::new(ErrorKind::Value, "the third row is one too many")),
            3 => Ok(Flow::Stop),
            _ => Ok(Flow::Continue),
        }
    }
}

/// A sink ends its result early, or with an error of its own; the connection goes on either way.
pub(super) async fn sinks_end_a_result(database: &TestDatabase) {
    let live = live_with_numbers(database).await;
    let many =
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) SELECT n FROM c";
    live.execute(format!("INSERT INTO t {many}")).await.unwrap();
    let mut connection = live.driver.acquire().await.unwrap();
    for _ in 0..3 {
        let all = || Statement::new("SELECT n FROM t");
        let sink = connection.query(all(), Box::new(First { rows: 0, fail: false })).await.unwrap();
        assert_eq!(take_sink::<First>(sink).unwrap().rows, 3, "rows after a sink said stop");
        let failed = connection.query(all(), Box::new(First { rows: 0, fail: true })).await;
        let error = failed.err().expect("the sink's error is the query's");
        assert_eq!(error.to_string(), "the third row is one too many");
    }
    assert!(
        take_sink::<First>(
            connection
                .query(Statement::new("SELECT n FROM t WHERE n < 0"), Box::new(First { rows: 0, fail: true }))
                .await
                .unwrap()
        )
        .unwrap()
        .rows
            == 0
    );
    drop(connection);
    assert_eq!(live.count("t").await, 5000);
    live.close().await;
}

/// No more connections than asked for; who waits too long is told so.
pub(super) async fn keeps_to_its_size(database: &TestDatabase) {
    let mut options = PoolOptions::default();
    options.max_connections = 2;
    options.acquire_timeout = Duration::from_millis(200);
    let driver = database.try_connect(&options).await.unwrap();
    let (one, two) = (driver.acquire().await.unwrap(), driver.acquire().await.unwrap());
    let third = driver.acquire().await.expect_err("the pool has two connections");
    assert_eq!(third.kind(), ErrorKind::Timeout, "{third:?}");
    let statement = driver.execute(Statement::new("SELECT 1")).await.expect_err("no connection is free");
    assert_eq!(statement.kind(), ErrorKind::Timeout, "{statement:?}");
    drop(one);
    let again = driver.acquire().await.expect("one came back");
    drop((again, two));
    driver.close().await;
}

/// As many parameters as the backend claims; one more is an error, not a panic.
pub(super) async fn parameters_up_to_the_limit(database: &TestDatabase) {
    let live = live_with_numbers(database).await;
    live.execute("INSERT INTO t VALUES (1), (2)").await.unwrap();
    let limit = live.backend().limits().bind_parameters;
    assert_eq!(live.query(looked_for(&live, limit)).await.unwrap(), [[Value::BigInt(2)]]);
    assert!(live.query(looked_for(&live, limit + 1)).await.is_err(), "more than {limit} parameters");
    assert_eq!(live.count("t").await, 2);
    live.close().await;
}

fn looked_for(live: &Live, count: usize) -> Statement {
    let dialect = live.backend().dialect();
    let places: Vec<String> = (1..=count).map(|position| dialect.placeholder(position)).collect();
    let params = (1..).take(count).map(Value::BigInt).collect();
    Statement::new(format!("SELECT count(*) FROM t WHERE n IN ({})", places.join(", ")))
        .with_params(params)
        .with_columns([SqlType::BigInt])
}
