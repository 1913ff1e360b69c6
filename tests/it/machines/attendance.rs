//! An attendance: in, out, confirmed, in dispute or nobody's, while its activity goes on.

use std::cell::Cell;

use chrono::TimeDelta;
use harness::{Client, TestApp};
use serde_json::json;

use super::super::attendance::Scene;
use super::{Edge, Machine, Outcome, STAYS, item_outcome, outcome, start, walk};

/// Named by the activity, the attendance, whose it is and her card.
pub(super) struct Attendances {
    scene: Scene,
    people: Cell<u32>,
}

/// Its state and the activity's: what may become of it depends on both.
const STATES: [&str; 17] = [
    "checked_in published",
    "checked_out published",
    "checked_in cancelled",
    "checked_out cancelled",
    "checked_in in_progress",
    "checked_out in_progress",
    "disputed in_progress",
    "confirmed in_progress",
    "checked_in ended",
    "checked_out ended",
    "disputed ended",
    "confirmed ended",
    "no_show ended",
    "confirmed recorded",
    "no_show recorded",
    "confirmed archived",
    "no_show archived",
];

const WHILE_IT_LASTS: &[&str] = &["checked_in in_progress", "checked_out in_progress"];
const NOT_DOUBTED: &[&str] = &["checked_in ended", "checked_out ended"];
const UNDECIDED: &[&str] = &["checked_in ended", "checked_out ended", "disputed ended"];

impl Machine for Attendances {
    const EDGES: &'static [Edge] = &[
        ("roll_call out", &["checked_in published"], "checked_out published"),
        ("roll_call out", &["checked_in in_progress"], "checked_out in_progress"),
        ("roll_call out", &["checked_in ended"], "checked_out ended"),
        ("attendance_dispute", WHILE_IT_LASTS, "disputed in_progress"),
        ("attendance_dispute", NOT_DOUBTED, "disputed ended"),
        ("attendance_dispute by her", WHILE_IT_LASTS, "disputed in_progress"),
        ("attendance_dispute by her", NOT_DOUBTED, "disputed ended"),
        ("attendance_confirm", &["checked_out in_progress"], "confirmed in_progress"),
        ("attendance_confirm", UNDECIDED, "confirmed ended"),
        ("attendance_mark_no_show", UNDECIDED, "no_show ended"),
        // Said once more.
        (
            "roll_call out",
            &[
                "checked_out published",
                "checked_out cancelled",
                "checked_out in_progress",
                "checked_out ended",
            ],
            STAYS,
        ),
        (
            "attendance_confirm",
            &[
                "confirmed in_progress",
                "confirmed ended",
                "confirmed recorded",
                "confirmed archived",
            ],
            STAYS,
        ),
        (
            "attendance_mark_no_show",
            &["no_show ended", "no_show recorded", "no_show archived"],
            STAYS,
        ),
        // The activity's own way.
        ("~ it is called off", &["checked_in published"], "checked_in cancelled"),
        ("~ it is called off", &["checked_out published"], "checked_out cancelled"),
        ("~ it begins", &["checked_in published"], "checked_in in_progress"),
        ("~ it begins", &["checked_out published"], "checked_out in_progress"),
        ("~ it ends", &["checked_in in_progress"], "checked_in ended"),
        ("~ it ends", &["checked_out in_progress"], "checked_out ended"),
        ("~ it ends", &["disputed in_progress"], "disputed ended"),
        ("~ it ends", &["confirmed in_progress"], "confirmed ended"),
        ("~ it is recorded", &["confirmed ended"], "confirmed recorded"),
        ("~ it is recorded", &["no_show ended"], "no_show recorded"),
        ("~ it is put away", &["confirmed recorded"], "confirmed archived"),
        ("~ it is put away", &["no_show recorded"], "no_show archived"),
    ];
    const START: &'static str = "checked_in published";

    fn states() -> Vec<&'static str> {
        STATES.to_vec()
    }

    fn refusal(step: &'static str, state: &'static str) -> &'static str {
        let (hers, activity) = state.split_once(' ').expect("two words");
        match (step, hers, activity) {
            (_, _, "cancelled") => "activity_cancelled",
            ("roll_call out", "no_show", _) => "not_in",
            ("roll_call out", _, _) => "too_late",
            _ => "wrong_state",
        }
    }

    fn app(&self) -> &TestApp {
        &self.scene.app
    }

    async fn begin(&self) -> String {
        self.people.set(self.people.get() + 1);
        let (scene, name) = (&self.scene, format!("villager-{}", self.people.get()));
        let her = scene.app.volunteer(&name, &scene.station).await;
        let body = json!({
            "kind": "service", "rule_item_code": "HJ01", "needs_sign_up": false,
            "starts_at": scene.app.in_minutes(20), "ends_at": scene.app.in_minutes(140),
        });
        let manager = self.manager().await;
        let activity = scene.app.published_activity(&manager, &scene.station, body).await;
        let path = format!("/v1/activities/{activity}/attendances");
        let body = json!({"card_number": her.card_number, "direction": "in"});
        let came = manager.post(path, body).await.ok();
        let attendance = came["attendance_id"].as_str().expect("an attendance");
        format!("{activity}/{attendance}/{name}/{}/{}", her.volunteer, her.card_number)
    }

    async fn take(&self, step: &'static str, id: &str) -> Outcome {
        let parts: Vec<_> = id.split('/').collect();
        let [activity, attendance, name, volunteer, card] = parts[..] else { panic!("{id}") };
        let of_activity = format!("/v1/activities/{activity}");
        let of_all = format!("{of_activity}/attendances");
        let dispute = format!("{of_all}/{attendance}/dispute");
        let (path, body) = match step {
            "~ it begins" => return self.pass(21),
            "~ it ends" => return self.pass(120),
            "~ it is recorded" => {
                (format!("{of_activity}/record"), json!({"evaluation": "清扫了三条村道。"}))
            }
            "~ it is put away" => (format!("{of_activity}/archive"), json!({})),
            "~ it is called off" => (format!("{of_activity}/cancel"), json!({"reason": "下雨"})),
            "roll_call out" => (of_all, json!({"card_number": card, "direction": "out"})),
            "attendance_confirm" => {
                let item = json!({"attendance_id": attendance});
                (format!("{of_all}/confirm"), json!({"items": [item]}))
            }
            "attendance_mark_no_show" => {
                let item = json!({"volunteer_id": volunteer});
                (format!("{of_all}/no-show"), json!({"items": [item]}))
            }
            _ => (dispute, json!({"reason": "本人说没有到场"})),
        };
        let who = if step == "attendance_dispute by her" { name } else { "manager" };
        let answer = self.app().sign_in(who).await.post(path, body).await;
        let is_batch = matches!(step, "attendance_confirm" | "attendance_mark_no_show");
        if is_batch { item_outcome(&answer) } else { outcome(&answer) }
    }

    async fn state(&self, id: &str) -> String {
        let parts: Vec<_> = id.split('/').collect();
        let (activity, attendance) = (parts[0], parts[1]);
        let rows = self.scene.attendances().await;
        let row = rows.iter().find(|row| row.id.to_string() == attendance).expect("hers");
        let path = format!("/v1/sites/{}/activities/{activity}", self.scene.station.id);
        let shown = self.manager().await.get(path).await.ok();
        format!("{} {}", row.state, shown["state"].as_str().expect("a state"))
    }
}

impl Attendances {
    /// Signed in anew: time passes here.
    async fn manager(&self) -> Client {
        self.app().sign_in("manager").await
    }

    fn pass(&self, minutes: i64) -> Outcome {
        self.app().advance(TimeDelta::minutes(minutes));
        Ok(())
    }
}

#[actix_web::test]
async fn an_attendance_in_every_state() {
    let scene = Scene::of(start().await, json!({})).await;
    walk(&Attendances { scene, people: Cell::new(0) }).await;
}
