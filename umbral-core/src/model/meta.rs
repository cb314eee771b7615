//! What the derive makes known about a struct. All of it is constant data.

use super::index_meta::{ExclusionMeta, IndexMeta};
use super::many::ManyMeta;
use super::relation_meta::RelationMeta;
use super::together::TogetherMeta;
use crate::schema::{Deferrable, IndexMethod};
use crate::value::{Choice, Domain, Size, ValueType};
use std::fmt;

/// A model.
#[derive(Debug, Clone, Copy)]
pub struct ModelMeta {
    /// The struct's name: `Book`.
    pub name: &'static str,
    /// The application it belongs to: by default the crate's name, underscores for hyphens.
    pub app: &'static str,
    /// Where it is declared.
    pub location: Location,
    /// Its table.
    pub table: &'static str,
    /// Names that the table had before, newest last.
    pub renamed_from: &'static [&'static str],
    /// Its fields, in declaration order; a field's number is its place here.
    pub fields: &'static [FieldMeta],
    /// The fields that are its primary key, by number, in the key's order; empty where none is declared, which
    /// `model.pk.present` reports.
    pub primary_key: &'static [u16],
    /// Its relations to any number of rows, which have no columns.
    pub many: &'static [ManyMeta],
    /// Its indexes.
    pub indexes: &'static [IndexMeta],
    /// Its unique constraints over fields, by number.
    pub uniques: &'static [IndexMeta],
    /// Its check constraints.
    pub checks: &'static [CheckMeta],
    /// Its exclusion constraints.
    pub exclusions: &'static [ExclusionMeta],
    /// What people should know about its table.
    pub comment: Option<&'static str>,
    /// Its order where a query names none.
    pub ordering: &'static [OrderMeta],
    /// The backends that it is meant for; empty: all.
    pub backends: &'static [&'static str],
    /// Checks that are silenced for it, by id.
    pub silenced: &'static [&'static str],
}

/// A field of a model.
#[derive(Debug, Clone, Copy)]
pub struct FieldMeta {
    /// The field's name, without `r#`. In front of it, with points between, those of the fields that it lies in: `home.city`
    /// is the field `city` of the struct that the field `home` is.
    pub name: &'static str,
    /// Its column.
    pub column: &'static str,
    /// How many bytes of its column's name are prefixes, of the embedded structs that it lies in.
    pub prefix: usize,
    /// Its Rust type as written, for messages: `Vec<String>`.
    pub rust_type: &'static str,
    /// Its logical type. A relation's is that of the key it points at.
    pub ty: ValueType,
    /// Whether it holds NULL.
    pub nullable: bool,
    /// How long its values are. A relation's are those of the key it points at.
    pub size: Size,
    /// The values that there are; empty: all of its type.
    pub choices: &'static [Choice],
    /// Whether the database assigns it.
    pub auto: bool,
    /// Whether no two rows have it in common.
    pub unique: bool,
    /// Whether it has an index of its own. A relation has one unless it is told not to.
    pub index: bool,
    /// An expression that is true for every row, in the grammar of [`Expr`](crate::schema::Expr).
    pub check: Option<&'static str>,
    /// By what its text is compared and sorted, by the name that the database has for it.
    pub collation: Option<&'static str>,
    /// What people should know about its column.
    pub comment: Option<&'static str>,
    /// What is stored when a row is created without it.
    pub default: DefaultMeta,
    /// What the database computes it from. Such a field is read, and never written.
    pub generated: Option<GeneratedMeta>,
    /// What it points at.
    pub relation: Option<RelationMeta>,
    /// Names that its column had before, newest last.
    pub renamed_from: &'static [&'static str],
    /// Where it is declared.
    pub location: Location,
    /// Checks that are silenced for it, by id.
    pub silenced: &'static [&'static str],
    /// What the embedded struct that declares it says of several of its fields: the first of its own fields carries it.
    pub together: Option<&'static TogetherMeta>,
}

/// What derived code calls, in constants. A method sets what the member of its name says.
impl FieldMeta {
    /// A field without attributes, of this type and nullability.
    pub const fn new(
        name: &'static str,
        column: &'static str,
        rust_type: &'static str,
        ty: (ValueType, bool),
        file: &'static str,
        line: u32,
    ) -> FieldMeta {
        let (ty, nullable) = ty;
        FieldMeta {
            name,
            column,
            prefix: 0,
            rust_type,
            ty,
            nullable,
            size: Size::ANY,
            choices: &[],
            auto: false,
            unique: false,
            index: false,
            check: None,
            collation: None,
            comment: None,
            default: DefaultMeta::None,
            generated: None,
            relation: None,
            renamed_from: &[],
            location: Location { file, line },
            silenced: &[],
            together: None,
        }
    }
}

#[doc(hidden)]
#[allow(missing_docs)]
impl FieldMeta {
    #[must_use]
    pub const fn max_length(mut self, characters: u32) -> FieldMeta {
        self.size = self.size.max_length(characters);
        self
    }

    #[must_use]
    pub const fn length(mut self, characters: u32) -> FieldMeta {
        self.size = self.size.length(characters);
        self
    }

    #[must_use]
    pub const fn decimal(mut self, size: (u16, u16)) -> FieldMeta {
        self.size = self.size.decimal(size);
        self
    }

    /// What its type demands, before its own attributes.
    #[must_use]
    pub const fn domain(mut self, domain: Domain) -> FieldMeta {
        self.size = domain.size;
        self.choices = domain.choices;
        self
    }
}

macro_rules! setters {
    ($of:ident: $($name:ident: $ty:ty = $value:expr;)*) => {
        #[doc(hidden)]
        #[allow(missing_docs)]
        impl $of {
            $(#[must_use]
            pub const fn $name(mut self, $name: $ty) -> $of {
                self.$name = $value;
                self
            })*
        }
    };
}

setters! {
    FieldMeta:
    auto: bool = auto;
    unique: bool = unique;
    index: bool = index;
    check: &'static str = Some(check);
    collation: &'static str = Some(collation);
    comment: &'static str = Some(comment);
    default: DefaultMeta = default;
    generated: GeneratedMeta = Some(generated);
    relation: RelationMeta = Some(relation);
    renamed_from: &'static [&'static str] = renamed_from;
    silenced: &'static [&'static str] = silenced;
    together: &'static TogetherMeta = Some(together);
}

setters! {
    TogetherMeta:
    indexes: &'static [IndexMeta] = indexes;
    uniques: &'static [IndexMeta] = uniques;
    checks: &'static [CheckMeta] = checks;
    exclusions: &'static [ExclusionMeta] = exclusions;
}

setters! {
    IndexMeta:
    name: &'static str = Some(name);
    predicate: &'static str = Some(predicate);
    method: IndexMethod = method;
    include: &'static [u16] = include;
    nulls_not_distinct: bool = nulls_not_distinct;
    deferrable: Deferrable = Some(deferrable);
}

setters! {
    ModelMeta:
    renamed_from: &'static [&'static str] = renamed_from;
    primary_key: &'static [u16] = primary_key;
    many: &'static [ManyMeta] = many;
    indexes: &'static [IndexMeta] = indexes;
    uniques: &'static [IndexMeta] = uniques;
    checks: &'static [CheckMeta] = checks;
    exclusions: &'static [ExclusionMeta] = exclusions;
    comment: &'static str = Some(comment);
    ordering: &'static [OrderMeta] = ordering;
    backends: &'static [&'static str] = backends;
    silenced: &'static [&'static str] = silenced;
}

/// A check constraint of a model.
#[derive(Debug, Clone, Copy)]
pub struct CheckMeta {
    /// Its name, where the model gives one.
    pub name: Option<&'static str>,
    /// The expression, in the grammar of [`Expr`](crate::schema::Expr).
    pub expr: &'static str,
}

/// One term of a model's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderMeta {
    /// The field's number.
    pub field: u16,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What is stored when a row is created without a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultMeta {
    /// Nothing: the field must be given, or is NULL when it may be.
    None,
    /// A constant, in the grammar of [`Expr`](crate::schema::Expr): `0`, `'draft'`, `TRUE`.
    Value(&'static str),
    /// The time of the statement.
    Now,
    /// An expression, in the grammar of [`Expr`](crate::schema::Expr) or the database's own.
    Sql(&'static str),
}

/// What a field is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeneratedMeta {
    /// The expression, in the grammar of [`Expr`](crate::schema::Expr).
    pub expr: &'static str,
    /// Whether it is computed when a row is written and kept, or each time that it is read.
    pub stored: bool,
}

/// A place in the source, relative to the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// An application that a model belongs to: what `app = "…"` or the crate's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AppMeta {
    /// Its label.
    pub label: &'static str,
}

impl ModelMeta {
    /// A model with nothing but its fields: no primary key, no constraints.
    pub const fn new(
        name: &'static str,
        app: &'static str,
        table: &'static str,
        fields: &'static [FieldMeta],
        file: &'static str,
        line: u32,
    ) -> ModelMeta {
        ModelMeta {
            name,
            app,
            location: Location { file, line },
            table,
            renamed_from: &[],
            fields,
            primary_key: &[],
            many: &[],
            indexes: &[],
            uniques: &[],
            checks: &[],
            exclusions: &[],
            comment: None,
            ordering: &[],
            backends: &[],
            silenced: &[],
        }
    }

    /// The field that is its primary key, where it is one field.
    pub fn key_field(&self) -> Option<&'static FieldMeta> {
        self.fields.get(usize::from(self.key_number()?))
    }

    /// The number of the field that is its primary key, where it is one field.
    pub fn key_number(&self) -> Option<u16> {
        match self.primary_key {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The fields that are its primary key, in the key's order.
    pub fn key_fields(&self) -> impl Iterator<Item = &'static FieldMeta> + use<> {
        let fields = self.fields;
        self.primary_key.iter().filter_map(move |number| fields.get(usize::from(*number)))
    }

    /// Whether the field of this number is its primary key or a part of it.
    pub fn is_key(&self, number: u16) -> bool {
        self.primary_key.contains(&number)
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<(u16, &'static FieldMeta)> {
        let position = self.fields.iter().position(|field| field.name == name)?;
        Some((position as u16, &self.fields[position]))
    }
}
