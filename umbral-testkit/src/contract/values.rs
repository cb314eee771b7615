//! Values of every type: kept, found, sorted, or refused.

use super::live::{Live, placed};
use super::samples::{Sample, has_equality, has_order, misfits, samples, types};
use crate::TestDatabase;
use umbral_core::backend::{BackendFeature, LiveCatalog, Statement};
use umbral_core::error::ErrorKind;
use umbral_core::migrations::Operation;
use umbral_core::migrations::operations::CreateTable;
use umbral_core::schema::{Column, Schema, SqlType, Table};
use umbral_core::value::Value;

/// What was stored comes back equal, with its type; what a database may refuse it refuses, never changes.
pub(super) async fn come_back(database: &TestDatabase) {
    let live = Live::on(database).await;
    let exact_json = live.backend().supports(BackendFeature::ExactJsonNumbers);
    for (number, ty) in stored_types(&live).into_iter().enumerate() {
        let table = format!("kept_{number}");
        live.create(table_of(&table, &ty)).await.unwrap_or_else(|error| panic!("{ty}: {error:?}"));
        let nothing = Sample { value: Value::Null, refusable: false };
        for (id, sample) in (1..).zip(samples(&ty).into_iter().chain([nothing])) {
            let values = [("id", Value::BigInt(id)), ("v", sample.value.clone())];
            if let Err(error) = live.insert(&table, &values).await {
                let may_refuse = sample.refusable || is_too_long(&live, &sample.value);
                assert!(may_refuse, "{ty}: {} was refused: {error:?}", shown(&sample.value));
                let kind = error.kind();
                let kinds = [ErrorKind::Value, ErrorKind::Violation, ErrorKind::Unsupported];
                assert!(kinds.contains(&kind), "{ty}: {} was refused as {kind:?}", shown(&sample.value));
                continue;
            }
            let read = read(&live, &table, id, &ty).await;
            let same = match (&read, &sample.value) {
                (Value::Json(read), Value::Json(sent)) if !exact_json => rounded(read) == rounded(sent),
                (read, sent) => equal(read, sent),
            };
            assert!(same, "{ty}: {} came back as {}", shown(&sample.value), shown(&read));
        }
    }
    live.close().await;
}

/// A value that was stored is found by itself, and values sort as their type does.
pub(super) async fn are_found_and_sorted(database: &TestDatabase) {
    let live = Live::on(database).await;
    for (number, ty) in stored_types(&live).into_iter().enumerate().filter(|(_, ty)| has_equality(ty)) {
        let table = format!("sorted_{number}");
        live.create(table_of(&table, &ty)).await.unwrap_or_else(|error| panic!("{ty}: {error:?}"));
        let kept = samples(&ty).into_iter().filter(|sample| !sample.refusable).map(|sample| sample.value);
        let values: Vec<Value> = kept.filter(|value| !is_too_long(&live, value)).collect();
        for (id, value) in (1..).zip(&values) {
            live.insert(&table, &[("id", Value::BigInt(id)), ("v", value.clone())])
                .await
                .expect("it is stored");
        }
        for value in &values {
            let found = find(&live, &table, value).await;
            let expected = values.iter().filter(|other| equal(other, value)).count();
            assert_eq!(found, expected, "{ty}: rows found by {}", shown(value));
        }
        if has_order(&ty) {
            let sql = format!("SELECT id FROM {table} ORDER BY v");
            let order = live.rows(&sql, &[SqlType::BigInt]).await.expect("it sorts");
            let expected: Vec<Vec<Value>> =
                (1..).take(values.len()).map(|id| vec![Value::BigInt(id)]).collect();
            assert_eq!(order, expected, "{ty}: the order of {} values", values.len());
        }
    }
    live.close().await;
}

/// What a type does not hold is refused, by a constraint or by the type, and nothing is stored.
pub(super) async fn that_do_not_fit_are_refused(database: &TestDatabase) {
    let live = Live::on(database).await;
    for (number, ty) in stored_types(&live).into_iter().enumerate() {
        let table = format!("misfit_{number}");
        let wrong = misfits(&ty);
        if wrong.is_empty() {
            continue;
        }
        live.create(table_of(&table, &ty)).await.unwrap_or_else(|error| panic!("{ty}: {error:?}"));
        for value in wrong {
            let stored = live.insert(&table, &[("id", Value::BigInt(1)), ("v", value.clone())]).await;
            let Err(error) = stored else { panic!("{ty}: {} was stored", shown(&value)) };
            let kinds = [ErrorKind::Value, ErrorKind::Violation];
            assert!(kinds.contains(&error.kind()), "{ty}: {} was refused as {error:?}", shown(&value));
            assert_eq!(live.count(&table).await, 0, "{ty}");
        }
    }
    live.close().await;
}

/// A type that the backend does not store is refused with a hint, by itself and in a plan, and never panics.
pub(super) async fn without_storage_are_unsupported(database: &TestDatabase) {
    let live = Live::on(database).await;
    let backend = live.backend();
    for ty in types() {
        let Err(error) = backend.map_type(&ty) else {
            assert!(
                backend.type_name(&ty).is_ok_and(|name| !name.is_empty()),
                "{ty} is stored, but has no name"
            );
            continue;
        };
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{ty}");
        assert!(error.hint().is_some_and(|hint| !hint.is_empty()), "{ty}: no hint");
        assert!(error.to_string().contains(&ty.to_string()), "{ty}: {error}");
        assert_eq!(backend.type_name(&ty).map_err(|error| error.kind()), Err(ErrorKind::Unsupported), "{ty}");
        let operation = Operation::CreateTable(CreateTable { table: table_of("t", &ty) });
        let plan = backend.planner().plan(&[operation], &Schema::default(), &LiveCatalog::default());
        assert_eq!(plan.map_err(|error| error.kind()), Err(ErrorKind::Unsupported), "{ty}");
    }
    live.close().await;
}

fn stored_types(live: &Live) -> Vec<SqlType> {
    types().into_iter().filter(|ty| live.backend().map_type(ty).is_ok()).collect()
}

fn table_of(name: &str, ty: &SqlType) -> Table {
    Table::new(name)
        .with_column(Column::new("id", SqlType::BigInt))
        .with_column(Column::new("v", ty.clone()).nullable())
        .with_primary_key(["id"])
}

async fn read(live: &Live, table: &str, id: i64, ty: &SqlType) -> Value {
    let sql = format!("SELECT v FROM {table} WHERE id = {id}");
    let mut rows =
        live.rows(&sql, std::slice::from_ref(ty)).await.unwrap_or_else(|error| panic!("{ty}: {error:?}"));
    assert_eq!(rows.len(), 1, "{ty}: row {id}");
    rows.remove(0).remove(0)
}

async fn find(live: &Live, table: &str, value: &Value) -> usize {
    let place = placed(live.backend().dialect(), 1, value);
    let statement = Statement::new(format!("SELECT id FROM {table} WHERE v = {place}"))
        .with_params(vec![value.clone()])
        .with_columns([SqlType::BigInt]);
    live.query(statement).await.unwrap_or_else(|error| panic!("{}: {error:?}", shown(value))).len()
}

/// As numbers compare, with NaN equal to itself; JSON apart from white space between its parts. A database may keep
/// -0.0 as the 0.0 that it equals.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Real(left), Value::Real(right)) => left == right || left.is_nan() && right.is_nan(),
        (Value::Double(left), Value::Double(right)) => left == right || left.is_nan() && right.is_nan(),
        (Value::Json(left), Value::Json(right)) => packed(left) == packed(right),
        (Value::Array { items: left, .. }, Value::Array { items: right, .. }) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (left, right) => left == right,
    }
}

/// Whether a statement with this value is longer than the server takes.
fn is_too_long(live: &Live, value: &Value) -> bool {
    let most = live.backend().limits().statement_bytes;
    matches!(value, Value::Bytes(bytes) if most.is_some_and(|most| bytes.len() as u64 + 1024 > most))
}

/// JSON whose numbers are 64-bit ones.
fn rounded(json: &str) -> String {
    let json = packed(json);
    let mut out = String::new();
    for (at, part) in json.split('"').enumerate() {
        // Every second part is a string; a quote that is escaped is in none of the samples' keys.
        if at % 2 == 1 {
            out.push_str(&format!("{part:?}"));
            continue;
        }
        for token in part.split_inclusive([',', '[', ']', '{', '}', ':']) {
            let (number, mark) = token.split_at(token.trim_end_matches([',', '[', ']', '{', '}', ':']).len());
            match number.parse::<f64>() {
                Ok(rounded) if number.parse::<i64>().is_err() => out.push_str(&rounded.to_string()),
                _ => out.push_str(number),
            }
            out.push_str(mark);
        }
    }
    out
}

fn packed(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let keep = |character: &char| {
        if *character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = *character == '\\' && !escaped;
        quoted || !character.is_whitespace()
    };
    json.chars().filter(keep).collect()
}

fn shown(value: &Value) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_samples_and_nothing_equals_what_it_is_not() {
        for ty in types() {
            assert!(samples(&ty).len() >= 2, "{ty}");
        }
        assert!(!equal(&Value::Double(0.1), &Value::Double(0.1 + f64::EPSILON)));
        assert!(!equal(&Value::Double(f64::NAN), &Value::Double(0.0)));
        assert!(equal(&Value::Double(f64::NAN), &Value::Double(f64::NAN)));
        assert!(!equal(&Value::Integer(1), &Value::BigInt(1)), "a value comes back with its type");
        let json = |text: &str| Value::Json(text.to_owned());
        assert!(equal(&json("{\"a\": [1, 2]}"), &json("{\"a\":[1,2]}")));
        assert!(!equal(&json("\"a b\""), &json("\"ab\"")));
        assert!(!equal(&json("null"), &Value::Null));
        assert!(!equal(&json("[-12.5]"), &json("[-12.50]")));
        assert_eq!(rounded("[-12.50, {\"a 1.50\": 1e2}]"), rounded("[-12.5,{\"a 1.50\":100.0}]"));
        assert_ne!(rounded("[\"1.50\"]"), rounded("[\"1.5\"]"));
        assert_ne!(rounded("9007199254740993"), rounded("9007199254740992"));
    }
}
