//! A villager's whole way through the service with marks for everything that is hers alone;
//! then the marks are looked for wherever they must not stand.
//!
//! The run happens in a process of its own, because logs can be caught only once in one.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::Command;

use api::config::Telemetry;
use api::wechat::simulator::{Fault, Times};
use chrono::TimeDelta;
use entity::role_assignment::Role;
use harness::{Answer, Client, Document, Offer, Shop, TestApp, resident_id};
use serde_json::{Value, json};
use uuid::Uuid;

const LOG: &str = "CANARY_LOG";
const NAME: &str = "金丝雀娘";
const PHONE: &str = "13871236547";
const BORN: &str = "1947-03-29";
const ADDRESS: &str = "金雀巷十七号";
/// Who picks up for her: a third person, known to nobody but her and the counter.
const DELEGATE: &str = "金丝雀邻";
const OPENID: &str = "oCANARYopenid000000000000001";
const SESSION_KEY: &str = "Q2FuYXJ5U2Vzc2lvbktleQ==";

#[test]
fn what_is_hers_alone_stands_nowhere_else() {
    if let Ok(log) = std::env::var(LOG) {
        actix_web::rt::System::new().block_on(run(Path::new(&log)));
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let name = "canary::what_is_hers_alone_stands_nowhere_else";
    let child = Command::new(std::env::current_exe().expect("this test's path"))
        .args([name, "--exact", "--nocapture"])
        .env(LOG, &log)
        .output()
        .expect("the run");
    let said = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}");
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"), "it did not run");
}

/// What is looked for, and the only columns where it may stand in plain text.
fn marks(own: &str, secrets: &[String]) -> Vec<(String, &'static [&'static str])> {
    let mut marks: Vec<(String, &'static [&'static str])> = vec![
        (NAME.into(), &["volunteer.name"]),
        (BORN.into(), &["volunteer.birth_date"]),
        (DELEGATE.into(), &["pickup_delegate.name", "redemption.delegate_name"]),
        (OPENID.into(), &["wechat_identity.openid"]),
        (PHONE.into(), &[]),
        (own.into(), &[]),
        (own.to_lowercase(), &[]),
        (BORN.replace('-', ""), &[]),
        (ADDRESS.into(), &[]),
        (SESSION_KEY.into(), &[]),
    ];
    marks.extend(secrets.iter().map(|secret| (secret.clone(), &[] as &[&str])));
    marks
}

async fn run(log: &Path) {
    let file = OpenOptions::new().create(true).append(true).open(log).expect("a log");
    let settings = Telemetry { log: "debug".into(), json: true };
    let writer = move || file.try_clone().expect("the log");
    api::telemetry::start_logs_to(&settings, writer).expect("logs");
    let metrics = api::telemetry::start_metrics().expect("metrics");
    let mut run = Run::set_up().await;
    let own = resident_id(BORN, 2, 7);

    run.stumble(&own).await;
    run.join(&own).await;
    run.take_part().await;
    run.redeem().await;
    let public = run.publish().await;

    let marks = marks(&own, &run.secrets);
    let log = std::fs::read_to_string(log).expect("the log");
    // It is the log of this run, in every detail.
    assert!(log.contains("/v1/check-ins") && log.contains("DEBUG"), "nothing was logged");
    let metrics = metrics.render();
    assert!(metrics.contains("/v1/check-ins"), "nothing was counted");
    let mut texts = vec![("the log".to_owned(), log), ("the metrics".to_owned(), metrics)];
    let problems = run.problems.iter().chain(&public);
    texts.extend(problems.map(|answer| (answer.describe(), answer.text())));
    for (place, text) in &texts {
        for (mark, _) in &marks {
            let asked = place.split(" -> ").next().unwrap_or_default();
            let at = text.find(mark.as_str());
            assert!(at.is_none(), "{mark} stands in {asked}: {}", around(text, at));
        }
    }
    let tables = run.app.tables().await;
    for (mark, allowed) in &marks {
        let places = run.app.places_of(&tables, &[mark]).await;
        assert_eq!(places, *allowed, "where {mark} stands");
    }
    run.app.assert_sound().await;
}

fn around(text: &str, at: Option<usize>) -> String {
    let start = at.unwrap_or(0).saturating_sub(200);
    let start = (0..=start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[start..].chars().take(400).collect()
}

/// A station, a villager who is not registered yet, and all that was refused.
struct Run {
    app: TestApp,
    shop: Shop,
    her: Client,
    clerk: Client,
    manager: Client,
    problems: Vec<Answer>,
    /// Tokens and codes that were given out.
    secrets: Vec<String>,
    card: String,
}

impl Run {
    async fn set_up() -> Self {
        let app = TestApp::start().await;
        let shop = app.shop(Offer { points: 3, ..Offer::default() }).await;
        app.given_rules(&shop.county.town).await;
        let clerk = app.staff("clerk", Role::Clerk, &shop.station).await;
        let manager = app.staff("manager", Role::StationManager, &shop.station).await;
        app.staff("certifier", Role::Certifier, &shop.station).await;
        app.staff("town", Role::TownAdmin, &shop.county.town.institute).await;
        let secrets = vec![app.app.config.wechat.secret.reveal().to_owned()];
        let her = app.anonymous();
        let (problems, card) = (Vec::new(), String::new());
        let mut run = Self { app, shop, her, clerk, manager, problems, secrets, card };
        run.sign_in().await;
        run
    }

    /// WeChat says who she is, and gives a key that nobody needs.
    async fn sign_in(&mut self) {
        let control = self.app.app.simulator.as_ref().expect("the simulator").control();
        let body = json!({"openid": OPENID, "session_key": SESSION_KEY}).to_string();
        control.fail(Some("/sns/jscode2session"), Fault::Http(200, body), Times::Once);
        let code = json!({"code": format!("0a1B{}", Uuid::now_v7().simple())});
        let pair = self.app.anonymous().post("/v1/auth/wechat-login", code).await.ok();
        let text = |name: &str| pair[name].as_str().expect("a token").to_owned();
        self.her = self.app.anonymous().with_token(&text("access_token"));
        self.secrets.extend([text("access_token"), text("refresh_token")]);
        self.clerk = self.app.sign_in("clerk").await;
        self.manager = self.app.sign_in("manager").await;
    }

    fn registration(&self, own: &str) -> Value {
        json!({
            "name": NAME, "gender": 2, "birth_date": BORN, "id_type": "resident_id",
            "id_number": own, "site_id": self.shop.station.id,
            "consents": [{"purpose": "enrol", "text_version": "2026-01"}],
        })
    }

    /// Everything of hers in places where it does not belong.
    async fn stumble(&mut self, own: &str) {
        for (member, value) in [
            ("address", json!(ADDRESS)),
            ("name", json!({NAME: 1})),
            ("name", json!(format!("{NAME}{NAME}").repeat(9))),
            ("gender", json!(PHONE)),
            ("gender", json!(13_871_236_547_u64)),
            ("birth_date", json!(own)),
            ("birth_date", json!("1947-03-30")),
            ("id_number", json!(BORN)),
            ("id_number", json!([own])),
            ("id_number", json!(format!("{own}1"))),
            ("id_type", json!(NAME)),
            ("site_id", json!(OPENID)),
            ("consents", json!([{"purpose": NAME, "text_version": PHONE}])),
            ("groups", json!([ADDRESS.repeat(40)])),
        ] {
            let mut body = self.registration(own);
            body[member] = value;
            let answer = self.her.post("/v1/volunteers", body).await;
            assert_eq!(answer.status.as_u16() / 100, 4, "{}", answer.describe());
            self.problems.push(answer);
        }
        let code = |text: &str| json!({"code": text, "device_id": OPENID});
        for text in [PHONE, own, SESSION_KEY] {
            let answer = self.app.anonymous().post("/v1/auth/wechat-login", code(text)).await;
            self.problems.push(answer);
        }
        for path in [
            format!("/v1/volunteers/{own}"),
            format!("/v1/cards/{PHONE}"),
            format!("/v1/volunteers?name={NAME}"),
            format!("/v1/volunteers?colour={own}"),
            format!("/v1/volunteers?page_token={own}"),
            format!("/v1/volunteers?state={NAME}"),
            format!("/v1/volunteers?site_id={OPENID}"),
            format!("/v1/{ADDRESS}/{NAME}"),
            format!("/{own}"),
        ] {
            let answer = self.clerk.get(&path).await;
            assert_eq!(answer.status.as_u16() / 100, 4, "{}", answer.describe());
            self.problems.push(answer);
        }
        // A search is an honest question; it leaves no trace.
        for mark in [NAME, PHONE, own, ADDRESS, BORN] {
            self.clerk.get(format!("/v1/volunteers?q={mark}")).await;
        }
    }

    async fn join(&mut self, own: &str) {
        let body = self.registration(own);
        let id = self.her.post("/v1/volunteers", body.clone()).await.id();
        self.problems.push(self.her.post("/v1/volunteers", body).await);
        let control = self.app.app.simulator.as_ref().expect("the simulator").control();
        let watermark = json!({
            "timestamp": self.app.clock.now().timestamp(), "appid": self.app.app.config.wechat.appid,
        });
        let number = json!({
            "phoneNumber": PHONE, "purePhoneNumber": PHONE, "countryCode": "86",
            "watermark": watermark,
        });
        let body = json!({"errcode": 0, "errmsg": "ok", "phone_info": number}).to_string();
        let path = "/wxa/business/getuserphonenumber";
        control.fail(Some(path), Fault::Http(200, body), Times::Once);
        self.her
            .post("/v1/me/phone", json!({"code": "e31968a7f94cc5ee25fafc2aef2773f0"}))
            .await
            .assert_ok();
        let path = format!("/v1/volunteers/{id}/verify");
        let wrong = json!({"id_number": resident_id(BORN, 2, 8)});
        self.problems.push(self.manager.post(&path, wrong).await);
        self.manager.post(path, json!({"id_number": own})).await.assert_ok();
        let path = format!("/v1/volunteers/{id}/cards");
        let card = self.clerk.post(path, json!({})).await.ok();
        self.card = card["number"].as_str().expect("a number").to_owned();
        self.clerk.post(format!("/v1/cards/{}/activate", self.card), json!({})).await.assert_ok();
        for mark in [NAME, PHONE, &self.card] {
            let found = self.clerk.get(format!("/v1/volunteers?q={mark}")).await.ok();
            assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{mark} finds her");
        }
        for path in ["/v1/me", "/v1/me/card", "/v1/me/consents"] {
            self.her.get(path).await.assert_ok();
        }
    }

    /// Signs up, scans in and out, and is confirmed.
    async fn take_part(&mut self) {
        let body = json!({
            "kind": "service", "rule_item_code": "HJ01", "contact_person": "李建国",
            "starts_at": self.app.in_minutes(20), "ends_at": self.app.in_minutes(140),
        });
        let id = self.app.published_activity(&self.manager, &self.shop.station, body).await;
        self.her.post(format!("/v1/activities/{id}/sign-ups"), json!({})).await.assert_ok();
        let codes = format!("/v1/activities/{id}/check-in-codes");
        for (minutes, direction, path) in
            [(19, "in", "/v1/check-ins"), (122, "out", "/v1/check-outs")]
        {
            self.app.advance(TimeDelta::minutes(minutes));
            self.sign_in().await;
            let code = self.manager.post(&codes, json!({"direction": direction})).await.ok();
            self.problems.push(self.her.post(path, json!({"code": OPENID})).await);
            self.her.post(path, json!({"code": code["code"]})).await.assert_ok();
        }
        let path = format!("/v1/activities/{id}/attendances");
        let list = self.manager.get(&path).await.ok();
        let items = json!({"items": [{"attendance_id": list["items"][0]["id"]}]});
        self.manager.post(format!("{path}/confirm"), items).await.assert_ok();
        let body = json!({"attendance_ids": [list["items"][0]["id"]]});
        let claimed = self.her.post("/v1/claims", body).await.ok();
        let claims = json!({"claim_ids": [claimed["results"][0]["id"]]});
        let certifier = self.app.sign_in("certifier").await;
        certifier.post("/v1/claims/certify", claims).await.assert_ok();
        let points = self.her.get("/v1/me/points").await.ok();
        assert_eq!(points["available"], 4, "{points}");
    }

    async fn redeem(&mut self) {
        let placed = self.her.post("/v1/redemptions", self.shop.wish(1)).await.ok();
        let again = self.her.post("/v1/redemptions", self.shop.wish(1)).await;
        again.assert_problem(409, "insufficient_points");
        self.problems.push(again);
        let path = format!("/v1/redemptions/{}/fulfil", placed["id"].as_str().expect("an id"));
        let delegates = "/v1/me/pickup-delegates";
        let named = json!({"name": DELEGATE, "relation": "neighbour"});
        let delegate = self.her.post(delegates, named.clone()).await.id();
        self.problems.push(self.her.post(delegates, named).await);
        let wrong = json!({"name": NAME, "relation": DELEGATE});
        self.problems.push(self.her.post(delegates, wrong).await);
        let choices = path.replace("/fulfil", "/pickup-delegates");
        self.clerk.get(choices).await.assert_ok();
        let body = json!({"card_number": PHONE, "signature": "card", "delegate_id": delegate});
        self.problems.push(self.clerk.post(&path, body).await);
        let typed =
            json!({"card_number": self.card, "signature": "card", "delegate_name": DELEGATE});
        self.problems.push(self.clerk.post(&path, typed).await);
        let body = json!({"card_number": self.card, "signature": "card", "delegate_id": delegate});
        self.clerk.post(path, body).await.assert_ok();
    }

    /// The month's notice, and everything else that anybody may read.
    async fn publish(&mut self) -> Vec<Answer> {
        self.app.run_jobs().await;
        self.app.next_month();
        let period = self.app.last_month();
        self.sign_in().await;
        let institute = self.shop.county.town.institute.id;
        let town = self.app.sign_in("town").await;
        let rounds = format!("/v1/sites/{institute}/notice-rounds");
        // The job may have drafted it already.
        town.post(&rounds, json!({"period": period})).await;
        let list = town.get(&rounds).await.ok();
        let round = list["items"][0].clone();
        let id = round["id"].as_str().expect("an id");
        town.post(format!("/v1/notice-rounds/{id}/open"), json!({})).await.assert_ok();
        let number = round["number"].as_str().expect("a number").to_owned();
        self.read_public(&number).await
    }

    async fn read_public(&self, number: &str) -> Vec<Answer> {
        let institute = self.shop.county.town.institute.id.to_string();
        let stranger = self.app.anonymous();
        let mut answers = Vec::new();
        for page in ["notices/{round_no}", "sites/{site_id}/notices", "verify"] {
            let page = page.replace("{round_no}", number).replace("{site_id}", &institute);
            answers.push(stranger.get(format!("/public/{page}")).await);
        }
        let document = Document::checked_in();
        for operation in document.operations() {
            if operation.permission() != "public" || operation.method() != reqwest::Method::GET {
                continue;
            }
            let path = operation.path.replace("{round_no}", number);
            let path = path.replace("{site_id}", &institute).replace("{position}", "1");
            let path = path.replace("{session_id}", &self.shop.session);
            answers.push(stranger.get(path).await);
        }
        let read = answers.iter().filter(|answer| answer.status.is_success());
        assert!(read.count() >= 12, "hardly anything was read");
        assert!(answers.iter().any(|answer| answer.text().contains("尾号")), "she is in no notice");
        answers
    }
}
