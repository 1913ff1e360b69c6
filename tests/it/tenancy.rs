//! Another town's ids answer exactly like unknown ids, for every operation that takes
//! one: staff of one town cannot find out what exists in another.

use std::collections::BTreeMap;

use entity::role_assignment::Role;
use harness::{Client, TestApp};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Map, Value, json};

const UNKNOWN: &str = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

/// A body that fits a schema, from its own examples: required members only.
fn example(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return example(document, &document["components"]["schemas"][name]);
    }
    for known in [&schema["example"], &schema["examples"][0], &schema["enum"][0]] {
        if !known.is_null() {
            return known.clone();
        }
    }
    for either in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema[either].as_array().and_then(|all| all.first()) {
            return example(document, first);
        }
    }
    let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap_or("object");
    match (kind, schema["format"].as_str()) {
        ("string", Some("uuid")) => json!(UNKNOWN),
        ("string", Some("date")) => json!("2030-01-01"),
        ("string", Some("date-time")) => json!("2030-01-01T00:00:00Z"),
        ("string", _) => json!("示例文字"),
        ("integer" | "number", _) => schema.get("minimum").cloned().unwrap_or(json!(1)),
        ("boolean", _) => json!(true),
        ("array", _) => json!([example(document, &schema["items"])]),
        _ => members(document, schema),
    }
}

fn members(document: &Value, schema: &Value) -> Value {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let names = required.iter().filter_map(Value::as_str);
    let pairs = names.map(|name| (name.to_owned(), example(document, &schema["properties"][name])));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// What exists in the town under test, by the path parameter that names it.
async fn foreign_ids(app: &TestApp) -> BTreeMap<String, String> {
    let tables = [
        ("site_id", "site", "kind = 'station'"),
        ("activity_id", "activity", "1 = 1"),
        ("volunteer_id", "volunteer", "1 = 1"),
        ("goods_id", "goods", "1 = 1"),
        ("stock_lot_id", "stock_lot", "1 = 1"),
        ("session_id", "redemption_session", "1 = 1"),
        ("redemption_id", "redemption", "1 = 1"),
        ("claim_id", "claim", "1 = 1"),
        ("attendance_id", "attendance", "1 = 1"),
        ("rule_version_id", "rule_version", "1 = 1"),
        ("screen_id", "screen", "1 = 1"),
        ("late_entry_id", "late_entry", "1 = 1"),
        ("ledger_entry_id", "ledger_entry", "1 = 1"),
        ("stock_adjustment_id", "stock_adjustment", "1 = 1"),
    ];
    let mut found = BTreeMap::new();
    for (name, table, filter) in tables {
        let column = if harness::is_postgres() { "CAST(id AS text)" } else { "lower(hex(id))" };
        let sql = format!("SELECT {column} AS id FROM {table} WHERE {filter} ORDER BY id LIMIT 1");
        let statement = Statement::from_string(app.db.get_database_backend(), sql);
        let row = app.db.query_one_raw(statement).await.expect("query");
        if let Some(row) = row {
            let raw: String = row.try_get("", "id").expect("an id");
            let id: uuid::Uuid = raw.parse().expect("a uuid");
            found.insert(name.to_owned(), id.to_string());
        }
    }
    let statement = Statement::from_string(
        app.db.get_database_backend(),
        "SELECT number FROM card WHERE state = 'active' LIMIT 1".to_owned(),
    );
    let row = app.db.query_one_raw(statement).await.expect("query").expect("a card");
    found.insert("card_number".into(), row.try_get("", "number").expect("a number"));
    found
}

/// Puts ids into a path template; `None` when one is not at hand.
fn fill(path: &str, ids: &BTreeMap<String, String>) -> Option<String> {
    let parts = path.split('/').map(|part| match part.strip_prefix('{') {
        None => Some(part.to_owned()),
        Some(name) => ids.get(name.trim_end_matches('}')).cloned(),
    });
    parts.collect::<Option<Vec<_>>>().map(|parts| parts.join("/"))
}

fn unknown(ids: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let none = |name: &String| match name.as_str() {
        "card_number" => "JF00000000000".to_owned(),
        _ => UNKNOWN.to_owned(),
    };
    ids.keys().map(|name| (name.clone(), none(name))).collect()
}

async fn ask(client: &Client, method: &Method, path: &str, body: Option<Value>) -> (u16, String) {
    let key = uuid::Uuid::now_v7().to_string();
    let headers = [("idempotency-key", key.as_str()), ("if-match", "\"1\"")];
    let answer = client.send(method.clone(), path, body, &headers).await;
    (answer.status.as_u16(), answer.code())
}

#[actix_web::test]
async fn another_towns_ids_look_unknown_to_every_operation() {
    // The seeded county is the other town: it has one of everything.
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    app.seed().await;
    let ids = foreign_ids(&app).await;
    let county = app.county().await;
    let mut stranger = app.sign_in("stranger").await;
    for role in [Role::TownAdmin, Role::StationManager, Role::Certifier, Role::Clerk] {
        stranger = app.staff("stranger", role, &county.town.institute).await;
    }

    let document: Value = serde_json::from_str(&app.app.document).expect("the document");
    let mut compared = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let permission = operation["x-permission"].as_str().unwrap_or("public");
            let staff = !["public", "signed_in", "volunteer"].contains(&permission);
            let (Some(real), true) = (fill(path, &ids), staff && path.contains('{')) else {
                continue;
            };
            let method: Method = method.to_uppercase().parse().expect("a method");
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let body = (!schema.is_null()).then(|| example(&document, schema));
            let body = body.or((method == Method::POST).then(|| json!({})));
            let nowhere = fill(path, &unknown(&ids)).expect("as many ids");

            let there = ask(&stranger, &method, &real, body.clone()).await;
            let nothing = ask(&stranger, &method, &nowhere, body).await;

            let id = &operation["operationId"];
            assert!(there.0 >= 400, "{id}: {there:?} for another town's id");
            assert_eq!(there, nothing, "{id} tells another town's id from an unknown one");
            compared += 1;
        }
    }
    assert!(compared >= 30, "only {compared} operations were compared");
}
