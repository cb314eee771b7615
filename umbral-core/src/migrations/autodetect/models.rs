//! The models as the autodetector sees them.

use crate::error::Result;
use crate::model::Registry;
use crate::schema::{Schema, Table};
use std::collections::BTreeMap;

/// The schema that the models want, with what they say about where it came from.
#[derive(Debug, Clone, Default)]
pub struct Models {
    /// The tables of all models.
    pub schema: Schema,
    /// Each table's application.
    pub owners: BTreeMap<String, String>,
    /// Names that a table had before, newest last.
    pub renamed_tables: BTreeMap<String, Vec<String>>,
    /// Names that a column had before, newest last, by table and column.
    pub renamed_columns: BTreeMap<(String, String), Vec<String>>,
    /// Names that labels of a column's enum had before, newest last, by table and column, and by the label.
    pub renamed_labels: BTreeMap<(String, String), BTreeMap<String, Vec<String>>>,
}

impl Models {
    /// What a registry's models want, those for one backend only among them.
    ///
    /// # Errors
    /// As [`lower`](crate::model::lower), for the first model that cannot be lowered.
    pub fn of(registry: &Registry) -> Result<Models> {
        let mut models = Models::default();
        for meta in registry.tables() {
            models = models.with(meta.app, registry.lower(meta)?);
            models.renamed_tables.insert(meta.table.to_owned(), owned(meta.renamed_from));
            for field in meta.fields {
                let column = (meta.table.to_owned(), field.column.to_owned());
                let labels = field.former_labels().map(|(label, former)| (label.to_owned(), owned(former)));
                models.renamed_labels.insert(column.clone(), labels.collect());
                models.renamed_columns.insert(column, owned(field.renamed_from));
            }
        }
        Ok(models)
    }

    /// Adds a table of an application.
    #[must_use]
    pub fn with(mut self, app: impl Into<String>, table: Table) -> Models {
        self.owners.insert(table.name.clone(), app.into());
        self.schema.tables.insert(table.name.clone(), table);
        self
    }

    /// Says what a table was called before.
    #[must_use]
    pub fn with_renamed_table(mut self, table: &str, from: &str) -> Models {
        self.renamed_tables.entry(table.to_owned()).or_default().push(from.to_owned());
        self
    }

    /// Says what a column was called before.
    #[must_use]
    pub fn with_renamed_column(mut self, table: &str, column: &str, from: &str) -> Models {
        let key = (table.to_owned(), column.to_owned());
        self.renamed_columns.entry(key).or_default().push(from.to_owned());
        self
    }

    /// Says what a label of a column's enum was called before.
    #[must_use]
    pub fn with_renamed_label(mut self, table: &str, column: &str, label: &str, from: &str) -> Models {
        let labels = self.renamed_labels.entry((table.to_owned(), column.to_owned())).or_default();
        labels.entry(label.to_owned()).or_default().push(from.to_owned());
        self
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
