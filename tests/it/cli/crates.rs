//! Crates outside of this workspace, which are built from what was built for its tests.
//!
//! Cargo builds a dependency again wherever one of its features differs, or one of a dependency of its own. The crates have
//! therefore all features of umbral, the workspace's other dependencies beside it, and its profile: without that their first
//! build takes a quarter of the whole run's time.

use super::workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Writes the files of a crate or a workspace, with this workspace's versions of what they depend on. Files that say the
/// same already are left, so that nothing is built again. In the manifests
///
/// - `UMBRAL` is the folder of this workspace;
/// - `SHARED }`, at the end of the dependency on umbral, is its features, and the workspace's other dependencies below;
/// - `PROFILE` is the profile.
pub(super) fn write_crate(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let shared = Shared::read();
    for (path, text) in files.iter().copied() {
        let text = match path.ends_with("Cargo.toml") {
            true => shared.fill_in(text),
            false => text.to_owned(),
        };
        write(&folder.join(path), &text);
    }
    if !folder.join("Cargo.lock").exists() {
        write(&folder.join("Cargo.lock"), &fs::read_to_string(workspace().join("Cargo.lock")).unwrap());
    }
    folder
}

fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What the workspace's manifests say.
struct Shared {
    /// Of umbral.
    features: Vec<String>,
    /// What is not of this workspace, by its name.
    dependencies: BTreeMap<String, Dependency>,
    profile: Value,
}

#[derive(Default)]
struct Dependency {
    version: String,
    default_features: bool,
    features: BTreeSet<String>,
}

impl Shared {
    fn read() -> Shared {
        let root = manifest("Cargo.toml");
        let of_workspace = root["workspace"]["dependencies"].as_table().unwrap();
        let mut dependencies = BTreeMap::new();
        for member in ["", "umbral-core/", "umbral-macros/", "umbral-cli/", "umbral-testkit/"] {
            let member = manifest(&format!("{member}Cargo.toml"));
            for section in ["dependencies", "dev-dependencies"] {
                let found = member.get(section).and_then(Value::as_table).into_iter().flatten();
                for (name, wanted) in found.filter(|(name, _)| !name.starts_with("umbral")) {
                    let dependency: &mut Dependency = dependencies.entry(name.clone()).or_default();
                    dependency.add(wanted);
                    // `workspace = true` is added to, as cargo does.
                    of_workspace.get(name).into_iter().for_each(|known| dependency.add(known));
                }
            }
        }
        let features = root["features"].as_table().unwrap().keys();
        Shared {
            features: features.filter(|name| *name != "default").cloned().collect(),
            dependencies,
            profile: root["profile"]["dev"].clone(),
        }
    }

    fn fill_in(&self, text: &str) -> String {
        let mut shared =
            format!("features = {:?} }}\numbral-core = {{ path = \"UMBRAL/umbral-core\" }}\n", self.features);
        for (name, Dependency { version, default_features, features }) in &self.dependencies {
            let features: Vec<_> = features.iter().collect();
            shared += &format!(
                "{name} = {{ version = \"{version}\", default-features = {default_features}, features = {features:?} }}\n"
            );
        }
        let mut profile = Table::new();
        profile.insert(
            "profile".to_owned(),
            Value::Table([("dev".to_owned(), self.profile.clone())].into_iter().collect()),
        );
        text.replace("SHARED }\n", &shared)
            .replace("PROFILE\n", &profile.to_string())
            .replace("UMBRAL", &workspace().display().to_string())
    }
}

impl Dependency {
    fn add(&mut self, wanted: &Value) {
        let features = wanted.get("features").and_then(Value::as_array).into_iter().flatten();
        self.features.extend(features.map(|name| name.as_str().unwrap().to_owned()));
        let version = wanted.as_str().or_else(|| wanted.get("version").and_then(Value::as_str));
        if let Some(version) = version {
            version.clone_into(&mut self.version);
            self.default_features |=
                wanted.get("default-features").is_none_or(|wanted| wanted.as_bool().unwrap());
        }
    }
}

fn manifest(path: &str) -> Table {
    fs::read_to_string(workspace().join(path)).unwrap().parse().unwrap()
}

/// A crate outside shares all that it can: were a dependency built with other features, every crate that is built here
/// would build umbral and its drivers again.
#[test]
fn dependencies_have_the_features_that_any_member_wants() {
    let shared = Shared::read();
    let tokio = &shared.dependencies["tokio"];
    assert!(
        tokio.features.contains("signal") && tokio.features.contains("macros") && !tokio.default_features
    );
    assert!(shared.dependencies["trybuild"].default_features);
    assert!(shared.dependencies.values().all(|dependency| !dependency.version.is_empty()));
    let text =
        shared.fill_in("[dependencies]\numbral = { path = \"UMBRAL\", SHARED }\n\nPROFILE\n[workspace]\n");
    let manifest: Table = text.parse().unwrap();
    assert_eq!(manifest["profile"]["dev"]["debug"].as_str(), Some("line-tables-only"));
    assert!(manifest["dependencies"]["umbral"]["features"].as_array().unwrap().contains(&"mysql".into()));
}
