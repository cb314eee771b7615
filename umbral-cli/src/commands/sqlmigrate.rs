//! `sqlmigrate`: the SQL of a migration.

use crate::args::SqlmigrateArgs;
use crate::exit::Failure;
use crate::output::Output;
use crate::session::Session;
use umbral_core::migrations::{Direction, sql_text};

/// Shows the SQL of a migration. No database is asked.
pub(crate) fn sqlmigrate(
    session: &Session<'_>,
    args: &SqlmigrateArgs,
    output: &mut Output,
) -> Result<(), Failure> {
    let backend = match &args.backend {
        Some(name) => session.app.backends().by_name(name)?,
        None => session.backend()?,
    };
    let set = session.migrations()?;
    let id = &set.find(&args.app, &args.name)?.id;
    let direction = if args.backward { Direction::Backward } else { Direction::Forward };
    let sql = sql_text(&set, id, direction, backend.as_ref())?;
    output.line(sql.trim_end())?;
    output.json(&serde_json::json!({
        "migration": id.to_string(),
        "direction": direction.to_string(),
        "backend": backend.name(),
        "version": backend.version().to_string(),
        "sql": sql,
    }))?;
    Ok(())
}
