//! Layers of the core: imports go downward only.

use super::{Finding, Source};
use std::path::Path;

/// The modules of the core with their height. A module may use its own layer and those below.
///
/// `migrations::operations`, and what `migrations` re-exports of it, lies below the backends' traits, which take
/// operations; the rest of `migrations` lies above.
const LAYERS: &[(&[&str], u8)] = &[
    (&["error"], 0),
    (&["schema"], 1),
    (&["value"], 2),
    (&["migrations", "operations"], 3),
    (&["migrations", "Operation"], 3),
    (&["migrations", "Irreversible"], 3),
    (&["migrations", "StateError"], 3),
    (&["migrations", "OWN_TABLES"], 3),
    (&["backend", "sqlite"], 6),
    (&["backend", "postgres"], 6),
    (&["backend", "mysql"], 6),
    (&["backend"], 4),
    (&["model"], 5),
    (&["migrations"], 5),
    (&["query"], 5),
    (&["db"], 5),
    (&["check"], 5),
    (&["inspect"], 5),
    (&["app"], 6),
];

/// The root of the core, which re-exports, and the list of built-in backends, which names them.
const ABOVE_ALL: &[&str] = &["lib.rs", "backend/mod.rs", "backend/registry.rs"];

/// What the root itself offers is as low as its origin.
const ROOT_ITEMS: &[&str] = &["Error", "ErrorKind", "Result", "__private"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let Ok(inside) = source.path.strip_prefix("umbral-core/src") else { return Vec::new() };
    if source.is_test() || ABOVE_ALL.iter().any(|file| inside == Path::new(file)) {
        return Vec::new();
    }
    let module = module_of(inside);
    let own: Vec<&str> = module.iter().map(String::as_str).collect();
    let Some(height) = height_of(&own) else {
        return vec![Finding::new(source, 1, format!("module `{}` is in no layer", own.join("::")))];
    };
    let mut findings = Vec::new();
    for (line, code) in source.lines() {
        for used in paths(code, &own) {
            let used: Vec<&str> = used.iter().map(String::as_str).collect();
            if used
                .first()
                .is_none_or(|first| ROOT_ITEMS.contains(first) || *first == own[0] && own.len() == 1)
            {
                continue;
            }
            match height_of(&used) {
                Some(other) if other <= height => {}
                Some(_) => findings.push(Finding::new(
                    source,
                    line,
                    format!("`{}` lies below `{}` and may not use it", own.join("::"), used.join("::")),
                )),
                None => {
                    findings.push(Finding::new(source, line, format!("`{}` is in no layer", used.join("::"))))
                }
            }
        }
    }
    findings
}

fn height_of(module: &[&str]) -> Option<u8> {
    LAYERS.iter().find(|(prefix, _)| module.starts_with(prefix)).map(|(_, height)| *height)
}

fn height_of_all(path: &[String]) -> Option<u8> {
    height_of(&path.iter().map(String::as_str).collect::<Vec<_>>())
}

/// `backend/sqlite/ddl.rs` is `backend::sqlite::ddl`; a `mod.rs` is its folder.
fn module_of(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> = file
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The modules of this crate that a line names, as their first two segments: `crate::a::b`, `crate::{a, b::c}`, and
/// `super::` as far as it leads out of the module's own top.
fn paths(code: &str, own: &[&str]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '$') {
            found.extend(segments(&code[at + "crate::".len()..]));
        }
    }
    let mut at = 0;
    while let Some(start) = code[at..].find("super::").map(|start| at + start) {
        let mut rest = &code[start..];
        let mut ups = 0;
        while let Some(next) = rest.strip_prefix("super::") {
            ups += 1;
            rest = next;
        }
        at = code.len() - rest.len();
        if ups >= own.len() {
            // A module within the file counts as well, and then this is no module of the crate's.
            found.extend(segments(rest).into_iter().filter(|path| height_of_all(path).is_some()));
        } else {
            let base = own[..own.len() - ups].iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
            found.extend(segments(rest).into_iter().map(|tail| [base.clone(), tail].concat()));
        }
    }
    found
}

/// The first two segments of a path, or of each path in braces.
fn segments(rest: &str) -> Vec<Vec<String>> {
    let Some(list) = rest.strip_prefix('{') else {
        return vec![rest.split("::").map(identifier).take(2).filter(|part| !part.is_empty()).collect()];
    };
    let mut depth = 0;
    let mut found = Vec::new();
    let mut item = String::new();
    for character in list.chars() {
        match character {
            '}' if depth == 0 => break,
            ',' if depth == 0 => found.push(std::mem::take(&mut item)),
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => item.push(character),
            _ => {}
        }
    }
    found.push(item);
    found.iter().filter(|item| !item.trim().is_empty()).flat_map(|item| segments(item.trim())).collect()
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::messages;

    #[test]
    fn an_import_upward_is_found_in_every_spelling() {
        for line in [
            "use crate::backend::Dialect;",
            "use crate::{backend::Dialect, error::Result};",
            "use super::super::backend::Dialect;",
            "fn a() { crate::query::all() }",
            "use crate::migrations::Loader;",
        ] {
            let found = messages("umbral-core/src/schema/table.rs", &format!("//! Tables.\n{line}\n"));
            assert_eq!(found.len(), 1, "{line}: {found:?}");
            assert!(
                found[0].starts_with("umbral-core/src/schema/table.rs:2: `schema::table` lies below"),
                "{found:?}"
            );
        }
    }

    #[test]
    fn imports_downward_and_within_a_layer_are_fine() {
        for (file, line) in [
            ("value/row.rs", "use crate::schema::SqlType;"),
            ("backend/planner.rs", "use crate::migrations::Operation;"),
            ("backend/planner.rs", "use crate::migrations::operations::Operation;"),
            ("query/compile.rs", "use crate::{db::Db, model::Model};"),
            ("backend/sqlite/ddl.rs", "use super::super::standard::rows; use crate::migrations::Operation;"),
            ("schema/expr/parse.rs", "use super::super::SqlType;"),
            ("error/mod.rs", "// use crate::backend::Dialect;"),
        ] {
            let found = messages(&format!("umbral-core/src/{file}"), &format!("{line}\n"));
            let upward = found.iter().filter(|message| message.contains("lies below")).count();
            assert_eq!(upward, 0, "{file}: {found:?}");
        }
    }

    #[test]
    fn a_dialect_is_used_by_nothing_below_and_new_modules_need_a_layer() {
        let found = messages("umbral-core/src/migrations/plan.rs", "use crate::backend::sqlite::Sqlite;\n");
        assert!(found.iter().any(|message| message.contains("lies below `backend::sqlite`")), "{found:?}");
        let found = messages("umbral-core/src/cache/mod.rs", "//! A cache.\n");
        assert_eq!(found, ["umbral-core/src/cache/mod.rs:1: module `cache` is in no layer"]);
    }
}
