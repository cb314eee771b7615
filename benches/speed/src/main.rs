//! umbral beside hand-written drivers, in one process and in turn. Ratios count, not times: the machine may be busy.
//!
//! `cargo run --release -p speed` measures SQLite; with `SPEED_POSTGRES_URL` PostgreSQL too, in a schema of its own
//! that is dropped at the end; write `sslmode=disable` in that URL, for the hand-written side encrypts nothing. An
//! argument picks the workloads whose names contain it.

mod harness;
mod models;
mod postgres;
mod sqlite;

use sqlite::Place;

/// How many users the small, the middle and the large table hold.
pub const SIZES: [i64; 3] = [1, 100, 10_000];

/// How many samples of each contender are taken.
const ROUNDS: usize = 31;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let only = std::env::args().nth(1).unwrap_or_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        harness::print("SQLite in memory", &sqlite::measure(ROUNDS, &only, Place::Memory).await?);
        let folder = std::env::temp_dir().join(format!("umbral-speed-{}", std::process::id()));
        std::fs::create_dir(&folder)?;
        let files = sqlite::measure(ROUNDS, &only, Place::Folder(&folder)).await;
        std::fs::remove_dir_all(&folder)?;
        harness::print("SQLite in a file", &files?);
        match std::env::var("SPEED_POSTGRES_URL") {
            Ok(url) => harness::print("PostgreSQL", &postgres::measure(&url, ROUNDS, &only).await?),
            Err(_) => println!("\nPostgreSQL: not measured, SPEED_POSTGRES_URL is not set"),
        }
        Ok(())
    })
}
