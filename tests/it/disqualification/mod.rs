//! Zeroing and disqualification: notice, hearing, decision, execution, appeal.

mod appeal;
mod execute;
mod hearing;
mod propose;
mod year_end;

use chrono::TimeDelta;
use entity::ids::{AccountId, VolunteerId};
use entity::role_assignment::Role;
use entity::volunteer;
use harness::{Answer, Client, Offer, Person, Shop, TestApp};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

/// A station with an open session, a villager with a hundred points, and everybody who has a
/// part in a case.
pub(crate) struct Court {
    pub(crate) app: TestApp,
    pub(crate) shop: Shop,
    pub(crate) zhang: Person,
}

impl Court {
    pub(crate) async fn open() -> Self {
        Self::of(TestApp::start().await).await
    }

    pub(crate) async fn of(app: TestApp) -> Self {
        app.well_before_the_year_ends();
        let shop = app.shop(Offer::default()).await;
        let (town, center) = (&shop.county.town.institute, &shop.county.center);
        let zhang = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
        app.staff("head", Role::StationManager, &shop.station).await;
        app.staff("watch", Role::Supervisor, &shop.station).await;
        app.staff("town-a", Role::TownAdmin, town).await;
        app.staff("town-b", Role::TownAdmin, town).await;
        app.staff("county-a", Role::CountyAdmin, center).await;
        Self { app, shop, zhang }
    }

    /// Somebody's phone, signed in at this hour.
    pub(crate) async fn phone(&self, name: &str) -> Client {
        self.app.sign_in(name).await
    }

    pub(crate) fn proposal() -> Value {
        json!({
            "ground": "violation_of_law",
            "document_no": "青公（行）罚决字〔2026〕12号",
            "document_issuer": "青山县公安局",
            "document_date": "2026-05-01",
        })
    }

    pub(crate) async fn propose(&self) -> String {
        let path = format!("/v1/volunteers/{}/disqualifications", self.zhang.volunteer);
        self.phone("head").await.post(path, Self::proposal()).await.id()
    }

    /// Sends a step of the case.
    pub(crate) async fn step(&self, who: &str, case: &str, step: &str, body: Value) -> Answer {
        self.phone(who).await.post(format!("/v1/disqualifications/{case}/{step}"), body).await
    }

    /// Proposed, notified, and the notice in her hands.
    pub(crate) async fn delivered(&self) -> String {
        let case = self.propose().await;
        self.step("head", &case, "notify", json!({})).await.assert_ok();
        let path = format!("/v1/me/disqualifications/{case}/acknowledge");
        self.phone("zhang-xiulan").await.post(path, json!({})).await.assert_ok();
        case
    }

    /// Waits until her time to speak is certainly over.
    pub(crate) fn wait(&self) {
        self.app.advance(TimeDelta::days(25));
    }

    /// Heard, reviewed with the supervisor, decided by the town.
    pub(crate) async fn decided(&self) -> String {
        let case = self.delivered().await;
        self.wait();
        self.step("watch", &case, "supervise", json!({"note": "在场"})).await.assert_ok();
        let opinion = json!({"opinion": "proceed", "note": "属实"});
        self.step("town-b", &case, "review", opinion).await.assert_ok();
        self.step("town-a", &case, "decide", json!({"note": "同意"})).await.assert_ok();
        case
    }

    pub(crate) fn confirmation() -> Value {
        json!({"document_no": "青公（行）罚决字〔2026〕12号"})
    }

    pub(crate) async fn executed(&self) -> String {
        let case = self.decided().await;
        self.step("town-b", &case, "execute", Self::confirmation()).await.assert_ok();
        case
    }

    /// As if she had no phone: what she says comes on paper.
    pub(crate) async fn without_phone(&self) {
        self.bind(self.zhang.volunteer, None).await;
    }

    /// Gives somebody an account, or takes it away.
    pub(crate) async fn bind(&self, who: VolunteerId, account: Option<AccountId>) {
        let row =
            volunteer::ActiveModel { id: Set(who), account_id: Set(account), ..Default::default() };
        row.update(&self.app.db).await.expect("bound");
    }

    pub(crate) async fn points(&self) -> Value {
        self.phone("zhang-xiulan").await.get("/v1/me/points").await.ok()
    }
}
