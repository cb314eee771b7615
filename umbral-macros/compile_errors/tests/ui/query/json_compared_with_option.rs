use umbral::prelude::*;

#[derive(Model)]
pub struct Page {
    #[umbral(primary_key)]
    pub id: i64,
    pub data: Json<Vec<i32>>,
}

pub fn case() {
    let _ = Page::objects().filter(|p| p.data.at("[0]").eq(Some(1)));
}

fn main() {}
