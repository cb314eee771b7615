//! Lookups by LIKE and IN, and the places of parameters.

use crate::backend::{Dialect, JsonStep, TextLookup};
use crate::schema::SqlType;
use crate::value::Value;
use sea_query::{Alias, BinOper, Expr, ExprTrait, Func};

/// The path of SQL:2016 to a place in a JSON document: `$."cover"."colours"[0]`.
pub fn json_path(steps: &[JsonStep]) -> String {
    let mut path = "$".to_owned();
    for step in steps {
        match step {
            JsonStep::Key(key) => path.extend([".\"", key, "\""]),
            JsonStep::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// The pattern of LIKE for a lookup of `text`, whose wildcards are escaped by a backslash.
pub fn like_pattern(lookup: TextLookup, text: &str) -> Value {
    let open = matches!(lookup, TextLookup::Contains { .. } | TextLookup::EndsWith { .. });
    let end = matches!(lookup, TextLookup::Contains { .. } | TextLookup::StartsWith { .. });
    let mut pattern = String::with_capacity(text.len() + 2);
    if open {
        pattern.push('%');
    }
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    if end {
        pattern.push('%');
    }
    Value::Text(pattern)
}

/// `subject LIKE pattern`, of the lower-case forms of both where case is ignored.
pub fn like(lookup: TextLookup, subject: Expr, parameters: Vec<Expr>) -> Expr {
    let pattern = parameters.into_iter().next().unwrap_or(Expr::null());
    if lookup.ignores_case() {
        Expr::from(Func::lower(subject)).binary(BinOper::Like, Func::lower(pattern))
    } else {
        subject.binary(BinOper::Like, pattern)
    }
}

/// The list made longer by its last value, so that a few statements serve all lengths: to the next power of two, a long
/// one to the next thousand. One beyond 32,000 stays as it is: no database refuses a list for what was added to it.
pub fn padded(mut items: Vec<Value>) -> Vec<Value> {
    let length = match items.len() {
        short @ 0..=1024 => short.next_power_of_two(),
        long @ 1025..=32_000 => long.next_multiple_of(1000),
        longest => longest,
    };
    if let Some(last) = items.last().cloned() {
        items.resize(length, last);
    }
    items
}

/// A parameter of a type where it stands in a statement.
pub fn placed(dialect: &dyn Dialect, ty: &SqlType, place: Expr) -> Expr {
    match dialect.parameter_cast(ty) {
        Some(cast) => place.cast_as(Alias::new(cast)),
        None => place,
    }
}

/// `subject IN (…)`.
pub fn is_in(subject: Expr, parameters: Vec<Expr>) -> Expr {
    subject.is_in(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_user_are_characters() {
        let contains = TextLookup::Contains { ignore_case: false };
        assert_eq!(like_pattern(contains, r"50%_\"), Value::Text(r"%50\%\_\\%".to_owned()));
        let starts = TextLookup::StartsWith { ignore_case: true };
        assert_eq!(like_pattern(starts, "a"), Value::Text("a%".to_owned()));
        let ends = TextLookup::EndsWith { ignore_case: true };
        assert_eq!(like_pattern(ends, "a"), Value::Text("%a".to_owned()));
        assert_eq!(like_pattern(TextLookup::ExactIgnoringCase, ""), Value::Text(String::new()));
    }

    #[test]
    fn few_lengths_of_lists() {
        let list = |length: i32| (0..length).map(Value::Integer).collect::<Vec<_>>();
        assert_eq!(padded(Vec::new()), []);
        let lengths =
            [(1, 1), (3, 4), (4, 4), (1000, 1024), (1025, 2000), (31_001, 32_000), (32_766, 32_766)];
        for (length, padded_to) in lengths {
            let padded = padded(list(length));
            assert_eq!(padded.len(), padded_to);
            assert_eq!(padded[..length as usize], list(length));
            assert!(padded[length as usize..].iter().all(|value| *value == Value::Integer(length - 1)));
        }
    }
}
