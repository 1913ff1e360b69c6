//! Notice rounds and their public face.

mod booking;
mod case;
mod correction;
mod files;
mod notice_archive;
mod notice_close;
mod notice_discard;
mod notice_draft;
mod notice_entries;
mod notice_get;
mod notice_list;
mod notice_open;
mod notice_reminders;
mod page;
mod privacy;
mod public_notice;
mod schedule;

use chrono::{TimeDelta, Utc};
use entity::ids::{ClaimId, RuleVersionId, SiteId};
use entity::role_assignment::Role;
use entity::{claim, notice_entry, setting};
use harness::{Answer, Client, County, Person, TestApp};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

/// A town where points count when the notice closes, two villagers of one station, and whoever
/// certifies and publishes.
pub(crate) struct Board {
    pub(crate) app: TestApp,
    pub(crate) county: County,
    pub(crate) rules: RuleVersionId,
    pub(crate) zhang: Person,
    pub(crate) li: Person,
}

impl Board {
    pub(crate) async fn set_up() -> Self {
        let app = TestApp::start().await;
        let county = app.county().await;
        let station = &county.town.stations[0];
        let rules = app.given_rules(&county.town).await;
        let zhang = app.volunteer("zhang-xiulan", station).await;
        let li = app.volunteer("li-jianguo", station).await;
        app.staff("certifier", Role::Certifier, station).await;
        app.staff("manager", Role::StationManager, station).await;
        app.staff("town", Role::TownAdmin, &county.town.institute).await;
        let board = Self { app, county, rules, zhang, li };
        board.set("points_effective", json!("notice")).await;
        board
    }

    /// A town with two certified claims of last month, now a month over.
    pub(crate) async fn certified() -> Self {
        let board = Self::set_up().await;
        board.certify(&board.zhang, 5).await;
        board.certify(&board.li, 6).await;
        board.next_month();
        board
    }

    /// The same with its round open: Zhang first, then Li.
    pub(crate) async fn open() -> (Self, Value) {
        let board = Self::certified().await;
        let draft = board.draft().await;
        let round = board.step("town", &draft, "open").await.ok();
        (board, round)
    }

    /// The same with the days over.
    pub(crate) async fn over() -> (Self, Value) {
        let (board, round) = Self::open().await;
        board.app.advance(TimeDelta::days(9));
        (board, round)
    }

    /// The same closed and booked.
    pub(crate) async fn closed() -> (Self, Value) {
        let (board, round) = Self::over().await;
        board.step("town", &round, "close").await.assert_ok();
        board.app.run_jobs().await;
        (board, round)
    }

    pub(crate) async fn set(&self, key: &str, value: Value) {
        self.set_at(self.county.town.institute.id, key, value).await;
    }

    pub(crate) async fn set_at(&self, site: SiteId, key: &str, value: Value) {
        let row = setting::ActiveModel {
            id: Set(Uuid::now_v7().into()),
            site_id: Set(site),
            key: Set(key.into()),
            value: Set(value),
            effective_from: Set(Utc::now() - TimeDelta::minutes(1)),
            set_by: Set(None),
            created_at: Set(Utc::now()),
        };
        setting::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
    }

    /// Somebody's phone, signed in at this hour.
    pub(crate) async fn phone(&self, name: &str) -> Client {
        self.app.sign_in(name).await
    }

    /// Four points for what she did on a day of last month, certified.
    pub(crate) async fn certify(&self, who: &Person, day: u32) -> ClaimId {
        let attended = self.app.attended(who, &self.county.town.stations[0], self.rules, day);
        let attendance = self.app.store_attended(&attended).await;
        let zhang = who.volunteer == self.zhang.volunteer;
        let phone = self.phone(if zhang { "zhang-xiulan" } else { "li-jianguo" }).await;
        let claimed = phone.post("/v1/claims", json!({"attendance_ids": [attendance]})).await.ok();
        let claim = claimed["results"][0]["id"].as_str().unwrap().to_owned();
        let body = json!({"claim_ids": [claim]});
        let answer = self.phone("certifier").await.post("/v1/claims/certify", body).await.ok();
        assert_eq!(answer["results"][0]["status"], "ok", "{answer}");
        claim.parse().unwrap()
    }

    /// More certified claims like this one, for honours.
    pub(crate) async fn certified_like(&self, model: ClaimId, count: usize) {
        let like = claim::Entity::find_by_id(model).one(&self.app.db).await.unwrap().unwrap();
        for number in 0..count {
            let row = claim::Model {
                id: Uuid::now_v7().into(),
                attendance_id: None,
                award_ref: Some(format!("荣誉{number}")),
                ..like.clone()
            };
            let row = row.into_active_model().reset_all();
            claim::Entity::insert(row).exec_without_returning(&self.app.db).await.unwrap();
        }
    }

    pub(crate) fn next_month(&self) {
        self.app.next_month();
    }

    /// The month before the one it is now.
    pub(crate) fn last_month(&self) -> String {
        self.app.last_month()
    }

    pub(crate) fn rounds_path(&self) -> String {
        format!("/v1/sites/{}/notice-rounds", self.county.town.institute.id)
    }

    pub(crate) async fn draft(&self) -> Value {
        let body = json!({"period": self.last_month()});
        self.phone("town").await.post(self.rounds_path(), body).await.ok()
    }

    /// Takes a step with a round.
    pub(crate) async fn step(&self, who: &str, round: &Value, step: &str) -> Answer {
        let path = format!("/v1/notice-rounds/{}/{step}", id_of(round));
        self.phone(who).await.post(path, json!({})).await
    }

    pub(crate) async fn read(&self, round: &Value) -> Value {
        let path = format!("/v1/notice-rounds/{}", id_of(round));
        self.phone("town").await.get(path).await.ok()
    }

    /// An answer that everybody gets.
    pub(crate) async fn public(&self, round: &Value, rest: &str) -> Value {
        let path = format!("/v1/public/notices/{}{rest}", round["number"].as_str().unwrap());
        self.app.anonymous().get(path).await.ok()
    }

    pub(crate) async fn entries(&self) -> Vec<notice_entry::Model> {
        let all = notice_entry::Entity::find();
        all.order_by_asc(notice_entry::Column::Position).all(&self.app.db).await.unwrap()
    }

    pub(crate) async fn claim_state(&self, id: ClaimId) -> String {
        let row = claim::Entity::find_by_id(id).one(&self.app.db).await.unwrap().unwrap();
        row.state.to_string()
    }

    pub(crate) async fn points(&self, who: &Person) -> i64 {
        api::ledger::balances(&self.app.db, who.volunteer).await.unwrap().available
    }

    /// Runs what objections and supervisors will call, in a transaction of its own.
    pub(crate) async fn within<T>(
        &self,
        work: impl AsyncFn(&api::platform::tx::Tx<'_>) -> Result<T, api::platform::failure::Failure>,
    ) -> Result<T, api::platform::failure::Failure> {
        let actor = api::platform::actor::Actor::system("test", "test".into());
        api::platform::tx::in_tx(&self.app.app.core, &actor, work).await
    }
}

pub(crate) fn id_of(round: &Value) -> &str {
    round["id"].as_str().unwrap_or_else(|| panic!("{round}"))
}

/// Status and code of a refusal.
pub(crate) fn refusal(answer: &Answer) -> String {
    format!("{} {}", answer.status.as_u16(), answer.code())
}
