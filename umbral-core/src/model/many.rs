//! Relations to any number of rows: what the derive makes known about them, and which columns they go over.

use super::meta::{FieldMeta, Location, ModelMeta};
use std::fmt;

/// A field that stands for any number of rows. It has no column: the rows, or a table between, point back.
#[derive(Clone, Copy)]
pub struct ManyMeta {
    /// The field's name, without `r#`.
    pub name: &'static str,
    /// Its Rust type as written, for messages: `ManyToMany<Tag>`.
    pub rust_type: &'static str,
    /// Of what sort it is.
    pub kind: ManyKind,
    /// The model of the rows; a function, since constants cannot refer to each other in a circle.
    pub target: fn() -> &'static ModelMeta,
    /// The model of the table between: one that `through` names, or that of the table which the field has of its own.
    pub through: Option<fn() -> &'static ModelMeta>,
    /// Whether the table between is the field's own.
    pub own_table: bool,
    /// The fields of the table between that point at the holder and at the target, where they are named.
    pub sides: Option<[&'static str; 2]>,
    /// The field of the target that points here, where `related` names it.
    pub related: Option<&'static str>,
    /// Whether each row of the same table that is added has this one added too.
    pub symmetrical: bool,
    /// Where it is declared.
    pub location: Location,
    /// Checks that are silenced for it, by id.
    pub silenced: &'static [&'static str],
}

/// The sorts of relation to many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManyKind {
    /// Rows on both sides belong together, by a table between.
    ManyToMany,
    /// Rows whose foreign key points here.
    HasMany,
}

/// The columns that a relation to many rows goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// The model whose rows point at the holder: the table between, or the target itself.
    pub(crate) through: &'static ModelMeta,
    /// Its field that points at the holder.
    pub(crate) from: u16,
    /// Its field that points at the target; `None` where it is the target.
    pub(crate) to: Option<u16>,
    /// Whether two rows of the table between may say the same.
    pub(crate) repeats: bool,
}

impl PartialEq for ModelMeta {
    /// Whether it is the same model, and not one that is like it.
    fn eq(&self, other: &ModelMeta) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for ModelMeta {}

/// Marks a step of a path as one to many rows; the other bits are its place among the holder's [`ManyMeta`].
const MANY: u16 = 1 << 15;

/// The step of a path over the relation to many rows that has this place.
pub const fn many_hop(place: u16) -> u16 {
    MANY | place
}

/// The relation to many rows that a path's step follows, if it is one.
pub(crate) fn many_at(meta: &'static ModelMeta, hop: u16) -> Option<&'static ManyMeta> {
    if is_many(hop) { meta.many.get(usize::from(hop & !MANY)) } else { None }
}

/// Whether a path's step leads to many rows.
pub(crate) const fn is_many(hop: u16) -> bool {
    hop & MANY != 0
}

impl ManyMeta {
    /// The columns that it goes over; `holder` is the model that has the field.
    ///
    /// # Errors
    /// What is wrong with its declaration, and what to do about it.
    pub(crate) fn link(&self, holder: &'static ModelMeta) -> Result<Link, (String, String)> {
        let target = (self.target)();
        match (self.kind, self.through, self.related) {
            (ManyKind::HasMany, _, related) => {
                let from = pointing(target, holder, related)?;
                Ok(Link { through: target, from, to: None, repeats: false })
            }
            (ManyKind::ManyToMany, Some(through), _) => {
                let through = through();
                let (from, to) = match self.sides {
                    _ if self.own_table => (0, 1),
                    Some([from, to]) if from == to => {
                        return Err((format!("both sides are `{from}`"), sides_hint(through)));
                    }
                    Some([from, to]) => (side(through, holder, from)?, side(through, target, to)?),
                    None if holder == target => both(through, holder)?,
                    None => (only(through, holder)?, only(through, target)?),
                };
                Ok(Link { through, from, to: Some(to), repeats: !is_nothing_but(through, from, to) })
            }
            (ManyKind::ManyToMany, None, related) => self.other_side(holder, target, related),
        }
    }

    /// The columns of the relation of which this is the other side.
    fn other_side(
        &self,
        holder: &'static ModelMeta,
        target: &'static ModelMeta,
        related: Option<&'static str>,
    ) -> Result<Link, (String, String)> {
        let sides = |many: &&ManyMeta| {
            many.kind == ManyKind::ManyToMany && many.through.is_some() && (many.target)() == holder
        };
        let named = target.many.iter().find(|many| Some(many.name) == related);
        let Some(other) = named.filter(sides) else {
            let (name, target, holder) = (related.unwrap_or_default(), target.name, holder.name);
            return Err((
                format!("`{target}` has no `ManyToMany<{holder}>` that is called `{name}`"),
                format!("`related` names the field of `{target}` that declares the table"),
            ));
        };
        let link = other.link(target)?;
        match link.to {
            Some(to) => Ok(Link { from: to, to: Some(link.from), ..link }),
            None => Err((format!("`{}.{}` has no table between", target.name, other.name), String::new())),
        }
    }
}

/// Whether a table between has these two fields as its key, and no others.
fn is_nothing_but(through: &ModelMeta, from: u16, to: u16) -> bool {
    through.fields.len() == 2 && through.is_key(from) && through.is_key(to)
}

/// The fields of `model` that point at `target`, by number.
fn all_pointing(model: &'static ModelMeta, target: &'static ModelMeta) -> Vec<u16> {
    let points = |field: &FieldMeta| {
        field.relation.and_then(|relation| relation.target).is_some_and(|to| to() == target)
    };
    (0u16..).zip(model.fields).filter(|(_, field)| points(field)).map(|(number, _)| number).collect()
}

/// The field of a table between that has this name and points at `target`.
fn side(
    through: &'static ModelMeta,
    target: &'static ModelMeta,
    name: &str,
) -> Result<u16, (String, String)> {
    pointing(through, target, Some(name)).map_err(|(why, _)| (why, sides_hint(through)))
}

/// The only field of a table between that points at `target`.
fn only(through: &'static ModelMeta, target: &'static ModelMeta) -> Result<u16, (String, String)> {
    let is_ambiguous = all_pointing(through, target).len() > 1;
    let found = pointing(through, target, None);
    found.map_err(|(why, hint)| (why, if is_ambiguous { sides_hint(through) } else { hint }))
}

fn sides_hint(through: &ModelMeta) -> String {
    let name = through.name;
    format!(
        "name both fields: `through({name}, from, to)`, first the one that points at the row which holds the relation"
    )
}

/// The two fields of a table between that relates the rows of one table: the first points at the holder.
fn both(through: &'static ModelMeta, model: &'static ModelMeta) -> Result<(u16, u16), (String, String)> {
    match all_pointing(through, model).as_slice() {
        [from, to] => Ok((*from, *to)),
        other => Err((
            format!("{} fields of `{}` point at `{}`", other.len(), through.name, model.name),
            match other.len() {
                0 | 1 => "a table between rows of one table has two: the first points at the row that holds the relation"
                    .to_owned(),
                _ => sides_hint(through),
            },
        )),
    }
}

/// The field of `model` that points at `target`: the one of this name, or the only one.
fn pointing(
    model: &'static ModelMeta,
    target: &'static ModelMeta,
    name: Option<&str>,
) -> Result<u16, (String, String)> {
    let mut found = all_pointing(model, target);
    if let Some(name) = name {
        found.retain(|number| model.fields[usize::from(*number)].name == name);
    }
    match (found.as_slice(), name) {
        ([only], _) => Ok(*only),
        ([], Some(name)) => Err((
            format!("`{}` has no field `{name}` that points at `{}`", model.name, target.name),
            format!("`related` names a `ForeignKey<{}>` or `OneToOne<{}>`", target.name, target.name),
        )),
        ([], None) => Err((
            format!("no field of `{}` points at `{}`", model.name, target.name),
            format!("give it a `ForeignKey<{}>`", target.name),
        )),
        (several, _) => {
            let names: Vec<&str> =
                several.iter().map(|number| model.fields[usize::from(*number)].name).collect();
            Err((
                format!(
                    "several fields of `{}` point at `{}`: {}",
                    model.name,
                    target.name,
                    names.join(", ")
                ),
                "say which one is meant by `related`".to_owned(),
            ))
        }
    }
}

impl fmt::Debug for ManyMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} -> {}", self.name, self.rust_type, (self.target)().name)
    }
}
