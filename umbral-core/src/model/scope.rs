//! What names mean in the expressions of a model and of the structs embedded in it.

use super::meta::{FieldMeta, ModelMeta};
use crate::schema::Expr;
use crate::schema::expr::{self, ParseExprError};
use std::borrow::Cow;
use std::str::FromStr;

impl ModelMeta {
    /// Reads what an attribute says in the grammar of expressions. A field of an embedded struct is named as in Rust,
    /// `home.city`, which the grammar would take for a column of a table `home`. `from` is the field that has the attribute.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub(crate) fn read<T>(&self, text: &str, from: Option<&FieldMeta>) -> Result<T, String>
    where
        T: FromStr<Err = ParseExprError>,
    {
        self.with_columns(text, from)?.parse().map_err(|error: ParseExprError| error.to_string())
    }

    /// The text with the columns of embedded structs in place of their fields' names.
    fn with_columns<'t>(&self, text: &'t str, from: Option<&FieldMeta>) -> Result<Cow<'t, str>, String> {
        let (scope, prefix) = from.map_or(("", ""), FieldMeta::scope);
        let names = expr::names(text);
        let mut columns = String::new();
        let (mut done, mut at) = (0, 0);
        while let Some((first, place)) = names.get(at) {
            let (mut name, mut end) = (first.clone(), place.end);
            at += 1;
            while let Some((next, place)) =
                names.get(at).filter(|(_, next)| text.get(end..next.start) == Some("."))
            {
                (name, end, at) = (format!("{name}.{next}"), place.end, at + 1);
            }
            let holder = format!("{scope}{first}.");
            if name == *first || !self.fields.iter().any(|field| field.name.starts_with(&holder)) {
                continue;
            }
            let field = self.fields.iter().find(|field| field.name.strip_prefix(scope) == Some(&name));
            let column = field.and_then(|field| field.column.strip_prefix(prefix));
            let column = column.ok_or_else(|| {
                let inside = self.fields.iter().filter(|field| field.name.starts_with(&holder));
                let known: Vec<&str> = inside.filter_map(|field| field.name.strip_prefix(scope)).collect();
                format!("there is no field `{name}`, but `{}`", known.join("`, `"))
            })?;
            columns.push_str(&text[done..place.start]);
            columns.push_str(&Expr::column(column).to_string());
            done = end;
        }
        if done == 0 {
            return Ok(Cow::Borrowed(text));
        }
        columns.push_str(&text[done..]);
        Ok(Cow::Owned(columns))
    }

    /// The field that an expression means by `name`, which is that of a field or of a column. The expressions of a field of
    /// an embedded struct, `from`, mean the fields and columns of that struct.
    pub fn named(&self, name: &str, from: Option<&FieldMeta>) -> Option<&'static FieldMeta> {
        let (scope, prefix) = from.map_or(("", ""), FieldMeta::scope);
        let inside = || self.fields.iter().filter(|field| field.name.starts_with(scope));
        let by_field = inside().find(|field| field.name.strip_prefix(scope) == Some(name));
        by_field.or_else(|| inside().find(|field| field.column.strip_prefix(prefix) == Some(name)))
    }
}

impl FieldMeta {
    /// The name of the field that is the embedded struct which declares it.
    pub(crate) fn holder(&self) -> &'static str {
        self.name.rsplit_once('.').map_or(self.name, |(holder, _)| holder)
    }

    /// What stands in front of the names of the fields and of the columns of the struct that declares it.
    fn scope(&self) -> (&'static str, &'static str) {
        let outer = self.name.rfind('.').map_or(0, |point| point + 1);
        (&self.name[..outer], self.column.get(..self.prefix).unwrap_or(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ValueType;

    const fn field(name: &'static str, column: &'static str, prefix: usize) -> FieldMeta {
        FieldMeta { prefix, ..FieldMeta::new(name, column, "String", (ValueType::Text, false), "", 0) }
    }

    const LATITUDE: FieldMeta = field("home.geo.lat", "home_g_lat", 7);
    const CITY: FieldMeta = field("home.city", "home_the city", 5);
    static FIELDS: [FieldMeta; 4] = [field("id", "id", 0), field("city", "city", 0), CITY, LATITUDE];
    static PERSON: ModelMeta = ModelMeta::new("Person", "app", "person", &FIELDS, "", 0);

    fn read(text: &str, from: Option<&FieldMeta>) -> String {
        PERSON.read::<Expr>(text, from).map_or_else(|error| error, |expr| expr.to_string())
    }

    #[test]
    fn a_structs_field_is_its_column() {
        for (text, columns) in [
            ("home.city <> city", r#""home_the city" <> city"#),
            (
                "lower(home.city) = 'home.city' OR home.geo.lat > 1.5",
                r#"lower("home_the city") = 'home.city' OR home_g_lat > 1.5"#,
            ),
            (r#""home"."city" = '' AND person.city = ''"#, r#""home_the city" = '' AND city = ''"#),
            ("home.cty = ''", "there is no field `home.cty`, but `home.city`, `home.geo.lat`"),
            ("home.geo = ''", "there is no field `home.geo`, but `home.city`, `home.geo.lat`"),
            ("city >", "expected a column, a constant or a function, found the end at byte 6"),
        ] {
            assert_eq!(read(text, None), columns, "{text}");
        }
        assert_eq!(read("geo.lat > 0 AND city = ''", Some(&CITY)), "g_lat > 0 AND city = ''");
        assert_eq!(read("lat > 0", Some(&LATITUDE)), "lat > 0");
        assert_eq!(PERSON.named("g_lat", Some(&CITY)).map(|field| field.name), Some("home.geo.lat"));
        assert_eq!(PERSON.named("the city", Some(&CITY)).map(|field| field.name), Some("home.city"));
        assert!(PERSON.named("id", Some(&CITY)).is_none() && PERSON.named("lat", None).is_none());
    }
}
