//! Objections to what stands in a notice: the doubtful entry waits, all others go on.

use chrono::TimeDelta;
use entity::notice_entry::EntryState;
use entity::objection::{self, ObjectionState};
use entity::{claim, notice_correction, notice_entry, setting};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, QuerySelect, TransactionTrait};
use serde_json::{Value, json};
use tokio::time::{Duration, sleep};
use uuid::Uuid;

use super::Office;

/// A notice of the last month with Zhang's two claims, and its number.
pub(super) async fn noticed() -> (Office, String) {
    let office = Office::open().await;
    let app = &office.app;
    let row = setting::ActiveModel {
        id: Set(app.new_id().into()),
        site_id: Set(office.county.town.institute.id),
        key: Set("points_effective".into()),
        value: Set(json!("notice")),
        effective_from: Set(app.clock.now() - TimeDelta::minutes(1)),
        set_by: Set(None),
        created_at: Set(app.clock.now()),
    };
    setting::Entity::insert(row).exec_without_returning(&app.db).await.expect("a setting");
    office.certified(5).await;
    office.certified(6).await;
    app.advance(TimeDelta::days(35));
    let number = open_round(&office).await;
    (office, number)
}

pub(super) async fn open_round(office: &Office) -> String {
    let town = office.phone("town-a").await;
    let site = office.county.town.institute.id;
    let period = harness::month_of(office.app.today() - TimeDelta::days(35));
    let path = format!("/v1/sites/{site}/notice-rounds");
    let draft = town.post(path, json!({"period": period})).await.ok();
    let id = draft["id"].as_str().expect("an id");
    let round = town.post(format!("/v1/notice-rounds/{id}/open"), json!({})).await.ok();
    round["number"].as_str().expect("a number").to_owned()
}

pub(super) fn about(number: &str, position: i32) -> Value {
    json!({
        "kind": "objection",
        "subject": {"kind": "notice_entry", "notice": number, "position": position},
        "text": "当天她没有参加清扫，请核实。",
    })
}

/// Closes the round after its days and books it.
pub(super) async fn close(office: &Office) {
    office.app.advance(TimeDelta::days(9));
    let town = office.phone("town-a").await;
    let site = office.county.town.institute.id;
    let rounds = town.get(format!("/v1/sites/{site}/notice-rounds")).await.ok();
    let id = rounds["items"][0]["id"].as_str().expect("an id").to_owned();
    town.post(format!("/v1/notice-rounds/{id}/close"), json!({})).await.assert_ok();
    office.app.run_jobs().await;
}

async fn states(office: &Office) -> Vec<EntryState> {
    let mut entries = notice_entry::Entity::find().all(&office.app.db).await.expect("entries");
    entries.sort_by_key(|entry| entry.position);
    entries.into_iter().map(|entry| entry.state).collect()
}

async fn accepted(office: &Office, body: Value) -> String {
    let id = office.file(body).await.id();
    office.step("head", &id, "accept", json!({})).await.assert_ok();
    id
}

async fn answered(office: &Office, id: &str, outcome: &str) {
    office.step("head", id, "investigate", json!({})).await.assert_ok();
    let body = json!({"outcome": outcome, "reason": "经核实"});
    office.step("town-a", id, "decide", body).await.assert_ok();
}

#[actix_web::test]
async fn an_entry_under_objection_waits_and_the_others_take_effect() {
    let (office, number) = noticed().await;
    let id = office.file(about(&number, 1)).await.id();
    assert_eq!(states(&office).await, [EntryState::Listed, EntryState::Listed]);
    office.step("head", &id, "accept", json!({})).await.assert_ok();
    assert_eq!(states(&office).await, [EntryState::Frozen, EntryState::Listed]);

    close(&office).await;

    assert_eq!(office.available(office.zhang.volunteer).await, 4, "the other entry's points");
    answered(&office, &id, "rejected").await;
    assert_eq!(states(&office).await, [EntryState::Listed, EntryState::Listed]);
    assert_eq!(office.available(office.zhang.volunteer).await, 8, "it was right after all");
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn an_upheld_objection_strikes_the_entry_visibly() {
    let (office, number) = noticed().await;
    let id = accepted(&office, about(&number, 1)).await;
    answered(&office, &id, "upheld").await;
    assert_eq!(states(&office).await[0], EntryState::Frozen, "until it is executed");
    let why = json!({"reason": "经查当天未到场"});
    let done = office.step("county-a", &id, "execute", why).await.ok();
    assert_eq!(done["effect"], "reversed", "{done}");
    let claims = office.phone("zhang-xiulan").await.get("/v1/me/claims").await.ok();
    let claims = claims["items"].as_array().expect("claims").iter();
    let struck: Vec<_> = claims.filter(|claim| claim["state"] == "revoked").collect();
    assert_eq!(struck.len(), 1);
    assert_eq!(struck[0]["decision_reason"], "经查当天未到场", "she is told why");
    let today = office.app.clock.now().format("%Y-%m-%d").to_string();
    let decided_at = struck[0]["decided_at"].as_str().expect("when it was struck");
    assert!(decided_at.starts_with(&today), "{decided_at}");
    close(&office).await;

    assert_eq!(states(&office).await, [EntryState::Withdrawn, EntryState::Listed]);
    assert_eq!(office.available(office.zhang.volunteer).await, 4);
    let corrections = notice_correction::Entity::find().all(&office.app.db).await.expect("rows");
    assert_eq!(corrections.len(), 1);
    assert_eq!(corrections[0].caused_by.map(|by| by.to_string()), Some(id));
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn an_entry_a_supervisor_keeps_is_not_struck_before_it_is_free() {
    let (office, number) = noticed().await;
    let mut entries = notice_entry::Entity::find().all(&office.app.db).await.expect("entries");
    entries.sort_by_key(|entry| entry.position);
    let site = office.county.town.stations[0].id;
    let body = json!({
        "subject": {"kind": "notice_entry", "id": entries[0].claim_id}, "reason": "存疑", "days": 5,
    });
    let watch = office.phone("watch").await;
    let freeze = watch.post(format!("/v1/sites/{site}/freezes"), body).await.id();
    let id = accepted(&office, about(&number, 1)).await;
    answered(&office, &id, "upheld").await;

    let refused = office.step("county-a", &id, "execute", json!({})).await;

    refused.assert_problem(423, "frozen");
    assert_eq!(states(&office).await, [EntryState::Frozen, EntryState::Listed]);
    let lift = json!({"reason": "已核实"});
    watch.post(format!("/v1/freezes/{freeze}/lift"), lift).await.assert_ok();
    assert_eq!(states(&office).await[0], EntryState::Frozen, "the objection keeps it now");
    // Its own hold does not stand in its way.
    office.step("county-a", &id, "execute", json!({})).await.assert_ok();
    assert_eq!(states(&office).await, [EntryState::Withdrawn, EntryState::Listed]);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn what_took_effect_is_taken_back_and_corrected() {
    let (office, number) = noticed().await;
    close(&office).await;
    assert_eq!(office.available(office.zhang.volunteer).await, 8);
    let id = accepted(&office, about(&number, 2)).await;
    answered(&office, &id, "upheld").await;
    office.step("county-a", &id, "execute", json!({})).await.assert_ok();

    assert_eq!(states(&office).await, [EntryState::Listed, EntryState::Corrected]);
    assert_eq!(office.available(office.zhang.volunteer).await, 4);
    office.app.assert_sound().await;
}

#[actix_web::test]
async fn an_entry_in_two_doubts_waits_for_both_answers() {
    let (office, number) = noticed().await;
    let first = accepted(&office, about(&number, 1)).await;
    let subject = about(&number, 1)["subject"].clone();
    let body = json!({"subject": subject, "text": "我也没有看见她。"});
    office.app.anonymous().post("/v1/public/objections", body).await.assert_ok();
    let waiting = office.phone("head").await;
    let site = office.county.town.stations[0].id;
    let list = waiting.get(format!("/v1/sites/{site}/objections?state=filed")).await.ok();
    let second = list["items"][0]["id"].as_str().expect("the second").to_owned();
    office.step("head", &second, "accept", json!({})).await.assert_ok();

    answered(&office, &first, "rejected").await;
    assert_eq!(states(&office).await[0], EntryState::Frozen, "the second keeps it");
    answered(&office, &second, "rejected").await;
    assert_eq!(states(&office).await[0], EntryState::Listed);
}

#[actix_web::test]
async fn her_own_withdrawal_lets_the_entry_go() {
    let (office, number) = noticed().await;
    let id = accepted(&office, about(&number, 1)).await;
    let li = office.phone("li-jianguo").await;
    li.post(format!("/v1/me/objections/{id}/withdraw"), json!({})).await.assert_ok();
    assert_eq!(states(&office).await[0], EntryState::Listed);
}

#[actix_web::test]
async fn a_doubtful_claim_enters_no_notice_before_it_is_answered() {
    let office = Office::open().await;
    let doubtful = office.certified(5).await;
    office.certified(6).await;
    let id = accepted(&office, Office::about(&doubtful)).await;
    office.app.advance(TimeDelta::days(35));
    open_round(&office).await;
    let entries = notice_entry::Entity::find().all(&office.app.db).await.expect("entries");
    let shown: Vec<_> = entries.iter().map(|entry| entry.claim_id.to_string()).collect();
    assert!(shown.len() == 1 && !shown.contains(&doubtful), "{id}: {shown:?}");
}

/// Whoever opens a round waits for an objection that is just being accepted, and sees it then.
#[actix_web::test]
async fn a_doubt_that_comes_while_the_round_opens_is_seen() {
    let office = Office::open().await;
    let doubtful = office.certified(5).await;
    office.certified(6).await;
    let id = office.filed(&doubtful).await;
    office.app.advance(TimeDelta::days(35));
    let town = office.phone("town-a").await;
    let period = harness::month_of(office.app.today() - TimeDelta::days(35));
    let path = format!("/v1/sites/{}/notice-rounds", office.county.town.institute.id);
    let draft = town.post(path, json!({"period": period})).await.id();
    let row = objection::Entity::find_by_id(uuid(&id)).one(&office.app.db).await.expect("rows");
    let row = row.expect("the objection");
    let accepted = objection::ActiveModel {
        id: Set(row.id),
        state: Set(ObjectionState::Accepted),
        decide_due: Set(Some(row.accept_due)),
        admitted_by: Set(Some(office.app.account("head").await)),
        admitted_at: Set(Some(office.app.clock.now())),
        ..Default::default()
    };
    let accepting = office.app.db.begin().await.expect("a transaction");
    objection::Entity::update(accepted).exec(&accepting).await.expect("accepted");
    let held = claim::Entity::find_by_id(uuid(&doubtful)).lock_exclusive();
    held.one(&accepting).await.expect("rows").expect("the claim");

    let opening = town.post(format!("/v1/notice-rounds/{draft}/open"), json!({}));
    let done = async {
        sleep(Duration::from_millis(400)).await;
        accepting.commit().await.expect("accepted");
    };
    let (opened, ()) = tokio::join!(opening, done);

    assert_eq!(opened.ok()["entry_count"], 1, "{}", opened.describe());
    let entries = notice_entry::Entity::find().all(&office.app.db).await.expect("entries");
    assert!(entries.iter().all(|entry| entry.claim_id.to_string() != doubtful), "{entries:?}");
    let view = office.phone("zhang-xiulan").await.get(format!("/v1/claims/{doubtful}")).await.ok();
    assert_eq!(view["state"], "certified");
}

fn uuid(id: &str) -> Uuid {
    id.parse().expect("an id")
}

#[actix_web::test]
async fn an_entry_is_named_by_its_notice_and_number() {
    let (office, number) = noticed().await;
    let wrong = [
        (json!({"kind": "notice_entry", "notice": number}), "/subject/position"),
        (json!({"kind": "notice_entry", "position": 1}), "/subject/notice"),
        (json!({"kind": "notice_entry", "notice": number, "position": 0}), "/subject/position"),
        (json!({"kind": "notice_entry", "id": office.app.new_id()}), "/subject/id"),
        (json!({"kind": "claim"}), "/subject/id"),
        (json!({"kind": "claim", "id": office.app.new_id(), "position": 1}), "/subject/position"),
    ];
    for (subject, pointer) in wrong {
        let body = json!({"kind": "objection", "subject": subject, "text": "请核实。"});
        let answer = office.file(body).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names(pointer);
    }
    for (number, position) in [("GS00000000", 1), (number.as_str(), 99)] {
        office.file(about(number, position)).await.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn her_own_view_names_the_entry_as_the_notice_does() {
    let (office, number) = noticed().await;
    let claims = notice_entry::Entity::find().all(&office.app.db).await.expect("entries");
    let li = office.phone("li-jianguo").await;

    let filed = li.post("/v1/objections", about(&number, 1)).await.ok();

    let id = filed["id"].as_str().expect("an id");
    let list = li.get("/v1/me/objections").await.ok();
    let export = li.get("/v1/me/export?page_size=100").await.ok();
    for view in [&filed, &list["items"][0]] {
        assert_eq!((&view["notice"], &view["position"]), (&json!(number), &json!(1)), "{view}");
        assert_eq!(view["subject_kind"], "notice_entry");
    }
    for seen in [&filed, &list, &export] {
        let text = seen.to_string();
        let shown = claims.iter().any(|entry| text.contains(&entry.claim_id.to_string()));
        assert!(!shown, "a claim's id in {text}");
    }
    let back = json!({"reason": "不再追究"});
    let withdrawn = li.post(format!("/v1/me/objections/{id}/withdraw"), back).await.ok();
    assert_eq!(withdrawn["notice"], number);
}
