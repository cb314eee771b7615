//! Queries in transactions: what is kept, what is undone, and futures that are dropped on the way.

use super::shelf::{Country, empty};
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use umbral::backend::PoolOptions;
use umbral::error::{Error, ErrorKind, Result};
use umbral::prelude::*;
use umbral_testkit::each_engine;

fn oops<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Usage, "oops"))
}

async fn add(on: &dyn Executor, name: &str) -> Result<Country> {
    create!(Country { name }).exec(on).await
}

async fn names(on: &dyn Executor) -> Vec<String> {
    let all = Country::objects().order_by(|c| c.id.asc()).all(on).await.unwrap();
    all.into_iter().map(|country| country.name).collect()
}

#[test]
fn savepoints_are_kept_or_undone_by_themselves() {
    each_engine(async |database| {
        let db = empty(database).await;
        let result = db.transaction(async |tx| {
            add(tx, "outer").await?;
            let undone = tx.transaction(async |tx| {
                add(tx, "undone").await?;
                tx.transaction(async |tx| add(tx, "undone with it").await).await?;
                oops::<()>()
            });
            assert_eq!(undone.await.unwrap_err().to_string(), "oops");
            tx.transaction(async |tx| add(tx, "kept").await).await?;
            let dropped = tx.savepoint().await?;
            add(&dropped, "dropped").await?;
            drop(dropped);
            assert_eq!(names(tx).await, ["outer", "kept"]);
            let failed = tx.transaction(async |tx| {
                add(tx, "before").await?;
                raw("insert into shelf_country (id, name) values (?, ?)")
                    .bind(1i64)
                    .bind("twice")
                    .execute(tx)
                    .await?;
                raw("insert into shelf_country (id, name) values (?, ?)")
                    .bind(1i64)
                    .bind("twice")
                    .execute(tx)
                    .await
            });
            assert!(failed.await.unwrap_err().is_unique_violation());
            add(tx, "after").await
        });
        result.await.unwrap();
        assert_eq!(names(&db).await, ["outer", "kept", "after"]);
    });
}

#[test]
fn the_outer_handle_waits_for_the_savepoint() {
    each_engine(async |database| {
        let db = empty(database).await;
        let result = db.transaction(async |outer| {
            let error = outer
                .transaction(async |inner| {
                    add(inner, "inner").await?;
                    add(outer, "would belong to the savepoint").await
                })
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{error:?}");
            add(outer, "outer").await
        });
        result.await.unwrap();
        assert_eq!(names(&db).await, ["outer"]);
    });
}

#[test]
fn hooks_run_after_the_commit_and_never_after_a_rollback() {
    each_engine(async |database| {
        let db = empty(database).await;
        let ran = Arc::new(Mutex::new(Vec::new()));
        let hook = |name: &'static str| {
            let ran = Arc::clone(&ran);
            move || ran.lock().unwrap().push(name)
        };
        let committed = db.transaction(async |tx| {
            tx.on_commit(hook("first"));
            let undone = tx.transaction(async |tx| {
                tx.on_commit(hook("undone"));
                tx.transaction(async |tx| {
                    tx.on_commit(hook("undone with it"));
                    Ok(())
                })
                .await?;
                oops::<()>()
            });
            undone.await.unwrap_err();
            let dropped = tx.savepoint().await?;
            dropped.on_commit(hook("dropped"));
            drop(dropped);
            tx.transaction(async |tx| {
                tx.on_commit(hook("second"));
                Ok(())
            })
            .await?;
            tx.on_commit(hook("third"));
            assert!(ran.lock().unwrap().is_empty(), "nothing is committed yet");
            add(tx, "row").await
        });
        committed.await.unwrap();
        assert_eq!(*ran.lock().unwrap(), ["first", "second", "third"]);

        let undone = db.transaction(async |tx| {
            tx.on_commit(hook("rolled back"));
            oops::<()>()
        });
        undone.await.unwrap_err();
        let begun = db.begin(TxOptions::new()).await.unwrap();
        begun.on_commit(hook("abandoned"));
        drop(begun);
        let begun = db.begin(TxOptions::new()).await.unwrap();
        begun.on_commit(hook("rolled back by hand"));
        begun.rollback().await.unwrap();
        assert_eq!(ran.lock().unwrap().len(), 3);
    });
}

#[test]
fn options_are_kept() {
    each_engine(async |database| {
        let db = empty(database).await;
        add(&db, "there").await.unwrap();
        let only = TxOptions::new().read_only();
        let refused = db.transaction_with(only, async |tx| {
            assert_eq!(names(tx).await, ["there"]);
            add(tx, "written").await
        });
        refused.await.unwrap_err();
        add(&db, "the connection writes again").await.unwrap();
        for level in
            [IsolationLevel::ReadCommitted, IsolationLevel::RepeatableRead, IsolationLevel::Serializable]
        {
            let options = TxOptions::new().isolation(level);
            db.transaction_with(options, async |tx| add(tx, "isolated").await).await.unwrap();
        }
        assert_eq!(names(&db).await.len(), 5);
    });
}

#[test]
fn retries_begin_again_from_nothing() {
    each_engine(async |database| {
        let db = empty(database).await;
        let tries = AtomicU32::new(0);
        let work = async |tx: &Transaction<'_>| {
            let number = tries.fetch_add(1, Ordering::Relaxed);
            assert_eq!(names(tx).await, [""; 0], "what the try before did is undone");
            add(tx, &number.to_string()).await?;
            match number {
                0 | 1 => Err(Error::new(ErrorKind::Serialization, "try again")),
                _ => Ok(()),
            }
        };
        let given_up = db.transaction_with(TxOptions::new().retries(1), work).await.unwrap_err();
        assert_eq!((given_up.kind(), tries.load(Ordering::Relaxed)), (ErrorKind::Serialization, 2));
        tries.store(0, Ordering::Relaxed);
        db.transaction_with(TxOptions::new().retries(2), work).await.unwrap();
        assert_eq!(names(&db).await, ["2"]);
        let once = AtomicU32::new(0);
        let fails = db.transaction_with(TxOptions::new().retries(9), async |_| {
            once.fetch_add(1, Ordering::Relaxed);
            oops::<()>()
        });
        fails.await.unwrap_err();
        assert_eq!(once.into_inner(), 1, "not every error is tried again");
    });
}

/// Polls a future at most so many times, and drops it where that is not enough.
async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = times;
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Wherever it is dropped: what it did is there as a whole or not at all, and the only connection is clean.
#[test]
fn a_transaction_may_be_dropped_wherever_it_waits() {
    each_engine(async |database| {
        empty(database).await.close().await;
        let mut options = PoolOptions::default();
        options.max_connections = 1;
        let db = Db::new(database.try_connect(&options).await.unwrap());
        let rows: Vec<Country> = (0..120).map(|number| Country { id: 0, name: number.to_string() }).collect();
        let ran = Arc::new(AtomicU32::new(0));
        let (mut dropped, mut ended, mut times) = (0, false, 0);
        for _ in 0..400 {
            let work = db.transaction(async |tx| {
                let ran = Arc::clone(&ran);
                tx.on_commit(move || {
                    ran.fetch_add(1, Ordering::Relaxed);
                });
                Country::bulk_create(rows.clone()).exec(tx).await?;
                tx.transaction(async |tx| add(tx, "inner").await).await?;
                Country::objects()
                    .filter(|c| c.name.eq("7"))
                    .update(|c| c.name.set("seven"))
                    .exec(tx)
                    .await?;
                Country::objects().filter(|c| c.name.eq("7")).count(tx).await
            });
            let outcome = polled(times, work).await;
            let there = Country::objects().count(&db).await.unwrap();
            let hooks = ran.swap(0, Ordering::Relaxed);
            match outcome {
                Some(result) => {
                    assert_eq!((result.unwrap(), there, hooks), (0, 121, 1));
                    ended = true;
                }
                None => {
                    assert!(there == 0 || there == 121, "{there} rows after {times} polls");
                    assert!(hooks == 0 || there == 121);
                    dropped += 1;
                }
            }
            if there > 0 {
                Country::objects().all_rows().delete().exec(&db).await.unwrap();
            }
            // On a busy machine all answers can be there at once, and what was to be dropped comes to its end: again.
            times += 1;
            if ended && dropped > 1 {
                break;
            } else if ended {
                times = 1;
            }
        }
        assert!(ended && dropped > 1, "{dropped} were dropped, and one came to its end: {ended}");
        db.close().await;
    });
}

#[test]
fn a_query_may_be_dropped_wherever_it_waits() {
    each_engine(async |database| {
        let filled = empty(database).await;
        let rows: Vec<Country> =
            (0..5000).map(|number| Country { id: 0, name: number.to_string() }).collect();
        Country::bulk_create(rows).exec(&filled).await.unwrap();
        filled.close().await;
        let mut options = PoolOptions::default();
        options.max_connections = 1;
        let db = Db::new(database.try_connect(&options).await.unwrap());
        for times in 0..20 {
            if let Some(all) = polled(times, Country::objects().all(&db)).await {
                assert_eq!(all.unwrap().len(), 5000);
            }
            let one = Country::objects().filter(|c| c.name.eq(times.to_string())).get(&db).await.unwrap();
            assert_eq!(one.name, times.to_string(), "the result is this query's own");
            let renamed = Country::objects().filter(|c| c.name.eq("4999")).update(|c| c.name.set("4999"));
            if let Some(changed) = polled(times, renamed.exec(&db)).await {
                assert_eq!(changed.unwrap(), 1);
            }
        }
        assert_eq!(Country::objects().count(&db).await.unwrap(), 5000);
        db.close().await;
    });
}
