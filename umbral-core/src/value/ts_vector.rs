//! The words of a text that is searched, as PostgreSQL's `tsvector` keeps them.

use super::field_type::mismatch;
use super::{ArrayElement, FieldType, Value, ValueRef, ValueType};
use crate::error::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::fmt;

/// The words of a text in their root form, with the places where they stand.
///
/// A field of this type is most often generated: `generated = "to_tsvector('english', title)"`. Its text is that of
/// PostgreSQL: `'cat':3 'fat':2A,5`.
///
/// ```
/// use umbral_core::value::{Place, TsVector, Weight};
/// let words: TsVector = "'cat':3 'fat':2A,5".parse().unwrap();
/// assert_eq!(words.places("fat"), Some(&[Place { at: 2, weight: Weight::A }, Place { at: 5, weight: Weight::D }][..]));
/// assert_eq!(words.to_string(), "'cat':3 'fat':2A,5");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TsVector(BTreeMap<String, Vec<Place>>);

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The number of the word in its text, from 1 to 16383.
    pub at: u16,
    /// What it counts when rows are ranked.
    pub weight: Weight,
}

/// What a word counts when rows are ranked: `A` most, `D` where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Weight {
    /// The most, as of a title.
    A,
    /// Less.
    B,
    /// Less still.
    C,
    /// The least, as of a text.
    #[default]
    D,
}

/// The greatest number of a place (`MAXENTRYPOS` - 1): words further behind stand there too.
const LAST_PLACE: u16 = 16_383;
/// The most places that a word has (`MAXNUMPOS`).
const MOST_PLACES: usize = 256;

impl TsVector {
    /// The words, sorted, with their places, which are sorted too; a word may have none.
    pub fn words(&self) -> impl Iterator<Item = (&str, &[Place])> {
        self.0.iter().map(|(word, places)| (word.as_str(), places.as_slice()))
    }

    /// Where a word stands; `None` where it does not.
    pub fn places(&self, word: &str) -> Option<&[Place]> {
        self.0.get(word).map(Vec::as_slice)
    }

    /// Adds a word. Of places with the same number the one of the highest weight stays, and of more than 256 the first. The empty
    /// word is none.
    pub fn add(&mut self, word: impl Into<String>, places: impl IntoIterator<Item = Place>) {
        let word = word.into();
        if word.is_empty() {
            return;
        }
        let all = self.0.entry(word).or_default();
        all.extend(places.into_iter().map(|place| Place { at: place.at.clamp(1, LAST_PLACE), ..place }));
        all.sort();
        all.dedup_by_key(|place| place.at);
        all.truncate(MOST_PLACES);
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Weight::A => "A",
            Weight::B => "B",
            Weight::C => "C",
            Weight::D => "",
        })
    }
}

impl fmt::Display for TsVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (word, places)) in self.0.iter().enumerate() {
            let gap = if number > 0 { " " } else { "" };
            write!(f, "{gap}'{}'", word.replace('\\', "\\\\").replace('\'', "''"))?;
            for (number, place) in places.iter().enumerate() {
                write!(f, "{}{}{}", if number > 0 { "," } else { ":" }, place.at, place.weight)?;
            }
        }
        Ok(())
    }
}

impl std::str::FromStr for TsVector {
    type Err = Error;

    fn from_str(text: &str) -> Result<TsVector> {
        let bad = || {
            let message = format!("`{text}` is no tsvector");
            Error::new(ErrorKind::Value, message)
                .with_hint("write words with their places: `'cat':3 'fat':2A,5`")
        };
        let (mut words, mut rest) = (TsVector::default(), text.trim_start());
        while !rest.is_empty() {
            let word = word(&mut rest).ok_or_else(bad)?;
            let mut places = Vec::new();
            if let Some(after) = rest.strip_prefix(':') {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                places =
                    after[..end].split(',').map(place).collect::<Option<Vec<Place>>>().ok_or_else(bad)?;
                rest = &after[end..];
            }
            words.add(word, places);
            rest = rest.trim_start();
        }
        Ok(words)
    }
}

fn place(text: &str) -> Option<Place> {
    let weight = match text.as_bytes().last()?.to_ascii_uppercase() {
        b'A' => Weight::A,
        b'B' => Weight::B,
        b'C' => Weight::C,
        _ => Weight::D,
    };
    let digits =
        text.strip_suffix(|letter: char| letter.is_ascii_alphabetic() && "ABCDabcd".contains(letter));
    let at: u32 = digits.unwrap_or(text).parse().ok().filter(|at| *at > 0)?;
    Some(Place { at: at.min(LAST_PLACE.into()) as u16, weight })
}

/// A word, in quotes or up to the next blank or colon.
fn word(rest: &mut &str) -> Option<String> {
    let quoted = rest.starts_with('\'');
    let mut characters = rest.char_indices().skip(usize::from(quoted)).peekable();
    let (mut word, mut end, mut closed) = (String::new(), rest.len(), !quoted);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => word.push(characters.next()?.1),
            '\'' if quoted && characters.next_if(|(_, next)| *next == '\'').is_some() => word.push('\''),
            '\'' if quoted => {
                (closed, end) = (true, at + 1);
                break;
            }
            ':' if !quoted => {
                end = at;
                break;
            }
            blank if !quoted && blank.is_whitespace() => {
                end = at;
                break;
            }
            other => word.push(other),
        }
    }
    *rest = &rest[end..];
    (closed && !word.is_empty()).then_some(word)
}

#[diagnostic::do_not_recommend]
impl FieldType for TsVector {
    const TYPE: ValueType = ValueType::TsVector;

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::TsVector(words) => words.read(),
            ValueRef::Text(text) => text.parse(),
            other => Err(mismatch("a tsvector", other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::TsVector(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl ArrayElement for TsVector {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for (written, read) in [
            ("", ""),
            ("fat cat fat", "'cat' 'fat'"),
            ("'it''s':1 'a b' 'c\\\\d':7b", "'a b' 'c\\\\d':7B 'it''s':1"),
            ("x:3,1,3A,70000", "'x':1,3A,16383"),
        ] {
            let words: TsVector = written.parse().unwrap();
            assert_eq!(words.to_string(), read);
            assert_eq!(read.parse::<TsVector>().unwrap(), words);
        }
        for wrong in ["'a", "a:0", "a:x", "a:1,", "''"] {
            assert!(wrong.parse::<TsVector>().is_err(), "{wrong}");
        }
    }
}
