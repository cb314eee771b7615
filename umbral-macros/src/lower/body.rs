//! The columns of a struct: its own fields, and structs whose fields are columns.

use super::field::another_name;
use super::{Context, Field, Many, RustType, Target};
use crate::errors::Errors;
use crate::parse::{FieldInput, FieldName, FlattenInput, nearest, plain};
use proc_macro2::{Ident, Span};
use syn::Visibility;
use syn::spanned::Spanned as _;

/// A model, or a struct that is embedded in one, without what only models have.
pub(crate) struct Body {
    pub(crate) ident: Ident,
    /// The path of the umbral crate.
    pub(crate) krate: syn::Path,
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) parts: Vec<Part>,
    pub(crate) many: Vec<Many>,
    /// Fields that are an `Option` of a struct, each of which is a mistake.
    pub(crate) refused: Vec<Ident>,
}

/// A field that is an embedded struct.
pub(crate) struct Part {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) name: String,
    pub(crate) ty: RustType,
    pub(crate) prefix: String,
    /// The prefixes that there were before, newest last.
    pub(crate) former: Vec<String>,
    /// How many of the struct's own fields are declared before it.
    pub(crate) before: usize,
}

/// A column of a struct.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    /// The field of this number among its own.
    Own(u16),
    /// A field of the embedded struct of this number, by its name there, which only the compiler can look for.
    Inside { part: usize, name: String, span: Span },
}

impl PartialEq for Column {
    fn eq(&self, other: &Column) -> bool {
        match (self, other) {
            (Column::Own(one), Column::Own(other)) => one == other,
            (Column::Inside { part, name, .. }, Column::Inside { part: other_part, name: other, .. }) => {
                part == other_part && name == other
            }
            _ => false,
        }
    }
}

impl Body {
    /// Decides what the fields of the struct `ident` mean.
    pub(crate) fn lower(
        ident: Ident,
        krate: syn::Path,
        inputs: Vec<FieldInput>,
        context: &Context,
        errors: &mut Errors,
    ) -> Body {
        let (name, file) = (plain(&ident), context.file.clone());
        let (fields, parts, many, refused) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut body = Body { ident, krate, name, file, fields, parts, many, refused };
        for mut input in inputs {
            if let Some(flatten) = input.options.flatten.take() {
                let ident = input.ident.clone();
                match Part::lower(input, flatten, &body.ident, body.fields.len(), errors) {
                    Some(part) => body.parts.push(part),
                    None => body.refused.push(ident),
                }
            } else if let Some(rows) = Many::lower(&input, &body.ident, context, errors) {
                body.many.push(rows);
            } else {
                body.fields.push(Field::lower(input, &body.ident, context, errors));
            }
        }
        body
    }

    /// Whether it lies in itself. The compiler says that it is of infinite size, and more of whatever asks for that size.
    pub(crate) fn is_infinite(&self) -> bool {
        self.parts.iter().any(|part| self.ident == part.ty.text)
    }

    /// Whether one of its relations points at rows of the struct itself.
    pub(crate) fn points_at_itself(&self) -> bool {
        let mut targets = self.fields.iter().filter_map(|field| match &field.relation.as_ref()?.target {
            Target::Model(target) => Some(target.to_string()),
            Target::Table(_) => None,
        });
        targets.any(|target| self.ident == target)
    }

    /// The column that a name means.
    pub(crate) fn column(&self, name: &FieldName) -> syn::Result<Column> {
        let refused = |message: String| Err(syn::Error::new(name.span(), message));
        let text = name.text();
        let (first, inner) = text.split_once('.').unwrap_or((&text, ""));
        let part = self.parts.iter().position(|part| part.name == first);
        let own = self.fields.iter().position(|field| field.name == first);
        match (own, part, inner) {
            (Some(number), _, "") => Ok(Column::Own(number as u16)),
            (Some(_), _, _) => refused(format!("`{first}` is one column, and no struct to be flattened")),
            (None, Some(_), "") => refused(format!("`{first}` has several columns: name one, `{first}.…`")),
            (None, Some(part), _) => {
                let span = name.words.last().map_or_else(|| name.span(), |word| word.span);
                Ok(Column::Inside { part, name: inner.to_owned(), span })
            }
            (None, None, _) => refused(match self.meant(first) {
                Some(meant) => format!("there is no field `{first}`; did you mean `{meant}`?"),
                None => format!("there is no field `{first}`"),
            }),
        }
    }

    fn meant(&self, name: &str) -> Option<&str> {
        let of_column =
            self.fields.iter().find(|field| field.column == name).map(|field| field.name.as_str());
        let names = self.fields.iter().map(|field| field.name.as_str());
        let names = names.chain(self.parts.iter().map(|part| part.name.as_str()));
        of_column.or_else(|| nearest(name, names))
    }
}

impl Part {
    fn lower(
        input: FieldInput,
        flatten: FlattenInput,
        model: &Ident,
        before: usize,
        errors: &mut Errors,
    ) -> Option<Part> {
        let ty = RustType::of(&input.ty, model);
        if ty.optional {
            let message = "a struct is never NULL as a whole: let its fields be of type `Option`";
            errors.at(input.ty.span(), message);
            return None;
        }
        let prefix = flatten.prefix.map_or_else(String::new, |prefix| prefix.value);
        for former in &flatten.renamed_from {
            another_name(former, &prefix, "prefix", errors);
        }
        Some(Part {
            name: plain(&input.ident),
            ident: input.ident,
            vis: input.vis,
            ty,
            prefix,
            former: flatten.renamed_from.into_iter().map(|former| former.value).collect(),
            before,
        })
    }
}
