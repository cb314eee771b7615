//! Expressions over logical values to expressions over what the servers store, and back.

mod canonical;
mod lower;
mod reported;

pub(super) use canonical::{canonical, default_value};
pub(super) use lower::{cast_type, condition, lower};
pub(super) use reported::{reported, unescaped};

use crate::schema::expr::Literal;
use crate::schema::{Expr, SqlType};
use crate::value::{Cidr, Date, Inet, MacAddr, Time, Timestamp, parse_uuid};

/// The present as a date and a time, in UTC whatever the session's zone is.
pub(super) const NOW: &str = "utc_timestamp(6)";

/// A text constant of a type that has a spelling of its own, in that spelling.
fn spelled(text: String, ty: &SqlType) -> String {
    match ty {
        SqlType::Date => text.parse::<Date>().map_or(text, |date| date.to_string()),
        SqlType::Time => text.parse::<Time>().map_or(text, |time| time.to_string()),
        SqlType::Timestamp | SqlType::TimestampTz => {
            let midnight = || text.parse::<Date>().map(|day| Timestamp::new(day, Time { micros: 0 }));
            text.parse::<Timestamp>().or_else(|_| midnight()).map_or(text, |timestamp| timestamp.to_string())
        }
        SqlType::Uuid => text.to_ascii_lowercase(),
        SqlType::Inet => text.parse::<Inet>().map_or(text, |inet| inet.to_string()),
        SqlType::Cidr => text.parse::<Cidr>().map_or(text, |cidr| cidr.to_string()),
        SqlType::MacAddr => text.parse::<MacAddr>().map_or(text, |mac| mac.to_string()),
        // Blanks at its end are none of its value.
        SqlType::Char(_) => text.trim_end_matches(' ').to_owned(),
        _ => text,
    }
}

fn uuid_bytes(text: &str) -> Option<Vec<u8>> {
    parse_uuid(text).ok().map(|bytes| bytes.to_vec())
}

fn boolean(value: bool) -> Expr {
    Expr::Literal(Literal::Boolean(value))
}

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Function { name: name.to_owned(), arguments }
}
