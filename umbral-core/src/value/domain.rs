//! What a type demands of a column beyond its logical type: a bound on text, the size of a decimal, a list of choices.

/// What a field's type says of its column, where the field's own attributes do not say otherwise.
///
/// `#[derive(FieldType)]` and `#[derive(Choices)]` make one from the attributes of a type, so that every field of that
/// type has the same column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain {
    /// How long its values are.
    pub size: Size,
    /// The values that there are; empty: all of the logical type.
    pub choices: &'static [Choice],
}

/// How long the values of a column are, where its logical type leaves that open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// The bound on its text, in characters.
    pub max_length: Option<u32>,
    /// The characters of each of its texts, which end in no blank, or how many bits it has.
    pub length: Option<u32>,
    /// Precision and scale of its decimal.
    pub decimal: Option<(u16, u16)>,
}

impl Size {
    /// As the logical type has it by itself.
    pub const ANY: Size = Size { max_length: None, length: None, decimal: None };

    /// Bounds text: it is of no fixed length then.
    #[must_use]
    pub const fn max_length(self, characters: u32) -> Size {
        Size { max_length: Some(characters), length: None, ..self }
    }

    /// Fixes the length of text or of bits: there is nothing left to bound then.
    #[must_use]
    pub const fn length(self, characters: u32) -> Size {
        Size { max_length: None, length: Some(characters), ..self }
    }

    /// Sizes a decimal.
    #[must_use]
    pub const fn decimal(self, size: (u16, u16)) -> Size {
        Size { decimal: Some(size), ..self }
    }

    /// The characters that its text has room for.
    pub(crate) fn room(self) -> Option<u32> {
        self.length.or(self.max_length)
    }
}

/// One of the values that a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What programs call it: `in_print`.
    pub name: &'static str,
    /// What the database stores.
    pub value: ChoiceValue,
    /// What people read: `In print`.
    pub label: &'static str,
    /// What the database stored for it before, newest last, where it is a label of an enum of the database's own.
    pub renamed_from: &'static [&'static str],
}

/// A constant that stands for a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChoiceValue {
    /// Text.
    Text(&'static str),
    /// A number of the column's integer type.
    Integer(i64),
}

impl Domain {
    /// Every value of the logical type.
    pub const ANY: Domain = Domain { size: Size::ANY, choices: &[] };

    /// Bounds its text.
    #[must_use]
    pub const fn max_length(mut self, characters: u32) -> Domain {
        self.size = self.size.max_length(characters);
        self
    }

    /// Fixes the length of its text or its bits.
    #[must_use]
    pub const fn length(mut self, characters: u32) -> Domain {
        self.size = self.size.length(characters);
        self
    }

    /// Sizes its decimal.
    #[must_use]
    pub const fn decimal(mut self, size: (u16, u16)) -> Domain {
        self.size = self.size.decimal(size);
        self
    }

    /// These values and no other; text is as long as the longest of them.
    #[must_use]
    pub const fn choices(mut self, choices: &'static [Choice]) -> Domain {
        self.choices = choices;
        self.size.max_length = longest(choices);
        self
    }

    /// These values and no other, which the type itself keeps to: there is nothing left to bound.
    #[must_use]
    pub const fn labels(mut self, choices: &'static [Choice]) -> Domain {
        self.choices = choices;
        self
    }

    /// The domain of the elements of an array, which no check holds to their choices.
    #[must_use]
    pub(crate) const fn of_elements(mut self) -> Domain {
        self.choices = &[];
        self
    }
}

/// The texts among choices.
pub(crate) fn labels(choices: &[Choice]) -> impl Iterator<Item = &'static str> {
    choices.iter().filter_map(|choice| match choice.value {
        ChoiceValue::Text(text) => Some(text),
        ChoiceValue::Integer(_) => None,
    })
}

/// The characters of the longest text; `None` where none is text.
const fn longest(choices: &[Choice]) -> Option<u32> {
    let (mut most, mut number) = (None, 0);
    while number < choices.len() {
        if let ChoiceValue::Text(text) = choices[number].value {
            let length = characters(text);
            most = match most {
                Some(most) if most >= length => Some(most),
                _ => Some(length),
            };
        }
        number += 1;
    }
    most
}

/// The characters of a text: the bytes that do not continue one.
const fn characters(text: &str) -> u32 {
    let (bytes, mut count, mut at) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        if bytes[at] & 0b1100_0000 != 0b1000_0000 {
            count += 1;
        }
        at += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn text(value: &'static str) -> Choice {
        Choice { name: value, value: ChoiceValue::Text(value), label: value, renamed_from: &[] }
    }

    #[test]
    fn the_longest_text_bounds_a_column() {
        const DOMAIN: Domain = Domain::ANY.choices(&[text("a"), text("größe"), text("bcd")]);
        assert_eq!(DOMAIN.size.max_length, Some(5));
        let number = Choice { name: "low", value: ChoiceValue::Integer(1), label: "Low", renamed_from: &[] };
        assert_eq!(longest(&[number]), None);
    }
}
