//! What queries ask of a JSON document, where databases differ in how they say it.

/// A step into a JSON document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JsonStep {
    /// The value of an object's key. It has neither quotes nor backslashes.
    Key(String),
    /// The element of an array, from 0.
    Index(u32),
}

/// What is asked of the value at a place in a JSON document. Nothing at the place, and a value of another type than the one
/// it is compared with, fulfils none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JsonLookup {
    /// There is one, `null` among them.
    Exists,
    /// It is `null`.
    Null,
    /// It is a text that compares so with the parameter. Texts compare by their code points.
    Text(JsonComparison),
    /// It is a number that compares so with the parameter.
    Number(JsonComparison),
    /// It is the parameter, a boolean.
    Boolean,
    /// It contains the parameter, a document: an object its entries, an array its elements.
    Contains,
}

/// How a value compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum JsonComparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl JsonComparison {
    const ALL: [JsonComparison; 5] = [
        JsonComparison::Equal,
        JsonComparison::Less,
        JsonComparison::LessOrEqual,
        JsonComparison::Greater,
        JsonComparison::GreaterOrEqual,
    ];

    /// The operator, as SQL has it.
    pub fn operator(self) -> &'static str {
        match self {
            JsonComparison::Equal => "=",
            JsonComparison::Less => "<",
            JsonComparison::LessOrEqual => "<=",
            JsonComparison::Greater => ">",
            JsonComparison::GreaterOrEqual => ">=",
        }
    }
}

impl JsonLookup {
    /// Whether there is a parameter.
    pub fn has_operand(self) -> bool {
        !matches!(self, JsonLookup::Exists | JsonLookup::Null)
    }

    pub(crate) fn code(self) -> u8 {
        match self {
            JsonLookup::Exists => 0,
            JsonLookup::Null => 1,
            JsonLookup::Boolean => 2,
            JsonLookup::Contains => 3,
            JsonLookup::Text(comparison) => 16 + comparison as u8,
            JsonLookup::Number(comparison) => 32 + comparison as u8,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<JsonLookup> {
        let comparison = |at: u8| JsonComparison::ALL.get(usize::from(at)).copied();
        Some(match code {
            0 => JsonLookup::Exists,
            1 => JsonLookup::Null,
            2 => JsonLookup::Boolean,
            3 => JsonLookup::Contains,
            16..32 => JsonLookup::Text(comparison(code - 16)?),
            32.. => JsonLookup::Number(comparison(code - 32)?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_come_back_from_their_codes() {
        let compared =
            JsonComparison::ALL.into_iter().flat_map(|it| [JsonLookup::Text(it), JsonLookup::Number(it)]);
        let plain = [JsonLookup::Exists, JsonLookup::Null, JsonLookup::Boolean, JsonLookup::Contains];
        for lookup in compared.chain(plain) {
            assert_eq!(JsonLookup::from_code(lookup.code()), Some(lookup));
        }
        assert_eq!(JsonLookup::from_code(9), None);
        assert_eq!(JsonLookup::from_code(200), None);
    }
}
