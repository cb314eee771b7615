//! Ten questions, asked through the models. [`plain_sql`](crate::plain_sql) asks the same of the original file.

use music_store::{Artist, Customer, Employee, Invoice, InvoiceLine, Playlist, Track};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use umbral::prelude::*;

/// A report's lines. They are compared as they stand.
pub(crate) type Lines = Vec<String>;

/// A question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    RevenueByCountryAndMonth,
    BestSellingArtists,
    LongTracksByGenre,
    RevenueOfEmployees,
    TracksNeverSold,
    EmployeeTree,
    Playlists,
    CustomersWithoutJazz,
    ArtistsOnPlaylists,
    DearestInvoices,
}

impl Report {
    pub(crate) const ALL: [Report; 10] = [
        Report::RevenueByCountryAndMonth,
        Report::BestSellingArtists,
        Report::LongTracksByGenre,
        Report::RevenueOfEmployees,
        Report::TracksNeverSold,
        Report::EmployeeTree,
        Report::Playlists,
        Report::CustomersWithoutJazz,
        Report::ArtistsOnPlaylists,
        Report::DearestInvoices,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Report::RevenueByCountryAndMonth => "revenue by country and month",
            Report::BestSellingArtists => "best-selling artists",
            Report::LongTracksByGenre => "tracks over 40 minutes, by genre",
            Report::RevenueOfEmployees => "customers and revenue of employees",
            Report::TracksNeverSold => "tracks never sold",
            Report::EmployeeTree => "employees below whom they report to",
            Report::Playlists => "playlists, their length and price",
            Report::CustomersWithoutJazz => "customers who never bought jazz",
            Report::ArtistsOnPlaylists => "artists on a playlist of grunge",
            Report::DearestInvoices => "the dearest invoices",
        }
    }

    /// Asks a database of the models' own.
    pub(crate) async fn ask(self, db: &Db) -> umbral::Result<Lines> {
        match self {
            Report::RevenueByCountryAndMonth => revenue_by_country_and_month(db).await,
            Report::BestSellingArtists => best_selling_artists(db).await,
            Report::LongTracksByGenre => long_tracks_by_genre(db).await,
            Report::RevenueOfEmployees => revenue_of_employees(db).await,
            Report::TracksNeverSold => tracks_never_sold(db).await,
            Report::EmployeeTree => employee_tree(db).await,
            Report::Playlists => playlists(db).await,
            Report::CustomersWithoutJazz => customers_without_jazz(db).await,
            Report::ArtistsOnPlaylists => artists_on_playlists(db).await,
            Report::DearestInvoices => dearest_invoices(db).await,
        }
    }

    /// Asks the original file in plain SQL.
    pub(crate) async fn ask_original(self, original: &Db) -> umbral::Result<Lines> {
        let rows: Vec<(String,)> = raw(self.plain_sql()).all(original).await?;
        Ok(rows.into_iter().map(|(line,)| line).collect())
    }
}

async fn revenue_by_country_and_month(db: &Db) -> umbral::Result<Lines> {
    let mut revenue: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for invoice in Invoice::objects().all(db).await? {
        let month = invoice.invoice_date.format("%Y-%m").to_string();
        *revenue.entry((invoice.billing_country.unwrap_or_default(), month)).or_default() += invoice.total;
    }
    Ok(revenue
        .into_iter()
        .map(|((country, month), total)| format!("{country} {month}: {total:.2}"))
        .collect())
}

async fn best_selling_artists(db: &Db) -> umbral::Result<Lines> {
    let mut sold: BTreeMap<i64, (String, i64, Decimal)> = BTreeMap::new();
    let lines = InvoiceLine::objects().select_related(|l| l.track().album().artist());
    for line in lines.all(db).await? {
        let album = line.track.get().and_then(|track| track.album.as_ref()).and_then(|album| album.get());
        let Some(artist) = album.and_then(|album| album.artist.get()) else { continue };
        let entry = sold.entry(artist.id).or_default();
        entry.0 = artist.name.clone().unwrap_or_default();
        entry.1 += i64::from(line.quantity);
        entry.2 += line.unit_price * Decimal::from(line.quantity);
    }
    let mut sold: Vec<_> = sold.into_iter().collect();
    sold.sort_by_key(|(id, (_, count, _))| (Reverse(*count), *id));
    Ok(sold
        .into_iter()
        .map(|(_, (name, count, revenue))| format!("{name}: {count} for {revenue:.2}"))
        .collect())
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

async fn revenue_of_employees(db: &Db) -> umbral::Result<Lines> {
    let mut of: BTreeMap<i64, (usize, Decimal)> = BTreeMap::new();
    for customer in Customer::objects().prefetch_related(|c| c.invoices()).all(db).await? {
        let Some(employee) = &customer.support_rep else { continue };
        let entry = of.entry(*employee.key()).or_default();
        entry.0 += 1;
        entry.1 +=
            customer.invoices.get().unwrap_or_default().iter().map(|invoice| invoice.total).sum::<Decimal>();
    }
    let employees = Employee::objects().order_by(|e| e.id.asc()).all(db).await?;
    let line = |employee: Employee| {
        let (customers, revenue) = of.remove(&employee.id).unwrap_or_default();
        format!("{} {}: {customers} customers, {revenue:.2}", employee.first_name, employee.last_name)
    };
    Ok(employees.into_iter().map(line).collect())
}

async fn tracks_never_sold(db: &Db) -> umbral::Result<Lines> {
    let tracks = Track::objects().exclude(|t| Predicate::any(t.lines())).order_by(|t| t.id.asc());
    let line = |track: Track| format!("{} {} {:.2}", track.id, track.name, track.unit_price);
    Ok(tracks.all(db).await?.into_iter().map(line).collect())
}

async fn employee_tree(db: &Db) -> umbral::Result<Lines> {
    let bosses = Employee::objects().filter(|e| e.reports_to.is_null()).order_by(|e| e.id.asc());
    let bosses = bosses.prefetch_related(|e| e.reports().reports().reports()).all(db).await?;
    let mut lines = Lines::new();
    branch(&bosses, 0, &mut lines);
    Ok(lines)
}

fn branch(employees: &[Employee], depth: usize, lines: &mut Lines) {
    let mut employees: Vec<&Employee> = employees.iter().collect();
    employees.sort_by_key(|employee| employee.id);
    for employee in employees {
        lines.push(format!("{}{} {}", "  ".repeat(depth), employee.first_name, employee.last_name));
        branch(employee.reports.get().unwrap_or_default(), depth + 1, lines);
    }
}

async fn playlists(db: &Db) -> umbral::Result<Lines> {
    let playlists = Playlist::objects().order_by(|p| p.id.asc()).prefetch_related(|p| p.tracks());
    let line = |playlist: Playlist| {
        let tracks = playlist.tracks.get().unwrap_or_default();
        let length: i64 = tracks.iter().map(|track| i64::from(track.milliseconds)).sum();
        let price: Decimal = tracks.iter().map(|track| track.unit_price).sum();
        let (id, name, count) = (playlist.id, playlist.name.as_deref().unwrap_or_default(), tracks.len());
        format!("{id} {name}: {count} tracks, {length} ms, {price:.2}")
    };
    Ok(playlists.all(db).await?.into_iter().map(line).collect())
}

async fn customers_without_jazz(db: &Db) -> umbral::Result<Lines> {
    let customers = Customer::objects()
        .exclude(|c| c.invoices().lines().track().genre().name.eq("Jazz"))
        .order_by(|c| c.id.asc());
    let line = |customer: Customer| format!("{} {}", customer.id, customer.last_name);
    Ok(customers.all(db).await?.into_iter().map(line).collect())
}

async fn artists_on_playlists(db: &Db) -> umbral::Result<Lines> {
    let tracks = Track::objects()
        .filter(|t| t.playlists().name.eq("Grunge"))
        .select_related(|t| t.album().artist())
        .all(db)
        .await?;
    let mut artists: BTreeMap<i64, Artist> = BTreeMap::new();
    for album in tracks.into_iter().filter_map(|track| track.album?.into_loaded()) {
        artists.extend(album.artist.into_loaded().map(|artist| (artist.id, artist)));
    }
    let line = |artist: Artist| format!("{} {}", artist.id, artist.name.unwrap_or_default());
    Ok(artists.into_values().map(line).collect())
}

async fn dearest_invoices(db: &Db) -> umbral::Result<Lines> {
    let invoices = Invoice::objects()
        .order_by(|i| (i.total.desc(), i.id.asc()))
        .limit(20)
        .select_related(|i| i.customer())
        .prefetch_related(|i| i.lines());
    let line = |invoice: Invoice| {
        let lines = invoice.lines.get().unwrap_or_default();
        let sum: Decimal = lines.iter().map(|line| line.unit_price * Decimal::from(line.quantity)).sum();
        let name = invoice.customer.get().map(|customer| customer.last_name.clone()).unwrap_or_default();
        format!("{}: {name}, {} lines, {:.2} of {sum:.2}", invoice.id, lines.len(), invoice.total)
    };
    Ok(invoices.all(db).await?.into_iter().map(line).collect())
}
