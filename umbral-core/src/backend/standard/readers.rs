//! What reads a column whose type changes.

use crate::error::{Error, Result};
use crate::schema::{Column, Expr, SqlType, Table};

/// # Errors
/// [`ErrorKind::Unsupported`](crate::error::ErrorKind::Unsupported) where a generated column computes with a column that
/// becomes of another kind.
pub fn generated_still_fit(table: &Table, from: &Column, to: &Column) -> Result<()> {
    if kind(&from.ty) == kind(&to.ty) {
        return Ok(());
    }
    let generated = table.columns.values().filter_map(|column| Some((column, column.generated.as_ref()?)));
    let mut reading = generated.filter(|(_, generated)| computes_with(&generated.expr, &to.name));
    let Some((column, generated)) = reading.next() else { return Ok(()) };
    let (name, expr) = (&column.name, &generated.expr);
    Err(Error::unsupported(
        format!("{name} reads `{expr}`, which does not go with {}.{} as {}", table.name, to.name, to.ty),
        format!("drop {name} before the change, and add what is to hold for the new type after it"),
    ))
}

/// Whether an expression does more with a column than to ask whether it is NULL.
pub fn computes_with(expr: &Expr, column: &str) -> bool {
    let is_column = |expr: &Expr| matches!(expr, Expr::Column(name) if name == column);
    let (mut read, mut only_asked) = (0usize, 0usize);
    expr.visit(&mut |node| match node {
        Expr::Column(_) if is_column(node) => read += 1,
        Expr::IsNull { operand, .. } if is_column(operand) => only_asked += 1,
        _ => {}
    });
    read > only_asked
}

/// Types of one kind compare with the same constants.
pub fn kind(ty: &SqlType) -> u8 {
    match ty {
        SqlType::SmallInt | SqlType::Integer | SqlType::BigInt => 0,
        SqlType::UInt8 | SqlType::UInt16 | SqlType::UInt32 | SqlType::UInt64 => 0,
        SqlType::Real | SqlType::Double | SqlType::Decimal { .. } => 0,
        SqlType::Char(_) | SqlType::Varchar(_) | SqlType::Text => 1,
        SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz => 2,
        SqlType::Time => 3,
        SqlType::Boolean => 4,
        SqlType::Bytes => 5,
        SqlType::Uuid => 6,
        SqlType::Json => 7,
        SqlType::Interval => 8,
        SqlType::Inet | SqlType::Cidr => 9,
        SqlType::MacAddr => 10,
        SqlType::Bit(_) => 11,
        SqlType::Enum(_) => 12,
        SqlType::Hstore => 13,
        SqlType::Ltree => 14,
        SqlType::Xml => 15,
        SqlType::TsVector => 16,
        SqlType::Range(of) => 17 + *of as u8,
        SqlType::Array(element) => 32 + kind(element),
    }
}
