umbral::migrations!("one", "two");

fn main() {}
