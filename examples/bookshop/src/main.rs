//! Stocks a bookshop and asks it a few questions: on SQLite in `bookshop.sqlite3`, or on the database that
//! `DATABASE_URL` names.

// The program speaks to whoever runs it.
#![allow(clippy::print_stdout)]

use bookshop::{Author, Book};
use umbral::prelude::*;

#[tokio::main]
async fn main() -> umbral::Result<()> {
    let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://bookshop.sqlite3".to_owned());
    for (id, _, took) in umbral::migrate(&url).await?.done {
        println!("applied {id} in {} ms", took.as_millis());
    }
    let db = umbral::open(&url).await?;
    println!("{} {}\n", db.backend().name(), db.backend().version());

    if !Author::objects().exists(&db).await? {
        stock(&db).await?;
    }
    let affordable = Book::objects()
        .filter(|b| b.title.icontains("the") & b.price.le(dec!(20)))
        .exclude(|b| b.author().name.eq("Anonymous"))
        .order_by(|b| b.price.desc())
        .select_related(|b| b.author());
    println!("{:<32} {:<20} {:>6} {:>6}", "title", "author", "price", "stock");
    for book in affordable.all(&db).await? {
        let author = book.author.get().map_or("", |author| author.name.as_str());
        println!("{:<32} {author:<20} {:>6} {:>6}", book.title, book.price, book.stock);
    }

    let sold = sell(&db, "the-dispossessed").await?;
    println!("\nsold {}; {} left", sold.title, sold.stock);
    let refused =
        create!(Book { title: "Free", slug: "free", author: &sold.author, price: dec!(-1) }).exec(&db).await;
    if let Err(error) = refused {
        println!("refused: {error}");
    }
    db.close().await;
    Ok(())
}

/// Puts the first books on the shelf, all or none.
async fn stock(db: &Db) -> umbral::Result<()> {
    db.transaction(async |tx| {
        let ursula =
            create!(Author { name: "Ursula K. Le Guin", email: "ursula@example.org" }).exec(tx).await?;
        let octavia = create!(Author { name: "Octavia E. Butler" }).exec(tx).await?;
        for (title, slug, author, price) in [
            ("The Dispossessed", "the-dispossessed", &ursula, dec!(14.50)),
            ("The Left Hand of Darkness", "left-hand", &ursula, dec!(12.99)),
            ("Parable of the Sower", "sower", &octavia, dec!(16)),
            ("Kindred", "kindred", &octavia, dec!(13.95)),
        ] {
            create!(Book { title, slug, author, price, stock: 100 }).exec(tx).await?;
        }
        Ok(())
    })
    .await
}

/// Takes one copy off the shelf.
async fn sell(db: &Db, slug: &str) -> umbral::Result<Book> {
    let slug = slug.to_owned();
    db.transaction(async |tx| {
        Book::objects().filter(|b| b.slug.eq(&slug)).update(|b| b.stock.set(b.stock - 1)).exec(tx).await?;
        Book::objects().filter(|b| b.slug.eq(&slug)).get(tx).await
    })
    .await
}
