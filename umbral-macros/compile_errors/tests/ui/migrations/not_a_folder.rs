umbral::migrations!("main.rs");

fn main() {}
