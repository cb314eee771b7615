//! Relations to many rows that are declared wrongly, and the system check that says so.

use super::many::{Author, Book, models};
use umbral::error::ErrorKind;
use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{create_tables, each_engine};

/// Relations whose declarations do not say over which fields they go.
mod mistaken {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(table = "mistaken_student")]
    pub(super) struct Student {
        #[umbral(primary_key)]
        pub(super) id: i64,
        #[umbral(through = Enrolment)]
        pub(super) courses: ManyToMany<Course>,
        pub(super) notes: HasMany<Note>,
        #[umbral(related = "students")]
        pub(super) taught: ManyToMany<Course>,
    }

    #[derive(Debug, Model)]
    #[umbral(table = "mistaken_course")]
    pub(super) struct Course {
        #[umbral(primary_key)]
        pub(super) id: i64,
    }

    #[derive(Debug, Model)]
    #[umbral(table = "mistaken_enrolment")]
    pub(super) struct Enrolment {
        #[umbral(primary_key)]
        pub(super) id: i64,
        pub(super) student: ForeignKey<Student>,
    }

    #[derive(Debug, Model)]
    #[umbral(table = "mistaken_note")]
    pub(super) struct Note {
        #[umbral(primary_key)]
        pub(super) id: i64,
        pub(super) by: ForeignKey<Student>,
        pub(super) about: ForeignKey<Student>,
    }

    /// It has the name of a table between.
    #[derive(Debug, Model)]
    #[umbral(table = "many_book_tags")]
    pub(super) struct Taken {
        #[umbral(primary_key)]
        pub(super) id: i64,
    }
}

#[test]
fn the_system_check_finds_relations_that_lead_nowhere() {
    each_engine(async |database| {
        let db = Db::new(database.connect().await);
        let checked = |models: Registry| {
            let report = umbral::App::new().models(models).run_checks_against(db.backend().as_ref(), None);
            report.findings.iter().map(|found| format!("{}: {}", found.id, found.message)).collect::<Vec<_>>()
        };
        let students = Registry::new()
            .with::<mistaken::Student>()
            .with::<mistaken::Course>()
            .with::<mistaken::Enrolment>()
            .with::<mistaken::Note>();
        assert_eq!(
            checked(students),
            [
                "field.m2m.through: `Student.courses` cannot find its rows: no field of `Enrolment` points at `Course`",
                "field.related: `Student.notes` cannot find its rows: several fields of `Note` point at `Student`: \
                 by, about",
                "field.related: `Student.taught` cannot find its rows: `Course` has no `ManyToMany<Student>` that is \
                 called `students`",
            ]
        );
        assert_eq!(checked(models()), Vec::<String>::new());
        let taken = checked(models().with::<mistaken::Taken>());
        assert_eq!(taken.len(), 1, "{taken:?}");
        assert!(taken[0].starts_with("model.table.unique:"), "{taken:?}");
        let alone = checked(Registry::new().with::<Book>().with::<Author>());
        assert!(alone.iter().all(|found| found.starts_with("field.fk.target_exists:")), "{alone:?}");
        assert!(!alone.is_empty());
        create_tables(&db, &students_alone()).await.unwrap();
        let student = create!(mistaken::Student {}).exec(&db).await.unwrap();
        let broken = student.courses().all(&db).await.unwrap_err();
        assert_eq!(broken.kind(), ErrorKind::Usage);
        let loaded = mistaken::Student::objects().prefetch_related(|s| s.notes()).all(&db).await.unwrap_err();
        assert_eq!(loaded.kind(), ErrorKind::Usage);
        let filtered =
            mistaken::Student::objects().filter(|s| s.taught().id.eq(1)).all(&db).await.unwrap_err();
        assert_eq!(filtered.kind(), ErrorKind::Usage);
    });
}

fn students_alone() -> Registry {
    Registry::new().with::<mistaken::Student>()
}
