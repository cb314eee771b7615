//! The steps of a query's code, read back.

use super::{CAST_TAG, DECIMAL_TAG, LABELS_TAG, Op};
use crate::backend::{ContentLookup, JsonLookup, TextLookup};
use crate::query::Path;

/// One step, read back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step<'c> {
    Column {
        path: Path,
        field: u16,
    },
    /// With the scale of a decimal, and the type that it may have to be cast to.
    Param {
        scale: Option<u8>,
        named: Option<Named<'c>>,
    },
    Text(TextLookup),
    Json(JsonLookup),
    Content(ContentLookup),
    Order(u8),
    Assign(u16),
    Member,
    /// With the steps of the condition.
    Any(&'c [u8]),
    /// Any step of one byte.
    Plain(Op),
}

/// The type of a parameter by its name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Named<'c> {
    /// An array of the labels of the enum of this name.
    LabelsOf(&'c str),
    /// The type that has this text.
    Type(&'c str),
}

/// Reads steps.
pub(crate) struct Steps<'c>(&'c [u8]);

impl<'c> Steps<'c> {
    pub(crate) fn new(bytes: &'c [u8]) -> Steps<'c> {
        Steps(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn taken(&mut self, count: usize) -> Option<&'c [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn name(&mut self) -> Option<&'c str> {
        let length = self.number()?;
        std::str::from_utf8(self.taken(length.into())?).ok()
    }

    fn step(&mut self) -> Option<Step<'c>> {
        Some(match Op::from_byte(self.byte()?)? {
            Op::Column => {
                let mut path = Path::ROOT;
                for _ in 0..self.byte()? {
                    path = path.hop(self.number()?);
                }
                Step::Column { path, field: self.number()? }
            }
            Op::Param => {
                let (mut scale, mut named) = (None, None);
                match self.byte()? {
                    DECIMAL_TAG => scale = Some(self.byte()?),
                    LABELS_TAG => named = Some(Named::LabelsOf(self.name()?)),
                    CAST_TAG => named = Some(Named::Type(self.name()?)),
                    _ => {}
                }
                Step::Param { scale, named }
            }
            Op::Text => Step::Text(TextLookup::from_code(self.byte()?)?),
            Op::Json => Step::Json(JsonLookup::from_code(self.byte()?)?),
            Op::Content => Step::Content(ContentLookup::from_code(self.byte()?)?),
            Op::Member => {
                self.taken(13)?;
                Step::Member
            }
            Op::Any => {
                let length = u32::from_le_bytes(self.taken(4)?.try_into().ok()?);
                Step::Any(self.taken(length as usize)?)
            }
            Op::Order => Step::Order(self.byte()?),
            Op::Assign => Step::Assign(self.number()?),
            plain => Step::Plain(plain),
        })
    }
}

/// Ends at the end of the bytes, or with `None` for bytes that are no step.
impl<'c> Iterator for Steps<'c> {
    type Item = Option<Step<'c>>;

    fn next(&mut self) -> Option<Option<Step<'c>>> {
        if self.0.is_empty() {
            return None;
        }
        let step = self.step();
        if step.is_none() {
            self.0 = &[];
        }
        Some(step)
    }
}
