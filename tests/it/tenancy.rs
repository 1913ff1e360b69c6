//! Another town's ids answer exactly like unknown ids, for every operation that takes
//! one: staff of one town cannot find out what exists in another.

use std::collections::BTreeMap;

use entity::role_assignment::Role;
use harness::{Client, Document, TestApp, UNKNOWN_ID};
use reqwest::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

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
        ("account_id", "(SELECT account_id AS id FROM volunteer) v", "id IS NOT NULL"),
        ("role_assignment_id", "role_assignment", "1 = 1"),
        ("invitation_id", "staff_invitation", "1 = 1"),
        ("appointment_id", "appointment", "1 = 1"),
        ("notice_round_id", "notice_round", "1 = 1"),
        ("objection_id", "objection", "1 = 1"),
        ("disqualification_id", "disqualification", "1 = 1"),
        ("opening_import_id", "opening_import", "1 = 1"),
        ("task_id", "task", "1 = 1"),
        ("tree_key_id", "tree_key", "1 = 1"),
        ("proxy_id", "proxy", "1 = 1"),
        ("delegate_id", "pickup_delegate", "1 = 1"),
        ("relative_id", "relative", "1 = 1"),
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
        _ => UNKNOWN_ID.to_owned(),
    };
    ids.keys().map(|name| (name.clone(), none(name))).collect()
}

async fn ask(client: &Client, method: &Method, path: &str, body: Option<Value>) -> (u16, String) {
    let key = uuid::Uuid::now_v7().to_string();
    let headers = [("idempotency-key", key.as_str()), ("if-match", "\"1\"")];
    let answer = client.send(method.clone(), path, body, &headers).await;
    (answer.status.as_u16(), answer.code())
}

/// Operations on what everybody may know of: activities of any town are published for all.
const ON_PUBLIC_OBJECTS: [&str; 2] = ["sign_up_create", "sign_up_withdraw"];

/// Somebody of another town than the seeded one, with every role of the business there, who is
/// a volunteer, too; and the ids of what she must not know of.
async fn stranger(app: &TestApp) -> (Client, BTreeMap<String, String>, String) {
    // The seeded county is the other town: it has one of everything.
    app.seed().await;
    let ids = foreign_ids(app).await;
    let county = app.county().await;
    app.volunteer("stranger", &county.town.stations[0]).await;
    let roles = [Role::TownAdmin, Role::StationManager, Role::Certifier, Role::Clerk];
    for role in roles.into_iter().chain([Role::SecurityAdmin, Role::Auditor, Role::Supervisor]) {
        app.staff("stranger", role, &county.town.institute).await;
    }
    let client = app.sign_in("stranger").await;
    (client, ids, county.town.stations[0].id.to_string())
}

#[actix_web::test]
async fn another_towns_ids_look_unknown_to_every_operation() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    let (stranger, ids, _) = stranger(&app).await;
    let document = Document::checked_in();
    let mut compared = 0;
    for operation in document.operations() {
        let (id, path) = (operation.id(), operation.path);
        let asked = operation.permission() != "public" && !ON_PUBLIC_OBJECTS.contains(&id);
        let (Some(real), true) = (fill(path, &ids), asked && path.contains('{')) else {
            continue;
        };
        let method = operation.method();
        let schema = operation.body_schema();
        let body = (!schema.is_null()).then(|| document.example(schema));
        let body = body.or((method == Method::POST).then(|| json!({})));
        let nowhere = fill(path, &unknown(&ids)).expect("as many ids");

        let there = ask(&stranger, &method, &real, body.clone()).await;
        let nothing = ask(&stranger, &method, &nowhere, body).await;

        assert!(there.0 >= 400, "{id}: {there:?} for another town's id");
        assert_eq!(there, nothing, "{id} tells another town's id from an unknown one");
        compared += 1;
    }
    assert!(compared >= 90, "only {compared} operations were compared");
}

/// Every place of a body that takes an id, with the name under which such ids are known.
fn places(document: &Document, schema: &Value, at: &str, found: &mut Vec<(String, String)>) {
    let schema = document.resolve(schema);
    if let Some(first) = schema["oneOf"].as_array().and_then(|all| all.first()) {
        return places(document, first, at, found);
    }
    if schema["format"] == "uuid" {
        let name = at.rsplit('/').find(|part| part.parse::<u32>().is_err()).unwrap_or_default();
        let name = match name {
            // An objection's example is about a claim.
            "id" => "claim_id".to_owned(),
            "copy_from" => "rule_version_id".to_owned(),
            "proxy_volunteer_id" => "volunteer_id".to_owned(),
            "organiser_account_id" => "account_id".to_owned(),
            name => {
                name.strip_suffix("_ids").map_or_else(|| name.into(), |one| format!("{one}_id"))
            }
        };
        found.push((at.to_owned(), name));
    }
    for (name, of) in schema["properties"].as_object().into_iter().flatten() {
        places(document, of, &format!("{at}/{name}"), found);
    }
    if schema["items"].is_object() {
        places(document, &schema["items"], &format!("{at}/0"), found);
    }
}

/// A site is public, whose town it may be.
const PUBLIC_IDS: [&str; 2] = ["site_id", "parent_id"];

/// What an answer tells: status, code, and of each item of a batch its code.
async fn told(client: &Client, method: &Method, path: &str, body: &Value) -> (u16, String, Value) {
    let key = uuid::Uuid::now_v7().to_string();
    let headers = [("idempotency-key", key.as_str()), ("if-match", "\"1\"")];
    let answer = client.send(method.clone(), path, Some(body.clone()), &headers).await;
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let results = json["results"].as_array().into_iter().flatten();
    let codes = results.map(|result| json!([result["status"], result["code"]]));
    let places = json["errors"].as_array().into_iter().flatten().map(|e| e["pointer"].clone());
    let told = Value::Array(codes.chain(places).collect());
    (answer.status.as_u16(), answer.code(), told)
}

#[actix_web::test]
async fn another_towns_ids_in_a_body_look_unknown_too() {
    let app = TestApp::start_with(|config| config.limits.enabled = false).await;
    let (stranger, ids, own) = stranger(&app).await;
    let tables = app.tables().await;
    let document = Document::checked_in();
    let before = app.row_counts(&tables).await;
    let mut compared = 0;
    for operation in document.operations() {
        let schema = operation.body_schema();
        if schema.is_null() || operation.permission() == "public" {
            continue;
        }
        let mut found = Vec::new();
        places(&document, schema, "", &mut found);
        // Her own site, so that what is looked up next is the id in the body.
        let mut around = unknown(&ids);
        around.insert("site_id".into(), own.clone());
        let Some(path) = fill(operation.path, &around) else { continue };
        let whole = document.full_example(schema);
        for (pointer, name) in found {
            let Some(real) = ids.get(&name).filter(|_| !PUBLIC_IDS.contains(&name.as_str())) else {
                continue;
            };
            if whole.pointer(&pointer).is_none() {
                continue;
            }
            let with = |id: &str| {
                let mut body = whole.clone();
                *body.pointer_mut(&pointer).expect("the place is there") = json!(id);
                body
            };
            let method = operation.method();

            let there = told(&stranger, &method, &path, &with(real)).await;
            let nothing = told(&stranger, &method, &path, &with(UNKNOWN_ID)).await;

            let id = operation.id();
            assert_eq!(
                there, nothing,
                "{id} {pointer} tells another town's id from an unknown one"
            );
            compared += 1;
        }
    }
    assert!(compared >= 15, "only {compared} places were compared");
    let after = app.row_counts(&tables).await;
    let changed = before.iter().filter(|(table, count)| after[*table] != **count);
    let changed: Vec<_> = changed.map(|(table, _)| table.as_str()).collect();
    let expected = ["audit_event", "idempotency_key", "check_in_refusal"];
    assert!(changed.iter().all(|table| expected.contains(table)), "written: {changed:?}");
}
