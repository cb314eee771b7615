use umbral::prelude::*;

#[derive(Model)]
pub struct Book;

fn main() {}
