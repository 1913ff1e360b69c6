//! `opening_import_commit`, and the booking in the background.

use std::time::Duration;

use chrono::TimeDelta;
use entity::role_assignment::Role;
use entity::volunteer::VolunteerState;
use entity::{ledger_entry, volunteer};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Books, HEAD};

#[actix_web::test]
async fn a_second_person_commits_and_everybody_has_her_points_once() {
    let books = Books::open(3).await;
    let import = books.upload(&books.file()).await.ok();

    books.commit(&books.uploader, &import).await.assert_problem(403, "second_person_required");
    let mut other = import.clone();
    other["digest"] = json!("0".repeat(64));
    books.commit(&books.second, &other).await.assert_problem(409, "digest_mismatch");
    let committed = books.commit(&books.second, &import).await.ok();
    let again = books.commit(&books.second, &import).await.ok();
    books.app.run_jobs().await;

    books.commit(&books.second, &import).await.assert_problem(409, "wrong_state");
    assert_eq!(committed["state"], "committing");
    assert_eq!(again["task"]["id"], committed["task"]["id"], "one task");
    let task = format!("/v1/tasks/{}", committed["task"]["id"].as_str().unwrap());
    let task = books.second.get(task).await.ok();
    assert_eq!((&task["state"], &task["done"]), (&json!("succeeded"), &json!(3)));
    let done = books.read(&import).await;
    assert_eq!(done["state"], "committed");
    assert_eq!((&done["rows_done"], &done["rows_booked"]), (&json!(3), &json!(3)));
    for (volunteer, ..) in &books.people {
        assert_eq!(books.app.points_of(*volunteer).await, (30, 0));
    }
    let (her, ..) = books.people[1];
    let path = format!("/v1/volunteers/{her}/ledger-entries");
    let entry = books.uploader.get(path).await.ok()["items"][0].clone();
    assert_eq!(entry["text"], "纸质积分册结转30分，现有可用积分30分");
    assert_eq!(entry["reason"], "纸质积分册结转：李家村2025年纸质积分册，册一第1页");
    books.close().await;
}

#[actix_web::test]
async fn a_file_sent_again_adds_nothing() {
    let books = Books::open(4).await;
    let twice = [books.upload(&books.file()).await.ok(), books.upload(&books.file()).await.ok()];
    for import in &twice {
        books.commit(&books.second, import).await.assert_ok();
    }
    books.app.run_jobs().await;

    let second = books.read(&twice[1]).await;
    assert_eq!((&second["rows_done"], &second["rows_booked"]), (&json!(4), &json!(0)));
    assert_eq!(books.entries().await, 4);
    let third = books.upload(&books.file()).await.ok();
    assert_eq!(third["state"], "faulty", "what is booked is known");
    books.close().await;
}

#[actix_web::test]
async fn nobody_commits_what_is_about_herself_or_her_kin() {
    let books = Books::open(2).await;
    let station = &books.county.town.stations[0];
    let manager = books.app.volunteer("manager", station).await;
    let by = books.app.staff("manager", Role::StationManager, station).await;
    let own = format!("{}x,{},,manager,30,册一\n", books.file(), manager.card_number);
    let own = books.upload(&own).await.ok();
    books.declare_kin(&manager, books.people[1].0).await;

    let refused = books.commit(&by, &own).await;

    refused.assert_problem(403, "must_recuse");
    assert_eq!(refused.json()["lines"], json!([3, 4]));
    let path = format!("/v1/opening-imports/{}", own["id"].as_str().unwrap());
    let offered = by.get(path).await.ok()["allowed_actions"].clone();
    assert_eq!(offered, json!([]), "no button that is refused");
    let list = by.get(format!("/v1/sites/{}/opening-imports", station.id)).await.ok();
    assert_eq!(list["items"][0]["allowed_actions"], json!([]), "nor in the list");
    books.commit(&books.second, &own).await.assert_ok();
    books.app.run_jobs().await;
    assert_eq!(books.app.points_of(manager.volunteer).await, (30, 0));
    books.close().await;
}

#[actix_web::test]
async fn what_changed_since_it_was_checked_is_not_booked_and_says_so() {
    let books = Books::open(3).await;
    let import = books.upload(&books.file()).await.ok();
    books.app.give(books.people[0].0, 7).await;
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::State, Expr::value(VolunteerState::Suspended))
        .filter(volunteer::Column::Id.eq(books.people[1].0))
        .exec(&books.app.db)
        .await
        .unwrap();

    books.commit(&books.second, &import).await.assert_ok();
    books.app.run_jobs().await;

    let done = books.read(&import).await;
    assert_eq!((&done["rows_done"], &done["rows_booked"]), (&json!(3), &json!(1)));
    let messages: Vec<_> =
        done["faults"].as_array().unwrap().iter().map(|f| f["message"].clone()).collect();
    let [opened, left] =
        ["核对之后，账户已有积分流水，不能再结转", "核对之后，志愿者已不是在册状态"];
    assert_eq!(messages, [opened, left]);
    assert_eq!((&done["rows_refused"], &done["fault_count"]), (&json!(2), &json!(0)));
    let id = done["id"].as_str().unwrap();
    let pages = format!("/v1/opening-imports/{id}/faults?page_size=1");
    let first = books.second.get(&pages).await.ok();
    assert_eq!(
        (&first["items"][0]["line"], &first["items"][0]["message"]),
        (&json!(2), &json!(opened))
    );
    let token = first["next_page_token"].as_str().unwrap();
    let rest = books.second.get(format!("{pages}&page_token={token}")).await.ok();
    assert_eq!(rest["items"][0]["message"], left);
    assert!(rest.get("next_page_token").is_none(), "{rest}");
    let task = format!("/v1/tasks/{}/errors", done["task"]["id"].as_str().unwrap());
    let errors = books.second.get(task).await.ok();
    assert_eq!(errors["items"][0]["code"], "ledger_already_opened");
    assert_eq!(errors["items"][1]["message"], left);
    assert_eq!(books.app.points_of(books.people[0].0).await, (7, 0));
    books.close().await;
}

#[actix_web::test]
async fn who_has_a_cancelled_booking_go_on_answers_for_it() {
    let books = Books::open(120).await;
    let institute = &books.county.town.institute;
    let other = books.app.staff("other", Role::TownAdmin, institute).await;
    let import = books.upload(&books.file()).await.ok();
    let first = books.commit(&books.second, &import).await.ok();
    let task = format!("/v1/tasks/{}", first["task"]["id"].as_str().unwrap());
    books.second.post(format!("{task}/cancel"), json!({})).await.assert_ok();
    books.app.run_jobs().await;

    let stopped = books.read(&import).await;
    assert_eq!(
        (&stopped["state"], &stopped["task"]["state"]),
        (&json!("committing"), &json!("cancelled"))
    );
    let again = books.commit(&other, &import).await.ok();
    books.app.run_jobs().await;

    assert_ne!(again["task"]["id"], first["task"]["id"]);
    assert_ne!(again["committed_by"], first["committed_by"]);
    let done = books.read(&import).await;
    assert_eq!((&done["state"], &done["rows_booked"]), (&json!("committed"), &json!(120)));
    assert_eq!(done["committed_by"], again["committed_by"]);
    books.close().await;
}

#[actix_web::test]
async fn two_who_commit_at_once_commit_once() {
    let books = Books::open(2).await;
    let institute = &books.county.town.institute;
    let other = books.app.staff("other", Role::TownAdmin, institute).await;
    let import = books.upload(&books.file()).await.ok();

    let (one, two) =
        tokio::join!(books.commit(&books.second, &import), books.commit(&other, &import));
    tokio::join!(books.app.run_jobs(), books.app.run_jobs());

    assert_eq!(one.ok()["task"]["id"], two.ok()["task"]["id"]);
    assert_eq!(books.entries().await, 2);
    books.close().await;
}

/// Stopped again and again in the middle, the booking ends with every row once; meanwhile
/// other people's writes go on.
#[actix_web::test]
async fn a_booking_stopped_in_the_middle_goes_on_where_it_was_and_keeps_nobody_waiting() {
    let books = Books::open(400).await;
    let earner = books.app.volunteer("earner", &books.county.town.stations[0]).await;
    let import = books.upload(&books.file()).await.ok();
    books.commit(&books.second, &import).await.assert_ok();

    let (mut stopped_between, mut others) = (0, 0);
    for delay in [30, 60, 100, 140] {
        let job = api::jobs::run_all(&books.app.app);
        let _ = tokio::time::timeout(Duration::from_millis(delay), job).await;
        // What was stopped is taken for dead after half a minute.
        books.app.advance(TimeDelta::minutes(1));
        let done = books.entries().await;
        stopped_between += u32::from(done > 0 && done < 400);
    }
    let other = async {
        loop {
            books.app.give(earner.volunteer, 1).await;
            others += 1;
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = books.app.run_jobs() => {}
        () = other => {}
    }

    let done = books.read(&import).await;
    assert_eq!((&done["rows_done"], &done["rows_booked"]), (&json!(400), &json!(400)));
    assert_eq!(done["state"], "committed");
    for (volunteer, ..) in &books.people {
        assert_eq!(books.app.points_of(*volunteer).await, (30, 0));
    }
    println!("stopped between {stopped_between} times, {others} other writes");
    books.close().await;
}

#[actix_web::test]
async fn a_row_id_names_one_row_for_ever() {
    let books = Books::open(2).await;
    let line = |n: usize| {
        let (_, card, name) = &books.people[n];
        format!("{HEAD}\n同一行,{card},,{name},30,册一\n")
    };
    let [one, two] = [books.upload(&line(0)).await.ok(), books.upload(&line(1)).await.ok()];
    books.commit(&books.second, &one).await.assert_ok();
    books.commit(&books.second, &two).await.assert_ok();
    books.app.run_jobs().await;

    assert_eq!(books.entries().await, 1);
    let second = books.read(&two).await;
    assert_eq!(second["faults"][0]["message"], "该行号已用于另一笔结转，志愿者或积分不同");
    books.close().await;
}

/// An opening that somebody objects to is judged by neither of its two persons.
#[actix_web::test]
async fn who_took_a_book_over_does_not_judge_it() {
    let books = Books::open(1).await;
    let import = books.upload(&books.file()).await.ok();
    books.commit(&books.second, &import).await.assert_ok();
    books.app.run_jobs().await;
    let entry = ledger_entry::Entity::find().one(&books.app.db).await.unwrap().expect("an entry");
    let station = &books.county.town.stations[0];
    let li = books.app.volunteer("li-jianguo", station).await;
    let head = books.app.staff("head", Role::StationManager, station).await;
    let body = json!({"kind": "objection", "text": "册子上是十一分，请核实。",
        "subject": {"kind": "ledger_entry", "id": entry.id}});
    let id = li.client.post("/v1/objections", body).await.id();
    let path = format!("/v1/objections/{id}/accept");

    for who in [&books.uploader, &books.second] {
        who.post(&path, json!({})).await.assert_problem(403, "must_recuse");
    }
    head.post(&path, json!({})).await.assert_ok();
    books.close().await;
}
