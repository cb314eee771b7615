//! One thing that a check has found.

use crate::model::{FieldMeta, Location, ManyMeta, ModelMeta};
use std::borrow::Cow;
use std::fmt;

/// How bad a finding is, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Works, and is likely not what was meant.
    Warning,
    /// Cannot work: [`open`](crate::app::App::open) refuses to start.
    Error,
}

impl Severity {
    /// Its name in text and settings: `warning`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that a check has found.
///
/// ```
/// use umbral_core::check::Finding;
/// let finding = Finding::error("shop.currency", "no exchange rates are loaded").hint("run `shop load-rates`");
/// assert_eq!(
///     finding.to_string(),
///     "error[shop.currency]: no exchange rates are loaded\n  hint: run `shop load-rates`",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What was checked, in words joined by dots: `field.backend`. Stable: settings silence it by this.
    pub id: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, on what and why.
    pub message: String,
    /// The model that it is about.
    pub model: Option<String>,
    /// The field that it is about, of `model`.
    pub field: Option<String>,
    /// The field's Rust type as written.
    pub rust_type: Option<String>,
    /// Where the field, or else the model, is declared.
    pub location: Option<Location>,
    /// What to do about it.
    pub hint: Option<String>,
    /// The ids that the model or the field silences.
    pub(super) silenced: Vec<&'static str>,
}

impl Finding {
    /// A finding that is about no model.
    pub fn new(severity: Severity, id: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Finding {
        Finding {
            id: id.into(),
            severity,
            message: message.into(),
            model: None,
            field: None,
            rust_type: None,
            location: None,
            hint: None,
            silenced: Vec::new(),
        }
    }

    /// What cannot work.
    pub fn error(id: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Finding {
        Finding::new(Severity::Error, id, message)
    }

    /// What works and is likely not meant.
    pub fn warning(id: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Finding {
        Finding::new(Severity::Warning, id, message)
    }

    /// What is worth knowing.
    pub fn info(id: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Finding {
        Finding::new(Severity::Info, id, message)
    }

    /// Says that it is about this model; the model's `silence` holds for it.
    #[must_use]
    pub fn on_model(mut self, model: &'static ModelMeta) -> Finding {
        self.model = Some(model.name.to_owned());
        self.location = Some(model.location);
        self.silenced.extend(model.silenced);
        self
    }

    /// Says that it is about this field; the `silence` of both hold for it.
    #[must_use]
    pub fn on_field(self, model: &'static ModelMeta, field: &'static FieldMeta) -> Finding {
        let mut finding = self.on_model(model);
        finding.field = Some(field.name.to_owned());
        finding.rust_type = Some(field.rust_type.to_owned());
        finding.location = Some(field.location);
        finding.silenced.extend(field.silenced);
        finding
    }

    /// Says that it is about this relation to many rows; the `silence` of both hold for it.
    #[must_use]
    pub fn on_many(self, model: &'static ModelMeta, many: &'static ManyMeta) -> Finding {
        let mut finding = self.on_model(model);
        finding.field = Some(many.name.to_owned());
        finding.rust_type = Some(many.rust_type.to_owned());
        finding.location = Some(many.location);
        finding.silenced.extend(many.silenced);
        finding
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hint = Some(hint.into());
        self
    }

    /// `Article.tags: Vec<String>`, `Article`; nothing where it is about no model.
    fn subject(&self) -> Option<String> {
        let model = self.model.as_deref()?;
        Some(match (&self.field, &self.rust_type) {
            (Some(field), Some(rust_type)) => format!("{model}.{field}: {rust_type}"),
            (Some(field), None) => format!("{model}.{field}"),
            (None, _) => model.to_owned(),
        })
    }

    /// The order in which findings are shown: the worst first, then what is about no place, then by place.
    pub(super) fn sort_key(&self) -> impl Ord + '_ {
        (std::cmp::Reverse(self.severity), self.location, &self.model, &self.field, &self.id, &self.message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.id, self.message)?;
        match (&self.location, self.subject()) {
            (Some(location), Some(subject)) => write!(f, "\n  --> {location}  ({subject})")?,
            (Some(location), None) => write!(f, "\n  --> {location}")?,
            (None, Some(subject)) => write!(f, "\n  --> {subject}")?,
            (None, None) => {}
        }
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// In JSON a finding is flat, and every key is always there: `file` and `line` for its place, `type` for the
/// Rust type.
impl serde::Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("Finding", 9)?;
        object.serialize_field("id", &self.id)?;
        object.serialize_field("severity", &self.severity)?;
        object.serialize_field("message", &self.message)?;
        object.serialize_field("model", &self.model)?;
        object.serialize_field("field", &self.field)?;
        object.serialize_field("type", &self.rust_type)?;
        object.serialize_field("file", &self.location.map(|location| location.file))?;
        object.serialize_field("line", &self.location.map(|location| location.line))?;
        object.serialize_field("hint", &self.hint)?;
        object.end()
    }
}
