//! What queries ask of values that hold others: ranges, maps of texts, paths, the words of a text.

/// What is asked of the value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContentLookup {
    /// It holds the operand: a range a value or a range, a map every entry, a path is above another.
    Contains,
    /// The operand holds it.
    ContainedBy,
    /// A range and the operand have a value in common.
    Overlaps,
    /// A range ends where the operand begins or begins where it ends, and they have no value in common.
    Adjacent,
    /// A range ends before the operand begins.
    Before,
    /// A range begins behind the operand's end.
    After,
    /// A range has no value.
    IsEmpty,
    /// A map has the operand as a key.
    HasKey,
    /// A map has every one of the operand's texts as a key.
    HasKeys,
    /// A map has one of the operand's texts as a key.
    HasAnyKey,
    /// A path is as the operand, a pattern of paths, says.
    Matches,
    /// A text has the operand's words, in the database's own configuration of text search.
    Words,
    /// The same in the configuration that the second operand names.
    WordsIn,
}

impl ContentLookup {
    const ALL: [ContentLookup; 13] = [
        ContentLookup::Contains,
        ContentLookup::ContainedBy,
        ContentLookup::Overlaps,
        ContentLookup::Adjacent,
        ContentLookup::Before,
        ContentLookup::After,
        ContentLookup::IsEmpty,
        ContentLookup::HasKey,
        ContentLookup::HasKeys,
        ContentLookup::HasAnyKey,
        ContentLookup::Matches,
        ContentLookup::Words,
        ContentLookup::WordsIn,
    ];

    /// How many parameters there are.
    pub fn operands(self) -> usize {
        match self {
            ContentLookup::IsEmpty => 0,
            ContentLookup::WordsIn => 2,
            _ => 1,
        }
    }

    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_code(code: u8) -> Option<ContentLookup> {
        ContentLookup::ALL.get(usize::from(code)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_come_back_from_their_codes() {
        for lookup in ContentLookup::ALL {
            assert_eq!(ContentLookup::from_code(lookup.code()), Some(lookup));
        }
        assert_eq!(ContentLookup::from_code(13), None);
    }
}
