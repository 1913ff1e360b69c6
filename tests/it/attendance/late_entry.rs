//! `late_entry_create`, `late_entry_approve`, `late_entry_reject`, `late_entry_list` and
//! `late_entry_count`.

use chrono::TimeDelta;
use entity::attendance::{AttendanceSource, AttendanceState};
use entity::late_entry::{self, LateEntryState};
use entity::role_assignment::Role;
use futures_util::future::join_all;
use harness::{Client, Person, TestApp};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Scene;

/// An activity that ran from two hours ago to a minute ago, published five minutes after
/// its start: nobody could check in.
pub(crate) struct Late {
    pub(crate) scene: Scene,
    pub(crate) clerk: Client,
    from: String,
    to: String,
}

impl Late {
    async fn new() -> Self {
        Self::of(TestApp::start().await).await
    }

    pub(crate) async fn of(app: TestApp) -> Self {
        let mut scene = Scene::of(app, json!({})).await;
        scene.app.staff("clerk", Role::Clerk, &scene.station).await;
        let (from, to) = (scene.app.in_minutes(1), scene.app.in_minutes(121));
        let body = json!({
            "kind": "service", "rule_item_code": "HJ01", "starts_at": from, "ends_at": to,
        });
        let id = scene.app.submitted_activity(&scene.manager, &scene.station, body).await;
        scene.after(6).await;
        let publish = format!("/v1/activities/{id}/publish");
        let published = scene.manager.post(publish, json!({})).await.ok();
        assert_eq!(published["retroactive"], true);
        scene.id = id;
        scene.after(120).await;
        let clerk = scene.app.sign_in("clerk").await;
        Self { scene, clerk, from, to }
    }

    pub(crate) fn item(&self, person: &Person) -> Value {
        json!({
            "volunteer_id": person.volunteer, "starts_at": self.from, "ends_at": self.to,
            "reason": "发布晚了五分钟", "evidence": "签名册第12页",
        })
    }

    /// Enters as `by`; the items' results.
    pub(crate) async fn enter(&self, by: &Client, items: Value) -> Vec<Value> {
        let path = format!("/v1/activities/{}/late-entries", self.scene.id);
        let answer = by.post(path, json!({"items": items})).await.ok();
        answer["results"].as_array().unwrap().clone()
    }

    pub(crate) async fn entries(&self) -> Vec<late_entry::Model> {
        late_entry::Entity::find().all(&self.scene.app.db).await.unwrap()
    }
}

fn id_of(result: &Value) -> String {
    assert_eq!(result["status"], "ok", "{result}");
    result["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn what_two_persons_agree_on_is_attended_confirmed_recorded_and_certified_by_a_third() {
    let late = Late::new().await;
    let app = &late.scene.app;
    let zhang = app.volunteer("zhang", &late.scene.station).await;

    let entered = late.enter(&late.clerk, json!([late.item(&zhang)])).await;
    let again = late.enter(&late.clerk, json!([late.item(&zhang)])).await;

    let id = id_of(&entered[0]);
    assert_eq!(id_of(&again[0]), id, "written down once");
    assert!(late.scene.attendances().await.is_empty(), "it counts for nothing yet");
    let record = format!("/v1/activities/{}/record", late.scene.id);
    let evaluation = json!({"evaluation": "群众反映良好。"});
    let refused = late.scene.manager.post(&record, evaluation.clone()).await;
    refused.assert_problem(409, "attendances_undecided");
    let approve = format!("/v1/late-entries/{id}/approve");
    late.clerk.post(&approve, json!({})).await.assert_problem(403, "must_recuse");
    let approved = late.scene.manager.post(&approve, json!({})).await.ok();
    assert_eq!(
        (&approved["state"], &approved["entered_by_hand"]),
        (&json!("approved"), &json!(true))
    );
    assert_eq!(late.scene.manager.post(&approve, json!({})).await.ok()["id"], json!(id));

    let row = late.scene.attendances().await.remove(0);
    assert_eq!(row.source, AttendanceSource::LateEntry);
    assert_eq!(row.entered_by, app.account("clerk").await);
    assert_eq!(row.approved_by, Some(app.account("manager").await));
    let confirmed = late.scene.confirm(json!([{"attendance_id": row.id}])).await;
    assert_eq!(confirmed["status"], "ok");
    late.scene.manager.post(&record, evaluation).await.assert_ok();
    let row = late.scene.attendances().await.remove(0);
    assert_eq!((row.state, row.hours_tenths), (AttendanceState::Confirmed, Some(20)));

    let zhang = app.sign_in("zhang").await;
    let claimed = zhang.post("/v1/claims", json!({"attendance_ids": [row.id]})).await.ok();
    let claim = id_of(&claimed["results"][0]);
    let certify = json!({"claim_ids": [claim]});
    let post = async |by: &Client| by.post("/v1/claims/certify", certify.clone()).await.ok();
    let second = post(&late.scene.manager).await;
    assert_eq!(second["results"][0]["code"], "must_recuse", "the second person's hand is in it");
    let certifier = app.staff("certifier", Role::Certifier, &late.scene.station).await;
    assert_eq!(post(&certifier).await["results"][0]["status"], "ok");
    app.assert_sound().await;
}

#[actix_web::test]
async fn nobody_enters_or_approves_herself_or_her_kin() {
    let late = Late::new().await;
    let app = &late.scene.app;
    let own = app.volunteer("clerk", &late.scene.station).await;
    let zhang = app.volunteer("zhang", &late.scene.station).await;
    let li = app.volunteer("li", &late.scene.station).await;
    let clerk = app.sign_in("clerk").await;
    let kin = json!({"volunteer_id": zhang.volunteer, "relation": "母女"});
    clerk.post("/v1/me/relatives", kin).await.assert_ok();

    let items = json!([late.item(&own), late.item(&zhang), late.item(&li)]);
    let results = late.enter(&clerk, items).await;
    assert_eq!(results[0]["code"], "must_recuse");
    assert_eq!(results[1]["code"], "must_recuse");
    id_of(&results[2]);
    let items = json!([late.item(&own), late.item(&zhang)]);
    for result in late.enter(&late.scene.manager, items).await {
        let approve = format!("/v1/late-entries/{}/approve", id_of(&result));
        clerk.post(&approve, json!({})).await.assert_problem(403, "must_recuse");
        late.scene.manager.post(approve, json!({})).await.assert_problem(403, "must_recuse");
    }
    assert!(late.scene.attendances().await.is_empty());
}

#[actix_web::test]
async fn each_item_has_its_own_answer() {
    let late = Late::new().await;
    let app = &late.scene.app;
    let zhang = app.volunteer("zhang", &late.scene.station).await;
    let (_, card) = app.card_only("陈奶奶", &late.scene.station).await;
    let (early, after) = (app.in_minutes(-200), app.in_minutes(1));
    let with = |changes: Value| {
        let mut item = late.item(&zhang);
        item.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap());
        item
    };
    let items = json!([
        with(json!({"starts_at": early})),
        with(json!({"ends_at": after})),
        with(json!({"ends_at": late.from})),
        with(json!({"card_number": card})),
        with(json!({"volunteer_id": Uuid::now_v7()})),
        with(json!({"volunteer_id": null})),
        with(json!({"volunteer_id": null, "card_number": card})),
        with(json!({})),
    ]);

    let results = late.enter(&late.clerk, items).await;

    let pointers = ["/starts_at", "/ends_at", "/ends_at", "/volunteer_id"];
    for (index, pointer) in pointers.into_iter().enumerate() {
        let named = format!("/items/{index}{pointer}");
        assert_eq!(results[index]["errors"][0]["pointer"], named, "{}", results[index]);
    }
    assert_eq!(results[4]["code"], "not_found");
    assert_eq!(results[5]["errors"][0]["pointer"], "/items/5/card_number");
    id_of(&results[6]);
    id_of(&results[7]);
    let by_manager = late.enter(&late.scene.manager, json!([late.item(&zhang)])).await;
    assert_eq!(by_manager[0]["code"], "late_entry_pending");
    assert_eq!(late.entries().await.len(), 2);
}

#[actix_web::test]
async fn a_refused_entry_may_be_entered_anew_and_eight_approvals_are_one() {
    let late = Late::new().await;
    let app = &late.scene.app;
    let zhang = app.volunteer("zhang", &late.scene.station).await;
    let first = id_of(&late.enter(&late.clerk, json!([late.item(&zhang)])).await[0]);
    let reject = format!("/v1/late-entries/{first}/reject");

    late.scene.manager.post(&reject, json!({})).await.assert_names("/reason");
    let reason = json!({"reason": "签名册上没有此人"});
    late.clerk.post(&reject, reason.clone()).await.assert_problem(403, "must_recuse");
    assert_eq!(late.scene.manager.post(&reject, reason).await.ok()["state"], "rejected");
    let approve = format!("/v1/late-entries/{first}/approve");
    late.scene.manager.post(approve, json!({})).await.assert_problem(409, "wrong_state");

    let second = id_of(&late.enter(&late.clerk, json!([late.item(&zhang)])).await[0]);
    assert_ne!(first, second);
    let approve = format!("/v1/late-entries/{second}/approve");
    let all = (0..8).map(|_| late.scene.manager.post(&approve, json!({})));
    for answer in join_all(all).await {
        answer.assert_ok();
    }
    assert_eq!(late.scene.attendances().await.len(), 1);
    let states: Vec<_> = late.entries().await.into_iter().map(|row| row.state).collect();
    assert!(states.contains(&LateEntryState::Rejected) && states.len() == 2);
    app.assert_sound().await;
}

#[actix_web::test]
async fn overlaps_and_the_window_hold_for_ordinary_activities_too() {
    let mut late = Late::new().await;
    let zhang = late.scene.app.volunteer("zhang", &late.scene.station).await;
    let id = id_of(&late.enter(&late.clerk, json!([late.item(&zhang)])).await[0]);
    late.scene.manager.post(format!("/v1/late-entries/{id}/approve"), json!({})).await.assert_ok();
    // Another activity, published in time, that overlaps the first and is over.
    (late.from, late.to) = (late.scene.app.in_minutes(1), late.scene.app.in_minutes(61));
    let soon = json!({"needs_sign_up": false, "starts_at": late.from, "ends_at": late.to});
    late.scene.id = late.scene.activity(soon).await;
    let li = late.scene.app.volunteer("li", &late.scene.station).await;
    let early = late.enter(&late.clerk, json!([late.item(&li)])).await;
    assert_eq!(early[0]["code"], "too_early", "it has not begun");
    late.scene.after(62).await;
    late.clerk = late.scene.app.sign_in("clerk").await;
    let first = late.enter(&late.clerk, json!([late.item(&li)])).await;
    id_of(&first[0]);

    late.scene.app.advance(TimeDelta::days(17));
    late.scene.manager = late.scene.app.sign_in("manager").await;
    late.clerk = late.scene.app.sign_in("clerk").await;
    let wang = late.scene.app.volunteer("wang", &late.scene.station).await;
    let results = late.enter(&late.clerk, json!([late.item(&wang)])).await;
    assert_eq!(results[0]["code"], "late_window_over");
    assert!(results[0]["last_day"].is_string());
    // What was entered in time may still be agreed to.
    let approve = format!("/v1/late-entries/{}/approve", id_of(&first[0]));
    late.scene.manager.post(approve, json!({})).await.assert_ok();
    late.scene.app.assert_sound().await;
}

#[actix_web::test]
async fn one_cannot_have_been_at_two_places() {
    let mut late = Late::new().await;
    let zhang = late.scene.app.volunteer("zhang", &late.scene.station).await;
    let mut ids = Vec::new();
    (late.from, late.to) = (late.scene.app.in_minutes(1), late.scene.app.in_minutes(121));
    for _ in 0..2 {
        let body = json!({
            "kind": "service", "rule_item_code": "HJ01", "starts_at": late.from,
            "ends_at": late.to,
        });
        let at = &late.scene.station;
        ids.push(late.scene.app.submitted_activity(&late.scene.manager, at, body).await);
    }
    late.scene.after(122).await;
    late.clerk = late.scene.app.sign_in("clerk").await;
    let mut results = Vec::new();
    for id in &ids {
        let publish = format!("/v1/activities/{id}/publish");
        late.scene.manager.post(publish, json!({})).await.assert_ok();
        late.scene.id.clone_from(id);
        results.extend(late.enter(&late.clerk, json!([late.item(&zhang)])).await);
    }
    id_of(&results[0]);
    assert_eq!(results[1]["code"], "overlap", "said to have been elsewhere already");
}

#[actix_web::test]
async fn supervisors_see_all_of_it_masked_and_who_entered_how_much() {
    let late = Late::new().await;
    let app = &late.scene.app;
    let zhang = app.volunteer("zhang", &late.scene.station).await;
    id_of(&late.enter(&late.clerk, json!([late.item(&zhang)])).await[0]);
    let supervisor = app.staff("supervisor", Role::Supervisor, &late.scene.station).await;
    let path = format!("/v1/sites/{}/late-entries", late.scene.station.id);

    let seen = supervisor.get(&path).await.ok();
    let item = &seen["items"][0];
    let name = item["volunteer_name"].as_str().unwrap();
    assert!(name.contains('*') && name != "zhang", "{name}");
    assert_eq!((&item["entered_by_hand"], &item["state"]), (&json!(true), &json!("pending")));
    assert_eq!(item["allowed_actions"], json!([]));
    let managed = late.scene.manager.get(format!("{path}?state=pending")).await.ok();
    assert_eq!(managed["items"][0]["allowed_actions"], json!(["approve", "reject"]));
    let own = late.clerk.get(&path).await.ok();
    assert_eq!(own["items"][0]["allowed_actions"], json!([]));
    let institute = format!("/v1/sites/{}/late-entries", late.scene.county.town.institute.id);
    supervisor.get(institute).await.assert_problem(403, "permission_denied");
    let counts = supervisor.get(format!("{path}/count")).await.ok();
    assert_eq!(counts["items"][0]["entered_by"], json!(app.account("clerk").await));
    assert_eq!(counts["items"][0]["pending"], 1);

    let foreign = app.staff("foreign", Role::Clerk, &late.scene.county.other.stations[0]).await;
    foreign.get(&path).await.assert_problem(404, "not_found");
    let enter = format!("/v1/activities/{}/late-entries", late.scene.id);
    let body = json!({"items": [late.item(&zhang)]});
    foreign.post(&enter, body.clone()).await.assert_problem(404, "not_found");
    supervisor.post(&enter, body).await.assert_problem(403, "permission_denied");
    let id = late.entries().await[0].id;
    let approve = format!("/v1/late-entries/{id}/approve");
    foreign.post(&approve, json!({})).await.assert_problem(404, "not_found");
    supervisor.post(&approve, json!({})).await.assert_problem(403, "permission_denied");
}
