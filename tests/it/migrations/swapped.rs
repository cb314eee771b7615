//! Names that go round, in one migration: two columns and two tables take each other's.

use super::many::history;
use super::*;
use umbral::migrations::{Renames, diff};
use umbral::model::Registry;
use umbral_testkit::each_engine;

mod before {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "near", index(note))]
    pub(super) struct Near {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(max_length = 20)]
        pub(super) note: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "far", index(note))]
    pub(super) struct Far {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(max_length = 20)]
        pub(super) note: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "pair")]
    pub(super) struct Pair {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        pub(super) place: ForeignKey<Near>,
        #[umbral(unique, max_length = 20)]
        pub(super) left: String,
        #[umbral(max_length = 20)]
        pub(super) right: String,
        #[umbral(index, check = "number > 0")]
        pub(super) number: i32,
        #[umbral(max_length = 9)]
        pub(super) text: Option<String>,
    }
}

/// `left` and `right` are of one type, `number` and `text` are not. `place` goes on to point at the rows that it pointed at.
mod after {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "near", renamed_from = "far", index(note))]
    pub(super) struct Near {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(max_length = 20)]
        pub(super) note: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "far", renamed_from = "near", index(note))]
    pub(super) struct Far {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        #[umbral(max_length = 20)]
        pub(super) note: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "shop", table = "pair")]
    pub(super) struct Pair {
        #[umbral(primary_key, auto = false)]
        pub(super) id: i64,
        pub(super) place: ForeignKey<Far>,
        #[umbral(renamed_from = "right", max_length = 20)]
        pub(super) left: String,
        #[umbral(unique, renamed_from = "left", max_length = 20)]
        pub(super) right: String,
        #[umbral(renamed_from = "text", max_length = 9)]
        pub(super) number: Option<String>,
        #[umbral(index, check = "text > 0", renamed_from = "number")]
        pub(super) text: i32,
    }
}

fn set() -> MigrationSet {
    history(&[
        Registry::new().with::<before::Near>().with::<before::Far>().with::<before::Pair>(),
        Registry::new().with::<after::Near>().with::<after::Far>().with::<after::Pair>(),
    ])
}

#[test]
fn names_that_go_round_are_renamed_through_another() {
    let set = set();
    let second: Vec<String> =
        set.iter().nth(1).unwrap().operations.iter().map(|operation| operation.describe()).collect();
    insta::assert_debug_snapshot!("swapped_names", second);
}

#[test]
fn two_columns_and_two_tables_swap_their_names() {
    let set = set();
    each_engine(async |database| {
        let driver = database.connect().await;
        let driver = driver.as_ref();
        migrate(driver, &set, &to("0001")).await.unwrap();
        check(driver, &set).await;
        let quoted = |names: &str| {
            let names: Vec<String> =
                names.split(' ').map(|name| driver.backend().dialect().quote_identifier(name)).collect();
            names.join(", ")
        };
        let columns = quoted("left right number text");
        execute(driver, "INSERT INTO near (id, note) VALUES (1, 'n1'), (7, 'n7')").await;
        execute(driver, "INSERT INTO far (id, note) VALUES (1, 'f1'), (2, 'f2')").await;
        let insert = format!("INSERT INTO pair (id, place_id, {columns}) VALUES ");
        execute(driver, &format!("{insert} (1, 7, 'l1', 'same', 5, 'five'), (2, 1, 'l2', 'same', 6, NULL)"))
            .await;
        let read = format!("SELECT id, place_id, {columns} FROM pair ORDER BY id");
        let first = ["1|7|l1|same|5|five", "2|1|l2|same|6|NULL"];
        assert_eq!(rows(driver, &read).await, first);

        for _ in 0..2 {
            assert_eq!(migrate(driver, &set, &Target::Latest).await.unwrap(), ["apply 0002"]);
            check(driver, &set).await;
            assert_eq!(rows(driver, &read).await, ["1|7|same|l1|five|5", "2|1|same|l2|NULL|6"]);
            assert_eq!(rows(driver, "SELECT id, note FROM far ORDER BY id").await, ["1|n1", "7|n7"]);
            assert_eq!(rows(driver, "SELECT id, note FROM near ORDER BY id").await, ["1|f1", "2|f2"]);
            // What stood on the columns and the tables went with them.
            for (values, why) in [
                ("(3, 2, 'x', 'x', 'x', 1)", "there is no far 2"),
                ("(3, 7, 'x', 'l1', 'x', 1)", "right is unique"),
                ("(3, 7, 'x', 'x', 'x', 0)", "text is more than 0"),
            ] {
                let refused = driver.execute(Statement::new(format!("{insert} {values}"))).await;
                assert!(refused.is_err(), "{}: {why}", database.label());
            }
            assert_eq!(migrate(driver, &set, &to("0001")).await.unwrap(), ["unapply 0002"]);
            check(driver, &set).await;
            assert_eq!(rows(driver, &read).await, first);
            assert_eq!(rows(driver, "SELECT id, note FROM near ORDER BY id").await, ["1|n1", "7|n7"]);
        }
        migrate(driver, &set, &to("zero")).await.unwrap();
        assert_eq!(shape(driver).await, Schema::default());
        driver.close().await;
    });
}

/// Each of two tables points at the other, and at itself, and takes the other's name, while both are changed.
///
/// Cases: 2.
#[test]
fn two_tables_that_point_at_each_other_swap_their_names() {
    let one = |name: &str, other: &str| {
        let columns = [("other_id", "bigint?"), ("own_id", "bigint?"), ("size", "integer")];
        table(name, &columns)
            .with_constraint(references(name, "other_id", other))
            .with_constraint(references(name, "own_id", name))
    };
    let checked = |table: Table, name: &str| table.with_constraint(Constraint::check(name, expr("size > 0")));
    let before = Schema::new([one("hen", "egg"), one("egg", "hen")]);
    let after = Schema::new([checked(one("hen", "egg"), "hen_size"), checked(one("egg", "hen"), "egg_size")]);
    let swap = Renames::none().table("hen", "egg").table("egg", "hen");
    each_engine(async |database| {
        let mut live = crate::live::Live::on(database).await;
        live.apply(&diff(&Schema::default(), &before, &Renames::none()).unwrap()).await.unwrap();
        live.execute("INSERT INTO hen (id, own_id, size) VALUES (1, NULL, 11), (2, 1, 12)").await;
        live.execute("INSERT INTO egg (id, other_id, own_id, size) VALUES (7, 2, NULL, 21), (8, 1, 7, 22)")
            .await;
        live.execute("UPDATE hen SET other_id = 8 WHERE id = 1").await;
        let joined = |hen: &str, egg: &str| {
            format!(
                "SELECT egg.size * 10000 + hen.size * 100 + own.id FROM {egg} egg JOIN {hen} hen \
                 ON egg.other_id = hen.id JOIN {egg} own ON egg.own_id = own.id"
            )
        };
        assert_eq!(live.one(&joined("hen", "egg")).await, "221107");
        for _ in 0..2 {
            live.apply(&diff(&before, &after, &swap).unwrap()).await.unwrap();
            assert_eq!(live.one(&joined("egg", "hen")).await, "221107");
            assert_eq!(live.one("SELECT other_id FROM egg WHERE id = 1").await, "8");
            for orphan in
                ["UPDATE hen SET other_id = 8", "UPDATE hen SET own_id = 1", "UPDATE egg SET other_id = 1"]
            {
                let error = live.driver.execute(Statement::new(orphan)).await.unwrap_err();
                assert!(error.is_foreign_key_violation(), "{orphan}: {error:?}");
            }
            live.apply(&diff(&after, &before, &swap).unwrap()).await.unwrap();
            assert_eq!(live.one(&joined("hen", "egg")).await, "221107");
        }
    });
}

/// Tables that are made, or made anew, while a name is still another table's point at the one that gets it.
///
/// Cases: 2.
#[test]
fn a_new_table_takes_the_name_of_another_one_and_what_points_at_it() {
    let pointing = |name: &str| references(name, "hen_id", "hen");
    let columns = [("hen_id", "bigint?"), ("size", "integer")];
    each_engine(async |database| {
        let mut live = crate::live::Live::on(database).await;
        live.apply(&[create(table("hen", &[("old", "integer")])), create(table("nest", &columns))])
            .await
            .unwrap();
        live.execute("INSERT INTO hen (id, old) VALUES (1, 11)").await;
        live.execute("INSERT INTO nest (id, hen_id, size) VALUES (5, NULL, 3)").await;
        live.apply(&[
            create(table("egg", &columns)),
            alter_column("nest", column("size", "integer"), column("size", "bigint")),
            rename_table("hen", "cock"),
            create(table("hen", &[("new", "text")]).with_constraint(references("hen", "id", "cock"))),
            add_constraint("egg", pointing("egg")),
            add_constraint("nest", pointing("nest")),
            rename_table("egg", "Egg two"),
        ])
        .await
        .unwrap();
        live.execute("INSERT INTO hen (id, new) VALUES (1, 'x')").await;
        live.execute("UPDATE nest SET hen_id = 1").await;
        assert_eq!(live.one("SELECT old FROM cock").await, "11");
        for orphan in ["UPDATE nest SET hen_id = 2", "UPDATE hen SET id = 9"] {
            let error = live.driver.execute(Statement::new(orphan)).await.unwrap_err();
            assert!(error.is_foreign_key_violation(), "{orphan}: {error:?}");
        }
    });
}
