use umbral::prelude::*;

#[derive(Model)]
#[umbral(exclude(title with "=", include = [id]))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
}

fn main() {}
