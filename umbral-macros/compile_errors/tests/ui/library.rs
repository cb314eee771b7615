use umbral::prelude::*;

#[derive(Debug, Clone, Model)]
pub struct Author {
    #[umbral(primary_key)]
    pub id: i64,
    pub name: String,
    pub email: Option<String>,
}

#[derive(Debug, Clone, Model)]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    pub title: String,
    pub subtitle: Option<String>,
    pub author: ForeignKey<Author>,
    pub editor: Option<ForeignKey<Author>>,
    #[umbral(decimal(10, 2))]
    pub price: Decimal,
    #[umbral(default = 0)]
    pub stock: i32,
    pub weight: Option<f64>,
    #[umbral(default = false)]
    pub sold: bool,
    #[umbral(default = now)]
    pub printed: DateTime<Utc>,
}

#[derive(Debug, Clone, Model)]
pub struct Line {
    #[umbral(primary_key)]
    pub id: i64,
    pub price: i64,
    pub quantity: i64,
    #[umbral(generated = "price * quantity", stored)]
    pub total: i64,
}
