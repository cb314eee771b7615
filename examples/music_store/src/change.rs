//! The models' second edition, with the rows in place.

use crate::second_edition as second;
use crate::source::Store;
use music_store::{Customer, Employee, Track};
use umbral::prelude::*;

/// The tracks, employees and customers that the second edition must hold for what the first held.
#[derive(Debug, PartialEq)]
pub(crate) struct Changed {
    tracks: Vec<second::Track>,
    employees: Vec<second::Employee>,
    customers: Vec<second::Customer>,
}

impl Changed {
    /// What the change makes of the store's rows.
    pub(crate) fn of(store: &Store) -> Changed {
        Changed {
            tracks: store.tracks.iter().map(track).collect(),
            employees: store.employees.iter().map(employee).collect(),
            customers: store.customers.iter().map(customer).collect(),
        }
    }

    /// What the database holds.
    pub(crate) async fn read(db: &Db) -> umbral::Result<Changed> {
        Ok(Changed {
            tracks: second::Track::objects().order_by(|t| t.id.asc()).all(db).await?,
            employees: second::Employee::objects().order_by(|e| e.id.asc()).all(db).await?,
            customers: second::Customer::objects().order_by(|c| c.id.asc()).all(db).await?,
        })
    }
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
        reports_to: first.reports_to,
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
