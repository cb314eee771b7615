//! Exclusion constraints: what must be there before one is made, and what it means that rows stand against it.
//!
//! Whether rows do is left to the server, which finds them by the constraint's own index: a query without one would
//! compare every row with every other.

use super::super::ddl::{constraint_definition, key_text};
use super::super::text::{identifier, quoted};
use super::super::types;
use super::{Walk, refusals};
use crate::backend::standard::expr_type::type_of;
use crate::backend::{Dialect, ExprContext, Refusal, Step, StepKind};
use crate::error::Result;
use crate::schema::{Constraint, ExclusionConstraint, ExclusionElement, IndexMethod, SqlType, Table};

impl Walk<'_> {
    /// Adds an exclusion constraint to a table that may have rows.
    pub(super) fn add_exclusion(
        &mut self,
        table: &Table,
        constraint: &Constraint,
        exclusion: &ExclusionConstraint,
    ) -> Result<()> {
        self.refuse_missing_operators(table, &constraint.name, exclusion);
        let definition = constraint_definition(self.backend, table, constraint)?;
        let sql = format!("ALTER TABLE {} ADD {definition}", identifier(&table.name));
        let kind = match self.empty_tables.contains(&table.name) {
            true => StepKind::Execute,
            false => StepKind::Constrain(Refusal {
                message: format!(
                    "rows of {} exclude each other by the new constraint {}: {}",
                    table.name,
                    constraint.name,
                    exclusion.summary()
                ),
                find: Some(self.excluding_rows(table, exclusion)?),
                hint: "change or remove one row of each pair first".to_owned(),
            }),
        };
        self.steps.push(Step { sql, kind });
        Ok(())
    }

    /// An operator, or the class that brings it, may be an extension's that nobody created in the database.
    pub(super) fn refuse_missing_operators(
        &mut self,
        table: &Table,
        constraint: &str,
        exclusion: &ExclusionConstraint,
    ) {
        for element in &exclusion.elements {
            let class = element.key.class.as_deref();
            let missing_class =
                class.map(|class| refusals::missing_class(class, constraint, exclusion.method));
            self.steps.extend(missing_class);
            self.steps.extend(missing_operator(table, constraint, exclusion.method, element));
        }
    }

    /// A query for the pairs of rows that exclude each other, by their primary keys and what is compared.
    fn excluding_rows(&self, table: &Table, exclusion: &ExclusionConstraint) -> Result<String> {
        let mut held = vec!["ctid AS place".to_owned()];
        let mut shown = Vec::new();
        for (number, column) in table.primary_key.iter().enumerate() {
            held.push(format!("{} AS id_{number}", identifier(column)));
            shown.push(format!("one.id_{number}, other.id_{number}"));
        }
        let mut conditions = vec!["one.place < other.place".to_owned()];
        for (number, element) in exclusion.elements.iter().enumerate() {
            held.push(format!("{} AS key_{number}", key_text(self.backend, table, &element.key.expr)?));
            shown.push(format!("one.key_{number}, other.key_{number}"));
            conditions.push(format!("one.key_{number} {} other.key_{number}", element.operator));
        }
        let mut rows = format!("SELECT {} FROM {}", held.join(", "), identifier(&table.name));
        if let Some(predicate) = &exclusion.predicate {
            rows.push_str(&format!(" WHERE {}", self.backend.expr(predicate, ExprContext::of(table))?));
        }
        let (shown, conditions) = (shown.join(", "), conditions.join(" AND "));
        Ok(format!(
            "WITH compared AS ({rows}) SELECT {shown} FROM compared one JOIN compared other ON {conditions}"
        ))
    }
}

/// No operator class of the method has the operator for what is compared. `None`: of which type that is, the server
/// alone knows.
fn missing_operator(
    table: &Table,
    constraint: &str,
    method: IndexMethod,
    element: &ExclusionElement,
) -> Option<Step> {
    let ty = type_of(&element.key.expr, Some(table));
    let (of, what) = match (&element.key.class, &ty) {
        (Some(class), ty) => {
            let named = format!("c.opcname = {} AND pg_opclass_is_visible(c.oid)", quoted(class));
            let takes = ty.as_ref().map(|ty| format!(" AND {}", takes(ty))).unwrap_or_default();
            let of = ty.as_ref().map(|ty| format!("{ty} in ")).unwrap_or_default();
            (format!("{named}{takes}"), format!("{of}the operator class {class}"))
        }
        (None, Some(ty)) => (format!("c.opcdefault AND {}", takes(ty)), ty.to_string()),
        (None, None) => return None,
    };
    let operator = element.operator.as_str();
    let classes = format!(
        "FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod JOIN pg_amop a ON a.amopfamily = c.opcfamily AND \
         a.amopmethod = m.oid AND a.amoppurpose = 's' AND a.amoplefttype = c.opcintype AND a.amoprighttype = \
         c.opcintype JOIN pg_operator o ON o.oid = a.amopopr AND o.oprcom = o.oid WHERE m.amname = {} AND o.oprname = {}",
        quoted(method.name()),
        quoted(operator)
    );
    let refusal = Refusal {
        message: format!(
            "{constraint} excludes rows by the operator {operator} of {what}, which a {method} index of the database \
             does not have",
            method = method.name()
        ),
        find: Some(format!("SELECT c.opcname, c.opcintype::regtype, c.opcdefault {classes}")),
        hint: hint(method, element, ty.as_ref()),
    };
    let sql = format!("SELECT count(*) WHERE NOT EXISTS (SELECT 1 {classes} AND {of})");
    Some(Step { sql, kind: StepKind::Refuse(refusal) })
}

/// Whether an operator class takes values of the type, as they are or as what they are held as.
fn takes(ty: &SqlType) -> String {
    let any = match ty {
        SqlType::Enum(_) => "anyenum",
        SqlType::Array(_) => "anyarray",
        SqlType::Range(_) => "anyrange",
        ty => {
            let ty = quoted(&types::name(ty));
            return format!(
                "(c.opcintype = {ty}::regtype OR EXISTS (SELECT 1 FROM pg_cast k WHERE k.castsource = {ty}::regtype AND \
                 k.casttarget = c.opcintype AND k.castmethod = 'b'))"
            );
        }
    };
    format!("c.opcintype = '{any}'::regtype")
}

fn hint(method: IndexMethod, element: &ExclusionElement, ty: Option<&SqlType>) -> String {
    let is_network = matches!(ty, Some(SqlType::Inet | SqlType::Cidr));
    let compares = matches!(element.operator.as_str(), "=" | "<>");
    let (expr, operator) = (&element.key.expr, &element.operator);
    match element.key.class {
        None if method == IndexMethod::Gist && compares => {
            "create the extension in the database before: CREATE EXTENSION btree_gist, in a run_sql of its own"
                .to_owned()
        }
        None if method == IndexMethod::Gist && is_network => {
            format!("name the operator class that has it: `{expr} inet_ops with {operator}`")
        }
        _ => "name an operator class that has it, or create the extension that brings one before, in a run_sql of its \
              own"
            .to_owned(),
    }
}
