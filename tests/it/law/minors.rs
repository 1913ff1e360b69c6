//! Statements 4 and 5: children and young people.

use entity::role_assignment::Role;
use entity::volunteer;
use harness::{Client, Offer, TestApp, born_years_ago, document, guardianship, registration};
use serde_json::{Value, json};

use super::{born, change, trail};

/// The reason as a query has it, and as the trail keeps it.
const WHY: &str = "%E5%8A%9E%E7%90%86%E4%BF%9D%E9%99%A9";
const WHY_KEPT: &str = "办理保险";

#[actix_web::test]
async fn law_04_a_child_under_14_is_blocked_until_her_guardian_consents() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let manager = app.staff("manager", Role::StationManager, station).await;
    let activity = app.published_activity(&manager, station, json!({})).await;
    let birthday = born_years_ago(13);
    let child = app.sign_in("xiaoming").await;
    let body = registration(station, &birthday, 1);
    let id = child.post("/v1/volunteers", body).await.id();
    let child = app.sign_in("xiaoming").await;
    let (verify, sign_up) =
        (format!("/v1/volunteers/{id}/verify"), format!("/v1/activities/{activity}/sign-ups"));

    let early = manager.post(&verify, document(&birthday, 1)).await;
    early.assert_problem(409, "guardian_consent_missing");
    let barred = child.post(&sign_up, json!({})).await;
    assert_eq!(barred.status, 409, "{}", barred.describe());

    let path = format!("/v1/volunteers/{id}/guardians");
    clerk.post(path, guardianship()).await.assert_ok();
    manager.post(&verify, document(&birthday, 1)).await.assert_ok();
    child.post(&sign_up, json!({})).await.assert_ok();
}

/// One person's own data: refused without a reason, and then nothing is answered.
#[actix_web::test]
async fn law_04_staff_read_a_minors_data_for_a_reason_that_is_kept() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let minor = app.rich_volunteer("wang-xiaoming", &shop.station, 40).await;
    app.run_jobs().await;
    let entries = minor.client.get("/v1/me/ledger-entries").await.ok();
    let entry = entries["items"][0]["id"].as_str().expect("an entry").to_owned();
    born(&app, minor.volunteer, &born_years_ago(16)).await;
    let manager = &shop.keepers.manager;
    let path = format!("/v1/volunteers/{}/guardians", minor.volunteer);
    manager.post(path, guardianship()).await.assert_ok();
    let of = |rest: &str| format!("/v1/volunteers/{}{rest}", minor.volunteer);
    let reads = [
        ("volunteer_get", of(""), ""),
        ("guardian_list", of("/guardians"), ""),
        ("volunteer_consents", of("/consents"), ""),
        ("volunteer_corrections", of("/corrections"), ""),
        ("proxy_list", of("/proxies"), ""),
        ("volunteer_points", of("/points"), ""),
        ("volunteer_statement", of("/points/statement"), "&period=2026Q1"),
        ("volunteer_ledger_entries", of("/ledger-entries"), ""),
        ("ledger_entry_proof", format!("/v1/ledger-entries/{entry}/proof"), ""),
    ];

    for (action, path, more) in &reads {
        let plain = manager.get(format!("{path}?{}", more.trim_start_matches('&'))).await;
        plain.assert_problem(422, "invalid_value");
        plain.assert_names("reason");
        assert_eq!(trail(&app, action).await.len(), 0, "{action} was not read");

        manager.get(format!("{path}?reason={WHY}{more}")).await.assert_ok();

        let kept = trail(&app, action).await;
        assert_eq!(kept.len(), 1, "{action}");
        let why = kept[0].detail.as_ref().map(|detail| detail["reason"].clone());
        assert_eq!(why, Some(json!(WHY_KEPT)), "{action}");
        assert_eq!(kept[0].object_id, Some(minor.volunteer.to_string()), "{action}");
        assert!(kept[0].actor_account_id.is_some(), "{action}");
    }
    // Her statement of a quarter in the public tree is read alike, where she has one.
    let proof = of("/points/statement/proof?quarter=2026Q1");
    manager.get(&proof).await.assert_problem(422, "invalid_value");
    let none = manager.get(format!("{proof}&reason={WHY}")).await;
    none.assert_problem(404, "not_found");
    assert_eq!(trail(&app, "volunteer_statement_proof").await.len(), 1);
    // Every operation of the document that is about one volunteer and only reads is above.
    let mut known: Vec<_> = reads.iter().map(|(action, ..)| *action).collect();
    known.push("volunteer_statement_proof");
    for (method, path, id, permission) in super::operations() {
        let of_one = path.starts_with("/v1/volunteers/{volunteer_id}");
        let listed = method != "GET" || !of_one || known.contains(&id.as_str());
        assert!(listed, "{method} {path} ({permission}) reads a volunteer and is not tried here");
    }
    // Who is of age is read without.
    born(&app, minor.volunteer, "1985-06-01").await;
    manager.get(of("")).await.assert_ok();
}

/// Lists show minors masked; in full for a reason that is kept with whom it opened.
#[actix_web::test]
async fn law_04_lists_mask_minors_unless_a_reason_is_kept() {
    let app = TestApp::start().await;
    let shop = app.shop(Offer::default()).await;
    let minor = app.rich_volunteer("wang-xiaoming", &shop.station, 40).await;
    let adult = app.rich_volunteer("li-jianguo", &shop.station, 40).await;
    let manager = &shop.keepers.manager;
    let changes = json!({"starts_at": app.in_minutes(20), "ends_at": app.in_minutes(140)});
    let activity = app.published_activity(manager, &shop.station, changes).await;
    for person in [&minor, &adult] {
        let path = format!("/v1/activities/{activity}/sign-ups");
        person.client.post(path, json!({})).await.assert_ok();
        let roll = json!({"card_number": person.card_number, "direction": "in"});
        let path = format!("/v1/activities/{activity}/attendances");
        manager.post(path, roll).await.assert_ok();
        let (id, _) = shop.redeem(person).await;
        shop.hand_over(&id, person).await.assert_ok();
    }
    born(&app, minor.volunteer, &born_years_ago(16)).await;
    for (person, name) in [(&minor, "王小明"), (&adult, "李建国")] {
        change(&app, person.volunteer, volunteer::Column::Name, name.into()).await;
    }
    let site = shop.station.id;
    let day = (app.clock.now() + chrono::TimeDelta::hours(8)).date_naive();
    let lists = [
        ("volunteer_list", "/v1/volunteers?".to_owned(), "name"),
        ("activity_roster", format!("/v1/sites/{site}/activities/{activity}/roster?"), "name"),
        ("attendance_list", format!("/v1/activities/{activity}/attendances?"), "volunteer_name"),
        (
            "register_list",
            format!("/v1/sites/{site}/redemption-register?from={day}&to={day}"),
            "volunteer_name",
        ),
    ];

    for (action, path, member) in lists {
        let names = async |client: &Client, path: &str| -> Vec<Value> {
            let page = client.get(path).await.ok();
            page["items"].as_array().expect("items").iter().map(|row| row[member].clone()).collect()
        };
        let closed = names(manager, &path).await;
        assert!(closed.contains(&json!("王*明")), "{action}: {closed:?}");
        assert!(closed.contains(&json!("李建国")), "{action}: {closed:?}");
        let before: Vec<_> = trail(&app, action).await;
        assert!(before.iter().all(|row| row.detail.is_none()), "{action}");

        let open = names(manager, &format!("{path}&reason={WHY}")).await;

        assert!(open.contains(&json!("王小明")), "{action}: {open:?}");
        let kept = trail(&app, action).await;
        let detail = kept.iter().find_map(|row| row.detail.clone()).expect(action);
        let expected = json!({"minors": [minor.volunteer], "reason": WHY_KEPT});
        assert_eq!(detail, expected, "{action}");
    }
    let export = format!("/v1/sites/{site}/redemption-register.xlsx?from={day}&to={day}");
    let closed = harness::workbook::cells(&manager.get(&export).await.body, 1).join("\n");
    assert!(closed.contains("王*明") && !closed.contains("王小明"), "{closed}");
    let open = manager.get(format!("{export}&reason={WHY}")).await;
    assert!(harness::workbook::cells(&open.body, 1).join("\n").contains("王小明"));
    let kept = trail(&app, "register_export").await;
    let why = kept.iter().filter_map(|row| row.detail.as_ref()).next().expect("the reason");
    assert_eq!(why["reason"], WHY_KEPT);
}

#[actix_web::test]
async fn law_05_minors_are_barred_from_dangerous_activities_which_need_insurance() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let manager = app.staff("manager", Role::StationManager, station).await;
    let minor = app.volunteer("wang-xiaoming", station).await;
    born(&app, minor.volunteer, &born_years_ago(17)).await;
    app.guardian_consents(&minor).await;
    let danger = json!({"risk_level": "dangerous"});
    let uninsured = app.submitted_activity(&manager, station, danger).await;

    let publish = format!("/v1/activities/{uninsured}/publish");
    let refused = manager.post(publish, json!({})).await;
    refused.assert_problem(409, "insurance_required");

    let insured = json!({"risk_level": "dangerous", "insurance_policy_no": "PICC-1"});
    let insured = app.published_activity(&manager, station, insured).await;
    let plain = json!({"starts_at": app.in_minutes(300), "ends_at": app.in_minutes(360)});
    let plain = app.published_activity(&manager, station, plain).await;
    let sign_up = |id: &str| format!("/v1/activities/{id}/sign-ups");
    let barred = minor.client.post(sign_up(&insured), json!({})).await;
    barred.assert_problem(409, "minor_barred");
    minor.client.post(sign_up(&plain), json!({})).await.assert_ok();
}
