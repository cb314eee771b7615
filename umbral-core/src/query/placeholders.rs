//! The placeholders of SQL that people write, as the connected database spells them.

use super::compile::Compiled;
use crate::backend::Dialect;
use crate::error::{Error, ErrorKind, Result};

/// Replaces `?` and `?1` by the dialect's placeholders, and `??` by a question mark. What stands in quotes, in comments
/// and between dollar signs (`$$ … $$`) is left alone.
///
/// # Errors
/// [`ErrorKind::Usage`] for `?` beside `?1`.
pub(super) fn translate(sql: &str, dialect: &dyn Dialect) -> Result<Compiled> {
    let mut text = String::with_capacity(sql.len() + 8);
    let mut ordinals: Vec<u32> = Vec::new();
    let (mut plain, mut numbered) = (false, false);
    let mut rest = sql;
    while let Some(at) = rest.find(['?', '\'', '"', '`', '-', '/', '$']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        if !from.starts_with('?') {
            let length = opaque(from, text.ends_with(['E', 'e']));
            text.push_str(&from[..length]);
            rest = &from[length..];
            continue;
        }
        if let Some(after) = from.strip_prefix("??") {
            text.push('?');
            rest = after;
            continue;
        }
        let digits = from[1..].bytes().take_while(u8::is_ascii_digit).count();
        let number = from[1..=digits].parse::<u32>().ok().and_then(|number| number.checked_sub(1));
        plain |= digits == 0;
        numbered |= digits > 0;
        let next = if digits == 0 { Some(ordinals.len() as u32) } else { number };
        ordinals.push(next.ok_or_else(|| usage(sql, "its placeholders count from ?1"))?);
        text.push_str(&dialect.placeholder(ordinals.len()));
        rest = &from[1 + digits..];
    }
    text.push_str(rest);
    if plain && numbered {
        return Err(usage(sql, "it has both ? and numbered placeholders"));
    }
    Ok(Compiled::with_ordinals(text, ordinals))
}

#[cold]
fn usage(sql: &str, why: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("the SQL `{sql}` cannot be run: {why}"))
        .with_hint("write ? for each value in its order, or ?1, ?2, …; ?? is a question mark")
}

/// The length of what begins here and holds no placeholders: text in quotes, a comment, or a character that begins
/// neither.
fn opaque(from: &str, escapes: bool) -> usize {
    let ended = |start: usize, end: &str| {
        from[start..].find(end).map_or(from.len(), |found| start + found + end.len())
    };
    match from.as_bytes() {
        [b'\'', ..] => quoted(from, b'\'', escapes),
        [quote @ (b'"' | b'`'), ..] => quoted(from, *quote, false),
        [b'-', b'-', ..] => ended(2, "\n"),
        [b'/', b'*', ..] => ended(2, "*/"),
        [b'$', ..] => match dollar_tag(from) {
            Some(tag) => ended(tag.len(), tag),
            None => 1,
        },
        _ => 1,
    }
}

/// The length of text in quotes. A quote that is written twice, or after a backslash where those escape, is part of it.
fn quoted(from: &str, quote: u8, escapes: bool) -> usize {
    let bytes = from.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        if escapes && *byte == b'\\' {
            at += 1;
        } else if *byte == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    from.len()
}

/// `$$` or `$name$`.
fn dollar_tag(from: &str) -> Option<&str> {
    let name = from[1..].find('$')?;
    let tag = &from[..name + 2];
    let inner = &tag[1..=name];
    let is_name = !inner.starts_with(|first: char| first.is_ascii_digit())
        && inner.chars().all(|character| character.is_alphanumeric() || character == '_');
    is_name.then_some(tag)
}
