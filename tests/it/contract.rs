//! The built-in backends keep the contract.

use std::sync::Mutex;
use umbral::backend::BackendFeature;
use umbral_testkit::contract::{CLAUSES, Clause, Observed, observe};
use umbral_testkit::{TestEngine, each_engine};

/// A test for each clause, so that one that is broken is seen by its name.
macro_rules! clauses {
    ($($name:ident),* $(,)?) => {
        const TESTED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                let clause = clause(stringify!($name));
                each_engine(async |database| clause.check(database).await);
            }
        )*
    };
}

clauses! {
    versions_are_told,
    values_come_back,
    values_are_found_and_sorted,
    values_that_do_not_fit_are_refused,
    types_without_storage_are_unsupported,
    features_are_what_they_claim,
    violations_name_what_was_violated,
    errors_have_their_kind,
    names_of_constraints_are_as_far_as_claimed,
    transactions_hold_or_leave_nothing,
    savepoints_nest,
    dropped_transactions_are_rolled_back,
    dropped_queries_leave_a_clean_connection,
    dropped_futures_inside_a_transaction_commit_nothing,
    sinks_end_a_result,
    pools_keep_to_their_size,
    statements_take_as_many_parameters_as_claimed,
    waiting_for_a_lock_ends,
    one_migrator_at_a_time,
}

fn clause(name: &str) -> &'static Clause {
    CLAUSES.iter().find(|clause| clause.name == name).expect("the contract has this clause")
}

#[test]
fn every_clause_is_tested() {
    let all: Vec<&str> = CLAUSES.iter().map(|clause| clause.name).collect();
    assert_eq!(all, TESTED);
}

/// A trial that fails everywhere would agree with every backend that does not claim its feature.
#[test]
fn every_feature_is_seen_to_be_there_somewhere() {
    let engines = TestEngine::chosen();
    let all = [TestEngine::Sqlite, TestEngine::Postgres].iter().all(|engine| engines.contains(engine));
    if !all || engines.iter().filter_map(|engine| engine.database()).count() < 2 {
        eprintln!("not tested: features that only an engine that is missing here has");
        return;
    }
    let unseen = Mutex::new(BackendFeature::ALL.to_vec());
    each_engine(async |database| {
        let mut present = Vec::new();
        for feature in BackendFeature::ALL {
            if observe(*feature, database).await == Observed::Present {
                present.push(*feature);
            }
        }
        unseen.lock().unwrap().retain(|feature| !present.contains(feature));
    });
    assert_eq!(*unseen.lock().unwrap(), []);
}
