use umbral::prelude::*;

#[derive(Model)]
pub struct Book<T> {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: T,
}

fn main() {}
