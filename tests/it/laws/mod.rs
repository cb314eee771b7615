//! The laws of the schema, over random schemas and changes of them.

mod live;
mod pure;
mod scope;
mod tables;

use proptest::test_runner::{Config, RngSeed, TestRunner};
use umbral::backend::{BackendFeature, DatabaseBackend};

/// How many of `cases` a database is put through: a third where each definition is a transaction of its own and takes
/// many times as long. `UMBRAL_TEST_CASES` asks for as many everywhere.
pub(crate) fn cases_on(backend: &dyn DatabaseBackend, cases: u32) -> u32 {
    if backend.supports(BackendFeature::TransactionalDdl) { cases } else { cases / 3 }
}

/// A runner of `cases` cases, the same in every run; `UMBRAL_TEST_CASES` asks for another number, and then for
/// other cases each time.
pub(crate) fn runner(cases: u32) -> TestRunner {
    let asked = std::env::var("UMBRAL_TEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let rng_seed = if asked.is_some() { RngSeed::Random } else { RngSeed::Fixed(0x756d_6272_616c) };
    let config =
        Config { cases: asked.unwrap_or(cases), rng_seed, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
}
