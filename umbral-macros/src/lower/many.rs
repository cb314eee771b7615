//! Fields that stand for any number of rows: they have no column.

use super::names::snake_case;
use super::rust_type::{Family, ManyKind, RustType};
use super::{Context, Model};
use crate::errors::Errors;
use crate::parse::{FieldInput, FieldOptions, plain};
use proc_macro2::{Ident, Span, TokenStream};
use syn::Visibility;
use syn::spanned::Spanned as _;

/// A relation to many rows with everything decided.
pub(crate) struct Many {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) name: String,
    pub(crate) ty: RustType,
    pub(crate) kind: ManyKind,
    pub(crate) target: TokenStream,
    pub(crate) between: Between,
    pub(crate) related: Option<String>,
    pub(crate) symmetrical: bool,
    pub(crate) former_names: Vec<String>,
    pub(crate) silenced: Vec<String>,
    pub(crate) line: u32,
}

/// What lies between the rows of a relation.
pub(crate) enum Between {
    /// A table of the relation's own, with its columns.
    Own([String; 2]),
    /// A table with a model, and its fields that point at the holder and the target, where they are named.
    Model(Ident, Option<[String; 2]>),
    /// Nothing, or what the other side declares.
    Nothing,
}

impl Many {
    /// Decides what a field of the struct `model` means, if it stands for many rows.
    pub(crate) fn lower(
        input: &FieldInput,
        model: &Ident,
        context: &Context,
        errors: &mut Errors,
    ) -> Option<Many> {
        let ty = RustType::of(&input.ty, model);
        let Family::Many(kind, target) = ty.family.clone() else {
            verify_one(&input.options, &ty, errors);
            return None;
        };
        let options = &input.options;
        if ty.optional {
            errors.at(input.ty.span(), format_args!("any number of rows may be none: make it no `Option`"));
        }
        for span in of_columns(options) {
            errors.at(span, format_args!("`{}` has no column, which this would be for", ty.text));
        }
        let symmetrical = options.symmetrical.is_some();
        let to_itself = *model == target.to_string();
        if let Some(flag) = &options.symmetrical
            && (!to_itself || options.through.is_some() || options.related.is_some())
        {
            errors.at(
                flag.span,
                format_args!("`symmetrical` is for a relation of `{model}` to itself, by a table of its own"),
            );
        }
        let between = match (kind, &options.through, &options.related) {
            (ManyKind::HasMany, Some(through), _) => {
                errors.at(
                    through.model.span,
                    format_args!("`through` is for `ManyToMany`, and this is a `{}`", ty.text),
                );
                Between::Nothing
            }
            (ManyKind::HasMany, None, _) => Between::Nothing,
            (ManyKind::ManyToMany, Some(through), Some(_)) => {
                errors.at(
                    through.model.span,
                    "`related` names the side that declares the table: leave `through` to it",
                );
                Between::Nothing
            }
            (ManyKind::ManyToMany, Some(through), None) => {
                let model = Ident::new(&through.model.value, through.model.span);
                let sides = through.sides.as_ref();
                Between::Model(model, sides.map(|sides| sides.each_ref().map(|side| side.value.clone())))
            }
            (ManyKind::ManyToMany, None, Some(_)) => Between::Nothing,
            (ManyKind::ManyToMany, None, None) => Between::Own(columns(model, &target)),
        };
        Some(Many {
            name: plain(&input.ident),
            ident: input.ident.clone(),
            vis: input.vis.clone(),
            kind,
            target,
            between,
            related: options.related.as_ref().map(|related| related.value.clone()),
            symmetrical,
            former_names: options.renamed_from.iter().map(|former| former.value.clone()).collect(),
            silenced: options.silenced.iter().map(|id| id.value.clone()).collect(),
            line: (context.line)(input.span()),
            ty,
        })
    }

    /// The names that its own table had before: by former names of the field and of the model's table.
    pub(crate) fn former_tables(&self, model: &Model) -> Vec<String> {
        let table = self.table(model);
        let names = || self.former_names.iter().chain([&self.name]);
        let tables = model.renamed_from.iter().chain([&model.table]);
        let mut former: Vec<String> =
            tables.flat_map(|of| names().map(move |name| format!("{of}_{name}"))).collect();
        former.retain(|name| *name != table);
        former
    }

    /// The name of its own table.
    pub(crate) fn table(&self, model: &Model) -> String {
        format!("{}_{}", model.table, self.name)
    }
}

/// That relations to many rows point at a key of one field.
pub(crate) fn verify_key(many: &mut [Many], key: &[u16], model: &Ident, errors: &mut Errors) {
    if key.len() <= 1 {
        return;
    }
    // A table between would point at the key, which is another mistake for the compiler.
    many.iter_mut().for_each(|many| many.between = Between::Nothing);
    if let Some(many) = many.first() {
        errors.at(
            many.ident.span(),
            format_args!("many rows point at a key of one field, and that of `{model}` has {}", key.len()),
        );
    }
}

/// That a field with a column has no attribute of relations to many rows.
fn verify_one(options: &FieldOptions, ty: &RustType, errors: &mut Errors) {
    let of_tables = [
        options.through.as_ref().map(|through| through.model.span),
        options.symmetrical.as_ref().map(|flag| flag.span),
    ];
    for span in of_tables.into_iter().flatten() {
        errors.at(span, format_args!("this is for `ManyToMany`, and the field is of type `{}`", ty.text));
    }
    if let Some(related) = &options.related {
        errors.at(
            related.span,
            format_args!("`related` is for `ManyToMany` and `HasMany`, and this is of type `{}`", ty.text),
        );
    }
}

/// The columns of a table between: called after both structs.
fn columns(model: &Ident, target: &TokenStream) -> [String; 2] {
    let own = snake_case(&plain(model));
    let last = target.clone().into_iter().filter_map(|token| match token {
        proc_macro2::TokenTree::Ident(word) => Some(plain(&word)),
        _ => None,
    });
    let other = last.last().map_or_else(String::new, |name| snake_case(&name));
    if own == other {
        return [format!("from_{own}_id"), format!("to_{own}_id")];
    }
    [format!("{own}_id"), format!("{other}_id")]
}

/// Where attributes stand that are for a column.
fn of_columns(options: &FieldOptions) -> Vec<Span> {
    let spans = [
        options.primary_key.as_ref().map(|value| value.span),
        options.auto.as_ref().map(|value| value.span),
        options.column.as_ref().map(|value| value.span),
        options.max_length.as_ref().map(|value| value.span),
        options.length.as_ref().map(|value| value.span),
        options.decimal.as_ref().map(|value| value.span),
        options.default.as_ref().map(|value| value.span),
        options.default_sql.as_ref().map(|value| value.span),
        options.generated.as_ref().map(|value| value.span),
        options.stored.as_ref().map(|value| value.span),
        options.unique.as_ref().map(|value| value.span),
        options.index.as_ref().map(|value| value.span),
        options.check.as_ref().map(|value| value.span),
        options.on_delete.as_ref().map(|value| value.span),
        options.on_update.as_ref().map(|value| value.span),
        options.references.as_ref().map(|value| value.span),
    ];
    spans.into_iter().flatten().collect()
}
