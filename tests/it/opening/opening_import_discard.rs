//! `opening_import_discard`.

use chrono::Utc;
use entity::role_assignment::Role;
use entity::{opening_import, relative};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Books, HEAD};

#[actix_web::test]
async fn what_is_discarded_stays_in_the_list_and_is_never_booked() {
    let books = Books::open(2).await;
    let [own, others] =
        [books.upload(&books.file()).await.ok(), books.upload(&books.file()).await.ok()];

    let taken_back = books.discard(&books.uploader, &own).await.ok();
    let turned_down = books.discard(&books.second, &others).await.ok();

    for discarded in [&taken_back, &turned_down] {
        assert_eq!(discarded["state"], "discarded");
        assert_eq!(discarded["allowed_actions"], json!([]));
        assert!(discarded.get("committed_by").is_none(), "{discarded}");
        books.commit(&books.second, discarded).await.assert_problem(409, "wrong_state");
        books.discard(&books.second, discarded).await.assert_problem(409, "wrong_state");
    }
    let site = books.county.town.stations[0].id;
    let list = books.uploader.get(format!("/v1/sites/{site}/opening-imports")).await.ok();
    let states = [0, 1].map(|n: usize| list["items"][n]["state"].clone());
    assert_eq!(states, [json!("discarded"), json!("discarded")]);
    books.app.run_jobs().await;
    assert_eq!(books.entries().await, 0);
    books.close().await;
}

#[actix_web::test]
async fn a_faulty_file_is_discarded_and_its_faults_stay() {
    let books = Books::open(0).await;
    let import = books.upload(&format!("{HEAD}\nx,,,无此人,30,册一\n")).await.ok();
    assert_eq!(import["allowed_actions"], json!(["discard"]));

    books.discard(&books.second, &import).await.assert_ok();

    let shown = books.read(&import).await;
    assert_eq!((&shown["state"], &shown["fault_count"]), (&json!("discarded"), &json!(1)));
    assert_eq!(shown["faults"], import["faults"]);
    books.close().await;
}

#[actix_web::test]
async fn a_booking_is_stopped_before_the_rest_of_it_is_discarded() {
    let books = Books::open(120).await;
    let import = books.upload(&books.file()).await.ok();
    let committed = books.commit(&books.second, &import).await.ok();
    assert_eq!(committed["allowed_actions"], json!(["commit"]), "no button that is refused");
    books.discard(&books.uploader, &import).await.assert_problem(409, "wrong_state");
    let task = format!("/v1/tasks/{}", committed["task"]["id"].as_str().unwrap());
    books.second.post(format!("{task}/cancel"), json!({})).await.assert_ok();
    let offered = |shown: &Value| shown["allowed_actions"].clone();
    assert_eq!(offered(&books.read(&import).await), json!(["discard"]));
    let site = books.county.town.stations[0].id;
    let list = books.second.get(format!("/v1/sites/{site}/opening-imports")).await.ok();
    assert_eq!(offered(&list["items"][0]), json!(["commit", "discard"]));

    let discarded = books.discard(&books.uploader, &import).await.ok();
    books.app.run_jobs().await;

    assert_eq!(discarded["state"], "discarded");
    assert_eq!(discarded["committed_by"], committed["committed_by"], "who had signed for it");
    books.commit(&books.second, &import).await.assert_problem(409, "wrong_state");
    assert_eq!(books.entries().await, 0);
    books.close().await;
}

#[actix_web::test]
async fn another_discards_nothing_about_herself_or_her_kin() {
    let books = Books::open(2).await;
    let station = &books.county.town.stations[0];
    let by = books.app.staff("manager", Role::StationManager, station).await;
    let account = books.app.account("manager").await;
    let row = relative::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        account_id: Set(account),
        volunteer_id: Set(books.people[1].0),
        relation: Set("母女".into()),
        declared_by: Set(account),
        declared_at: Set(Utc::now()),
        withdrawn_at: Set(None),
    };
    relative::Entity::insert(row).exec_without_returning(&books.app.db).await.unwrap();
    let import = books.upload(&books.file()).await.ok();

    let refused = books.discard(&by, &import).await;

    refused.assert_problem(403, "must_recuse");
    assert_eq!(refused.json()["lines"], json!([3]));
    books.commit(&books.second, &import).await.assert_ok();
    books.close().await;
}

#[actix_web::test]
async fn only_who_may_take_over_books_of_that_site_discards_them() {
    let books = Books::open(1).await;
    let import = books.upload(&books.file()).await.ok();
    let town = &books.county.town;
    let clerk = books.app.staff("clerk", Role::Clerk, &town.stations[0]).await;
    let neighbour = books.app.staff("neighbour", Role::StationManager, &town.stations[1]).await;
    let far = books.app.staff("far", Role::TownAdmin, &books.county.other.institute).await;

    books.discard(&clerk, &import).await.assert_problem(403, "permission_denied");
    books.discard(&neighbour, &import).await.assert_problem(403, "permission_denied");
    books.discard(&far, &import).await.assert_problem(404, "not_found");
    assert_eq!(books.read(&import).await["state"], "checked");
}

#[actix_web::test]
async fn the_database_itself_keeps_what_was_discarded_as_it_is() {
    let books = Books::open(1).await;
    let import = books.upload(&books.file()).await.ok();
    books.discard(&books.uploader, &import).await.assert_ok();
    let id: Uuid = import["id"].as_str().unwrap().parse().unwrap();

    let revived = opening_import::Entity::update_many()
        .col_expr(
            opening_import::Column::State,
            Expr::value(opening_import::OpeningImportState::Checked),
        )
        .filter(opening_import::Column::Id.eq(id))
        .exec(&books.app.db)
        .await;

    let refusal = revived.unwrap_err().to_string();
    assert!(refusal.contains("opening_import is discarded"), "{refusal}");
}
