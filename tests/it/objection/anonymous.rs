//! `objection_file_anonymously`, `objection_state`, `objection_contact`.

use entity::{journal_event, objection};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::Office;

fn body(claim: &str) -> Value {
    json!({
        "subject": {"kind": "claim", "id": claim},
        "text": "活动当天没有看见她。",
        "contact": "13912345678",
    })
}

#[actix_web::test]
async fn a_receipt_code_answers_the_state_and_nothing_else() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let nobody = office.app.anonymous();

    let receipt = nobody.post("/v1/public/objections", body(&claim)).await.ok();

    let code = receipt["receipt_code"].as_str().expect("a code");
    let path = format!("/v1/public/objections/{}", code.to_lowercase());
    let state = nobody.get(&path).await.ok();
    assert_eq!(state, json!({"state": "filed", "state_words": "已提交，等待受理"}));
    nobody.get("/v1/public/objections/YY-0000-0000-0000-0").await.assert_problem(404, "not_found");
    nobody.get("/v1/public/objections/x").await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn who_holds_the_code_reads_the_answer_with_its_reason() {
    let office = Office::open().await;
    let (one, other) = (office.certified(5).await, office.certified(6).await);
    let nobody = office.app.anonymous();
    let mut codes = vec![];
    for claim in [&one, &other] {
        let receipt = nobody.post("/v1/public/objections", body(claim)).await.ok();
        codes.push(receipt["receipt_code"].as_str().expect("a code").to_owned());
    }
    let mut rows = objection::Entity::find().all(&office.app.db).await.expect("rows");
    rows.sort_by_key(|row| row.subject_id.to_string() != one);
    let (refused, upheld) = (rows[0].id.to_string(), rows[1].id.to_string());
    let why = json!({"reason": "同一事项已经答复"});
    office.step("head", &refused, "refuse", why).await.assert_ok();
    let decision = json!({"outcome": "upheld", "reason": "经核实情况属实"});
    for (who, step, body) in [
        ("head", "accept", json!({})),
        ("head", "investigate", json!({})),
        ("town-a", "decide", decision),
        ("head", "execute", json!({})),
    ] {
        office.step(who, &upheld, step, body).await.assert_ok();
    }

    let read = async |code: &str| nobody.get(format!("/v1/public/objections/{code}")).await.ok();

    assert_eq!(
        read(&codes[0]).await,
        json!({"state": "not_accepted", "state_words": "不予受理", "reason": "同一事项已经答复"})
    );
    assert_eq!(
        read(&codes[1]).await,
        json!({
            "state": "executed", "state_words": "决定已执行", "outcome": "upheld",
            "reason": "经核实情况属实", "effect": "reversed",
            "effect_words": "原认定已撤销，不计积分；已入账的已冲回",
        })
    );
}

#[actix_web::test]
async fn the_trail_does_not_know_the_network_of_who_gave_no_name() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    office.app.anonymous().post("/v1/public/objections", body(&claim)).await.assert_ok();

    let trail = entity::audit_event::Entity::find().all(&office.app.db).await.expect("the trail");
    let filed: Vec<_> =
        trail.iter().filter(|row| row.action == "objection_file_anonymously").collect();

    assert_eq!(filed.len(), 1);
    assert_eq!(filed[0].ip_prefix, None);
    assert!(trail.iter().any(|row| row.ip_prefix.is_some()), "others are kept with theirs");
}

#[actix_web::test]
async fn nothing_is_kept_that_says_who_it_was() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    // Signed in or not, this door does not look.
    let li = office.phone("li-jianguo").await;
    let receipt = li.post("/v1/public/objections", body(&claim)).await.ok();

    let row = objection::Entity::find().one(&office.app.db).await.expect("query").expect("a row");
    assert_eq!((row.filed_by, row.filer_volunteer_id, &row.filer_key), (None, None, &None));
    let code = receipt["receipt_code"].as_str().expect("a code").replace('-', "");
    assert_ne!(row.receipt_hash.as_deref(), Some(code.as_str()));
    assert!(row.contact_sealed.as_deref().is_some_and(|sealed| !sealed.contains("139")));
    let seen = office.read(&row.id.to_string()).await;
    assert_eq!((&seen["channel"], &seen["has_contact"]), (&json!("anonymous"), &json!(true)));
    let told = journal_event::Entity::find().all(&office.app.db).await.expect("query");
    let told = format!("{seen} {told:?}");
    for secret in ["13912345678", code.as_str(), &office.li.account.to_string()] {
        assert!(!told.contains(secret), "{secret} is told");
    }
    assert_eq!(li.get("/v1/me/objections").await.ok()["items"], json!([]));
}

#[actix_web::test]
async fn the_number_left_is_for_who_may_handle_it_and_the_asking_is_on_the_trail() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    office.app.anonymous().post("/v1/public/objections", body(&claim)).await.assert_ok();
    let row = objection::Entity::find().one(&office.app.db).await.expect("query").expect("a row");
    let id = row.id.to_string();

    let contact = office.step("head", &id, "contact", json!({})).await.ok();

    assert_eq!(contact["contact"], "13912345678");
    let watch = office.step("watch", &id, "contact", json!({})).await;
    watch.assert_problem(403, "permission_denied");
    let other = office.step("stranger", &id, "contact", json!({})).await;
    other.assert_problem(404, "not_found");
    let trail = entity::audit_event::Entity::find().all(&office.app.db).await.expect("query");
    let asked = trail.iter().filter(|row| row.action == "objection_contact" && row.result == "ok");
    assert_eq!(asked.count(), 1);
}

#[actix_web::test]
async fn a_network_that_files_without_end_is_turned_away() {
    let office = Office::open().await;
    let claim = office.certified(5).await;
    let nobody = office.app.anonymous();
    let mut refused = None;
    for _ in 0..60 {
        let answer = nobody.post("/v1/public/objections", body(&claim)).await;
        if !answer.status.is_success() {
            refused = Some(answer);
            break;
        }
    }
    refused.expect("a limit").assert_problem(429, "rate_limited");
}
