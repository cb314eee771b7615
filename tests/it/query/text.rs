//! Search in text: what users type is taken literally, and case beyond ASCII.

use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{TestDatabase, create_tables, each_engine};

#[derive(Debug, Clone, Model)]
#[umbral(table = "query_note")]
struct Note {
    #[umbral(primary_key)]
    id: i64,
    body: Option<String>,
}

/// The texts as rows, and one of NULL.
async fn with_notes(database: &TestDatabase, bodies: &[&str]) -> Db {
    let db = database.db().await;
    create_tables(&db, &Registry::new().with::<Note>()).await.unwrap();
    let bodies = bodies.iter().map(|body| Some((*body).to_owned())).chain([None]);
    Note::bulk_create(bodies.map(|body| Note { id: 0, body }).collect()).exec(&db).await.unwrap();
    db
}

async fn found(db: &Db, condition: impl Fn(Fields<Note>) -> Predicate<Note>) -> Vec<String> {
    let notes = |query: QuerySet<Note>| query.order_by(|n| n.id.asc());
    let kept = notes(Note::objects().filter(&condition)).all(db).await.unwrap();
    let others = notes(Note::objects().exclude(&condition)).all(db).await.unwrap();
    assert_eq!((kept.len() + others.len()) as u64, Note::objects().count(db).await.unwrap());
    assert!(others.iter().any(|note| note.body.is_none()), "NULL has no text in it");
    kept.into_iter().filter_map(|note| note.body).collect()
}

#[test]
fn text_is_searched_by_its_parts() {
    each_engine(async |database| {
        let db = with_notes(database, &["abc", "ABC", "xabcx", "ab", "bc", ""]).await;
        assert_eq!(found(&db, |n| n.body.contains("bc")).await, ["abc", "xabcx", "bc"]);
        assert_eq!(found(&db, |n| n.body.icontains("Bc")).await, ["abc", "ABC", "xabcx", "bc"]);
        assert_eq!(found(&db, |n| n.body.startswith("ab")).await, ["abc", "ab"]);
        assert_eq!(found(&db, |n| n.body.istartswith("aB")).await, ["abc", "ABC", "ab"]);
        assert_eq!(found(&db, |n| n.body.endswith("bc")).await, ["abc", "bc"]);
        assert_eq!(found(&db, |n| n.body.iendswith("BC")).await, ["abc", "ABC", "bc"]);
        assert_eq!(found(&db, |n| n.body.iexact("aBc")).await, ["abc", "ABC"]);
        assert_eq!(found(&db, |n| n.body.contains("")).await.len(), 6, "the empty text is in every text");
        assert_eq!(found(&db, |n| n.body.eq("")).await, [""]);
        assert_eq!(found(&db, |n| n.body.iexact("")).await, [""]);
    });
}

#[test]
fn what_users_type_is_no_pattern() {
    each_engine(async |database| {
        let bodies =
            ["50%", "50", "a_b", "axb", r"c:\d", "c:d", "[e]", "e", "*?", "xy", "it's", "a%b\\_", "^]-"];
        let db = with_notes(database, &bodies).await;
        for (part, whole) in [
            ("0%", "50%"),
            ("a_b", "a_b"),
            (r":\d", r"c:\d"),
            (r"\d", r"c:\d"),
            ("[e]", "[e]"),
            ("[", "[e]"),
            ("*?", "*?"),
            ("?", "*?"),
            ("t's", "it's"),
            ("%b\\_", "a%b\\_"),
            ("\\_", "a%b\\_"),
            ("^]-", "^]-"),
        ] {
            assert_eq!(found(&db, |n| n.body.contains(part)).await, [whole], "contains {part}");
            assert_eq!(found(&db, |n| n.body.icontains(part)).await, [whole], "icontains {part}");
            assert_eq!(found(&db, |n| n.body.startswith(whole)).await, [whole], "startswith {whole}");
            assert_eq!(found(&db, |n| n.body.istartswith(whole)).await, [whole], "istartswith {whole}");
            assert_eq!(found(&db, |n| n.body.endswith(part)).await.len(), usize::from(whole.ends_with(part)));
            assert_eq!(found(&db, |n| n.body.iexact(whole)).await, [whole], "iexact {whole}");
        }
    });
}

#[test]
fn case_counts_where_nothing_else_is_said() {
    each_engine(async |database| {
        let db = with_notes(database, &["Rust", "rust", "ÉCOLE", "école", "straße", "Ω", "ω"]).await;
        assert_eq!(found(&db, |n| n.body.eq("rust")).await, ["rust"]);
        assert_eq!(found(&db, |n| n.body.contains("ust")).await, ["Rust", "rust"]);
        assert_eq!(found(&db, |n| n.body.startswith("R")).await, ["Rust"]);
        assert_eq!(found(&db, |n| n.body.contains("É")).await, ["ÉCOLE"]);
        assert_eq!(found(&db, |n| n.body.endswith("ω")).await, ["ω"]);
        assert_eq!(found(&db, |n| n.body.icontains("STRA")).await, ["straße"]);
        assert_eq!(found(&db, |n| n.body.iexact("straße")).await, ["straße"]);
    });
}

/// As far as the database knows such letters: SQLite does not, PostgreSQL does in every locale but C.
#[test]
fn letters_beyond_ascii_fold_their_case_where_the_database_knows_them() {
    each_engine(async |database| {
        let db = with_notes(database, &["ÉCOLE", "École", "école", "ecole", "Привет", "x🦀Y"]).await;
        let knows = raw("select lower('É')").value::<String>(&db).await.unwrap() == "é";
        let all_if_known = |texts: &[&str], exact: &str| -> Vec<String> {
            let one = [exact];
            (if knows { texts } else { &one }).iter().map(|text| (*text).to_owned()).collect()
        };
        let schools = all_if_known(&["ÉCOLE", "École", "école"], "école");
        assert_eq!(found(&db, |n| n.body.istartswith("éc")).await, schools);
        assert_eq!(found(&db, |n| n.body.icontains("éco")).await, schools);
        assert_eq!(found(&db, |n| n.body.iexact("éCOLE")).await, schools);
        assert_eq!(found(&db, |n| n.body.iendswith("ВЕТ")).await.len(), usize::from(knows));
        assert_eq!(found(&db, |n| n.body.icontains("X🦀y")).await, ["x🦀Y"]);
    });
}
