use umbral::prelude::*;

#[derive(Model)]
pub enum State {
    Draft,
    Published,
}

fn main() {}
