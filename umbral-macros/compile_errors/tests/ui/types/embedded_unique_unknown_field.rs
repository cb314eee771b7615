use umbral::prelude::*;

#[derive(Embedded)]
#[umbral(unique(city, geo.lattitude))]
struct Address {
    street: String,
    city: String,
    #[umbral(flatten)]
    geo: Point,
}

#[derive(Embedded)]
struct Point {
    latitude: i32,
}

fn main() {}
