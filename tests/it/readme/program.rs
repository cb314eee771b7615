use umbral::prelude::*;

#[derive(Debug, Clone, Model)]
pub struct Author {
    #[umbral(primary_key)]
    pub id: i64, // assigned by the database
    #[umbral(max_length = 80)]
    pub name: String,
    #[umbral(unique, max_length = 254)]
    pub email: Option<String>, // Option: NULL allowed
}

#[derive(Debug, Clone, Model)]
#[umbral(ordering = ["-published"], unique(author, slug))]
pub struct Book {
    #[umbral(primary_key)]
    pub id: i64,
    #[umbral(max_length = 200)]
    pub title: String,
    #[umbral(max_length = 200)]
    pub slug: String,
    #[umbral(on_delete = cascade)]
    pub author: ForeignKey<Author>, // column author_id
    #[umbral(decimal(10, 2), check = "price >= 0", default = 0)]
    pub price: Decimal,
    #[umbral(default = now)]
    pub published: DateTime<Utc>,
}

pub async fn program(db: &Db) -> umbral::Result<Vec<Book>> {
    // A required field that is left out does not compile, and is named.
    let ann = create!(Author { name: "Ann" }).exec(db).await?;
    let book = create!(Book { title: "Rust", slug: "rust", author: &ann, price: dec!(30) }).exec(db).await?;
    create!(Book { title: "Rust again", slug: "rust-again", author: &ann }).exec(db).await?;

    db.transaction(async |tx| {
        Book::objects().filter(|b| b.id.eq(book.id)).update(|b| b.price.set(b.price * 2)).exec(tx).await
    })
    .await?;

    Book::objects()
        .filter(|b| b.title.icontains("rust") & b.author().name.eq("Ann"))
        .exclude(|b| b.price.gt(dec!(100)))
        .order_by(|b| b.price.desc())
        .select_related(|b| b.author())
        .limit(20)
        .all(db)
        .await
}
