//! Enums whose variants come and go, over tables with rows.

use super::*;
use umbral::ErrorKind;
use umbral::migrations::{Renames, diff};
use umbral::model::Registry;
use umbral::{Choices, Model};
use umbral_testkit::each_engine;

#[derive(Choices)]
enum Status {
    Draft,
    Sent,
}

#[derive(Choices)]
enum More {
    Draft,
    Sent,
    Published,
}

#[derive(Choices)]
enum Fewer {
    Draft,
    Published,
}

macro_rules! issues {
    ($($name:ident: $status:ty),*) => {$(
        #[derive(Model)]
        #[umbral(table = "issue")]
        struct $name {
            #[umbral(primary_key, auto = false)]
            id: i64,
            #[umbral(default = "draft")]
            status: $status,
        }
    )*};
}

issues!(Issue: Status, WithMore: More, WithFewer: Fewer);

fn schema<M: Model>() -> Schema {
    Registry::new().with::<M>().schema(None).unwrap()
}

fn change(from: &Schema, to: &Schema) -> Vec<Operation> {
    diff(from, to, &Renames::default()).unwrap()
}

/// Cases: 27.
#[test]
fn variants_are_added_and_removed_with_rows_in_the_table() {
    let (one, more, fewer) = (schema::<Issue>(), schema::<WithMore>(), schema::<WithFewer>());
    assert_eq!(change(&one, &one), []);
    let removal = change(&more, &fewer);
    assert_eq!(
        removal.iter().map(|operation| operation.as_op().describe()).collect::<Vec<_>>(),
        [
            "Drop constraint issue_status_choices from issue",
            "Add check issue_status_choices to issue (status IN ('draft', 'published'))"
        ]
    );
    let set = chain([change(&Schema::default(), &one), change(&one, &more), removal]);
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        execute(driver, "INSERT INTO issue (id, status) VALUES (1, 'draft'), (2, 'sent'), (3, 'sent')").await;
        let refused =
            driver.execute(Statement::new("INSERT INTO issue (id, status) VALUES (4, 'published')"));
        assert!(refused.await.is_err(), "not yet");

        migrate(driver, &set, &to("0002")).await.unwrap();
        check(driver, &set).await;
        execute(driver, "INSERT INTO issue (id, status) VALUES (4, 'published')").await;
        let read = "SELECT id, status FROM issue ORDER BY id";
        assert_eq!(rows(driver, read).await, ["1|draft", "2|sent", "3|sent", "4|published"]);

        // Rows hold what goes away: counted, with a query that finds them, and nothing is changed.
        let error = migrate(driver, &set, &Target::Latest).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
        assert!(error.to_string().ends_with("(2 found)"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("SELECT * FROM")), "{error:?}");
        check(driver, &set).await;
        execute(driver, "UPDATE issue SET status = 'published' WHERE status = 'sent'").await;
        assert_eq!(migrate(driver, &set, &Target::Latest).await.unwrap(), ["apply 0003"]);
        check(driver, &set).await;
        assert_eq!(rows(driver, read).await, ["1|draft", "2|published", "3|published", "4|published"]);
        driver.close().await;
    });
}
