//! What a field points at, and what happens when that goes away.

use super::rust_type::{Family, RelationKind, RustType};
use crate::errors::Errors;
use crate::parse::{Action, DeferrableInput, FieldOptions, Spanned};
use proc_macro2::TokenStream;

/// A relation with everything decided.
pub(crate) struct Relation {
    pub(crate) kind: RelationKind,
    pub(crate) target: Target,
    pub(crate) on_delete: Action,
    pub(crate) on_update: Action,
    pub(crate) deferrable: Option<DeferrableInput>,
}

/// What a relation points at.
pub(crate) enum Target {
    /// A model, as its type is written.
    Model(TokenStream),
    /// A table without a model.
    Table(String),
}

/// The relation of a field of type `ty`, if it is one.
pub(crate) fn lower(options: &FieldOptions, ty: &RustType, errors: &mut Errors) -> Option<Relation> {
    let (kind, target) = match (&ty.family, &options.references) {
        (Family::Relation(kind, target), references) => {
            if let Some(table) = references {
                errors.at(table.span, format_args!("`{}` says already what it references", ty.text));
            }
            (*kind, Target::Model(target.clone()))
        }
        (_, Some(table)) => (RelationKind::ForeignKey, Target::Table(super::field::not_empty(table, errors))),
        (_, None) => {
            let actions = [&options.on_delete, &options.on_update].into_iter().flatten();
            let deferrable = options.deferrable.iter().map(|deferrable| deferrable.span);
            for span in actions.map(|action| action.span).chain(deferrable) {
                errors.at(
                    span,
                    format_args!(
                        "`{}` references nothing; this is for `ForeignKey`, `OneToOne` or `references = \"table\"`",
                        ty.text
                    ),
                );
            }
            return None;
        }
    };
    let mut action = |action: &Option<Spanned<Action>>| {
        let Some(action) = action else { return Action::NoAction };
        check_action(action, options, ty, errors);
        action.value
    };
    Some(Relation {
        kind,
        target,
        on_delete: action(&options.on_delete),
        on_update: action(&options.on_update),
        deferrable: options.deferrable.as_ref().map(|deferrable| deferrable.value),
    })
}

fn check_action(action: &Spanned<Action>, options: &FieldOptions, ty: &RustType, errors: &mut Errors) {
    match action.value {
        Action::SetNull if !ty.optional => {
            errors.at(
                action.span,
                format_args!("set_null stores NULL: make the field an `Option<{}>`", ty.text),
            );
        }
        Action::SetDefault if options.default.is_none() && options.default_sql.is_none() => {
            errors.at(action.span, "set_default stores the field's default, and it has none");
        }
        _ => {}
    }
}
