//! `public_notice_list`, `public_notice_get`, `public_notice_entries`, `public_notice_entry`,
//! `public_notice_corrections`: everybody, without signing in.

use reqwest::Method;
use serde_json::{Value, json};

use super::Board;

/// Numbers, ids and times that differ from run to run, replaced by what they are.
fn steady(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let word = match name.as_str() {
                        "number" | "site_id" | "digest" | "opened_at" | "closes_at"
                        | "closed_at" | "page_path" | "period" | "title" | "served_on" | "seal"
                        | "made_at" => {
                            json!(format!("<{name}>"))
                        }
                        "text" => json!("<person>"),
                        _ => {
                            walk(member);
                            continue;
                        }
                    };
                    *member = word;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    walk(&mut value);
    value
}

#[actix_web::test]
async fn everybody_reads_a_round_in_this_form() {
    let (board, round) = Board::open().await;
    board.set("filing_number", json!("蜀ICP备2026000000号")).await;
    board.set("complaint_phone", json!("028-00000000")).await;
    board.set("complaint_address", json!("便民服务中心3号窗口")).await;
    board.set("privacy_rules", json!("https://example.gov.cn/privacy")).await;

    insta::assert_json_snapshot!("notice", steady(board.public(&round, "").await));
    insta::assert_json_snapshot!("entry", steady(board.public(&round, "/entries/1").await));
    insta::assert_json_snapshot!("entries", steady(board.public(&round, "/entries").await));
    let path = format!("/v1/public/sites/{}/notices", board.county.town.institute.id);
    let list = board.app.anonymous().get(path).await.ok();
    insta::assert_json_snapshot!("notices", steady(list));
}

/// Who opens her station's page finds the notice that covers it, and after its days how to object.
#[actix_web::test]
async fn a_stations_page_shows_what_its_town_gives_notice_of() {
    let (board, round) = Board::open().await;
    let at = |site: &entity::site::Model| format!("/v1/public/sites/{}/notices", site.id);
    let anyone = board.app.anonymous();
    let numbers = async |site| {
        let list = anyone.get(at(site)).await.ok();
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["number"].clone())
            .collect::<Vec<_>>()
    };

    assert_eq!(numbers(&board.county.town.stations[0]).await, [round["number"].clone()]);
    assert_eq!(numbers(&board.county.other.stations[0]).await, [json!(null); 0]);
    let without = anyone.get(at(&board.county.other.stations[0])).await.ok();
    let how = without["notes"]["how_to_object"].as_str().unwrap();
    assert!(how.starts_with("还没有公示") && !how.contains("公示期已满"), "{how}");

    let during = board.public(&round, "").await["notes"]["how_to_object"].to_string();
    board.app.advance(chrono::TimeDelta::days(9));
    let after = board.public(&round, "").await["notes"]["how_to_object"].to_string();
    assert!(during.contains("请在公示期内") && after.contains("公示期已满"), "{during} {after}");
}

#[actix_web::test]
async fn the_digest_can_be_computed_from_what_is_public() {
    let (board, round) = Board::open().await;
    let notice = board.public(&round, "").await;
    let entries = board.public(&round, "/entries").await;
    let seals = entries["items"].as_array().unwrap().iter();
    let lines: String = seals.map(|e| format!("{}\n", e["seal"].as_str().unwrap())).collect();
    let digest = api::platform::crypto::digest::sha256_hex(lines.as_bytes());
    assert_eq!(notice["notice"]["digest"], digest);
}

#[actix_web::test]
async fn answers_are_kept_for_less_than_a_minute_and_validated() {
    let (board, round) = Board::open().await;
    let path = format!("/v1/public/notices/{}/entries", round["number"].as_str().unwrap());
    let stranger = board.app.anonymous();
    let first = stranger.get(&path).await;
    let kept = &first.headers["cache-control"];
    let seconds: u32 =
        kept.split("max-age=").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    assert!(seconds <= 60 && kept.contains("must-revalidate"), "{kept}");
    let tag = first.headers["etag"].clone();
    let again = stranger.send(Method::GET, &path, None, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, 304);
}

#[actix_web::test]
async fn pages_go_on_where_the_last_ended() {
    let (board, round) = Board::open().await;
    let page = board.public(&round, "/entries?page_size=1").await;
    let token = page["next_page_token"].as_str().unwrap();
    let rest = board.public(&round, &format!("/entries?page_size=1&page_token={token}")).await;
    assert_eq!(
        (&page["items"][0]["position"], &rest["items"][0]["position"]),
        (&1.into(), &2.into())
    );
    assert!(rest["next_page_token"].is_null());
}

#[actix_web::test]
async fn drafts_and_unknown_numbers_are_not_found() {
    let board = Board::certified().await;
    let draft = board.draft().await;
    let number = draft["number"].as_str().unwrap();
    let stranger = board.app.anonymous();
    for path in [
        format!("/v1/public/notices/{number}"),
        format!("/v1/public/notices/{number}/entries"),
        format!("/v1/public/notices/{number}/entries/1"),
        format!("/v1/public/notices/{number}/corrections"),
        format!("/public/notices/{number}"),
        "/v1/public/notices/GS000".into(),
        "/v1/public/notices/GS000/entries/one".into(),
        "/public/notices/%3Cscript%3E".into(),
        "/public/sites/nowhere/notices".into(),
    ] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    let path = format!("/v1/public/sites/{}/notices", board.county.town.institute.id);
    assert_eq!(stranger.get(path).await.ok()["items"], json!([]));
    board.step("town", &draft, "open").await.assert_ok();
    let past = format!("/v1/public/notices/{number}/entries/3");
    assert_eq!(stranger.get(past).await.status, 404);
}
