//! The page in large type.

use entity::consent::{self, ConsentChannel, ConsentPurpose};
use entity::{activity, volunteer};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Board;

const HOSTILE: &str = "<script>alert(1)</script>\"'&\u{202e}gnp.";

async fn page(board: &Board, round: &Value, rest: &str) -> harness::Answer {
    let number = round["number"].as_str().unwrap();
    board.app.anonymous().get(format!("/public/notices/{number}{rest}")).await
}

#[actix_web::test]
async fn it_needs_no_script_and_nothing_from_elsewhere() {
    let (board, round) = Board::open().await;
    let answer = page(&board, &round, "").await;
    let text = answer.text();

    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    let policy = &answer.headers["content-security-policy"];
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
    assert!(text.contains("<html lang=\"zh-CN\">"));
    for never in ["<script", "http://", "src=", "@import", "url(", "onclick"] {
        assert!(!text.contains(never), "{never}");
    }
    assert!(answer.headers["cache-control"].contains("max-age=25"));
}

#[actix_web::test]
async fn the_page_is_this() {
    let (board, round) = Board::open().await;
    board.set("filing_number", json!("蜀ICP备2026000000号")).await;
    board.set("complaint_phone", json!("028-00000000")).await;
    board.set("privacy_rules", json!("https://example.gov.cn/privacy?a=1&b=2")).await;
    let text = page(&board, &round, "").await.text();
    let notice = board.public(&round, "").await["notice"].clone();
    let mut body = text.split("</style>").nth(1).unwrap().to_owned();
    for name in ["digest", "number", "title"] {
        body = body.replace(notice[name].as_str().unwrap(), &format!("[{name}]"));
    }
    for person in [&board.zhang, &board.li] {
        let tail = &person.card_number[person.card_number.len() - 4..];
        body = body.replace(&format!("尾号{tail}"), "[tail]");
    }
    // Days and months of the run, not the words between them.
    let steady = |line: &str| -> String {
        let digits = line.contains('月');
        line.chars().filter(|letter| !(digits && letter.is_ascii_digit())).collect()
    };
    let body: Vec<String> = body.lines().map(steady).collect();
    insta::assert_snapshot!("page", body.join("\n"));
}

#[actix_web::test]
async fn hostile_names_and_titles_stay_text() {
    let (board, round) = Board::open().await;
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::Name, Expr::value(HOSTILE))
        .filter(volunteer::Column::Id.eq(board.zhang.volunteer))
        .exec(&board.app.db)
        .await
        .unwrap();
    let row = consent::ActiveModel {
        id: Set(Uuid::now_v7().into()),
        volunteer_id: Set(board.zhang.volunteer),
        purpose: Set(ConsentPurpose::NamedPublication),
        text_version: Set("2026-01".into()),
        channel: Set(ConsentChannel::Paper),
        witness: Set(None),
        granted_at: Set(board.app.clock.now() - chrono::TimeDelta::days(1)),
        granted_by: Set(None),
        withdrawn_at: Set(None),
        withdrawal_channel: Set(None),
        withdrawal_witness: Set(None),
        withdrawn_by: Set(None),
    };
    consent::Entity::insert(row).exec_without_returning(&board.app.db).await.unwrap();
    board.set("privacy_rules", json!("https://x\"onmouseover=alert(1)")).await;
    board.set("complaint_address", json!("<img src=x onerror=alert(1)>")).await;

    let text = page(&board, &round, "").await.text();

    assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;gnp."));
    for never in ["<script", "<img", "\"onmouseover", "\u{202e}"] {
        assert!(!text.contains(never), "{never}");
    }
}

#[actix_web::test]
async fn a_hostile_title_of_an_activity_stays_text() {
    let board = Board::certified().await;
    activity::Entity::update_many()
        .col_expr(activity::Column::Title, Expr::value(HOSTILE))
        .exec(&board.app.db)
        .await
        .unwrap();
    let draft = board.draft().await;
    let round = board.step("town", &draft, "open").await.ok();
    let text = page(&board, &round, "").await.text();
    assert!(text.contains("&lt;script&gt;alert(1)"));
    assert!(!text.contains("<script") && !text.contains('\u{202e}'));
}

#[actix_web::test]
async fn a_page_past_the_end_says_so_in_words() {
    let (board, round) = Board::open().await;
    for rest in ["?page=2", "?page=0", "?page=-1", "?page=2147483647"] {
        let answer = page(&board, &round, rest).await;
        assert_eq!(answer.status, 404, "{rest}");
        assert!(answer.text().contains("没有找到这期公示"));
    }
}

#[actix_web::test]
async fn the_index_of_a_site_leads_to_its_rounds() {
    let (board, round) = Board::open().await;
    let (town, other) = (&board.county.town, &board.county.other);
    for (site, shown) in
        [(&town.institute, true), (&town.stations[0], true), (&other.stations[0], false)]
    {
        let answer = board.app.anonymous().get(format!("/public/sites/{}/notices", site.id)).await;
        let link = format!("/public/notices/{}", round["number"].as_str().unwrap());
        assert_eq!(answer.text().contains(&link), shown, "{}", answer.text());
    }
}

#[actix_web::test]
async fn what_can_be_no_page_shows_the_first() {
    let (board, round) = Board::open().await;
    let first = page(&board, &round, "").await.text();
    for rest in ["?page=abc", "?page=", "?page=9999999999", "?page=1&page=2", "?from=wechat"] {
        let answer = page(&board, &round, rest).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, first.clone()), "{rest}");
    }
}

#[actix_web::test]
async fn pages_of_no_site_say_what_the_county_says() {
    let (board, _) = Board::open().await;
    let center = board.county.center.id;
    board.set_at(center, "filing_number", json!("蜀ICP备2026000001号")).await;
    board.set_at(center, "complaint_phone", json!("028-12345")).await;
    board.set_at(center, "privacy_rules", json!("本县的规则")).await;
    for (path, status) in [
        ("/public/verify", 200),
        ("/public/notices/GS0", 404),
        ("/public/sites/nowhere/notices", 404),
        ("/public/bulletins/GK0", 404),
        ("/public/sites/nowhere/screen", 404),
    ] {
        let answer = board.app.anonymous().get(path).await;
        assert_eq!(answer.status, status, "{path}");
        let text = answer.text();
        for told in ["蜀ICP备2026000001号", "028-12345", "本县的规则", "到所站书面提出"]
        {
            assert!(text.contains(told), "{told} at {path}: {text}");
        }
    }
}

#[actix_web::test]
async fn the_filing_number_leads_to_the_register() {
    let (board, round) = Board::open().await;
    board.set("filing_number", json!("蜀ICP备2026000000号")).await;
    let text = page(&board, &round, "").await.text();
    let link = "<a href=\"https://beian.miit.gov.cn/\" rel=\"noreferrer\">蜀ICP备2026000000号</a>";
    assert!(text.contains(link), "{text}");
}
