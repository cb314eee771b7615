//! What an update sets.

use super::Path;
use super::code::Code;
use super::problem::Problem;
use super::slot::store;
use super::term::{Other, OtherTerm};
use crate::error::Error;
use crate::model::ModelMeta;
use std::marker::PhantomData;

/// One column with its new value.
#[must_use = "an assignment does nothing before it is given to update"]
pub struct Assignment<M> {
    set: Assignments,
    of: PhantomData<fn() -> M>,
}

/// Columns with their new values, without their types.
#[derive(Debug, Default)]
pub struct Assignments {
    pub(crate) code: Code,
    /// A value that its column does not hold.
    pub(crate) error: Option<Error>,
}

impl<M> Assignment<M> {
    pub(crate) fn new(meta: &'static ModelMeta, path: Path, field: u16, value: Other) -> Assignment<M> {
        let mut set = Assignments::default();
        if path != Path::ROOT {
            set.code.fail(Problem::ForeignColumn);
        }
        match (value, meta.fields.get(usize::from(field))) {
            (_, None) => set.code.fail(Problem::NoSuchField),
            (_, Some(found)) if found.generated.is_some() => set.code.fail(Problem::Generated),
            (Other::Term(OtherTerm(term)), Some(_)) => set.code.append(term.code),
            (Other::Value(value), Some(found)) => match store(meta, found, value) {
                Ok(value) => set.code.param(value),
                Err(error) => set.error = Some(error),
            },
        }
        set.code.assign(field);
        Assignment { set, of: PhantomData }
    }
}

/// What `update` takes: one assignment, several as a tuple, or any number of them in a `Vec` or an array. An empty list
/// changes nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not set anything",
    label = "write column.set(value), or a tuple of them"
)]
pub trait IntoAssignments<M> {
    /// Appends the assignments.
    #[doc(hidden)]
    fn append_to(self, all: &mut Assignments);
}

#[diagnostic::do_not_recommend]
impl<M> IntoAssignments<M> for Assignment<M> {
    fn append_to(self, all: &mut Assignments) {
        all.code.append(self.set.code);
        all.error = all.error.take().or(self.set.error);
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoAssignments<M> for Vec<Assignment<M>> {
    fn append_to(self, all: &mut Assignments) {
        self.into_iter().for_each(|one| one.append_to(all));
    }
}

#[diagnostic::do_not_recommend]
impl<M, const N: usize> IntoAssignments<M> for [Assignment<M>; N] {
    fn append_to(self, all: &mut Assignments) {
        self.into_iter().for_each(|one| one.append_to(all));
    }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<M, $($name: IntoAssignments<M>),*> IntoAssignments<M> for ($($name,)*) {
            #[allow(non_snake_case)]
            fn append_to(self, all: &mut Assignments) {
                let ($($name,)*) = self;
                $($name.append_to(all);)*
            }
        }
    )*};
}

tuples! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
}
