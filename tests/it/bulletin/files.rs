//! A notice's and a bulletin's files: print sheets, workbooks, words for the loudspeaker.

use api::platform::clock::local_day;
use api::platform::text::spoken;
use entity::{goods, volunteer};
use harness::workbook::cells;
use harness::{Person, pdf};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::{Quarter, number_of};

/// What differs from run to run, replaced by what it is.
async fn steady(quarter: &Quarter, published: &Value, text: String) -> String {
    let seen = quarter.public(published, "").await;
    let lines = quarter.public(published, "/lines").await;
    let mut text = text;
    for row in seen["figures"].as_array().unwrap().iter().chain(lines["items"].as_array().unwrap())
    {
        text = text.replace(row["seal"].as_str().unwrap(), "[seal]");
    }
    let bulletin = &seen["bulletin"];
    text = text.replace(bulletin["head"]["printed"].as_str().unwrap(), "[root]");
    for name in ["digest", "title", "number"] {
        text = text.replace(bulletin[name].as_str().unwrap(), &format!("[{name}]"));
    }
    for person in [&quarter.zhang, &quarter.li] {
        text = text.replace(&spoken::one_by_one(tail(person)), "[spoken tail]");
        text = text.replace(tail(person), "[tail]");
    }
    let handed = lines["items"][0]["handed_on"].as_str().unwrap();
    let handed: chrono::NaiveDate = handed.parse().unwrap();
    let now = local_day(quarter.app.clock.now());
    for (day, word) in [(handed, "handed"), (now, "published")] {
        text = text.replace(&day.to_string(), &format!("[{word}]"));
        text = text.replace(&day.format("%-m月%-d日").to_string(), &format!("[{word}]"));
        text = text.replace(&spoken::month_and_day(day), &format!("[spoken {word}]"));
    }
    let (year, number) = bulletin["quarter"].as_str().unwrap().split_once('Q').unwrap();
    let words = format!(
        "{}年第{}季度",
        spoken::year(year.parse().unwrap()),
        spoken::number(number.parse().unwrap())
    );
    text.replace(&words, "[spoken quarter]")
        .replace(&now.format("%Y年[published]").to_string(), "[published]")
        .replace(&quarter.app.base, "[base]")
}

fn tail(person: &Person) -> &str {
    &person.card_number[person.card_number.len() - 4..]
}

#[actix_web::test]
async fn the_loudspeaker_gets_sentences_without_digits_or_signs() {
    let quarter = Quarter::over().await;
    quarter.agree(quarter.li.volunteer).await;
    let published = quarter.published().await;
    quarter.set("complaint_phone", json!("028-85550001")).await;
    rename(&quarter, quarter.li.volunteer, "李秀英<b>1</b>").await;
    let path = format!("/v1/public/bulletins/{}/broadcast.txt", number_of(&published));
    let answer = quarter.fetch(&path).await;
    assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
    let text = answer.text();
    let unsaid: Vec<_> =
        text.chars().filter(|c| c.is_ascii_digit() || "<>/:&-_()（）".contains(*c)).collect();
    assert!(unsaid.is_empty(), "{unsaid:?} in {text}");
    insta::assert_snapshot!("broadcast", steady(&quarter, &published, text).await);
    assert_eq!(quarter.fetch(&format!("{path}?part=2")).await.status, 404);
    assert_eq!(quarter.fetch(&format!("{path}?part=0")).await.status, 422);
}

async fn rename(quarter: &Quarter, who: entity::ids::VolunteerId, name: &str) {
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::Name, Expr::value(name))
        .filter(volunteer::Column::Id.eq(who))
        .exec(&quarter.app.db)
        .await
        .unwrap();
}

#[actix_web::test]
async fn the_workbook_has_figures_and_register_and_no_formula() {
    let quarter = Quarter::set_up().await;
    goods::Entity::update_many()
        .col_expr(goods::Column::Name, Expr::value("=1+1"))
        .exec(&quarter.app.db)
        .await
        .unwrap();
    let (id, _) = quarter.shop.redeem(&quarter.zhang).await;
    quarter.shop.hand_over(&id, &quarter.zhang).await.assert_ok();
    quarter.agree(quarter.zhang.volunteer).await;
    rename(&quarter, quarter.zhang.volunteer, "＋8613800138000").await;
    quarter.next_quarter();
    let published = quarter.published().await;
    let path = format!("/v1/public/bulletins/{}/bulletin.xlsx", number_of(&published));
    let answer = quarter.fetch(&path).await;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(answer.headers["content-type"], kind);
    let (figures, lines) = (cells(&answer.body, 1), cells(&answer.body, 2));
    let text = format!("{}\n=====\n{}", figures.join("\n"), lines.join("\n"));
    assert!(text.contains("'=1+1") && text.contains("'＋8613800138000"), "{text}");
    insta::assert_snapshot!("workbook", steady(&quarter, &published, text).await);
}

#[actix_web::test]
async fn the_print_sheet_says_what_the_page_says() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    quarter.set("filing_number", json!("蜀ICP备2026000000号")).await;
    let path = format!("/v1/public/bulletins/{}/print.pdf", number_of(&published));
    let a4 = quarter.fetch(&path).await;
    assert_eq!(a4.headers["content-type"], "application/pdf");
    assert!(a4.body == quarter.fetch(&path).await.body, "the same bytes again");
    let text = pdf::pages(&a4.body).join("\n=====\n");
    let by = "参加、活动、时长和发放按活动、发放所在的所站统计";
    assert!(text.replace('\n', "").contains(by), "{text}");
    insta::assert_snapshot!("print", steady(&quarter, &published, text).await);
    let a3 = quarter.fetch(&format!("{path}?paper=a3")).await;
    assert_eq!(pdf::pages(&a3.body), pdf::pages(&a4.body), "larger, not other");
    assert_ne!(a3.body, a4.body);
    for (query, status) in [("paper=a5", 422), ("part=2", 404), ("part=0", 422)] {
        assert_eq!(quarter.fetch(&format!("{path}?{query}")).await.status, status, "{query}");
    }
}

#[actix_web::test]
async fn consent_withdrawn_is_gone_from_every_file() {
    let quarter = Quarter::over().await;
    quarter.agree(quarter.zhang.volunteer).await;
    let published = quarter.published().await;
    rename(&quarter, quarter.zhang.volunteer, "张秀兰").await;
    let number = number_of(&published);
    let shown = async || {
        let base = format!("/v1/public/bulletins/{number}");
        let words = quarter.fetch(&format!("{base}/broadcast.txt")).await.text();
        let book = quarter.fetch(&format!("{base}/bulletin.xlsx")).await.body;
        let sheet = pdf::pages(&quarter.fetch(&format!("{base}/print.pdf")).await.body).join("");
        [words, cells(&book, 2).join(""), sheet].map(|text| text.contains("张秀兰"))
    };
    assert_eq!(shown().await, [true; 3]);
    let path = "/v1/me/consents/named_publication/withdraw";
    quarter.phone("zhang-xiulan").await.post(path, json!({})).await.assert_ok();
    assert_eq!(shown().await, [false; 3]);
}

#[actix_web::test]
async fn drafts_have_no_files() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    for file in ["broadcast.txt", "bulletin.xlsx", "print.pdf"] {
        let path = format!("/v1/public/bulletins/{}/{file}", number_of(&draft));
        assert_eq!(quarter.fetch(&path).await.status, 404, "{file}");
    }
}

#[actix_web::test]
async fn every_table_of_the_workbook_says_where_to_complain() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    quarter.set("complaint_phone", json!("028-85550001")).await;
    let path = format!("/v1/public/bulletins/{}/bulletin.xlsx", number_of(&published));
    let book = quarter.fetch(&path).await.body;
    for sheet in [1, 2] {
        let rows = cells(&book, sheet);
        assert_eq!(rows.last().unwrap(), "投诉电话：028-85550001", "{rows:?}");
    }
    assert!(cells(&book, 1).join("\n").contains("按登记的所站统计"), "which site counts what");
}
