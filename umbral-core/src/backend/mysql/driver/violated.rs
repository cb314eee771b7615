//! What a unique key covers, which the servers do not say of one that was violated.
//!
//! MariaDB names no table either, and every primary key is called `PRIMARY`: the table is the one that the statement
//! itself changes.

use super::super::text::{identifier, quoted};
use crate::backend::standard::server::{Failure, starts_with};
use crate::error::{Error, Violation, ViolationKind};
use sqlx::mysql::{MySql, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Decode, Executor, Row};

/// The key that a failed statement violated, where its table and columns are not known yet: its name, and its table.
pub(super) fn unnamed_key(failure: &Failure, sql: &str) -> Option<(String, String)> {
    let violation = failure.error.constraint_violation()?;
    if failure.lost || violation.kind != ViolationKind::Unique || !violation.columns.is_empty() {
        return None;
    }
    let table = violation.table.clone().or_else(|| changed_table(sql))?;
    Some((violation.constraint.clone()?, table))
}

/// The columns of a key, in its order. None where the key is over expressions, or the catalogue cannot be read: the
/// violation is what is reported then, and not that.
pub(super) async fn key_columns(connection: &mut MySqlConnection, key: &str, table: &str) -> Vec<String> {
    let sql = format!("SHOW INDEX FROM {} WHERE Key_name = {}", identifier(table), quoted(key));
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap_or_default();
    let columns: Option<Vec<String>> = rows.iter().map(column_name).collect();
    columns.unwrap_or_default()
}

fn column_name(row: &MySqlRow) -> Option<String> {
    let raw = row.try_get_raw("Column_name").ok()?;
    <Option<&str> as Decode<MySql>>::decode(raw).ok().flatten().map(str::to_owned)
}

/// The failure with what is known of the key.
pub(super) fn named(failure: Failure, table: String, columns: Vec<String>) -> Failure {
    let Some(violation) = failure.error.constraint_violation() else { return failure };
    // A table that has no such key is not the one.
    if columns.is_empty() {
        return failure;
    }
    let violation = Violation { table: Some(table), columns, ..violation.clone() };
    let error: Error = failure.error.with_violation(violation);
    Failure { error, ..failure }
}

/// The table that a statement of one table inserts into or updates. With a database in front of it, or with more than
/// one table, there is none.
fn changed_table(sql: &str) -> Option<String> {
    let mut rest = sql.trim_start();
    if !["insert", "update", "replace"].iter().any(|word| starts_with(rest, word)) {
        return None;
    }
    for word in ["insert", "update", "replace", "low_priority", "delayed", "high_priority", "ignore", "into"]
    {
        if starts_with(rest, word) {
            rest = rest.get(word.len()..)?.trim_start();
        }
    }
    let (name, rest) = match rest.strip_prefix('`') {
        Some(quoted) => quoted_name(quoted)?,
        None => {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))?;
            let (name, rest) = rest.split_at(end);
            (name.to_owned(), rest)
        }
    };
    let single = !name.is_empty() && !rest.trim_start().starts_with(['.', ',']);
    single.then_some(name)
}

/// A name up to its closing quote, a doubled one being a part of it, and what follows.
fn quoted_name(text: &str) -> Option<(String, &str)> {
    let (mut name, mut rest) = (String::new(), text);
    loop {
        let (part, tail) = rest.split_once('`')?;
        name.push_str(part);
        match tail.strip_prefix('`') {
            Some(next) => {
                name.push('`');
                rest = next;
            }
            None => return Some((name, tail)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::changed_table;

    #[test]
    fn the_table_that_a_statement_changes() {
        for (sql, table) in [
            ("INSERT INTO `shelf_book` (`id`) VALUES (?)", Some("shelf_book")),
            (" insert ignore into book values (1)", Some("book")),
            ("UPDATE `it``s` SET `a` = ?", Some("it`s")),
            ("REPLACE INTO book(id) VALUES (1)", Some("book")),
            ("INSERT INTO `other`.`book` VALUES (1)", None),
            ("UPDATE a, b SET a.x = b.x", None),
            ("ALTER TABLE book ADD UNIQUE (id)", None),
            ("INSERT INTO", None),
            ("", None),
        ] {
            assert_eq!(changed_table(sql).as_deref(), table, "{sql}");
        }
    }
}
