//! `me_closure` and `volunteer_close`.

use chrono::{NaiveDate, TimeDelta};
use entity::card::CardState;
use entity::claim::ClaimState;
use entity::ids::SupervisorPostId;
use entity::objection::ObjectionState;
use entity::role_assignment::{Role, RoleList};
use entity::sign_up::SignUpState;
use entity::supervisor_post::PostState;
use entity::volunteer::VolunteerState;
use entity::{
    account, activity, audit_event, card, claim, consent, ledger_entry, proxy, sign_up,
    staff_invitation, supervisor_post, tree_leaf, volunteer, wechat_identity,
};
use harness::{Client, Offer, Shop, TestApp, registration, resident_id};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::disqualification::Court;
use crate::objection::Office;

const NAME: &str = "金丝雀娘";
const PHONE: &str = "13871236547";
const BORN: &str = "1947-03-29";

/// Somebody with everything a villager has, who registered over HTTP.
struct Scene {
    app: TestApp,
    shop: Shop,
    her: Client,
    id: String,
}

impl Scene {
    async fn set_up() -> Self {
        let app = TestApp::start().await;
        let shop = app.shop(Offer::default()).await;
        let her = app.sign_in("zhang").await;
        let mut body = registration(&shop.station, BORN, 7);
        body["name"] = json!(NAME);
        let id = her.post("/v1/volunteers", body).await.id();
        let code = json!({"code": format!("demo-phone:zhang:{PHONE}")});
        her.post("/v1/me/phone", code).await.assert_ok();
        let (manager, clerk) = (&shop.keepers.manager, &shop.keepers.clerk);
        let verify = format!("/v1/volunteers/{id}/verify");
        let number = json!({"id_number": resident_id(BORN, 2, 7)});
        manager.post(verify, number).await.assert_ok();
        let card = clerk.post(format!("/v1/volunteers/{id}/cards"), json!({})).await.ok();
        let number = card["number"].as_str().expect("a number");
        clerk.post(format!("/v1/cards/{number}/activate"), json!({})).await.assert_ok();
        app.give(id.parse().expect("an id"), 100).await;
        app.run_jobs().await;
        Self { app, shop, her, id }
    }

    async fn row(&self) -> volunteer::Model {
        let id: entity::ids::VolunteerId = self.id.parse().expect("an id");
        let found = volunteer::Entity::find_by_id(id).one(&self.app.db).await;
        found.expect("volunteers").expect("her row")
    }

    async fn close(&self) -> harness::Answer {
        self.her.post("/v1/me/closure", json!({"confirm": true})).await
    }

    /// Her name in rows that are not hers: a nomination, an authorisation, an invitation she
    /// accepted long ago, an activity she ran.
    async fn name_her_elsewhere(&self, activity: &str) -> SupervisorPostId {
        let (app, manager) = (&self.app, &self.shop.keepers.manager);
        let station = self.shop.station.id;
        let body = json!({"volunteer_id": self.id, "recommendation": format!("{NAME}为人公道")});
        let post = manager.post(format!("/v1/sites/{station}/supervisors"), body).await.id();
        app.sign_in("helper").await;
        let helper = app.account("helper").await;
        let account = app.account("zhang").await;
        let proxy = proxy::ActiveModel {
            id: Set(app.new_id().into()),
            volunteer_id: Set(self.id.parse().expect("an id")),
            proxy_account_id: Set(helper),
            reason: Set(format!("{NAME}腿脚不便")),
            witness: Set(Some(NAME.into())),
            starts_on: Set(NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day")),
            ends_on: Set(None),
            recorded_by: Set(helper),
            created_at: Set(app.clock.now()),
            withdrawn_at: Set(None),
        };
        proxy::Entity::insert(proxy).exec_without_returning(&app.db).await.expect("a proxy");
        let invitation = staff_invitation::ActiveModel {
            id: Set(app.new_id().into()),
            site_id: Set(station),
            roles: Set(RoleList(vec![Role::Clerk])),
            invitee_name: Set(NAME.into()),
            code_hash: Set("a".repeat(64)),
            created_by: Set(None),
            created_at: Set(app.clock.now()),
            expires_at: Set(app.clock.now() + TimeDelta::days(7)),
            accepted_by: Set(Some(account)),
            accepted_at: Set(Some(app.clock.now())),
            revoked_at: Set(None),
        };
        let invited = staff_invitation::Entity::insert(invitation);
        invited.exec_without_returning(&app.db).await.expect("an invitation");
        let run = activity::ActiveModel {
            id: Set(activity.parse().expect("an id")),
            organiser_account_id: Set(Some(account)),
            contact_person: Set(Some(NAME.into())),
            ..ActiveModelTrait::default()
        };
        run.update(&app.db).await.expect("an activity");
        let told = account::ActiveModel {
            id: Set(account),
            registration_refused_at: Set(Some(app.clock.now())),
            registration_refused_reason: Set(Some(format!("{NAME}的证件照片不清"))),
            ..ActiveModelTrait::default()
        };
        told.update(&app.db).await.expect("an account");
        post.parse().expect("an id")
    }

    async fn trail(&self, action: &str) -> u64 {
        let rows = audit_event::Entity::find().filter(audit_event::Column::Action.eq(action));
        rows.count(&self.app.db).await.expect("the trail")
    }
}

#[actix_web::test]
async fn nothing_readable_is_left_of_her_and_the_books_stay() {
    let scene = Scene::set_up().await;
    let app = &scene.app;
    let activity = app
        .published_activity(
            &scene.shop.keepers.manager,
            &scene.shop.station,
            json!({"capacity": 1}),
        )
        .await;
    scene.her.post(format!("/v1/activities/{activity}/sign-ups"), json!({})).await.assert_ok();
    let waiting = app.volunteer("waiting", &scene.shop.station).await;
    waiting.client.post(format!("/v1/activities/{activity}/sign-ups"), json!({})).await.assert_ok();
    let post = scene.name_her_elsewhere(&activity).await;
    let before = ledger_entry::Entity::find().all(&app.db).await.expect("entries");
    let openid = wechat_identity::Entity::find()
        .filter(wechat_identity::Column::AccountId.eq(app.account("zhang").await))
        .one(&app.db)
        .await
        .expect("identities")
        .expect("hers")
        .openid;
    let tables = app.tables().await;
    let own = resident_id(BORN, 2, 7);
    let marks = [NAME, PHONE, BORN, own.as_str(), &openid];
    assert!(app.places_of(&tables, &marks).await.len() >= 3, "she is not there to begin with");

    let closed = scene.close().await.ok();

    assert_eq!(closed["state"], "closed");
    let ends = &closed["ends"];
    for (what, count) in [("cards", 1), ("sign_ups", 1), ("points", 100), ("tree_lines", 1)] {
        assert_eq!(ends[what], count, "{what}: {closed}");
    }
    assert_eq!(closed["keeps"]["ledger_entries"], 1);
    assert_eq!(app.places_of(&tables, &marks).await, [] as [String; 0]);
    let row = scene.row().await;
    assert_eq!((row.state, row.account_id, row.phone_index), (VolunteerState::Closed, None, None));
    assert_eq!(row.birth_date, NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day"));
    let after = ledger_entry::Entity::find().all(&app.db).await.expect("entries");
    assert_eq!(after, before, "the ledger says what it said");
    let lines = tree_leaf::Entity::find().filter(tree_leaf::Column::Line.is_not_null());
    let hers = lines.filter(tree_leaf::Column::VolunteerId.eq(row.id));
    assert_eq!(hers.count(&app.db).await.expect("leaves"), 0);
    let cards = card::Entity::find().filter(card::Column::VolunteerId.eq(row.id));
    let cards = cards.all(&app.db).await.expect("cards");
    assert!(cards.iter().all(|card| card.state == CardState::Cancelled));
    let live = consent::Entity::find().filter(consent::Column::WithdrawnAt.is_null());
    let live = live.filter(consent::Column::VolunteerId.eq(row.id));
    assert_eq!(live.count(&app.db).await.expect("consents"), 0);
    for action in ["me_closure", "tree_erase_lines"] {
        assert_eq!(scene.trail(action).await, 1, "{action}");
    }
    let post = supervisor_post::Entity::find_by_id(post).one(&app.db).await.expect("posts");
    assert_eq!(post.expect("hers").state, PostState::Withdrawn);
    // Her place went to who waited.
    let place = sign_up::Entity::find().filter(sign_up::Column::VolunteerId.eq(waiting.volunteer));
    let place = place.one(&app.db).await.expect("sign-ups").expect("hers");
    assert_eq!(place.state, SignUpState::SignedUp);
    app.run_jobs().await;
    app.assert_sound().await;
}

#[actix_web::test]
async fn her_phone_is_signed_out_and_the_same_person_may_begin_anew() {
    let scene = Scene::set_up().await;
    let app = &scene.app;
    let second = app.sign_in("zhang").await;
    let old = app.account("zhang").await;

    scene.close().await.assert_ok();

    for phone in [&scene.her, &second] {
        phone.get("/v1/me").await.assert_problem(401, "unauthenticated");
    }
    let row = account::Entity::find_by_id(old).one(&app.db).await.expect("accounts").expect("it");
    assert_eq!((row.status, row.display_name), (account::AccountStatus::Disabled, None));
    let anew = app.sign_in("zhang").await;
    let home = anew.get("/v1/me").await.ok();
    assert!(home.get("volunteer").is_none() && home["account_id"] != json!(old));
    let body = registration(&scene.shop.station, BORN, 7);
    let id = anew.post("/v1/volunteers", body).await.id();
    assert_ne!(id, scene.id);
    assert_eq!(anew.get("/v1/me").await.ok()["points"]["spendable"], 0);
}

#[actix_web::test]
async fn trying_shows_what_would_happen_and_changes_nothing() {
    let scene = Scene::set_up().await;
    let tables = scene.app.tables().await;
    let before = scene.app.contents(&tables).await;

    let path = "/v1/me/closure?dry_run=true";
    let shown = scene.her.post(path, json!({"confirm": true})).await;

    assert_eq!(shown.headers["dry-run"], "true");
    let shown = shown.ok();
    assert_eq!((&shown["state"], &shown["ends"]["points"]), (&json!("closed"), &json!(100)));
    assert_eq!(shown["export"], "/v1/me/export");
    assert!(scene.app.contents(&tables).await == before, "something changed");
    let unsure = scene.her.post("/v1/me/closure", json!({"confirm": false})).await;
    unsure.assert_problem(422, "invalid_value");
    unsure.assert_names("/confirm");
    assert!(scene.app.contents(&tables).await == before, "something changed");
}

#[actix_web::test]
async fn what_is_open_in_her_name_keeps_her() {
    let scene = Scene::set_up().await;
    let app = &scene.app;
    let placed = scene.her.post("/v1/redemptions", scene.shop.wish(1)).await.ok();
    app.staff("zhang", Role::Certifier, &scene.shop.station).await;
    let before = scene.row().await;

    let refused = scene.close().await;

    refused.assert_problem(409, "closure_blocked");
    let told = refused.json();
    assert_eq!(told["reasons"], json!(["open_redemption", "staff_role"]));
    let sentences: Vec<_> = told["reason_texts"].as_array().expect("sentences").iter().collect();
    assert_eq!(sentences.len(), 2);
    let detail = told["detail"].as_str().expect("a detail");
    assert!(detail.contains("先领取或取消") && detail.contains("管理员撤销"), "{detail}");
    let tried = scene.her.post("/v1/me/closure?dry_run=true", json!({"confirm": true})).await;
    tried.assert_problem(409, "closure_blocked");
    assert_eq!(scene.row().await, before);
    let path = format!("/v1/redemptions/{}/cancel", placed["id"].as_str().expect("an id"));
    scene.her.post(path, json!({})).await.assert_ok();
    let refused = scene.close().await.json();
    assert_eq!(refused["reasons"], json!(["staff_role"]));
}

#[actix_web::test]
async fn a_running_objection_or_case_keeps_her_until_it_is_over() {
    let scene = Scene::set_up().await;
    let app = &scene.app;
    let rules = app.given_rules(&scene.shop.county.town).await;
    let person = app.volunteer("li", &scene.shop.station).await;
    let attended = app.attended(&person, &scene.shop.station, rules, 5);
    let attendance = app.store_attended(&attended).await;
    let body = json!({"attendance_ids": [attendance]});
    let claimed = person.client.post("/v1/claims", body).await.ok();
    let claim = claimed["results"][0]["id"].as_str().expect("a claim").to_owned();
    let certifier = app.staff("certifier", Role::Certifier, &scene.shop.station).await;
    let ids = json!({"claim_ids": [claim], "reason": "签退时间有误"});
    certifier.post("/v1/claims/reject", ids).await.assert_ok();
    let text = "我当天参加了活动";
    let body =
        json!({"kind": "objection", "subject": {"kind": "claim", "id": claim}, "text": text});
    let filed = person.client.post("/v1/objections", body).await;
    let filed = if filed.status.is_success() { filed.ok() } else { panic!("{}", filed.describe()) };
    let close = || person.client.post("/v1/me/closure", json!({"confirm": true}));
    let refused = close().await;
    refused.assert_problem(409, "closure_blocked");
    assert_eq!(refused.json()["reasons"], json!(["running_objection"]));

    let path = format!("/v1/me/objections/{}/withdraw", filed["id"].as_str().expect("an id"));
    person.client.post(path, json!({"reason": "不再追究"})).await.assert_ok();
    close().await.assert_ok();

    let row = entity::objection::Entity::find().one(&app.db).await.expect("rows").expect("hers");
    assert_eq!((row.state, row.contact_sealed), (ObjectionState::Withdrawn, None));
    assert!(!row.text.contains(text), "{}", row.text);
    let steps = entity::objection_step::Entity::find().all(&app.db).await.expect("the trail");
    assert!(steps.iter().any(|step| step.state == ObjectionState::Withdrawn));
    assert!(steps.iter().all(|step| step.reason.is_none()), "{steps:?}");
}

/// What others say of her is not hers to act on, and what she was not told of not hers to know.
#[actix_web::test]
async fn an_objection_of_others_and_a_case_she_was_not_told_of_do_not_keep_her() {
    let office = Office::open().await;
    let app = &office.app;
    let claim = office.certified(5).await;
    let body = json!({"subject": {"kind": "claim", "id": claim}, "text": "当天没有看见她"});
    app.anonymous().post("/v1/public/objections", body).await.assert_ok();
    let path = format!("/v1/volunteers/{}/disqualifications", office.zhang.volunteer);
    let case = office.phone("head").await.post(path, Court::proposal()).await.id();

    let zhang = office.phone("zhang-xiulan").await;
    zhang.post("/v1/me/closure", json!({"confirm": true})).await.assert_ok();

    let path = format!("/v1/disqualifications/{case}");
    let head = office.phone("head").await;
    let late = head.post(format!("{path}/notify"), json!({})).await;
    late.assert_problem(409, "volunteer_not_active");
    head.post(format!("{path}/drop"), json!({"note": "已注销"})).await.assert_ok();
    let row = entity::objection::Entity::find().one(&app.db).await.expect("rows").expect("one");
    let id = row.id.to_string();
    let upheld = json!({"outcome": "upheld", "reason": "经核实情况属实"});
    for (who, step, body) in [
        ("head", "accept", json!({})),
        ("head", "investigate", json!({})),
        ("town-a", "decide", upheld),
        ("head", "execute", json!({})),
    ] {
        office.step(who, &id, step, body).await.assert_ok();
    }
    assert_eq!(app.points_of(office.zhang.volunteer).await, (0, 0));
    app.assert_sound().await;
}

#[actix_web::test]
async fn what_nobody_decided_is_withdrawn_with_her() {
    let scene = Scene::set_up().await;
    let app = &scene.app;
    let rules = app.given_rules(&scene.shop.county.town).await;
    let person = app.volunteer("li", &scene.shop.station).await;
    let attendance = app.attended(&person, &scene.shop.station, rules, 5);
    let attendance = app.store_attended(&attendance).await;
    let body = json!({"attendance_ids": [attendance]});
    person.client.post("/v1/claims", body).await.assert_ok();

    let closed = person.client.post("/v1/me/closure", json!({"confirm": true})).await.ok();

    assert_eq!(closed["ends"]["claims"], 1);
    let row = claim::Entity::find().one(&app.db).await.expect("claims").expect("hers");
    assert_eq!(row.state, ClaimState::Withdrawn);
    app.assert_sound().await;
}

#[actix_web::test]
async fn sent_twice_at_once_it_happens_once() {
    let scene = Scene::set_up().await;

    let (one, other) = futures_util::future::join(scene.close(), scene.close()).await;

    // The slower one is told the same, or that nobody is signed in any more.
    let (done, late) = if one.status == 200 { (one, other) } else { (other, one) };
    let done: Value = done.ok();
    assert!([200, 401].contains(&late.status.as_u16()), "{}", late.describe());
    if late.status == 200 {
        assert_eq!(late.json()["volunteer_id"], done["volunteer_id"]);
    }
    assert_eq!(scene.trail("tree_erase_lines").await, 1);
    scene.app.assert_sound().await;
}

#[actix_web::test]
async fn who_has_no_phone_leaves_on_paper_with_a_witness() {
    let scene = Scene::set_up().await;
    let app = &scene.app;
    let (old, number) = app.card_only("wang", &scene.shop.station).await;
    app.give(old, 20).await;
    let manager = &scene.shop.keepers.manager;
    let path = format!("/v1/volunteers/{old}/closure");
    let body = json!({"confirm": true, "witness": "李支书"});
    let stranger =
        app.staff("stranger", Role::StationManager, &scene.shop.county.other.stations[0]).await;
    stranger.post(&path, body.clone()).await.assert_problem(404, "not_found");
    let hers = format!("/v1/volunteers/{}/closure", scene.id);
    manager.post(hers, body.clone()).await.assert_problem(409, "has_account");
    manager.post(&path, json!({"confirm": true})).await.assert_problem(422, "missing_field");

    let closed = manager.post(&path, body.clone()).await.ok();

    assert_eq!((&closed["ends"]["points"], &closed["ends"]["cards"]), (&json!(20), &json!(1)));
    let again = manager.post(&path, body).await.ok();
    assert_eq!((&again["state"], &again["ends"]["cards"]), (&json!("closed"), &json!(0)));
    let card = manager.get(format!("/v1/cards/{number}")).await.ok();
    assert_eq!(card["state"], "cancelled");
    let detail = audit_event::Entity::find()
        .filter(audit_event::Column::Action.eq("volunteer_closed_on_paper"))
        .all(&app.db)
        .await
        .expect("the trail");
    assert_eq!(detail[0].detail, Some(json!({"channel": "paper", "witness": "李支书"})));
    app.advance(TimeDelta::minutes(1));
    app.assert_sound().await;
}
