//! What a command works on: the linked program, its settings, its database and its migrations.

use crate::project::Project;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use umbral_core::app::{App, MIGRATIONS_FOLDER, SETTINGS_FILE, Settings, application_of, merged};
use umbral_core::backend::{Access, DatabaseBackend, DatabaseUrl, Driver};
use umbral_core::error::{Error, ErrorKind, Result};
use umbral_core::migrations::{MigrationDirectory, MigrationSet};

/// The variable of the environment that names the database.
const DATABASE_URL: &str = "DATABASE_URL";

/// What a command works on.
pub(crate) struct Session<'a> {
    /// The linked program, with its settings.
    pub(crate) app: App,
    project: &'a Project,
    settings: Settings,
    database: Option<String>,
    environment: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Session<'a> {
    /// A session of a program. `database` is what `--database` says: nothing, an empty text for the default, an alias or a
    /// URL.
    pub(crate) fn new(
        project: &'a Project,
        app: App,
        database: Option<String>,
        environment: &'a dyn Fn(&str) -> Option<String>,
    ) -> Result<Session<'a>> {
        app.ready()?;
        let folder = project.settings.iter().find(|folder| folder.join(SETTINGS_FILE).is_file());
        let settings = folder.map_or_else(|| Ok(Settings::default()), |folder| Settings::load(folder))?;
        let app = app.settings(&settings);
        Ok(Session { app, project, settings, database, environment })
    }

    /// Whether `--database` was given.
    pub(crate) fn names_database(&self) -> bool {
        self.database.is_some()
    }

    /// The URL of the database, which may hold a password.
    pub(crate) fn url(&self) -> Result<DatabaseUrl> {
        match self.given() {
            Some((text, "")) => DatabaseUrl::parse(&text),
            Some((text, origin)) => DatabaseUrl::parse(&text).map_err(|error| error.context(origin)),
            None => self.configured(),
        }
    }

    /// What stands for the URL of the database, whether it is one or not: that is for the check to say.
    pub(crate) fn url_text(&self) -> Result<String> {
        match self.given() {
            Some((text, _)) => Ok(text),
            None => self.configured().map(|url| url.reveal().to_owned()),
        }
    }

    /// The alias or URL that `--database` names.
    fn named(&self) -> Option<&str> {
        self.database.as_deref().filter(|named| !named.is_empty())
    }

    /// A URL that was given as such, and the variable that it stands in.
    fn given(&self) -> Option<(String, &'static str)> {
        match self.named() {
            // An alias has no colon, and a URL has one behind its scheme.
            Some(url) => url.contains(':').then(|| (url.to_owned(), "")),
            None => {
                let url = (self.environment)(DATABASE_URL).filter(|url| !url.is_empty())?;
                Some((url, DATABASE_URL))
            }
        }
    }

    /// The URL that the settings hold.
    fn configured(&self) -> Result<DatabaseUrl> {
        self.settings.database(self.named(), self.environment)
    }

    /// The backend that the URL names, at the newest version that umbral is tested with.
    pub(crate) fn backend(&self) -> Result<Arc<dyn DatabaseBackend>> {
        self.app.backends().detect(&self.url()?).map(Arc::clone)
    }

    /// Connects to the database.
    pub(crate) async fn connect(&self, access: Access) -> Result<Box<dyn Driver>> {
        let mut options = self.app.pool_options().clone();
        options.access = access;
        self.app.connect(self.url()?.reveal(), &options).await
    }

    /// The folder of migration files.
    fn folder(&self) -> PathBuf {
        self.project.root.join(MIGRATIONS_FOLDER)
    }

    /// The label of the application whose migrations lie in the folder itself: what umbral.toml says first, else what
    /// the files there say, else the project's own crate, else the one application that has models.
    fn own_app(&self) -> Result<Option<String>> {
        if let Some(app) = self.settings.apps.first() {
            return Ok(Some(app.clone()));
        }
        if let Some(app) = application_of(&self.folder())? {
            return Ok(Some(app));
        }
        let linked: BTreeSet<&str> = self.app.registry().models().map(|model| model.app).collect();
        Ok(match (&self.project.app, linked.first()) {
            (Some(app), _) => Some(app.clone()),
            (None, Some(only)) if linked.len() == 1 => Some((*only).to_owned()),
            (None, _) => None,
        })
    }

    /// The folder of migrations, where the applications' files lie.
    pub(crate) fn directory(&self) -> Result<MigrationDirectory> {
        let own = self.own_app()?;
        let linked = self.app.registry().models().next();
        match (own, linked) {
            (Some(own), _) => Ok(MigrationDirectory::new(self.folder(), own)),
            // Without an own application there are folders of applications only.
            (None, None) => Ok(MigrationDirectory::new(self.folder(), "")),
            (None, Some(model)) => Err(Error::new(
                ErrorKind::Config,
                "the linked models belong to several applications, and nothing says which is this program's own",
            )
            .with_hint(format!("write `apps = [\"{}\", …]` into {SETTINGS_FILE}, its own first", model.app))),
        }
    }

    /// Every migration of the program: those in files, and for applications without files those compiled in.
    pub(crate) fn migrations(&self) -> Result<MigrationSet> {
        merged(self.directory()?.load()?, MigrationSet::linked()?)
    }

    /// The applications that get their migrations in files here: what umbral.toml says, else all that have no
    /// migrations compiled in or have files here.
    pub(crate) fn own_apps(&self) -> Result<Vec<String>> {
        if !self.settings.apps.is_empty() {
            return Ok(self.settings.apps.clone());
        }
        let (files, embedded) = (self.directory()?.load()?, MigrationSet::linked()?);
        let (files, embedded) = (files.apps(), embedded.apps());
        let linked: BTreeSet<&str> = self.app.registry().models().map(|model| model.app).collect();
        let elsewhere = |app: &&&str| embedded.contains(**app) && !files.contains(**app);
        let own = self.own_app()?;
        let kept = linked.iter().filter(|app| !elsewhere(app) || own.as_deref() == Some(**app));
        let kept: BTreeSet<&str> = kept.copied().chain(files.iter().copied()).collect();
        Ok(kept.into_iter().map(str::to_owned).collect())
    }

    /// A path as people write it: relative to the current directory where it lies beneath.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let here = std::env::current_dir().ok();
        let shown = here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
        let shown = shown.strip_prefix(".").unwrap_or(shown);
        shown.display().to_string()
    }
}
