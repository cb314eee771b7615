//! `migrations!()`: a crate's migration files, compiled in.

use crate::place;
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use std::io;
use std::path::{Path, PathBuf};

/// A migration file.
struct File {
    app: String,
    name: String,
    path: PathBuf,
}

/// Expands `migrations!()` or `migrations!("folder")`.
pub(crate) fn migrations(input: TokenStream) -> TokenStream {
    let folder = if input.is_empty() {
        Ok("migrations".to_owned())
    } else {
        syn::parse2::<syn::LitStr>(input).map(|folder| folder.value())
    };
    let Ok(folder) = folder else {
        return error("write migrations!(), or migrations!(\"folder\") for a folder beside Cargo.toml");
    };
    match files(&place::package_folder().join(&folder), &place::application()) {
        Ok(files) => embedded(&files),
        Err(failed) => error(&format!("the folder of migrations, `{folder}` beside Cargo.toml: {failed}")),
    }
}

/// The files of a folder: its own, and those of folders in it, which are named after their applications. A folder that
/// is missing holds none, as in a crate that has no migrations yet.
fn files(folder: &Path, own: &str) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    for path in listing(folder)? {
        let label = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            for inside in listing(&path)? {
                files.extend(file(inside, |_| label.clone())?);
            }
        } else {
            files.extend(file(path, |text| application_in(text).unwrap_or(own).to_owned())?);
        }
    }
    Ok(files)
}

fn listing(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn file(path: PathBuf, app: impl Fn(&str) -> String) -> io::Result<Option<File>> {
    let is_migration = path.extension().is_some_and(|extension| extension == "toml");
    let Some(name) =
        path.file_stem().filter(|_| is_migration).map(|stem| stem.to_string_lossy().into_owned())
    else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(&path)?;
    Ok(Some(File { app: app(&text), name, path }))
}

/// What the file's line `app = "…"` says. The whole of it is read, and judged, when the program starts.
fn application_in(text: &str) -> Option<&str> {
    let value =
        text.lines().find_map(|line| line.trim().strip_prefix("app")?.trim_start().strip_prefix('='))?;
    let value = value.trim();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// `include_str!` makes the compiler look at a file again when it was changed.
fn embedded(files: &[File]) -> TokenStream {
    let umbral = syn::Ident::new(&place::umbral(), Span::call_site());
    let submitted = files.iter().map(|File { app, name, path }| {
        let path = Literal::string(&path.to_string_lossy());
        quote! {
            const _: () = {
                ::#umbral::__private::inventory::submit! {
                    ::#umbral::migrations::EmbeddedMigration { app: #app, name: #name, text: include_str!(#path) }
                }
            };
        }
    });
    submitted.collect()
}

fn error(message: &str) -> TokenStream {
    syn::Error::new(Span::call_site(), message).into_compile_error()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_belong_to_the_application_that_they_name() {
        let folder = std::env::temp_dir().join(format!("umbral-macros-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("billing")).unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        write("0001_initial.toml", "id = \"0001_initial\"\napp = \"shop\"\n");
        write("0002_more.toml", "# nothing\n");
        write("README.md", "");
        write("billing/0001_initial.toml", "");
        let found = files(&folder, "own").unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let found: Vec<(&str, &str)> =
            found.iter().map(|file| (file.app.as_str(), file.name.as_str())).collect();
        assert_eq!(found, [("shop", "0001_initial"), ("own", "0002_more"), ("billing", "0001_initial")]);
        assert!(files(&folder, "own").unwrap().is_empty());
    }

    #[test]
    fn a_folder_is_text() {
        assert!(migrations(quote!(folder)).to_string().contains("compile_error"));
    }
}
