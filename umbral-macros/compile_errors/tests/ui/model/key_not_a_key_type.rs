use umbral::prelude::*;

type Alias = f64;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: Alias,
}

fn main() {}
