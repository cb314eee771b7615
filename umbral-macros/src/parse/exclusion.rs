//! `exclude(…)` on a struct.

use super::attributes::Spanned;
use super::index::IndexInput;
use super::item::{Item, Value};

/// What it says: what it compares, as an index does, and by which operators.
pub(crate) struct ExclusionInput {
    pub(crate) index: IndexInput,
    /// One for each key.
    pub(crate) operators: Vec<Spanned<String>>,
}

impl ExclusionInput {
    /// Reads `exclude(room with "=", …)`; `None` where it is written otherwise.
    pub(super) fn read(item: &Item) -> Option<ExclusionInput> {
        let (mut index, mut operators) = (IndexInput::default(), Vec::new());
        for argument in item.list()? {
            let name = argument.name.as_ref();
            match &argument.value {
                Value::With(value, operator) => {
                    let keys = index.keys.len();
                    index.set(name, value)?;
                    // What is no key is compared with nothing.
                    (index.keys.len() > keys).then_some(())?;
                    operators.push(Spanned { value: operator.value(), span: operator.span() });
                }
                value => index.set(name, value)?,
            }
        }
        let says_no_more = index.include.is_empty() && index.nulls_distinct.is_none();
        let compares = !operators.is_empty() && index.keys.len() == operators.len();
        (says_no_more && compares).then_some(ExclusionInput { index, operators })
    }
}
