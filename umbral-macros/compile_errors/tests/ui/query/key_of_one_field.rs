use umbral::prelude::*;

#[derive(Model)]
#[umbral(primary_key(row, column))]
pub struct Cell {
    pub row: i64,
    pub column: i64,
}

pub async fn run(db: Db) -> umbral::Result<Cell> {
    Cell::by_key(&db, (1, "a")).await
}

fn main() {}
