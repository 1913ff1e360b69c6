//! A notice's files: print sheet, workbook, words for the loudspeaker, screen.

use api::platform::clock::local_day;
use api::platform::text::spoken;
use api::publicity::{Strike, strike_entry};
use chrono::NaiveDate;
use harness::workbook::cells;
use harness::{Person, pdf};
use serde_json::{Value, json};

use super::Board;

fn tail(person: &Person) -> &str {
    &person.card_number[person.card_number.len() - 4..]
}

async fn fetch(board: &Board, round: &Value, rest: &str) -> harness::Answer {
    let number = round["number"].as_str().unwrap();
    board.app.anonymous().get(format!("/v1/public/notices/{number}/{rest}")).await
}

/// What differs from run to run, replaced by what it is.
async fn steady(board: &Board, round: &Value, mut text: String) -> String {
    let notice = board.public(round, "").await["notice"].clone();
    let entries = board.public(round, "/entries").await;
    for entry in entries["items"].as_array().unwrap() {
        text = text.replace(entry["seal"].as_str().unwrap(), "[seal]");
    }
    for name in ["digest", "title", "number"] {
        text = text.replace(notice[name].as_str().unwrap(), &format!("[{name}]"));
    }
    for person in [&board.zhang, &board.li] {
        text = text.replace(&spoken::one_by_one(tail(person)), "[spoken tail]");
        text = text.replace(tail(person), "[tail]");
    }
    let month = notice["period"].as_str().unwrap();
    let month: NaiveDate = format!("{month}-01").parse().unwrap();
    let year = spoken::year(chrono::Datelike::year(&month));
    let number = spoken::number(chrono::Datelike::month(&month).into());
    text = text.replace(&format!("{year}年{number}月积分公示"), "[spoken month]积分公示");
    let at = |name: &str| {
        let at: chrono::DateTime<chrono::Utc> = notice[name].as_str().unwrap().parse().unwrap();
        local_day(at)
    };
    let served = |at: usize| -> NaiveDate {
        entries["items"][at]["served_on"].as_str().unwrap().parse().unwrap()
    };
    let days = [
        (at("opened_at"), "opened"),
        (at("closes_at").pred_opt().unwrap(), "last day"),
        (at("closes_at"), "closes"),
        (served(0), "served first"),
        (served(1), "served second"),
    ];
    for (day, word) in days {
        text = text.replace(&day.to_string(), &format!("[{word}]"));
        text = text.replace(&day.format("%Y年%-m月%-d日").to_string(), &format!("[{word}]"));
        text = text.replace(&day.format("%-m月%-d日").to_string(), &format!("[{word}]"));
        text = text.replace(&spoken::month_and_day(day), &format!("[spoken {word}]"));
    }
    let opened = notice["opened_at"].as_str().unwrap();
    let opened: chrono::DateTime<chrono::Utc> = opened.parse().unwrap();
    let minute = opened.with_timezone(&chrono::FixedOffset::east_opt(8 * 3600).unwrap());
    text = text.replace(&format!("[opened]{}", minute.format("%H:%M")), "[opened]");
    text.replace(&board.app.base, "[base]")
}

#[actix_web::test]
async fn the_loudspeaker_gets_sentences_without_digits_or_signs() {
    let (board, round) = Board::open().await;
    board.set("complaint_phone", json!("028-85550001")).await;
    board.set("complaint_address", json!("便民服务中心3号窗口")).await;
    let text = fetch(&board, &round, "broadcast.txt").await.text();
    let unsaid: Vec<_> =
        text.chars().filter(|c| c.is_ascii_digit() || "<>/:&-_()（）".contains(*c)).collect();
    assert!(unsaid.is_empty(), "{unsaid:?} in {text}");
    insta::assert_snapshot!("broadcast", steady(&board, &round, text).await);
}

#[actix_web::test]
async fn the_workbook_is_this() {
    let (board, round) = Board::open().await;
    let answer = fetch(&board, &round, "notice.xlsx").await;
    let text = cells(&answer.body, 1).join("\n");
    insta::assert_snapshot!("workbook", steady(&board, &round, text).await);
}

#[actix_web::test]
async fn the_print_sheet_is_this() {
    let (board, round) = Board::open().await;
    board.set("filing_number", json!("蜀ICP备2026000000号")).await;
    let a4 = fetch(&board, &round, "print.pdf").await;
    assert_eq!(a4.headers["content-type"], "application/pdf");
    assert!(a4.headers["cache-control"].contains("max-age=25"));
    assert!(a4.body == fetch(&board, &round, "print.pdf").await.body, "the same bytes again");
    let text = pdf::pages(&a4.body).join("\n=====\n");
    insta::assert_snapshot!("print", steady(&board, &round, text).await);
    let a3 = fetch(&board, &round, "print.pdf?paper=a3").await;
    assert_eq!(pdf::pages(&a3.body), pdf::pages(&a4.body));
}

#[actix_web::test]
async fn a_long_notice_comes_in_shares_that_lose_nobody() {
    let board = Board::set_up().await;
    let model = board.certify(&board.zhang, 5).await;
    board.certified_like(model, 249).await;
    board.next_month();
    let draft = board.draft().await;
    let round = board.step("town", &draft, "open").await.ok();
    let mut read = 0;
    for part in 1..=3 {
        let text = fetch(&board, &round, &format!("broadcast.txt?part={part}")).await.text();
        read += text.lines().filter(|line| line.contains("条，尾号")).count();
        assert!(text.contains("共三部分"), "{text}");
    }
    assert_eq!(read, 250);
    assert_eq!(fetch(&board, &round, "broadcast.txt?part=4").await.status, 404);
    let sheet = pdf::pages(&fetch(&board, &round, "print.pdf").await.body);
    assert!(sheet.len() > 5 && sheet[1].contains("序号 | 志愿者"), "{} pages", sheet.len());
    assert!(sheet.last().unwrap().contains(&format!("共{}页", sheet.len())));
    let rows = cells(&fetch(&board, &round, "notice.xlsx").await.body, 1);
    assert_eq!(rows.len(), 256, "a head of four lines, and how to object");
    assert!(rows[255].contains("到所站书面提出"), "{}", rows[255]);
}

#[actix_web::test]
async fn a_screen_shows_the_open_notice_of_its_town() {
    let (board, round) = Board::open().await;
    let station = board.county.town.stations[1].id;
    let path = format!("/v1/public/sites/{station}/screen");
    let screen = board.app.anonymous().get(&path).await.ok();
    let page = &screen["pages"][0];
    assert_eq!(page["kind"], "notice");
    assert_eq!(page["title"], board.public(&round, "").await["notice"]["title"]);
    assert_eq!(page["lines"].as_array().unwrap().len(), 2);
    let line = page["lines"][0].as_str().unwrap();
    assert!(line.starts_with("尾号") && line.ends_with("　4分　清扫村道"), "{line}");
    let how = screen["notes"]["how_to_object"].as_str().unwrap();
    assert!(how.contains("公示期内到所站书面提出") && !how.contains("台账"), "{how}");
    board.app.advance(chrono::TimeDelta::days(9));
    board.app.run_jobs().await;
    let screen = board.app.anonymous().get(&path).await.ok();
    assert_eq!(screen["pages"][0]["kind"], "empty", "closed");
}

#[actix_web::test]
async fn what_was_struck_is_said_beside_the_sums_everywhere() {
    let (board, round) = Board::open().await;
    let claim = board.entries().await[0].claim_id;
    let strike = Strike { caused_by: None, reason: "该次活动未参加。" };
    board.within(async |tx| strike_entry(tx, claim, strike).await).await.unwrap();

    let number = round["number"].as_str().unwrap();
    let station = board.county.town.stations[0].id;
    let stranger = board.app.anonymous();
    let page = stranger.get(format!("/public/notices/{number}")).await.text();
    let sheet = pdf::pages(&fetch(&board, &round, "print.pdf").await.body).concat();
    let screen = stranger.get(format!("/v1/public/sites/{station}/screen")).await.ok();
    let subtitle = screen["pages"][0]["subtitle"].to_string();
    for text in [&page, &sheet, &subtitle] {
        assert!(text.contains("合计8分，其中1条已更正或撤下，共4分"), "{text}");
    }
    let line = screen["pages"][0]["lines"][0].as_str().unwrap();
    assert!(line.ends_with("　4分（已撤下，不计分）　清扫村道"), "{line}");
    let words = fetch(&board, &round, "broadcast.txt").await.text();
    assert!(words.contains("合计八分，其中一条已更正或撤下，共四分。"), "{words}");
    assert!(words.contains("原因是，该次活动未参加。\n"), "{words}");
}

#[actix_web::test]
async fn every_file_says_where_to_complain() {
    let (board, round) = Board::open().await;
    board.set("complaint_phone", json!("028-85550001")).await;
    board.set("privacy_rules", json!("https://example.gov.cn/privacy")).await;
    board.set("filing_number", json!("蜀ICP备2026000000号")).await;
    let book = cells(&fetch(&board, &round, "notice.xlsx").await.body, 1).join("\n");
    for told in ["投诉电话：028-85550001", "example.gov.cn/privacy", "备案号：蜀ICP备"] {
        assert!(book.contains(told), "{told} in {book}");
    }
    for page in pdf::pages(&fetch(&board, &round, "print.pdf").await.body) {
        assert!(page.contains("投诉电话 028-85550001"), "{page}");
    }
    let station = board.county.town.stations[0].id;
    let screen = board.app.anonymous().get(format!("/public/sites/{station}/screen")).await.text();
    for told in ["028-85550001", "https://example.gov.cn/privacy", "蜀ICP备2026000000号"] {
        assert!(screen.contains(told), "{told} in {screen}");
    }
    let words = fetch(&board, &round, "broadcast.txt").await.text();
    assert!(words.contains("投诉电话，零、二、八，八、五、五、五、零、零、零、一。"), "{words}");
}
