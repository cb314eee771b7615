//! `backend.*`: the database that the URL names, and its version.

use super::{CheckContext, Finding};

/// The findings of this family.
pub(super) fn check(context: &CheckContext<'_>) -> Vec<Finding> {
    url_scheme(context).into_iter().chain(version(context)).collect()
}

/// `backend.url_scheme`: no backend answers to the URL.
fn url_scheme(context: &CheckContext<'_>) -> Option<Finding> {
    let error = context.url_error?;
    let finding = Finding::error("backend.url_scheme", error.to_string());
    Some(match error.hint() {
        Some(hint) => finding.hint(hint),
        None => finding,
    })
}

/// `backend.version`: the server is older than what umbral is tested with.
fn version(context: &CheckContext<'_>) -> Option<Finding> {
    let backend = context.backend?;
    let minimum = backend.minimum_version();
    (*backend.version() < minimum).then(|| {
        let (name, version) = (backend.name(), backend.version());
        let message =
            format!("{name} {version} is older than {minimum}, the oldest that umbral is tested with");
        Finding::error("backend.version", message)
            .hint(format!("upgrade the server to {name} {minimum} or newer"))
    })
}
