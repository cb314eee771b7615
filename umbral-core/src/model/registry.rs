//! The models of a program.

use super::{Model, ModelMeta};
use crate::schema::{Schema, Table};

/// A model found by linking: the derive submits one for each.
pub struct LinkedModel(pub &'static ModelMeta);

inventory::collect!(LinkedModel);

/// The models of a program. A value, passed in.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    models: Vec<&'static ModelMeta>,
}

impl Registry {
    /// No models.
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Every model that is linked into this program, in the order of application, file and line.
    ///
    /// The one place where something process-wide is read: what the linker collected.
    pub fn linked() -> Registry {
        let mut models: Vec<&'static ModelMeta> =
            inventory::iter::<LinkedModel>.into_iter().map(|linked| linked.0).collect();
        models.sort_by_key(|meta| (meta.app, meta.location, meta.name));
        Registry { models }
    }

    /// Adds a model.
    #[must_use]
    pub fn with<M: Model>(mut self) -> Registry {
        self.models.push(M::meta());
        self
    }

    /// Adds a model by what is known about it.
    #[must_use]
    pub fn with_meta(mut self, meta: &'static ModelMeta) -> Registry {
        self.models.push(meta);
        self
    }

    /// Its models, in order.
    pub fn models(&self) -> impl Iterator<Item = &'static ModelMeta> {
        self.models.iter().copied()
    }

    /// Its models, and behind each one those of the tables that its fields of many rows have of their own.
    pub fn tables(&self) -> impl Iterator<Item = &'static ModelMeta> {
        let between = |model: &'static ModelMeta| {
            let own = model.many.iter().filter(|many| many.own_table);
            own.filter_map(|many| many.through.map(|through| through()))
        };
        self.models().flat_map(move |model| std::iter::once(model).chain(between(model)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.models.is_empty()
    }

    /// The table of a model. Where the model references a table only by name, the key of the model that has the table
    /// is what it points at.
    ///
    /// # Errors
    /// As [`lower`](super::lower).
    pub fn lower(&self, meta: &ModelMeta) -> crate::error::Result<Table> {
        super::lower::lower_with(meta, &|table| {
            let model = self.models.iter().find(|model| model.table == table)?;
            model.key_field().map(|key| key.column)
        })
    }

    /// The schema of those of its models that are meant for the backend of this name.
    ///
    /// # Errors
    /// As [`lower`](super::lower), for the first model that cannot be lowered; the system check reports all.
    pub fn schema(&self, backend: Option<&str>) -> crate::error::Result<Schema> {
        let meant = |meta: &&'static ModelMeta| {
            backend.is_none_or(|backend| meta.backends.is_empty() || meta.backends.contains(&backend))
        };
        let tables: crate::error::Result<Vec<_>> =
            self.tables().filter(meant).map(|meta| self.lower(meta)).collect();
        Ok(Schema::new(tables?))
    }
}
