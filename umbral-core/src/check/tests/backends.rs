//! `backend.*`, and models that are meant for one.

use super::*;

#[test]
fn an_unknown_scheme_is_a_finding_beside_the_models_own() {
    let report = app(&[
        model("Article", "article", 1, &[id(2), field("tags", TEXTS, "Vec<String>", 3)]),
        ModelMeta { primary_key: &[], ..model("Keyless", "keyless", 5, &[]) },
    ])
    .run_checks("mssql://sa:s3cret@db/shop", None);
    assert_eq!(ids(&report), ["backend.url_scheme", "model.pk.present"]);
    assert!(report.findings[0].message.contains("`mssql`"), "{report}");
    assert!(report.findings[0].message.contains("plain, grand"), "{report}");
    assert!(!report.to_string().contains("s3cret"));
    assert!(report.summary().contains("no backend"));
}

#[test]
fn a_server_that_is_too_old_is_refused() {
    let old = Engine { version: ServerVersion::new([3, 34]), ..plain() };
    let report = check_on(old, &[AUTHOR]);
    assert_eq!(ids(&report), ["backend.version"]);
    assert!(report.findings[0].message.contains("3.34") && report.findings[0].message.contains("3.35"));
}

#[test]
fn a_model_for_one_backend_is_left_out_on_others() {
    const FIELDS: &[FieldMeta] = &[id(2), field("tags", TEXTS, "Vec<String>", 3)];
    let only = ModelMeta { backends: &["grand"], ..model("Search", "search", 1, FIELDS) };
    let report = check_on(plain(), &[only, AUTHOR]);
    assert_eq!((ids(&report), report.models), (vec![], 1));
    let report = check_on(grand(), &[only, AUTHOR]);
    assert_eq!((ids(&report), report.models), (vec![], 2));
}

#[test]
fn a_backend_whose_scheme_is_taken_keeps_the_program_from_starting() {
    let app = App::new().backend(plain()).backend(Engine { name: "other", ..plain() });
    assert_eq!(app.ready().unwrap_err().kind(), ErrorKind::Config);
    let registry = BackendRegistry::empty().with(plain()).unwrap();
    assert_eq!(registry.iter().count(), 1);
}
