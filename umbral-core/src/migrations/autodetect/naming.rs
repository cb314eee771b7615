//! What new migrations are called.

use crate::error::Result;
use crate::migrations::migration::MAX_NAME_BYTES;
use crate::migrations::{MigrationId, MigrationSet, Operation};
use crate::schema::shorten;
use std::collections::{BTreeMap, BTreeSet};

/// The length up to which the slugs of further operations are joined to a name.
const JOINED_BYTES: usize = 52;
/// Digits of a number and the underscore behind it.
const NUMBER_BYTES: usize = 11;
const MORE: &str = "and_more";
const NO_SLUG: &str = "auto";

/// Gives numbers to new migrations, each once.
pub(super) struct Numbers {
    highest: BTreeMap<String, u32>,
}

impl Numbers {
    /// Numbers greater than those of the files and of what is applied somewhere, whether its file is there or not.
    pub(super) fn after(set: &MigrationSet, taken: &BTreeSet<MigrationId>) -> Numbers {
        let mut highest: BTreeMap<String, u32> = BTreeMap::new();
        for id in set.iter().map(|migration| &migration.id).chain(taken) {
            let number = highest.entry(id.app.clone()).or_default();
            *number = (*number).max(id.number().unwrap_or(0));
        }
        Numbers { highest }
    }

    /// The identity of the next migration of an application, which does `operations`. Its first one is called
    /// `initial` where nobody says otherwise.
    ///
    /// # Errors
    /// Where no name of a file can be made of the application's label.
    pub(super) fn next(
        &mut self,
        app: &str,
        name: Option<&str>,
        operations: &[Operation],
    ) -> Result<MigrationId> {
        let first = !self.highest.contains_key(app);
        let number = self.highest.entry(app.to_owned()).or_default();
        *number += 1;
        let slug = match name {
            Some(name) => sanitized(name),
            None if first => "initial".to_owned(),
            None => suggested(operations),
        };
        let slug = if slug.is_empty() { NO_SLUG.to_owned() } else { slug };
        let id =
            MigrationId::new(app, format!("{number:04}_{}", shorten(&slug, MAX_NAME_BYTES - NUMBER_BYTES)));
        id.validate()?;
        Ok(id)
    }
}

/// The slugs of the operations, as many as there is room for.
fn suggested(operations: &[Operation]) -> String {
    let mut slugs: Vec<String> = Vec::new();
    for slug in operations.iter().map(|operation| sanitized(&operation.slug())) {
        if !slug.is_empty() && !slugs.contains(&slug) {
            slugs.push(slug);
        }
    }
    let mut slugs = slugs.into_iter();
    let mut name = slugs.next().unwrap_or_default();
    for slug in slugs {
        if name.len() + 1 + slug.len() > JOINED_BYTES {
            return format!("{name}_{MORE}");
        }
        name = format!("{name}_{slug}");
    }
    name
}

/// Letters, digits and underscores of ASCII; of anything else in a row, one underscore.
fn sanitized(text: &str) -> String {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").to_ascii_lowercase()
}
