//! What several machines begin with: claims at an office, and the notices they stand in.

use chrono::TimeDelta;
use entity::ids::VolunteerId;
use harness::Attended;
use serde_json::{Value, json};

use super::super::objection::Office;

/// What somebody did on a day of last month: an attendance that no cap cuts.
pub(super) async fn attended(office: &Office, volunteer: VolunteerId) -> Value {
    let station = &office.county.town.stations[0];
    let like = office.app.attended(&office.zhang, station, office.rules, 5);
    let attended = Attended { volunteer, item_code: "XJ01", ..like };
    json!({"attendance_ids": [office.app.store_attended(&attended).await]})
}

/// A claim of Zhang's that was certified.
pub(super) async fn certified(office: &Office) -> String {
    let wish = attended(office, office.zhang.volunteer).await;
    let filed = office.phone("zhang-xiulan").await.post("/v1/claims", wish).await.ok();
    let claim = filed["results"][0]["id"].as_str().expect("a claim").to_owned();
    let certify = json!({"claim_ids": [claim]});
    let done = office.phone("certifier").await.post("/v1/claims/certify", certify).await.ok();
    assert_eq!(done["results"][0]["status"], "ok", "{done}");
    claim
}

/// Lets a month pass and drafts the notice of all that was certified before.
pub(super) async fn draft_notice(office: &Office) -> Value {
    let month = (office.app.clock.now() + TimeDelta::hours(8)).format("%Y-%m").to_string();
    office.app.advance(TimeDelta::days(32));
    let path = format!("/v1/sites/{}/notice-rounds", office.county.town.institute.id);
    office.phone("town-a").await.post(path, json!({"period": month})).await.ok()
}

/// The same, shown to everybody.
pub(super) async fn open_notice(office: &Office) -> Value {
    let draft = draft_notice(office).await;
    let open = format!("/v1/notice-rounds/{}/open", draft["id"].as_str().expect("an id"));
    office.phone("town-a").await.post(open, json!({})).await.ok()
}

/// Lets its days pass; it is closed and booked by schedule.
pub(super) async fn end_notice(office: &Office) {
    office.app.advance(TimeDelta::days(9));
    for _closing_and_booking in 0..2 {
        office.app.run_jobs().await;
    }
}

/// Answers an objection that was taken up and, where it is upheld, puts it right.
pub(super) async fn answer(office: &Office, objection: &str, outcome: &str) {
    office.step("head", objection, "investigate", json!({})).await.assert_ok();
    let decision = json!({"outcome": outcome, "reason": "经核实"});
    office.step("town-a", objection, "decide", decision).await.assert_ok();
    if outcome == "upheld" {
        office.step("county-a", objection, "execute", json!({})).await.assert_ok();
    }
}

/// An objection of Li's that was taken up.
pub(super) async fn object(office: &Office, claim: &str) -> String {
    let objection = office.filed(claim).await;
    office.step("head", &objection, "accept", json!({})).await.assert_ok();
    objection
}
