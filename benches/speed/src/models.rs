//! The tables of the public diesel_bench: users, posts and comments.

use umbral::backend::{BackendRegistry, PoolOptions};
use umbral::prelude::*;

/// Somebody.
#[derive(Debug, Clone, Model)]
pub struct User {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    pub hair_color: Option<String>,
}

/// What somebody wrote.
#[derive(Debug, Clone, Model)]
pub struct Post {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(on_delete = cascade)]
    pub user: ForeignKey<User>,
    pub title: String,
    pub body: Option<String>,
}

/// Connects without a system check: the tables here are made by hand.
pub async fn connect(url: &str) -> umbral::Result<Db> {
    Db::connect(url, &BackendRegistry::built_in(), &PoolOptions::default()).await
}
