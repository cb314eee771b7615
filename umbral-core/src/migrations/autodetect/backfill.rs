//! Values for rows that exist.

use super::Models;
use super::questions::{Backfill, Questioner};
use crate::error::Result;
use crate::migrations::Operation;

/// Gives the operations that need one a value for the rows that exist: the column's default where it has one,
/// otherwise what `questioner` answers.
///
/// # Errors
/// Those of `questioner`.
pub(super) fn ask(
    operations: &mut [Operation],
    models: &Models,
    questioner: &mut dyn Questioner,
) -> Result<()> {
    for operation in operations {
        let (table, column, backfill, added) = match operation {
            Operation::AddColumn(add) => (&add.table, &add.column, &mut add.backfill, true),
            Operation::AlterColumn(alter) if alter.from.nullable => {
                (&alter.table, &alter.to, &mut alter.backfill, false)
            }
            _ => continue,
        };
        if column.nullable || column.identity || column.generated.is_some() || backfill.is_some() {
            continue;
        }
        match &column.default {
            // An added column takes its default by itself.
            Some(_) if added => {}
            Some(default) => *backfill = Some(default.clone()),
            None => {
                let app = models.owners.get(table).map_or("", String::as_str);
                *backfill = questioner.backfill(&Backfill { app, table, column, added })?;
            }
        }
    }
    Ok(())
}
