//! The tree of a migration as text.

use super::encode::{self, Node};
use crate::migrations::Migration;

/// The width that a list of texts may have before it is broken into lines.
const WIDTH: usize = 110;

/// The text of a migration: keys in a fixed order, one column, index or constraint per line.
pub(super) fn text(migration: &Migration) -> String {
    let mut out = String::new();
    entry(&mut out, "id", &Node::Text(migration.id.name.clone()));
    entry(&mut out, "app", &Node::Text(migration.id.app.clone()));
    entry(&mut out, "dependencies", &encode::dependencies(&migration.dependencies));
    for operation in encode::operations(&migration.operations) {
        out.push_str("\n[[operations]]\n");
        if let Node::Table(entries) = operation {
            for (key, node) in entries {
                entry(&mut out, &key, &node);
            }
        }
    }
    out
}

/// One key of the document or of an operation, with its end of line.
fn entry(out: &mut String, key: &str, node: &Node) {
    let name = bare_or_quoted(key);
    match node {
        Node::Scripts(scripts) => {
            for (backend, script) in scripts {
                out.push_str(&format!("{name}.{} = {}\n", bare_or_quoted(backend), lines_of(script)));
            }
        }
        Node::List(items) => {
            let line = format!("{name} = {}\n", value(node));
            let nested = items.iter().any(|item| matches!(item, Node::Table(_)));
            if nested || line.chars().count() > WIDTH {
                out.push_str(&format!("{name} = [\n"));
                for item in items {
                    out.push_str(&format!("    {},\n", value(item)));
                }
                out.push_str("]\n");
            } else {
                out.push_str(&line);
            }
        }
        Node::Text(_) | Node::Boolean(_) | Node::Table(_) => {
            out.push_str(&format!("{name} = {}\n", value(node)));
        }
    }
}

fn value(node: &Node) -> String {
    match node {
        Node::Text(text) => string(text),
        Node::Boolean(value) => value.to_string(),
        Node::List(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", ")),
        Node::Table(entries) => inline(entries.iter().map(|(key, node)| (key, value(node)))),
        Node::Scripts(scripts) => inline(scripts.iter().map(|(key, text)| (key, string(text)))),
    }
}

fn inline<'a>(entries: impl Iterator<Item = (&'a String, String)>) -> String {
    let entries: Vec<String> =
        entries.map(|(key, value)| format!("{} = {value}", bare_or_quoted(key))).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// A text on one line; as a literal string where that spares it escapes.
fn string(text: &str) -> String {
    let literal = text.contains(['"', '\\']) && !text.contains(|c: char| c == '\'' || c.is_control());
    if literal { format!("'{text}'") } else { format!("\"{}\"", escaped(text, false)) }
}

/// A text over as many lines as it has.
fn lines_of(text: &str) -> String {
    if text.contains('\n') { format!("\"\"\"\n{}\"\"\"", escaped(text, true)) } else { string(text) }
}

fn bare_or_quoted(key: &str) -> String {
    let bare = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if bare { key.to_owned() } else { format!("\"{}\"", escaped(key, false)) }
}

/// The text of a TOML basic string (TOML 1.0, "String"). In one of many lines, line feeds stand as they are, and
/// quotes that another one does not follow; carriage returns never do, since editors and version control change
/// them.
fn escaped(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if lines && characters.peek().is_some_and(|next| *next != '"') => out.push('"'),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' if lines => out.push('\n'),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' if lines => out.push('\t'),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => out.push_str(&format!("\\u{:04X}", control as u32)),
            other => out.push(other),
        }
    }
    out
}
