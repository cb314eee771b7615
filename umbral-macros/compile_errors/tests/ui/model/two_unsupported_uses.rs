use umbral::prelude::*;

#[derive(Model)]
#[umbral(ordering = ["stock"], unique(stock))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(index)]
    pub stock: u128,
}

fn main() {}
