//! Changes of a column: type, NULL, default, identity.

use super::super::ddl::{comment_on_column, default_text, value_text};
use super::super::text::{identifier, quoted};
use super::super::{range, types};
use super::convert::{Using, conversion};
use super::enums::through_text;
use super::generated::readers;
use super::suspend::{excluded, exprs};
use super::{Walk, refusals, table_of};
use crate::backend::standard::readers::{computes_with, kind};
use crate::error::{Error, Result};
use crate::migrations::operations::AlterColumn;
use crate::schema::{Column, Schema, Table};

impl Walk<'_> {
    pub(super) fn alter_column(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        match (&op.from.generated, &op.to.generated) {
            (None, None) => self.alter_plain(op, after),
            (Some(_), None) => {
                self.keep_computed(op, after)?;
                let from = Column { generated: None, ..op.from.clone() };
                self.alter_plain(&AlterColumn { from, ..op.clone() }, after)
            }
            (_, Some(_)) => self.alter_generated(op, after),
        }
    }

    /// What stands against the change is looked for first, then the column is changed step by step: what hangs on the
    /// old type goes, the type changes, what belongs to the new one comes.
    fn alter_plain(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        let retyped = op.from.ty != op.to.ty;
        let recollated = op.from.collation != op.to.collation;
        let name = identifier(&op.to.name);
        // PostgreSQL changes the type of no column that a generated one reads.
        let readers = match retyped || recollated {
            true => readers(table_of(after, &op.table)?, &op.to.name),
            false => Vec::new(),
        };
        let of_enum = retyped && (op.from.ty.enum_of().is_some() || op.to.ty.enum_of().is_some());
        match retyped {
            true if of_enum => classes_still_fit(table_of(after, &op.table)?, &op.from, &op.to)?,
            true => readers_still_fit(table_of(after, &op.table)?, &op.from, &op.to)?,
            false => {}
        }
        if retyped {
            self.refuse_missing_extension(&op.table, &op.to);
        }
        let using = match (retyped, recollated) {
            (true, _) => Some(self.refuse_lost_values(op)?),
            (false, true) => Some(Using::Implicit),
            (false, false) => None,
        };
        let closes = op.from.nullable && !op.to.nullable;
        if closes && op.backfill.is_none() {
            self.refuse(&op.table, || Ok(refusals::nulls(&op.table, &op.to.name)))?;
        }
        if retyped {
            self.suspend_foreign_keys(&op.table, &op.to.name, after);
        }
        self.take_away(&op.table, &readers)?;
        if op.from.identity && !op.to.identity {
            self.alter(&op.table, &format!("ALTER COLUMN {name} DROP IDENTITY"));
        }
        let redefaulted = retyped || op.from.default != op.to.default;
        if op.from.default.is_some() && redefaulted {
            self.alter(&op.table, &format!("ALTER COLUMN {name} DROP DEFAULT"));
        }
        if let Some(using) = using {
            if range::is_checked(&op.from.ty) {
                let check = range::name(&op.table, &op.from.name);
                self.alter(&op.table, &format!("DROP CONSTRAINT {}", identifier(&check)));
            }
            if of_enum {
                self.suspend_readers(&op.table, &op.from.name)?;
            }
            self.alter(&op.table, &self.type_change(op, &using)?);
            if let Some(check) = range::constraint(&op.table, &op.to.name, &op.to.ty) {
                self.alter(&op.table, &format!("ADD {check}"));
            }
        }
        self.change_nullability(op, after)?;
        if let (Some(default), true) = (&op.to.default, redefaulted) {
            let text = default_text(self.backend, table_of(after, &op.table)?, &op.to, default)?;
            self.alter(&op.table, &format!("ALTER COLUMN {name} SET DEFAULT {text}"));
        }
        if op.to.identity && !op.from.identity {
            self.add_identity(&op.table, &op.to.name);
        }
        if op.from.comment != op.to.comment {
            self.execute(comment_on_column(&op.table, &op.to.name, op.to.comment.as_deref()));
        }
        self.put_back(table_of(after, &op.table)?, &readers)
    }

    /// Finds the views and the values that a change of type would not keep.
    fn refuse_lost_values(&mut self, op: &AlterColumn) -> Result<Using> {
        let checks_input = self.backend.version.at_least(&[16]);
        let value = identifier(&op.from.name);
        let found = conversion(&op.from.ty, &op.to.ty, &value, checks_input).ok_or_else(|| {
            Error::unsupported(
                format!(
                    "{}.{} cannot become {} from {} without loss",
                    op.table, op.to.name, op.to.ty, op.from.ty
                ),
                "add a column of the new type, fill it by a run_sql, drop the old one and rename the new one",
            )
        })?;
        if self.has_views {
            self.refuse(&op.table, || {
                Ok(refusals::views(&op.table, &op.from.name, "whose type is to change"))
            })?;
        }
        if let Some(lost) = &found.lost {
            self.refuse(&op.table, || {
                let message =
                    format!("{}.{} holds values that {} does not hold", op.table, op.from.name, op.to.ty);
                Ok(refusals::rows_where(&op.table, lost, message, "change these values first"))
            })?;
        }
        Ok(found.using)
    }

    fn type_change(&self, op: &AlterColumn, using: &Using) -> Result<String> {
        let (name, ty) = (identifier(&op.to.name), types::type_name(self.backend, &op.to.ty)?);
        let using = match using {
            Using::Implicit => String::new(),
            Using::Cast => format!(" USING {name}::{ty}"),
            Using::Text => format!(" USING {}", through_text(&name, &op.to.ty)),
            Using::Expr(sql) => format!(" USING {sql}"),
        };
        // Left out, it becomes that of the type.
        let collation =
            op.to.collation.as_ref().map(|name| format!(" COLLATE {}", identifier(name))).unwrap_or_default();
        Ok(format!("ALTER COLUMN {name} TYPE {ty}{collation}{using}"))
    }

    pub(super) fn change_nullability(&mut self, op: &AlterColumn, after: &Schema) -> Result<()> {
        let name = identifier(&op.to.name);
        if op.to.nullable && !op.from.nullable {
            self.alter(&op.table, &format!("ALTER COLUMN {name} DROP NOT NULL"));
        }
        if op.from.nullable && !op.to.nullable {
            if let Some(backfill) = &op.backfill {
                let table = table_of(after, &op.table)?;
                let value = value_text(self.backend, table, &op.to, backfill)?;
                let table = identifier(&op.table);
                self.change_rows(format!("UPDATE {table} SET {name} = {value} WHERE {name} IS NULL"));
                self.check_pending_constraints();
            }
            self.alter(&op.table, &format!("ALTER COLUMN {name} SET NOT NULL"));
        }
        Ok(())
    }

    /// The sequence goes on behind the greatest value there is.
    fn add_identity(&mut self, table: &str, column: &str) {
        let (name, of) = (identifier(column), identifier(table));
        self.alter(table, &format!("ALTER COLUMN {name} ADD GENERATED BY DEFAULT AS IDENTITY"));
        self.execute(format!(
            "SELECT setval(pg_get_serial_sequence({}, {}), greatest(coalesce(max({name}), 0) + 1, 1), false) FROM {of}",
            quoted(&of),
            quoted(column)
        ));
    }
}

/// PostgreSQL reads the constraints and indexes of a column again when its type changes. Between types that compare with
/// different things, an expression that was right is wrong then.
///
/// # Errors
/// Where an expression compares or computes with the column.
fn readers_still_fit(table: &Table, from: &Column, to: &Column) -> Result<()> {
    classes_still_fit(table, from, to)?;
    if kind(&from.ty) == kind(&to.ty) {
        return Ok(());
    }
    let checks = table.checks().map(|(name, check)| (name, &check.expr));
    let indexes =
        table.indexes.values().flat_map(|index| exprs(index).map(move |expr| (index.name.as_str(), expr)));
    let exclusions =
        table.exclusions().flat_map(|(name, exclusion)| excluded(exclusion).map(move |expr| (name, expr)));
    let generated = table.columns.values().filter_map(|column| {
        column.generated.as_ref().map(|generated| (column.name.as_str(), &generated.expr))
    });
    let Some((name, expr)) = checks
        .chain(indexes)
        .chain(exclusions)
        .chain(generated)
        .find(|(_, expr)| computes_with(expr, &to.name))
    else {
        return Ok(());
    };
    Err(Error::unsupported(
        format!("{name} reads `{expr}`, which does not go with {}.{} as {}", table.name, to.name, to.ty),
        format!("drop {name} before the change, and add what is to hold for the new type after it"),
    ))
}

/// # Errors
/// Where an index or a constraint holds or compares the column by operators that are of its old type.
fn classes_still_fit(table: &Table, from: &Column, to: &Column) -> Result<()> {
    if from.ty.is_of_kind(&to.ty) {
        return Ok(());
    }
    for index in table.indexes.values() {
        let classes = index.columns.iter().filter(|key| key.expr.reads(&to.name));
        if let Some(class) = classes.filter_map(|key| key.class.as_ref()).next() {
            return Err(Error::unsupported(
                format!(
                    "{} holds {}.{} by {class}, which is not of {}",
                    index.name, table.name, to.name, to.ty
                ),
                format!(
                    "drop {} before the change, and add it by the new type's operators after it",
                    index.name
                ),
            ));
        }
    }
    for (name, exclusion) in table.exclusions() {
        let compared = exclusion.elements.iter().filter(|element| element.key.expr.reads(&to.name));
        if let Some(element) = compared.into_iter().find(|element| !element.is_plain()) {
            return Err(Error::unsupported(
                format!("{name} excludes by `{element}`, whose operator need not be one of {}", to.ty),
                format!("drop {name} before the change, and add it by the new type's operators after it"),
            ));
        }
    }
    Ok(())
}
