use umbral::prelude::*;

#[derive(Debug, Clone, Embedded)]
pub struct Rated {
    pub judge: Option<ForeignKey<Person>>,
    #[umbral(default = 0)]
    pub stars: i32,
}

#[derive(Debug, Clone, Embedded)]
pub struct Address {
    pub street: String,
    pub city: String,
    #[umbral(generated = "street || city", stored)]
    pub label: String,
}

#[derive(Debug, Clone, Model)]
pub struct Person {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    #[umbral(flatten)]
    pub rating: Rated,
    #[umbral(flatten(prefix = "home_"))]
    pub home: Address,
}
