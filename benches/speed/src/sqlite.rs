//! SQLite, in memory and in files: rusqlite by hand against umbral.

use crate::SIZES;
use crate::harness::{Outcome, compare};
use crate::models::{Post, User, connect};
use rusqlite::Connection;
use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use umbral::prelude::*;

const SCHEMA: &str = "
    CREATE TABLE user (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT NOT NULL, hair_color TEXT) ;
    CREATE TABLE post (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, user_id BIGINT NOT NULL REFERENCES user (id)
        ON DELETE CASCADE, title TEXT NOT NULL, body TEXT);
    CREATE INDEX post_user_id_idx ON post (user_id);";

struct HandUser {
    id: i64,
    name: String,
    hair_color: Option<String>,
}

struct HandPost {
    id: i64,
    user: HandUser,
    title: String,
    body: Option<String>,
}

fn hand_user(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<HandUser> {
    Ok(HandUser { id: row.get(at)?, name: row.get(at + 1)?, hair_color: row.get(at + 2)? })
}

const FILL: [&str; 2] = [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
     INSERT INTO user (name, hair_color) SELECT 'User ' || i, CASE WHEN i % 2 = 0 THEN 'colour ' || i END FROM n",
    "INSERT INTO post (user_id, title, body) SELECT id, 'Post of ' || name, hair_color FROM user",
];

/// How many databases there were, for names of their own.
static DATABASES: AtomicUsize = AtomicUsize::new(0);

/// Where the databases are.
#[derive(Clone, Copy)]
pub enum Place<'f> {
    /// In memory, where other connections of the process reach it on either side, as those of a pool must.
    Memory,
    /// In files of this folder, with a write-ahead log.
    Folder(&'f Path),
}

impl Place<'_> {
    /// The path of a new file, and none in memory.
    fn file(self) -> Option<PathBuf> {
        match self {
            Place::Memory => None,
            Place::Folder(folder) => {
                Some(folder.join(format!("{}.sqlite3", DATABASES.fetch_add(1, Ordering::Relaxed))))
            }
        }
    }
}

fn filled(users: i64, place: Place<'_>) -> Result<Connection, Box<dyn Error>> {
    let connection = match place.file() {
        None => {
            let number = DATABASES.fetch_add(1, Ordering::Relaxed);
            Connection::open(format!("file:/speed-{number}?vfs=memdb"))?
        }
        Some(path) => {
            let connection = Connection::open(path)?;
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "full")?;
            connection
        }
    };
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.execute_batch(SCHEMA)?;
    for sql in FILL {
        connection.execute(&sql.replace("{count}", &users.to_string()), [])?;
    }
    Ok(connection)
}

async fn filled_db(users: i64, place: Place<'_>) -> Result<Db, Box<dyn Error>> {
    let db = match place.file() {
        None => connect("sqlite::memory:").await?,
        Some(path) => {
            File::create(&path)?;
            connect(&format!("sqlite://{}", path.display())).await?
        }
    };
    for statement in SCHEMA.split_inclusive(';').filter(|statement| !statement.trim().is_empty()) {
        raw(statement).execute(&db).await?;
    }
    for sql in FILL {
        raw(sql.replace("{count}", &users.to_string())).execute(&db).await?;
    }
    Ok(db)
}

/// Every workload whose name contains `only`.
pub async fn measure(rounds: usize, only: &str, place: Place<'_>) -> Result<Vec<Outcome>, Box<dyn Error>> {
    let mut outcomes = Vec::new();
    for size in SIZES {
        let name = format!("{size} row{}", if size == 1 { "" } else { "s" });
        if name.contains(only) {
            outcomes.push(all(&name, size, rounds, place).await?);
        }
    }
    let hand = filled(10_000, place)?;
    let db = filled_db(10_000, place).await?;
    if "by key".contains(only) {
        outcomes.push(by_key(&hand, &db, rounds).await);
    }
    if "join".contains(only) {
        outcomes.push(join(&hand, &db, rounds).await);
    }
    if "insert 1".contains(only) {
        outcomes.push(insert_one(&hand, &db, rounds).await);
    }
    for count in [100, 10_000] {
        let name = format!("insert {count}");
        if name.contains(only) {
            outcomes.push(insert_many(&name, count, rounds, place).await?);
        }
    }
    if "update".contains(only) {
        outcomes.push(update(&hand, &db, rounds).await);
    }
    Ok(outcomes)
}

async fn all(name: &str, users: i64, rounds: usize, place: Place<'_>) -> Result<Outcome, Box<dyn Error>> {
    let (hand, db) = (filled(users, place)?, filled_db(users, place).await?);
    let by_hand = async || {
        let mut statement = hand.prepare_cached("SELECT id, name, hair_color FROM user").unwrap();
        let users: Result<Vec<HandUser>, _> =
            statement.query_map([], |row| hand_user(row, 0)).unwrap().collect();
        black_box(users.unwrap());
    };
    let umbral = async || {
        black_box(User::objects().all(&db).await.unwrap());
    };
    Ok(compare(name, rounds, by_hand, umbral).await)
}

async fn by_key(hand: &Connection, db: &Db, rounds: usize) -> Outcome {
    let (mut key, mut other) = (0, 0);
    let by_hand = async || {
        key = key % 10_000 + 1;
        let mut statement =
            hand.prepare_cached("SELECT id, name, hair_color FROM user WHERE id = ?1").unwrap();
        black_box(statement.query_row([key], |row| hand_user(row, 0)).unwrap());
    };
    let umbral = async || {
        other = other % 10_000 + 1;
        black_box(User::objects().filter(|u| u.id.eq(other)).get(db).await.unwrap());
    };
    compare("by key", rounds, by_hand, umbral).await
}

async fn join(hand: &Connection, db: &Db, rounds: usize) -> Outcome {
    let sql = "SELECT p.id, p.title, p.body, u.id, u.name, u.hair_color FROM post p
               INNER JOIN user u ON u.id = p.user_id WHERE p.id <= 1000";
    let by_hand = async || {
        let mut statement = hand.prepare_cached(sql).unwrap();
        let posts: Result<Vec<HandPost>, _> = statement
            .query_map([], |row| {
                let user = hand_user(row, 3)?;
                Ok(HandPost { id: row.get(0)?, title: row.get(1)?, body: row.get(2)?, user })
            })
            .unwrap()
            .collect();
        black_box(posts.unwrap());
    };
    let umbral = async || {
        let posts = Post::objects().filter(|p| p.id.le(1000)).select_related(|p| p.user());
        black_box(posts.all(db).await.unwrap());
    };
    compare("join", rounds, by_hand, umbral).await
}

async fn insert_one(hand: &Connection, db: &Db, rounds: usize) -> Outcome {
    let by_hand = async || {
        let sql = "INSERT INTO user (name, hair_color) VALUES (?1, ?2) RETURNING id";
        let mut statement = hand.prepare_cached(sql).unwrap();
        black_box(statement.query_row(("Ann", Some("red")), |row| row.get::<_, i64>(0)).unwrap());
    };
    let umbral = async || {
        black_box(create!(User { name: "Ann", hair_color: "red" }).exec(db).await.unwrap());
    };
    compare("insert 1", rounds, by_hand, umbral).await
}

async fn insert_many(
    name: &str,
    count: usize,
    rounds: usize,
    place: Place<'_>,
) -> Result<Outcome, Box<dyn Error>> {
    let (hand, db) = (filled(1, place)?, filled_db(1, place).await?);
    let by_hand = async || {
        let transaction = hand.unchecked_transaction().unwrap();
        {
            let sql = "INSERT INTO user (name, hair_color) VALUES (?1, ?2)";
            let mut statement = transaction.prepare_cached(sql).unwrap();
            for number in 0..count {
                statement.execute((format!("User {number}"), Some("red"))).unwrap();
            }
        }
        transaction.commit().unwrap();
    };
    let umbral = async || {
        let user =
            |number| User { id: 0, name: format!("User {number}"), hair_color: Some("red".to_owned()) };
        black_box(User::bulk_create((0..count).map(user).collect()).exec(&db).await.unwrap());
    };
    Ok(compare(name, rounds, by_hand, umbral).await)
}

async fn update(hand: &Connection, db: &Db, rounds: usize) -> Outcome {
    let (mut key, mut other) = (0, 0);
    let by_hand = async || {
        key = key % 10_000 + 1;
        let mut statement = hand.prepare_cached("UPDATE user SET hair_color = ?1 WHERE id = ?2").unwrap();
        black_box(statement.execute(("blue", key)).unwrap());
    };
    let umbral = async || {
        other = other % 10_000 + 1;
        let users = User::objects().filter(|u| u.id.eq(other));
        black_box(users.update(|u| u.hair_color.set("blue")).exec(db).await.unwrap());
    };
    compare("update", rounds, by_hand, umbral).await
}
