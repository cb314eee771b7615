//! The binary forms of types made of texts, which are only read: they are written as text, and cast where it stands.

use super::decode::{take, utf8, wrong_size};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Encoded, Hstore, Place, TsVector, ValueRef, Weight};

/// Keys and values with their lengths, behind how many pairs there are (`hstore_send`).
pub(super) fn hstore_ref(bytes: &[u8]) -> Result<ValueRef<'_>> {
    Ok(ValueRef::Hstore(Encoded::new(bytes, hstore)))
}

fn hstore(mut bytes: &[u8]) -> Result<Hstore> {
    let count = i32::from_be_bytes(take(&mut bytes)?);
    let mut store = Hstore::default();
    for _ in 0..count {
        let key = text(&mut bytes)?.ok_or_else(|| wrong_size(0))?;
        let value = text(&mut bytes)?.map(str::to_owned);
        store.insert(key.to_owned(), value);
    }
    Ok(store)
}

/// A text behind its length, which is negative for NULL.
fn text<'b>(bytes: &mut &'b [u8]) -> Result<Option<&'b str>> {
    let Ok(length) = usize::try_from(i32::from_be_bytes(take(bytes)?)) else { return Ok(None) };
    let (text, rest) = bytes.split_at_checked(length).ok_or_else(|| wrong_size(bytes.len()))?;
    *bytes = rest;
    utf8(text).map(Some)
}

/// A version byte, which is 1 in every release, and the path's text (`ltree_send`).
pub(super) fn ltree_ref(bytes: &[u8]) -> Result<ValueRef<'_>> {
    match bytes.split_first() {
        Some((1, path)) => utf8(path).map(ValueRef::Ltree),
        Some((version, _)) => Err(Error::new(ErrorKind::Internal, format!("ltree of version {version}"))),
        None => Err(wrong_size(0)),
    }
}

/// How many words there are; each ends with a NUL byte, behind which stand how many places it has and they
/// (`tsvectorsend`).
pub(super) fn ts_vector_ref(bytes: &[u8]) -> Result<ValueRef<'_>> {
    Ok(ValueRef::TsVector(Encoded::new(bytes, ts_vector)))
}

fn ts_vector(mut bytes: &[u8]) -> Result<TsVector> {
    let count = u32::from_be_bytes(take(&mut bytes)?);
    let mut words = TsVector::default();
    for _ in 0..count {
        let end = bytes.iter().position(|byte| *byte == 0).ok_or_else(|| wrong_size(bytes.len()))?;
        let word = utf8(&bytes[..end])?;
        bytes = &bytes[end + 1..];
        let mut places = Vec::new();
        for _ in 0..u16::from_be_bytes(take(&mut bytes)?) {
            places.push(place(u16::from_be_bytes(take(&mut bytes)?)));
        }
        words.add(word, places);
    }
    Ok(words)
}

/// The weight in the two highest bits, and the place (`WordEntryPos`).
fn place(bits: u16) -> Place {
    let weight = match bits >> 14 {
        3 => Weight::A,
        2 => Weight::B,
        1 => Weight::C,
        _ => Weight::D,
    };
    Place { at: bits & 0x3fff, weight }
}
