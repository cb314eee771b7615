//! Several applications.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    let person = || table("person", "id bigint; name text");
    let order = || table("purchase", "id bigint; person_id bigint").fk("person_id", "person");
    let users = || Models::default().with("users", person());
    let both = || users().with("shop", order());
    let favourite = |table_of: Table| table_of.fk("purchase_id", "purchase");
    let circle = || {
        let person = favourite(table("person", "id bigint; name text; purchase_id bigint?"));
        Models::default().with("users", person).with("shop", order())
    };
    let renamed = || {
        let human = table("human", "id bigint; name text");
        let order = table("purchase", "id bigint; person_id bigint").fk("person_id", "human");
        Models::default().with("users", human).with("shop", order).with_renamed_table("human", "person")
    };
    let trimmed = |apps: &[&str], mut case: Case| {
        case.options.apps = apps.iter().map(|app| (*app).to_owned()).collect();
        case
    };
    vec![
        Case::new("two applications, one of which needs the other", Models::default(), both()),
        Case::new(
            "two applications that do not need each other",
            Models::default(),
            users().with("shop", table("thing", "id bigint")),
        ),
        Case::new("a new table needs the last migration of another application", users(), both()),
        Case::new(
            "a new foreign key needs another application",
            users().with("shop", table("purchase", "id bigint")),
            users().with("shop", table("purchase", "id bigint; person_id bigint?").fk("person_id", "person")),
        ),
        Case::new(
            "a column becomes a foreign key to another application",
            users().with("shop", table("purchase", "id bigint; person_id bigint")),
            both(),
        ),
        Case::new("two applications that need each other", Models::default(), circle()),
        Case::new("two applications come to need each other", both(), circle()),
        Case::new(
            "two applications that need each other go",
            circle().with("news", table("item", "id bigint")),
            Models::default().with("news", table("item", "id bigint")),
        ),
        Case::new(
            "a chain that goes to and fro",
            Models::default(),
            Models::default()
                .with("a", table("a1", "id bigint"))
                .with("b", table("b1", "id bigint; a1_id bigint").fk("a1_id", "a1"))
                .with("a", table("a2", "id bigint; b1_id bigint").fk("b1_id", "b1")),
        ),
        Case::new("a rename waits for foreign keys of other applications", both(), renamed()),
        Case::new(
            "a table goes after foreign keys of other applications",
            both(),
            Models::default().with("shop", table("purchase", "id bigint; person_id bigint")),
        ),
        Case::new(
            "a change of a referenced key waits for who references it",
            users().with("shop", order()),
            Models::default()
                .with("users", table("person", "id bigint; name varchar(9)"))
                .with("shop", order()),
        ),
        trimmed(
            &["shop"],
            Case::new(
                "one application with what it needs",
                Models::default().with("users", table("role", "id bigint")),
                both().with("users", table("role", "id bigint")).with("news", table("item", "id bigint")),
            ),
        ),
    ]
}
