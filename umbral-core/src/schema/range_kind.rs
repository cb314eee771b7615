//! Of what a range may be.

use super::SqlType;
use std::fmt;

/// What the ends of a range are: the range types that PostgreSQL has by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RangeKind {
    /// 32-bit integers.
    Integer,
    /// 64-bit integers.
    BigInt,
    /// Exact decimal numbers of any size.
    Decimal,
    /// Days.
    Date,
    /// Dates and times of day without a zone.
    Timestamp,
    /// Instants.
    TimestampTz,
}

impl RangeKind {
    /// All of them.
    pub const ALL: [RangeKind; 6] = [
        RangeKind::Integer,
        RangeKind::BigInt,
        RangeKind::Decimal,
        RangeKind::Date,
        RangeKind::Timestamp,
        RangeKind::TimestampTz,
    ];

    /// The word for it in the text form of a type: `range<integer>`.
    pub fn name(self) -> &'static str {
        match self {
            RangeKind::Integer => "integer",
            RangeKind::BigInt => "bigint",
            RangeKind::Decimal => "decimal",
            RangeKind::Date => "date",
            RangeKind::Timestamp => "timestamp",
            RangeKind::TimestampTz => "timestamptz",
        }
    }

    /// The kind of this name.
    ///
    /// ```
    /// use umbral_core::schema::RangeKind;
    /// assert_eq!(RangeKind::from_name("date"), Some(RangeKind::Date));
    /// assert_eq!(RangeKind::from_name("text"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<RangeKind> {
        RangeKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether every value has a next one, so that an end that is included can be written as one that is not.
    pub fn is_discrete(self) -> bool {
        matches!(self, RangeKind::Integer | RangeKind::BigInt | RangeKind::Date)
    }

    /// The type of an end as a column would have it; a decimal's is none, since an end has no precision.
    pub fn element(self) -> Option<SqlType> {
        Some(match self {
            RangeKind::Integer => SqlType::Integer,
            RangeKind::BigInt => SqlType::BigInt,
            RangeKind::Decimal => return None,
            RangeKind::Date => SqlType::Date,
            RangeKind::Timestamp => SqlType::Timestamp,
            RangeKind::TimestampTz => SqlType::TimestampTz,
        })
    }
}

impl fmt::Display for RangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
