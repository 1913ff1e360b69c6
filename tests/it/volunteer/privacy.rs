//! Document numbers and phones never leave: not in an answer, not in the table of
//! answers kept for retries, not in the audit trail, not in the journal.

use entity::role_assignment::Role;
use harness::{
    Answer, TestApp, assisted_registration, born_years_ago, guardianship, registration, resident_id,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::json;

/// Every text of every row of a table.
async fn dump(db: &DatabaseConnection, table: &str) -> String {
    let backend = db.get_database_backend();
    let sql = if harness::is_postgres() {
        format!("SELECT coalesce(string_agg(t::text, ' '), '') AS dump FROM {table} t")
    } else {
        let columns = Statement::from_string(backend, format!("PRAGMA table_info({table})"));
        let columns = db.query_all_raw(columns).await.unwrap();
        let names: Vec<String> =
            columns.iter().map(|row| row.try_get::<String>("", "name").unwrap()).collect();
        // Ids are blobs; what is text must be compared as text.
        let text = |name: &String| {
            format!(
                "CASE WHEN typeof(\"{name}\") = 'blob' AND length(\"{name}\") = 16 \
                 THEN hex(\"{name}\") ELSE coalesce(CAST(\"{name}\" AS TEXT), '') END"
            )
        };
        let all = names.iter().map(text);
        let all = all.collect::<Vec<_>>().join(" || ' ' || ");
        format!("SELECT coalesce(group_concat({all}, ' '), '') AS dump FROM {table}")
    };
    let row = db.query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
    row.try_get("", "dump").unwrap()
}

#[actix_web::test]
async fn canaries_are_found_nowhere() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let villager = app.sign_in("zhang").await;
    let child_born = born_years_ago(10);
    let (own, old, child, mother) = (
        resident_id("1952-03-08", 2, 1),
        resident_id("1940-01-01", 2, 2),
        resident_id(&child_born, 2, 3),
        resident_id("1985-06-01", 2, 4),
    );
    let mut seen: Vec<Answer> = Vec::new();

    // Good and bad requests through every operation that takes or shows a canary.
    seen.push(villager.post("/v1/volunteers", registration(station, "1952-03-08", 1)).await);
    seen.push(villager.post("/v1/volunteers", registration(station, "1952-03-08", 1)).await);
    let code = json!({"code": "demo-phone:zhang:13811112222"});
    seen.push(villager.post("/v1/me/phone", code).await);
    let path = format!("/v1/sites/{}/volunteers", station.id);
    let mut body = assisted_registration("1940-01-01", 2);
    body["phone"] = json!("13833334444");
    seen.push(clerk.post(&path, body.clone()).await);
    seen.push(clerk.post(&path, body.clone()).await);
    body["gender"] = json!(1);
    seen.push(clerk.post(&path, body).await);
    let mut body = assisted_registration(&child_born, 3);
    body["phone"] = json!(13_833_334_444_u64);
    seen.push(clerk.post(&path, body).await);
    let answer = clerk.post(&path, assisted_registration(&child_born, 3)).await;
    let guardians = format!("/v1/volunteers/{}/guardians", answer.id());
    seen.push(answer);
    let mut body = guardianship();
    body["phone"] = json!("13855556666");
    body["id_number"] = json!(mother);
    seen.push(clerk.post(&guardians, body).await);
    seen.push(clerk.get(format!("{guardians}?reason=%E6%A0%B8%E5%AF%B9")).await);
    for q in ["", "?q=13833334444", "?q=13811112222"] {
        let list = clerk.get(format!("/v1/volunteers{q}")).await;
        for item in list.ok()["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            seen.push(clerk.get(format!("/v1/volunteers/{id}?reason=%E6%A0%B8%E5%AF%B9")).await);
        }
        seen.push(list);
    }

    assert!(seen.iter().filter(|answer| answer.status.is_success()).count() >= 10);
    let canaries =
        [own.as_str(), &old, &child, &mother, "13811112222", "13833334444", "13855556666"];
    let mut places: Vec<(String, String)> = seen
        .iter()
        .map(|answer| (answer.describe(), String::from_utf8_lossy(&answer.body).into_owned()))
        .collect();
    let tables = [
        "volunteer",
        "guardian",
        "consent",
        "proxy",
        "idempotency_key",
        "audit_event",
        "journal_event",
    ];
    for table in tables {
        let text = dump(&app.db, table).await;
        assert!(!text.is_empty() || table == "proxy", "{table} was not read");
        assert!(table != "volunteer" || text.contains("张秀兰"), "{table} was not read");
        places.push((table.into(), text));
    }
    for (place, text) in places {
        for canary in canaries {
            assert!(!text.contains(canary), "{canary} is in {place}");
        }
    }
}
