//! A case of disqualification: notice, hearing, review, decision, execution, appeal, end.

use std::cell::Cell;

use chrono::TimeDelta;
use entity::disqualification::{self, DisqualificationState};
use harness::TestApp;
use sea_orm::{EntityTrait as _, Iterable as _};
use serde_json::json;
use uuid::Uuid;

use super::super::disqualification::Court;
use super::{Edge, Machine, Outcome, STAYS, outcome, start, walk};

/// Named by the case and whose it is.
pub(super) struct Cases {
    court: Court,
    people: Cell<u32>,
}

/// What a state's name does not tell: whether her time to speak is over and a supervisor was
/// there, whether she was told of what was dropped, whether her time to appeal is over.
const MORE: [&str; 5] = [
    "statement_period over",
    "statement_period supervised",
    "dropped told",
    "dropped while she spoke",
    "executed for good",
];

impl Cases {
    async fn row(&self, case: &str) -> disqualification::Model {
        let case: Uuid = case.parse().expect("an id");
        let row = disqualification::Entity::find_by_id(case).one(&self.court.app.db).await;
        row.expect("cases").expect("the case")
    }
}

impl Machine for Cases {
    const EDGES: &'static [Edge] = &[
        ("disqualification_notify", &["proposed"], "notified"),
        ("disqualification_deliver", &["notified"], "statement_period"),
        ("my_disqualification_acknowledge", &["notified"], "statement_period"),
        ("my_disqualification_speak", &["statement_period", "statement_period over"], STAYS),
        (
            "my_disqualification_speak",
            &["statement_period supervised"],
            "statement_period supervised",
        ),
        ("disqualification_enter_statement", &["statement_period", "statement_period over"], STAYS),
        (
            "disqualification_enter_statement",
            &["statement_period supervised"],
            "statement_period supervised",
        ),
        ("~ her time to speak is over", &["statement_period"], "statement_period over"),
        ("disqualification_supervise", &["statement_period over"], "statement_period supervised"),
        ("disqualification_review", &["statement_period supervised"], "reviewed"),
        ("disqualification_decide", &["reviewed"], "decided"),
        ("disqualification_execute", &["decided"], "executed"),
        ("disqualification_drop", &["proposed"], "dropped"),
        ("disqualification_drop", &["statement_period"], "dropped while she spoke"),
        (
            "disqualification_drop",
            &[
                "notified",
                "statement_period over",
                "statement_period supervised",
                "reviewed",
                "decided",
            ],
            "dropped told",
        ),
        ("my_disqualification_appeal", &["executed"], "appealed"),
        ("disqualification_enter_appeal", &["executed"], "appealed"),
        ("~ her time to appeal is over", &["executed"], "executed for good"),
        ("disqualification_decide_appeal overturn", &["appealed"], "overturned"),
        ("disqualification_decide_appeal uphold", &["appealed"], "upheld"),
        ("~ the year is over", &["executed", "executed for good", "upheld"], "ended"),
    ];
    const START: &'static str = "proposed";

    fn states() -> Vec<&'static str> {
        DisqualificationState::iter().map(DisqualificationState::as_str).chain(MORE).collect()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        let heard = matches!(
            step,
            "disqualification_supervise"
                | "disqualification_review"
                | "disqualification_decide"
                | "disqualification_execute"
        );
        let appeals =
            matches!(step, "my_disqualification_appeal" | "disqualification_enter_appeal");
        match (step, state) {
            // She hears of it only by the notice.
            (hers, "proposed" | "dropped") if hers.starts_with("my_") => "not_found",
            (_, "statement_period") if heard => "statement_period_running",
            ("disqualification_supervise", "statement_period supervised") => "supervised_already",
            ("disqualification_review", "statement_period over") => "supervisor_missing",
            (_, "executed for good") if appeals => "appeal_window_closed",
            _ => "wrong_state",
        }
    }

    fn status(step: &'static str, state: &'static str) -> u16 {
        if Self::refusal(step, state) == "not_found" { 404 } else { 409 }
    }

    fn app(&self) -> &TestApp {
        &self.court.app
    }

    async fn begin(&self) -> String {
        self.people.set(self.people.get() + 1);
        let name = format!("villager-{}", self.people.get());
        let court = &self.court;
        let her = court.app.rich_volunteer(&name, &court.shop.station, 100).await;
        let path = format!("/v1/volunteers/{}/disqualifications", her.volunteer);
        let case = court.phone("head").await.post(path, Court::proposal()).await.id();
        format!("{case}/{name}")
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let (case, her) = id.split_once('/').expect("a case and a name");
        let said = json!({"text": "处罚已撤销", "witness": "王队长"});
        let outcome_of = |outcome| json!({"outcome": outcome, "note": "已核实"});
        let (who, body) = match step {
            "disqualification_notify" => ("head", json!({})),
            "disqualification_deliver" => ("town-b", json!({"witness": "王队长"})),
            "disqualification_enter_statement" => ("town-b", said),
            "disqualification_supervise" => ("watch", json!({"note": "在场"})),
            "disqualification_review" => ("town-b", json!({"opinion": "proceed", "note": "属实"})),
            "disqualification_decide" => ("town-a", json!({"note": "同意"})),
            "disqualification_execute" => ("town-b", Court::confirmation()),
            "disqualification_drop" => ("town-a", json!({"note": "查无此事"})),
            "disqualification_enter_appeal" => ("town-b", said),
            "disqualification_decide_appeal overturn" => ("county-a", outcome_of("overturn")),
            "disqualification_decide_appeal uphold" => ("county-a", outcome_of("uphold")),
            "my_disqualification_acknowledge" => (her, json!({})),
            "my_disqualification_speak" | "my_disqualification_appeal" => {
                (her, json!({"text": "处罚已撤销"}))
            }
            "~ the year is over" => {
                self.app().advance(TimeDelta::days(366));
                self.app().run_jobs().await;
                return Ok(());
            }
            _ => {
                self.app().advance(TimeDelta::days(40));
                return Ok(());
            }
        };
        let whose = if step.starts_with("my_") { "me/" } else { "" };
        let verb = step.trim_start_matches("my_").trim_start_matches("disqualification_");
        let verb = match verb.split(' ').next().expect("a word") {
            "enter_statement" | "speak" => "statement",
            "enter_appeal" => "appeal",
            "decide_appeal" => "appeal-decision",
            same => same,
        };
        let path = format!("/v1/{whose}disqualifications/{case}/{verb}");
        if !step.starts_with("disqualification_enter_") {
            return outcome(&self.court.phone(who).await.post(path, body).await);
        }
        // On paper speaks and appeals only who has no phone.
        let row = self.row(case).await;
        let account = self.app().account(her).await;
        self.court.bind(row.volunteer_id, None).await;
        let answer = self.court.phone(who).await.post(path, body).await;
        self.court.bind(row.volunteer_id, Some(account)).await;
        outcome(&answer)
    }

    async fn state(&self, id: &str) -> String {
        use DisqualificationState as S;
        let (case, _) = id.split_once('/').expect("a case and a name");
        let row = self.row(case).await;
        let now = self.app().clock.now();
        let speaks = row.statement_until.is_some_and(|until| now < until);
        let late = row.executed_at.is_some_and(|at| now - at > TimeDelta::days(30));
        match row.state {
            S::StatementPeriod if row.supervised_by.is_some() => "statement_period supervised",
            S::StatementPeriod if !speaks => "statement_period over",
            S::Dropped if speaks => "dropped while she spoke",
            S::Dropped if row.notified_at.is_some() => "dropped told",
            S::Executed if late => "executed for good",
            state => state.as_str(),
        }
        .to_owned()
    }
}

#[actix_web::test]
async fn a_case_in_every_state() {
    let court = Court::of(start().await).await;
    walk(&Cases { court, people: Cell::new(0) }).await;
}
