//! `opening_import_list`, `opening_import_get`, `opening_import_faults`,
//! `opening_import_faults_csv`, `opening_import_template`.

use serde_json::json;

use super::{Books, HEAD};

#[actix_web::test]
async fn take_overs_are_listed_newest_first_in_pages() {
    let books = Books::open(1).await;
    let first = books.upload(&books.file()).await.ok();
    let second = books.upload(&books.file()).await.ok();
    let site = books.county.town.stations[0].id;
    let path = format!("/v1/sites/{site}/opening-imports?page_size=1");

    let page = books.uploader.get(&path).await.ok();
    let token = page["next_page_token"].as_str().unwrap();
    let next = books.uploader.get(format!("{path}&page_token={token}")).await.ok();

    assert_eq!(page["items"][0]["id"], second["id"]);
    assert_eq!(next["items"][0]["id"], first["id"]);
    assert!(next.get("next_page_token").is_none());
}

#[actix_web::test]
async fn faults_are_a_list_in_pages_and_a_file_without_formulas() {
    let books = Books::open(1).await;
    let lines: String = (0..30).map(|n| format!("{n},,,=1+1,x,\n")).collect();
    let import = books.upload(&format!("{HEAD}\n{lines}")).await.ok();
    let path = format!("/v1/opening-imports/{}", import["id"].as_str().unwrap());

    assert_eq!(import["fault_count"], 90);
    assert_eq!(import["faults"].as_array().unwrap().len(), 20);
    let mut all = vec![];
    let mut query = String::from("?page_size=40");
    loop {
        let page = books.uploader.get(format!("{path}/faults{query}")).await.ok();
        all.extend(page["items"].as_array().unwrap().clone());
        let Some(token) = page["next_page_token"].as_str() else { break };
        query = format!("?page_size=40&page_token={token}");
    }
    assert_eq!(all.len(), 90);
    assert_eq!(
        all[0],
        json!({"line": 2, "field": "card_number", "message": "卡号与外部编号须填一项"})
    );
    let file = books.uploader.get(format!("{path}/faults.csv")).await;
    let text = String::from_utf8(file.body.clone()).unwrap();
    assert!(text.starts_with('\u{feff}'));
    assert_eq!(text.lines().count(), 91);
    assert!(!text.contains("=1+1"));
    assert!(text.contains("\"卡号\"") && !text.contains("card_number"), "the file's own words");
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
}

#[actix_web::test]
async fn the_template_names_the_columns() {
    let books = Books::open(0).await;
    let file = books.uploader.get("/v1/opening-imports/template.csv").await;
    let text = String::from_utf8(file.body.clone()).unwrap();
    assert_eq!(text.trim_start_matches('\u{feff}').trim_end(), HEAD);
}

#[actix_web::test]
async fn what_does_not_exist_is_not_found_and_an_unchanged_one_is_304() {
    let books = Books::open(1).await;
    let import = books.upload(&books.file()).await.ok();
    let path = format!("/v1/opening-imports/{}", import["id"].as_str().unwrap());
    let tag = books.uploader.get(&path).await.etag().to_owned();
    let headers = [("if-none-match", tag.as_str())];
    let again = books.uploader.send(reqwest::Method::GET, &path, None, &headers).await;
    assert_eq!(again.status, 304);
    let nothing = format!("/v1/opening-imports/{}", uuid::Uuid::now_v7());
    books.uploader.get(nothing).await.assert_problem(404, "not_found");
}
