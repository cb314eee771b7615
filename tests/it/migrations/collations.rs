//! Collations that columns get and lose, over tables that hold rows.

use super::attributes::{alter, expr, people};
use crate::live::Live;
use umbral::ErrorKind;
use umbral::backend::BackendFeature;
use umbral::migrations::Operation;
use umbral::migrations::operations::*;
use umbral::schema::{Column, Constraint, ForeignKey, Generated, Index, ReferentialAction, SqlType, Table};
use umbral_testkit::each_engine;

/// The collation that regards no case, where there is one.
fn ignores_case(live: &Live) -> Option<String> {
    let known = live.driver.backend().collations();
    known.iter().find(|name| ["NOCASE", "utf8mb4_general_ci"].contains(name)).map(ToString::to_string)
}

#[test]
fn a_collation_sorts_the_rows_that_there_are() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        people(&mut live).await;
        let ignores_case = ["NOCASE", "utf8mb4_general_ci"];
        let backend = std::sync::Arc::clone(live.driver.backend());
        let found = backend.collations().iter().find(|name| ignores_case.contains(name));
        let collation = found.or(backend.collations().first()).copied().unwrap();
        live.apply(&[alter(&live, "name", |column| column.collation = Some(collation.to_owned()))])
            .await
            .unwrap();
        let same = live.one("SELECT count(*) FROM person WHERE name = 'BOB'").await;
        assert_eq!(same, if found.is_some() { "1" } else { "0" }, "{collation}");
        // Another change of the column keeps it.
        live.apply(&[alter(&live, "name", |column| column.nullable = true)]).await.unwrap();
        live.apply(&[alter(&live, "name", |column| column.collation = None)]).await.unwrap();
        assert_eq!(live.one("SELECT count(*) FROM person WHERE name = 'BOB'").await, "0");
        assert_eq!(live.one("SELECT count(*) FROM person WHERE name = 'bob'").await, "1");
    });
}

/// Values that differ may be equal under another collation: they are counted before anything is changed, whether a
/// constraint, an index, a key or a check asks.
#[test]
fn values_that_a_collation_makes_equal_are_counted_first() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let ignores_case = ["NOCASE", "utf8mb4_general_ci"];
        let backend = std::sync::Arc::clone(live.driver.backend());
        let Some(collation) = backend.collations().iter().find(|name| ignores_case.contains(name)) else {
            assert_eq!(backend.name(), "postgres");
            return;
        };
        let text = |name: &str| Column::new(name, SqlType::Varchar(40));
        let table = Table::new("person")
            .with_column(text("code"))
            .with_column(text("name"))
            .with_column(text("nick").nullable())
            .with_column(text("word"))
            .with_primary_key(["code"])
            .with_constraint(Constraint::unique("person_name_uniq", ["name"]))
            .with_constraint(Constraint::check("person_word_check", expr("word <> 'no'")))
            .with_index(Index { unique: true, ..Index::new("person_nick_idx", ["nick"]) });
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute(
            "INSERT INTO person (code, name, nick, word) VALUES ('a', 'Bob', 'x', 'NO'), ('A', 'bob', 'X', 'yes'), \
             ('b', 'BOB', NULL, 'No'), ('c', 'Cid', NULL, 'maybe')",
        )
        .await;
        let read =
            "SELECT count(*) FROM person WHERE name = 'bob' OR word = 'no' OR nick = 'x' OR code = 'A'";
        for (column, count, first) in
            [("code", 1, "a"), ("name", 1, "Bob"), ("nick", 1, "x"), ("word", 2, "NO")]
        {
            let change = alter(&live, column, |column| column.collation = Some((*collation).to_owned()));
            let error = live.apply(std::slice::from_ref(&change)).await.unwrap_err();
            let refused = crate::live::refused(&error);
            assert_eq!(refused.count, count, "{column}: {error}");
            let find = refused.refusal.find.clone().unwrap();
            let found = live.column(&find).await;
            assert!(!found.is_empty(), "{find}");
            if column != "word" {
                assert_eq!(found[0].as_deref().map(str::to_lowercase), Some(first.to_lowercase()), "{find}");
            }
            assert_eq!(live.one(read).await, "2", "nothing is compared in another way yet");
        }
        live.execute("DELETE FROM person WHERE code = 'A' OR code = 'b'").await;
        live.execute("UPDATE person SET word = 'yes'").await;
        for column in ["code", "name", "nick", "word"] {
            let change = alter(&live, column, |column| column.collation = Some((*collation).to_owned()));
            live.apply(&[change]).await.unwrap();
        }
        assert_eq!(live.one("SELECT count(*) FROM person WHERE name = 'BOB' AND nick = 'X'").await, "1");
        // And back, where nothing can become equal.
        let change = alter(&live, "name", |column| column.collation = None);
        live.apply(&[change]).await.unwrap();
        assert_eq!(live.one("SELECT count(*) FROM person WHERE name = 'BOB'").await, "0");
    });
}

/// A key from `boss` to `code`, both of `person`.
fn boss_key() -> Constraint {
    let key = ForeignKey {
        columns: vec!["boss".into()],
        table: "person".into(),
        references: vec!["code".into()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: None,
    };
    Constraint::foreign_key("person_boss_fk", key)
}

/// Values that were equal are not under another collation: what relied on it is looked at before anything is changed.
#[test]
fn values_that_a_collation_makes_different_are_counted_first() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let Some(collation) = ignores_case(&live) else { return };
        let text = |name: &str| Column::new(name, SqlType::Varchar(40)).with_collation(&collation);
        let is_ann = Column::new("is_ann", SqlType::Integer);
        let is_ann = is_ann.stored_as(expr("CASE WHEN nick = 'ann' THEN 1 ELSE 0 END"));
        let table = Table::new("person")
            .with_column(text("code"))
            .with_column(text("boss").nullable())
            .with_column(text("word"))
            .with_column(text("nick"))
            .with_column(is_ann)
            .with_primary_key(["code"])
            .with_constraint(boss_key())
            .with_constraint(Constraint::check("person_word_check", expr("word = 'yes'")))
            .with_index(Index::new("person_is_ann_idx", ["is_ann"]));
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO person (code, boss, word, nick) VALUES ('ann', NULL, 'yes', 'ann')").await;
        live.execute("INSERT INTO person (code, boss, word, nick) VALUES ('bob', 'ANN', 'YES', 'ANN')").await;
        let bare = |live: &Live, column: &str| alter(live, column, |column| column.collation = None);
        for change in [vec![bare(&live, "boss"), bare(&live, "code")], vec![bare(&live, "word")]] {
            let error = live.apply(&change).await.unwrap_err();
            assert_eq!(crate::live::refused(&error).count, 1, "{error:?}");
            let turned: Vec<Operation> = change.into_iter().rev().collect();
            let error = live.apply(&turned).await.unwrap_err();
            assert_eq!(crate::live::refused(&error).count, 1, "{error:?}");
        }
        live.execute("UPDATE person SET boss = 'ann', word = 'yes' WHERE code = 'bob'").await;
        let read = "SELECT is_ann FROM person ORDER BY code";
        let numbers = |found: Vec<Option<String>>| found.into_iter().flatten().collect::<String>();
        assert_eq!(numbers(live.column(read).await), "11");
        let all = ["boss", "code", "word", "nick"].map(|column| bare(&live, column));
        live.apply(&all).await.unwrap();
        assert_eq!(numbers(live.column(read).await), "10", "what is stored is computed again");
        let back = alter(&live, "nick", |column| column.collation = Some(collation.clone()));
        live.apply(&[back]).await.unwrap();
        assert_eq!(numbers(live.column(read).await), "11");
    });
}

/// The column that a foreign key comes back to has another collation than what it references, until it has it no more.
#[test]
fn a_foreign_key_comes_with_the_collation_it_needs() {
    each_engine(async |database| {
        let mut live = Live::on(database).await;
        let backend = std::sync::Arc::clone(live.driver.backend());
        let Some(collation) = backend.collations().first() else { return };
        let text = |name: &str| Column::new(name, SqlType::Varchar(40));
        let table = Table::new("person")
            .with_column(text("code"))
            .with_column(text("boss").nullable().with_collation(*collation))
            .with_primary_key(["code"]);
        live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
        live.execute("INSERT INTO person (code, boss) VALUES ('a', NULL), ('b', 'a'), ('c', 'x')").await;
        let constraint = boss_key();
        let change = [
            alter(&live, "boss", |column| column.collation = None),
            Operation::AddConstraint(AddConstraint { table: "person".into(), constraint }),
        ];
        let error = live.apply(&change).await.unwrap_err();
        assert_eq!(crate::live::refused(&error).count, 1, "{error:?}");
        live.execute("DELETE FROM person WHERE code = 'c'").await;
        live.apply(&change).await.unwrap();
        assert_eq!(live.one("SELECT boss FROM person WHERE code = 'b'").await, "a");
    });
}

/// What is computed is computed otherwise under another collation: in rows, in indexes, and where it has to be unique.
#[test]
fn what_is_computed_and_unique_follows_a_collation() {
    each_engine(async |database| {
        let mut sorts = vec![true];
        let backend = std::sync::Arc::clone(Live::on(database).await.driver.backend());
        sorts.extend(backend.supports(BackendFeature::VirtualGeneratedIndexes).then_some(false));
        for stored in sorts {
            let mut live = Live::on(database).await;
            live.execute("DROP TABLE IF EXISTS person").await;
            let Some(collation) = ignores_case(&live) else { return };
            let generated = Generated { expr: expr("CASE WHEN nick = 'ann' THEN 0 ELSE id END"), stored };
            let rank =
                Column { generated: Some(generated), ..Column::new("rank_of", SqlType::BigInt).nullable() };
            let table = Table::new("person")
                .with_column(Column::new("id", SqlType::BigInt))
                .with_column(Column::new("nick", SqlType::Varchar(40)))
                .with_column(rank)
                .with_primary_key(["id"])
                .with_constraint(Constraint::unique("person_rank_uniq", ["rank_of"]));
            live.apply(&[Operation::CreateTable(CreateTable { table })]).await.unwrap();
            live.execute("INSERT INTO person (id, nick) VALUES (1, 'ann'), (2, 'ANN'), (3, 'bob')").await;
            let fold = |live: &Live| alter(live, "nick", |column| column.collation = Some(collation.clone()));
            let change = fold(&live);
            let error = live.apply(&[change]).await.unwrap_err();
            // Where a migration is one transaction, the constraint itself may say so, and nothing is changed either way.
            match backend.supports(BackendFeature::TransactionalDdl) {
                true => {
                    assert!(matches!(error.kind(), ErrorKind::Migration | ErrorKind::Violation), "{error:?}")
                }
                false => assert_eq!(crate::live::refused(&error).count, 1, "{error:?}"),
            }
            assert_eq!(live.one("SELECT count(*) FROM person WHERE nick = 'ann'").await, "1");
            live.execute("UPDATE person SET nick = 'ANN' WHERE id <= 2").await;
            live.execute("UPDATE person SET nick = 'cid' WHERE id = 1").await;
            let change = fold(&live);
            live.apply(&[change]).await.unwrap();
            assert_eq!(live.one("SELECT id FROM person WHERE rank_of = 0").await, "2");
            let back = alter(&live, "nick", |column| column.collation = None);
            live.apply(&[back]).await.unwrap();
            assert_eq!(live.one("SELECT count(*) FROM person WHERE rank_of = 0").await, "0");
        }
    });
}
