//! The words that are no names unless they stand in quotes.

const KEYWORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "between",
    "case",
    "cast",
    "collate",
    "current_date",
    "current_time",
    "current_timestamp",
    "distinct",
    "else",
    "end",
    "exists",
    "false",
    "from",
    "in",
    "interval",
    "is",
    "isnull",
    "like",
    "not",
    "notnull",
    "null",
    "or",
    "select",
    "then",
    "true",
    "when",
];

/// Whether the lower-case `word` is a keyword.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted());
        assert!(is_keyword("and") && is_keyword("when") && !is_keyword("price"));
    }
}
