//! Transactions where futures have to be `Send`: spawned tasks, methods of async traits, handlers of a web server.

use super::shelf::{Country, empty};
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode};
use axum::routing::post;
use tower::ServiceExt;
use umbral::prelude::*;
use umbral_testkit::each_engine;

/// Two queries in one transaction, the second of which depends on the first.
async fn rename(db: &Db, from: String, to: String) -> umbral::Result<u64> {
    db.transaction(async |tx| {
        let one = Country::objects().filter(|c| c.name.eq(&from)).get(tx).await?;
        Country::objects().filter(|c| c.id.eq(one.id)).update(|c| c.name.set(&to)).exec(tx).await
    })
    .await
}

async fn with_one(database: &umbral_testkit::TestDatabase) -> Db {
    let db = empty(database).await;
    create!(Country { name: "a" }).exec(&db).await.unwrap();
    db
}

async fn name(db: &Db) -> String {
    Country::objects().get(db).await.unwrap().name
}

#[test]
fn in_a_spawned_task() {
    each_engine(async |database| {
        let db = with_one(database).await;
        let shared = db.clone();
        let task = tokio::spawn(async move {
            let renamed = rename(&shared, "a".to_owned(), "b".to_owned()).await?;
            let nested = shared.transaction(async |tx| {
                let count = Country::objects().count(tx).await?;
                tx.transaction(async |tx| {
                    let one = Country::objects().first(tx).await?;
                    let named = Country::objects().filter(|c| c.name.eq("b"));
                    named
                        .update(|c| c.name.set(format!("{count}{}", one.map_or(0, |one| one.id))))
                        .exec(tx)
                        .await
                })
                .await
            });
            let retried = shared.transaction_with(TxOptions::new().retries(1), async |tx| {
                let all = Country::objects().all(tx).await?;
                for mut one in all {
                    one.name.push('!');
                    one.save(tx).await?;
                }
                Country::objects().exists(tx).await
            });
            Ok::<_, umbral::Error>((renamed, nested.await?, retried.await?))
        });
        assert_eq!(task.await.unwrap().unwrap(), (1, 1, true));
        assert_eq!(name(&db).await, "11!");
    });
}

#[async_trait]
trait Renames: Send + Sync {
    async fn rename(&self, from: &str, to: &str) -> umbral::Result<u64>;
}

struct InDatabase(Db);

#[async_trait]
impl Renames for InDatabase {
    async fn rename(&self, from: &str, to: &str) -> umbral::Result<u64> {
        self.0
            .transaction(async |tx| {
                let one = Country::objects().filter(|c| c.name.eq(from)).get(tx).await?;
                Country::objects().filter(|c| c.id.eq(one.id)).update(|c| c.name.set(to)).exec(tx).await
            })
            .await
    }
}

#[test]
fn in_a_method_of_an_async_trait() {
    each_engine(async |database| {
        let db = with_one(database).await;
        let renames: Box<dyn Renames> = Box::new(InDatabase(db.clone()));
        let task = tokio::spawn(async move { renames.rename("a", "c").await });
        assert_eq!(task.await.unwrap().unwrap(), 1);
        assert_eq!(name(&db).await, "c");
    });
}

async fn handle(State(db): State<Db>, Path((from, to)): Path<(String, String)>) -> (StatusCode, String) {
    let renamed = db
        .transaction(async |tx| {
            let one = Country::objects().filter(|c| c.name.eq(&from)).get(tx).await?;
            Country::objects().filter(|c| c.id.eq(one.id)).update(|c| c.name.set(&to)).exec(tx).await
        })
        .await;
    match renamed {
        Ok(rows) => (StatusCode::OK, rows.to_string()),
        Err(error) if error.is_not_found() => (StatusCode::NOT_FOUND, error.to_string()),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

#[test]
fn in_a_handler_of_a_web_server() {
    each_engine(async |database| {
        let db = with_one(database).await;
        let app = Router::new().route("/rename/{from}/{to}", post(handle)).with_state(db.clone());
        let send = async |path: &str| {
            let request = Request::post(path).body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            let status = response.status();
            (status, String::from_utf8(to_bytes(response.into_body(), 1000).await.unwrap().to_vec()).unwrap())
        };
        assert_eq!(send("/rename/a/d").await, (StatusCode::OK, "1".to_owned()));
        assert_eq!(name(&db).await, "d");
        let (status, text) = send("/rename/a/e").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{text}");
        assert_eq!(name(&db).await, "d");
    });
}
