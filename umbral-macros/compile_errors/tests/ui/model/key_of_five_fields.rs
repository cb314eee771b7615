use umbral::prelude::*;

#[derive(Model)]
#[umbral(primary_key(a, b, c, d, e))]
pub struct Cell {
    pub a: i64,
    pub b: i64,
    pub c: i64,
    pub d: i64,
    pub e: i64,
}

fn main() {}
