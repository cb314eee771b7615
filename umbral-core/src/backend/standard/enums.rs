//! Enums that are types of the database's own.

use crate::backend::ColumnType;
use crate::schema::EnumType;
use sea_query::{Alias, IntoIden};

/// The column type of an enum.
pub fn enum_type(of: &EnumType) -> ColumnType {
    let variants = of.labels.iter().map(|label| Alias::new(label).into_iden()).collect();
    ColumnType::Enum { name: Alias::new(&of.name).into_iden(), variants }
}
