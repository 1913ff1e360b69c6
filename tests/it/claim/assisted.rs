//! `claimable_list_assisted`, `claim_create_assisted`, `claim_withdraw_assisted` and
//! `claim_submit_assisted`: the same rights for who has no phone.

use entity::ids::{AttendanceId, VolunteerId};
use entity::role_assignment::Role;
use entity::{audit_event, claim};
use harness::{Answer, Attended, Client};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, id_of, outcome, outcomes};

/// Somebody without a phone, and the clerk of her station.
pub(super) struct Counter {
    pub(super) desk: Desk,
    pub(super) clerk: Client,
    pub(super) old: VolunteerId,
    pub(super) card: String,
}

impl Counter {
    pub(super) async fn open() -> Self {
        let desk = Desk::open().await;
        let station = &desk.county.town.stations[0];
        let clerk = desk.app.staff("clerk", Role::Clerk, station).await;
        let (old, card) = desk.app.card_only("王桂英", station).await;
        Self { desk, clerk, old, card }
    }

    pub(super) fn at(&self, rest: &str) -> String {
        format!("/v1/sites/{}/{rest}", self.desk.county.town.stations[0].id)
    }

    /// What she did on the `day`th of last month, called from a list.
    pub(super) async fn attended(&self, day: u32) -> AttendanceId {
        let attended = Attended { volunteer: self.old, ..self.desk.attended(day) };
        self.desk.store(attended).await
    }

    fn by_card(&self, attendances: &[AttendanceId]) -> Value {
        json!({
            "card_number": self.card, "attendance_ids": attendances,
            "reason": "本人没有手机，持卡到站申请",
        })
    }

    fn by_profile(&self, attendances: &[AttendanceId]) -> Value {
        json!({
            "volunteer_id": self.old, "attendance_ids": attendances, "reason": "本人来电申请",
        })
    }

    pub(super) async fn file(&self, attendances: &[AttendanceId]) -> Answer {
        self.clerk.post(self.at("attendance-claims"), self.by_card(attendances)).await
    }

    async fn step(&self, by: &Client, claim: &str, verb: &str) -> Answer {
        let body = json!({"reason": "本人要求"});
        by.post(self.at(&format!("claims/{claim}/{verb}")), body).await
    }
}

#[actix_web::test]
async fn who_has_no_phone_gets_her_points_through_the_clerk() {
    let counter = Counter::open().await;
    let (one, two) = (counter.attended(5).await, counter.attended(6).await);
    let desk = &counter.desk;

    let path = counter.at(&format!("claimables?card_number={}", counter.card));
    let open = counter.clerk.get(path).await.ok();
    let by_id = counter.at(&format!("claimables?volunteer_id={}", counter.old));
    assert_eq!(counter.clerk.get(by_id).await.ok(), open);
    let filed = counter.file(&[one, two, Uuid::now_v7().into()]).await;
    let claim = filed.ok()["results"][0]["id"].as_str().unwrap().to_owned();
    let view = desk.certifier.get(format!("/v1/claims/{claim}")).await.ok();
    let certified = desk.certify(&desk.certifier, &claim).await;

    let rows = open["items"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["volunteer_id"], counter.old.to_string());
    assert_eq!((&rows[0]["volunteer_name"], &rows[0]["points"]), (&json!("王*英"), &json!(4)));
    assert_eq!(outcomes(&filed), ["ok", "ok", "not_found"]);
    let clerk = desk.app.account("clerk").await;
    assert_eq!((&view["entered_via"], &view["entered_by"]), (&json!("staff"), &json!(clerk)));
    assert_eq!(view["entry_reason"], "本人没有手机，持卡到站申请");
    assert_eq!(outcome(&certified), "ok");
    assert_eq!(desk.available(counter.old).await, 4);
    let trail = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("claim_create_assisted"))
        .filter(audit_event::Column::ActorAccountId.eq(clerk))
        .count(&desk.app.db)
        .await
        .unwrap();
    assert!(trail >= 2, "{trail}");
    desk.app.assert_sound().await;
}

#[actix_web::test]
async fn who_filed_it_does_not_certify_it_nor_who_submitted_it_again() {
    let counter = Counter::open().await;
    let attendance = counter.attended(5).await;
    let desk = &counter.desk;
    let manager = desk.second().await;

    let body = counter.by_profile(&[attendance]);
    let filed = manager.post(counter.at("attendance-claims"), body).await;
    let claim = id_of(&filed);
    assert_eq!(outcome(&desk.certify(&manager, &claim).await), "must_recuse");
    desk.decline("return", &claim).await.assert_ok();
    let other = desk.app.staff("third", Role::StationManager, &desk.county.town.stations[0]).await;
    let again = counter.step(&other, &claim, "submit").await;

    assert_eq!(again.ok()["state"], "submitted");
    assert_eq!(outcome(&desk.certify(&other, &claim).await), "must_recuse");
    assert_eq!(outcome(&desk.certify(&manager, &claim).await), "must_recuse");
    assert_eq!(outcome(&desk.certify(&desk.certifier, &claim).await), "ok");
}

#[actix_web::test]
async fn a_claim_is_taken_back_for_her_and_filed_anew() {
    let counter = Counter::open().await;
    let attendance = counter.attended(5).await;
    let claim = id_of(&counter.file(&[attendance]).await);

    let withdrawn = counter.step(&counter.clerk, &claim, "withdraw").await;
    let again = counter.step(&counter.clerk, &claim, "withdraw").await;
    let anew = counter.file(&[attendance]).await;

    assert_eq!(withdrawn.ok()["state"], "withdrawn");
    again.assert_problem(409, "wrong_state");
    assert_eq!(outcome(&anew), "ok");
    let desk = &counter.desk;
    let zhangs = desk.submitted(6).await;
    let hers = counter.step(&counter.clerk, &zhangs, "withdraw").await;
    hers.assert_problem(409, "has_account");
    let nothing = counter.step(&counter.clerk, &Uuid::now_v7().to_string(), "withdraw").await;
    nothing.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn filed_twice_at_once_it_is_one_claim() {
    let counter = Counter::open().await;
    let attendance = counter.attended(5).await;
    let ids = [attendance];

    let filed = (0..6).map(|_| counter.file(&ids));
    let answers = futures_util::future::join_all(filed).await;

    let mut words: Vec<_> = answers.iter().map(outcome).collect();
    words.sort_unstable();
    assert_eq!(&words[..5], ["already_claimed"; 5]);
    assert_eq!(words[5], "ok");
    let count = claim::Entity::find().count(&counter.desk.app.db).await.unwrap();
    assert_eq!(count, 1);
}

#[actix_web::test]
async fn one_key_files_once_and_a_dry_run_not_at_all() {
    let counter = Counter::open().await;
    let attendance = counter.attended(5).await;
    let (path, body) = (counter.at("attendance-claims"), || counter.by_card(&[attendance]));

    let dry = counter.clerk.post(format!("{path}?dry_run=true"), body()).await;
    let first = counter.clerk.post_with_key(&path, body(), "claim-assisted-key-01").await;
    let again = counter.clerk.post_with_key(&path, body(), "claim-assisted-key-01").await;

    assert_eq!((outcome(&dry), outcome(&first)), ("ok".into(), "ok".into()));
    assert_eq!(again.body, first.body);
    assert_eq!(again.headers["idempotency-replayed"], "true");
}

#[actix_web::test]
async fn caps_hold_whoever_files() {
    let counter = Counter::open().await;
    let mut ids = vec![];
    for _ in 0..3 {
        let long = counter.desk.attended(5);
        let long = Attended { volunteer: counter.old, hours_tenths: 50, ..long };
        ids.push(counter.desk.store(long).await);
    }

    assert_eq!(outcomes(&counter.file(&ids).await), ["ok", "ok", "no_points_left"]);
}

#[actix_web::test]
async fn who_has_an_account_files_herself() {
    let counter = Counter::open().await;
    let desk = &counter.desk;
    let attendance = desk.store(desk.attended(5)).await;
    let her = json!({
        "volunteer_id": desk.zhang.volunteer, "attendance_ids": [attendance], "reason": "代办",
    });

    let filed = counter.clerk.post(counter.at("attendance-claims"), her).await;
    let path = counter.at(&format!("claimables?volunteer_id={}", desk.zhang.volunteer));

    filed.assert_problem(409, "has_account");
    counter.clerk.get(path).await.assert_problem(409, "has_account");
    let own = desk.app.staff("zhang-xiulan", Role::Clerk, &desk.county.town.stations[0]).await;
    let her = json!({
        "card_number": desk.zhang.card_number, "attendance_ids": [attendance], "reason": "代办",
    });
    let filed = own.post(counter.at("attendance-claims"), her).await;
    filed.assert_problem(403, "must_recuse");
}

#[actix_web::test]
async fn nobody_files_for_her_kin() {
    let counter = Counter::open().await;
    let attendance = counter.attended(5).await;
    let kin = json!({"volunteer_id": counter.old, "relation": "母女"});
    counter.clerk.post("/v1/me/relatives", kin).await.assert_ok();

    counter.file(&[attendance]).await.assert_problem(403, "must_recuse");
}

#[actix_web::test]
async fn only_for_people_of_the_place_by_who_manages_them() {
    let counter = Counter::open().await;
    let attendance = counter.attended(5).await;
    let desk = &counter.desk;
    let other = &desk.county.other.stations[0];
    let stranger = desk.app.staff("stranger", Role::StationManager, other).await;
    let beside = &desk.county.town.stations[1];
    let neighbour = desk.app.staff("neighbour", Role::Clerk, beside).await;
    let elsewhere = |site: Uuid| format!("/v1/sites/{site}/attendance-claims");
    let (card, profile) = (counter.by_card(&[attendance]), counter.by_profile(&[attendance]));

    let there = stranger.post(counter.at("attendance-claims"), profile.clone()).await;
    there.assert_problem(404, "not_found");
    let own = elsewhere(other.id.into());
    stranger.post(&own, profile.clone()).await.assert_problem(404, "not_found");
    stranger.post(&own, card.clone()).await.assert_problem(404, "card_unknown");
    let here = neighbour.post(counter.at("attendance-claims"), profile.clone()).await;
    here.assert_problem(403, "permission_denied");
    let own = elsewhere(beside.id.into());
    neighbour.post(&own, profile).await.assert_problem(404, "not_found");
    neighbour.post(&own, card.clone()).await.assert_problem(404, "not_found");
    let certifier = desk.certifier.post(counter.at("attendance-claims"), card).await;
    certifier.assert_problem(403, "permission_denied");
}

#[actix_web::test]
async fn mistakes_are_named_and_anothers_attendance_is_not_found() {
    let counter = Counter::open().await;
    let attendance = counter.attended(5).await;
    let desk = &counter.desk;
    let path = counter.at("attendance-claims");
    for (member, value, pointer) in [
        ("volunteer_id", json!(counter.old), "/volunteer_id"),
        ("card_number", Value::Null, "/card_number"),
        ("reason", json!(""), "/reason"),
        ("attendance_ids", json!([]), "/attendance_ids"),
    ] {
        let mut body = counter.by_card(&[attendance]);
        body[member] = value;
        counter.clerk.post(&path, body).await.assert_names(pointer);
    }
    let mut points = counter.by_card(&[attendance]);
    points["points"] = json!(900);
    counter.clerk.post(&path, points).await.assert_problem(422, "unknown_field");
    counter.clerk.get(counter.at("claimables")).await.assert_names("card_number");

    let zhangs = desk.store(desk.attended(6)).await;
    assert_eq!(outcome(&counter.file(&[zhangs]).await), "not_found");
}
