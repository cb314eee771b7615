//! Values that are read only when they are asked for.

use crate::error::Result;
use std::fmt;

/// A value in the driver's own encoding, with the function that reads it.
pub struct Encoded<'r, T> {
    bytes: &'r [u8],
    read: fn(&[u8]) -> Result<T>,
}

impl<T> Clone for Encoded<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Encoded<'_, T> {}

impl<'r, T> Encoded<'r, T> {
    /// A value in `bytes`, which `read` finds there.
    pub fn new(bytes: &'r [u8], read: fn(&[u8]) -> Result<T>) -> Encoded<'r, T> {
        Encoded { bytes, read }
    }

    /// The value.
    ///
    /// # Errors
    /// Where the bytes are none.
    pub fn read(&self) -> Result<T> {
        (self.read)(self.bytes)
    }
}

impl<T> fmt::Debug for Encoded<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({} bytes)", self.bytes.len())
    }
}
