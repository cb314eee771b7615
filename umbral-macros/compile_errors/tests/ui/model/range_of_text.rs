use umbral::prelude::*;
use umbral::value::Range;

#[derive(Model)]
pub struct Booking {
    #[umbral(primary_key)]
    pub id: i64,
    pub names: Range<String>,
}

fn main() {}
