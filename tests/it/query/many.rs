//! Relations to any number of rows.

use std::sync::Arc;
use umbral::db::QueryCounter;
use umbral::error::ErrorKind;
use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{TestDatabase, create_tables, each_engine, expect_queries};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "many_author")]
pub(super) struct Author {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(max_length = 40)]
    pub(super) name: String,
    #[umbral(related = "author")]
    pub(super) books: HasMany<Book>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "many_book", ordering = ["title"])]
pub(super) struct Book {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(max_length = 40)]
    pub(super) title: String,
    #[umbral(on_delete = cascade)]
    pub(super) author: ForeignKey<Author>,
    #[umbral(on_delete = set_null)]
    pub(super) editor: Option<ForeignKey<Author>>,
    pub(super) tags: ManyToMany<Tag>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "many_tag", ordering = ["name"])]
pub(super) struct Tag {
    #[umbral(primary_key, max_length = 20)]
    pub(super) name: String,
    #[umbral(max_length = 20)]
    pub(super) colour: Option<String>,
    #[umbral(related = "tags")]
    pub(super) books: ManyToMany<Book>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "many_person")]
pub(super) struct Person {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(max_length = 40)]
    pub(super) name: String,
    #[umbral(on_delete = set_null)]
    pub(super) boss: Option<ForeignKey<Person>>,
    #[umbral(related = "boss")]
    pub(super) reports: HasMany<Person>,
    #[umbral(symmetrical)]
    pub(super) friends: ManyToMany<Person>,
    pub(super) follows: ManyToMany<Self>,
    #[umbral(related = "follows")]
    pub(super) followers: ManyToMany<Person>,
    #[umbral(through = Enrolment)]
    pub(super) courses: ManyToMany<Course>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "many_course")]
pub(super) struct Course {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(max_length = 40)]
    pub(super) name: String,
    #[umbral(related = "courses")]
    pub(super) students: ManyToMany<Person>,
    pub(super) enrolments: HasMany<Enrolment>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "many_enrolment")]
pub(super) struct Enrolment {
    #[umbral(primary_key)]
    pub(super) id: i64,
    #[umbral(on_delete = cascade)]
    pub(super) student: ForeignKey<Person>,
    #[umbral(on_delete = cascade)]
    pub(super) course: ForeignKey<Course>,
    pub(super) year: i32,
}

pub(super) fn models() -> Registry {
    Registry::new()
        .with::<Author>()
        .with::<Book>()
        .with::<Tag>()
        .with::<Person>()
        .with::<Course>()
        .with::<Enrolment>()
}

/// Rust is tagged code and new, SQL code, Poems nothing; all by Ann but Poems, which is Bob's.
pub(super) async fn filled(database: &TestDatabase) -> Db {
    let db = Db::new(database.connect().await);
    create_tables(&db, &models()).await.unwrap();
    let ann = create!(Author { name: "Ann" }).exec(&db).await.unwrap();
    let bob = create!(Author { name: "Bob" }).exec(&db).await.unwrap();
    create!(Author { name: "Cleo" }).exec(&db).await.unwrap();
    let code = create!(Tag { name: "code", colour: "blue" }).exec(&db).await.unwrap();
    let new = create!(Tag { name: "new" }).exec(&db).await.unwrap();
    create!(Tag { name: "old", colour: "blue" }).exec(&db).await.unwrap();
    let rust = create!(Book { title: "Rust", author: &ann, editor: &bob }).exec(&db).await.unwrap();
    let sql = create!(Book { title: "SQL", author: &ann }).exec(&db).await.unwrap();
    create!(Book { title: "Poems", author: &bob }).exec(&db).await.unwrap();
    rust.tags().add(&db, [&code, &new]).await.unwrap();
    sql.tags().add(&db, [&code]).await.unwrap();
    db
}

async fn book(db: &Db, title: &str) -> Book {
    Book::objects().filter(|b| b.title.eq(title)).get(db).await.unwrap()
}

async fn tags(db: &Db, title: &str) -> Vec<String> {
    names(&book(db, title).await.tags().all(db).await.unwrap())
}

fn names(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(|tag| tag.name.clone()).collect()
}

fn titles(books: &[Book]) -> Vec<&str> {
    books.iter().map(|book| book.title.as_str()).collect()
}

async fn kept(db: &Db, condition: impl FnOnce(Fields<Book>) -> Predicate<Book>) -> Vec<String> {
    let books = Book::objects().filter(condition).all(db).await.unwrap();
    titles(&books).into_iter().map(str::to_owned).collect()
}

#[test]
fn rows_are_added_removed_set_and_cleared() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(tags(&db, "Rust").await, ["code", "new"], "in the order of the tags");
        let rust = book(&db, "Rust").await;
        rust.tags().add(&db, ["old", "code", "old"]).await.unwrap();
        assert_eq!(tags(&db, "Rust").await, ["code", "new", "old"], "what is there is left");
        assert_eq!(rust.tags().count(&db).await.unwrap(), 3);
        assert_eq!(rust.tags().remove(&db, ["code", "none"]).await.unwrap(), 1);
        assert_eq!(tags(&db, "Rust").await, ["new", "old"]);
        assert_eq!(tags(&db, "SQL").await, ["code"], "another row's tag stays");
        rust.tags().set(&db, ["code", "new"]).await.unwrap();
        assert_eq!(tags(&db, "Rust").await, ["code", "new"]);
        assert_eq!(rust.tags().remove(&db, Vec::<String>::new()).await.unwrap(), 0);
        rust.tags().add(&db, Vec::<&Tag>::new()).await.unwrap();
        assert_eq!(tags(&db, "Rust").await, ["code", "new"]);
        assert_eq!(rust.tags().clear(&db).await.unwrap(), 2);
        assert_eq!(tags(&db, "Rust").await, Vec::<String>::new());
        assert_eq!(Tag::objects().count(&db).await.unwrap(), 3, "no tag was deleted");
        let missing = rust.tags().add(&db, ["code", "none"]).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Violation);
        assert_eq!(tags(&db, "Rust").await, Vec::<String>::new(), "all or none");
        let missing = rust.tags().set(&db, ["none"]).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Violation);
    });
}

#[test]
fn what_belongs_together_goes_with_either_row() {
    each_engine(async |database| {
        let db = filled(database).await;
        Tag::by_key(&db, "code").await.unwrap().delete(&db).await.unwrap();
        assert_eq!(tags(&db, "Rust").await, ["new"]);
        book(&db, "Rust").await.delete(&db).await.unwrap();
        let new = Tag::by_key(&db, "new").await.unwrap();
        assert_eq!(new.books().count(&db).await.unwrap(), 0);
    });
}

#[test]
fn the_other_side_reads_and_changes_the_same_table() {
    each_engine(async |database| {
        let db = filled(database).await;
        let code = Tag::by_key(&db, "code").await.unwrap();
        assert_eq!(titles(&code.books().all(&db).await.unwrap()), ["Rust", "SQL"]);
        code.books().add(&db, [&book(&db, "Poems").await]).await.unwrap();
        assert_eq!(tags(&db, "Poems").await, ["code"]);
        let by_ann = code.books().filter(|b| b.author().name.eq("Ann")).all(&db).await.unwrap();
        assert_eq!(titles(&by_ann), ["Rust", "SQL"]);
        let tagged = Tag::objects().filter(|t| t.books().author().name.eq("Bob")).all(&db).await.unwrap();
        assert_eq!(names(&tagged), ["code"]);
    });
}

#[test]
fn a_condition_over_many_rows_is_that_there_is_one() {
    each_engine(async |database| {
        let db = filled(database).await;
        assert_eq!(kept(&db, |b| b.tags().name.eq("code")).await, ["Rust", "SQL"]);
        assert_eq!(
            kept(&db, |b| b.tags().name.in_(["code", "new"])).await,
            ["Rust", "SQL"],
            "each book once"
        );
        assert_eq!(kept(&db, |b| b.tags().name.ge("a")).await, ["Rust", "SQL"]);
        assert_eq!(kept(&db, |b| b.tags().name.startswith("ne")).await, ["Rust"]);
        let same = |b: Fields<Book>| b.tags().name.eq("new") & b.tags().colour.eq("blue");
        assert!(kept(&db, same).await.is_empty(), "no tag is both");
        let apart =
            Book::objects().filter(|b| b.tags().name.eq("new")).filter(|b| b.tags().colour.eq("blue"));
        assert_eq!(titles(&apart.all(&db).await.unwrap()), ["Rust"], "two filters, two tags");
        let either = |b: Fields<Book>| b.tags().name.eq("new") | b.title.eq("Poems");
        assert_eq!(kept(&db, either).await, ["Poems", "Rust"]);
        let mixed = |b: Fields<Book>| b.tags().name.eq("code") & b.author().name.eq("Ann") & b.id.gt(1);
        assert_eq!(kept(&db, mixed).await, ["SQL"]);
        assert_eq!(kept(&db, |b| b.tags().colour.is_null()).await, ["Rust"], "the tag new has no colour");
        assert_eq!(kept(&db, |b| Predicate::any(b.tags())).await, ["Rust", "SQL"]);
        assert_eq!(kept(&db, |b| !Predicate::any(b.tags())).await, ["Poems"]);
        let counted =
            Book::objects().filter(|b| b.tags().name.in_(["code", "new"])).count(&db).await.unwrap();
        assert_eq!(counted, 2);
    });
}

#[test]
fn a_negated_condition_over_many_rows_is_that_there_is_none() {
    each_engine(async |database| {
        let db = filled(database).await;
        let without = Book::objects().exclude(|b| b.tags().name.eq("new")).all(&db).await.unwrap();
        assert_eq!(titles(&without), ["Poems", "SQL"]);
        assert_eq!(kept(&db, |b| !b.tags().name.eq("code")).await, ["Poems"]);
        assert_eq!(kept(&db, |b| b.tags().name.ne("code")).await, ["Rust"], "there is another tag");
        let both = |b: Fields<Book>| b.tags().name.eq("code") & !b.tags().name.eq("new");
        assert_eq!(kept(&db, both).await, ["SQL"]);
        let neither = |b: Fields<Book>| !(b.tags().name.eq("new") | b.tags().colour.eq("blue"));
        assert_eq!(kept(&db, neither).await, ["Poems"]);
        assert_eq!(kept(&db, |b| !b.tags().colour.eq("blue")).await, ["Poems"]);
        let twice = |b: Fields<Book>| !!b.tags().name.eq("new");
        assert_eq!(kept(&db, twice).await, ["Rust"]);
    });
}

#[test]
fn paths_go_on_over_many_rows() {
    each_engine(async |database| {
        let db = filled(database).await;
        let by = |condition: fn(Fields<Author>) -> Predicate<Author>| {
            let db = db.clone();
            async move {
                let authors = Author::objects().filter(condition).order_by(|a| a.id.asc());
                let authors = authors.all(&db).await.unwrap();
                authors.into_iter().map(|author| author.name).collect::<Vec<_>>()
            }
        };
        assert_eq!(by(|a| a.books().title.eq("SQL")).await, ["Ann"]);
        assert_eq!(by(|a| a.books().tags().name.eq("code")).await, ["Ann"]);
        assert_eq!(by(|a| !a.books().tags().name.eq("code")).await, ["Bob", "Cleo"]);
        assert_eq!(by(|a| a.books().editor().name.eq("Bob")).await, ["Ann"]);
        assert_eq!(
            by(|a| a.books().editor().name.eq("Bob") & a.books().tags().name.eq("new")).await,
            ["Ann"]
        );
        assert_eq!(by(|a| a.books().author().books().title.eq("Poems")).await, ["Bob"]);
        assert_eq!(by(|a| !Predicate::any(a.books())).await, ["Cleo"]);
        let of_authors = kept(&db, |b| b.author().books().tags().name.eq("new")).await;
        assert_eq!(of_authors, ["Rust", "SQL"], "books whose author has a new one");
    });
}

#[test]
fn changes_follow_conditions_over_many_rows() {
    each_engine(async |database| {
        let db = filled(database).await;
        let tagged = Book::objects().filter(|b| b.tags().name.eq("new"));
        assert_eq!(tagged.update(|b| b.title.set("Rust 2")).exec(&db).await.unwrap(), 1);
        let around = Book::objects().filter(|b| b.author().books().title.eq("Rust 2"));
        assert_eq!(around.clone().update(|b| b.editor.set(None)).exec(&db).await.unwrap(), 2);
        assert_eq!(around.delete().exec(&db).await.unwrap(), 2);
        assert_eq!(kept(&db, |_| Predicate::always()).await, ["Poems"]);
        let tags = Tag::objects().exclude(|t| Predicate::any(t.books()));
        assert_eq!(tags.delete().exec(&db).await.unwrap(), 3);
    });
}

#[test]
fn rows_that_point_here_are_a_query() {
    each_engine(async |database| {
        let db = filled(database).await;
        let ann = Author::objects().filter(|a| a.name.eq("Ann")).get(&db).await.unwrap();
        assert_eq!(titles(&ann.books().all(&db).await.unwrap()), ["Rust", "SQL"]);
        assert_eq!(ann.books().filter(|b| b.title.contains("Q")).count(&db).await.unwrap(), 1);
        assert_eq!(ann.books().update(|b| b.editor.set(&ann)).exec(&db).await.unwrap(), 2);
    });
}

#[test]
fn a_table_relates_its_rows_to_each_other() {
    each_engine(async |database| {
        let db = filled(database).await;
        let mut people = Vec::new();
        for name in ["Ann", "Bob", "Cleo", "Dan"] {
            let boss = people.first().map(|boss: &Person| ForeignKey::from(boss));
            people.push(create!(Person { name, boss }).exec(&db).await.unwrap());
        }
        let [ann, bob, cleo, dan] = people.as_slice() else { panic!("four people") };
        let of = async |people: QuerySet<Person>| {
            let people = people.order_by(|p| p.id.asc()).all(&db).await.unwrap();
            people.into_iter().map(|person| person.name).collect::<Vec<_>>()
        };
        assert_eq!(of(ann.reports()).await, ["Bob", "Cleo", "Dan"]);
        ann.friends().add(&db, [bob, cleo, ann]).await.unwrap();
        assert_eq!(of(ann.friends().objects()).await, ["Ann", "Bob", "Cleo"]);
        assert_eq!(of(bob.friends().objects()).await, ["Ann"], "friends of each other");
        assert_eq!(bob.friends().remove(&db, [ann]).await.unwrap(), 1);
        assert_eq!(of(ann.friends().objects()).await, ["Ann", "Cleo"]);
        dan.friends().set(&db, [ann]).await.unwrap();
        assert_eq!(of(ann.friends().objects()).await, ["Ann", "Cleo", "Dan"]);
        ann.friends().clear(&db).await.unwrap();
        assert_eq!(of(dan.friends().objects()).await, Vec::<String>::new());
        ann.follows().add(&db, [bob, cleo]).await.unwrap();
        assert_eq!(of(ann.follows().objects()).await, ["Bob", "Cleo"]);
        assert_eq!(of(bob.follows().objects()).await, Vec::<String>::new(), "one way only");
        assert_eq!(of(bob.followers().objects()).await, ["Ann"]);
        let followed = Person::objects().filter(|p| p.followers().name.eq("Ann"));
        assert_eq!(of(followed).await, ["Bob", "Cleo"]);
        let fans = Person::objects().filter(|p| p.follows().boss().name.eq("Ann"));
        assert_eq!(of(fans.clone()).await, ["Ann"]);
        assert_eq!(fans.delete().exec(&db).await.unwrap(), 1, "a condition over the table that is changed");
    });
}

#[test]
fn a_table_between_may_have_a_model() {
    each_engine(async |database| {
        let db = filled(database).await;
        let ann = create!(Person { name: "Ann" }).exec(&db).await.unwrap();
        let course = create!(Course { name: "Rust" }).exec(&db).await.unwrap();
        for year in [2025, 2026] {
            create!(Enrolment { student: &ann, course: &course, year }).exec(&db).await.unwrap();
        }
        let refused = ann.courses().add(&db, [&course]).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Usage);
        assert_eq!(ann.courses().count(&db).await.unwrap(), 1, "each course once");
        assert_eq!(course.enrolments().count(&db).await.unwrap(), 2);
        let people = Person::objects().prefetch_related(|p| p.courses()).all(&db).await.unwrap();
        assert_eq!(people[0].courses.get().unwrap().len(), 1, "each course once");
        let enrolled = Person::objects().filter(|p| p.courses().name.eq("Rust")).count(&db).await.unwrap();
        assert_eq!(enrolled, 1);
        let since = Course::objects().filter(|c| c.enrolments().year.ge(2026)).count(&db).await.unwrap();
        assert_eq!(since, 1);
        assert_eq!(course.students().clear(&db).await.unwrap(), 2);
        assert_eq!(Enrolment::objects().count(&db).await.unwrap(), 0);
    });
}

#[test]
fn related_rows_are_loaded_by_one_query_for_each_relation() {
    each_engine(async |database| {
        let db = filled(database).await;
        let all = Author::objects().order_by(|a| a.id.asc());
        let query = all.prefetch_related(|a| a.books().tags());
        let authors = expect_queries(&db, 3, async |db| query.all(db).await).await.unwrap();
        let books: Vec<Vec<&str>> =
            authors.iter().map(|author| titles(author.books.get().unwrap())).collect();
        assert_eq!(books, [vec!["Rust", "SQL"], vec!["Poems"], vec![]]);
        let rust = &authors[0].books.get().unwrap()[0];
        assert_eq!(names(rust.tags.get().unwrap()), ["code", "new"]);
        assert!(authors[1].books.get().unwrap()[0].tags.get().unwrap().is_empty(), "loaded, and none");
        assert!(Author::objects().first(&db).await.unwrap().unwrap().books.get().is_none(), "not loaded");
        let over = Book::objects().select_related(|b| b.author()).prefetch_related(|b| b.author().books());
        assert_eq!(over.all(&db).await.unwrap_err().kind(), ErrorKind::Usage, "a row that is pointed at");
        let none = Author::objects().filter(|a| a.name.eq("Zoe")).prefetch_related(|a| a.books());
        assert!(expect_queries(&db, 1, async |db| none.all(db).await).await.unwrap().is_empty());
        let one = Author::objects().filter(|a| a.name.eq("Bob")).prefetch_related(|a| a.books());
        assert_eq!(titles(one.clone().get(&db).await.unwrap().books.get().unwrap()), ["Poems"]);
        assert_eq!(titles(one.first(&db).await.unwrap().unwrap().books.get().unwrap()), ["Poems"]);
    });
}

/// Cases: 47.
#[test]
fn more_rows_than_a_statement_has_parameters_are_loaded_added_and_removed() {
    each_engine(async |database| {
        let db = filled(database).await;
        let author = ForeignKey::<Author>::new(3);
        let book = |number: i64| Book {
            id: number,
            title: format!("Book {number}"),
            author: author.clone(),
            editor: None,
            tags: ManyToMany::new(),
        };
        let books = (100..40_100).map(book).collect();
        Book::bulk_create(books).keep_keys().exec(&db).await.unwrap();
        let old = Tag::by_key(&db, "old").await.unwrap();
        old.books().add(&db, 100..40_100).await.unwrap();
        let counter = Arc::new(QueryCounter::new());
        let counted = db.instrument(counter.clone());
        let all = Book::objects().filter(|b| b.author.eq(3)).prefetch_related(|b| b.tags());
        let books = all.all(&counted).await.unwrap();
        assert_eq!(books.len(), 40_000);
        assert!(books.iter().all(|book| names(book.tags.get().unwrap()) == ["old"]));
        assert!(counter.statements().len() <= 3, "{} queries", counter.statements().len());
        let author = Author::objects().filter(|a| a.id.eq(3)).prefetch_related(|a| a.books().tags());
        let books = author.get(&db).await.unwrap().books.into_loaded().unwrap();
        assert_eq!(books.iter().filter_map(|book| book.tags.get()).map(<[Tag]>::len).sum::<usize>(), 40_000);
        assert_eq!(old.books().remove(&db, 100..40_100).await.unwrap(), 40_000);
        assert_eq!(old.books().count(&db).await.unwrap(), 0);
    });
}

#[test]
fn what_leads_to_many_rows_is_no_order_and_no_join() {
    each_engine(async |database| {
        let db = filled(database).await;
        let ordered = Book::objects().order_by(|b| b.tags().name.asc()).all(&db).await.unwrap_err();
        let joined = Book::objects().select_related(|b| b.tags()).all(&db).await.unwrap_err();
        for error in [&ordered, &joined] {
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
        assert!(joined.to_string().contains("select_related"), "{joined}");
    });
}
