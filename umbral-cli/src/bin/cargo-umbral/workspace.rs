//! Which crate holds the models, and where its umbral comes from.

use cargo_metadata::{
    CargoOpt, DependencyKind, Metadata, MetadataCommand, Node, NodeDep, Package, PackageId, TargetKind,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use umbral_cli::PackageArgs;
use umbral_core::error::{Error, ErrorKind, Result};

/// The package that a program with models depends on.
const UMBRAL: &str = "umbral";

/// The package whose models are meant, with what cargo knows of it.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the workspace.
    pub(crate) root: PathBuf,
    /// The folder that is built in.
    pub(crate) target: PathBuf,
    /// The package whose models are meant.
    pub(crate) package: Linked,
    /// Whether it has a library, which can be linked.
    pub(crate) is_library: bool,
    /// Packages that it depends on and that depend on umbral themselves: a crate that is never named is not linked.
    pub(crate) dependencies: Vec<Linked>,
    /// Where its umbral comes from.
    pub(crate) umbral: Source,
}

/// A package that is linked into the runner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linked {
    /// The package's name.
    pub(crate) name: String,
    /// The name of its library in code.
    pub(crate) library: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// Where it comes from.
    pub(crate) source: Source,
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A folder.
    Path(PathBuf),
    /// A registry: the default one, or another by its index.
    Registry {
        /// The exact version.
        version: String,
        /// The other registry's index.
        index: Option<String>,
    },
    /// A git repository.
    Git {
        /// The repository.
        url: String,
        /// What the user's manifest names, `branch`, `tag` or `rev`, and its value; the lock file holds the commit. To
        /// cargo, one commit under two of these is two packages.
        reference: Option<(String, String)>,
    },
}

/// The cargo that runs this program, or the one that is found.
pub(crate) fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn of(arguments: &PackageArgs) -> Result<Workspace> {
        let metadata = metadata(arguments)?;
        let nodes = nodes(&metadata);
        let package = chosen(&metadata, &nodes, arguments)?;
        let umbral = reachable(&package.id, &nodes)
            .into_iter()
            .filter_map(|id| metadata.packages.iter().find(|package| package.id == *id))
            .find(|package| package.name.as_str() == UMBRAL);
        let umbral = umbral.ok_or_else(|| {
            Error::new(ErrorKind::Config, format!("the package {} does not depend on umbral", package.name))
                .with_hint("run `cargo add umbral`, or choose another package with --package")
        })?;
        let library = library(package);
        let dependencies = dependencies(&metadata, &nodes, package, &umbral.id)?;
        if library.is_none() && dependencies.is_empty() {
            return Err(bin_only(package));
        }
        Ok(Workspace {
            root: metadata.workspace_root.clone().into_std_path_buf(),
            target: metadata.target_directory.clone().into_std_path_buf(),
            is_library: library.is_some(),
            package: linked(package, library.unwrap_or_else(|| package.name.replace('-', "_")))?,
            dependencies,
            umbral: source(umbral)?,
        })
    }
}

fn metadata(arguments: &PackageArgs) -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    if let Some(path) = &arguments.manifest_path {
        command.manifest_path(path);
    }
    if !arguments.features.is_empty() {
        command.features(CargoOpt::SomeFeatures(arguments.features.clone()));
    }
    if arguments.all_features {
        command.features(CargoOpt::AllFeatures);
    }
    if arguments.no_default_features {
        command.features(CargoOpt::NoDefaultFeatures);
    }
    let mut options = Vec::new();
    if arguments.offline {
        options.push("--offline".to_owned());
    }
    // Packages that are built on other platforms alone need not be there, nor be downloaded.
    if let Some(host) = host() {
        options.extend(["--filter-platform".to_owned(), host]);
    }
    command.other_options(options);
    command.exec().map_err(|error| {
        let said = match &error {
            cargo_metadata::Error::CargoMetadata { stderr } => {
                stderr.trim().trim_start_matches("error: ").to_owned()
            }
            other => other.to_string(),
        };
        Error::new(ErrorKind::Config, format!("cargo cannot tell what is built here: {said}"))
            .with_hint("run it in the folder of a crate, or name its Cargo.toml with --manifest-path")
    })
}

/// The platform that this machine's cargo builds for; `None` where it does not tell.
fn host() -> Option<String> {
    let said = Command::new(cargo_program()).arg("-vV").stdin(Stdio::null()).output().ok()?;
    host_of(&String::from_utf8_lossy(&said.stdout)).map(str::to_owned)
}

fn host_of(version: &str) -> Option<&str> {
    version.lines().find_map(|line| line.strip_prefix("host: ")).map(str::trim)
}

fn nodes(metadata: &Metadata) -> BTreeMap<&PackageId, &Node> {
    let resolve = metadata.resolve.as_ref();
    resolve.map(|resolve| resolve.nodes.iter().map(|node| (&node.id, node)).collect()).unwrap_or_default()
}

/// The package itself and whatever it is built on.
fn reachable<'m>(from: &'m PackageId, nodes: &BTreeMap<&'m PackageId, &'m Node>) -> BTreeSet<&'m PackageId> {
    let (mut found, mut waiting) = (BTreeSet::new(), vec![from]);
    while let Some(id) = waiting.pop() {
        if found.insert(id)
            && let Some(node) = nodes.get(id)
        {
            waiting.extend(linked_by(node));
        }
    }
    found
}

/// What a package's library is built on: its dependencies without those of its tests and build scripts.
fn linked_by<'m>(node: &'m Node) -> impl Iterator<Item = &'m PackageId> {
    let normal = |dependency: &&'m NodeDep| {
        dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
    };
    node.deps.iter().filter(normal).map(|dependency| &dependency.pkg)
}

/// The package that is asked for; else that of the current directory; else the only one that depends on
/// umbral, and that no other of them depends on.
fn chosen<'m>(
    metadata: &'m Metadata,
    nodes: &BTreeMap<&'m PackageId, &'m Node>,
    arguments: &PackageArgs,
) -> Result<&'m Package> {
    let members = metadata.workspace_packages();
    if let Some(name) = &arguments.package {
        let found = members.iter().find(|package| package.name.as_str() == name.as_str());
        let names: Vec<&str> = members.iter().map(|package| package.name.as_str()).collect();
        return found.copied().ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("the workspace has no package {name}"))
                .with_hint(format!("it has {}", names.join(", ")))
        });
    }
    let here = arguments.manifest_path.clone().map_or_else(std::env::current_dir, |path| path.canonicalize());
    let here = here.map_err(|error| Error::new(ErrorKind::Io, format!("the current directory: {error}")))?;
    // A folder may hold others' packages: the innermost one is meant.
    let around = members.iter().filter(|package| {
        package.manifest_path.parent().is_some_and(|folder| here.starts_with(folder.as_std_path()))
    });
    if let Some(package) = around.max_by_key(|package| package.manifest_path.as_str().len()) {
        return Ok(package);
    }
    let users: Vec<&&Package> =
        members.iter().filter(|package| depends_on_umbral(metadata, nodes, package)).collect();
    let below: BTreeSet<&PackageId> = users
        .iter()
        .flat_map(|package| reachable(&package.id, nodes).into_iter().filter(|id| **id != package.id))
        .collect();
    let tops: Vec<&&Package> = users.iter().copied().filter(|package| !below.contains(&package.id)).collect();
    match tops.as_slice() {
        [only] => Ok(only),
        _ => {
            let names: Vec<&str> = users.iter().map(|package| package.name.as_str()).collect();
            let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let what = "the workspace does not have exactly one package that depends on umbral";
            Err(Error::new(ErrorKind::Usage, format!("{what}: {found}"))
                .with_hint("choose one with --package, or run the command in its folder"))
        }
    }
}

fn depends_on_umbral(metadata: &Metadata, nodes: &BTreeMap<&PackageId, &Node>, package: &Package) -> bool {
    let Some(node) = nodes.get(&package.id) else { return false };
    linked_by(node).any(|dependency| {
        metadata.packages.iter().any(|other| other.id == *dependency && other.name.as_str() == UMBRAL)
    })
}

/// Packages under `package` that depend on umbral, apart from umbral's own.
fn dependencies(
    metadata: &Metadata,
    nodes: &BTreeMap<&PackageId, &Node>,
    package: &Package,
    umbral: &PackageId,
) -> Result<Vec<Linked>> {
    let own = reachable(umbral, nodes);
    let mut dependencies = Vec::new();
    for id in reachable(&package.id, nodes) {
        let Some(other) = metadata.packages.iter().find(|other| other.id == *id) else { continue };
        if other.id == package.id || own.contains(&other.id) || !depends_on_umbral(metadata, nodes, other) {
            continue;
        }
        if let Some(library) = library(other) {
            dependencies.push(linked(other, library)?);
        }
    }
    dependencies.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(dependencies)
}

/// The name of its library in code.
fn library(package: &Package) -> Option<String> {
    let is_library =
        |kind: &TargetKind| matches!(kind, TargetKind::Lib | TargetKind::RLib | TargetKind::DyLib);
    let target = package.targets.iter().find(|target| target.kind.iter().any(is_library))?;
    Some(target.name.replace('-', "_"))
}

fn linked(package: &Package, library: String) -> Result<Linked> {
    let folder =
        package.manifest_path.parent().map(|folder| folder.as_std_path().to_owned()).unwrap_or_default();
    Ok(Linked { name: package.name.to_string(), library, folder, source: source(package)? })
}

fn source(package: &Package) -> Result<Source> {
    let Some(source) = &package.source else {
        let folder = package.manifest_path.parent().map(|folder| folder.as_std_path().to_owned());
        return Ok(Source::Path(folder.unwrap_or_default()));
    };
    parse_source(&source.repr, &package.version.to_string()).ok_or_else(|| {
        Error::new(
            ErrorKind::Unsupported,
            format!("{} comes from {}, which cargo umbral does not know", package.name, source.repr),
        )
        .with_hint("use it from a registry, a git repository or a folder")
    })
}

/// Reads cargo's text for a source: `registry+https://…`, `sparse+https://…`, `git+https://…?branch=b#commit`.
fn parse_source(repr: &str, version: &str) -> Option<Source> {
    if let Some(rest) = repr.strip_prefix("git+") {
        let (url, _) = rest.rsplit_once('#')?;
        let (url, reference) =
            url.split_once('?').map_or((url, None), |(url, query)| (url, query.split_once('=')));
        let reference = reference.map(|(key, value)| (key.to_owned(), value.to_owned()));
        return Some(Source::Git { url: url.to_owned(), reference });
    }
    let version = version.to_owned();
    if repr == "registry+https://github.com/rust-lang/crates.io-index" {
        return Some(Source::Registry { version, index: None });
    }
    let index = repr.strip_prefix("registry+").or_else(|| repr.starts_with("sparse+").then_some(repr))?;
    Some(Source::Registry { version, index: Some(index.to_owned()) })
}

fn bin_only(package: &Package) -> Error {
    let file = Path::new(package.manifest_path.as_str()).with_file_name("src").join("lib.rs");
    Error::new(
        ErrorKind::Config,
        format!(
            "the package {} has no library, and models in a program alone cannot be linked",
            package.name
        ),
    )
    .with_hint(format!(
        "either move the models to a library ({}), or let the program run the commands itself: call \
         `umbral_cli::run(std::env::args_os())` in its main",
        file.strip_prefix(std::env::current_dir().unwrap_or_default()).unwrap_or(&file).display()
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_platform_is_what_cargo_says() {
        let said =
            "cargo 1.95.0 (f2d3ce0bd 2026-03-21)\nrelease: 1.95.0\nhost: x86_64-unknown-linux-gnu\nos: x\n";
        assert_eq!(host_of(said), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(host_of("cargo 1.95.0"), None);
        assert!(host().is_some_and(|host| host.contains('-')));
    }

    #[test]
    fn sources_are_read_as_cargo_writes_them() {
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        let version = || "0.1.0".to_owned();
        assert_eq!(
            parse_source(registry, "0.1.0"),
            Some(Source::Registry { version: version(), index: None })
        );
        let other = Some(Source::Registry {
            version: version(),
            index: Some("sparse+https://index.example/".to_owned()),
        });
        assert_eq!(parse_source("sparse+https://index.example/", "0.1.0"), other);
        let git = |reference| Some(Source::Git { url: "https://git.example/umbral".to_owned(), reference });
        let branch = Some(("branch".to_owned(), "main".to_owned()));
        assert_eq!(parse_source("git+https://git.example/umbral?branch=main#0a1b", "0.1.0"), git(branch));
        assert_eq!(parse_source("git+https://git.example/umbral#0a1b", "0.1.0"), git(None));
        assert_eq!(parse_source("unknown+x", "0.1.0"), None);
    }
}
