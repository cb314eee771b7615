//! A model to its table.

use super::index_meta::{ExclusionMeta, IndexMeta, KeyMeta};
use super::meta::{CheckMeta, DefaultMeta, FieldMeta, ModelMeta};
use super::relation_meta::{RelationKind, RelationMeta};
use super::together::Declared;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::expr::Literal;
use crate::schema::{
    Column, Constraint, ConstraintKind, ExclusionConstraint, ExclusionElement, Expr, ForeignKey, Generated,
    Index, IndexColumn, Table, UniqueConstraint, constraint_name,
};
use crate::value::{Choice, ChoiceValue};
use std::fmt::Display;

/// The key column of a table of which only the name is known.
const KEY_COLUMN: &str = "id";

/// The table of a model.
///
/// Constraints and indexes that the model does not name are named after what they cover (see [`constraint_name`]).
/// A plain field with `references = "table"` points at that table's column `id`, or at `table(column)`; within a
/// program, [`Registry::lower`](super::Registry::lower) finds the key of the model that has the table.
///
/// # Errors
/// [`ErrorKind::Schema`] where an expression of the model cannot be read, reads what is no field of it, or where two
/// different constraints get one name; the message names the model, the field and its place.
pub fn lower(meta: &ModelMeta) -> Result<Table> {
    lower_with(meta, &|_| None)
}

/// As [`lower`], with the key columns of the tables of other models.
pub(super) fn lower_with(meta: &ModelMeta, key_of: &dyn Fn(&str) -> Option<&'static str>) -> Result<Table> {
    let mut lowering =
        Lowering { meta, table: Table::new(meta.table).with_backends(meta.backends.iter().copied()) };
    lowering.table.comment = meta.comment.map(str::to_owned);
    for field in meta.fields {
        lowering.column(field)?;
    }
    for field in meta.fields {
        lowering.generated(field)?;
    }
    lowering.table.primary_key = meta.key_fields().map(|key| key.column.to_owned()).collect();
    for field in meta.fields {
        lowering.field_constraints(field, key_of)?;
    }
    for declared in meta.declared() {
        lowering.together(&declared)?;
    }
    Ok(lowering.table)
}

struct Lowering<'m> {
    meta: &'m ModelMeta,
    table: Table,
}

impl Lowering<'_> {
    fn error(&self, place: &dyn Display, what: impl Display) -> Error {
        Error::new(ErrorKind::Schema, format!("{place}: {what}"))
    }

    fn field_error(&self, field: &FieldMeta, what: impl Display) -> Error {
        let place = format!("{}.{} ({})", self.meta.name, field.name, field.location);
        self.error(&place, what)
    }

    fn model_error(&self, what: impl Display) -> Error {
        self.error(&format!("{} ({})", self.meta.name, self.meta.location), what)
    }

    /// An error in what the model, or a struct in it, says of several fields.
    fn error_in(&self, declared: &Declared, what: impl Display) -> Error {
        match declared.from {
            Some(field) => {
                let place = format!("{}.{} ({})", self.meta.name, field.holder(), field.location);
                self.error(&place, what)
            }
            None => self.model_error(what),
        }
    }

    fn column(&mut self, field: &FieldMeta) -> Result<()> {
        let ty = field.column_type();
        let is_key = self.meta.key_fields().any(|key| key.name == field.name);
        let column = Column {
            name: field.column.to_owned(),
            nullable: field.nullable,
            identity: field.auto && is_key && ty.may_be_counted(),
            ty,
            default: self.default(field)?,
            // It reads columns that may come later.
            generated: None,
            collation: field.collation.map(str::to_owned),
            comment: field.comment.map(str::to_owned),
        };
        match self.table.columns.insert(column.name.clone(), column) {
            None => Ok(()),
            Some(column) => {
                Err(self
                    .field_error(field, format!("another field has the column `{}` already", column.name)))
            }
        }
    }

    /// What a field is generated from; the columns that it may read are there.
    fn generated(&mut self, field: &FieldMeta) -> Result<()> {
        let Some(generated) = field.generated else { return Ok(()) };
        let what = "expression of a generated field";
        let expr =
            self.expr(what, generated.expr, Some(field)).map_err(|why| self.field_error(field, why))?;
        if let Some(column) = self.table.columns.get_mut(field.column) {
            column.generated = Some(Generated { expr, stored: generated.stored });
        }
        Ok(())
    }

    fn default(&self, field: &FieldMeta) -> Result<Option<Expr>> {
        let default = match field.default {
            DefaultMeta::None => None,
            DefaultMeta::Now => Some(Expr::Now),
            DefaultMeta::Value(text) => match text.parse::<Expr>() {
                Ok(value) => Some(value),
                Err(error) => {
                    return Err(
                        self.field_error(field, format!("the default cannot be read: {error}: `{text}`"))
                    );
                }
            },
            DefaultMeta::Sql(text) => Some(text.parse().unwrap_or_else(|_| Expr::Raw(text.to_owned()))),
        };
        // Without a default, a column that is left out is NULL as well.
        Ok(default.map(Expr::simplified).filter(|default| *default != Expr::Literal(Literal::Null)))
    }

    fn field_constraints(
        &mut self,
        field: &FieldMeta,
        key_of: &dyn Fn(&str) -> Option<&'static str>,
    ) -> Result<()> {
        let columns = [field.column];
        let is_key = self.table.primary_key == columns;
        let one_to_one = field.relation.is_some_and(|relation| relation.kind == RelationKind::OneToOne);
        let unique = field.unique || one_to_one;
        if let Some(relation) = &field.relation {
            let name = constraint_name(self.meta.table, &columns, "fk");
            self.constraint(Constraint::foreign_key(name, foreign_key(field, relation, key_of)))?;
        }
        if unique && !is_key {
            self.constraint(Constraint::unique(constraint_name(self.meta.table, &columns, "uniq"), columns))?;
        }
        if field.index && !unique && !is_key {
            self.index(Index::new(constraint_name(self.meta.table, &columns, "idx"), columns))?;
        }
        if let Some(text) = field.check {
            let expr = self.expr("check", text, Some(field)).map_err(|why| self.field_error(field, why))?;
            self.constraint(Constraint::check(constraint_name(self.meta.table, &columns, "check"), expr))?;
        }
        // An enum of the database's own holds no others by itself.
        if !field.choices.is_empty() && field.column_type().enum_of().is_none() {
            let name = constraint_name(self.meta.table, &columns, "choices");
            self.constraint(Constraint::check(name, one_of(field.column, field.choices)))?;
        }
        Ok(())
    }

    /// Indexes and constraints over several fields.
    fn together(&mut self, declared: &Declared) -> Result<()> {
        for unique in declared.uniques {
            self.unique(unique, declared)?;
        }
        for index in declared.indexes {
            let index = self.index_of(index, "idx", declared)?;
            self.index(index)?;
        }
        for check in declared.checks {
            self.check(check, declared)?;
        }
        for exclusion in declared.exclusions {
            self.exclusion(exclusion, declared)?;
        }
        Ok(())
    }

    fn check(&mut self, check: &CheckMeta, declared: &Declared) -> Result<()> {
        let expr = self.expr("check", check.expr, declared.from);
        let expr = expr.map_err(|why| self.error_in(declared, why))?;
        if let Some(name) = check.name {
            return self.constraint(Constraint::check(name, expr));
        }
        let columns: Vec<&str> = expr.columns().into_iter().collect();
        let mut name = constraint_name(self.meta.table, &columns, "check");
        let mut number = 2;
        // Several checks may read the same columns.
        while self.table.constraints.contains_key(&name) {
            let counted = number.to_string();
            let numbered: Vec<&str> = columns.iter().copied().chain([counted.as_str()]).collect();
            name = constraint_name(self.meta.table, &numbered, "check");
            number += 1;
        }
        self.constraint(Constraint::check(name, expr))
    }

    /// Reads an expression whose names are fields or columns of the model, or of what the field `from` lies in.
    fn expr(&self, what: &str, text: &str, from: Option<&FieldMeta>) -> Result<Expr, String> {
        let expr = self.meta.read(text, from);
        let expr = expr.map_err(|error| format!("the {what} cannot be read: {error}: `{text}`"))?;
        self.over_columns(what, expr, from)
    }

    /// An expression over fields or columns as one over columns.
    fn over_columns(&self, what: &str, expr: Expr, from: Option<&FieldMeta>) -> Result<Expr, String> {
        if let Some(unknown) = expr.columns().into_iter().find(|name| self.meta.named(name, from).is_none()) {
            return Err(format!(
                "the {what} reads `{unknown}`, which is no field of {}: `{expr}`",
                self.meta.name
            ));
        }
        let expr = expr.map(&mut |expr| match expr {
            Expr::Column(name) => {
                let field = self.meta.named(&name, from);
                Expr::Column(field.map_or(name, |field| field.column.to_owned()))
            }
            other => other,
        });
        Ok(expr.simplified())
    }

    /// A constraint where it covers fields alone, and otherwise a unique index.
    fn unique(&mut self, unique: &IndexMeta, declared: &Declared) -> Result<()> {
        let index = self.index_of(unique, "uniq", declared)?;
        if !unique.is_plain() {
            return self.index(index.unique());
        }
        let demand = UniqueConstraint {
            nulls_not_distinct: unique.nulls_not_distinct,
            deferrable: unique.deferrable,
            ..UniqueConstraint::new(unique.fields().filter_map(|number| self.column_of(number, declared)))
        };
        self.constraint(Constraint { name: index.name, kind: ConstraintKind::Unique(demand) })
    }

    fn exclusion(&mut self, exclusion: &ExclusionMeta, declared: &Declared) -> Result<()> {
        let index = self.index_of(&exclusion.index, "excl", declared)?;
        let Index { name, columns, predicate, method, .. } = index;
        let element = |(key, operator): (IndexColumn, &&str)| {
            let operator = operator.parse().map_err(|why: String| self.error_in(declared, why))?;
            Ok(ExclusionElement { key, operator })
        };
        let elements: Result<Vec<ExclusionElement>> =
            columns.into_iter().zip(exclusion.operators).map(element).collect();
        let deferrable = exclusion.index.deferrable;
        let demand = ExclusionConstraint { elements: elements?, method, predicate, deferrable };
        self.constraint(Constraint::exclusion(name, demand))
    }

    fn index_of(&self, meta: &IndexMeta, suffix: &str, declared: &Declared) -> Result<Index> {
        let keys: Result<Vec<IndexColumn>> =
            meta.keys.iter().filter_map(|key| self.key(key, declared).transpose()).collect();
        let keys = keys?;
        let mut read: Vec<&str> = Vec::new();
        for column in keys.iter().flat_map(|key| key.expr.columns()) {
            if !read.contains(&column) {
                read.push(column);
            }
        }
        let name = meta.name.map_or_else(|| constraint_name(self.meta.table, &read, suffix), str::to_owned);
        let condition = |text| self.expr("condition of an index", text, declared.from);
        let predicate = meta.predicate.map(condition).transpose();
        let predicate = predicate.map_err(|why| self.error_in(declared, why))?;
        let include = meta.include.iter().filter_map(|number| self.column_of(*number, declared));
        let include = include.map(str::to_owned);
        let mut index = Index {
            predicate,
            method: meta.method,
            include: include.collect(),
            nulls_not_distinct: meta.nulls_not_distinct,
            columns: keys.clone(),
            ..Index::new(name, [] as [&str; 0])
        };
        // What an embedded struct says has no name of its own, and several may be over the same columns.
        let mut number = 2;
        while declared.from.is_some() && self.has_another(&index) {
            let counted = number.to_string();
            let numbered: Vec<&str> = read.iter().copied().chain([counted.as_str()]).collect();
            index.name = constraint_name(self.meta.table, &numbered, suffix);
            number += 1;
        }
        Ok(index)
    }

    /// Whether its name is that of another one, which is not the same.
    fn has_another(&self, index: &Index) -> bool {
        match self.table.indexes.get(&index.name) {
            Some(there) => *there != Index { unique: there.unique, ..index.clone() },
            None => self.table.exclusions().any(|(name, _)| name == index.name),
        }
    }

    fn key(&self, key: &KeyMeta, declared: &Declared) -> Result<Option<IndexColumn>> {
        Ok(match key {
            KeyMeta::Field(number) => {
                self.column_of(*number, declared).map(|name| IndexColumn::new(Expr::column(name)))
            }
            KeyMeta::Descending(number) => {
                self.column_of(*number, declared).map(|name| IndexColumn::descending(Expr::column(name)))
            }
            KeyMeta::Expr(text) => {
                let key: IndexColumn = self.meta.read(text, declared.from).map_err(|error| {
                    self.error_in(declared, format!("the index key cannot be read: {error}: `{text}`"))
                })?;
                let expr = self.over_columns("index key", key.expr, declared.from);
                let expr = expr.map_err(|why| self.error_in(declared, why))?;
                Some(IndexColumn { expr, ..key })
            }
        })
    }

    fn column_of(&self, number: u16, declared: &Declared) -> Option<&'static str> {
        self.meta.fields.get(usize::from(declared.number(number))).map(|field| field.column)
    }

    /// Adds a constraint. The same one again, as of a unique field that is listed once more, adds nothing.
    fn constraint(&mut self, constraint: Constraint) -> Result<()> {
        match self.table.constraints.get(&constraint.name) {
            Some(there) if *there != constraint => {
                Err(self.model_error(format!("two constraints have the name `{}`", constraint.name)))
            }
            Some(_) => Ok(()),
            None => {
                self.table.constraints.insert(constraint.name.clone(), constraint);
                Ok(())
            }
        }
    }

    /// Adds an index, as [`constraint`](Lowering::constraint) adds a constraint.
    fn index(&mut self, index: Index) -> Result<()> {
        match self.table.indexes.get(&index.name) {
            Some(there) if *there != index => {
                Err(self.model_error(format!("two indexes have the name `{}`", index.name)))
            }
            Some(_) => Ok(()),
            None => {
                self.table.indexes.insert(index.name.clone(), index);
                Ok(())
            }
        }
    }
}

/// `column IN (…)`.
fn one_of(column: &str, choices: &[Choice]) -> Expr {
    let constant = |choice: &Choice| match choice.value {
        ChoiceValue::Text(text) => Expr::text(text),
        ChoiceValue::Integer(number) => Expr::integer(number),
    };
    let list = choices.iter().map(constant).collect();
    Expr::In { operand: Box::new(Expr::column(column)), list, negated: false }.simplified()
}

fn foreign_key(
    field: &FieldMeta,
    relation: &RelationMeta,
    key_of: &dyn Fn(&str) -> Option<&'static str>,
) -> ForeignKey {
    let table = relation.target_table();
    let of_model = relation.target.and_then(|target| target().key_field()).map(|key| key.column);
    let column = of_model.or(relation.target_column()).or_else(|| key_of(table)).unwrap_or(KEY_COLUMN);
    ForeignKey {
        columns: vec![field.column.to_owned()],
        table: table.to_owned(),
        references: vec![column.to_owned()],
        on_delete: relation.on_delete,
        on_update: relation.on_update,
        deferrable: relation.deferrable,
    }
}

#[cfg(test)]
mod tests;
