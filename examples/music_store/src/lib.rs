//! A music store: artists, albums, tracks, customers, employees and invoices, as models.
//!
//! The program of this package loads the Chinook sample database through these models, asks ten questions of it, and
//! then changes the models with the rows in place.

mod models;

pub use models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};
