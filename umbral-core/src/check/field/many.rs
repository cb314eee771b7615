//! `field.m2m.through`, `field.related`: over which fields a relation to many rows goes.

use crate::check::{CheckContext, Finding};
use crate::model::{ManyKind, ManyMeta, ModelMeta};

pub(super) fn check(context: &CheckContext<'_>, model: &'static ModelMeta) -> Vec<Finding> {
    model.many.iter().flat_map(|many| [link(model, many), target(context, model, many)]).flatten().collect()
}

/// The declaration does not say over which fields it goes.
fn link(model: &'static ModelMeta, many: &'static ManyMeta) -> Option<Finding> {
    let (why, hint) = many.link(model).err()?;
    let id = match (many.kind, many.through) {
        (ManyKind::ManyToMany, Some(_)) => "field.m2m.through",
        _ => "field.related",
    };
    let message = format!("`{}.{}` cannot find its rows: {why}", model.name, many.name);
    Some(Finding::error(id, message).on_many(model, many).hint(hint))
}

/// The rows, or the table between, are of no model of this program.
fn target(context: &CheckContext<'_>, model: &'static ModelMeta, many: &'static ManyMeta) -> Option<Finding> {
    let between = many.through.filter(|_| !many.own_table).map(|through| through());
    let models = std::iter::once((many.target)()).chain(between);
    let missing =
        models.into_iter().find(|wanted| !context.models().any(|model| model.table == wanted.table))?;
    let name = missing.name;
    let message =
        format!("`{}.{}` leads to `{name}`, which is no model of this program", model.name, many.name);
    let hint = format!(
        "`{name}` is declared in {}: name its crate in this program, as in `use {} as _;`, and let both stand on the \
         same backends",
        missing.location, missing.app
    );
    Some(Finding::error("field.fk.target_exists", message).on_many(model, many).hint(hint))
}
