//! A notice round: drafted, open for its days, closed, booked, put away; or a draft discarded.

use chrono::{DateTime, TimeDelta, Utc};
use entity::notice_round::NoticeState;
use harness::{Answer, TestApp};
use sea_orm::Iterable as _;
use serde_json::json;

use super::super::objection::Office;
use super::offices::{certified, draft_notice, object};
use super::{Edge, Machine, Outcome, outcome, start, walk};

/// Named by the round and a claim it shows.
pub(super) struct Rounds {
    office: Office,
}

/// What a state's name does not tell: whether its days are over, its points are booked, and an
/// entry is kept back.
const MORE: [&str; 6] = [
    "open over",
    "open over doubted",
    "closed booked",
    "closed doubted",
    "closed booked doubted",
    "discarded",
];

impl Machine for Rounds {
    const EDGES: &'static [Edge] = &[
        ("notice_open", &["drafting"], "open"),
        ("notice_discard", &["drafting"], "discarded"),
        ("~ its days pass", &["open"], "open over"),
        ("~ its days pass, an entry in doubt", &["open"], "open over doubted"),
        ("notice_close", &["open over"], "closed"),
        ("notice_close", &["open over doubted"], "closed doubted"),
        ("~ it is booked", &["closed"], "closed booked"),
        ("~ it is booked", &["closed doubted"], "closed booked doubted"),
        ("notice_archive", &["closed booked"], "archived"),
    ];
    const START: &'static str = "drafting";

    fn states() -> Vec<&'static str> {
        NoticeState::iter().map(NoticeState::as_str).chain(MORE).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        match (step, state) {
            (_, "discarded") => "not_found",
            ("notice_close", "open") => "notice_running",
            ("notice_archive", "closed" | "closed doubted") => "notice_settling",
            ("notice_archive", "closed booked doubted") => "notice_has_frozen",
            _ => "wrong_state",
        }
    }

    fn status(_step: &'static str, state: &'static str) -> u16 {
        if state == "discarded" { 404 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.office.app
    }

    async fn begin(&self) -> String {
        let claim = certified(&self.office).await;
        let draft = draft_notice(&self.office).await;
        format!("{}/{claim}", draft["id"].as_str().expect("an id"))
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (round, claim) = id.split_once('/').expect("a round and a claim");
        if step == "~ it is booked" {
            self.app().run_jobs().await;
            return Ok(());
        }
        if step.starts_with('~') {
            if step.ends_with("in doubt") {
                object(&self.office, claim).await;
            }
            self.app().advance(TimeDelta::days(9));
            return Ok(());
        }
        let verb = step.trim_start_matches("notice_");
        let path = format!("/v1/notice-rounds/{round}/{verb}");
        outcome(&self.office.phone("town-a").await.post(path, json!({})).await)
    }

    async fn state(&self, id: &str) -> String {
        let (round, _) = id.split_once('/').expect("a round and a claim");
        let shown = self.show(round).await;
        if shown.status == 404 {
            return "discarded".to_owned();
        }
        let shown = shown.ok();
        let state = shown["state"].as_str().expect("a state");
        let ends = shown["closes_at"].as_str().map(|end| end.parse::<DateTime<Utc>>());
        let passed = |end: DateTime<Utc>| self.app().clock.now() >= end;
        let over = state == "open" && ends.is_some_and(|end| passed(end.expect("an instant")));
        let booked = state == "closed" && !shown["settled_at"].is_null();
        let doubted = shown["counts"]["frozen"].as_i64().expect("a count") > 0;
        let mark = |holds, word| if holds { word } else { "" };
        let (over, booked) = (mark(over, " over"), mark(booked, " booked"));
        format!("{state}{over}{booked}{}", mark(doubted, " doubted"))
    }
}

impl Rounds {
    async fn show(&self, round: &str) -> Answer {
        self.office.phone("town-a").await.get(format!("/v1/notice-rounds/{round}")).await
    }
}

#[actix_web::test]
async fn a_notice_round_in_every_state() {
    walk(&Rounds { office: Office::of(start().await).await }).await;
}
