use umbral::prelude::*;

#[derive(Model)]
#[umbral(flatten)]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    pub home: String,
}

fn main() {}
