use umbral::prelude::*;

#[derive(Model)]
pub struct Book<'a> {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: &'a str,
}

fn main() {}
