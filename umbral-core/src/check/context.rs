//! What checks look at.

use super::History;
use crate::backend::{BackendRegistry, DatabaseBackend};
use crate::error::Error;
use crate::model::{ModelMeta, Registry};

/// What checks look at. They are pure functions of it: a check reads neither files nor the database itself.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct CheckContext<'a> {
    /// Every model of the program.
    pub registry: &'a Registry,
    /// Every backend of the program.
    pub backends: &'a BackendRegistry,
    /// The backend to check against, bound to the connected server's version or to the newest that umbral is
    /// tested with; absent where the URL names none.
    pub backend: Option<&'a dyn DatabaseBackend>,
    /// Why there is no backend.
    pub url_error: Option<&'a Error>,
    /// What is known of the migrations; absent where nobody has looked.
    pub history: Option<&'a History>,
}

impl<'a> CheckContext<'a> {
    /// A context without a backend and without migrations.
    pub fn new(registry: &'a Registry, backends: &'a BackendRegistry) -> CheckContext<'a> {
        CheckContext { registry, backends, backend: None, url_error: None, history: None }
    }

    /// Checks against this backend.
    #[must_use]
    pub fn against(mut self, backend: &'a dyn DatabaseBackend) -> CheckContext<'a> {
        self.backend = Some(backend);
        self
    }

    /// Says why there is no backend.
    #[must_use]
    pub fn without_backend(mut self, error: &'a Error) -> CheckContext<'a> {
        self.url_error = Some(error);
        self
    }

    /// Says what is known of the migrations.
    #[must_use]
    pub fn with_history(mut self, history: &'a History) -> CheckContext<'a> {
        self.history = Some(history);
        self
    }

    /// The models that are meant for the backend; all of them where there is none.
    pub fn models(&self) -> impl Iterator<Item = &'static ModelMeta> + 'a {
        let backend = self.backend.map(|backend| backend.name());
        self.registry.models().filter(move |model| meant_for(model, backend))
    }

    /// Those models, and the tables between that their fields have of their own.
    pub fn tables(&self) -> impl Iterator<Item = &'static ModelMeta> + 'a {
        let backend = self.backend.map(|backend| backend.name());
        self.registry.tables().filter(move |model| meant_for(model, backend))
    }
}

/// Whether a model is meant for the backend of this name.
pub(super) fn meant_for(model: &ModelMeta, backend: Option<&str>) -> bool {
    model.backends.is_empty() || backend.is_none_or(|name| model.backends.contains(&name))
}
