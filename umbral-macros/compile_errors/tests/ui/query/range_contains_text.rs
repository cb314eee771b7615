use umbral::prelude::*;
use umbral::value::Range;

#[derive(Model)]
pub struct Booking {
    #[umbral(primary_key)]
    pub id: i64,
    pub seats: Range<i32>,
}

pub fn case() {
    let _ = Booking::objects().filter(|b| b.seats.contains("5"));
}

fn main() {}
