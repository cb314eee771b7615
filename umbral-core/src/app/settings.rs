//! `umbral.toml`: databases, applications, silenced checks.

use crate::backend::DatabaseUrl;
use crate::check::Severity;
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use toml::{Table, Value};

/// The settings file's name.
pub const SETTINGS_FILE: &str = "umbral.toml";

/// The database where neither a setting nor `DATABASE_URL` names one.
pub const DEFAULT_URL: &str = "sqlite://db.sqlite3";

/// The alias that is used where none is named.
const DEFAULT_ALIAS: &str = "default";

/// What `umbral.toml` says.
///
/// ```
/// use umbral_core::app::Settings;
/// let text = r#"
///     default = "main"
///     apps = ["shop"]
///     silenced_checks = ["model.index.fk"]
///
///     [databases]
///     main = "postgres://shop:${SHOP_PASSWORD}@db/shop"
///     reports = "sqlite://reports.sqlite3"
///
///     [severity]
///     "migrations.ahead" = "error"
/// "#;
/// let settings = Settings::parse(text).unwrap();
/// let environment = |name: &str| (name == "SHOP_PASSWORD").then(|| "secret".to_owned());
/// let url = settings.database(None, &environment).unwrap();
/// assert_eq!(url.reveal(), "postgres://shop:secret@db/shop");
/// assert_eq!(url.to_string(), "postgres://shop:***@db/shop");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The database URLs by alias, as written: `${NAME}` stands for a variable of the environment.
    databases: BTreeMap<String, String>,
    /// The alias that is used where none is named; by default `default`.
    pub default: Option<String>,
    /// The applications whose migrations this project keeps; empty: those of its own crates.
    pub apps: Vec<String>,
    /// Checks that are silenced, by id.
    pub silenced_checks: Vec<String>,
    /// How bad findings are, by id.
    pub severities: BTreeMap<String, Severity>,
}

impl Settings {
    /// Reads the text of an `umbral.toml`.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] naming the line or the key. The text itself is not shown, since it may hold a password.
    pub fn parse(text: &str) -> Result<Settings> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line =
                error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let reason = error.message().lines().next().unwrap_or("no TOML").to_owned();
            Error::new(ErrorKind::Config, format!("{SETTINGS_FILE} cannot be read: line {line}: {reason}"))
        })?;
        let mut settings = Settings::default();
        for (key, value) in &table {
            match key.as_str() {
                "databases" => settings.databases = texts(key, value)?,
                "default" => settings.default = Some(text_of(key, value)?.to_owned()),
                "apps" => settings.apps = list(key, value)?,
                "silenced_checks" => settings.silenced_checks = list(key, value)?,
                "severity" => settings.severities = severities(key, value)?,
                _ => return Err(unknown(key)),
            }
        }
        settings.check_default()?;
        Ok(settings)
    }

    /// Reads the `umbral.toml` of a folder; nothing is set where there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where the file cannot be read, and as [`Settings::parse`].
    pub fn load(folder: &Path) -> Result<Settings> {
        let path = folder.join(SETTINGS_FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Settings::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Settings::default()),
            Err(error) => {
                Err(Error::new(ErrorKind::Io, format!("{} cannot be read: {error}", path.display()))
                    .with_source(error))
            }
        }
    }

    /// The URL of a database: of this alias, or where none is named of the default alias, or [`DEFAULT_URL`].
    /// `environment` gives the variables that `${NAME}` stands for.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for an unknown alias or variable.
    pub fn database(
        &self,
        alias: Option<&str>,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<DatabaseUrl> {
        let name = alias.or(self.default.as_deref()).unwrap_or(DEFAULT_ALIAS);
        match (self.databases.get(name), alias) {
            (Some(text), _) => DatabaseUrl::parse(&expand(name, text, environment)?),
            (None, Some(alias)) => Err(self.unknown_alias(alias)),
            (None, None) => match self.only_database() {
                Some((name, text)) => DatabaseUrl::parse(&expand(name, text, environment)?),
                None => DatabaseUrl::parse(DEFAULT_URL),
            },
        }
    }

    /// The aliases, in alphabetical order.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.databases.keys().map(String::as_str)
    }

    /// The one database, where there is one: it needs no `default`.
    fn only_database(&self) -> Option<(&str, &str)> {
        let mut all = self.databases.iter();
        let (name, text) = all.next()?;
        all.next().is_none().then_some((name.as_str(), text.as_str()))
    }

    fn check_default(&self) -> Result<()> {
        match &self.default {
            Some(alias) if !self.databases.contains_key(alias) => Err(self.unknown_alias(alias)),
            None if self.databases.len() > 1 && !self.databases.contains_key(DEFAULT_ALIAS) => {
                Err(Error::new(
                    ErrorKind::Config,
                    format!(
                        "{SETTINGS_FILE} has {} databases, and does not say which is the default",
                        self.databases.len()
                    ),
                )
                .with_hint("add `default = \"alias\"` at its top"))
            }
            _ => Ok(()),
        }
    }

    fn unknown_alias(&self, alias: &str) -> Error {
        let aliases: Vec<&str> = self.aliases().collect();
        let known = if aliases.is_empty() { "none".to_owned() } else { aliases.join(", ") };
        Error::new(ErrorKind::Config, format!("no database `{alias}` in {SETTINGS_FILE}; there are: {known}"))
            .with_hint(format!("add it under [databases] in {SETTINGS_FILE}, or give a whole URL"))
    }
}

/// Shows no URL as written: it may hold a password.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("databases", &self.aliases().collect::<Vec<_>>())
            .field("default", &self.default)
            .field("apps", &self.apps)
            .field("silenced_checks", &self.silenced_checks)
            .field("severities", &self.severities)
            .finish()
    }
}

/// The text with each `${NAME}` replaced.
fn expand(alias: &str, text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else {
            return Err(Error::new(
                ErrorKind::Config,
                format!("the database `{alias}` in {SETTINGS_FILE} has a `${{` without a `}}`"),
            ));
        };
        let Some(value) = environment(name) else {
            return Err(Error::new(
                ErrorKind::Config,
                format!("the database `{alias}` in {SETTINGS_FILE} needs the environment variable {name}, which is not set"),
            )
            .with_hint(format!("set {name}, or choose another database with --database")));
        };
        expanded.push_str(before);
        expanded.push_str(&value);
        rest = behind;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn wrong(key: &str, expected: &str) -> Error {
    Error::new(ErrorKind::Config, format!("`{key}` in {SETTINGS_FILE} must be {expected}"))
}

fn unknown(key: &str) -> Error {
    Error::new(ErrorKind::Config, format!("{SETTINGS_FILE} has an unknown key `{key}`"))
        .with_hint("it holds default, apps, silenced_checks, [databases] and [severity]")
}

fn text_of<'v>(key: &str, value: &'v Value) -> Result<&'v str> {
    value.as_str().ok_or_else(|| wrong(key, "text"))
}

fn list(key: &str, value: &Value) -> Result<Vec<String>> {
    let items: Option<Vec<String>> = value
        .as_array()
        .and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
    items.ok_or_else(|| wrong(key, "a list of texts"))
}

fn texts(key: &str, value: &Value) -> Result<BTreeMap<String, String>> {
    let table = value.as_table().ok_or_else(|| wrong(key, "a table"))?;
    table
        .iter()
        .map(|(name, value)| Ok((name.clone(), text_of(&format!("{key}.{name}"), value)?.to_owned())))
        .collect()
}

fn severities(key: &str, value: &Value) -> Result<BTreeMap<String, Severity>> {
    let known = |id: &str, text: &str| match text {
        "info" => Ok(Severity::Info),
        "warning" => Ok(Severity::Warning),
        "error" => Ok(Severity::Error),
        _ => Err(wrong(&format!("{key}.\"{id}\""), "info, warning or error")),
    };
    texts(key, value)?.into_iter().map(|(id, text)| Ok((id.clone(), known(&id, &text)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn without_settings_the_database_is_a_file_here() {
        let url = Settings::default().database(None, &nothing).unwrap();
        assert_eq!(url.reveal(), DEFAULT_URL);
    }

    #[test]
    fn an_alias_is_the_default_by_name_by_setting_or_by_being_alone() {
        for (text, expected) in [
            ("[databases]\ndefault = 'sqlite://a'\nb = 'sqlite://b'", "sqlite://a"),
            ("default = 'b'\n[databases]\ndefault = 'sqlite://a'\nb = 'sqlite://b'", "sqlite://b"),
            ("[databases]\nb = 'sqlite://b'", "sqlite://b"),
        ] {
            let settings = Settings::parse(text).unwrap();
            assert_eq!(settings.database(None, &nothing).unwrap().reveal(), expected, "{text}");
        }
        let two = Settings::parse("[databases]\na = 'sqlite://a'\nb = 'sqlite://b'").unwrap_err();
        assert_eq!(two.to_string(), "umbral.toml has 2 databases, and does not say which is the default");
    }

    #[test]
    fn only_the_chosen_database_needs_its_variables() {
        let text = "default = 'a'\n[databases]\na = 'sqlite://a'\nb = 'postgres://u:${PASSWORD}@h/d'";
        let settings = Settings::parse(text).unwrap();
        assert!(settings.database(None, &nothing).is_ok());
        let error = settings.database(Some("b"), &nothing).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the database `b` in umbral.toml needs the environment variable PASSWORD, which is not set"
        );
        let error = settings.database(Some("c"), &nothing).unwrap_err();
        assert_eq!(error.to_string(), "no database `c` in umbral.toml; there are: a, b");
    }

    #[test]
    fn mistakes_name_their_place_and_never_show_a_password() {
        for (text, expected) in [
            ("a = 1", "umbral.toml has an unknown key `a`"),
            ("apps = 'postgres://u:s3cret@h/d'", "`apps` in umbral.toml must be a list of texts"),
            ("databases = 'postgres://u:s3cret@h/d'", "`databases` in umbral.toml must be a table"),
            ("[databases]\na = ['s3cret']", "`databases.a` in umbral.toml must be text"),
            (
                "[severity]\n'a.b' = 's3cret'",
                "`severity.\"a.b\"` in umbral.toml must be info, warning or error",
            ),
            ("default = 'x'", "no database `x` in umbral.toml; there are: none"),
        ] {
            let error = Settings::parse(text).unwrap_err();
            assert_eq!(error.to_string(), expected, "{text}");
            assert_eq!(error.kind(), ErrorKind::Config);
        }
        for text in ["[databases]\na = \"postgres://u:s3cret@h/d", "[databases]\na = postgres://u:s3cret@h/d"]
        {
            let error = Settings::parse(text).unwrap_err();
            assert!(error.to_string().contains("line 2"), "{error}");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
        }
        let settings = Settings::parse("[databases]\na = 'postgres://u:s3cret@h/d'").unwrap();
        assert!(!format!("{settings:?}").contains("s3cret"));
    }

    #[test]
    fn a_variable_without_an_end_is_named() {
        let settings = Settings::parse("[databases]\na = 'sqlite://${HOME'").unwrap();
        let error = settings.database(None, &nothing).unwrap_err();
        assert_eq!(error.to_string(), "the database `a` in umbral.toml has a `${` without a `}`");
    }
}
