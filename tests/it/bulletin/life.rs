//! The life of a bulletin, as every role.

use entity::role_assignment::Role;
use sea_orm::Iterable;
use serde_json::json;

use super::{Quarter, id_of, refusal};

#[actix_web::test]
async fn every_role_may_do_what_it_may_and_nothing_else() {
    let quarter = Quarter::over().await;
    let county = &quarter.shop.county;
    let draft = quarter.drafted().await;
    let mut people = Vec::new();
    for role in Role::iter() {
        let at = match role {
            Role::CountyAdmin | Role::SecurityAdmin | Role::Auditor => &county.center,
            Role::TownAdmin | Role::Supervisor | Role::GeneralOffice => &county.town.institute,
            Role::StationManager | Role::Certifier | Role::Clerk => &quarter.shop.station,
        };
        let name = format!("as-{}", role.as_str().replace('_', "-"));
        people.push((role, quarter.app.staff(&name, role, at).await));
    }
    let stranger = quarter.app.staff("stranger", Role::TownAdmin, &county.other.institute).await;
    let body = json!({"quarter": quarter.last()});
    let read = format!("/v1/bulletins/{}", id_of(&draft));
    let mut seen = Vec::new();
    for (role, client) in &people {
        let statuses = [
            client.get(&read).await.status.as_u16(),
            client.post(quarter.path(), body.clone()).await.status.as_u16(),
            client.post(format!("{read}/publish?dry_run=true"), json!({})).await.status.as_u16(),
            client.post(format!("{read}/archive"), json!({})).await.status.as_u16(),
        ];
        seen.push((*role, statuses));
    }
    for (role, statuses) in seen {
        let expected = match role {
            Role::TownAdmin => [200, 409, 200, 409],
            Role::CountyAdmin => [200, 403, 403, 403],
            Role::Supervisor => [200, 403, 403, 403],
            Role::StationManager => [403, 403, 403, 403],
            Role::Certifier | Role::Clerk => [403, 403, 403, 403],
            Role::SecurityAdmin | Role::Auditor | Role::GeneralOffice => [403, 403, 403, 403],
        };
        assert_eq!(statuses, expected, "{role}");
    }
    for path in [read.clone(), format!("{read}/lines")] {
        assert_eq!(stranger.get(&path).await.status, 404);
    }
    assert_eq!(stranger.post(format!("{read}/publish"), json!({})).await.status, 404);
    assert_eq!(quarter.phone("zhang-xiulan").await.get(&read).await.status, 403);
}

#[actix_web::test]
async fn drafted_published_archived_and_never_back() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    assert_eq!(draft["allowed_actions"], json!(["recompile", "discard", "publish"]));
    assert_eq!(refusal(&quarter.step("town", &draft, "archive").await), "409 wrong_state");

    let published = quarter.step("town", &draft, "publish").await.ok();
    assert_eq!(published["allowed_actions"], json!(["archive", "correct"]));
    assert_eq!(refusal(&quarter.step("town", &draft, "recompile").await), "409 wrong_state");

    let archived = quarter.step("town", &draft, "archive").await.ok();
    assert_eq!(archived["allowed_actions"], json!(["correct"]));
    for step in ["publish", "archive", "recompile"] {
        assert_eq!(refusal(&quarter.step("town", &draft, step).await), "409 wrong_state", "{step}");
    }
    let seen = quarter.public(&published, "").await;
    assert_eq!(seen["bulletin"]["state"], "archived", "it stays public");
    quarter.app.assert_sound().await;
}

#[actix_web::test]
async fn somebody_is_reminded_until_it_is_published() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    let town = &quarter.shop.county.town.institute;
    let path = format!("/v1/sites/{}/bulletin-reminders", town.id);
    let due = quarter.phone("town").await.get(&path).await.ok();
    let [item] = due["items"].as_array().unwrap().as_slice() else { panic!("{due}") };
    assert_eq!((&item["action"], &item["overdue"]), (&json!("publish"), &json!(false)));
    assert_eq!(item["may_act"], true);

    quarter.app.advance(chrono::TimeDelta::days(9));
    let late = quarter.phone("town").await.get(&path).await.ok();
    assert_eq!(late["items"][0]["overdue"], true);
    quarter.step("town", &draft, "publish").await.assert_ok();
    assert_eq!(quarter.phone("town").await.get(&path).await.ok()["items"], json!([]));
}
