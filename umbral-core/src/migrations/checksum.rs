//! What a migration means, in a few bytes.

use super::Migration;
use super::file::{Node, dependencies, operations};
use std::fmt;

/// A hash of a migration's dependencies and operations, recorded when it is applied. White space, comments, the
/// order of keys and the spelling of defaults in its file have no part in it.
///
/// It finds changes made by accident and is no defence against an attacker, who could write the record as well;
/// so it is FNV-1a with 128 bits (Fowler, Noll and Vo; draft-eastlake-fnv), which costs no dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Checksum(u128);

/// In front of the digits: the way in which a migration becomes bytes. Another way is another number, and
/// checksums of two ways are never compared.
const SCHEME: &str = "1-";

impl Checksum {
    /// Of a migration.
    ///
    /// ```
    /// use umbral_core::migrations::{Checksum, Migration};
    /// let one = Migration::from_toml("id = '0001_initial'\napp = 'shop'\n", "a.toml").unwrap();
    /// let two = Migration::from_toml("app='shop' # ours\nid='0001_initial'\ndependencies=[]", "a.toml").unwrap();
    /// assert_eq!(Checksum::of(&one), Checksum::of(&two));
    /// ```
    pub fn of(migration: &Migration) -> Checksum {
        let mut hasher = Hasher::new();
        hasher.node(&dependencies(&migration.dependencies));
        hasher.node(&Node::List(operations(&migration.operations)));
        Checksum(hasher.0)
    }

    /// Whether a recorded checksum is another one. One that was made in another way says nothing.
    pub fn contradicts(&self, recorded: &str) -> bool {
        recorded.starts_with(SCHEME) && recorded != self.to_string()
    }

    /// Of operations.
    pub(super) fn of_operations(of: &[super::Operation]) -> Checksum {
        let mut hasher = Hasher::new();
        hasher.node(&Node::List(operations(of)));
        Checksum(hasher.0)
    }

    /// Of a text, byte by byte.
    pub(super) fn of_text(text: &str) -> Checksum {
        let mut hasher = Hasher::new();
        hasher.bytes(text.as_bytes());
        Checksum(hasher.0)
    }
}

struct Hasher(u128);

impl Hasher {
    fn new() -> Hasher {
        Hasher(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    /// A tag and a length in front of everything: two trees never give the same bytes.
    fn start(&mut self, tag: u8, length: usize) {
        self.bytes(&[tag]);
        self.bytes(&(length as u64).to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.start(b't', text.len());
        self.bytes(text.as_bytes());
    }

    /// Keys are taken in their sorted order: their place in a file has no meaning.
    fn node(&mut self, node: &Node) {
        match node {
            Node::Text(text) => self.text(text),
            Node::Boolean(value) => self.start(b'b', usize::from(*value)),
            Node::List(items) => {
                self.start(b'l', items.len());
                items.iter().for_each(|item| self.node(item));
            }
            Node::Table(entries) => {
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort_by_key(|(key, _)| key);
                self.start(b'm', entries.len());
                for (key, node) in entries {
                    self.text(key);
                    self.node(node);
                }
            }
            Node::Scripts(scripts) => {
                self.start(b'm', scripts.len());
                for (key, text) in scripts {
                    self.text(key);
                    self.text(text);
                }
            }
        }
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{:032x}", self.0)
    }
}
