use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = now)]
    pub printed: NaiveDate,
}

fn main() {}
