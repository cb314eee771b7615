use umbral::prelude::*;

#[derive(Embedded)]
#[umbral(index(geo.latitude))]
struct Address {
    #[umbral(flatten)]
    geo: Point,
}

#[derive(Embedded)]
struct Point {
    latitude: i32,
}

fn main() {}
