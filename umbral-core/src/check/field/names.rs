//! `field.reserved_name`: column names that mean something else to a database.

use super::At;
use crate::check::Finding;

/// Words that cannot be a column's name without quotes in standard SQL and in the databases that follow it (ISO/IEC
/// 9075-2:2016, 5.2 `<reserved word>`, without those that databases commonly accept as names). Sorted.
const SQL_WORDS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "in",
    "index",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "set",
    "some",
    "table",
    "then",
    "to",
    "trailing",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "when",
    "where",
    "window",
    "with",
];

/// A name that the backend keeps for itself is an error, a reserved word of SQL a warning: umbral puts every name in
/// quotes, and SQL written by hand has to.
pub(super) fn reserved(at: &At<'_>) -> Option<Finding> {
    let column = at.field.column.to_ascii_lowercase();
    let hint = format!("give it another column: `#[umbral(column = \"{column}_\")]`");
    if let Some(backend) = at.context.backend
        && backend.reserved_columns().contains(&column.as_str())
    {
        let message = format!(
            "`{}` has the column `{}`, a name that {} keeps for itself",
            at.name(),
            at.field.column,
            backend.name()
        );
        return Some(at.error("field.reserved_name", message).hint(hint));
    }
    SQL_WORDS.binary_search(&column.as_str()).ok().map(|_| {
        let message = format!(
            "`{}` has the column `{}`, a reserved word that SQL written by hand has to quote",
            at.name(),
            at.field.column
        );
        at.warning("field.reserved_name", message).hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use super::SQL_WORDS;

    #[test]
    fn the_words_are_sorted_for_the_binary_search() {
        assert!(SQL_WORDS.is_sorted());
    }
}
