//! Exclusion constraints.

use super::tables::{condition, deferrable, holds_in_keys, keyable};
use super::{Space, Tape};
use umbral_core::backend::BackendFeature;
use umbral_core::schema::{
    Constraint, ExclusionConstraint, ExclusionElement, ExclusionOperator, Expr, IndexMethod, NullsOrder,
    SortOrder, SqlType, Table, constraint_name,
};

/// A random exclusion constraint that the rows of [`rows`](super::rows) meet: they differ in every column that can be a
/// key, and their networks and ranges overlap nowhere.
pub(super) fn exclusion(space: &Space, tape: &mut Tape, table: &Table) -> Option<Constraint> {
    // Two rows at most could differ in a boolean.
    let varies = |name: &String| table.columns[name].ty != SqlType::Boolean;
    let columns: Vec<String> = keyable(space, table).into_iter().filter(varies).collect();
    let overlapping: Vec<String> =
        columns.iter().filter(|name| overlaps(&table.columns[*name].ty)).cloned().collect();
    let mut exclusion = match tape.pick(&overlapping) {
        Some(column) if tape.one_in(2) => overlap(table, column)?,
        _ => equality(tape, table, &columns)?,
    };
    if tape.one_in(4) {
        exclusion.predicate = condition(tape, table, |column| holds_in_keys(space, column));
    }
    exclusion.deferrable = deferrable(space, tape, BackendFeature::ExclusionConstraints);
    let name = constraint_name(&table.name, &exclusion.columns(), "excl");
    Some(Constraint::exclusion(name, exclusion))
}

/// Whether values of the type overlap or do not.
fn overlaps(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Cidr | SqlType::Range(_))
}

fn overlap(table: &Table, column: &str) -> Option<ExclusionConstraint> {
    let mut element = ExclusionElement::new(Expr::column(column), "&&".parse().ok()?);
    if table.columns[column].ty == SqlType::Cidr {
        element.key.class = Some("inet_ops".to_owned());
    }
    Some(ExclusionConstraint { method: IndexMethod::Gist, ..ExclusionConstraint::new([element]) })
}

fn equality(tape: &mut Tape, table: &Table, columns: &[String]) -> Option<ExclusionConstraint> {
    let equal: ExclusionOperator = "=".parse().ok()?;
    let first = tape.pick(columns)?;
    let second = if tape.one_in(3) { tape.pick(columns).filter(|second| *second != first) } else { None };
    let elements = [first].into_iter().chain(second);
    let mut exclusion = ExclusionConstraint::new(
        elements.map(|column| ExclusionElement::new(Expr::column(column), equal.clone())),
    );
    let has_no_hash = matches!(table.columns[first].ty, SqlType::Bit(_) | SqlType::Ltree | SqlType::TsVector);
    if exclusion.elements.len() == 1 && !has_no_hash && tape.one_in(3) {
        exclusion.method = IndexMethod::Hash;
        return Some(exclusion);
    }
    for element in &mut exclusion.elements {
        let is_text = |name: &str| matches!(table.columns[name].ty, SqlType::Varchar(_) | SqlType::Text);
        if tape.one_in(4) && matches!(&element.key.expr, Expr::Column(name) if is_text(name)) {
            element.key.class = Some("text_pattern_ops".to_owned());
        }
        if tape.one_in(4) {
            element.key.order = SortOrder::Descending;
        }
        if tape.one_in(4) {
            element.key.nulls = tape.pick(&[NullsOrder::First, NullsOrder::Last]).copied();
        }
    }
    Some(exclusion)
}
