//! Changes of a column: type, NULL, default, identity. `MODIFY` says again whatever is to stay.

use super::super::ddl::{
    column_definition, comes_first, constraint_definition, default_text, index_definition, primary_key,
};
use super::super::text::identifier;
use super::super::types::{self, is_text, type_name};
use super::actions::check_actions;
use super::convert::{Conversion, conversion, is_kept};
use super::generated::{Anew, check_sources};
use super::keys::check_conditions;
use super::{Walk, column_part, index_part, refusals, table_of};
use crate::backend::DatabaseBackend;
use crate::backend::standard::readers::computes_with;
use crate::error::{Error, Result};
use crate::migrations::operations::AlterColumn;
use crate::schema::{Column, Constraint, ConstraintKind, Expr, Index, Schema, SqlType, Table};

impl Walk<'_> {
    pub(super) fn alter_column(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        self.forget_known(op);
        match (&op.from.generated, &op.to.generated) {
            (None, None) => self.alter_plain(op, after)?,
            (Some(_), None) => {
                let kept = self.keep_computed(op, after)?;
                self.alter_plain(&AlterColumn { from: kept, ..op.clone() }, after)?;
            }
            (_, Some(_)) => self.alter_generated(op, after)?,
        }
        self.compute_readers(table_of(after, &op.table)?, &op.to.name)
    }

    /// Of what the column carries in the database, what the schema says goes by the schema from now on, and what it never
    /// knew stays.
    pub(super) fn forget_known(&mut self, op: &AlterColumn) {
        let columns = self.live.columns.get_mut(&op.table);
        let Some(live) = columns.and_then(|columns| columns.get_mut(&op.from.name)) else { return };
        live.comment.take_if(|_| op.from.comment.is_some());
        // MariaDB's JSON is text of a collation of its own.
        live.collation.take_if(|_| op.from.collation.is_some() || !is_text(&op.from.ty));
    }

    /// What stands against the change is looked for first. Then the values are brought to what the server converts as it
    /// is meant, and one statement changes the column.
    fn alter_plain(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        type_name(self.backend, &op.from.ty)?;
        type_name(self.backend, &op.to.ty)?;
        let retyped = !is_kept(self.backend, &op.from.ty, &op.to.ty) && op.from.ty != op.to.ty;
        let table = table_of(after, &op.table)?.clone();
        let mut found = Conversion::default();
        if retyped {
            readers_still_fit(&table, &op.from, &op.to)?;
            found = self.refuse_lost_values(op)?;
        }
        let closes = op.from.nullable && !op.to.nullable;
        if closes && op.backfill.is_none() {
            self.statements.refuse(refusals::nulls(&self.sources, &op.table, &op.to.name));
        }
        let recollated = op.from.collation != op.to.collation;
        let modifies = retyped
            || recollated
            || op.from.nullable != op.to.nullable
            || op.from.identity != op.to.identity
            || op.from.comment != op.to.comment;
        if !modifies {
            return self.change_default(op, after);
        }
        self.not_generated(op)?;
        check_conditions(self.backend, &table)?;
        check_actions(self.backend, after, &table)?;
        check_sources(self.backend, &table)?;
        if retyped || recollated || closes || op.from.identity != op.to.identity {
            self.suspend_foreign_keys(&op.table, &op.to.name)?;
        }
        if let Some(through) = found.through.clone() {
            let open =
                Column { ty: through, nullable: true, identity: false, default: None, ..op.to.clone() };
            self.modify_between(op, &open, after)?;
        }
        if let Some(update) = &found.update {
            self.set_values(&op.table, &op.to.name, update);
        }
        if let (true, Some(backfill)) = (closes, &op.backfill) {
            self.fill(op, backfill, &table, retyped, after)?;
        }
        self.modify_with_users(op, &table, after)?;
        let compared_anew = recollated && self.compare_anew(op);
        if op.backfill.is_some() || found.update.is_some() || compared_anew {
            self.refuse_what_given_values_break(&table, &op.to.name)?;
        }
        for computed in table.columns.values().filter(|column| compared_anew && column.reads(&op.to.name)) {
            self.refuse_computed_nulls(&table, computed)?;
            self.compute(&table, computed)?;
            self.refuse_what_given_values_break(&table, &computed.name)?;
        }
        if compared_anew && table.primary_key.contains(&op.to.name) {
            for refusal in refusals::key(&self.sources, &op.table, &table.primary_key) {
                self.statements.refuse(Some(refusal));
            }
        }
        Ok(())
    }

    /// Text that is compared by another collation may come to be equal, or no longer be: values have to be looked at.
    fn compare_anew(&mut self, op: &AlterColumn) -> bool {
        if !is_text(&op.from.ty) || !is_text(&op.to.ty) {
            return false;
        }
        let collation = match &op.to.collation {
            Some(collation) => identifier(collation),
            None => types::collation(self.backend).to_owned(),
        };
        let value = format!("CONVERT({} USING utf8mb4) COLLATE {collation}", identifier(&op.to.name));
        self.sources.set(&op.table, &op.to.name, &value);
        true
    }

    /// A column whose values are computed would lose that: the schema does not know it is.
    pub(super) fn not_generated(&self, op: &AlterColumn) -> Result<()> {
        if !self.live_column(&op.table, &op.to.name).is_some_and(|live| live.generated) {
            return Ok(());
        }
        Err(Error::unsupported(
            format!("{}.{} is computed by the database, which changing it would end", op.table, op.to.name),
            "change it by a run_sql that says its expression again",
        ))
    }

    fn refuse_lost_values(&mut self, op: &AlterColumn) -> Result<Conversion> {
        let value = identifier(&op.from.name);
        let found = conversion(self.backend, &op.from.ty, &op.to.ty, &value).ok_or_else(|| {
            Error::unsupported(
                format!(
                    "{}.{} cannot become {} from {} without loss on {}",
                    op.table,
                    op.to.name,
                    op.to.ty,
                    op.from.ty,
                    self.backend.name()
                ),
                "add a column of the new type, fill it by a run_sql, drop the old one and rename the new one",
            )
        })?;
        if let Some(lost) = &found.lost {
            let message =
                format!("{}.{} holds values that {} does not hold", op.table, op.from.name, op.to.ty);
            let refusal =
                refusals::rows_where(&self.sources, &op.table, lost, message, "change these values first");
            self.statements.refuse(refusal);
        }
        Ok(found)
    }

    fn set_values(&mut self, table: &str, column: &str, value: &str) {
        let name = identifier(column);
        self.sources.set(table, column, value);
        self.statements.rows(format!("UPDATE {} SET {name} = {value}", identifier(table)));
    }

    /// Gives NULLs their value: where the type changes, in the new one.
    fn fill(
        &mut self,
        op: &AlterColumn,
        backfill: &Expr,
        table: &Table,
        retyped: bool,
        after: &Schema,
    ) -> Result<()> {
        if retyped {
            let open = Column { nullable: true, identity: false, ..op.to.clone() };
            self.modify_between(op, &open, after)?;
        }
        let (name, value) = (identifier(&op.to.name), self.value(table, &op.to, backfill)?);
        self.sources.set(&op.table, &op.to.name, &format!("COALESCE({name}, {value})"));
        self.statements
            .rows(format!("UPDATE {} SET {name} = {value} WHERE {name} IS NULL", identifier(&op.table)));
        Ok(())
    }

    /// The statement that makes the column what it is to be. An index that holds another part of its values than before
    /// is made anew, and so is what another collation may compute otherwise: the servers keep it, in rows and in indexes, as it
    /// was.
    fn modify_with_users(&mut self, op: &AlterColumn, table: &Table, after: &Schema) -> Result<()> {
        let name = &op.to.name;
        let before = table_of(&self.state, &op.table)?.clone();
        let recollated = op.from.collation != op.to.collation;
        let computed = before.columns.values().filter(|column| recollated && column.reads(name));
        let computed: Vec<&String> = computed.map(|column| &column.name).collect();
        let Anew { drops: mut clauses, adds, mut touched } = self.anew(&before, table, &computed)?;
        clauses.push(self.modify(op, &op.to, after)?);
        clauses.extend(adds);
        touched.push(column_part(name));
        if table.primary_key.contains(name) {
            primary_key(self.backend, table, &table.primary_key)?;
        }
        let is_check = |constraint: &&Constraint| matches!(constraint.kind, ConstraintKind::Check(_));
        for constraint in table.constraints.values().filter(|one| one.reads(name) && !is_check(one)) {
            constraint_definition(self.backend, table, constraint)?;
        }
        let is_anew = |index: &Index| computed.iter().any(|column| index.reads(column));
        let computes = |index: &Index| index.columns.iter().any(|key| computes_with(&key.expr, name));
        for index in table.indexes.values().filter(|index| index.reads(name) && !is_anew(index)) {
            let definition = index_definition(self.backend, table, index)?;
            if definition != index_definition(self.backend, &before, index)? || recollated && computes(index)
            {
                clauses.push(format!("DROP INDEX {}", identifier(&index.name)));
                clauses.push(format!("ADD {definition}"));
                touched.push(index_part(&index.name));
            }
        }
        self.alter(&op.table, clauses, touched, after)
    }

    /// The clause that makes the column this one.
    pub(super) fn modify(&self, op: &AlterColumn, column: &Column, after: &Schema) -> Result<String> {
        let live = self.live_column(&op.table, &column.name);
        let table = table_of(after, &op.table)?;
        let definition = column_definition(self.backend, table, column, live.as_ref())?;
        let place = if self.comes_first(op, table) { " FIRST" } else { "" };
        Ok(format!("MODIFY {definition}{place}"))
    }

    fn comes_first(&self, op: &AlterColumn, table: &Table) -> bool {
        op.from.default != op.to.default && comes_first(self.backend, table, &op.to)
    }

    /// A statement that makes the column one that it is not to stay.
    pub(super) fn modify_between(&mut self, op: &AlterColumn, column: &Column, after: &Schema) -> Result<()> {
        let clause = self.modify(op, column, after)?;
        let mut next = table_of(after, &op.table)?.clone();
        next.columns.insert(column.name.clone(), column.clone());
        self.suspended.take_out(&mut next);
        self.statements.alter(vec![clause], vec![column_part(&column.name)], next);
        Ok(())
    }

    /// A new default alone leaves the rows where they are. A column that accepts NULL has NULL as its default, or the
    /// servers ask for a value.
    fn change_default(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        let name = identifier(&op.to.name);
        let stored = |default: &Option<Expr>| match default {
            Some(default) => default_text(self.backend, &op.to, default).map(Some),
            None => Ok(None),
        };
        let (before, default) = (stored(&op.from.default)?, stored(&op.to.default)?);
        if before == default {
            return Ok(());
        }
        // A default that has to be an expression is set by the whole definition alone.
        let table = table_of(after, &op.table)?;
        if matches!(op.to.ty, SqlType::Text | SqlType::Bytes | SqlType::Json) || self.comes_first(op, table) {
            self.not_generated(op)?;
            return self.modify_with_users(op, table, after);
        }
        let clause = match default {
            Some(default) => format!("ALTER COLUMN {name} SET DEFAULT {default}"),
            None if op.to.nullable => format!("ALTER COLUMN {name} SET DEFAULT NULL"),
            None => format!("ALTER COLUMN {name} DROP DEFAULT"),
        };
        self.alter(&op.table, vec![clause], vec![column_part(&op.to.name)], after)
    }

    /// Values that a migration gives may break what holds for the table.
    pub(super) fn refuse_what_given_values_break(&mut self, table: &Table, column: &str) -> Result<()> {
        for constraint in table.constraints.values().filter(|constraint| constraint.reads(column)) {
            let found = refusals::constraint(self.backend, &self.sources, table, constraint)?;
            self.statements.refuse(found);
        }
        for index in table.indexes.values().filter(|index| index.unique && index.reads(column)) {
            let found = refusals::duplicates_in_index(self.backend, &self.sources, table, index)?;
            self.statements.refuse(found);
        }
        Ok(())
    }
}

/// Between types that compare with different things, a check or an index's expression that was right is wrong.
///
/// # Errors
/// Where an expression compares or computes with the column.
fn readers_still_fit(table: &Table, from: &Column, to: &Column) -> Result<()> {
    if kind(&from.ty) == kind(&to.ty) {
        return Ok(());
    }
    let checks = table.checks().map(|(name, check)| (name, &check.expr));
    let indexes = table.indexes.values().flat_map(|index| {
        let keys = index.columns.iter().map(|key| &key.expr).filter(|key| !matches!(key, Expr::Column(_)));
        keys.map(|expr| (index.name.as_str(), expr))
    });
    let generated = table.columns.values().filter_map(|column| {
        column.generated.as_ref().map(|generated| (column.name.as_str(), &generated.expr))
    });
    let Some((name, expr)) =
        checks.chain(indexes).chain(generated).find(|(_, expr)| computes_with(expr, &to.name))
    else {
        return Ok(());
    };
    Err(Error::unsupported(
        format!("{name} reads `{expr}`, which does not go with {}.{} as {}", table.name, to.name, to.ty),
        format!("drop {name} before the change, and add what is to hold for the new type after it"),
    ))
}

/// Types of one kind compare with the same constants.
pub(super) fn kind(ty: &SqlType) -> u8 {
    match ty {
        SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => 0,
        SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32 | SqlType::UInt64 => 0,
        SqlType::Real | SqlType::Double | SqlType::Decimal { .. } => 0,
        SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text | SqlType::Enum(_) => 1,
        SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz => 2,
        SqlType::Time => 3,
        SqlType::Boolean => 4,
        SqlType::Bytes => 5,
        SqlType::Uuid => 6,
        SqlType::Json => 7,
        SqlType::Array(_) => 8,
        SqlType::Interval => 9,
        SqlType::Inet | SqlType::Cidr => 10,
        SqlType::MacAddr => 11,
        SqlType::Bit(_) => 12,
        // No column holds one.
        SqlType::Range(_) | SqlType::Hstore | SqlType::Ltree | SqlType::Xml | SqlType::TsVector => 13,
    }
}
