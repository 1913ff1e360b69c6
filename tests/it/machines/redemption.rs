//! A redemption from order to hand-over and return, and what its state allows beside that.

use chrono::TimeDelta;
use entity::redemption::{self, RedemptionState};
use entity::role_assignment::Role;
use harness::{Client, Offer, Person, Shop, TestApp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, Iterable as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::{Edge, Machine, Outcome, STAYS, outcome, shown_state, start, walk};

pub(super) struct Redemptions {
    app: TestApp,
    shop: Shop,
    villager: Person,
    watch: Client,
}

/// States in which a supervisor keeps it.
const FROZEN: [&str; 2] = ["created frozen", "ready frozen"];

impl Machine for Redemptions {
    const EDGES: &'static [Edge] = &[
        ("redemption_ready", &["created"], "ready"),
        ("redemption_fulfil", &["created", "ready"], "fulfilled"),
        ("redemption_cancel by her", &["created", "ready"], "cancelled"),
        ("redemption_cancel at the counter", &["created", "ready"], "cancelled"),
        ("~ nobody comes", &["created", "ready"], "expired"),
        ("redemption_return", &["fulfilled"], "returned"),
        ("redemption_code", &["created", "ready"], STAYS),
        ("pickup_delegate_choices", &["created", "ready"], STAYS),
        // A supervisor looks into it: it waits, and does not expire meanwhile.
        ("freeze_create", &["created"], "created frozen"),
        ("freeze_create", &["ready"], "ready frozen"),
        ("~ nobody comes", &["created frozen", "ready frozen"], STAYS),
    ];
    const START: &'static str = "created";

    fn states() -> Vec<&'static str> {
        RedemptionState::iter().map(RedemptionState::as_str).chain(FROZEN).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        match step {
            _ if !FROZEN.contains(&state) => "wrong_state",
            "freeze_create" => "already_frozen",
            _ => "frozen",
        }
    }

    fn status(step: &'static str, state: &'static str) -> u16 {
        if Self::refusal(step, state) == "frozen" { 423 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.app
    }

    async fn begin(&self) -> String {
        self.shop.redeem(&self.villager).await.0
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (keepers, path) = (&self.shop.keepers, format!("/v1/redemptions/{id}"));
        let post = async |by: &Client, verb: &str, body| {
            outcome(&by.post(format!("{path}/{verb}"), body).await)
        };
        match step {
            "redemption_ready" => post(&keepers.clerk, "ready", json!({})).await,
            "redemption_fulfil" => outcome(&self.shop.hand_over(id, &self.villager).await),
            "redemption_cancel by her" => post(&self.villager.client, "cancel", json!({})).await,
            "redemption_cancel at the counter" => {
                post(&keepers.clerk, "cancel", json!({"reason": "她说不要了"})).await
            }
            "redemption_return" => {
                let body = json!({"condition": "sound", "reason": "领错了，没有拆封"});
                post(&keepers.manager, "return", body).await
            }
            "redemption_code" => {
                let path = format!("/v1/me/redemptions/{id}/code");
                outcome(&self.villager.client.post(path, json!({})).await)
            }
            "pickup_delegate_choices" => {
                outcome(&keepers.clerk.get(format!("{path}/pickup-delegates")).await)
            }
            "freeze_create" => {
                let subject = json!({"kind": "redemption", "id": id});
                let body = json!({"subject": subject, "reason": "代领人身份存疑", "days": 5});
                let path = format!("/v1/sites/{}/freezes", self.shop.station.id);
                outcome(&self.watch.post(path, body).await)
            }
            _ => self.overdue(id).await,
        }
    }

    async fn state(&self, id: &str) -> String {
        let shown = self.villager.client.get(format!("/v1/me/redemptions/{id}")).await;
        let frozen = if shown.ok()["frozen"].is_null() { "" } else { " frozen" };
        format!("{}{frozen}", shown_state(&shown))
    }
}

impl Redemptions {
    /// Its time is over; the session's, in which others still redeem, is not.
    async fn overdue(&self, id: &str) -> Outcome {
        let past = self.app.clock.now() - TimeDelta::minutes(1);
        redemption::Entity::update_many()
            .col_expr(redemption::Column::ExpiresAt, Expr::value(past))
            .filter(redemption::Column::Id.eq(id.parse::<Uuid>().expect("an id")))
            .exec(&self.app.db)
            .await
            .expect("the redemption");
        self.app.run_jobs().await;
        Ok(())
    }
}

#[actix_web::test]
async fn a_redemption_in_every_state() {
    let app = start().await;
    let shop = app.shop(Offer { stock: 100, quantity: 100, ..Offer::default() }).await;
    let villager = app.rich_volunteer("zhang-xiulan", &shop.station, 3000).await;
    let watch = app.staff("watch", Role::Supervisor, &shop.station).await;
    walk(&Redemptions { app, shop, villager, watch }).await;
}
