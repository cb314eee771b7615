//! The original file, read through the models.

use music_store::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};
use umbral::prelude::*;

/// Every row of the store.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Store {
    pub(crate) artists: Vec<Artist>,
    pub(crate) albums: Vec<Album>,
    pub(crate) genres: Vec<Genre>,
    pub(crate) media_types: Vec<MediaType>,
    pub(crate) tracks: Vec<Track>,
    pub(crate) employees: Vec<Employee>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) lines: Vec<InvoiceLine>,
    pub(crate) playlists: Vec<Playlist>,
    pub(crate) playlist_tracks: Vec<PlaylistTrack>,
}

// The original keeps prices as binary fractions. What a model's decimal column stores on SQLite is the number of
// cents, and so is what these queries give.
const TRACKS: &str = "
    SELECT TrackId AS id, Name AS name, AlbumId AS album_id, MediaTypeId AS media_type_id, GenreId AS genre_id,
           Composer AS composer, Milliseconds AS milliseconds, Bytes AS bytes,
           CAST(ROUND(UnitPrice * 100) AS INTEGER) AS unit_price
    FROM Track ORDER BY TrackId";
const EMPLOYEES: &str = "
    SELECT EmployeeId AS id, LastName AS last_name, FirstName AS first_name, Title AS title, ReportsTo AS reports_to_id,
           BirthDate AS birth_date, HireDate AS hire_date, Address AS address, City AS city, State AS state,
           Country AS country, PostalCode AS postal_code, Phone AS phone, Fax AS fax, Email AS email
    FROM Employee ORDER BY EmployeeId";
const CUSTOMERS: &str = "
    SELECT CustomerId AS id, FirstName AS first_name, LastName AS last_name, Company AS company, Address AS address,
           City AS city, State AS state, Country AS country, PostalCode AS postal_code, Phone AS phone, Fax AS fax,
           Email AS email, SupportRepId AS support_rep_id
    FROM Customer ORDER BY CustomerId";
const INVOICES: &str = "
    SELECT InvoiceId AS id, CustomerId AS customer_id, InvoiceDate AS invoice_date, BillingAddress AS billing_address,
           BillingCity AS billing_city, BillingState AS billing_state, BillingCountry AS billing_country,
           BillingPostalCode AS billing_postal_code, CAST(ROUND(Total * 100) AS INTEGER) AS total
    FROM Invoice ORDER BY InvoiceId";
const LINES: &str = "
    SELECT InvoiceLineId AS id, InvoiceId AS invoice_id, TrackId AS track_id,
           CAST(ROUND(UnitPrice * 100) AS INTEGER) AS unit_price, Quantity AS quantity
    FROM InvoiceLine ORDER BY InvoiceLineId";

const PLAYLIST_TRACKS: &str = "
    SELECT PlaylistId AS playlist_id, TrackId AS track_id FROM PlaylistTrack ORDER BY PlaylistId, TrackId";

impl Store {
    /// Reads the original file.
    pub(crate) async fn read_original(original: &Db) -> umbral::Result<Store> {
        let named =
            |table: &str| format!("SELECT {table}Id AS id, Name AS name FROM {table} ORDER BY {table}Id");
        let albums =
            "SELECT AlbumId AS id, Title AS title, ArtistId AS artist_id FROM Album ORDER BY AlbumId";
        Ok(Store {
            artists: raw(named("Artist")).all(original).await?,
            albums: raw(albums).all(original).await?,
            genres: raw(named("Genre")).all(original).await?,
            media_types: raw(named("MediaType")).all(original).await?,
            tracks: raw(TRACKS).all(original).await?,
            employees: raw(EMPLOYEES).all(original).await?,
            customers: raw(CUSTOMERS).all(original).await?,
            invoices: raw(INVOICES).all(original).await?,
            lines: raw(LINES).all(original).await?,
            playlists: raw(named("Playlist")).all(original).await?,
            playlist_tracks: raw(PLAYLIST_TRACKS).all(original).await?,
        })
    }

    /// Reads a database of the models' own.
    pub(crate) async fn read(db: &Db) -> umbral::Result<Store> {
        Ok(Store {
            artists: Artist::objects().order_by(|a| a.id.asc()).all(db).await?,
            albums: Album::objects().order_by(|a| a.id.asc()).all(db).await?,
            genres: Genre::objects().order_by(|g| g.id.asc()).all(db).await?,
            media_types: MediaType::objects().order_by(|m| m.id.asc()).all(db).await?,
            tracks: Track::objects().order_by(|t| t.id.asc()).all(db).await?,
            employees: Employee::objects().order_by(|e| e.id.asc()).all(db).await?,
            customers: Customer::objects().order_by(|c| c.id.asc()).all(db).await?,
            invoices: Invoice::objects().order_by(|i| i.id.asc()).all(db).await?,
            lines: InvoiceLine::objects().order_by(|l| l.id.asc()).all(db).await?,
            playlists: Playlist::objects().order_by(|p| p.id.asc()).all(db).await?,
            playlist_tracks: PlaylistTrack::objects()
                .order_by(|p| (p.playlist.asc(), p.track.asc()))
                .all(db)
                .await?,
        })
    }

    /// Writes every row, all or none.
    pub(crate) async fn write(&self, db: &Db) -> umbral::Result<()> {
        let store = self.clone();
        db.transaction(async |tx| {
            Artist::bulk_create(store.artists).keep_keys().exec(tx).await?;
            Album::bulk_create(store.albums).keep_keys().exec(tx).await?;
            Genre::bulk_create(store.genres).keep_keys().exec(tx).await?;
            MediaType::bulk_create(store.media_types).keep_keys().exec(tx).await?;
            Track::bulk_create(store.tracks).keep_keys().exec(tx).await?;
            Employee::bulk_create(store.employees).keep_keys().exec(tx).await?;
            Customer::bulk_create(store.customers).keep_keys().exec(tx).await?;
            Invoice::bulk_create(store.invoices).keep_keys().exec(tx).await?;
            InvoiceLine::bulk_create(store.lines).keep_keys().exec(tx).await?;
            Playlist::bulk_create(store.playlists).keep_keys().exec(tx).await?;
            PlaylistTrack::bulk_create(store.playlist_tracks).exec(tx).await?;
            Ok(())
        })
        .await
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.artists.len()
            + self.albums.len()
            + self.genres.len()
            + self.media_types.len()
            + self.tracks.len()
            + self.employees.len()
            + self.customers.len()
            + self.invoices.len()
            + self.lines.len()
            + self.playlists.len()
            + self.playlist_tracks.len()
    }
}
