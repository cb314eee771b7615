use umbral::prelude::*;

#[derive(Model)]
pub union Number {
    pub whole: i64,
    pub float: f64,
}

fn main() {}
