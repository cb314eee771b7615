//! A migration as a tree of names and values.

use crate::migrations::{MigrationId, Operation, operations as ops};
use crate::schema::{
    Column, Constraint, ConstraintKind, Deferrable, ExclusionConstraint, Expr, ForeignKey, Index,
    IndexMethod, ReferentialAction, Table, UniqueConstraint,
};
use std::collections::BTreeMap;

/// A value of a migration's text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Text.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// Values in order.
    List(Vec<Node>),
    /// Values by name, in the order in which they are written.
    Table(Vec<(String, Node)>),
    /// Texts of possibly many lines, by name.
    Scripts(Vec<(String, String)>),
}

/// Gathers the entries of a table; what stands at its default is left out.
#[derive(Default)]
struct Entries(Vec<(String, Node)>);

impl Entries {
    fn text(mut self, key: &str, value: impl Into<String>) -> Entries {
        self.0.push((key.to_owned(), Node::Text(value.into())));
        self
    }

    fn node(mut self, key: &str, value: Node) -> Entries {
        self.0.push((key.to_owned(), value));
        self
    }

    fn flag(self, key: &str, value: bool) -> Entries {
        if value { self.node(key, Node::Boolean(true)) } else { self }
    }

    fn expr(self, key: &str, value: Option<&Expr>) -> Entries {
        match value {
            Some(expr) => self.text(key, expr.to_string()),
            None => self,
        }
    }

    fn optional(self, key: &str, value: Option<&String>) -> Entries {
        match value {
            Some(text) => self.text(key, text),
            None => self,
        }
    }

    fn list(self, key: &str, items: Vec<Node>) -> Entries {
        if items.is_empty() { self } else { self.node(key, Node::List(items)) }
    }

    fn action(self, key: &str, action: ReferentialAction) -> Entries {
        if action.is_default() { self } else { self.text(key, action_name(action)) }
    }

    /// How an index is built.
    fn method(self, method: IndexMethod) -> Entries {
        if method == IndexMethod::BTree { self } else { self.text("using", method.name()) }
    }

    fn deferrable(self, deferrable: Option<Deferrable>) -> Entries {
        match deferrable {
            Some(Deferrable::InitiallyImmediate) => self.text("deferrable", IMMEDIATE),
            Some(Deferrable::InitiallyDeferred) => self.text("deferrable", DEFERRED),
            None => self,
        }
    }

    fn finish(self) -> Node {
        Node::Table(self.0)
    }
}

/// The dependencies, sorted: their order has no meaning.
pub(crate) fn dependencies(ids: &[MigrationId]) -> Node {
    let mut ids: Vec<&MigrationId> = ids.iter().collect();
    ids.sort();
    ids.dedup();
    Node::List(ids.into_iter().map(|id| Node::Text(id.to_string())).collect())
}

/// The operations, in order.
pub(crate) fn operations(operations: &[Operation]) -> Vec<Node> {
    operations.iter().map(operation).collect()
}

fn operation(operation: &Operation) -> Node {
    let start = |op: &str| Entries::default().text("op", op);
    let on = |op: &str, name: &String| start(op).text("table", name);
    match operation {
        Operation::CreateTable(ops::CreateTable { table: created }) => table(start("create_table"), created),
        Operation::DropTable(ops::DropTable { table }) => on("drop_table", table),
        Operation::RenameTable(ops::RenameTable { from, to }) => {
            start("rename_table").text("from", from).text("to", to)
        }
        Operation::AddColumn(ops::AddColumn { table, column: added, backfill }) => {
            on("add_column", table).node("column", column(added)).expr("backfill", backfill.as_ref())
        }
        Operation::DropColumn(ops::DropColumn { table, column }) => {
            on("drop_column", table).text("column", column)
        }
        Operation::AlterColumn(ops::AlterColumn { table, from, to, backfill }) => on("alter_column", table)
            .node("from", column(from))
            .node("to", column(to))
            .expr("backfill", backfill.as_ref()),
        Operation::RenameColumn(ops::RenameColumn { table, from, to }) => {
            on("rename_column", table).text("from", from).text("to", to)
        }
        Operation::RenameLabel(ops::RenameLabel { table, column, from, to }) => {
            on("rename_label", table).text("column", column).text("from", from).text("to", to)
        }
        Operation::AlterPrimaryKey(ops::AlterPrimaryKey { table, from, to }) => {
            on("alter_primary_key", table).list("from", names(from)).list("to", names(to))
        }
        Operation::AlterTableBackends(ops::AlterTableBackends { table, from, to }) => {
            on("alter_table_backends", table).list("from", names(from)).list("to", names(to))
        }
        Operation::AlterTableComment(ops::AlterTableComment { table, from, to }) => {
            on("alter_table_comment", table).optional("from", from.as_ref()).optional("to", to.as_ref())
        }
        Operation::AddIndex(ops::AddIndex { table, index: added }) => {
            on("add_index", table).node("index", index(added))
        }
        Operation::DropIndex(ops::DropIndex { table, index }) => on("drop_index", table).text("index", index),
        Operation::RenameIndex(ops::RenameIndex { table, from, to }) => {
            on("rename_index", table).text("from", from).text("to", to)
        }
        Operation::AddConstraint(ops::AddConstraint { table, constraint: added }) => {
            on("add_constraint", table).node("constraint", constraint(added))
        }
        Operation::DropConstraint(ops::DropConstraint { table, constraint }) => {
            on("drop_constraint", table).text("constraint", constraint)
        }
        Operation::RenameConstraint(ops::RenameConstraint { table, from, to }) => {
            on("rename_constraint", table).text("from", from).text("to", to)
        }
        Operation::RunSql(run) => run_sql(start("run_sql"), run),
    }
    .finish()
}

fn run_sql(entries: Entries, run: &ops::RunSql) -> Entries {
    let ops::RunSql { description, forward, backward, transactional } = run;
    let entries =
        if description.is_empty() { entries } else { entries.text("description", description.clone()) };
    let entries = if *transactional { entries } else { entries.node("transactional", Node::Boolean(false)) };
    let entries = entries.node("forward", scripts(forward));
    if backward.is_empty() { entries } else { entries.node("backward", scripts(backward)) }
}

fn scripts(texts: &BTreeMap<String, String>) -> Node {
    Node::Scripts(texts.iter().map(|(name, text)| (name.clone(), text.clone())).collect())
}

fn table(entries: Entries, table: &Table) -> Entries {
    let Table { name, columns, primary_key, indexes, constraints, comment, backends } = table;
    entries
        .text("table", name)
        .optional("comment", comment.as_ref())
        .list("backends", names(backends))
        .node("columns", Node::List(columns.values().map(column).collect()))
        .list("primary_key", names(primary_key))
        .list("indexes", indexes.values().map(index).collect())
        .list("constraints", constraints.values().map(constraint).collect())
}

fn names(names: &[String]) -> Vec<Node> {
    names.iter().map(|name| Node::Text(name.clone())).collect()
}

fn column(column: &Column) -> Node {
    let Column { name, ty, nullable, identity, default, generated, collation, comment } = column;
    Entries::default()
        .text("name", name)
        .text("type", ty.to_string())
        .flag("nullable", *nullable)
        .flag("identity", *identity)
        .expr("default", default.as_ref())
        .expr("generated", generated.as_ref().map(|generated| &generated.expr))
        .flag("stored", generated.as_ref().is_some_and(|generated| generated.stored))
        .optional("collation", collation.as_ref())
        .optional("comment", comment.as_ref())
        .finish()
}

fn index(index: &Index) -> Node {
    let Index { name, columns, unique, predicate, method, include, nulls_not_distinct } = index;
    Entries::default()
        .text("name", name)
        .node("columns", Node::List(columns.iter().map(|key| Node::Text(key.to_string())).collect()))
        .flag("unique", *unique)
        .flag("nulls_not_distinct", *nulls_not_distinct)
        .list("include", names(include))
        .expr("where", predicate.as_ref())
        .method(*method)
        .finish()
}

fn constraint(constraint: &Constraint) -> Node {
    let Constraint { name, kind } = constraint;
    let entries = Entries::default().text("name", name);
    match kind {
        ConstraintKind::Unique(UniqueConstraint { columns, nulls_not_distinct, deferrable }) => entries
            .node("unique", Node::List(names(columns)))
            .flag("nulls_not_distinct", *nulls_not_distinct)
            .deferrable(*deferrable),
        ConstraintKind::Check(check) => entries.text("check", check.expr.to_string()),
        ConstraintKind::ForeignKey(ForeignKey {
            columns,
            table,
            references,
            on_delete,
            on_update,
            deferrable,
        }) => entries
            .node("foreign_key", Node::List(names(columns)))
            .text("table", table)
            .node("references", Node::List(names(references)))
            .action("on_delete", *on_delete)
            .action("on_update", *on_update)
            .deferrable(*deferrable),
        ConstraintKind::Exclusion(ExclusionConstraint { elements, method, predicate, deferrable }) => {
            let elements = elements.iter().map(|element| Node::Text(element.to_string()));
            entries
                .node("exclude", Node::List(elements.collect()))
                .method(*method)
                .expr("where", predicate.as_ref())
                .deferrable(*deferrable)
        }
    }
    .finish()
}

/// What `deferrable` says of a constraint that is checked after each statement unless a transaction says otherwise.
pub(super) const IMMEDIATE: &str = "initially_immediate";
/// What `deferrable` says of a constraint that is checked at COMMIT unless a transaction says otherwise.
pub(super) const DEFERRED: &str = "initially_deferred";

/// The names of the referential actions in files.
pub(super) const ACTIONS: &[(&str, ReferentialAction)] = &[
    ("no_action", ReferentialAction::NoAction),
    ("restrict", ReferentialAction::Restrict),
    ("cascade", ReferentialAction::Cascade),
    ("set_null", ReferentialAction::SetNull),
    ("set_default", ReferentialAction::SetDefault),
];

fn action_name(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "no_action",
        ReferentialAction::Restrict => "restrict",
        ReferentialAction::Cascade => "cascade",
        ReferentialAction::SetNull => "set_null",
        ReferentialAction::SetDefault => "set_default",
    }
}
