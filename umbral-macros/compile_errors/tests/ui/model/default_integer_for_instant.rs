use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(default = 0)]
    pub printed: DateTime<Utc>,
}

fn main() {}
