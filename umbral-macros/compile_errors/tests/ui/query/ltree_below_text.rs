use umbral::prelude::*;
use umbral::value::Ltree;

#[derive(Model)]
pub struct Page {
    #[umbral(primary_key)]
    pub id: i64,
    pub path: Ltree,
}

pub fn case() {
    let _ = Page::objects().filter(|p| p.path.is_below("top"));
}

fn main() {}
