use umbral::prelude::*;

pub enum Format {
    Paper,
    Sound,
}

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub format: Format,
}

fn main() {}
