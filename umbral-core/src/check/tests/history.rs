//! `migrations.*` and `app.*`.

use super::*;

#[test]
fn migrations_that_only_one_side_has() {
    let tables = |app: &str| BTreeMap::from([(app.to_owned(), BTreeSet::from(["author".to_owned()]))]);
    let history = History {
        tables: tables("shop"),
        unapplied: vec!["shop/0002_price".to_owned(), "shop/0003_isbn".to_owned()],
        ahead: vec!["shop/0002_cost".to_owned()],
        edited: vec!["shop/0001_initial".to_owned()],
        interrupted: Some("shop/0002_price".to_owned()),
        without_table: vec!["loan".to_owned()],
    };
    let mut report = app(&[AUTHOR]).run_checks("plain:", Some(&history));
    report.elapsed = Duration::from_millis(3);
    insta::assert_snapshot!(report, @r"
    error[migrations.edited]: 1 migration was changed after it was applied: shop/0001_initial
      hint: bring their files back as they were, and put the change into a new migration
    error[migrations.interrupted]: the migration shop/0002_price was interrupted half-way
      hint: run `cargo umbral migrate`, which carries it on
    error[migrations.missing]: 1 table is not in the database, and no migration makes it: loan
      hint: run `cargo umbral makemigrations` and `cargo umbral migrate`; a program that is deployed without its `migrations` folder has them compiled in by `umbral::migrations!()`
    error[migrations.unapplied]: 2 migrations are not applied to the database: shop/0002_price, shop/0003_isbn
      hint: run `cargo umbral migrate`
    warning[migrations.ahead]: 1 migration that this program does not have is applied to the database: shop/0002_cost
      hint: deploy the program that made them, or bring their files back
    4 errors, 1 warning · plain 3.50.4 · 1 model in 3 ms
    ");
    let lost = History { tables: tables("blog"), ..History::default() };
    let report = app(&[AUTHOR]).run_checks("plain:", Some(&lost));
    assert_eq!(ids(&report), ["app.models_missing"]);
    let dropped =
        History { tables: BTreeMap::from([("blog".to_owned(), BTreeSet::new())]), ..History::default() };
    assert_eq!(ids(&app(&[AUTHOR]).run_checks("plain:", Some(&dropped))), [""; 0]);
}
