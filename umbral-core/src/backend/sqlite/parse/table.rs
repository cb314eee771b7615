//! `CREATE TABLE`.

use super::column::{column, conflict, references};
use super::cursor::Cursor;
use super::index::keys;
use crate::backend::sqlite::def::{ConstraintDef, ConstraintDefKind, TableDef};
use crate::error::Result;

/// Reads a `CREATE TABLE` text.
///
/// # Errors
/// Where it is none.
pub(in super::super) fn parse_table(sql: &str) -> Result<TableDef> {
    let cursor = &mut Cursor::new(sql);
    cursor.demand("CREATE")?;
    let _ = cursor.eat(&["TEMP"]) || cursor.eat(&["TEMPORARY"]);
    cursor.demand("TABLE")?;
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    let mut table = TableDef { name: cursor.name()?, ..TableDef::default() };
    if cursor.eat(&["."]) {
        table.name = cursor.name()?;
    }
    cursor.demand("(")?;
    loop {
        match constraint(cursor)? {
            Some(constraint) => table.constraints.push(constraint),
            None => table.columns.push(column(cursor)?),
        }
        if cursor.eat(&[")"]) {
            break;
        }
        // SQLite lets the comma between two table constraints be left out.
        if !cursor.eat(&[","]) && !at_constraint(cursor) {
            return Err(cursor.unexpected(", or )"));
        }
    }
    loop {
        if cursor.eat(&["WITHOUT", "ROWID"]) {
            table.without_rowid = true;
        } else if cursor.eat(&["STRICT"]) {
            table.strict = true;
        } else if !cursor.eat(&[","]) {
            return Ok(table);
        }
    }
}

fn at_constraint(cursor: &Cursor<'_>) -> bool {
    ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|word| cursor.sees(&[word]))
}

fn constraint(cursor: &mut Cursor<'_>) -> Result<Option<ConstraintDef>> {
    if !at_constraint(cursor) {
        return Ok(None);
    }
    let name = if cursor.eat(&["CONSTRAINT"]) { Some(cursor.name()?) } else { None };
    let kind = if cursor.eat(&["PRIMARY", "KEY"]) {
        ConstraintDefKind::PrimaryKey { columns: keys(cursor)?, conflict: conflict(cursor) }
    } else if cursor.eat(&["UNIQUE"]) {
        ConstraintDefKind::Unique { columns: keys(cursor)?, conflict: conflict(cursor) }
    } else if cursor.eat(&["CHECK"]) {
        ConstraintDefKind::Check(cursor.parenthesised()?)
    } else {
        cursor.demand("FOREIGN")?;
        cursor.demand("KEY")?;
        let columns = cursor.names()?;
        cursor.demand("REFERENCES")?;
        ConstraintDefKind::ForeignKey { columns, references: references(cursor)? }
    };
    Ok(Some(ConstraintDef { name, kind }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::sqlite::def::ColumnRuleKind;
    use crate::schema::ReferentialAction;

    #[test]
    fn everything_that_stands_in_a_table_is_read_and_written_again() {
        let sql = r#"CREATE TABLE IF NOT EXISTS main.[Invoice Line] -- comment, with ( in it
        (
            [Id] INTEGER PRIMARY KEY ASC AUTOINCREMENT NOT NULL ON CONFLICT ABORT,
            'quoted' NVARCHAR(160) COLLATE NOCASE DEFAULT 'a''b)' CONSTRAINT "len" CHECK (length("quoted") < (3+4)),
            `price` NUMERIC(10, 2)  NOT NULL DEFAULT -1.5,
            at DATETIME DEFAULT (strftime('%s', 'now')) NULL UNIQUE ON CONFLICT IGNORE,
            bare,
            album REFERENCES Album ON UPDATE SET NULL ON DELETE NO ACTION MATCH FULL NOT DEFERRABLE INITIALLY IMMEDIATE,
            total REAL GENERATED ALWAYS AS (price * 2) STORED,
            half AS (price / 2),
            CONSTRAINT pair UNIQUE (price COLLATE RTRIM DESC, bare) ON CONFLICT REPLACE
            CHECK (price > 0 AND (bare IN (1, 2))),
            FOREIGN KEY (album, bare) REFERENCES "Al bum" ("a", b) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
        ) strict, WITHOUT rowid"#;
        let table = parse_table(sql).unwrap();
        assert_eq!(table.name, "Invoice Line");
        assert_eq!(table.columns.len(), 8);
        assert_eq!(table.constraints.len(), 3);
        assert!(table.strict && table.without_rowid && table.autoincrement());
        assert_eq!(table.column("PRICE").unwrap().declared, "NUMERIC(10, 2)");
        assert_eq!(table.columns[3].default(), Some("(strftime('%s', 'now'))"));
        let ColumnRuleKind::References(album) = &table.columns[5].rules[0].kind else {
            panic!("no foreign key")
        };
        assert_eq!(album.on_update, ReferentialAction::SetNull);
        assert_eq!(album.rest, "MATCH FULL NOT DEFERRABLE INITIALLY IMMEDIATE");
        assert_eq!(parse_table(&table.sql()).unwrap(), table);
        insta::assert_snapshot!(table.sql());
    }

    #[test]
    fn types_may_be_many_words() {
        let table = parse_table("CREATE TABLE t(a unsigned big int(8), b \"my type\" not null)").unwrap();
        assert_eq!(table.columns[0].declared, "unsigned big int(8)");
        assert_eq!(table.columns[1].declared, "\"my type\"");
        assert!(table.columns[1].is_not_null());
        for bad in
            ["", "CREATE VIEW v AS SELECT 1", "CREATE TABLE t", "CREATE TABLE t(a", "CREATE TABLE t(a b c 5)"]
        {
            assert!(parse_table(bad).is_err(), "{bad}");
        }
    }
}
