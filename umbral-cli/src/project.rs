//! The crate that a command works for.

use std::path::PathBuf;

/// The crate that a command works for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Project {
    /// Its folder, which holds `migrations/`.
    pub root: PathBuf,
    /// Folders that are looked for `umbral.toml`, in order.
    pub settings: Vec<PathBuf>,
    /// The label of its own application, whose migrations lie in `migrations/` itself; absent where the linked models
    /// tell.
    pub app: Option<String>,
}

impl Project {
    /// The project in the current directory.
    pub fn current_directory() -> Project {
        Project { root: PathBuf::from("."), settings: vec![PathBuf::from(".")], app: None }
    }

    /// A package in a folder of its own, whose settings may also stand in its workspace or in the current directory.
    pub fn package(
        app: impl Into<String>,
        root: impl Into<PathBuf>,
        workspace: impl Into<PathBuf>,
    ) -> Project {
        let root = root.into();
        let settings = vec![PathBuf::from("."), root.clone(), workspace.into()];
        Project { root, settings, app: Some(app.into()) }
    }
}
