//! The store's tables in their second edition: a track's length has a better name and room for long recordings,
//! customers collect points, artists have genres, no two employees share a mail address, and nobody sends a fax to one
//! any more.

use umbral::prelude::*;

/// Who made an album.
#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct Artist {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// Its name.
    #[umbral(max_length = 120)]
    pub name: Option<String>,
    /// What they play.
    pub genres: ManyToMany<Genre>,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct Album {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// Its title.
    #[umbral(max_length = 160)]
    pub title: String,
    /// Who made it.
    #[umbral(on_delete = restrict)]
    pub artist: ForeignKey<Artist>,
}

/// A style of music.
#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct Genre {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// Its name.
    #[umbral(max_length = 120)]
    pub name: Option<String>,
}

/// A format of a file.
#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct MediaType {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// Its name.
    #[umbral(max_length = 120)]
    pub name: Option<String>,
}

/// A song, or whatever a file holds.
#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(index(name))]
pub(crate) struct Track {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// Its name.
    #[umbral(max_length = 200)]
    pub name: String,
    /// The record that it is on.
    #[umbral(on_delete = set_null)]
    pub album: Option<ForeignKey<Album>>,
    /// The format of its file.
    #[umbral(on_delete = restrict)]
    pub media_type: ForeignKey<MediaType>,
    /// Its style.
    #[umbral(on_delete = set_null)]
    pub genre: Option<ForeignKey<Genre>>,
    /// Who wrote it.
    #[umbral(max_length = 220)]
    pub composer: Option<String>,
    /// How long it plays, in milliseconds.
    #[umbral(check = "duration > 0", renamed_from = "milliseconds")]
    pub duration: i64,
    /// The size of its file.
    pub bytes: Option<i64>,
    /// What it costs.
    #[umbral(decimal(10, 2), check = "unit_price >= 0")]
    pub unit_price: Decimal,
}

/// A choice of tracks.
#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct Playlist {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// Its name.
    #[umbral(max_length = 120)]
    pub name: Option<String>,
    /// What is on it.
    #[umbral(through = PlaylistTrack)]
    pub tracks: ManyToMany<Track>,
}

/// That a track is on a playlist.
#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(primary_key(playlist, track))]
pub(crate) struct PlaylistTrack {
    /// The playlist.
    #[umbral(on_delete = cascade)]
    pub playlist: ForeignKey<Playlist>,
    /// The track.
    #[umbral(on_delete = cascade)]
    pub track: ForeignKey<Track>,
}

/// Somebody who works for the store.
#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct Employee {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// The family name.
    #[umbral(max_length = 20)]
    pub last_name: String,
    /// The given name.
    #[umbral(max_length = 20)]
    pub first_name: String,
    /// The position.
    #[umbral(max_length = 30)]
    pub title: Option<String>,
    /// Whom they report to.
    #[umbral(on_delete = set_null)]
    pub reports_to: Option<ForeignKey<Employee>>,
    /// When born.
    pub birth_date: Option<NaiveDateTime>,
    /// When hired.
    pub hire_date: Option<NaiveDateTime>,
    /// Where to write to.
    #[umbral(max_length = 70)]
    pub address: Option<String>,
    /// The town.
    #[umbral(max_length = 40)]
    pub city: Option<String>,
    /// The state or province.
    #[umbral(max_length = 40)]
    pub state: Option<String>,
    /// The country.
    #[umbral(max_length = 40)]
    pub country: Option<String>,
    /// The postal code.
    #[umbral(max_length = 10)]
    pub postal_code: Option<String>,
    /// The telephone number.
    #[umbral(max_length = 24)]
    pub phone: Option<String>,
    /// The mail address.
    #[umbral(max_length = 60, unique)]
    pub email: Option<String>,
}

/// Somebody who buys.
#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct Customer {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// The given name.
    #[umbral(max_length = 40)]
    pub first_name: String,
    /// The family name.
    #[umbral(max_length = 20)]
    pub last_name: String,
    /// The company.
    #[umbral(max_length = 80)]
    pub company: Option<String>,
    /// Where to write to.
    #[umbral(max_length = 70)]
    pub address: Option<String>,
    /// The town.
    #[umbral(max_length = 40)]
    pub city: Option<String>,
    /// The state or province.
    #[umbral(max_length = 40)]
    pub state: Option<String>,
    /// The country.
    #[umbral(max_length = 40)]
    pub country: Option<String>,
    /// The postal code.
    #[umbral(max_length = 10)]
    pub postal_code: Option<String>,
    /// The telephone number.
    #[umbral(max_length = 24)]
    pub phone: Option<String>,
    /// The fax number.
    #[umbral(max_length = 24)]
    pub fax: Option<String>,
    /// The mail address.
    #[umbral(max_length = 60, unique)]
    pub email: String,
    /// Who looks after them.
    #[umbral(on_delete = set_null)]
    pub support_rep: Option<ForeignKey<Employee>>,
    /// What they have collected.
    #[umbral(default = 100)]
    pub points: i32,
}

/// A purchase.
#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(ordering = ["-invoice_date"])]
pub(crate) struct Invoice {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// Who bought.
    #[umbral(on_delete = restrict)]
    pub customer: ForeignKey<Customer>,
    /// When.
    #[umbral(index)]
    pub invoice_date: NaiveDateTime,
    /// Where the bill goes.
    #[umbral(max_length = 70)]
    pub billing_address: Option<String>,
    /// The town.
    #[umbral(max_length = 40)]
    pub billing_city: Option<String>,
    /// The state or province.
    #[umbral(max_length = 40)]
    pub billing_state: Option<String>,
    /// The country.
    #[umbral(max_length = 40)]
    pub billing_country: Option<String>,
    /// The postal code.
    #[umbral(max_length = 10)]
    pub billing_postal_code: Option<String>,
    /// The sum of its lines.
    #[umbral(decimal(10, 2))]
    pub total: Decimal,
}

/// One track on an invoice.
#[derive(Debug, Clone, PartialEq, Model)]
pub(crate) struct InvoiceLine {
    /// The key.
    #[umbral(primary_key)]
    pub id: i64,
    /// The invoice.
    #[umbral(on_delete = cascade)]
    pub invoice: ForeignKey<Invoice>,
    /// The track.
    #[umbral(on_delete = restrict)]
    pub track: ForeignKey<Track>,
    /// The price at which it was sold.
    #[umbral(decimal(10, 2))]
    pub unit_price: Decimal,
    /// How many.
    #[umbral(default = 1, check = "quantity > 0")]
    pub quantity: i32,
}
