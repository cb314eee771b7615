//! Pieces of migrations' names.

/// `parts` in a form that fits a file's name: lower-case letters, digits and `_`.
pub(super) fn slug(parts: &[&str]) -> String {
    let mut slug = String::new();
    for character in parts.join("_").chars() {
        match character.to_ascii_lowercase() {
            plain @ ('a'..='z' | '0'..='9') => slug.push(plain),
            _ if slug.ends_with('_') || slug.is_empty() => {}
            _ => slug.push('_'),
        }
    }
    slug.trim_end_matches('_').to_owned()
}
