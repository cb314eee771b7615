//! The models' second edition, with the rows in place.

use crate::second_edition as second;
use crate::source::Store;
use music_store::{Customer, Employee, Track};
use std::collections::{BTreeMap, BTreeSet};
use umbral::prelude::*;

/// What the second edition must hold for what the first held, in the tables that change or point at one that does.
#[derive(Debug, PartialEq)]
pub(crate) struct Changed {
    playlist_tracks: Vec<(i64, i64)>,
    /// Keys of artists with those of their genres.
    genres: Vec<(i64, BTreeSet<i64>)>,
    tracks: Vec<second::Track>,
    employees: Vec<second::Employee>,
    customers: Vec<second::Customer>,
}

impl Changed {
    /// What the change makes of the store's rows.
    pub(crate) fn of(store: &Store) -> Changed {
        let none = store.artists.iter().map(|artist| (artist.id, BTreeSet::new()));
        Changed {
            playlist_tracks: store
                .playlist_tracks
                .iter()
                .map(|on| (*on.playlist.key(), *on.track.key()))
                .collect(),
            genres: none.collect(),
            tracks: store.tracks.iter().map(track).collect(),
            employees: store.employees.iter().map(employee).collect(),
            customers: store.customers.iter().map(customer).collect(),
        }
    }

    /// What the database holds.
    pub(crate) async fn read(db: &Db) -> umbral::Result<Changed> {
        let on =
            second::PlaylistTrack::objects().order_by(|p| (p.playlist.asc(), p.track.asc())).all(db).await?;
        let artists = second::Artist::objects().order_by(|a| a.id.asc()).prefetch_related(|a| a.genres());
        let genres = |artist: second::Artist| {
            let genres = artist.genres.into_loaded().unwrap_or_default();
            (artist.id, genres.into_iter().map(|genre| genre.id).collect())
        };
        Ok(Changed {
            playlist_tracks: on.into_iter().map(|on| (*on.playlist.key(), *on.track.key())).collect(),
            genres: artists.all(db).await?.into_iter().map(genres).collect(),
            tracks: second::Track::objects().order_by(|t| t.id.asc()).all(db).await?,
            employees: second::Employee::objects().order_by(|e| e.id.asc()).all(db).await?,
            customers: second::Customer::objects().order_by(|c| c.id.asc()).all(db).await?,
        })
    }
}

/// Gives every artist the genres of their tracks, and says what the store holds then.
pub(crate) async fn give_genres(db: &Db, store: &Store, mut changed: Changed) -> umbral::Result<Changed> {
    let artists: BTreeMap<i64, i64> =
        store.albums.iter().map(|album| (album.id, *album.artist.key())).collect();
    let mut genres: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for track in &store.tracks {
        let artist = track.album.as_ref().and_then(|album| artists.get(album.key()));
        if let (Some(artist), Some(genre)) = (artist, &track.genre) {
            genres.entry(*artist).or_default().insert(*genre.key());
        }
    }
    db.transaction(async |tx| {
        for (artist, genres) in &genres {
            second::Artist::by_key(tx, *artist).await?.genres().set(tx, genres.iter().copied()).await?;
        }
        Ok(())
    })
    .await?;
    for (artist, of) in &mut changed.genres {
        *of = genres.remove(artist).unwrap_or_default();
    }
    Ok(changed)
}

fn track(first: &Track) -> second::Track {
    second::Track {
        id: first.id,
        name: first.name.clone(),
        album: first.album.as_ref().map(|album| ForeignKey::new(*album.key())),
        media_type: ForeignKey::new(*first.media_type.key()),
        genre: first.genre.as_ref().map(|genre| ForeignKey::new(*genre.key())),
        composer: first.composer.clone(),
        duration: i64::from(first.milliseconds),
        bytes: first.bytes,
        unit_price: first.unit_price,
    }
}

fn employee(first: &Employee) -> second::Employee {
    let first = first.clone();
    second::Employee {
        id: first.id,
        last_name: first.last_name,
        first_name: first.first_name,
        title: first.title,
        reports_to: first.reports_to.map(|employee| ForeignKey::new(*employee.key())),
        birth_date: first.birth_date,
        hire_date: first.hire_date,
        address: first.address,
        city: first.city,
        state: first.state,
        country: first.country,
        postal_code: first.postal_code,
        phone: first.phone,
        email: first.email,
    }
}

fn customer(first: &Customer) -> second::Customer {
    let first = first.clone();
    second::Customer {
        id: first.id,
        first_name: first.first_name,
        last_name: first.last_name,
        company: first.company,
        address: first.address,
        city: first.city,
        state: first.state,
        country: first.country,
        postal_code: first.postal_code,
        phone: first.phone,
        fax: first.fax,
        email: first.email,
        support_rep: first.support_rep.as_ref().map(|employee| ForeignKey::new(*employee.key())),
        points: 100,
    }
}

/// The store as it is after the way back: what was dropped on the way is gone for good.
pub(crate) fn without_what_was_dropped(mut store: Store) -> Store {
    store.employees.iter_mut().for_each(|employee| employee.fax = None);
    store
}
