//! All findings of one run, and how they are shown.

use super::{Finding, Severity};
use crate::backend::{DatabaseBackend, ServerVersion};
use crate::error::{Error, ErrorKind};
use std::fmt;
use std::time::Duration;

/// All findings of one run of the system check. `Display` is what `cargo umbral check` prints, `Serialize` is its
/// JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The findings that are not silenced, in the order in which they are shown.
    pub findings: Vec<Finding>,
    /// How many were silenced.
    pub silenced: usize,
    /// The backend's name and version that was checked against; absent where the URL names none.
    pub backend: Option<(String, ServerVersion)>,
    /// How many models were checked: those meant for the backend.
    pub models: usize,
    /// How long it took.
    pub elapsed: Duration,
}

impl Report {
    /// A report of findings, which it sorts.
    pub fn new(
        mut findings: Vec<Finding>,
        backend: Option<&dyn DatabaseBackend>,
        models: usize,
        elapsed: Duration,
    ) -> Report {
        findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        findings.dedup();
        let backend = backend.map(|backend| (backend.name().to_owned(), backend.version().clone()));
        Report { findings, silenced: 0, backend, models, elapsed }
    }

    /// How many findings are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether a finding is as bad as this, or worse.
    pub fn fails_at(&self, level: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= level)
    }

    /// `2 errors, 1 warning · sqlite 3.50.4 · 12 models in 3 ms`.
    pub fn summary(&self) -> String {
        let mut counts: Vec<String> = [(Severity::Error, "error"), (Severity::Warning, "warning")]
            .into_iter()
            .filter_map(|(severity, word)| plural(self.count(severity), word))
            .collect();
        counts.extend(match self.count(Severity::Info) {
            0 => None,
            count => Some(format!("{count} for information")),
        });
        if counts.is_empty() {
            counts.push("no problems".to_owned());
        }
        if self.silenced > 0 {
            counts.push(format!("{} silenced", self.silenced));
        }
        let backend = match &self.backend {
            Some((name, version)) => format!("{name} {version}"),
            None => "no backend".to_owned(),
        };
        let models = plural(self.models, "model").unwrap_or_else(|| "no models".to_owned());
        format!("{} · {backend} · {models} in {} ms", counts.join(", "), self.elapsed.as_millis())
    }

    /// The refusal to start that these findings amount to, with every one of them in its text; `None` where none
    /// is an error.
    pub fn refusal(&self) -> Option<Error> {
        let errors = plural(self.count(Severity::Error), "error")?;
        let findings: Vec<String> = self.findings.iter().map(Finding::to_string).collect();
        let message = format!("the system check found {errors}\n{}\n{}", findings.join("\n"), self.summary());
        Some(Error::new(ErrorKind::Check, message))
    }
}

fn plural(count: usize, word: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        f.write_str(&self.summary())
    }
}

impl serde::Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("Report", 8)?;
        object.serialize_field("findings", &self.findings)?;
        object.serialize_field("errors", &self.count(Severity::Error))?;
        object.serialize_field("warnings", &self.count(Severity::Warning))?;
        object.serialize_field("silenced", &self.silenced)?;
        object.serialize_field("backend", &self.backend.as_ref().map(|(name, _)| name))?;
        let version = self.backend.as_ref().map(|(_, version)| version.to_string());
        object.serialize_field("version", &version)?;
        object.serialize_field("models", &self.models)?;
        object
            .serialize_field("milliseconds", &u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX))?;
        object.end()
    }
}
