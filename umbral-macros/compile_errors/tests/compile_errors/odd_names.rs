//! Names that could get in the way of what the derive writes, and places where a model may stand.

use umbral::model::Entity as _;
use umbral::prelude::*;

#[derive(Debug, Clone, Model)]
pub(crate) struct Odd {
    #[umbral(primary_key)]
    id_: i64,
    r#type: String,
    r#match: Option<i32>,
    path: String,
    filter: bool,
    row: i64,
    at: i64,
    key: i64,
    field: i64,
    related: i64,
    value: i64,
    error: i64,
    handles: i64,
    eq: i64,
    parent: Option<ForeignKey<Self>>,
    object_id: ForeignKey<Odd>,
}

/// Structs with the names of what the derive uses.
mod shadows {
    use umbral::Model;

    #[derive(Model)]
    pub(super) struct Value {
        #[umbral(primary_key)]
        pub(super) id: std::primitive::i64,
    }

    #[derive(Model)]
    #[umbral(crate = "umbral")]
    pub(super) struct Result {
        #[umbral(primary_key)]
        pub(super) id: std::primitive::i64,
        pub(super) to: umbral::model::ForeignKey<Value>,
    }

    #[derive(Model)]
    pub(super) struct Some {
        #[umbral(primary_key)]
        pub(super) id: std::string::String,
    }

    pub(super) type Option = ();
}

// A constant of a field's name, which a pattern would compare with.
#[allow(non_upper_case_globals, dead_code)]
const filter: bool = true;

fn names(meta: &'static umbral::model::ModelMeta) -> Vec<(&'static str, &'static str)> {
    meta.fields.iter().map(|field| (field.name, field.column)).collect()
}

#[derive(Debug, Clone, Embedded)]
pub(crate) struct OddPart {
    r#type: String,
    path: Option<String>,
    filter: bool,
    row: i64,
    at: i64,
    first: i64,
    meta: i64,
    field: i64,
    value: i64,
    set: i64,
    column: i64,
    related: Option<ForeignKey<Odd>>,
}

/// A struct of structs alone.
#[derive(Debug, Clone, Embedded)]
pub(crate) struct OddParts {
    #[umbral(flatten(prefix = "x_"))]
    part: OddPart,
    #[umbral(flatten(prefix = "y_"))]
    other: OddPart,
}

#[derive(Debug, Clone, Model)]
#[umbral(index(both.other.r#type), ordering = ["-both.part.type"], primary_key(id, path))]
pub(crate) struct OddNest {
    #[umbral(flatten(prefix = "z_"))]
    both: OddParts,
    id: i64,
    path: i64,
}

#[test]
fn structs_of_structs_are_counted_through() {
    let all = names(OddNest::META);
    assert_eq!((all.len(), all[12]), (26, ("both.other.type", "z_y_type")));
    assert_eq!(all[24..], [("id", "id"), ("path", "path")]);
    assert_eq!(OddNest::META.primary_key, [24, 25]);
    assert_eq!(OddNest::META.indexes[0].fields().collect::<Vec<_>>(), [12]);
    assert_eq!(OddNest::META.ordering[0].field, 0);
    let _ =
        OddNest::objects().filter(|o| o.both.other.set.eq(o.path)).select_related(|o| o.both.other.related());
}

#[derive(Debug, Clone, Model)]
pub(crate) struct OddWhole {
    #[umbral(flatten(prefix = "in_"))]
    r#in: OddPart,
    #[umbral(primary_key)]
    id: i64,
    #[umbral(flatten)]
    path: OddPart,
}

#[test]
fn names_of_embedded_structs_are_kept_without_their_marks() {
    let all = names(OddWhole::META);
    assert_eq!(all[..2], [("in.type", "in_type"), ("in.path", "in_path")]);
    assert_eq!(
        all[11..15],
        [("in.related", "in_related_id"), ("id", "id"), ("path.type", "type"), ("path.path", "path")]
    );
    let part = OddPart {
        r#type: "kind".to_owned(),
        path: None,
        filter: true,
        row: 1,
        at: 2,
        first: 3,
        meta: 4,
        field: 5,
        value: 6,
        set: 7,
        column: 8,
        related: None,
    };
    let _ = create!(OddWhole { r#in: &part, path: part.clone() });
    let _ = create!(OddWhole {
        r#in: part,
        path.r#type: "kind",
        path.filter: false,
        path.row: 1,
        path.at: 2,
        path.first: 3,
        path.meta: 4,
        path.field: 5,
        path.value: 6,
        path.set: 7,
        path.column: 8,
    });
    let _ = OddWhole::objects()
        .filter(|o| o.r#in.r#type.eq("kind") & o.path.path.is_null() & o.path.column.gt(o.r#in.set))
        .order_by(|o| (o.path.set.asc(), o.r#in.first.desc()))
        .select_related(|o| (o.r#in.related(), o.path.related().parent()));
    let _ = OddWhole::objects().update(|o| (o.path.set.set(o.path.at + 1), o.r#in.column.set(2)));
}

#[test]
fn names_are_kept_without_their_marks() {
    let all = names(Odd::META);
    assert_eq!(
        all[..5],
        [("id_", "id_"), ("type", "type"), ("match", "match"), ("path", "path"), ("filter", "filter"),]
    );
    assert_eq!(all[14..], [("parent", "parent_id"), ("object_id", "object_id")]);
    assert_eq!(Odd::META.table, "odd");
}

#[test]
fn odd_names_are_created_and_asked_for() {
    let (r#type, row) = ("kind", 1);
    let _ = create!(Odd {
        r#type,
        r#match: 1,
        path: "a/b",
        filter: true,
        row,
        at: 1,
        key: 1,
        field: 1,
        related: 1,
        value: 1,
        error: 1,
        handles: 1,
        eq: 1,
        object_id: 1,
    });
    let _ = Odd::objects()
        .filter(|o| o.r#type.eq("kind") & o.r#match.is_null() & o.path.startswith("a") & o.filter.eq(true))
        .filter(|o| o.eq.eq(o.key) & o.parent().parent().value.gt(1) & o.object_id().eq.eq(2))
        .order_by(|o| (o.row.asc(), o.r#match.desc()))
        .select_related(|o| (o.parent(), o.object_id().parent()));
    let _ = Odd::objects().update(|o| (o.field.set(o.at + 1), o.r#type.set("other")));
}

#[test]
fn names_of_the_library_may_be_models() {
    assert_eq!(names(shadows::Value::META), [("id", "id")]);
    assert_eq!(names(shadows::Result::META), [("id", "id"), ("to", "to_id")]);
    assert_eq!(names(shadows::Some::META), [("id", "id")]);
    let row = shadows::Result { id: 1, to: ForeignKey::new(2) };
    assert_eq!((row.id, *row.to.key()), (1, 2));
    assert_eq!((shadows::Value { id: 1 }.id, shadows::Some { id: "a".to_owned() }.id.len()), (1, 1));
    let () = shadows::Option::default();
}

#[test]
fn a_model_may_stand_in_a_function() {
    #[derive(Model)]
    struct Author {
        #[umbral(primary_key)]
        id: i64,
        name: String,
    }
    #[derive(Model)]
    #[umbral(table = "volumes", ordering = ["-title"])]
    struct Book {
        #[umbral(primary_key)]
        isbn: String,
        title: String,
        author: ForeignKey<Author>,
    }
    let author = Author { id: 7, name: "Ann".to_owned() };
    let _ = create!(Book { isbn: "1", title: &author.name, author: &author });
    let book = Book { isbn: "1".to_owned(), title: "Rust".to_owned(), author: ForeignKey::from(&author) };
    assert_eq!((book.isbn.as_str(), book.title.as_str(), *book.author.key()), ("1", "Rust", author.id));
    assert_eq!(Book::META.table, "volumes");
}
