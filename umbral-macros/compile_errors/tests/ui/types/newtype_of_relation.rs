use umbral::prelude::*;

#[derive(Model)]
struct Author {
    #[umbral(primary_key)]
    id: i64,
}

#[derive(FieldType)]
struct By(ForeignKey<Author>);

fn main() {}
