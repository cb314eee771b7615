use umbral::prelude::*;

pub struct Shelf;

fn all<M: umbral::Model>(_: QuerySet<M>) {}

pub fn case() {
    all(QuerySet::<Shelf>::new());
}

fn main() {}
