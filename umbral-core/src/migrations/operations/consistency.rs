//! What holds for every table of a state, checked after each change of it.

use super::StateError;
use crate::schema::expr::unknown_label;
use crate::schema::{
    Column, Constraint, ConstraintKind, ExclusionConstraint, Expr, ForeignKey, Index, IndexColumn,
    IndexMethod, Schema, SortOrder, SqlType, Table,
};
use std::collections::BTreeSet;

type Result<T> = std::result::Result<T, StateError>;

fn refuse<T>(message: String) -> Result<T> {
    Err(StateError(message))
}

/// The table of this name.
pub(super) fn table<'s>(state: &'s Schema, name: &str) -> Result<&'s Table> {
    state.table(name).ok_or_else(|| StateError(format!("there is no table `{name}`")))
}

/// Checks every table of a schema, and that foreign keys are of the type of what they reference. Between two operations
/// they need not be: one side may change before the other.
pub(crate) fn check_schema(schema: &Schema) -> Result<()> {
    for table in schema.tables.values() {
        check(schema, table)?;
        table.foreign_keys().try_for_each(|key| check_types(schema, table, key))?;
    }
    Ok(())
}

fn check_types(schema: &Schema, table: &Table, key: &ForeignKey) -> Result<()> {
    let target = self::table(schema, &key.table)?;
    for (name, reference) in key.columns.iter().zip(&key.references) {
        if let (Some(own), Some(theirs)) = (table.column(name), target.column(reference))
            && !own.ty.can_reference(&theirs.ty)
        {
            return refuse(format!(
                "`{}.{name}` is {}, and `{}.{reference}` that it references is {}",
                table.name, own.ty, target.name, theirs.ty
            ));
        }
    }
    Ok(())
}

/// Checks `table` as it stands in `state`, or as it would stand there in the place of the table of its name.
pub(super) fn check(state: &Schema, table: &Table) -> Result<()> {
    if table.columns.is_empty() {
        return refuse(format!("table `{}` would have no columns", table.name));
    }
    for (name, column) in &table.columns {
        check_column(table, name, column)?;
    }
    check_primary_key(table)?;
    for (name, index) in &table.indexes {
        check_index(table, name, index)?;
    }
    for (name, constraint) in &table.constraints {
        check_constraint(state, table, name, constraint)?;
    }
    check_incoming(state, table)?;
    check_names(state, table)
}

fn check_column(table: &Table, name: &str, column: &Column) -> Result<()> {
    let place = format!("`{}.{name}`", table.name);
    if column.name != name {
        return refuse(format!("{place} is called `{}` inside", column.name));
    }
    if let Some(read) = column.default.as_ref().and_then(|default| default.columns().into_iter().next()) {
        return refuse(format!(
            "the default of {place} reads the column `{read}`, and no default can read a column"
        ));
    }
    check_generated(table, &place, column)?;
    if column.collation.is_some() && !matches!(column.ty, SqlType::Varchar(_) | SqlType::Text) {
        return refuse(format!("{place} is {}, and only text has a collation", column.ty));
    }
    if !column.identity {
        return Ok(());
    }
    if !column.ty.may_be_counted() {
        return refuse(format!("{place} is an identity, and {} is no integer", column.ty));
    }
    if column.default.is_some() || column.nullable {
        return refuse(format!("{place} is an identity, and can neither have a default nor accept NULL"));
    }
    if !table.primary_key.is_empty() && table.primary_key != [name] {
        return refuse(format!("{place} is an identity, and is not the whole primary key"));
    }
    Ok(())
}

/// Checks that what a column is computed from is there, and that nothing else gives it a value.
fn check_generated(table: &Table, place: &str, column: &Column) -> Result<()> {
    let Some(generated) = &column.generated else { return Ok(()) };
    if column.default.is_some() || column.identity {
        return refuse(format!("{place} is generated, and can neither have a default nor be an identity"));
    }
    if table.primary_key.contains(&column.name) {
        return refuse(format!("{place} is generated, and cannot be in the primary key"));
    }
    if generated.expr.reads(&column.name) {
        return refuse(format!("{place} is generated from itself"));
    }
    let is_generated = |name: &&str| table.column(name).is_some_and(|other| other.generated.is_some());
    if let Some(other) = generated.expr.columns().into_iter().find(is_generated) {
        return refuse(format!(
            "{place} is generated from `{other}`, which is generated itself; say again what that is computed from"
        ));
    }
    let mut moving = false;
    generated.expr.visit(&mut |node| moving |= *node == Expr::Now);
    if moving {
        return refuse(format!(
            "{place} is generated from the clock, which no database computes a column from"
        ));
    }
    check_expr(table, place, &generated.expr)
}

/// A foreign key's columns are written by whoever makes the reference, and by the actions of the key; no database lets it
/// reference every sort of generated column.
fn check_key_columns(table: &Table, user: &str, columns: &[String]) -> Result<()> {
    let is_generated = |name: &&String| table.column(name).is_some_and(|column| column.generated.is_some());
    match columns.iter().find(is_generated) {
        Some(name) => refuse(format!("{user} `{}.{name}`, which is generated", table.name)),
        None => Ok(()),
    }
}

fn check_primary_key(table: &Table) -> Result<()> {
    check_columns(table, "the primary key", &table.primary_key)?;
    match table.primary_key.iter().find(|name| table.column(name).is_some_and(|column| column.nullable)) {
        Some(name) => refuse(format!("`{}.{name}` is in the primary key, and accepts NULL", table.name)),
        None => Ok(()),
    }
}

/// Checks that the columns that `user` names are there, each once.
fn check_columns(table: &Table, user: &str, names: &[String]) -> Result<()> {
    let mut seen = BTreeSet::new();
    for name in names {
        if table.column(name).is_none() {
            return refuse(format!("{user} names `{name}`, which is no column of `{}`", table.name));
        }
        if !seen.insert(name) {
            return refuse(format!("{user} of `{}` names `{name}` twice", table.name));
        }
    }
    Ok(())
}

fn check_expr(table: &Table, user: &str, expr: &Expr) -> Result<()> {
    match expr.columns().into_iter().find(|name| table.column(name).is_none()) {
        Some(name) => refuse(format!("{user} reads `{name}`, which is no column of `{}`", table.name)),
        None => Ok(()),
    }
}

/// Checks that what is compared with an enum is one of its labels: whoever takes one away changes this first.
fn check_labels(table: &Table, user: &str, expr: &Expr) -> Result<()> {
    for column in expr.columns().into_iter().filter_map(|name| table.column(name)) {
        let SqlType::Enum(of) = &column.ty else { continue };
        if let Some(text) = unknown_label(expr, &column.name, &of.labels) {
            return refuse(format!(
                "{user} compares `{}.{}` with '{text}', which is none of its labels: {}",
                table.name,
                column.name,
                of.labels.join(", ")
            ));
        }
    }
    Ok(())
}

fn check_index(table: &Table, name: &str, index: &Index) -> Result<()> {
    let user = format!("index `{name}`");
    if index.name != name {
        return refuse(format!("{user} of `{}` is called `{}` inside", table.name, index.name));
    }
    if index.columns.is_empty() {
        return refuse(format!("{user} of `{}` has no columns", table.name));
    }
    let mut exprs = index.columns.iter().map(|key| &key.expr).chain(&index.predicate);
    exprs.try_for_each(|expr| {
        check_expr(table, &user, expr).and_then(|()| check_labels(table, &user, expr))
    })?;
    check_columns(table, &user, &index.include)?;
    if index.nulls_not_distinct && !index.unique {
        return refuse(format!("{user} of `{}` is not unique, and can take no NULL for another", table.name));
    }
    if !index.method.sorts() && (index.unique || index.columns.iter().any(is_ordered)) {
        let (method, table) = (index.method.name(), &table.name);
        return refuse(format!(
            "{user} of `{table}` is a {method} index, which can be neither unique nor sorted"
        ));
    }
    Ok(())
}

fn is_ordered(key: &IndexColumn) -> bool {
    key.order == SortOrder::Descending || key.nulls.is_some()
}

/// Checks that an index of the method finds the rows that the constraint excludes.
fn check_exclusion(table: &Table, user: &str, exclusion: &ExclusionConstraint) -> Result<()> {
    let ExclusionConstraint { elements, method, .. } = exclusion;
    exclusion.exprs().try_for_each(|expr| check_expr(table, user, expr))?;
    let (of, name) = (&table.name, method.name());
    let other = elements.iter().find(|element| !element.operator.is_equality());
    match other {
        _ if elements.is_empty() => refuse(format!("{user} of `{of}` compares nothing")),
        _ if !method.excludes() => {
            refuse(format!("{user} of `{of}` uses a {name} index, which cannot look for single rows"))
        }
        _ if elements.len() > 1 && !method.holds_several() => {
            refuse(format!("{user} of `{of}` uses a {name} index, which has one key"))
        }
        _ if !method.sorts() && elements.iter().any(|element| is_ordered(&element.key)) => {
            refuse(format!("{user} of `{of}` uses a {name} index, which cannot be sorted"))
        }
        Some(element) if method.finds_equal_only() => refuse(format!(
            "{user} of `{of}` uses a {name} index, which finds equal values and not those of `{element}`; {} does",
            IndexMethod::Gist.name()
        )),
        _ => Ok(()),
    }
}

fn check_constraint(state: &Schema, table: &Table, name: &str, constraint: &Constraint) -> Result<()> {
    let user = format!("constraint `{name}`");
    if constraint.name != name {
        return refuse(format!("{user} of `{}` is called `{}` inside", table.name, constraint.name));
    }
    match &constraint.kind {
        ConstraintKind::Unique(unique) if unique.columns.is_empty() => {
            refuse(format!("{user} of `{}` has no columns", table.name))
        }
        ConstraintKind::Unique(unique) => check_columns(table, &user, &unique.columns),
        ConstraintKind::Check(check) => {
            check_expr(table, &user, &check.expr)?;
            check_labels(table, &user, &check.expr)
        }
        ConstraintKind::ForeignKey(key) => {
            check_columns(table, &user, &key.columns)?;
            check_key_columns(table, &format!("{user} is over"), &key.columns)?;
            let target = if key.table == table.name { Some(table) } else { state.table(&key.table) };
            let Some(target) = target else {
                return refuse(format!(
                    "{user} of `{}` references the table `{}`, which does not exist",
                    table.name, key.table
                ));
            };
            check_reference(&user, key, target)
        }
        ConstraintKind::Exclusion(exclusion) => check_exclusion(table, &user, exclusion),
    }
}

/// Checks that `target` has the key that `key` references.
fn check_reference(user: &str, key: &ForeignKey, target: &Table) -> Result<()> {
    if key.columns.is_empty() || key.columns.len() != key.references.len() {
        let (columns, references) = (key.columns.len(), key.references.len());
        return refuse(format!("{user} references {references} columns of `{}` with {columns}", target.name));
    }
    check_columns(target, user, &key.references)?;
    check_key_columns(target, &format!("{user} references"), &key.references)?;
    if !has_key(target, &key.references) {
        let columns = key.references.join(", ");
        return refuse(format!(
            "{user} references `{}` ({columns}), which is neither the primary key nor unique there",
            target.name
        ));
    }
    Ok(())
}

/// Whether the columns, in whatever order, are the primary key of the table or unique in it.
pub(crate) fn has_key(table: &Table, columns: &[String]) -> bool {
    let wanted: BTreeSet<&str> = columns.iter().map(String::as_str).collect();
    let same = |names: &[String]| names.iter().map(String::as_str).collect::<BTreeSet<_>>() == wanted;
    let by_index = |index: &Index| {
        index.unique_columns().is_some_and(|names| names.into_iter().collect::<BTreeSet<_>>() == wanted)
    };
    same(&table.primary_key)
        || table.uniques().any(|(_, unique)| unique.deferrable.is_none() && same(&unique.columns))
        || table.indexes.values().any(by_index)
}

fn check_incoming(state: &Schema, table: &Table) -> Result<()> {
    for holder in state.tables.values().filter(|holder| holder.name != table.name) {
        for constraint in holder.constraints.values() {
            if let ConstraintKind::ForeignKey(key) = &constraint.kind
                && key.table == table.name
            {
                let user = format!("constraint `{}` of `{}`", constraint.name, holder.name);
                check_reference(&user, key, table)?;
            }
        }
    }
    Ok(())
}

/// Tables, indexes, unique and exclusion constraints share one space of names: such a constraint makes an index of its
/// name.
fn check_names(state: &Schema, table: &Table) -> Result<()> {
    let mut own = BTreeSet::from([table.name.as_str()]);
    for name in relation_names(table) {
        if !own.insert(name) {
            return refuse(format!("table `{}` has `{name}` twice as a name", table.name));
        }
    }
    for other in state.tables.values().filter(|other| other.name != table.name) {
        let taken =
            std::iter::once(other.name.as_str()).chain(relation_names(other)).find(|name| own.contains(name));
        if let Some(name) = taken {
            return refuse(format!(
                "the name `{name}` is taken by table `{}` or an index or constraint of it",
                other.name
            ));
        }
    }
    Ok(())
}

/// The names of the table's indexes and of the constraints that make one.
pub(crate) fn relation_names(table: &Table) -> impl Iterator<Item = &str> {
    let uniques = table.uniques().map(|(name, _)| name);
    let exclusions = table.exclusions().map(|(name, _)| name);
    table.indexes.keys().map(String::as_str).chain(uniques).chain(exclusions)
}

/// What uses a column of `table` and would lose it, in words; `None` where nothing does.
pub(super) fn user_of_column(state: &Schema, table: &Table, column: &str) -> Option<String> {
    if table.primary_key.iter().any(|name| name == column) {
        return Some("the primary key".to_owned());
    }
    if let Some(reader) = table.columns.values().find(|reader| reader.reads(column)) {
        return Some(format!("the generated column `{}`", reader.name));
    }
    if let Some(index) = table.indexes.values().find(|index| index.reads(column)) {
        return Some(format!("index `{}`", index.name));
    }
    if let Some(constraint) = table.constraints.values().find(|constraint| constraint.reads(column)) {
        return Some(format!("constraint `{}`", constraint.name));
    }
    state.tables.values().find_map(|holder| {
        let references =
            |key: &ForeignKey| key.table == table.name && key.references.iter().any(|name| name == column);
        holder.constraints.values().find_map(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(key) if references(key) => {
                Some(format!("constraint `{}` of `{}`", constraint.name, holder.name))
            }
            _ => None,
        })
    })
}
