//! Shape to SQL, for one database.

use crate::error::Result;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

/// How many shapes are kept at least once they are used; up to twice as many.
const GENERATION: usize = 512;

/// The SQL of the shapes that a database was asked for. Bounded: what was not used since as many other shapes came up
/// is forgotten.
#[derive(Debug)]
pub(crate) struct ShapeCache<S> {
    generations: RwLock<Generations<S>>,
}

type Shapes<S> = HashMap<Box<[u8]>, Arc<S>, BuildHasherDefault<ShapeHasher>>;

#[derive(Debug)]
struct Generations<S> {
    young: Shapes<S>,
    old: Shapes<S>,
}

impl<S> Default for ShapeCache<S> {
    fn default() -> ShapeCache<S> {
        ShapeCache {
            generations: RwLock::new(Generations { young: Shapes::default(), old: Shapes::default() }),
        }
    }
}

impl<S> ShapeCache<S> {
    /// The SQL of the shape whose key this is; `compile` makes it where it is not known.
    pub(crate) fn get(&self, key: &[u8], compile: impl FnOnce() -> Result<S>) -> Result<Arc<S>> {
        self.with(key, compile, Arc::clone)
    }

    /// What `take` makes of the SQL of the shape whose key this is, without a counted reference to it.
    pub(crate) fn with<T>(
        &self,
        key: &[u8],
        compile: impl FnOnce() -> Result<S>,
        take: impl FnOnce(&Arc<S>) -> T,
    ) -> Result<T> {
        // A poisoned lock guards whole entries all the same: no panic can happen between two steps of a change.
        let generations = self.generations.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = generations.young.get(key) {
            return Ok(take(found));
        }
        let aged = generations.old.get(key).map(Arc::clone);
        drop(generations);
        let compiled = match aged {
            Some(aged) => aged,
            None => Arc::new(compile()?),
        };
        let taken = take(&compiled);
        let mut generations = self.generations.write().unwrap_or_else(PoisonError::into_inner);
        if generations.young.len() >= GENERATION {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(key.into(), compiled);
        Ok(taken)
    }
}

/// FxHash, as Firefox and rustc use it: a rotation, an exclusive or and a multiplication for each eight bytes. Keys come
/// from the program's own queries, so no attacker chooses them.
#[derive(Default)]
struct ShapeHasher(u64);

impl ShapeHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for ShapeHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.mix(u64::from_le_bytes(*word)));
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(last));
        }
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    fn finish(&self) -> u64 {
        // The multiplication leaves its entropy in the high bits, the table's index is taken from the low ones.
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    fn compiled(sql: &'static str) -> Result<&'static str> {
        Ok(sql)
    }

    #[test]
    fn a_shape_is_compiled_once() {
        let cache = ShapeCache::default();
        let first = cache.get(b"a", || compiled("SELECT 1")).unwrap();
        let again = cache.get(b"a", || Err(Error::new(ErrorKind::Internal, "compiled twice"))).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let failed = cache.get(b"b", || Err(Error::new(ErrorKind::Internal, "no SQL")));
        assert!(failed.is_err());
        assert_eq!(*cache.get(b"b", || compiled("SELECT 2")).unwrap(), "SELECT 2");
    }

    #[test]
    fn it_stays_bounded_and_keeps_what_is_used() {
        let cache = ShapeCache::default();
        for shape in 0..5 * GENERATION {
            cache.get(&shape.to_le_bytes(), || compiled("SELECT 1")).unwrap();
            cache.get(b"always", || compiled("SELECT 2")).unwrap();
        }
        let generations = cache.generations.read().unwrap();
        assert!(generations.young.len() <= GENERATION && generations.old.len() <= GENERATION);
        drop(generations);
        cache.get(b"always", || Err(Error::new(ErrorKind::Internal, "forgotten"))).unwrap();
    }
}
