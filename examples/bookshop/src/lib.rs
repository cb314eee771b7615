//! A bookshop: authors and the books that they wrote.

use umbral::prelude::*;

umbral::migrations!();

/// Somebody who writes.
#[derive(Debug, Clone, Model)]
pub struct Author {
    /// Assigned by the database.
    #[umbral(primary_key)]
    pub id: i64,
    /// As it stands on the cover.
    #[umbral(max_length = 80)]
    pub name: String,
    /// Where to write to.
    #[umbral(unique, max_length = 254)]
    pub email: Option<String>,
}

/// Something to read.
#[derive(Debug, Clone, Model)]
#[umbral(ordering = ["-published", "title"], unique(author, slug), index(published))]
pub struct Book {
    /// Assigned by the database.
    #[umbral(primary_key)]
    pub id: i64,
    /// As it stands on the cover.
    #[umbral(max_length = 200)]
    pub title: String,
    /// In the shop's addresses.
    #[umbral(max_length = 200)]
    pub slug: String,
    /// Who wrote it.
    #[umbral(on_delete = cascade)]
    pub author: ForeignKey<Author>,
    /// What it costs.
    #[umbral(decimal(10, 2), check = "price >= 0", default = 0)]
    pub price: Decimal,
    /// How many are on the shelf.
    #[umbral(default = 1, check = "stock >= 0")]
    pub stock: i32,
    /// When it came out.
    #[umbral(default = now)]
    pub published: DateTime<Utc>,
}
