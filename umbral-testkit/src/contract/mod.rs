//! What every backend promises, as tests that a third party runs against its own.
//!
//! A backend's crate needs one test that makes throw-away databases and hands them to [`run`]:
//!
//! ```no_run
//! # use umbral_core::backend::{BackendRegistry, DatabaseBackend};
//! # fn my_backend() -> std::sync::Arc<dyn DatabaseBackend> { BackendRegistry::built_in().by_name("mydb").unwrap() }
//! use umbral_core::backend::DatabaseUrl;
//! use umbral_testkit::{TestDatabase, contract};
//!
//! #[test]
//! fn the_backend_keeps_the_contract() {
//!     contract::run(|| {
//!         let url = DatabaseUrl::parse("mydb://localhost/fresh").unwrap();
//!         TestDatabase::new("mydb", my_backend(), url, || { /* drop it again */ })
//!     });
//! }
//! ```
//!
//! A clause looks at behaviour: what was stored, what comes back, what is enforced, what is rolled back. That a
//! statement was accepted proves nothing: SQLite takes a column of any type's name.

mod cancellation;
mod errors;
mod features;
mod live;
mod locks;
mod names;
mod pool;
mod samples;
mod transactions;
mod values;

pub use features::observe;

use crate::TestDatabase;
use crate::engines::on_databases;
use std::future::Future;
use std::pin::Pin;
use umbral_core::backend::BackendFeature;

/// A part of the contract, for a test of its own.
#[derive(Debug, Clone, Copy)]
pub struct Clause {
    /// Its name, in snake case.
    pub name: &'static str,
    check: for<'a> fn(&'a TestDatabase) -> Pin<Box<dyn Future<Output = ()> + 'a>>,
}

impl Clause {
    /// Checks it on an empty database.
    ///
    /// # Panics
    /// Where the backend breaks it, with what was seen.
    pub async fn check(&self, database: &TestDatabase) {
        (self.check)(database).await;
    }
}

macro_rules! clauses {
    ($($name:ident = $check:path;)*) => {
        /// Every clause.
        pub const CLAUSES: &[Clause] = &[$(
            Clause { name: stringify!($name), check: |database| Box::pin($check(database)) },
        )*];
    };
}

clauses! {
    versions_are_told = errors::versions_are_told;
    values_come_back = values::come_back;
    values_are_found_and_sorted = values::are_found_and_sorted;
    values_that_do_not_fit_are_refused = values::that_do_not_fit_are_refused;
    types_without_storage_are_unsupported = values::without_storage_are_unsupported;
    features_are_what_they_claim = features::are_what_they_claim;
    violations_name_what_was_violated = errors::violations_name_what_was_violated;
    errors_have_their_kind = errors::have_their_kind;
    names_of_constraints_are_as_far_as_claimed = names::of_constraints;
    transactions_hold_or_leave_nothing = transactions::hold_or_leave_nothing;
    savepoints_nest = transactions::savepoints_nest;
    dropped_transactions_are_rolled_back = transactions::dropped_ones_are_rolled_back;
    dropped_queries_leave_a_clean_connection = cancellation::of_a_query;
    dropped_futures_inside_a_transaction_commit_nothing = cancellation::inside_a_transaction;
    sinks_end_a_result = pool::sinks_end_a_result;
    pools_keep_to_their_size = pool::keeps_to_its_size;
    statements_take_as_many_parameters_as_claimed = pool::parameters_up_to_the_limit;
    waiting_for_a_lock_ends = locks::waiting_ends;
    one_migrator_at_a_time = locks::one_migrator_at_a_time;
}

/// Checks every clause, each on a database of its own.
///
/// # Panics
/// After the last, with the names of those that were broken.
pub fn run(make: impl Fn() -> TestDatabase) {
    let mut broken = Vec::new();
    for clause in CLAUSES {
        let run =
            std::panic::AssertUnwindSafe(|| on_databases([make()], async |one| clause.check(one).await));
        if std::panic::catch_unwind(run).is_err() {
            broken.push(clause.name);
        }
    }
    assert!(broken.is_empty(), "broken: {}", broken.join(", "));
}

/// What a database does about a feature, as far as behaviour shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// The behaviour is there.
    Present,
    /// It is not, for this reason.
    Absent(String),
}

/// The features whose claim and behaviour differ, in words.
pub(crate) fn contradiction(feature: BackendFeature, claimed: bool, observed: &Observed) -> Option<String> {
    match (claimed, observed) {
        (true, Observed::Present) | (false, Observed::Absent(_)) => None,
        (true, Observed::Absent(reason)) => {
            Some(format!("{} is claimed, but not there: {reason}", feature.name()))
        }
        (false, Observed::Present) => Some(format!("{} is there, but not claimed", feature.name())),
    }
}
