use umbral::prelude::*;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(on_delete = cascade)]
    pub author: i64,
}

fn main() {}
