//! A claim from submission over certification and notice to effect, and all its side exits.

use std::cell::Cell;

use entity::claim::{self, ClaimState};
use entity::role_assignment::Role;
use harness::TestApp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, Iterable as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::super::objection::Office;
use super::offices::{answer, attended, end_notice, object, open_notice};
use super::{Edge, Machine, Outcome, STAYS, item_outcome, outcome, start, walk};

/// States in which a supervisor keeps it.
const FROZEN: [&str; 4] =
    ["submitted frozen", "under_review frozen", "certified frozen", "objected frozen"];

/// Claims of people without a phone, for whom a proxy and the station act.
pub(super) struct Claims {
    office: Office,
    helper: entity::ids::VolunteerId,
    people: Cell<u32>,
}

impl Machine for Claims {
    const EDGES: &'static [Edge] = &[
        ("claim_submit", &["draft", "returned"], "submitted"),
        ("claim_submit_assisted", &["draft", "returned"], "submitted"),
        ("claim_withdraw", &["draft", "submitted", "returned"], "withdrawn"),
        ("claim_withdraw_assisted", &["draft", "submitted", "returned"], "withdrawn"),
        ("claim_certify", &["submitted", "under_review"], "certified"),
        ("claim_return", &["submitted", "under_review"], "returned"),
        ("claim_reject", &["submitted", "under_review"], "rejected"),
        ("claim_revoke", &["certified"], "revoked"),
        // Decided by the same person once more: a batch that was lost.
        ("claim_certify", &["certified", "certified frozen"], STAYS),
        ("claim_return", &["returned"], STAYS),
        ("claim_reject", &["rejected"], STAYS),
        ("claim_revoke", &["revoked"], STAYS),
        // A supervisor looks into it.
        ("freeze_create", &["submitted"], "submitted frozen"),
        ("freeze_create", &["under_review"], "under_review frozen"),
        ("freeze_create", &["certified"], "certified frozen"),
        ("freeze_create of its entry", &["in_notice"], "objected frozen"),
        ("~ it is thawed", &["submitted frozen"], "submitted"),
        ("~ it is thawed", &["under_review frozen"], "under_review"),
        ("~ it is thawed", &["certified frozen"], "certified"),
        ("~ it is thawed", &["objected frozen"], "in_notice"),
        // The notice.
        ("~ it is shown", &["certified"], "in_notice"),
        ("~ nobody objects", &["in_notice"], "effective"),
        ("~ somebody objects", &["in_notice"], "objected"),
        ("~ the objection fails", &["objected", "recheck"], "in_notice"),
        ("~ the objection holds", &["objected", "recheck"], "revoked"),
        ("~ an objection holds", &["certified", "in_notice", "effective"], "revoked"),
        ("~ an objection holds", &["rejected"], "submitted"),
        // Where no operation leads.
        ("~ it is set to draft", &["submitted"], "draft"),
        ("~ it is set to under_review", &["submitted"], "under_review"),
        ("~ it is set to recheck", &["objected"], "recheck"),
    ];
    const START: &'static str = "submitted";

    fn states() -> Vec<&'static str> {
        ClaimState::iter().map(ClaimState::as_str).chain(FROZEN).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        match (step, state) {
            ("freeze_create", "objected frozen") => "wrong_state",
            ("freeze_create", frozen) if FROZEN.contains(&frozen) => "already_frozen",
            ("freeze_create of its entry", "objected frozen") => "already_frozen",
            ("freeze_create of its entry", "objected" | "recheck") => "notice_entry_frozen",
            ("freeze_create of its entry", "effective") => "notice_entry_settled",
            ("freeze_create of its entry", _) => "not_found",
            ("claim_submit" | "claim_submit_assisted", _) => "wrong_state",
            (_, frozen) if FROZEN.contains(&frozen) => "frozen",
            _ => "wrong_state",
        }
    }

    fn status(step: &'static str, state: &'static str) -> u16 {
        match Self::refusal(step, state) {
            "not_found" => 404,
            "frozen" | "notice_entry_frozen" => 423,
            _ => 409,
        }
    }

    fn app(&self) -> &TestApp {
        &self.office.app
    }

    async fn begin(&self) -> String {
        let (office, station) = (&self.office, &self.office.county.town.stations[0]);
        self.people.set(self.people.get() + 1);
        let name = format!("王桂英{}", self.people.get());
        let (old, _) = office.app.card_only(&name, station).await;
        let today = office.app.clock.now().date_naive();
        let authorisation = json!({
            "proxy_volunteer_id": self.helper, "reason": "腿脚不便", "witness": "李支书",
            "starts_on": today.succ_opt().expect("a day"),
        });
        let head = office.phone("head").await;
        head.post(format!("/v1/volunteers/{old}/proxies"), authorisation).await.assert_ok();
        office.app.advance(chrono::TimeDelta::days(1));
        let wish = attended(office, old).await;
        let filed = office.phone("helper").await.post("/v1/claims", wish).await.ok();
        filed["results"][0]["id"].as_str().expect("a claim").to_owned()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (office, station) = (&self.office, self.office.county.town.stations[0].id);
        let batch = json!({"claim_ids": [id]});
        let declined = json!({"claim_ids": [id], "reason": "签退时间有误"});
        let reason = json!({"reason": "本人要求"});
        let freeze =
            |kind| json!({"subject": {"kind": kind, "id": id}, "reason": "存疑", "days": 15});
        let (who, path, body) = match step {
            "claim_submit" => ("helper", format!("claims/{id}/submit"), json!({})),
            "claim_withdraw" => ("helper", format!("claims/{id}/withdraw"), json!({})),
            "claim_submit_assisted" => {
                ("head", format!("sites/{station}/claims/{id}/submit"), reason)
            }
            "claim_withdraw_assisted" => {
                ("head", format!("sites/{station}/claims/{id}/withdraw"), reason)
            }
            "claim_certify" => ("certifier", "claims/certify".to_owned(), batch),
            "claim_return" => ("certifier", "claims/return".to_owned(), declined),
            "claim_reject" => ("certifier", "claims/reject".to_owned(), declined),
            "claim_revoke" => ("second", format!("claims/{id}/revoke"), reason),
            "freeze_create" => ("watch", format!("sites/{station}/freezes"), freeze("claim")),
            "freeze_create of its entry" => {
                ("watch", format!("sites/{station}/freezes"), freeze("notice_entry"))
            }
            itself => {
                self.happens(itself, id).await;
                return Ok(());
            }
        };
        let answer = office.phone(who).await.post(format!("/v1/{path}"), body).await;
        let is_batch = matches!(step, "claim_certify" | "claim_return" | "claim_reject");
        if is_batch { item_outcome(&answer) } else { outcome(&answer) }
    }

    async fn state(&self, id: &str) -> String {
        let shown = self.office.phone("helper").await.get(format!("/v1/claims/{id}")).await.ok();
        let frozen = if shown["frozen"].is_null() { "" } else { " frozen" };
        format!("{}{frozen}", shown["state"].as_str().expect("a state"))
    }
}

impl Claims {
    async fn open() -> Self {
        let office = Office::of(start().await).await;
        let station = &office.county.town.stations[0];
        let helper = office.app.volunteer("helper", station).await.volunteer;
        office.app.staff("second", Role::Certifier, station).await;
        Self { office, helper, people: Cell::new(0) }
    }

    /// What nobody does to the claim itself.
    async fn happens(&self, step: &'static str, id: &str) {
        let office = &self.office;
        let newest =
            async || office.newest_of("li-jianguo").await["id"].as_str().expect("hers").to_owned();
        match step {
            "~ it is shown" => {
                open_notice(office).await;
            }
            "~ nobody objects" => end_notice(office).await,
            "~ somebody objects" => {
                object(office, id).await;
            }
            "~ the objection fails" => answer(office, &newest().await, "rejected").await,
            "~ the objection holds" => answer(office, &newest().await, "upheld").await,
            "~ an objection holds" => answer(office, &object(office, id).await, "upheld").await,
            "~ it is thawed" => {
                let watch = office.phone("watch").await;
                let site = office.county.town.stations[0].id;
                let path = format!("/v1/sites/{site}/freezes?in_force=true&page_size=100");
                let all = watch.get(path).await.ok();
                let mut all = all["items"].as_array().expect("freezes").iter();
                let its = all.find(|freeze| freeze["subject_id"] == id).expect("its freeze");
                let lift = format!("/v1/freezes/{}/lift", its["id"].as_str().expect("an id"));
                watch.post(lift, json!({"reason": "已核实"})).await.assert_ok();
            }
            _ => self.set(id, step.trim_start_matches("~ it is set to ")).await,
        }
    }

    async fn set(&self, id: &str, state: &str) {
        claim::Entity::update_many()
            .col_expr(claim::Column::State, Expr::value(state))
            .filter(claim::Column::Id.eq(id.parse::<Uuid>().expect("an id")))
            .exec(&self.office.app.db)
            .await
            .expect("the claim");
    }
}

#[actix_web::test]
async fn a_claim_in_every_state() {
    walk(&Claims::open().await).await;
}
