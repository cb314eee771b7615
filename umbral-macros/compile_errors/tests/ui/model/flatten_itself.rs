use umbral::prelude::*;

#[derive(Model)]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(flatten)]
    pub other: Person,
}

fn main() {}
