//! An objection from filing to its end, and the appeal to the county, which goes the same way.

use chrono::TimeDelta;
use entity::objection::{self, ObjectionState};
use harness::TestApp;
use sea_orm::{ColumnTrait as _, EntityTrait as _, Iterable as _, QueryFilter as _};
use serde_json::json;
use uuid::Uuid;

use super::super::objection::Office;
use super::offices::certified;
use super::{Edge, Machine, Outcome, outcome, start, walk};

/// Li's, about a claim of Zhang's; or, to the county, against the answer to it.
pub(super) struct Objections<const TO_COUNTY: bool> {
    office: Office,
}

/// The life that both have.
const COMMON: [Edge; 17] = [
    ("objection_accept", &["filed"], "accepted"),
    ("objection_refuse", &["filed"], "not_accepted"),
    ("objection_investigate", &["accepted"], "investigating"),
    ("objection_decide upheld", &["investigating"], "decided upheld"),
    ("objection_decide partly", &["investigating"], "decided partly"),
    ("objection_decide rejected", &["investigating"], "decided rejected"),
    ("objection_execute", &["decided upheld"], "executed upheld"),
    ("objection_execute", &["decided partly"], "executed partly"),
    ("objection_close", &["not_accepted"], "closed"),
    ("objection_close", &["decided rejected"], "closed rejected"),
    ("objection_close", &["executed upheld"], "closed upheld"),
    ("objection_close", &["executed partly"], "closed partly"),
    ("my_objection_withdraw", &["filed", "accepted", "investigating"], "withdrawn"),
    ("objection_execute", &["decided partly appealed"], "executed partly appealed"),
    ("objection_close", &["not_accepted appealed"], "closed appealed"),
    ("objection_close", &["decided rejected appealed"], "closed rejected appealed"),
    ("objection_close", &["executed partly appealed"], "closed partly appealed"),
];

/// Once, against an answer that did not give all she asked for.
const APPEALS: [Edge; 14] = [
    ("my_objection_appeal", &["not_accepted"], "not_accepted appealed"),
    ("my_objection_appeal", &["closed"], "closed appealed"),
    ("my_objection_appeal", &["decided partly"], "decided partly appealed"),
    ("my_objection_appeal", &["executed partly"], "executed partly appealed"),
    ("my_objection_appeal", &["closed partly"], "closed partly appealed"),
    ("my_objection_appeal", &["decided rejected"], "decided rejected appealed"),
    ("my_objection_appeal", &["closed rejected"], "closed rejected appealed"),
    ("objection_enter_appeal", &["not_accepted"], "not_accepted appealed"),
    ("objection_enter_appeal", &["closed"], "closed appealed"),
    ("objection_enter_appeal", &["decided partly"], "decided partly appealed"),
    ("objection_enter_appeal", &["executed partly"], "executed partly appealed"),
    ("objection_enter_appeal", &["closed partly"], "closed partly appealed"),
    ("objection_enter_appeal", &["decided rejected"], "decided rejected appealed"),
    ("objection_enter_appeal", &["closed rejected"], "closed rejected appealed"),
];

const TO_TOWN: [Edge; 31] = {
    let mut all = [COMMON[0]; 31];
    let mut at = 0;
    while at < 31 {
        all[at] = if at < 17 { COMMON[at] } else { APPEALS[at - 17] };
        at += 1;
    }
    all
};

/// The county's own answer is the last: nobody appeals against it.
const TO_COUNTY_ONLY: [Edge; 15] = {
    let mut all = [("my_objection_appeal", &[] as &[&str], "filed"); 15];
    all[14].0 = "objection_enter_appeal";
    let mut at = 0;
    while at < 13 {
        all[at] = COMMON[at];
        at += 1;
    }
    all
};

impl<const TO_COUNTY: bool> Machine for Objections<TO_COUNTY> {
    const EDGES: &'static [Edge] = if TO_COUNTY { &TO_COUNTY_ONLY } else { &TO_TOWN };
    const START: &'static str = "filed";

    /// Once it was answered, with the answer; and whether that was appealed against.
    fn states() -> Vec<&'static str> {
        let answered = Self::EDGES.iter().map(|edge| edge.2).filter(|state| state.contains(' '));
        let plain = ObjectionState::iter().map(ObjectionState::as_str);
        plain.filter(|state| !["decided", "executed"].contains(state)).chain(answered).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        let answered = ["not_accepted", "decided", "executed", "closed"];
        let is_answered = answered.iter().any(|answer| state.starts_with(answer));
        let appeals = matches!(step, "my_objection_appeal" | "objection_enter_appeal");
        match (step, state) {
            ("objection_execute", "decided rejected" | "decided rejected appealed")
            | (
                "objection_close",
                "decided upheld" | "decided partly" | "decided partly appealed",
            ) => "objection_outcome",
            (_, upheld) if appeals && upheld.ends_with(" upheld") => "objection_outcome",
            _ if appeals && is_answered => "objection_appealed",
            _ => "wrong_state",
        }
    }

    fn app(&self) -> &TestApp {
        &self.office.app
    }

    async fn begin(&self) -> String {
        let office = &self.office;
        // WeChat lets nobody sign in too often within a minute.
        office.app.advance(TimeDelta::minutes(1));
        let claim = certified(office).await;
        if !TO_COUNTY {
            return office.filed(&claim).await;
        }
        let answered = office.decided(&claim, "rejected").await;
        let path = format!("/v1/me/objections/{answered}/appeal");
        let wish = json!({"text": "请县里再看一看"});
        office.phone("li-jianguo").await.post(path, wish).await.id()
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let handler = if TO_COUNTY { "county-a" } else { "head" };
        let (whose, who, verb, body) = match step {
            "objection_accept" => ("", handler, "accept", json!({})),
            "objection_refuse" => ("", handler, "refuse", json!({"reason": "无事实"})),
            "objection_investigate" => ("", handler, "investigate", json!({})),
            "objection_execute" => ("", "county-b", "execute", json!({})),
            "objection_close" => ("", "head", "close", json!({})),
            // Somebody who had no hand in the town's answer.
            "objection_enter_appeal" => {
                ("", "county-a", "appeal", json!({"text": "书面申诉", "witness": "王建军"}))
            }
            "my_objection_appeal" => ("me/", "li-jianguo", "appeal", json!({"text": "请再看"})),
            "my_objection_withdraw" => ("me/", "li-jianguo", "withdraw", json!({})),
            decides => {
                let decider = if TO_COUNTY { "county-a" } else { "town-a" };
                let answer = decides.trim_start_matches("objection_decide ");
                ("", decider, "decide", json!({"outcome": answer, "reason": "经核实"}))
            }
        };
        let path = format!("/v1/{whose}objections/{id}/{verb}");
        outcome(&self.office.phone(who).await.post(path, body).await)
    }

    async fn state(&self, id: &str) -> String {
        let shown = self.office.read(id).await;
        let answer = shown["outcome"].as_str().map(|answer| format!(" {answer}"));
        let id: Uuid = id.parse().expect("an id");
        let appeal = objection::Entity::find().filter(objection::Column::AppealOf.eq(id));
        let appeal = appeal.one(&self.app().db).await.expect("objections");
        let appealed = if appeal.is_some() { " appealed" } else { "" };
        let state = shown["state"].as_str().expect("a state");
        format!("{state}{}{appealed}", answer.unwrap_or_default())
    }
}

#[actix_web::test]
async fn an_objection_in_every_state() {
    walk(&Objections::<false> { office: Office::of(start().await).await }).await;
}

#[actix_web::test]
async fn an_appeal_to_the_county_in_every_state() {
    walk(&Objections::<true> { office: Office::of(start().await).await }).await;
}
