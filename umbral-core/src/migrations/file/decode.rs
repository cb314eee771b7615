//! Text to a migration.

use super::encode::{ACTIONS, DEFERRED, IMMEDIATE};
use super::fields::{Field, Fields, Source};
use crate::error::Result;
use crate::migrations::{Migration, MigrationId, Operation, operations as ops};
use crate::schema::{
    CheckConstraint, Column, Constraint, ConstraintKind, Deferrable, ExclusionConstraint, ExclusionElement,
    ForeignKey, Generated, Index, IndexColumn, ReferentialAction, Table, UniqueConstraint,
};
use indexmap::IndexMap;
use std::collections::BTreeMap;
use toml::de::DeTable;

/// Reads a migration.
pub(super) fn migration(text: &str, file: &str) -> Result<Migration> {
    let source = Source { file, text };
    let document = DeTable::parse(text).map_err(|error| {
        source.error(error.span().map_or(0, |span| span.start), format!("not TOML: {}", error.message()))
    })?;
    let known = ["id", "app", "dependencies", "operations"];
    let fields = Fields::new(source, "a migration", 0, document.get_ref(), &known)?;
    let id = MigrationId::new(fields.text("app")?, fields.text("id")?);
    id.validate().map_err(|error| source.error(0, error))?;
    let dependencies: Result<Vec<MigrationId>> =
        fields.list("dependencies")?.iter().map(Field::parsed).collect();
    let operations: Result<Vec<Operation>> = fields.list("operations")?.iter().map(operation).collect();
    Ok(Migration { id, dependencies: dependencies?, operations: operations? })
}

type ReadOperation = for<'a> fn(&Fields<'a>) -> Result<Operation>;

/// Each operation's name, its keys beside `op`, and what reads them.
const OPERATIONS: &[(&str, &[&str], ReadOperation)] = &[
    (
        "create_table",
        &["table", "comment", "backends", "columns", "primary_key", "indexes", "constraints"],
        create_table,
    ),
    ("drop_table", &["table"], |f| Ok(Operation::DropTable(ops::DropTable { table: f.text("table")? }))),
    ("rename_table", &["from", "to"], |f| {
        Ok(Operation::RenameTable(ops::RenameTable { from: f.text("from")?, to: f.text("to")? }))
    }),
    ("add_column", &["table", "column", "backfill"], add_column),
    ("drop_column", &["table", "column"], |f| {
        Ok(Operation::DropColumn(ops::DropColumn { table: f.text("table")?, column: f.text("column")? }))
    }),
    ("alter_column", &["table", "from", "to", "backfill"], alter_column),
    ("rename_column", &["table", "from", "to"], rename_column),
    ("rename_label", &["table", "column", "from", "to"], rename_label),
    ("alter_primary_key", &["table", "from", "to"], |f| {
        let (table, from, to) = (f.text("table")?, key(f, "from")?, key(f, "to")?);
        Ok(Operation::AlterPrimaryKey(ops::AlterPrimaryKey { table, from, to }))
    }),
    ("alter_table_backends", &["table", "from", "to"], |f| {
        let (table, from, to) = (f.text("table")?, backends(f, "from")?, backends(f, "to")?);
        Ok(Operation::AlterTableBackends(ops::AlterTableBackends { table, from, to }))
    }),
    ("alter_table_comment", &["table", "from", "to"], |f| {
        let (table, from, to) = (f.text("table")?, f.parsed("from")?, f.parsed("to")?);
        Ok(Operation::AlterTableComment(ops::AlterTableComment { table, from, to }))
    }),
    ("add_index", &["table", "index"], add_index),
    ("drop_index", &["table", "index"], |f| {
        Ok(Operation::DropIndex(ops::DropIndex { table: f.text("table")?, index: f.text("index")? }))
    }),
    ("rename_index", &["table", "from", "to"], |f| {
        let (table, from, to) = (f.text("table")?, f.text("from")?, f.text("to")?);
        Ok(Operation::RenameIndex(ops::RenameIndex { table, from, to }))
    }),
    ("add_constraint", &["table", "constraint"], add_constraint),
    ("drop_constraint", &["table", "constraint"], drop_constraint),
    ("rename_constraint", &["table", "from", "to"], |f| {
        let (table, from, to) = (f.text("table")?, f.text("from")?, f.text("to")?);
        Ok(Operation::RenameConstraint(ops::RenameConstraint { table, from, to }))
    }),
    ("run_sql", &["description", "transactional", "forward", "backward"], run_sql),
];

fn operation(field: &Field<'_>) -> Result<Operation> {
    let op = field.tag("an operation", "op")?;
    let name = op.text()?;
    let Some((name, keys, read)) = OPERATIONS.iter().find(|(known, ..)| *known == name) else {
        let known: Vec<&str> = OPERATIONS.iter().map(|(known, ..)| *known).collect();
        let error = op.error(format!("there is no operation `{name}`"));
        return Err(error.with_hint(format!("there are {}", known.join(", "))));
    };
    let known: Vec<&str> = std::iter::once("op").chain(keys.iter().copied()).collect();
    read(&field.fields(name, &known)?)
}

fn create_table(fields: &Fields<'_>) -> Result<Operation> {
    let mut columns = IndexMap::new();
    for field in fields.required("columns")?.list()? {
        let column = column(&field)?;
        unique_name(&field, "column", columns.insert(column.name.clone(), column).map(|old| old.name))?;
    }
    let mut indexes = BTreeMap::new();
    for field in fields.list("indexes")? {
        let index = index(&field)?;
        unique_name(&field, "index", indexes.insert(index.name.clone(), index).map(|old| old.name))?;
    }
    let mut constraints = BTreeMap::new();
    for field in fields.list("constraints")? {
        let constraint = constraint(&field)?;
        let old = constraints.insert(constraint.name.clone(), constraint);
        unique_name(&field, "constraint", old.map(|old| old.name))?;
    }
    let primary_key = key(fields, "primary_key")?;
    if let Some(missing) = primary_key.iter().find(|name| !columns.contains_key(name.as_str())) {
        return Err(fields.error(format!("`primary_key` names `{missing}`, which is no column of the table")));
    }
    let (name, comment) = (fields.text("table")?, fields.parsed("comment")?);
    let backends = backends(fields, "backends")?;
    let table = Table { name, columns, primary_key, indexes, constraints, comment, backends };
    Ok(Operation::CreateTable(ops::CreateTable { table }))
}

/// The columns of a primary key; left out, there are none.
fn key<'a>(fields: &Fields<'a>, name: &'a str) -> Result<Vec<String>> {
    match fields.optional(name) {
        Some(_) => fields.names(name),
        None => Ok(Vec::new()),
    }
}

/// The backends that a table stands on, in order; left out, all of them.
fn backends<'a>(fields: &Fields<'a>, name: &'a str) -> Result<Vec<String>> {
    let mut backends = key(fields, name)?;
    backends.sort();
    backends.dedup();
    Ok(backends)
}

/// A table keeps its parts by name: a second one of the same name would silently replace the first.
fn unique_name(field: &Field<'_>, what: &str, replaced: Option<String>) -> Result<()> {
    match replaced {
        Some(name) => Err(field.error(format!("there are two {what} entries of the name `{name}`"))),
        None => Ok(()),
    }
}

fn add_column(fields: &Fields<'_>) -> Result<Operation> {
    Ok(Operation::AddColumn(ops::AddColumn {
        table: fields.text("table")?,
        column: column(&fields.required("column")?)?,
        backfill: fields.parsed("backfill")?,
    }))
}

fn alter_column(fields: &Fields<'_>) -> Result<Operation> {
    let (from, to) = (column(&fields.required("from")?)?, fields.required("to")?);
    let altered = column(&to)?;
    if altered.name != from.name {
        let error = to.error(format!("alter_column makes `{}` of `{}`", altered.name, from.name));
        return Err(error.with_hint("write a rename_column beside it"));
    }
    Ok(Operation::AlterColumn(ops::AlterColumn {
        table: fields.text("table")?,
        from,
        to: altered,
        backfill: fields.parsed("backfill")?,
    }))
}

fn rename_column(fields: &Fields<'_>) -> Result<Operation> {
    Ok(Operation::RenameColumn(ops::RenameColumn {
        table: fields.text("table")?,
        from: fields.text("from")?,
        to: fields.text("to")?,
    }))
}

fn rename_label(fields: &Fields<'_>) -> Result<Operation> {
    Ok(Operation::RenameLabel(ops::RenameLabel {
        table: fields.text("table")?,
        column: fields.text("column")?,
        from: fields.text("from")?,
        to: fields.text("to")?,
    }))
}

fn add_index(fields: &Fields<'_>) -> Result<Operation> {
    let index = index(&fields.required("index")?)?;
    Ok(Operation::AddIndex(ops::AddIndex { table: fields.text("table")?, index }))
}

fn add_constraint(fields: &Fields<'_>) -> Result<Operation> {
    let constraint = constraint(&fields.required("constraint")?)?;
    Ok(Operation::AddConstraint(ops::AddConstraint { table: fields.text("table")?, constraint }))
}

fn drop_constraint(fields: &Fields<'_>) -> Result<Operation> {
    let (table, constraint) = (fields.text("table")?, fields.text("constraint")?);
    Ok(Operation::DropConstraint(ops::DropConstraint { table, constraint }))
}

fn run_sql(fields: &Fields<'_>) -> Result<Operation> {
    let scripts = |field: Option<Field<'_>>| -> Result<BTreeMap<String, String>> {
        let entries = field.map_or(Ok(Vec::new()), |field| field.entries())?;
        entries.into_iter().map(|(name, text)| Ok((name.to_owned(), text.text()?.to_owned()))).collect()
    };
    let forward = fields.required("forward")?;
    if !matches!(forward.entries(), Ok(entries) if !entries.is_empty()) {
        let error = forward.error("`forward` has no SQL by backend name");
        return Err(error.with_hint("write forward.any = \"…\", or forward.sqlite and forward.postgres"));
    }
    Ok(Operation::RunSql(ops::RunSql {
        description: fields.optional("description").map_or(Ok(""), |field| field.text())?.to_owned(),
        forward: scripts(Some(forward))?,
        backward: scripts(fields.optional("backward"))?,
        transactional: fields.optional("transactional").map_or(Ok(true), |field| field.boolean())?,
    }))
}

fn column(field: &Field<'_>) -> Result<Column> {
    let known =
        ["name", "type", "nullable", "identity", "default", "generated", "stored", "collation", "comment"];
    let fields = field.fields("a column", &known)?;
    let stored = fields.flag("stored")?;
    let generated = fields.parsed("generated")?.map(|expr| Generated { expr, stored });
    if stored && generated.is_none() {
        return Err(field.error("`stored` says how a generated column is kept, and there is no `generated`"));
    }
    Ok(Column {
        name: fields.text("name")?,
        ty: fields.required("type")?.parsed()?,
        nullable: fields.flag("nullable")?,
        identity: fields.flag("identity")?,
        default: fields.parsed("default")?,
        generated,
        collation: fields.parsed("collation")?,
        comment: fields.parsed("comment")?,
    })
}

fn index(field: &Field<'_>) -> Result<Index> {
    let fields = field.fields(
        "an index",
        &["name", "columns", "unique", "where", "using", "include", "nulls_not_distinct"],
    )?;
    let columns = fields.required("columns")?;
    let keys: Result<Vec<IndexColumn>> = columns.list()?.iter().map(index_column).collect();
    let keys = keys?;
    if keys.is_empty() {
        return Err(columns.error("an index has one column at least"));
    }
    Ok(Index {
        name: fields.text("name")?,
        columns: keys,
        unique: fields.flag("unique")?,
        predicate: fields.parsed("where")?,
        method: fields.parsed("using")?.unwrap_or_default(),
        include: key(&fields, "include")?,
        nulls_not_distinct: fields.flag("nulls_not_distinct")?,
    })
}

fn index_column(field: &Field<'_>) -> Result<IndexColumn> {
    let text = field.text()?;
    text.parse().map_err(|error| field.error(format!("`{text}`: {error}")))
}

fn constraint(field: &Field<'_>) -> Result<Constraint> {
    let (what, keys): (_, &[&str]) = if field.has("foreign_key") {
        (
            "a foreign key",
            &["name", "foreign_key", "table", "references", "on_delete", "on_update", "deferrable"],
        )
    } else if field.has("check") {
        ("a check", &["name", "check"])
    } else if field.has("unique") {
        ("a unique constraint", &["name", "unique", "nulls_not_distinct", "deferrable"])
    } else if field.has("exclude") {
        ("an exclusion constraint", &["name", "exclude", "using", "where", "deferrable"])
    } else {
        return Err(field
            .error("a constraint needs one of the keys `unique`, `check`, `foreign_key` and `exclude`")
            .with_hint("write { name = \"book_isbn_uniq\", unique = [\"isbn\"] }"));
    };
    let fields = field.fields(what, keys)?;
    let name = fields.text("name")?;
    let kind = if field.has("foreign_key") {
        ConstraintKind::ForeignKey(foreign_key(&fields)?)
    } else if field.has("check") {
        ConstraintKind::Check(CheckConstraint { expr: fields.required("check")?.parsed()? })
    } else if field.has("exclude") {
        ConstraintKind::Exclusion(exclusion(&fields)?)
    } else {
        ConstraintKind::Unique(UniqueConstraint {
            columns: fields.names("unique")?,
            nulls_not_distinct: fields.flag("nulls_not_distinct")?,
            deferrable: deferrable(fields.optional("deferrable"))?,
        })
    };
    Ok(Constraint { name, kind })
}

fn exclusion(fields: &Fields<'_>) -> Result<ExclusionConstraint> {
    let excluded = fields.required("exclude")?;
    let element = |field: &Field<'_>| {
        let text = field.text()?;
        text.parse().map_err(|error| field.error(format!("`{text}`: {error}")))
    };
    let elements: Result<Vec<ExclusionElement>> = excluded.list()?.iter().map(element).collect();
    let elements = elements?;
    if elements.is_empty() {
        return Err(excluded.error("`exclude` is empty"));
    }
    Ok(ExclusionConstraint {
        elements,
        method: fields.parsed("using")?.unwrap_or_default(),
        predicate: fields.parsed("where")?,
        deferrable: deferrable(fields.optional("deferrable"))?,
    })
}

fn foreign_key(fields: &Fields<'_>) -> Result<ForeignKey> {
    let (columns, references) = (fields.names("foreign_key")?, fields.names("references")?);
    if columns.len() != references.len() {
        let (here, there) = (columns.len(), references.len());
        return Err(fields.error(format!("{here} columns cannot reference {there}")));
    }
    Ok(ForeignKey {
        columns,
        table: fields.text("table")?,
        references,
        on_delete: action(fields.optional("on_delete"))?,
        on_update: action(fields.optional("on_update"))?,
        deferrable: deferrable(fields.optional("deferrable"))?,
    })
}

fn deferrable(field: Option<Field<'_>>) -> Result<Option<Deferrable>> {
    let Some(field) = field else { return Ok(None) };
    match field.text()? {
        IMMEDIATE => Ok(Some(Deferrable::InitiallyImmediate)),
        DEFERRED => Ok(Some(Deferrable::InitiallyDeferred)),
        text => Err(field
            .error(format!("`{text}` does not say when a constraint is checked"))
            .with_hint(format!("write {IMMEDIATE} or {DEFERRED}"))),
    }
}

fn action(field: Option<Field<'_>>) -> Result<ReferentialAction> {
    let Some(field) = field else { return Ok(ReferentialAction::default()) };
    let text = field.text()?;
    let found = ACTIONS.iter().find(|(name, _)| *name == text).map(|(_, action)| *action);
    found.ok_or_else(|| {
        let names: Vec<&str> = ACTIONS.iter().map(|(name, _)| *name).collect();
        field
            .error(format!("`{text}` is no referential action"))
            .with_hint(format!("there are {}", names.join(", ")))
    })
}
