//! SQLite's quoting.

/// An identifier in double quotes.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Identifiers in double quotes, separated by commas.
pub(super) fn identifiers<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(identifier).collect::<Vec<_>>().join(", ")
}

/// A text constant. SQL text ends at a NUL byte, so text that holds one is written as a conversion of its bytes.
pub(super) fn text(value: &str) -> String {
    if value.contains('\0') {
        format!("CAST({} AS TEXT)", bytes(value.as_bytes()))
    } else {
        format!("'{}'", value.replace('\'', "''"))
    }
}

/// A constant of bytes.
pub(super) fn bytes(value: &[u8]) -> String {
    let digits: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{digits}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(text("a\0"), "CAST(x'6100' AS TEXT)");
        assert_eq!(identifiers(["a", "b"]), "\"a\", \"b\"");
    }
}
