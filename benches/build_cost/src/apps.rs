//! The same program for each ORM.

use std::fmt::Write;
use std::path::Path;

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orm {
    Umbral,
    Diesel,
    Toasty,
    SeaOrm,
}

/// The columns of every model besides its key.
const COLUMNS: usize = 9;

impl Orm {
    pub const ALL: [Orm; 4] = [Orm::Umbral, Orm::Diesel, Orm::Toasty, Orm::SeaOrm];

    pub fn name(self) -> &'static str {
        match self {
            Orm::Umbral => "umbral",
            Orm::Diesel => "diesel",
            Orm::Toasty => "toasty",
            Orm::SeaOrm => "sea-orm",
        }
    }

    /// The program's manifest.
    pub fn manifest(self, umbral: &Path) -> String {
        let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
        let dependencies = match self {
            Orm::Umbral => format!(
                "umbral = {{ path = \"{}\", default-features = false, features = [\"sqlite\"] }}\n{tokio}",
                umbral.display()
            ),
            Orm::Diesel => "diesel = { version = \"2.3\", default-features = false, features = [\"sqlite\", \
                            \"returning_clauses_for_sqlite_3_35\", \"32-column-tables\"] }\n\
                            libsqlite3-sys = { version = \"0.37\", features = [\"bundled\"] }\n"
                .to_owned(),
            Orm::Toasty => format!("toasty = {{ version = \"0.11\", features = [\"sqlite\"] }}\n{tokio}"),
            Orm::SeaOrm => format!(
                "sea-orm = {{ version = \"2\", default-features = false, features = [\"macros\", \"sqlx-sqlite\", \
                 \"runtime-tokio\"] }}\n{tokio}"
            ),
        };
        format!(
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\
             [profile.dev]\ndebug = \"line-tables-only\"\n\n[workspace]\n"
        )
    }

    /// The program's text.
    pub fn program(self, models: usize) -> String {
        let (mut declared, mut used) = (String::new(), Vec::new());
        for model in 0..models {
            let (declaration, using) = match self {
                Orm::Umbral => umbral(model),
                Orm::Diesel => diesel(model),
                Orm::Toasty => toasty(model),
                Orm::SeaOrm => sea_orm(model),
            };
            declared.push_str(&declaration);
            used.push(using);
        }
        let (head, main, pass, database, result) = match self {
            Orm::Umbral => (
                "use umbral::prelude::*;\n",
                "#[tokio::main]\nasync fn main() -> umbral::Result<()> {\n    \
                 let db = umbral::open(\"sqlite::memory:\").await?;\n",
                "&db).await",
                "&Db",
                "umbral::Result<()>",
            ),
            Orm::Diesel => (
                "use diesel::prelude::*;\n",
                "fn main() -> Result<(), Box<dyn std::error::Error>> {\n    \
                 let mut db = SqliteConnection::establish(\":memory:\")?;\n",
                "&mut db)",
                "&mut SqliteConnection",
                "QueryResult<()>",
            ),
            Orm::Toasty => (
                "",
                "#[tokio::main]\nasync fn main() -> toasty::Result<()> {\n    let mut db = \
                 toasty::Db::builder().models(toasty::models!(crate::*)).connect(\"sqlite::memory:\").await?;\n",
                "&mut db).await",
                "&mut toasty::Db",
                "toasty::Result<()>",
            ),
            Orm::SeaOrm => (
                "use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};\n",
                "#[tokio::main]\nasync fn main() -> Result<(), sea_orm::DbErr> {\n    \
                 let db = sea_orm::Database::connect(\"sqlite::memory:\").await?;\n",
                "&db).await",
                "&sea_orm::DatabaseConnection",
                "Result<(), sea_orm::DbErr>",
            ),
        };
        let keyword = if self == Orm::Diesel { "" } else { "async " };
        let mut text = format!("{head}{declared}");
        for (model, using) in used.iter().enumerate() {
            let _ = write!(
                text,
                "\n{keyword}fn use_m{model}(db: {database}) -> {result} {{\n{using}    Ok(())\n}}\n"
            );
        }
        let calls =
            (0..models).fold(String::new(), |text, model| text + &format!("    use_m{model}({pass}?;\n"));
        format!("{text}\n{main}{calls}    Ok(())\n}}\n")
    }
}

/// `each` for every column, by its number.
fn columns(each: impl Fn(usize) -> String) -> String {
    (1..=COLUMNS).fold(String::new(), |mut text, column| {
        let _ = write!(text, "{}", each(column));
        text
    })
}

fn rust_type(column: usize) -> &'static str {
    ["String", "i64", "Option<String>"][column % 3]
}

fn value(column: usize) -> &'static str {
    ["\"text\".to_owned()", "7", "None"][column % 3]
}

fn umbral(model: usize) -> (String, String) {
    let fields = columns(|column| format!("    pub c{column}: {},\n", rust_type(column)));
    let given =
        columns(
            |column| if column % 3 == 2 { String::new() } else { format!(", c{column}: {}", value(column)) },
        );
    let given = given.trim_start_matches(", ");
    (
        format!(
            "#[derive(Debug, Model)]\npub struct M{model} {{\n    #[umbral(primary_key)]\n    pub id: i64,\n{fields}}}\n"
        ),
        format!(
            "    let row = create!(M{model} {{ {given} }}).exec(db).await?;\n    \
             let rows = M{model}::objects().filter(|m| m.c1.eq(7)).all(db).await?;\n    \
             let one = M{model}::by_key(db, row.id).await?;\n    println!(\"{{rows:?}} {{one:?}}\");\n"
        ),
    )
}

fn diesel(model: usize) -> (String, String) {
    let sql = |column: usize| ["Text", "BigInt", "Nullable<Text>"][column % 3];
    let table = columns(|column| format!("        c{column} -> {},\n", sql(column)));
    let fields = columns(|column| format!("    pub c{column}: {},\n", rust_type(column)));
    let new = columns(|column| format!("m{model}::c{column}.eq({}), ", diesel_value(column)));
    (
        format!(
            "diesel::table! {{\n    m{model} (id) {{\n        id -> BigInt,\n{table}    }}\n}}\n\
             #[derive(Debug, Queryable, Selectable)]\n#[diesel(table_name = m{model})]\n\
             pub struct M{model} {{\n    pub id: i64,\n{fields}}}\n"
        ),
        format!(
            "    let row: M{model} = diesel::insert_into(m{model}::table).values(({new})).returning(M{model}::as_returning())\
             .get_result(db)?;\n    \
             let rows: Vec<M{model}> = m{model}::table.filter(m{model}::c1.eq(7)).select(M{model}::as_select())\
             .load(db)?;\n    \
             let one: M{model} = m{model}::table.find(row.id).select(M{model}::as_select()).first(db)?;\n    \
             println!(\"{{rows:?}} {{one:?}}\");\n"
        ),
    )
}

fn diesel_value(column: usize) -> &'static str {
    ["\"text\"", "7", "None::<String>"][column % 3]
}

fn toasty(model: usize) -> (String, String) {
    let fields = columns(|column| {
        let attribute = if column == 1 { "    #[index]\n" } else { "" };
        format!("{attribute}    pub c{column}: {},\n", rust_type(column))
    });
    let given =
        columns(
            |column| if column % 3 == 2 { String::new() } else { format!(", c{column}: {}", value(column)) },
        );
    let given = given.trim_start_matches(", ");
    (
        format!(
            "#[derive(Debug, toasty::Model)]\npub struct M{model} {{\n    #[key]\n    #[auto]\n    pub id: u64,\n{fields}}}\n"
        ),
        format!(
            "    let row = toasty::create!(M{model} {{ {given} }}).exec(&mut *db).await?;\n    \
             let rows = M{model}::filter_by_c1(7).exec(&mut *db).await?;\n    \
             let one = M{model}::get_by_id(&mut *db, &row.id).await?;\n    println!(\"{{rows:?}} {{one:?}}\");\n"
        ),
    )
}

fn sea_orm(model: usize) -> (String, String) {
    let fields = columns(|column| format!("        pub c{column}: {},\n", rust_type(column)));
    let given = columns(|column| format!("c{column}: Set({}), ", value(column)));
    (
        format!(
            "pub mod m{model} {{\n    use sea_orm::entity::prelude::*;\n\n    \
             #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]\n    #[sea_orm(table_name = \"m{model}\")]\n    \
             pub struct Model {{\n        #[sea_orm(primary_key)]\n        pub id: i64,\n{fields}    }}\n\n    \
             #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]\n    pub enum Relation {{}}\n\n    \
             impl ActiveModelBehavior for ActiveModel {{}}\n}}\n"
        ),
        format!(
            "    let row = m{model}::ActiveModel {{ {given}..Default::default() }}.insert(db).await?;\n    \
             let rows = m{model}::Entity::find().filter(m{model}::Column::C1.eq(7)).all(db).await?;\n    \
             let one = m{model}::Entity::find_by_id(row.id).one(db).await?;\n    println!(\"{{rows:?}} {{one:?}}\");\n"
        ),
    )
}
