//! Conditions over any number of related rows: whether there is one for which the condition is true.
//!
//! A scope is a subquery of its own, bound to the row around it: the row comes up once, however many related rows
//! there are, and a negated scope says that there is none.

use super::joins::{Joins, Table};
use crate::model::{FieldMeta, ModelMeta, is_many, many_at};
use crate::query::Path;
use crate::query::code::{Step, Steps};
use crate::query::problem::Problem;
use crate::query::selection::target;
use sea_query::{Alias, Expr, ExprTrait, JoinType, Query, SelectStatement};

/// A table of a scope.
struct Member {
    path: Path,
    alias: String,
    meta: &'static ModelMeta,
    optional: bool,
}

/// A table with its alias, and on what it is joined.
struct Source {
    table: &'static str,
    alias: String,
    on: Expr,
    optional: bool,
}

/// The tables of one scope.
pub(super) struct Scope {
    members: Vec<Member>,
    sources: Vec<Source>,
    /// What its aliases begin with: that of no table around it.
    prefix: &'static str,
}

impl Scope {
    /// The tables that the steps of a scope name beyond those of the query around it.
    pub(super) fn of(bytes: &[u8], outer: &Joins) -> Result<Scope, Problem> {
        let mut scope = Scope { members: Vec::new(), sources: Vec::new(), prefix: outer.scope_prefix() };
        for step in Steps::new(bytes) {
            if let Some(Step::Column { path, .. }) = step
                && path.is_many()
            {
                scope.add(path, outer)?;
            }
        }
        Ok(scope)
    }

    fn add(&mut self, path: Path, outer: &Joins) -> Result<(), Problem> {
        let (mut meta, mut optional) = (outer.root(), false);
        let mut table = outer.table(Path::ROOT)?;
        let mut prefix = Path::ROOT;
        for hop in path.hops().ok_or(Problem::LongPath)? {
            prefix = prefix.hop(*hop);
            let holder = meta;
            meta = target(meta, *hop)?;
            if !prefix.is_many() {
                table = outer.table(prefix)?;
                continue;
            }
            let known = self.members.iter().find(|member| member.path == prefix);
            if let Some(known) = known {
                (table, optional) = (Table::Joined(known.alias.clone()), known.optional);
                continue;
            }
            let alias = if is_many(*hop) {
                self.many(holder, *hop, &table)?
            } else {
                let field = holder.fields.get(usize::from(*hop)).ok_or(Problem::NoSuchField)?;
                optional |= field.nullable;
                let key = meta.key_field().ok_or(Problem::NoSuchField)?.column;
                self.joined(meta.table, key, table.column(field.column), optional)
            };
            self.members.push(Member { path: prefix, alias: alias.clone(), meta, optional });
            table = Table::Joined(alias);
        }
        Ok(())
    }

    /// Joins the rows that a relation to many leads to, and gives their alias.
    fn many(&mut self, holder: &'static ModelMeta, hop: u16, from: &Table) -> Result<String, Problem> {
        let many = many_at(holder, hop).ok_or(Problem::NoSuchField)?;
        let link = many.link(holder).map_err(|_| Problem::BrokenRelation)?;
        let key = holder.key_field().ok_or(Problem::NoSuchField)?.column;
        let column = |number: u16| {
            link.through.fields.get(usize::from(number)).map(|field| field.column).ok_or(Problem::NoSuchField)
        };
        let between = self.joined(link.through.table, column(link.from)?, from.column(key), false);
        let Some(to) = link.to else { return Ok(between) };
        let target = (many.target)();
        let key = target.key_field().ok_or(Problem::NoSuchField)?.column;
        let points = Table::Joined(between).column(column(to)?);
        Ok(self.joined(target.table, key, points, false))
    }

    /// Joins a table on a column of its own, and gives its alias, which is none of the query around it.
    fn joined(&mut self, table: &'static str, column: &'static str, equals: Expr, optional: bool) -> String {
        let alias = format!("{}{}", self.prefix, self.sources.len() + 1);
        let on = Expr::col((Alias::new(&alias), column)).eq(equals);
        self.sources.push(Source { table, alias: alias.clone(), on, optional });
        alias
    }

    /// A column of one of its tables, and whether it may be NULL.
    pub(super) fn column(&self, path: Path, field: u16) -> Result<(Expr, &'static FieldMeta, bool), Problem> {
        let member = self.members.iter().find(|member| member.path == path).ok_or(Problem::NoSuchField)?;
        let found = member.meta.fields.get(usize::from(field)).ok_or(Problem::NoSuchField)?;
        let column = Expr::col((Alias::new(&member.alias), found.column));
        Ok((column, found, found.nullable || member.optional))
    }

    /// Whether there is a row for which the condition is true.
    pub(super) fn exists(self, condition: Expr) -> Expr {
        let mut select = Query::select();
        select.expr(Expr::Constant(sea_query::Value::Int(Some(1))));
        let mut sources = self.sources.into_iter();
        if let Some(first) = sources.next() {
            select.from_as(first.table, Alias::new(&first.alias)).and_where(first.on);
        }
        for source in sources {
            join(&mut select, source);
        }
        select.and_where(condition);
        Expr::exists(select)
    }
}

fn join(select: &mut SelectStatement, source: Source) {
    let kind = if source.optional { JoinType::LeftJoin } else { JoinType::InnerJoin };
    select.join_as(kind, source.table, Alias::new(&source.alias), source.on);
}
