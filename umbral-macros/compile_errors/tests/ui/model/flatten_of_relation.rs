use umbral::prelude::*;

#[derive(Model)]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    #[umbral(flatten)]
    pub home: ForeignKey<Person>,
}

fn main() {}
