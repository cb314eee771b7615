use umbral::prelude::*;

#[derive(FieldType)]
struct Id<T>(i64, std::marker::PhantomData<T>);

fn main() {}
