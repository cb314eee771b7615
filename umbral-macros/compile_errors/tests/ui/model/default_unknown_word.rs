use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = today)]
    pub printed: NaiveDate,
}

fn main() {}
