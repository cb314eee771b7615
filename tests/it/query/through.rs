//! A table between with more ways to one side than one.

use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{create_tables, each_engine};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "through_person")]
struct Person {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    name: String,
    #[umbral(through(Mentoring, mentor, mentee))]
    mentees: ManyToMany<Person>,
    #[umbral(related = "mentees")]
    mentors: ManyToMany<Person>,
    #[umbral(through(Mentoring, approved_by, subject))]
    approved: ManyToMany<Subject>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "through_subject")]
struct Subject {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "through_mentoring")]
struct Mentoring {
    #[umbral(primary_key)]
    id: i64,
    approved_by: Option<ForeignKey<Person>>,
    mentee: ForeignKey<Person>,
    mentor: ForeignKey<Person>,
    subject: ForeignKey<Subject>,
}

fn models() -> Registry {
    Registry::new().with::<Person>().with::<Subject>().with::<Mentoring>()
}

fn names(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

#[test]
fn the_sides_that_are_named_are_those_that_are_gone_over() {
    each_engine(async |database| {
        let db = Db::new(database.connect().await);
        create_tables(&db, &models()).await.unwrap();
        let mut people = Vec::new();
        for name in ["Ann", "Bob", "Cleo"] {
            people.push(create!(Person { name }).exec(&db).await.unwrap());
        }
        let [ann, bob, cleo] = &people[..] else { unreachable!() };
        let rust = create!(Subject { name: "Rust" }).exec(&db).await.unwrap();
        let mentoring = |mentor, mentee| create!(Mentoring { mentor, mentee, subject: &rust });
        mentoring(ann, bob).exec(&db).await.unwrap();
        create!(Mentoring { mentor: ann, mentee: cleo, subject: &rust, approved_by: bob })
            .exec(&db)
            .await
            .unwrap();

        let mentees = ann.mentees().objects().order_by(|p| p.id.asc()).all(&db).await.unwrap();
        assert_eq!(names(&mentees), ["Bob", "Cleo"]);
        assert_eq!(names(&cleo.mentors().all(&db).await.unwrap()), ["Ann"]);
        assert_eq!(bob.approved().all(&db).await.unwrap(), std::slice::from_ref(&rust));
        assert_eq!(ann.approved().all(&db).await.unwrap(), []);
        let mentored = Person::objects().filter(|p| p.mentors().name.eq("Ann")).order_by(|p| p.id.asc());
        assert_eq!(names(&mentored.all(&db).await.unwrap()), ["Bob", "Cleo"]);
        let loaded = Person::objects()
            .prefetch_related(|p| (p.mentees(), p.approved()))
            .order_by(|p| p.id.asc())
            .all(&db)
            .await
            .unwrap();
        assert_eq!(loaded[0].mentees.get().map(<[_]>::len), Some(2));
        assert_eq!(loaded[1].approved.get(), Some(std::slice::from_ref(&rust)));
        let report = umbral::App::new().models(models()).run_checks_against(db.backend().as_ref(), None);
        assert_eq!(report.findings.iter().map(|found| found.id.to_string()).collect::<Vec<_>>(), [""; 0]);
    });
}

/// The same models without the names.
mod unnamed {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(table = "unnamed_person")]
    pub(super) struct Person {
        #[umbral(primary_key)]
        id: i64,
        #[umbral(through = Mentoring)]
        mentees: ManyToMany<Person>,
        #[umbral(through = Mentoring)]
        subjects: ManyToMany<Subject>,
        #[umbral(through(Mentoring, mentor, subject))]
        others: ManyToMany<Person>,
        #[umbral(through(Mentoring, mentor, mentor))]
        selves: ManyToMany<Person>,
    }

    #[derive(Debug, Model)]
    #[umbral(table = "unnamed_subject")]
    pub(super) struct Subject {
        #[umbral(primary_key)]
        id: i64,
    }

    #[derive(Debug, Model)]
    #[umbral(table = "unnamed_mentoring")]
    pub(super) struct Mentoring {
        #[umbral(primary_key)]
        id: i64,
        approved_by: Option<ForeignKey<Person>>,
        mentee: ForeignKey<Person>,
        mentor: ForeignKey<Person>,
        subject: ForeignKey<Subject>,
    }
}

#[test]
fn sides_that_are_not_told_apart_are_found_by_the_check() {
    each_engine(async |database| {
        let db = Db::new(database.connect().await);
        let models =
            Registry::new().with::<unnamed::Person>().with::<unnamed::Subject>().with::<unnamed::Mentoring>();
        let report = umbral::App::new().models(models).run_checks_against(db.backend().as_ref(), None);
        let found: Vec<_> =
            report.findings.iter().map(|found| (found.id.to_string(), &found.message)).collect();
        assert_eq!(found.len(), 4, "{found:?}");
        for (finding, (field, why)) in report.findings.iter().zip([
            ("mentees", "3 fields of `Mentoring` point at `Person`"),
            ("subjects", "several fields of `Mentoring` point at `Person`: approved_by, mentee, mentor"),
            ("others", "`Mentoring` has no field `subject` that points at `Person`"),
            ("selves", "both sides are `mentor`"),
        ]) {
            assert_eq!(finding.id.to_string(), "field.m2m.through");
            assert!(finding.message.contains(&format!("Person.{field}")), "{}", finding.message);
            assert!(finding.message.contains(why), "{}", finding.message);
            assert!(finding.hint.as_deref().unwrap().contains("through(Mentoring, from, to)"), "{finding:?}");
        }
    });
}
