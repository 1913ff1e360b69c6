//! Freezes of redemptions: what is held stays held, and the time is given back.

use chrono::{DateTime, TimeDelta, Utc};
use entity::redemption::{self, RedemptionState};
use entity::role_assignment::Role;
use harness::{Answer, Client, Offer, Person, Shop, TestApp};
use sea_orm::EntityTrait;
use serde_json::json;

struct Counter {
    app: TestApp,
    shop: Shop,
    zhang: Person,
    redemption: String,
}

impl Counter {
    async fn open() -> Self {
        let app = TestApp::start().await;
        let shop = app.shop(Offer::default()).await;
        let zhang = app.rich_volunteer("zhang-xiulan", &shop.station, 100).await;
        app.staff("watch", Role::Supervisor, &shop.station).await;
        let (redemption, _) = shop.redeem(&zhang).await;
        Self { app, shop, zhang, redemption }
    }

    async fn watch(&self) -> Client {
        self.app.sign_in("watch").await
    }

    async fn freeze(&self, reason: &str, days: i64) -> Answer {
        let subject = json!({"kind": "redemption", "id": self.redemption});
        let body = json!({"subject": subject, "reason": reason, "days": days});
        let path = format!("/v1/sites/{}/freezes", self.shop.station.id);
        self.watch().await.post(path, body).await
    }

    async fn row(&self) -> redemption::Model {
        let id: uuid::Uuid = self.redemption.parse().expect("an id");
        let found = redemption::Entity::find_by_id(id).one(&self.app.db).await;
        found.expect("redemptions").expect("it")
    }
}

#[actix_web::test]
async fn a_frozen_redemption_is_neither_handed_over_nor_given_up() {
    let counter = Counter::open().await;
    let held = counter.app.points_of(counter.zhang.volunteer).await;
    assert_eq!(held, (70, 30));

    let freeze = counter.freeze("代领人身份存疑", 2).await.id();

    let frozen = counter.shop.hand_over(&counter.redemption, &counter.zhang).await;
    frozen.assert_problem(423, "frozen");
    let path = |step: &str| format!("/v1/redemptions/{}/{step}", counter.redemption);
    let clerk = &counter.shop.keepers.clerk;
    clerk.post(path("ready"), json!({})).await.assert_problem(423, "frozen");
    let reason = json!({"reason": "缺货"});
    clerk.post(path("cancel"), reason).await.assert_problem(423, "frozen");
    let zhang = &counter.zhang.client;
    zhang.post(path("cancel"), json!({})).await.assert_problem(423, "frozen");
    let mine = zhang.get("/v1/me/redemptions").await.ok();
    assert_eq!(mine["items"][0]["frozen"]["reason"], "代领人身份存疑");
    assert_eq!(mine["items"][0]["allowed_actions"], json!([]));
    assert_eq!(counter.app.points_of(counter.zhang.volunteer).await, held, "held as before");
    counter.app.assert_books_agree().await;
    counter.app.assert_sound().await;

    let lift = counter.watch().await;
    lift.post(format!("/v1/freezes/{freeze}/lift"), json!({"reason": "已核实"})).await.assert_ok();

    counter.shop.hand_over(&counter.redemption, &counter.zhang).await.assert_ok();
    assert_eq!(counter.app.points_of(counter.zhang.volunteer).await, (70, 0));
    counter.app.assert_sound().await;
}

#[actix_web::test]
async fn it_does_not_expire_meanwhile_and_gets_its_time_back() {
    let counter = Counter::open().await;
    let due: DateTime<Utc> = counter.row().await.expires_at;
    let lasts = due - counter.app.clock.now();
    counter.freeze("代领人身份存疑", 10).await.assert_ok();

    counter.app.advance(lasts + TimeDelta::hours(1));
    counter.app.run_jobs().await;

    assert_eq!(counter.row().await.state, RedemptionState::Created, "past its time, and frozen");
    counter.app.advance(TimeDelta::days(10) - lasts);
    counter.app.run_jobs().await;
    let row = counter.row().await;
    assert_eq!((row.state, row.frozen_until), (RedemptionState::Created, None));
    let given = row.expires_at - due;
    assert!((given - TimeDelta::days(10)).abs() < TimeDelta::seconds(5), "{given}");
    counter.app.assert_sound().await;
    counter.app.advance(row.expires_at - counter.app.clock.now() + TimeDelta::minutes(1));
    counter.app.run_jobs().await;
    assert_eq!(counter.row().await.state, RedemptionState::Expired);
    assert_eq!(counter.app.points_of(counter.zhang.volunteer).await, (100, 0));
    counter.app.assert_sound().await;
}

#[actix_web::test]
async fn what_was_handed_over_is_not_frozen() {
    let counter = Counter::open().await;
    counter.shop.hand_over(&counter.redemption, &counter.zhang).await.assert_ok();

    counter.freeze("领取人存疑", 2).await.assert_problem(409, "wrong_state");

    counter.app.assert_sound().await;
}
