//! Migrations that are compiled into a program.

/// A migration's text, compiled into a program by `umbral::migrations!()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedMigration {
    /// The application's label.
    pub app: &'static str,
    /// The file's name without `.toml`.
    pub name: &'static str,
    /// The file's text.
    pub text: &'static str,
}

inventory::collect!(EmbeddedMigration);

/// Every migration that is linked into this program, sorted by application and name. Beside the linked models,
/// the one place where something process-wide is read: what the linker collected.
pub(super) fn linked() -> Vec<&'static EmbeddedMigration> {
    let mut embedded: Vec<_> = inventory::iter::<EmbeddedMigration>.into_iter().collect();
    embedded.sort_by_key(|migration| (migration.app, migration.name));
    embedded
}
