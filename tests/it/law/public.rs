//! Statements 3 and 18: what public projections hold, and what must be public.

use harness::workbook;
use serde_json::json;

use super::operations;
use crate::publicity::Board;

const PHONE: &str = "13871236547";
/// The document number that the harness seals for its people.
const DOCUMENT: &str = "TEST-0001";

#[actix_web::test]
async fn law_03_no_public_or_exported_projection_holds_number_phone_or_address() {
    let board = Board::set_up().await;
    let code = json!({"code": format!("demo-phone:zhang-xiulan:{PHONE}")});
    board.phone("zhang-xiulan").await.post("/v1/me/phone", code).await.assert_ok();
    board.certify(&board.zhang, 5).await;
    board.next_month();
    let draft = board.draft().await;
    let round = board.step("town", &draft, "open").await.ok();
    let (number, site) = (round["number"].as_str().expect("it"), board.county.town.institute.id);

    let mut texts = Vec::new();
    for (method, path, _, permission) in operations() {
        if method != "GET" || permission != "public" {
            continue;
        }
        let path = path.replace("{round_no}", number).replace("{position}", "1");
        let answer = board.app.anonymous().get(path.replace("{site_id}", &site.to_string())).await;
        if answer.status == 200 {
            let xlsx = path.ends_with(".xlsx");
            let body =
                if xlsx { workbook::cells(&answer.body, 1).join("\n") } else { answer.text() };
            texts.push((path, body));
        }
    }
    for page in [format!("/public/notices/{number}"), format!("/public/sites/{site}/notices")] {
        let answer = board.app.anonymous().get(&page).await;
        assert_eq!(answer.status, 200, "{page}");
        texts.push((page, answer.text()));
    }

    let tail = &board.zhang.card_number[board.zhang.card_number.len() - 4..];
    assert!(texts.iter().any(|(path, text)| path.ends_with(".xlsx") && text.contains(tail)));
    assert!(texts.len() >= 10, "{} answered", texts.len());
    for (path, text) in &texts {
        for secret in [PHONE, DOCUMENT, "138****6547"] {
            assert!(!text.contains(secret), "{path} shows {secret}");
        }
    }
    // Nor is there a member for it: the phone and address of a public answer are the office's.
    let document = serde_json::to_value(api::openapi::document().expect("it")).expect("JSON");
    for name in ["PublicPerson", "PublicNoticeEntry", "PublicBulletinLine"] {
        let members = &document["components"]["schemas"][name]["properties"];
        for secret in ["id_number", "phone", "address", "birth_date"] {
            assert!(members.get(secret).is_none(), "{name}.{secret}");
        }
    }
}

#[actix_web::test]
async fn law_18_filing_number_complaint_entrance_and_privacy_rules_are_public() {
    let (board, round) = Board::open().await;
    let said = [
        ("filing_number", "蜀ICP备2026000000号"),
        ("complaint_phone", "028-00000000"),
        ("complaint_address", "便民服务中心3号窗口"),
        ("privacy_rules", "https://example.gov.cn/privacy"),
    ];
    for (key, text) in said {
        board.set(key, json!(text)).await;
    }

    let notice = board.public(&round, "").await.to_string();
    let number = round["number"].as_str().expect("a number");
    let page = board.app.anonymous().get(format!("/public/notices/{number}")).await.text();

    for (key, text) in said {
        assert!(notice.contains(text), "{key} in {notice}");
        assert!(page.contains(text), "{key} on the page");
    }
    // The entrance is open without signing in, also to who gives no name.
    let body = json!({
        "text": "第一条与事实不符，请核实。",
        "subject": {"kind": "notice_entry", "notice": number, "position": 1},
    });
    let filed = board.app.anonymous().post("/v1/public/objections", body).await.ok();
    assert!(filed["receipt_code"].is_string(), "{filed}");
}
