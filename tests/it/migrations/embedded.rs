//! Structs whose fields are columns: what moves into one, and what another prefix stands in front of, keeps its rows.

use super::check;
use super::many::history;
use umbral::migrations::{
    AutodetectOptions, MigrationExecutor, MigrationId, MigrationSet, Models, NoInput, Target, autodetect,
};
use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::each_engine;

/// The columns stand in the model.
mod plain {
    use umbral::prelude::*;

    #[derive(Debug, Model)]
    #[umbral(app = "people", table = "person", unique(name, address_city))]
    #[umbral(unique(address_city, address_street), index(-address_city, name))]
    #[umbral(index(address_street, -address_city), check = "address_street <> address_city")]
    pub(super) struct Person {
        #[umbral(primary_key)]
        pub(super) id: i64,
        #[umbral(max_length = 40)]
        pub(super) name: String,
        #[umbral(max_length = 80)]
        pub(super) address_street: String,
        #[umbral(max_length = 60, index)]
        pub(super) address_city: String,
        #[umbral(default = 0, check = "stars >= 0")]
        pub(super) stars: i32,
    }
}

/// The same columns by way of structs.
mod moved {
    use umbral::prelude::*;

    #[derive(Debug, Embedded)]
    #[umbral(unique(city, street), index(street, -city), check = "street <> city")]
    pub(super) struct Address {
        #[umbral(max_length = 80)]
        pub(super) street: String,
        #[umbral(max_length = 60, index)]
        pub(super) city: String,
    }

    #[derive(Debug, Embedded)]
    pub(super) struct Rated {
        #[umbral(default = 0, check = "stars >= 0")]
        pub(super) stars: i32,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "people", table = "person", unique(name, address.city), index(-address.city, name))]
    pub(super) struct Person {
        #[umbral(primary_key)]
        pub(super) id: i64,
        #[umbral(max_length = 40)]
        pub(super) name: String,
        #[umbral(flatten)]
        pub(super) rating: Rated,
        #[umbral(flatten(prefix = "address_"))]
        pub(super) address: Address,
    }
}

/// Other prefixes, one where there was none; a field of the struct has another name, and one is new.
mod renamed {
    use umbral::prelude::*;

    #[derive(Debug, Embedded)]
    #[umbral(unique(town, street), index(street, -town), check = "street <> town")]
    pub(super) struct Address {
        #[umbral(max_length = 80)]
        pub(super) street: String,
        #[umbral(max_length = 60, index, renamed_from = "city")]
        pub(super) town: String,
        #[umbral(max_length = 10)]
        pub(super) code: Option<String>,
    }

    #[derive(Debug, Embedded)]
    pub(super) struct Rated {
        #[umbral(default = 0, check = "stars >= 0")]
        pub(super) stars: i32,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "people", table = "person", unique(name, home.town), index(-home.town, name))]
    pub(super) struct Person {
        #[umbral(primary_key)]
        pub(super) id: i64,
        #[umbral(max_length = 40)]
        pub(super) name: String,
        #[umbral(flatten(prefix = "own_", renamed_from = ""))]
        pub(super) rating: Rated,
        #[umbral(flatten(prefix = "home_", renamed_from = ["at_", "address_"]))]
        pub(super) home: Address,
    }
}

/// Two structs that have taken each other's prefix.
mod exchanged {
    use umbral::prelude::*;

    #[derive(Debug, Embedded)]
    pub(super) struct Name {
        #[umbral(max_length = 40)]
        pub(super) name: String,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "people", table = "couple")]
    pub(super) struct Before {
        #[umbral(primary_key)]
        pub(super) id: i64,
        #[umbral(flatten(prefix = "one_"))]
        pub(super) one: Name,
        #[umbral(flatten(prefix = "other_"))]
        pub(super) other: Name,
    }

    #[derive(Debug, Model)]
    #[umbral(app = "people", table = "couple")]
    pub(super) struct After {
        #[umbral(primary_key)]
        pub(super) id: i64,
        #[umbral(flatten(prefix = "other_", renamed_from = "one_"))]
        pub(super) one: Name,
        #[umbral(flatten(prefix = "one_", renamed_from = "other_"))]
        pub(super) other: Name,
    }
}

async fn migrate(db: &Db, set: &MigrationSet, name: &str) {
    let target = Target::To(MigrationId::new("people", name));
    MigrationExecutor::new(db.driver(), set).migrate(&target).await.unwrap();
    check(db.driver(), set).await;
}

fn described(set: &MigrationSet) -> Vec<Vec<String>> {
    set.iter().map(|migration| migration.operations.iter().map(|one| one.describe()).collect()).collect()
}

#[test]
fn columns_that_move_into_a_struct_need_no_migration() {
    let set = history(&[Registry::new().with::<plain::Person>()]);
    let models = Models::of(&Registry::new().with::<moved::Person>()).unwrap();
    let found = autodetect(&set, &models, &mut NoInput, &AutodetectOptions::default()).unwrap();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_prefix_is_renamed_with_the_rows() {
    let set = history(&[Registry::new().with::<moved::Person>(), Registry::new().with::<renamed::Person>()]);
    insta::assert_debug_snapshot!("embedded_renamed", described(&set));
    each_engine(async |database| {
        let db = Db::new(database.connect().await);
        migrate(&db, &set, "0001").await;
        let ann = create!(moved::Person { name: "Ann", rating.stars: 4, address.street: "Main 1", address.city: "Bern" });
        let ann = ann.exec(&db).await.unwrap();
        for _ in 0..2 {
            migrate(&db, &set, "0002").await;
            let kept = renamed::Person::by_key(&db, ann.id).await.unwrap();
            assert_eq!((kept.name.as_str(), kept.rating.stars), ("Ann", 4));
            assert_eq!((kept.home.street.as_str(), kept.home.town.as_str()), ("Main 1", "Bern"));
            assert_eq!(kept.home.code, None);
            let again = create!(renamed::Person { name: "Ann", home.street: "Main 2", home.town: "Bern" });
            assert!(again.exec(&db).await.is_err(), "one of a name in each town");
            let beside = create!(renamed::Person { name: "Bob", home.street: "Main 1", home.town: "Bern" });
            assert!(beside.exec(&db).await.unwrap_err().is_unique_violation(), "one in each house");
            let nowhere = create!(renamed::Person { name: "Bob", home.street: "Bern", home.town: "Bern" });
            assert!(nowhere.exec(&db).await.is_err(), "a street is no town");
            migrate(&db, &set, "0001").await;
            let back = moved::Person::by_key(&db, ann.id).await.unwrap();
            assert_eq!((back.rating.stars, back.address.city.as_str()), (4, "Bern"));
        }
    });
}

#[test]
fn prefixes_change_places_with_the_rows() {
    let set =
        history(&[Registry::new().with::<exchanged::Before>(), Registry::new().with::<exchanged::After>()]);
    each_engine(async |database| {
        let db = Db::new(database.connect().await);
        migrate(&db, &set, "0001").await;
        let row = create!(exchanged::Before { one.name: "Ann", other.name: "Bob" }).exec(&db).await.unwrap();
        migrate(&db, &set, "0002").await;
        let row = exchanged::After::by_key(&db, row.id).await.unwrap();
        assert_eq!((row.one.name.as_str(), row.other.name.as_str()), ("Ann", "Bob"));
        let swapped = raw("SELECT one_name FROM couple").value::<String>(&db).await.unwrap();
        assert_eq!(swapped, "Bob");
    });
}
