//! The site tree, settings, staff, appointments, redemption points.

// Marked as test code so that its plain helper functions may unwrap, too.
#![cfg(test)]

mod appointment;
mod cli;
mod redemption_point;
mod setting_inherit;
mod setting_list;
mod setting_set;
mod site_create;
mod site_get;
mod site_list;
mod site_update;
mod staff_accept;
mod staff_invitation;
mod staff_invite;
mod staff_list;
mod staff_revoke;

use harness::{Client, County};
use serde_json::{Value, json};

/// An id that nothing has.
const NOBODY: &str = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

/// The path of something of the town's first station.
fn station(county: &County, rest: &str) -> String {
    format!("/v1/sites/{}{rest}", county.town.stations[0].id)
}

/// The path of something of the town's institute.
fn institute(county: &County, rest: &str) -> String {
    format!("/v1/sites/{}{rest}", county.town.institute.id)
}

/// Invites somebody to roles; answers the code.
async fn invite(inviter: &Client, path: &str, roles: Value) -> String {
    let body = json!({"invitee_name": "李国强", "roles": roles});
    let invited = inviter.post(path, body).await.ok();
    invited["code"].as_str().unwrap().to_owned()
}

/// Accepts an invitation.
async fn accept(who: &Client, code: &str) -> harness::Answer {
    who.post("/v1/staff-invitations/accept", json!({"code": code})).await
}
