//! The text of a migration: TOML that people read and edit.
//!
//! A migration becomes a tree of names and values ([`encode`]), which is laid out as text ([`layout`]) and is
//! what its checksum is made of. Text is read strictly ([`decode`]): what is not understood is an error with its
//! place, since a key that is passed over is a change that never reaches a database.

mod decode;
mod encode;
mod fields;
mod layout;

pub(crate) use encode::{Node, dependencies, operations};

use super::Migration;
use crate::error::Result;

impl Migration {
    /// Its text, the same for equal migrations on every run.
    ///
    /// ```
    /// use umbral_core::migrations::{Migration, Operation, operations::DropTable};
    /// let migration = Migration::new("bookshop", "0002_delete_draft")
    ///     .depends_on("bookshop/0001_initial".parse().unwrap())
    ///     .with_operation(Operation::DropTable(DropTable { table: "draft".into() }));
    /// let text = migration.to_toml();
    /// assert_eq!(text, r#"id = "0002_delete_draft"
    /// app = "bookshop"
    /// dependencies = ["bookshop/0001_initial"]
    ///
    /// [[operations]]
    /// op = "drop_table"
    /// table = "draft"
    /// "#);
    /// assert_eq!(Migration::from_toml(&text, "0002_delete_draft.toml").unwrap(), migration);
    /// ```
    pub fn to_toml(&self) -> String {
        layout::text(self)
    }

    /// Reads its text. `file` stands in error messages.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::error::ErrorKind::Config), naming file, line and column, for anything that
    /// is not understood: malformed TOML, an unknown key or operation, a missing key, a value of another type,
    /// an expression or column type that cannot be read.
    pub fn from_toml(text: &str, file: &str) -> Result<Migration> {
        decode::migration(text, file)
    }
}

#[cfg(test)]
mod tests;
