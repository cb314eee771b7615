//! Reads the `CREATE` texts that SQLite keeps, which alone hold the names of constraints, checks, collations and
//! options.

mod column;
mod cursor;
mod index;
mod table;
pub(super) mod tokens;

pub(super) use index::parse_index;
pub(super) use table::parse_table;
