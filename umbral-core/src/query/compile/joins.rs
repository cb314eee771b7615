//! The tables of a query: one join for each path, however often it is used.

use crate::model::{FieldMeta, ModelMeta, is_many};
use crate::query::Path;
use crate::query::code::{Step, Steps};
use crate::query::problem::Problem;
use crate::query::selection::{Selection, target};
use sea_query::{Alias, Asterisk, Expr, ExprTrait, JoinType, Query, SelectStatement};

/// A joined table.
struct Join {
    path: Path,
    alias: String,
    meta: &'static ModelMeta,
    /// Whether its columns may be NULL: it or a relation on the way to it is.
    optional: bool,
    /// The column that points at it, with its table.
    from: (Table, &'static str),
    key: &'static str,
}

/// The root, by its own name, or a joined table by its alias.
#[derive(Clone)]
pub(super) enum Table {
    Root(&'static str),
    Joined(String),
}

impl Table {
    /// A column of it.
    pub(super) fn column(&self, column: &'static str) -> Expr {
        match self {
            Table::Root(root) => Expr::col((*root, column)),
            Table::Joined(alias) => Expr::col((Alias::new(alias), column)),
        }
    }
}

/// The tables of one query.
pub(super) struct Joins {
    root: &'static ModelMeta,
    joins: Vec<Join>,
    /// Whether a condition over many related rows refers to them from a subquery.
    scoped: bool,
}

impl Joins {
    /// The tables that the selection's filter and order name, and with `related` those that are loaded along.
    pub(super) fn of(selection: &Selection, related: bool) -> Result<Joins, Problem> {
        let mut joins = Joins { root: selection.meta, joins: Vec::new(), scoped: false };
        for code in [&selection.filter, &selection.order] {
            joins.add_all(code.bytes())?;
        }
        if related {
            for path in &selection.related {
                joins.add(*path)?;
            }
        }
        Ok(joins)
    }

    /// No table but the root.
    pub(super) fn none(root: &'static ModelMeta) -> Joins {
        Joins { root, joins: Vec::new(), scoped: false }
    }

    fn add_all(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        for step in Steps::new(bytes) {
            match step {
                Some(Step::Column { path, .. }) => self.add(path)?,
                Some(Step::Any(inner)) => {
                    self.scoped = true;
                    self.add_all(inner)?;
                }
                Some(Step::Member) => self.scoped = true,
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, path: Path) -> Result<(), Problem> {
        let (mut meta, mut optional) = (self.root, false);
        let mut table = Table::Root(self.root.table);
        let mut prefix = Path::ROOT;
        for hop in path.hops().ok_or(Problem::LongPath)? {
            // From here on the path is a subquery's.
            if is_many(*hop) {
                break;
            }
            let field = meta.fields.get(usize::from(*hop)).ok_or(Problem::NoSuchField)?;
            prefix = prefix.hop(*hop);
            meta = target(meta, *hop)?;
            optional |= field.nullable;
            if !self.joins.iter().any(|join| join.path == prefix) {
                let key = meta.key_field().ok_or(Problem::NoSuchField)?.column;
                let alias = self.new_alias();
                self.joins.push(Join {
                    path: prefix,
                    alias,
                    meta,
                    optional,
                    from: (table, field.column),
                    key,
                });
            }
            let alias = self.joins.iter().find(|join| join.path == prefix).map(|join| join.alias.clone());
            table = Table::Joined(alias.unwrap_or_default());
        }
        Ok(())
    }

    /// A short name, so that no path is too long for one; never the root's.
    fn new_alias(&self) -> String {
        let alias = format!("j{}", self.joins.len() + 1);
        if alias == self.root.table { format!("{alias}_") } else { alias }
    }

    pub(super) fn root(&self) -> &'static ModelMeta {
        self.root
    }

    pub(super) fn is_empty(&self) -> bool {
        self.joins.is_empty()
    }

    /// Whether a subquery refers to them.
    pub(super) fn is_scoped(&self) -> bool {
        self.scoped
    }

    /// The table at the end of a path.
    pub(super) fn table(&self, path: Path) -> Result<Table, Problem> {
        if path == Path::ROOT {
            return Ok(Table::Root(self.root.table));
        }
        let join = self.joins.iter().find(|join| join.path == path).ok_or(Problem::ForeignColumn)?;
        Ok(Table::Joined(join.alias.clone()))
    }

    /// What the aliases in a subquery begin with, so that none is the root's name.
    pub(super) fn scope_prefix(&self) -> &'static str {
        if self.root.table.starts_with('m') { "r" } else { "m" }
    }

    /// A column, and whether it may be NULL.
    pub(super) fn column(&self, path: Path, field: u16) -> Result<(Expr, &'static FieldMeta, bool), Problem> {
        if path == Path::ROOT {
            let found = self.root.fields.get(usize::from(field)).ok_or(Problem::NoSuchField)?;
            return Ok((self.root_column(found.column), found, found.nullable));
        }
        // Every table that a condition or an order names is joined: what is not is named by an assignment.
        let join = self.joins.iter().find(|join| join.path == path).ok_or(Problem::ForeignColumn)?;
        let found = join.meta.fields.get(usize::from(field)).ok_or(Problem::NoSuchField)?;
        let column = Expr::col((Alias::new(&join.alias), found.column));
        Ok((column, found, found.nullable || join.optional))
    }

    /// A column of the root. It bears its table's name only where another table could have one of the same name.
    pub(super) fn root_column(&self, column: &'static str) -> Expr {
        if self.joins.is_empty() && !self.scoped {
            Expr::col(column)
        } else {
            Expr::col((self.root.table, column))
        }
    }

    /// Every column of the model at `path`, in the order of its fields.
    pub(super) fn columns(&self, path: Path) -> Result<Vec<Expr>, Problem> {
        let meta = match self.joins.iter().find(|join| join.path == path) {
            Some(join) => join.meta,
            None => self.root,
        };
        (0u16..).zip(meta.fields).map(|(field, _)| self.column(path, field).map(|found| found.0)).collect()
    }

    /// Writes the tables into a statement. With `derived` each joined table is a derived one, whose rows a lock of the
    /// statement leaves alone.
    pub(super) fn write(&self, select: &mut SelectStatement, derived: bool) {
        select.from(self.root.table);
        for join in &self.joins {
            let (table, column) = &join.from;
            let on = table.column(column).eq(Expr::col((Alias::new(&join.alias), join.key)));
            let kind = if join.optional { JoinType::LeftJoin } else { JoinType::InnerJoin };
            let alias = Alias::new(&join.alias);
            if derived {
                let rows = Query::select().column(Asterisk).from(join.meta.table).take();
                select.join_subquery(kind, rows, alias, on);
            } else {
                select.join_as(kind, join.meta.table, alias, on);
            }
        }
    }
}
