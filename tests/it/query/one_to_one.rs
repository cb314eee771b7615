//! Relations to one row: at most one row points at each.

use umbral::model::Registry;
use umbral::prelude::*;
use umbral_testkit::{TestDatabase, create_tables, each_engine, expect_queries};

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "one_account", ordering = ["name"])]
struct Account {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(max_length = 40)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[umbral(table = "one_profile", ordering = ["motto"])]
struct Profile {
    #[umbral(primary_key)]
    id: i64,
    #[umbral(on_delete = cascade)]
    account: OneToOne<Account>,
    #[umbral(on_delete = set_null)]
    stand_in: Option<OneToOne<Account>>,
    #[umbral(max_length = 40)]
    motto: String,
}

/// Ann and Bob have a profile, and Cleo none; Cleo stands in for Ann.
async fn filled(database: &TestDatabase) -> (Db, [Account; 3]) {
    let db = Db::new(database.connect().await);
    create_tables(&db, &Registry::new().with::<Account>().with::<Profile>()).await.unwrap();
    let ann = create!(Account { name: "Ann" }).exec(&db).await.unwrap();
    let bob = create!(Account { name: "Bob" }).exec(&db).await.unwrap();
    let cleo = create!(Account { name: "Cleo" }).exec(&db).await.unwrap();
    create!(Profile { account: &ann, stand_in: &cleo, motto: "always" }).exec(&db).await.unwrap();
    create!(Profile { account: &bob, motto: "never" }).exec(&db).await.unwrap();
    (db, [ann, bob, cleo])
}

#[test]
fn a_row_is_pointed_at_once() {
    each_engine(async |database| {
        let (db, [ann, bob, cleo]) = filled(database).await;
        let again = create!(Profile { account: &ann, motto: "twice" }).exec(&db).await.unwrap_err();
        assert!(again.is_unique_violation(), "{again}");
        let violation = again.constraint_violation().unwrap();
        assert_eq!(violation.table.as_deref(), Some("one_profile"));
        assert_eq!(violation.columns, ["account_id"]);
        let taken = Profile::objects()
            .filter(|p| p.account.eq(&bob))
            .update(|p| p.stand_in.set(Some(OneToOne::from(&cleo))))
            .exec(&db)
            .await
            .unwrap_err();
        assert_eq!(taken.constraint_violation().unwrap().columns, ["stand_in_id"]);
        create!(Profile { account: &cleo, motto: "NULL is no row" }).exec(&db).await.unwrap();
        let without = Profile::objects().filter(|p| p.stand_in.is_null()).count(&db).await.unwrap();
        assert_eq!(without, 2);
        db.close().await;
    });
}

#[test]
fn it_is_followed_in_conditions_and_loaded_along() {
    each_engine(async |database| {
        let (db, [ann, ..]) = filled(database).await;
        let of_ann = Profile::objects().filter(|p| p.account().name.eq("Ann")).get(&db).await.unwrap();
        assert_eq!((of_ann.motto.as_str(), of_ann.account.key()), ("always", &ann.id));
        assert_eq!(of_ann.account.get(), None, "nobody asked for the row");
        let stood_in = Profile::objects().filter(|p| p.stand_in().name.eq("Cleo")).all(&db).await.unwrap();
        assert_eq!(stood_in, [of_ann]);
        let loaded = Profile::objects().select_related(|p| p.account()).select_related(|p| p.stand_in());
        let profiles = expect_queries(&db, 1, async |db| loaded.all(db).await.unwrap()).await;
        let names: Vec<(&str, Option<&str>)> = profiles
            .iter()
            .map(|p| {
                let stand_in = p.stand_in.as_ref().map(|it| it.get().unwrap().name.as_str());
                (p.account.get().unwrap().name.as_str(), stand_in)
            })
            .collect();
        assert_eq!(names, [("Ann", Some("Cleo")), ("Bob", None)]);
        db.close().await;
    });
}

#[test]
fn what_a_deleted_row_was_pointed_at_by_goes_or_forgets_it() {
    each_engine(async |database| {
        let (db, [ann, _, cleo]) = filled(database).await;
        cleo.delete(&db).await.unwrap();
        let of_ann = Profile::objects().filter(|p| p.account.eq(&ann)).get(&db).await.unwrap();
        assert_eq!(of_ann.stand_in, None);
        ann.delete(&db).await.unwrap();
        let left = Profile::objects().select_related(|p| p.account()).all(&db).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].account.get().unwrap().name, "Bob");
        db.close().await;
    });
}
