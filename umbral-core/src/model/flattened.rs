//! What the fields of an embedded struct are called in the model that has it. All of it is put together while the program is
//! compiled.

use super::FieldMeta;
use super::create::same;
use super::message::Message;

/// A field that is an embedded struct, for derived code: the names of what it stands for.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Flattened {
    fields: &'static [FieldMeta],
    name: &'static str,
    prefix: &'static str,
    /// The prefixes that there were before, newest last.
    former: &'static [&'static str],
}

/// The parts of a name, in their order.
type Parts = [&'static str; 3];

impl Flattened {
    /// The field `name`, of a struct that has these.
    pub const fn new(
        fields: &'static [FieldMeta],
        name: &'static str,
        prefix: &'static str,
        former: &'static [&'static str],
    ) -> Flattened {
        Flattened { fields, name, prefix, former }
    }

    /// How many fields it stands for.
    pub const fn width(&self) -> usize {
        self.fields.len()
    }

    /// How many names its fields have: each its own, that of its column, and those that the column had before.
    pub const fn names(&self) -> usize {
        let (mut field, mut count) = (0, 0);
        while field < self.fields.len() {
            count += self.names_of(field);
            field += 1;
        }
        count
    }

    /// How long these names are together.
    pub const fn letters(&self) -> usize {
        let (mut field, mut letters) = (0, 0);
        while field < self.fields.len() {
            let mut nth = 0;
            while nth < self.names_of(field) {
                let [first, second, third] = self.parts(field, nth);
                letters += first.len() + second.len() + third.len();
                nth += 1;
            }
            field += 1;
        }
        letters
    }

    /// The names without anything between.
    pub const fn text<const N: usize>(&self) -> [u8; N] {
        let mut text = [0; N];
        let (mut field, mut end) = (0, 0);
        while field < self.fields.len() {
            let mut nth = 0;
            while nth < self.names_of(field) {
                let parts = self.parts(field, nth);
                let mut part = 0;
                while part < parts.len() {
                    end = append(&mut text, end, parts[part].as_bytes());
                    part += 1;
                }
                nth += 1;
            }
            field += 1;
        }
        text
    }

    /// The names, which `text` is.
    pub const fn split<const N: usize>(&self, text: &'static [u8]) -> [&'static str; N] {
        let mut names = [""; N];
        let (mut field, mut at, mut rest) = (0, 0, text);
        while field < self.fields.len() {
            let mut nth = 0;
            while nth < self.names_of(field) {
                let [first, second, third] = self.parts(field, nth);
                let (name, after) = rest.split_at(first.len() + second.len() + third.len());
                // Put together of texts: it is one.
                names[at] = match std::str::from_utf8(name) {
                    Ok(name) => name,
                    Err(_) => "",
                };
                (at, rest, nth) = (at + 1, after, nth + 1);
            }
            field += 1;
        }
        names
    }

    /// The fields, called as `names` says.
    pub const fn fields<const N: usize>(&self, names: &'static [&'static str]) -> [FieldMeta; N] {
        let mut fields = [NO_FIELD; N];
        let (mut number, mut rest) = (0, names);
        while number < N {
            let (own, after) = rest.split_at(self.names_of(number));
            let (today, former) = own.split_at(2);
            fields[number] = self.fields[number];
            fields[number].name = today[0];
            fields[number].column = today[1];
            fields[number].prefix = self.prefix.len() + self.fields[number].prefix;
            fields[number].renamed_from = former;
            (number, rest) = (number + 1, after);
        }
        fields
    }

    /// The place of one of its fields, 0 where there is none of this name.
    pub const fn place(&self, name: &str) -> u16 {
        let mut number = 0;
        while number < self.fields.len() {
            if same(self.fields[number].name.as_bytes(), name.as_bytes()) {
                return number as u16;
            }
            number += 1;
        }
        0
    }

    /// Refuses to compile where it has no field of this name.
    #[track_caller]
    #[allow(clippy::panic)] // Evaluated by the compiler only.
    pub const fn verify(&self, name: &str) {
        let first = self.fields[self.place(name) as usize].name;
        if same(first.as_bytes(), name.as_bytes()) {
            return;
        }
        let mut message = Message::new(&["there is no field `", self.name, ".", name, "`; there are `"]);
        let mut number = 0;
        while number < self.fields.len() {
            let separator = match number {
                0 => "",
                _ if number + 1 == self.fields.len() => "` and `",
                _ => "`, `",
            };
            message = message.and(&[separator, self.name, ".", self.fields[number].name]);
            number += 1;
        }
        panic!("{}", message.and(&["`"]).text());
    }

    const fn names_of(&self, field: usize) -> usize {
        // In place of what the column is called today stands the field's own name.
        1 + (self.former.len() + 1) * (self.fields[field].renamed_from.len() + 1)
    }

    /// The name of this number among those of a field: its own, that of its column, and former ones of that, which begin with
    /// the former prefixes, one after the other, and then with today's.
    const fn parts(&self, field: usize, nth: usize) -> Parts {
        let field = &self.fields[field];
        match nth {
            0 => [self.name, ".", field.name],
            1 => [self.prefix, "", field.column],
            _ => {
                let each = field.renamed_from.len() + 1;
                let (prefix, column) = ((nth - 2) / each, (nth - 2) % each);
                let prefix = if prefix < self.former.len() { self.former[prefix] } else { self.prefix };
                let column = if column + 1 < each { field.renamed_from[column] } else { field.column };
                [prefix, "", column]
            }
        }
    }
}

const NO_FIELD: FieldMeta = FieldMeta::new("", "", "", (crate::value::ValueType::Boolean, false), "", 0);

/// The fields of a struct that has others flattened in it, in their order.
#[doc(hidden)]
pub const fn joined<const N: usize>(groups: &[&[FieldMeta]]) -> [FieldMeta; N] {
    let mut fields = [NO_FIELD; N];
    let (mut group, mut end) = (0, 0);
    while group < groups.len() {
        let mut number = 0;
        while number < groups[group].len() {
            fields[end] = groups[group][number];
            (end, number) = (end + 1, number + 1);
        }
        group += 1;
    }
    fields
}

const fn append(text: &mut [u8], end: usize, part: &[u8]) -> usize {
    let mut at = 0;
    while at < part.len() {
        text[end + at] = part[at];
        at += 1;
    }
    end + part.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ValueType;

    const fn field(name: &'static str, column: &'static str) -> FieldMeta {
        FieldMeta::new(name, column, "String", (ValueType::Text, false), "", 0)
    }

    const CITY: FieldMeta =
        FieldMeta { renamed_from: &["town", "place"], prefix: 1, ..field("in.city", "i_city") };
    const HOME: Flattened = Flattened::new(&[field("street", "road"), CITY], "home", "home_", &["", "addr_"]);

    #[test]
    fn fields_are_called_after_what_they_lie_in() {
        static TEXT: [u8; HOME.letters()] = HOME.text();
        static NAMES: [&str; HOME.names()] = HOME.split(&TEXT);
        static FIELDS: [FieldMeta; HOME.width()] = HOME.fields(&NAMES);
        let [street, city] = FIELDS;
        assert_eq!((street.name, street.column, street.prefix), ("home.street", "home_road", 5));
        assert_eq!(street.renamed_from, ["road", "addr_road"]);
        assert_eq!((city.name, city.column, city.prefix), ("home.in.city", "home_i_city", 6));
        let former =
            ["town", "place", "i_city", "addr_town", "addr_place", "addr_i_city", "home_town", "home_place"];
        assert_eq!(city.renamed_from, former);
        assert_eq!((HOME.place("street"), HOME.place("in.city")), (0, 1));
        static ALL: [FieldMeta; 3] = joined(&[&[field("id", "id")], &FIELDS]);
        assert_eq!(ALL.map(|field| field.column), ["id", "home_road", "home_i_city"]);
    }
}
