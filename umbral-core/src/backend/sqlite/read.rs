//! SQLite's own `CREATE` texts to a schema. No I/O.

use super::def::{ColumnDef, ColumnRuleKind, ConstraintDefKind, Key, KeyDef, ReferencesDef, TableDef};
use super::expr::lift;
use super::parse::tokens::{Token, TokenKind, tokens};
use super::parse::{parse_index, parse_table};
use super::types::{BINARY, is_implied, logical};
use crate::backend::{ExprContext, LiveObjectKind};
use crate::error::Result;
use crate::schema::{
    Column, Constraint, ConstraintKind, Deferrable, Expr, ForeignKey, Generated, Index, IndexColumn, Schema,
    SortOrder, Table, constraint_name,
};
use std::collections::BTreeMap;

/// The schema that a live catalogue's tables and indexes make up.
///
/// # Errors
/// Where a text is not what SQLite accepts.
pub(super) fn schema_of(catalog: &crate::backend::LiveCatalog) -> Result<Schema> {
    let mut defs = BTreeMap::new();
    for (name, sql) in &catalog.tables {
        defs.insert(name.clone(), parse_table(sql)?);
    }
    let mut schema = Schema::default();
    for (name, def) in &defs {
        let mut table = table_of(name, def, &defs);
        let indexes = catalog.objects.iter().filter(|object| {
            object.kind == LiveObjectKind::Index
                && object.table.eq_ignore_ascii_case(name)
                && !object.sql.is_empty()
        });
        for object in indexes {
            let index = index_of(&object.name, &object.sql, &table)?;
            table.indexes.insert(object.name.clone(), index);
        }
        schema.tables.insert(name.clone(), table);
    }
    Ok(schema)
}

fn table_of(name: &str, def: &TableDef, defs: &BTreeMap<String, TableDef>) -> Table {
    let mut table = Table::new(name);
    table.primary_key = def.primary_key().iter().map(|key| declared_name(def, key)).collect();
    let identity = def.rowid_alias().map(|column| column.name.clone());
    for column in &def.columns {
        let mut read = Column::new(&column.name, type_of(column));
        read.nullable = !column.is_not_null() && !table.primary_key.contains(&column.name);
        read.collation = collation(column);
        read.identity = identity.as_ref() == Some(&column.name);
        table.columns.insert(column.name.clone(), read);
    }
    // Expressions are read once the types of all columns are known.
    for column in &def.columns {
        let default = column.default().and_then(|text| default_of(text, &table, column));
        let generated = column.generated().and_then(|(text, stored)| {
            let context = ExprContext::of(&table).value(&table.column(&column.name)?.ty);
            Some(Generated { expr: logical_expr(text, context), stored })
        });
        if let Some(read) = table.columns.get_mut(&column.name) {
            (read.default, read.generated) = (default, generated);
        }
    }
    table.constraints =
        constraints(def, &table, defs).into_iter().map(|(c, _)| (c.name.clone(), c)).collect();
    table
}

/// Where a constraint stands in a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The rule of this number of the column of this number.
    Rule(usize, usize),
    /// The table's constraint of this number.
    Table(usize),
}

/// The names that the constraints of a definition have in the schema, with their places.
pub(super) fn constraint_places(def: &TableDef) -> Vec<(String, Place)> {
    let table = table_of(&def.name, def, &BTreeMap::new());
    let constraints = constraints(def, &table, &BTreeMap::new());
    constraints.into_iter().map(|(constraint, place)| (constraint.name, place)).collect()
}

fn constraints(def: &TableDef, table: &Table, defs: &BTreeMap<String, TableDef>) -> Vec<(Constraint, Place)> {
    let mut found = Constraints::default();
    for (number, column) in def.columns.iter().enumerate() {
        for (rule_number, rule) in column.rules.iter().enumerate() {
            let kind = match &rule.kind {
                ColumnRuleKind::Unique { .. } => Constraint::unique("", [&column.name]).kind,
                ColumnRuleKind::References(references) => {
                    ConstraintKind::ForeignKey(foreign_key(vec![column.name.clone()], references, defs))
                }
                ColumnRuleKind::Check(text)
                    if rule.name.is_some() || !is_implied(text, &column.name, &type_of(column)) =>
                {
                    check(text, table)
                }
                _ => continue,
            };
            found.add(table, rule.name.as_deref(), kind, Place::Rule(number, rule_number));
        }
    }
    for (number, constraint) in def.constraints.iter().enumerate() {
        let kind = match &constraint.kind {
            ConstraintDefKind::PrimaryKey { .. } => continue,
            ConstraintDefKind::Unique { columns, .. } => Constraint::unique("", key_names(def, columns)).kind,
            ConstraintDefKind::Check(text) => check(text, table),
            ConstraintDefKind::ForeignKey { columns, references } => {
                let columns = columns.iter().map(|column| declared_name(def, column)).collect();
                ConstraintKind::ForeignKey(foreign_key(columns, references, defs))
            }
        };
        found.add(table, constraint.name.as_deref(), kind, Place::Table(number));
    }
    found.0
}

/// Constraints by name; one without a name gets the name that umbral would have given it.
#[derive(Default)]
struct Constraints(Vec<(Constraint, Place)>);

impl Constraints {
    fn add(&mut self, table: &Table, name: Option<&str>, kind: ConstraintKind, place: Place) {
        let made = match (&kind, name) {
            (_, Some(name)) => name.to_owned(),
            (ConstraintKind::Unique(unique), None) => self.name(table, &unique.columns, "uniq"),
            (ConstraintKind::ForeignKey(key), None) => self.name(table, &key.columns, "fk"),
            (ConstraintKind::Check(check), None) => {
                let columns: Vec<String> = check.expr.columns().into_iter().map(str::to_owned).collect();
                self.name(table, &columns, "check")
            }
            // SQLite has none.
            (ConstraintKind::Exclusion(_), None) => self.name(table, &[], "excl"),
        };
        let name = self.free(made);
        self.0.push((Constraint { name, kind }, place));
    }

    fn name(&self, table: &Table, columns: &[String], suffix: &str) -> String {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        constraint_name(&table.name, &columns, suffix)
    }

    /// SQLite lets two constraints of a table share a name.
    fn free(&self, name: String) -> String {
        let taken = |name: &str| self.0.iter().any(|(constraint, _)| constraint.name == name);
        let numbered = |number: usize| format!("{name}_{number}");
        if taken(&name) { (2..).map(numbered).find(|name| !taken(name)).unwrap_or(name) } else { name }
    }
}

fn index_of(name: &str, sql: &str, table: &Table) -> Result<Index> {
    let def = parse_index(sql)?;
    let columns = def.keys.iter().map(|key| IndexColumn {
        expr: match &key.key {
            Key::Column(column) => resolved(Expr::Column(column.clone()), table),
            Key::Expr(text) => logical_expr(text, ExprContext::of(table)),
        },
        class: None,
        order: if key.descending { SortOrder::Descending } else { SortOrder::Ascending },
        nulls: None,
    });
    Ok(Index {
        columns: columns.collect(),
        unique: def.unique,
        predicate: def.predicate.map(|text| logical_expr(&text, ExprContext::of(table))),
        ..Index::new(name, [] as [&str; 0])
    })
}

/// What a column is compared by; the usual is none.
fn collation(column: &ColumnDef) -> Option<String> {
    let named = column.rules.iter().find_map(|rule| match &rule.kind {
        ColumnRuleKind::Collate(name) => Some(name.to_ascii_uppercase()),
        _ => None,
    });
    named.filter(|name| name != BINARY)
}

fn type_of(column: &ColumnDef) -> crate::schema::SqlType {
    logical(&column.declared, &column.name, &column.unnamed_checks())
}

fn check(text: &str, table: &Table) -> ConstraintKind {
    Constraint::check("", logical_expr(text, ExprContext::of(table))).kind
}

/// SQL text of SQLite's as an expression over logical values.
pub(super) fn logical_expr(text: &str, context: ExprContext<'_>) -> Expr {
    let expr = Expr::reported(text);
    let expr = context.table.map_or(expr.clone(), |table| resolved(expr, table));
    lift(&expr, context).simplified()
}

/// Columns as they are declared: SQLite ignores the case of their names.
fn resolved(expr: Expr, table: &Table) -> Expr {
    expr.map(&mut |expr| match expr {
        Expr::Column(name) if table.column(&name).is_none() => {
            let declared = table.columns.keys().find(|column| column.eq_ignore_ascii_case(&name));
            Expr::Column(declared.cloned().unwrap_or(name))
        }
        other => other,
    })
}

/// The default's value; NULL is none.
fn default_of(text: &str, table: &Table, column: &ColumnDef) -> Option<Expr> {
    let ty = table.column(&column.name).map(|column| column.ty.clone())?;
    let parts = tokens(text);
    let word = |token: &Token<'_>| {
        let value = ["NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"];
        match token.kind {
            // A bare word or a quoted name is text where SQLite wants a constant.
            TokenKind::Quoted => true,
            TokenKind::Word => !value.iter().any(|value| token.is(value)),
            _ => false,
        }
    };
    match parts.as_slice() {
        [token] if token.is("NULL") => None,
        [token] if word(token) => token.name().map(Expr::text),
        [token] if token.is("CURRENT_DATE") || token.is("CURRENT_TIME") => Some(Expr::Now),
        _ => Some(logical_expr(text, ExprContext::of(table).value(&ty))),
    }
}

fn foreign_key(
    columns: Vec<String>,
    references: &ReferencesDef,
    defs: &BTreeMap<String, TableDef>,
) -> ForeignKey {
    let parent = defs.iter().find(|(name, _)| name.eq_ignore_ascii_case(&references.table));
    let table = parent.map_or(references.table.clone(), |(name, _)| name.clone());
    let named = match parent {
        Some((_, parent)) if references.columns.is_empty() => parent.primary_key(),
        _ => references.columns.clone(),
    };
    let references_columns = match parent {
        Some((_, parent)) => named.iter().map(|name| declared_name(parent, name)).collect(),
        None => named,
    };
    ForeignKey {
        columns,
        table,
        references: references_columns,
        on_delete: references.on_delete,
        on_update: references.on_update,
        deferrable: deferrable(&references.rest),
    }
}

/// What the clauses behind a reference say; `NOT DEFERRABLE` is the usual.
fn deferrable(rest: &str) -> Option<Deferrable> {
    let parts = tokens(rest);
    let at = parts.iter().position(|token| token.is("DEFERRABLE"))?;
    let denied = at.checked_sub(1).is_some_and(|before| parts[before].is("NOT"));
    let deferred = parts[at..].windows(2).any(|pair| pair[0].is("INITIALLY") && pair[1].is("DEFERRED"));
    (!denied).then_some(match deferred {
        true => Deferrable::InitiallyDeferred,
        false => Deferrable::InitiallyImmediate,
    })
}

fn declared_name(def: &TableDef, name: &str) -> String {
    def.column(name).map_or(name.to_owned(), |column| column.name.clone())
}

fn key_names(def: &TableDef, keys: &[KeyDef]) -> Vec<String> {
    keys.iter().filter_map(KeyDef::column_name).map(|name| declared_name(def, name)).collect()
}
