//! A definition commits by itself: a run that was cut off between it and its note goes on behind it.

use super::on_mysql;
use umbral::backend::{Driver, Statement};
use umbral::migrations::operations::*;
use umbral::migrations::{
    Boundary, Migration, MigrationExecutor, MigrationId, MigrationObserver, MigrationSet, OWN_TABLES,
    Operation, Target,
};
use umbral::schema::{Column, Constraint, Expr, Index, Schema, SqlType, Table};

fn expr(text: &str) -> Expr {
    text.parse().unwrap()
}

fn shelf() -> Table {
    Table::new("shelf")
        .with_column(Column::new("id", SqlType::BigInt).identity())
        .with_column(Column::new("label", SqlType::Varchar(20)))
        .with_column(Column::new("sold", SqlType::Boolean))
        .with_column(Column::new("size", "enum size('s', 'm')".parse().unwrap()).with_default(expr("'m'")))
        .with_constraint(Constraint::check("shelf_size_check", expr("size = 'm' OR label <> ''")))
        .with_primary_key(["id"])
}

/// Eleven operations of every kind that a statement is made of.
fn operations() -> Vec<Operation> {
    let table = || "shelf".to_owned();
    let sold = Column::new("sold", SqlType::Boolean);
    vec![
        Operation::AddColumn(AddColumn {
            table: table(),
            column: Column::new("floor", SqlType::Integer),
            backfill: Some(expr("id * 2")),
        }),
        Operation::AlterColumn(AlterColumn {
            table: table(),
            from: sold.clone(),
            to: Column { ty: SqlType::Varchar(5), ..sold },
            backfill: None,
        }),
        Operation::RenameColumn(RenameColumn { table: table(), from: "label".into(), to: "name".into() }),
        Operation::AddIndex(AddIndex { table: table(), index: Index::new("shelf_name_idx", ["name"]) }),
        Operation::AddConstraint(AddConstraint {
            table: table(),
            constraint: Constraint::check("shelf_floor_check", expr("floor > 0")),
        }),
        Operation::RenameTable(RenameTable { from: table(), to: "rack".into() }),
        Operation::CreateTable(CreateTable {
            table: Table::new("room")
                .with_column(Column::new("id", SqlType::BigInt))
                .with_primary_key(["id"]),
        }),
        Operation::AddConstraint(AddConstraint {
            table: "rack".into(),
            constraint: Constraint::unique("rack_floor_uniq", ["floor"]),
        }),
        Operation::AlterColumn(AlterColumn {
            table: "rack".into(),
            from: Column::new("name", SqlType::Varchar(20)),
            to: Column::new("name", SqlType::Varchar(30)).nullable(),
            backfill: None,
        }),
        Operation::DropTable(DropTable { table: "room".into() }),
        Operation::RenameLabel(RenameLabel {
            table: "rack".into(),
            column: "size".into(),
            from: "m".into(),
            to: "middle".into(),
        }),
    ]
}

fn set() -> MigrationSet {
    let mut first = Migration::new("crash", "0001_initial");
    first.operations = vec![Operation::CreateTable(CreateTable { table: shelf() })];
    let mut second = Migration::new("crash", "0002_change").depends_on(first.id.clone());
    second.operations = operations();
    MigrationSet::new(vec![first, second]).unwrap()
}

/// Breaks off at a boundary: the future that migrates is dropped there.
struct Stop {
    at: usize,
    seen: std::sync::atomic::AtomicUsize,
    reached: tokio::sync::Notify,
}

impl MigrationObserver for Stop {
    fn statement(&self, _: Boundary, _: &str) {
        if self.seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1 == self.at {
            self.reached.notify_one();
            // What is behind this boundary is never sent: the task ends here.
            std::panic::resume_unwind(Box::new("stopped"));
        }
    }
}

/// Migrates up to a boundary; whether there was one.
pub(crate) async fn migrate_until(url: umbral::backend::DatabaseUrl, set: MigrationSet, at: usize) -> bool {
    let stopped = tokio::task::spawn(async move {
        let backends = umbral::backend::BackendRegistry::built_in();
        let driver = backends.detect(&url).unwrap().connect(&url, &Default::default()).await.unwrap();
        let (seen, reached) = Default::default();
        let stop = Stop { at, seen, reached };
        let executor = MigrationExecutor::new(driver.as_ref(), &set).with_observer(&stop);
        executor.migrate(&Target::Latest).await.unwrap();
        driver.close().await;
    });
    stopped.await.is_err()
}

async fn migrate(driver: &dyn Driver, target: &Target) {
    let set = set();
    let executor = MigrationExecutor::new(driver, &set);
    executor.migrate(target).await.unwrap();
}

/// Cases: 22.
#[test]
fn every_boundary_is_gone_on_from() {
    on_mysql(async |database| {
        let driver = database.connect().await;
        let first = Target::To(MigrationId::new("crash", "0001_initial"));
        let mut boundaries = 0;
        for at in 1.. {
            migrate(driver.as_ref(), &first).await;
            let rows =
                "INSERT INTO shelf (id, label, sold, size) VALUES (1, 'a', TRUE, 's'), (2, 'b', FALSE, 'm')";
            driver.execute(Statement::new("DELETE FROM shelf")).await.unwrap();
            driver.execute(Statement::new(rows)).await.unwrap();
            if !migrate_until(database.url().clone(), set(), at).await {
                break;
            }
            boundaries = at;
            migrate(driver.as_ref(), &Target::Latest).await;
            check(driver.as_ref(), at).await;
            if at == 1 {
                // The way back renames the table again, and makes every value what it was.
                migrate(driver.as_ref(), &first).await;
            }
            let tables = OWN_TABLES.iter().copied().chain(["shelf", "rack", "room"]).collect::<Vec<_>>();
            let drop = format!("DROP TABLE IF EXISTS {}", tables.join(", "));
            driver.execute(Statement::new(drop)).await.unwrap();
        }
        println!("{}: {boundaries} boundaries of eleven operations", database.label());
        assert!(boundaries > 40, "{boundaries} are too few to be true");
        driver.close().await;
    });
}

async fn check(driver: &dyn Driver, at: usize) {
    let mut schema = Schema::new([shelf()]);
    operations().iter().for_each(|operation| operation.apply(&mut schema).unwrap());
    let mut connection = driver.acquire().await.unwrap();
    let backend = driver.backend();
    let mut found = backend.introspector().introspect(connection.as_mut()).await.unwrap();
    found.tables.retain(|name, _| !umbral::migrations::OWN_TABLES.contains(&name.as_str()));
    assert_eq!(found, backend.normalize(&schema), "boundary {at}");
    let all = Statement::new("SELECT CONCAT_WS(' ', id, name, sold, floor, size) FROM rack ORDER BY id");
    let rows = umbral::backend::standard::rows::fetch_cells(connection.as_mut(), all).await.unwrap();
    let rows: Vec<&str> = rows.iter().filter_map(|row| row[0].text()).collect();
    assert_eq!(rows, ["1 a true 2 s", "2 b false 4 middle"], "boundary {at}");
}
