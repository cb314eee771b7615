//! Several migrators of one database.

use super::*;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use umbral::backend::{Access, BackendRegistry, DatabaseUrl, PoolOptions};
use umbral::migrations::{Boundary, MigrationObserver};
use umbral_testkit::{TestDatabase, each_engine};

const URL: &str = "UMBRAL_IT_MIGRATOR_URL";
const SLOW: &str = "UMBRAL_IT_MIGRATOR_SLOW";
const DONE: &str = "migrations done: ";

fn set() -> MigrationSet {
    let change = |column_name: &str| vec![add_column("note", column(column_name, "integer?"), None)];
    let rebuilt = alter_column("note", column("text", "varchar(9)"), column("text", "varchar(10)"));
    chain([vec![create(table("note", &[("text", "varchar(9)")]))], change("a"), change("b"), vec![rebuilt]])
}

/// Stops for good at the first table, with the lock held.
struct Hang;

impl MigrationObserver for Hang {
    fn statement(&self, boundary: Boundary, sql: &str) {
        if boundary == Boundary::After && sql.contains("note") && sql.starts_with("CREATE TABLE") {
            println!("hanging");
            std::thread::sleep(Duration::from_secs(600));
        }
    }
}

/// Migrates the database that the environment names, and says how many migrations it applied.
#[test]
fn migrator() {
    let Ok(url) = std::env::var(URL) else { return };
    let url = DatabaseUrl::parse(&url).unwrap();
    let set = set();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let backends = BackendRegistry::built_in();
        let mut options = PoolOptions::default();
        options.access = Access::Create;
        let driver = backends.detect(&url).unwrap().connect(&url, &options).await.unwrap();
        let mut executor = MigrationExecutor::new(driver.as_ref(), &set);
        if std::env::var(SLOW).is_ok() {
            executor = executor.with_observer(&Hang);
        }
        let report = executor.migrate(&Target::Latest).await.unwrap();
        println!("{DONE}{}", report.done.len());
        driver.close().await;
    });
}

fn start(url: &str, slow: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["migrations::migrators::migrator", "--exact", "--nocapture"]).env(URL, url);
    if slow {
        command.env(SLOW, "yes");
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn done(child: Child) -> usize {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().find_map(|line| line.split_once(DONE)).unwrap().1.parse().unwrap()
}

#[test]
fn of_eight_processes_one_works() {
    each_engine(async |database| {
        let processes: Vec<Child> = (0..8).map(|_| start(database.url().reveal(), false)).collect();
        let mut counts: Vec<usize> = processes.into_iter().map(done).collect();
        counts.sort_unstable();
        assert_eq!(counts, [0, 0, 0, 0, 0, 0, 0, 4], "{}", database.label());
        let driver = database.connect().await;
        check(driver.as_ref(), &set()).await;
        driver.close().await;
    });
}

/// The file is made by whoever comes first.
///
/// Cases: 10.
#[test]
fn of_eight_processes_one_makes_the_file() {
    let database = TestDatabase::sqlite();
    let missing = format!("{}.new", database.url().reveal());
    let processes: Vec<Child> = (0..8).map(|_| start(&missing, false)).collect();
    let total: usize = processes.into_iter().map(done).sum();
    assert_eq!(total, 4);
}

#[test]
fn of_eight_tasks_one_works() {
    each_engine(async |database| {
        let driver = database.connect().await;
        let set = set();
        let runs = (0..8).map(|_| migrate(driver.as_ref(), &set, &Target::Latest));
        let mut counts = Vec::new();
        for run in join_all(runs).await {
            counts.push(run.unwrap().len());
        }
        counts.sort_unstable();
        assert_eq!(counts, [0, 0, 0, 0, 0, 0, 0, 4], "{}", database.label());
        driver.close().await;
    });
}

/// Polls all of them in turn, on one task.
async fn join_all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut open: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in &mut open {
            if output.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *output = Some(value);
            }
        }
        if open.iter().all(|(_, output)| output.is_some()) {
            return std::task::Poll::Ready(());
        }
        std::task::Poll::Pending
    })
    .await;
    open.into_iter().filter_map(|(_, output)| output).collect()
}

/// Whoever waits goes on when the one that works is killed, and finds what that one had committed.
///
/// Cases: 10.
#[test]
fn the_second_goes_on_when_the_first_is_killed() {
    each_engine(async |database| {
        let mut first = start(database.url().reveal(), true);
        let mut line = String::new();
        let mut stdout = std::io::BufReader::new(first.stdout.take().unwrap());
        while !line.contains("hanging") {
            line.clear();
            assert!(std::io::BufRead::read_line(&mut stdout, &mut line).unwrap() > 0, "it ended by itself");
        }
        let second = start(database.url().reveal(), false);
        tokio::time::sleep(Duration::from_millis(400)).await;
        first.kill().unwrap();
        first.wait().unwrap();
        assert_eq!(done(second), 4, "{}", database.label());
        let driver = database.connect().await;
        check(driver.as_ref(), &set()).await;
        driver.close().await;
    });
}
