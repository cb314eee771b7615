//! Five questions, asked through the models and in plain SQL of the original file.

use music_store::{Customer, Invoice, Track};
use std::collections::BTreeMap;
use umbral::prelude::*;

/// A report's lines. They are compared as they stand.
pub(crate) type Lines = Vec<String>;

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    RevenueByCountry,
    BestSellingArtists,
    LongTracksByGenre,
    CustomersOfEmployees,
    TracksNeverSold,
}

impl Report {
    pub(crate) const ALL: [Report; 5] = [
        Report::RevenueByCountry,
        Report::BestSellingArtists,
        Report::LongTracksByGenre,
        Report::CustomersOfEmployees,
        Report::TracksNeverSold,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Report::RevenueByCountry => "revenue by country",
            Report::BestSellingArtists => "best-selling artists",
            Report::LongTracksByGenre => "tracks over 40 minutes, by genre",
            Report::CustomersOfEmployees => "customers of employees",
            Report::TracksNeverSold => "tracks never sold",
        }
    }

    /// Asks a database of the models' own.
    pub(crate) async fn ask(self, db: &Db) -> umbral::Result<Lines> {
        match self {
            Report::RevenueByCountry => revenue_by_country(db).await,
            Report::BestSellingArtists => best_selling_artists(db).await,
            Report::LongTracksByGenre => long_tracks_by_genre(db).await,
            Report::CustomersOfEmployees => customers_of_employees(db).await,
            Report::TracksNeverSold => tracks_never_sold(db).await,
        }
    }

    /// Asks the original file in plain SQL.
    pub(crate) async fn ask_original(self, original: &Db) -> umbral::Result<Lines> {
        let rows: Vec<(String,)> = raw(self.plain_sql()).all(original).await?;
        Ok(rows.into_iter().map(|(line,)| line).collect())
    }

    fn plain_sql(self) -> &'static str {
        match self {
            Report::RevenueByCountry => {
                "SELECT BillingCountry || ': ' || printf('%.2f', SUM(Total)) FROM Invoice GROUP BY BillingCountry
                 ORDER BY BillingCountry"
            }
            Report::BestSellingArtists => {
                "SELECT r.Name || ': ' || SUM(l.Quantity) FROM InvoiceLine l JOIN Track t ON t.TrackId = l.TrackId
                 JOIN Album a ON a.AlbumId = t.AlbumId JOIN Artist r ON r.ArtistId = a.ArtistId
                 GROUP BY r.ArtistId, r.Name ORDER BY SUM(l.Quantity) DESC, r.ArtistId LIMIT 5"
            }
            Report::LongTracksByGenre => {
                "SELECT g.Name || ': ' || COUNT(*) FROM Track t JOIN Genre g ON g.GenreId = t.GenreId
                 WHERE t.Milliseconds > 2400000 GROUP BY g.Name ORDER BY g.Name"
            }
            Report::CustomersOfEmployees => {
                "SELECT e.FirstName || ' ' || e.LastName || ': ' || COUNT(*) FROM Customer c
                 JOIN Employee e ON e.EmployeeId = c.SupportRepId GROUP BY e.EmployeeId ORDER BY 1"
            }
            Report::TracksNeverSold => {
                "SELECT t.TrackId || ' ' || t.Name || ' ' || printf('%.2f', t.UnitPrice) FROM Track t
                 WHERE NOT EXISTS (SELECT 1 FROM InvoiceLine l WHERE l.TrackId = t.TrackId) ORDER BY t.TrackId"
            }
        }
    }
}

async fn revenue_by_country(db: &Db) -> umbral::Result<Lines> {
    let mut revenue: BTreeMap<String, Decimal> = BTreeMap::new();
    for invoice in Invoice::objects().all(db).await? {
        *revenue.entry(invoice.billing_country.unwrap_or_default()).or_default() += invoice.total;
    }
    Ok(revenue.into_iter().map(|(country, total)| format!("{country}: {total:.2}")).collect())
}

async fn best_selling_artists(db: &Db) -> umbral::Result<Lines> {
    let sql = "SELECT artist.name, SUM(invoice_line.quantity) FROM invoice_line
               JOIN track ON track.id = invoice_line.track_id JOIN album ON album.id = track.album_id
               JOIN artist ON artist.id = album.artist_id
               GROUP BY artist.id, artist.name ORDER BY SUM(invoice_line.quantity) DESC, artist.id LIMIT 5";
    let rows: Vec<(String, i64)> = raw(sql).all(db).await?;
    Ok(rows.into_iter().map(|(name, sold)| format!("{name}: {sold}")).collect())
}

async fn long_tracks_by_genre(db: &Db) -> umbral::Result<Lines> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let long = Track::objects().filter(|t| t.milliseconds.gt(2_400_000)).select_related(|t| t.genre());
    for track in long.all(db).await? {
        let genre = track.genre.as_ref().and_then(|genre| genre.get()).and_then(|genre| genre.name.clone());
        *counts.entry(genre.unwrap_or_default()).or_default() += 1;
    }
    Ok(counts.into_iter().map(|(genre, count)| format!("{genre}: {count}")).collect())
}

async fn customers_of_employees(db: &Db) -> umbral::Result<Lines> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for customer in Customer::objects().select_related(|c| c.support_rep()).all(db).await? {
        if let Some(employee) = customer.support_rep.as_ref().and_then(|employee| employee.get()) {
            *counts.entry(format!("{} {}", employee.first_name, employee.last_name)).or_default() += 1;
        }
    }
    Ok(counts.into_iter().map(|(name, count)| format!("{name}: {count}")).collect())
}

async fn tracks_never_sold(db: &Db) -> umbral::Result<Lines> {
    let sql = "SELECT track.* FROM track
               WHERE NOT EXISTS (SELECT 1 FROM invoice_line WHERE invoice_line.track_id = track.id) ORDER BY track.id";
    let tracks: Vec<Track> = raw(sql).all(db).await?;
    Ok(tracks.into_iter().map(|track| format!("{} {} {}", track.id, track.name, track.unit_price)).collect())
}
