//! Where tokens stand, and for whom they are compiled.

use crate::lower::Context;
use proc_macro2::{Ident, Span};
use std::path::{Path, PathBuf};

/// The context of the struct that is called `ident`.
pub(crate) fn context(ident: Option<&Ident>) -> Context {
    let file = ident.and_then(|ident| ident.span().unwrap().local_file()).unwrap_or_default();
    let roots = [std::env::current_dir().unwrap_or_default(), package_folder()];
    Context {
        app: application(),
        file: relative(&file, &roots),
        line: |span: Span| u32::try_from(span.unwrap().line()).unwrap_or(0),
        krate: umbral(),
    }
}

/// The label of the application that the crate is by default.
pub(crate) fn application() -> String {
    variable("CARGO_PKG_NAME").replace('-', "_")
}

/// The folder of the crate's Cargo.toml.
pub(crate) fn package_folder() -> PathBuf {
    variable("CARGO_MANIFEST_DIR").into()
}

/// The name under which the crate that is compiled knows umbral.
pub(crate) fn umbral() -> String {
    krate(std::env::args())
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// The file, without the folders in front of it that only this machine has.
fn relative(file: &Path, roots: &[PathBuf]) -> String {
    let inside = roots.iter().filter(|root| root.is_absolute()).find_map(|root| file.strip_prefix(root).ok());
    let known = match inside {
        Some(inside) => inside.to_path_buf(),
        None if file.is_absolute() => file.file_name().map(PathBuf::from).unwrap_or_default(),
        None => file.to_path_buf(),
    };
    known.to_string_lossy().replace('\\', "/")
}

/// The name under which the crate that is compiled knows umbral, by the arguments of the compiler that runs this:
/// `--extern orm=…/libumbral-0123456789abcdef.rmeta`.
fn krate(mut arguments: impl Iterator<Item = String>) -> String {
    let mut renamed = None;
    while let Some(argument) = arguments.next() {
        let given = match argument.strip_prefix("--extern") {
            Some("") => arguments.next().unwrap_or_default(),
            Some(rest) => rest.trim_start_matches('=').to_owned(),
            None => continue,
        };
        let Some((name, file)) = given.split_once('=') else { continue };
        // Options may stand in front of the name: `priv,noprelude:umbral`.
        let name = name.rsplit(':').next().unwrap_or(name);
        if name == CRATE {
            return CRATE.to_owned();
        }
        let file = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        let library = file.strip_prefix("lib").unwrap_or(&file);
        if library.split_once('-').map_or(library, |(library, _)| library) == CRATE {
            renamed = Some(name.to_owned());
        }
    }
    renamed.unwrap_or_else(|| CRATE.to_owned())
}

/// What the facade is called where it is not renamed.
const CRATE: &str = "umbral";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lose_what_only_this_machine_has() {
        let roots = [PathBuf::from("/home/ann/shop"), PathBuf::from("/home/ann/shop/store")];
        for (file, shown) in [
            ("store/src/models.rs", "store/src/models.rs"),
            ("/home/ann/shop/store/src/models.rs", "store/src/models.rs"),
            ("/elsewhere/src/models.rs", "models.rs"),
            ("", ""),
        ] {
            assert_eq!(relative(Path::new(file), &roots), shown);
        }
    }

    #[test]
    fn the_crate_is_found_by_any_name() {
        let krate = |arguments: &[&str]| krate(arguments.iter().map(|argument| argument.to_string()));
        assert_eq!(krate(&["rustc", "--extern", "umbral=/t/deps/libumbral-0a1b.rmeta"]), "umbral");
        assert_eq!(krate(&["rustc", "--extern=orm=/t/deps/libumbral-0a1b.rlib"]), "orm");
        assert_eq!(krate(&["rustc", "--extern", "noprelude:orm=/t/libumbral.rlib"]), "orm");
        let core_too = ["--extern", "core2=/t/libumbral_core-1.rlib", "--extern", "orm=/t/libumbral-1.rlib"];
        assert_eq!(krate(&core_too), "orm");
        assert_eq!(krate(&["rustc", "--extern", "proc_macro"]), "umbral");
    }
}
