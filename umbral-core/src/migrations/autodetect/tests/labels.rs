//! Labels of enums that the models say have other names now.

use super::*;

fn with(columns: &str) -> Models {
    let check = Constraint::check("book_mood_check", expr("mood <> 'sad'"));
    let book = table("book", &format!("id bigint; {columns}")).with_constraint(check);
    Models::default().with("shop", book)
}

fn described(before: Models, after: Models) -> Vec<String> {
    Case::new("labels", before, after).described()
}

#[test]
fn a_label_that_has_gone_is_the_new_one_that_was_called_so() {
    let before = || with("mood enum mood('glad', 'sad') = 'glad'");
    let after = with("mood enum mood('happy', 'sad', 'odd') = 'happy'");
    assert_eq!(
        described(before(), after.clone().with_renamed_label("book", "mood", "happy", "glad")),
        [
            "shop/0002_rename_mood_glad_happy_alter_book_mood < shop/0001_initial",
            "Rename label glad of book.mood to happy",
            "Alter column mood of book: type enum mood('happy', 'sad', 'odd') instead of enum mood('happy', 'sad')",
        ]
    );
    let undeclared = described(before(), after.clone());
    assert!(undeclared[1].starts_with("Alter column mood of book: type enum mood("), "{undeclared:?}");
    assert_eq!(undeclared.len(), 2, "{undeclared:?}");
    // What was called so before is no label, or the new one is there already.
    let other = described(before(), after.with_renamed_label("book", "mood", "happy", "merry"));
    assert_eq!(other, undeclared);
    let stays = with("mood enum mood('glad', 'sad', 'happy') = 'glad'");
    let stays = described(before(), stays.with_renamed_label("book", "mood", "happy", "glad"));
    assert!(!stays.iter().any(|line| line.starts_with("Rename")), "{stays:?}");
}

#[test]
fn the_declaration_stays_behind_and_does_nothing_more() {
    let state = || with("mood enum mood('happy', 'sad')");
    let declared = state().with_renamed_label("book", "mood", "happy", "glad");
    assert!(described(state(), declared).is_empty());
}

/// With names of the column, of its table and of the enum at once, and what compares the column with the label.
#[test]
fn a_label_is_found_under_other_names() {
    let after = table("tome", "id bigint; temper enum temper('happy', 'low')")
        .with_constraint(Constraint::check("tome_temper_check", expr("temper <> 'low'")));
    let after = Models::default().with("shop", after).with_renamed_table("tome", "book");
    let after = after.with_renamed_column("tome", "temper", "mood");
    let after = after.with_renamed_label("tome", "temper", "happy", "merry");
    let after = after.with_renamed_label("tome", "temper", "happy", "glad");
    let after = after.with_renamed_label("tome", "temper", "low", "sad");
    assert_eq!(
        described(with("mood enum mood('glad', 'sad')"), after),
        [
            "shop/0002_rename_book_tome_rename_tome_mood_temper_and_more < shop/0001_initial",
            "Rename table book to tome",
            "Rename column mood of tome to temper",
            "Rename label glad of tome.temper to happy",
            "Rename label sad of tome.temper to low",
            "Rename constraint book_mood_check of tome to tome_temper_check",
            "Alter column temper of tome: type enum temper('happy', 'low') instead of enum mood('happy', 'low')",
        ]
    );
}
