//! Exclusion constraints.

use super::tables::{condition, deferrable, holds_in_keys, keyable};
use super::{Space, Tape};
use umbral_core::backend::BackendFeature;
use umbral_core::schema::{
    Constraint, ExclusionConstraint, ExclusionElement, ExclusionOperator, Expr, IndexMethod, NullsOrder,
    SortOrder, SqlType, Table, constraint_name,
};

/// A random exclusion constraint that the rows of [`rows`](super::rows) meet: they differ in every column that can be a
/// key, and their networks overlap nowhere.
pub(super) fn exclusion(space: &Space, tape: &mut Tape, table: &Table) -> Option<Constraint> {
    // Two rows at most could differ in a boolean.
    let varies = |name: &String| table.columns[name].ty != SqlType::Boolean;
    let columns: Vec<String> = keyable(space, table).into_iter().filter(varies).collect();
    let networks: Vec<String> =
        columns.iter().filter(|name| table.columns[*name].ty == SqlType::Cidr).cloned().collect();
    let mut exclusion = match tape.pick(&networks) {
        Some(network) if tape.one_in(2) => overlap(network)?,
        _ => equality(tape, table, &columns)?,
    };
    if tape.one_in(4) {
        exclusion.predicate = condition(tape, table, |column| holds_in_keys(space, column));
    }
    exclusion.deferrable = deferrable(space, tape, BackendFeature::ExclusionConstraints);
    let name = constraint_name(&table.name, &exclusion.columns(), "excl");
    Some(Constraint::exclusion(name, exclusion))
}

fn overlap(network: &str) -> Option<ExclusionConstraint> {
    let mut element = ExclusionElement::new(Expr::column(network), "&&".parse().ok()?);
    element.key.class = Some("inet_ops".to_owned());
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
    let is_bit = matches!(table.columns[first].ty, SqlType::Bit(_));
    if exclusion.elements.len() == 1 && !is_bit && tape.one_in(3) {
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
