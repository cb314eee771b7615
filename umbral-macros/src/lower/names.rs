//! Names made from names.

/// The table of a struct: `BookAuthor` → `book_author`, `HTTPServer` → `http_server`, `Track2` → `track2`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (position, letter) in letters.iter().enumerate() {
        let after_small =
            position > 0 && !letters[position - 1].is_uppercase() && letters[position - 1] != '_';
        let ends_acronym = position > 0
            && letters[position - 1].is_uppercase()
            && letters.get(position + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_small || ends_acronym) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// What people read for a name: `in_print` → `In print`.
pub(crate) fn words(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.map(|letter| if letter == '_' { ' ' } else { letter })).collect()
}

/// The column of a relation: `author` → `author_id`; a field that is called so already keeps its name.
pub(crate) fn key_column(field: &str) -> String {
    if field.ends_with("_id") { field.to_owned() } else { format!("{field}_id") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        for (name, table) in [
            ("Book", "book"),
            ("BookAuthor", "book_author"),
            ("HTTPServer", "http_server"),
            ("Track2", "track2"),
            ("Already_Snake", "already_snake"),
            ("Größe", "größe"),
            ("A", "a"),
            ("ABTest", "ab_test"),
        ] {
            assert_eq!(snake_case(name), table);
        }
    }

    #[test]
    fn labels() {
        assert_eq!(words("in_print"), "In print");
        assert_eq!(words("ärger"), "Ärger");
    }

    #[test]
    fn columns() {
        assert_eq!(key_column("author"), "author_id");
        assert_eq!(key_column("author_id"), "author_id");
    }
}
