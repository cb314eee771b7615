use umbral::prelude::*;

#[derive(Model)]
pub struct Playlist {
    #[umbral(primary_key)]
    pub id: i64,
}

#[derive(Model)]
#[umbral(primary_key(playlist, length))]
pub struct PlaylistTrack {
    pub playlist: ForeignKey<Playlist>,
    pub position: i64,
    pub note: Option<String>,
    pub length: f64,
    pub disc: i16,
}

fn main() {}
