//! `opening_row_list`.

use chrono::Days;
use entity::role_assignment::Role;
use entity::volunteer;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{Books, HEAD};

fn address(import: &Value) -> String {
    format!("/v1/opening-imports/{}/rows", import["id"].as_str().unwrap())
}

#[actix_web::test]
async fn a_second_person_reads_whom_she_signs_for_by_line_in_pages() {
    let books = Books::open(3).await;
    let text = books.file().replace("村民1,30", "村民1,99999");
    let import = books.upload(&text).await.ok();
    let path = address(&import);

    let first = books.second.get(format!("{path}?page_size=2")).await.ok();
    let token = first["next_page_token"].as_str().unwrap();
    let rest = books.second.get(format!("{path}?page_size=2&page_token={token}")).await.ok();

    let (her, card, name) = &books.people[1];
    let tail: String = card.chars().skip(card.chars().count() - 4).collect();
    let shown = json!({
        "line": 3, "row_id": "行1", "volunteer_id": her, "volunteer_name": name,
        "card_tail": tail, "points": 99999, "book_page": "册一第1页",
    });
    assert_eq!(first["items"][1], shown);
    let lines = first["items"].as_array().unwrap().iter().chain(rest["items"].as_array().unwrap());
    let lines: Vec<_> = lines.map(|row| row["line"].clone()).collect();
    assert_eq!(lines, [2, 3, 4]);
    assert!(rest.get("next_page_token").is_none(), "{rest}");
    books.close().await;
}

#[actix_web::test]
async fn what_became_of_the_rows_stands_beside_them() {
    let books = Books::open(2).await;
    let import = books.upload(&books.file()).await.ok();
    books.app.give(books.people[0].0, 7).await;
    books.commit(&books.second, &import).await.assert_ok();
    books.app.run_jobs().await;

    let rows = books.second.get(address(&import)).await.ok();

    let [left, booked] = [0, 1].map(|n: usize| rows["items"][n].clone());
    assert_eq!(left["outcome"], "refused");
    assert_eq!(left["refusal"], "核对之后，账户已有积分流水，不能再结转");
    assert!(left.get("entry_id").is_none(), "{left}");
    assert_eq!(booked["outcome"], "booked");
    assert!(booked["entry_id"].is_string() && booked.get("refusal").is_none(), "{booked}");
    books.close().await;
}

#[actix_web::test]
async fn a_minors_name_is_masked() {
    let books = Books::open(2).await;
    let born = books.app.clock.now().date_naive() - Days::new(3_650);
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::BirthDate, Expr::value(born))
        .filter(volunteer::Column::Id.eq(books.people[0].0))
        .exec(&books.app.db)
        .await
        .unwrap();
    let import = books.upload(&books.file()).await.ok();

    let rows = books.second.get(address(&import)).await.ok();

    let child = rows["items"][0]["volunteer_name"].as_str().unwrap();
    assert!(child.contains('*') && child != books.people[0].2, "{child}");
    assert_eq!(rows["items"][1]["volunteer_name"], books.people[1].2.as_str());
}

#[actix_web::test]
async fn a_file_with_faults_has_no_rows() {
    let books = Books::open(1).await;
    let import = books.upload(&format!("{}x,,,无此人,30,册一\n", books.file())).await.ok();
    assert_eq!(books.second.get(address(&import)).await.ok()["items"], json!([]));
    let empty = books.upload(&format!("{HEAD}\nx,,,无此人,30,册一\n")).await.ok();
    assert_eq!(books.second.get(address(&empty)).await.ok()["items"], json!([]));
}

#[actix_web::test]
async fn only_who_may_take_over_books_of_that_site_reads_them() {
    let books = Books::open(1).await;
    let path = address(&books.upload(&books.file()).await.ok());
    let town = &books.county.town;
    let clerk = books.app.staff("clerk", Role::Clerk, &town.stations[0]).await;
    let neighbour = books.app.staff("neighbour", Role::StationManager, &town.stations[1]).await;
    let far = books.app.staff("far", Role::TownAdmin, &books.county.other.institute).await;

    clerk.get(&path).await.assert_problem(403, "permission_denied");
    neighbour.get(&path).await.assert_problem(403, "permission_denied");
    far.get(&path).await.assert_problem(404, "not_found");
    books.uploader.get(&path).await.assert_ok();
}
