//! Enums as fields.

use super::*;
use umbral::ErrorKind;
use umbral::backend::Statement;
use umbral_testkit::each_engine;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Choices)]
enum Status {
    Draft,
    InReview,
    #[umbral(value = "it's out", label = "In print")]
    Published,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Choices)]
#[umbral(repr = i16)]
enum Level {
    Low = -5,
    Middle = 0,
    High = 10,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "choices_phase")]
struct Phase {
    #[umbral(primary_key)]
    status: Status,
    #[umbral(max_length = 40)]
    note: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "choices_issue")]
struct Issue {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(default = "draft", index)]
    status: Status,
    former: Option<Status>,
    #[umbral(default = 0)]
    level: Level,
    wanted: Option<Level>,
    phase: Option<ForeignKey<Phase>>,
}

fn models() -> Registry {
    Registry::new().with::<Phase>().with::<Issue>()
}

async fn filled(database: &TestDatabase) -> Db {
    let db = with_tables(database, &models()).await;
    create!(Phase { status: Status::InReview, note: "read it" }).exec(&db).await.unwrap();
    let first = create!(Issue {}).exec(&db).await.unwrap();
    assert_eq!(
        (first.status, first.former, first.level, first.wanted),
        (Status::Draft, None, Level::Middle, None)
    );
    let issue = |id, status, former, level, wanted, phase: Option<Status>| Issue {
        id,
        status,
        former,
        level,
        wanted,
        phase: phase.map(ForeignKey::new),
    };
    let rows = vec![
        issue(
            2,
            Status::InReview,
            Some(Status::Draft),
            Level::High,
            Some(Level::Low),
            Some(Status::InReview),
        ),
        issue(3, Status::Published, Some(Status::InReview), Level::Low, Some(Level::High), None),
    ];
    let created = Issue::bulk_create(rows.clone()).keep_keys().exec(&db).await.unwrap();
    assert_eq!(created, rows);
    assert_eq!(
        Issue::objects().filter(|i| i.id.ge(2)).order_by(|i| i.id.asc()).all(&db).await.unwrap(),
        rows
    );
    db
}

async fn kept(db: &Db, condition: impl Fn(Fields<Issue>) -> Predicate<Issue>) -> Vec<i64> {
    let rows = Issue::objects().filter(condition).order_by(|i| i.id.asc()).all(db).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

#[test]
fn an_enum_is_asked_for_its_values() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_tables(&db, "choices", &models());
        assert_eq!(kept(&db, |i| i.status.eq(Status::Published)).await, [3]);
        assert_eq!(kept(&db, |i| i.status.ne(Status::Published)).await, [1, 2]);
        assert_eq!(kept(&db, |i| i.status.in_([Status::Draft, Status::Published])).await, [1, 3]);
        assert_eq!(kept(&db, |i| i.status.in_(Status::ALL)).await, [1, 2, 3]);
        assert_eq!(kept(&db, |i| i.former.eq(Status::Draft)).await, [2]);
        assert_eq!(kept(&db, |i| i.former.is_null()).await, [1]);
        assert_eq!(kept(&db, |i| i.former.lt(i.status)).await, [2, 3], "as text");
        assert_eq!(kept(&db, |i| i.level.gt(Level::Low)).await, [1, 2], "as numbers");
        assert_eq!(kept(&db, |i| i.wanted.gt(i.level)).await, [3]);
        assert_eq!(kept(&db, |i| i.phase.eq(Status::InReview)).await, [2], "a key");
        assert_eq!(kept(&db, |i| i.phase().note.eq("read it")).await, [2]);
        let by_level = Issue::objects().order_by(|i| i.level.desc()).all(&db).await.unwrap();
        assert_eq!(by_level.iter().map(|issue| issue.id).collect::<Vec<_>>(), [2, 1, 3]);
        let note = Phase::by_key(&db, Status::InReview).await.unwrap().note;
        assert_eq!(note, "read it");
    });
}

#[test]
fn an_enum_is_written_and_nothing_else_gets_in() {
    each_engine(async |database| {
        let db = filled(database).await;
        let one = || Issue::objects().filter(|i| i.id.eq(1));
        assert_eq!(one().update(|i| i.former.set(i.status)).exec(&db).await.unwrap(), 1);
        let set = one().update(|i| (i.status.set(Status::Published), i.level.set(Level::High)));
        assert_eq!(set.exec(&db).await.unwrap(), 1);
        let mut row = one().get(&db).await.unwrap();
        assert_eq!(
            (row.status, row.former, row.level),
            (Status::Published, Some(Status::Draft), Level::High)
        );
        row.wanted = Some(Level::Middle);
        row.status = Status::InReview;
        row.save(&db).await.unwrap();
        assert_eq!(one().get(&db).await.unwrap(), row);

        for sql in [
            "UPDATE choices_issue SET status = 'gone' WHERE id = 1",
            "UPDATE choices_issue SET status = 'DRAFT' WHERE id = 1",
            "UPDATE choices_issue SET level = 1 WHERE id = 1",
        ] {
            let error = db.driver().execute(Statement::new(sql)).await.unwrap_err();
            assert!(error.is_check_violation(), "{sql}: {error:?}");
        }
        assert_eq!(one().get(&db).await.unwrap(), row);
    });
}

#[test]
fn a_value_that_is_none_of_the_enum_is_named_when_it_is_read() {
    #[derive(Debug, Model)]
    #[umbral(table = "choices_issue")]
    struct Older {
        #[umbral(primary_key)]
        id: i64,
        status: OlderStatus,
        level: OlderLevel,
    }
    #[derive(Debug, PartialEq, Choices)]
    enum OlderStatus {
        Draft,
        Sent,
    }
    #[derive(Debug, PartialEq, Choices)]
    #[umbral(repr = i64)]
    enum OlderLevel {
        Middle = 0,
    }
    each_engine(async |database| {
        let db = filled(database).await;
        let fine = Older::by_key(&db, 1).await.unwrap();
        assert_eq!((fine.status, fine.level), (OlderStatus::Draft, OlderLevel::Middle));
        assert_ne!(OlderStatus::Sent, OlderStatus::Draft);
        let error = Older::by_key(&db, 2).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Value);
        assert_eq!(
            error.to_string(),
            "reading Older.status from column status: the database returned text \"in_review\", which is none of draft, sent"
        );
    });
}

#[test]
fn names_and_labels() {
    assert_eq!(Status::ALL.iter().map(Choices::name).collect::<Vec<_>>(), ["draft", "in_review", "it's out"]);
    assert_eq!(
        Status::ALL.iter().map(Choices::label).collect::<Vec<_>>(),
        ["Draft", "In review", "In print"]
    );
    assert_eq!(Level::ALL.iter().map(ToString::to_string).collect::<Vec<_>>(), ["low", "middle", "high"]);
    assert_eq!(format!("{:>7}", Level::Low), "    low");
    assert_eq!("in_review".parse(), Ok(Status::InReview));
    let unknown = "InReview".parse::<Status>().unwrap_err();
    assert_eq!(unknown.to_string(), "`InReview` is none of draft, in_review, it's out");
}
