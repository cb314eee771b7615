//! How findings are shown, sorted, silenced and refused by.

use super::*;

#[test]
fn every_finding_is_reported_at_once_with_its_place_and_a_hint() {
    insta::assert_snapshot!(check_on(plain(), &five_mistakes()), @r#"
    error[field.backend]: `Article.tags` is an array, which plain has no type for
      --> src/models.rs:14  (Article.tags: Vec<String>)
      hint: use `Json<Vec<String>>`, or a model of its own with a foreign key; or point DATABASE_URL at grand
    error[field.fk.target_exists]: `Article.author` points at `Author`, which is no model of this program
      --> src/models.rs:16  (Article.author: ForeignKey<Author>)
      hint: `Author` is declared in src/models.rs:3: name its crate in this program, as in `use shop as _;`
    error[model.table.unique]: `Entry` and `Article` (src/models.rs:11) both have the table `article`
      --> src/models.rs:20  (Entry)
      hint: give one of them another with `#[umbral(table = "…")]`
    warning[field.reserved_name]: `Article.position` has the column `order`, a reserved word that SQL written by hand has to quote
      --> src/models.rs:15  (Article.position: i32)
      hint: give it another column: `#[umbral(column = "order_")]`
    warning[model.identifier.length]: the table name `a_table_name_that_is_seventy_bytes_long_and_does_not_fit_into_63_bytes` is 70 bytes long, and portable names have at most 63
      --> src/models.rs:30  (Verbose)
      hint: shorten it with `#[umbral(table = "…")]`
    3 errors, 2 warnings · plain 3.50.4 · 3 models in 3 ms
    "#);
}

#[test]
fn the_same_models_on_a_backend_with_arrays_and_a_limit() {
    insta::assert_snapshot!(check_on(grand(), &five_mistakes()), @r#"
    error[field.fk.target_exists]: `Article.author` points at `Author`, which is no model of this program
      --> src/models.rs:16  (Article.author: ForeignKey<Author>)
      hint: `Author` is declared in src/models.rs:3: name its crate in this program, as in `use shop as _;`
    error[model.table.unique]: `Entry` and `Article` (src/models.rs:11) both have the table `article`
      --> src/models.rs:20  (Entry)
      hint: give one of them another with `#[umbral(table = "…")]`
    error[model.identifier.length]: the table name `a_table_name_that_is_seventy_bytes_long_and_does_not_fit_into_63_bytes` is 70 bytes long, and grand keeps 63
      --> src/models.rs:30  (Verbose)
      hint: shorten it with `#[umbral(table = "…")]`
    warning[field.reserved_name]: `Article.position` has the column `order`, a reserved word that SQL written by hand has to quote
      --> src/models.rs:15  (Article.position: i32)
      hint: give it another column: `#[umbral(column = "order_")]`
    3 errors, 1 warning · grand 3.50.4 · 3 models in 3 ms
    "#);
}

#[test]
fn json_has_one_flat_object_for_each_finding() {
    let report = check_on(plain(), &five_mistakes()[..1]);
    let first = serde_json::to_value(&report).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&first).unwrap(), @r#"
    {
      "backend": "plain",
      "errors": 2,
      "findings": [
        {
          "field": "tags",
          "file": "src/models.rs",
          "hint": "use `Json<Vec<String>>`, or a model of its own with a foreign key; or point DATABASE_URL at grand",
          "id": "field.backend",
          "line": 14,
          "message": "`Article.tags` is an array, which plain has no type for",
          "model": "Article",
          "severity": "error",
          "type": "Vec<String>"
        },
        {
          "field": "author",
          "file": "src/models.rs",
          "hint": "`Author` is declared in src/models.rs:3: name its crate in this program, as in `use shop as _;`",
          "id": "field.fk.target_exists",
          "line": 16,
          "message": "`Article.author` points at `Author`, which is no model of this program",
          "model": "Article",
          "severity": "error",
          "type": "ForeignKey<Author>"
        },
        {
          "field": "position",
          "file": "src/models.rs",
          "hint": "give it another column: `#[umbral(column = \"order_\")]`",
          "id": "field.reserved_name",
          "line": 15,
          "message": "`Article.position` has the column `order`, a reserved word that SQL written by hand has to quote",
          "model": "Article",
          "severity": "warning",
          "type": "i32"
        }
      ],
      "milliseconds": 3,
      "models": 1,
      "silenced": 0,
      "version": "3.50.4",
      "warnings": 1
    }
    "#);
}

#[test]
fn the_order_does_not_depend_on_the_order_of_models() {
    let mut models = five_mistakes();
    // Which of two models on one table comes first is a matter of the registry, not of the report.
    models.remove(1);
    let forwards = check_on(plain(), &models);
    models.reverse();
    assert_eq!(forwards, check_on(plain(), &models));
}

#[test]
fn without_findings_the_summary_stands_alone() {
    insta::assert_snapshot!(check_on(plain(), &[AUTHOR]), @"no problems · plain 3.50.4 · 1 model in 3 ms");
}

#[test]
fn a_refusal_lists_every_finding_word_for_word() {
    let report = check_on(plain(), &five_mistakes());
    let refusal = report.refusal().unwrap();
    assert_eq!(refusal.kind(), ErrorKind::Check);
    assert!(refusal.to_string().ends_with(&report.to_string()), "{refusal}");
    assert!(check_on(plain(), &[AUTHOR]).refusal().is_none());
}

#[test]
fn findings_are_silenced_by_the_program_the_model_and_the_field() {
    const TAGS: FieldMeta = field("tags", TEXTS, "Vec<String>", 3);
    const SILENT: FieldMeta = FieldMeta { silenced: &["field.backend"], ..TAGS };
    let loud = model("Loud", "loud", 1, &[id(2), TAGS]);
    let by_field = model("ByField", "by_field", 1, &[id(2), SILENT]);
    let by_model =
        ModelMeta { silenced: &["field.backend"], ..model("ByModel", "by_model", 1, &[id(2), TAGS]) };
    let report = check_on(plain(), &[loud, by_field, by_model]);
    assert_eq!((ids(&report), report.silenced), (vec!["field.backend"], 2));
    assert_eq!(report.findings[0].model.as_deref(), Some("Loud"));
    let report = app(&[loud]).silence("field.backend").run_checks("plain:", None);
    assert_eq!((ids(&report), report.silenced), (vec![], 1));
}

#[test]
fn an_application_sets_severities_and_adds_checks() {
    let history = History { ahead: vec!["shop/0002".to_owned()], ..History::default() };
    let app = app(&[AUTHOR])
        .severity("migrations.ahead", Severity::Error)
        .check(|context| vec![Finding::info("shop.models", context.models().count().to_string())]);
    let report = app.run_checks("plain:", Some(&history));
    let found: Vec<(&str, Severity)> =
        report.findings.iter().map(|finding| (finding.id.as_ref(), finding.severity)).collect();
    assert_eq!(found, [("migrations.ahead", Severity::Error), ("shop.models", Severity::Info)]);
    assert!(report.refusal().is_some() && report.fails_at(Severity::Info));
}
