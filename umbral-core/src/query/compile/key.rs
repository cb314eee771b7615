//! The cache's key of a query, and its parameters: what every run of a query computes.

use super::select::Purpose;
use crate::backend::Dialect;
use crate::query::code::{Code, Rewrite};
use crate::query::selection::{Lock, Selection};
use crate::value::Value;

/// A query's shape as bytes, and apart from it its parameters.
#[derive(Debug, Default)]
pub(crate) struct Key {
    pub(crate) bytes: Vec<u8>,
    /// In the order of the placeholders' ordinals.
    pub(crate) params: Vec<Value>,
    /// How many placeholders each rewritten parameter has.
    pub(crate) counts: Vec<u32>,
}

/// What sort of statement a key is for, so that no two sorts have one key.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub(crate) enum Sort {
    Select = 0,
    Update = 32,
    Delete = 33,
    Insert = 34,
    InsertColumns = 35,
    Save = 36,
    Raw = 37,
}

impl Key {
    /// A key for the sort of statement and the model or whatever else `of` is the address of.
    pub(crate) fn new<T: ?Sized>(sort: u8, of: &'static T) -> Key {
        let address = std::ptr::from_ref(of).cast::<()>() as usize;
        let mut bytes = Vec::with_capacity(64);
        bytes.push(sort);
        bytes.extend(address.to_le_bytes());
        Key { bytes, ..Key::default() }
    }

    /// The key of a query that reads.
    pub(crate) fn of_select(selection: &mut Selection, purpose: Purpose, dialect: &dyn Dialect) -> Key {
        let mut key = Key::new(Sort::Select as u8 + purpose as u8, selection.meta);
        let literal = purpose.has_literal_limit(selection, dialect);
        key.selection(selection, dialect, literal);
        key.bytes.push(selection.related.len() as u8);
        for path in &selection.related {
            let hops = path.hops().unwrap_or_default();
            key.bytes.push(hops.len() as u8);
            hops.iter().for_each(|hop| key.bytes.extend(hop.to_le_bytes()));
        }
        key
    }

    /// Takes the parameters of a selection out, which keeps its steps.
    pub(crate) fn selection(
        &mut self,
        selection: &mut Selection,
        dialect: &dyn Dialect,
        literal_limit: bool,
    ) {
        let lock = match selection.lock {
            Lock::None => 0,
            Lock::ForUpdate => 1,
            Lock::SkipLocked => 2,
        };
        self.bytes.push(lock << 1 | u8::from(selection.reversed));
        self.code(&mut selection.filter, dialect);
        self.code(&mut selection.order, dialect);
        self.slice(selection.slice(), literal_limit);
    }

    pub(crate) fn code(&mut self, code: &mut Code, dialect: &dyn Dialect) {
        self.bytes.extend((code.bytes().len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(code.bytes());
        let params = code.take_params();
        if code.rewrites().len() > 0 {
            self.rewritten(code, params, dialect);
        } else if self.params.is_empty() {
            self.params = params;
        } else {
            self.params.extend(params);
        }
    }

    fn rewritten(&mut self, code: &Code, params: Vec<Value>, dialect: &dyn Dialect) {
        let mut rewrites = code.rewrites().peekable();
        for (at, param) in params.into_iter().enumerate() {
            let Some((_, rewrite)) = rewrites.next_if(|(index, _)| *index == at) else {
                self.params.push(param);
                continue;
            };
            let parameters = rewrite.apply(param, dialect);
            self.bytes.extend((parameters.len() as u32).to_le_bytes());
            self.counts.push(parameters.len() as u32);
            self.params.extend(parameters);
        }
    }

    fn slice(&mut self, (limit, offset): (Option<i64>, Option<i64>), literal: bool) {
        self.bytes.push(u8::from(limit.is_some()) | u8::from(offset.is_some()) << 1 | u8::from(literal) << 2);
        for number in [limit, offset].into_iter().flatten() {
            if literal {
                self.bytes.extend(number.to_le_bytes());
            } else {
                self.params.push(Value::BigInt(number));
            }
        }
    }
}

impl Rewrite {
    fn apply(&self, param: Value, dialect: &dyn Dialect) -> Vec<Value> {
        match (self, param) {
            (Rewrite::Text(lookup), Value::Text(text)) => dialect.text_parameters(*lookup, text),
            (Rewrite::List(element), Value::Array { items, .. }) => dialect.list_parameters(element, items),
            (Rewrite::Json(steps), _) => vec![dialect.json_path(steps)],
            (_, other) => vec![other],
        }
    }
}
