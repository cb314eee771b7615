use umbral::prelude::*;

pub struct Shape;

#[derive(Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub shape: Json<Shape>,
}

fn main() {}
