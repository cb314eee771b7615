//! Values in the servers' binary protocol.

mod convert;
mod decode;
mod encode;
mod exact;

#[cfg(test)]
mod tests;

pub(super) use convert::{Convert, conversion};
pub(super) use decode::{Decode, decoder};
pub(super) use encode::{Parameter, ParameterTypes};
pub(super) use exact::verify;
