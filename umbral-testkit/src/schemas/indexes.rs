//! Indexes.

use super::tables::{condition, holds_in_keys, keyable};
use super::{Space, Tape, is_indexable};
use umbral_core::backend::BackendFeature;
use umbral_core::schema::{
    Column, Expr, Index, IndexColumn, IndexMethod, NullsOrder, Schema, SortOrder, SqlType, Table,
    constraint_name,
};

/// A random index whose name is free in `schema` and `table`.
pub(super) fn index(space: &Space, tape: &mut Tape, schema: &Schema, table: &Table) -> Option<Index> {
    let columns = indexable(space, table);
    let first = tape.pick(&columns)?.clone();
    let mut keys = vec![first];
    if tape.one_in(3) {
        keys.extend(tape.pick(&columns).filter(|second| **second != keys[0]).cloned());
    }
    let refs: Vec<&str> = keys.iter().map(String::as_str).collect();
    let name = constraint_name(&table.name, &refs, "idx");
    let taken = |name: &String| {
        table.indexes.contains_key(name)
            || schema.tables.values().any(|other| other.indexes.contains_key(name))
    };
    if taken(&name) {
        return None;
    }
    let mut index = Index::new(name, &keys);
    for key in &mut index.columns {
        key.order = if tape.one_in(4) { SortOrder::Descending } else { SortOrder::Ascending };
        if space.has(BackendFeature::IndexNullsOrder) && tape.one_in(4) {
            key.nulls = tape.pick(&[NullsOrder::First, NullsOrder::Last]).copied();
        }
    }
    let keyed = |name: &String| keyable(space, table).contains(name);
    if space.has(BackendFeature::ExpressionIndexes)
        && tape.one_in(6)
        && is_text(table, &keys[0])
        && keyed(&keys[0])
    {
        let lower = Expr::Function { name: "lower".to_owned(), arguments: vec![Expr::column(&keys[0])] };
        index.columns = vec![IndexColumn::new(lower)];
    }
    if space.has(BackendFeature::OperatorClasses) && tape.one_in(4) {
        for key in &mut index.columns {
            let is_text = |name: &str| matches!(table.columns[name].ty, SqlType::Varchar(_) | SqlType::Text);
            if matches!(&key.expr, Expr::Column(name) if is_text(name)) {
                key.class = Some("text_pattern_ops".to_owned());
            }
        }
    }
    if space.has(BackendFeature::PartialIndexes) && tape.one_in(6) {
        index.predicate = condition(tape, table, |column| holds_in_keys(space, column));
    }
    let others: Vec<&String> = columns.iter().filter(|name| !keys.contains(name)).collect();
    if space.has(BackendFeature::CoveringIndexes) && tape.one_in(6) {
        index.include.extend(tape.pick(&others).map(|name| (*name).clone()));
    }
    if space.has(BackendFeature::IndexMethods) && tape.one_in(6) && index.include.is_empty() {
        with_method(tape, table, &mut index);
    }
    Some(index)
}

/// Builds the index in another way than sorted.
fn with_method(tape: &mut Tape, table: &Table, index: &mut Index) {
    let of = |key: &IndexColumn, types: fn(&SqlType) -> bool| match &key.expr {
        Expr::Column(name) => types(&table.columns[name].ty),
        _ => false,
    };
    let has_blocks = |key: &IndexColumn| {
        !of(key, |ty| {
            matches!(
                ty,
                SqlType::Boolean | SqlType::Enum(_) | SqlType::Hstore | SqlType::Ltree | SqlType::TsVector
            )
        })
    };
    let has_no_hash = |ty: &SqlType| matches!(ty, SqlType::Bit(_) | SqlType::Ltree | SqlType::TsVector);
    if index.columns.first().is_some_and(|key| of(key, has_no_hash)) {
        return;
    }
    let brin = index.columns.iter().all(has_blocks) && tape.one_in(2);
    index.method = if brin { IndexMethod::Brin } else { IndexMethod::Hash };
    if index.method == IndexMethod::Hash {
        index.columns.truncate(1);
    }
    for key in &mut index.columns {
        (key.class, key.order, key.nulls) = (None, SortOrder::Ascending, None);
    }
}

fn indexable(space: &Space, table: &Table) -> Vec<String> {
    let can = |column: &&Column| is_indexable(&column.ty) && holds_in_keys(space, column);
    table.columns.values().filter(can).map(|column| column.name.clone()).collect()
}

fn is_text(table: &Table, column: &str) -> bool {
    table.columns.get(column).is_some_and(|column| column.ty.is_text())
}
