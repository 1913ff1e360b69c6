//! What of a person is public: her name where she agreed to it and still does, or her card's tail;
//! never both in one line, and nothing else, ever.

use chrono::NaiveDate;
use entity::consent::{self, ConsentChannel, ConsentPurpose};
use entity::ids::{ConsentId, VolunteerId};
use entity::volunteer;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use super::Board;

async fn agree(board: &Board, who: VolunteerId) -> ConsentId {
    let id = ConsentId::from(Uuid::now_v7());
    let row = consent::ActiveModel {
        id: Set(id),
        volunteer_id: Set(who),
        purpose: Set(ConsentPurpose::NamedPublication),
        text_version: Set("2026-01".into()),
        channel: Set(ConsentChannel::MiniProgram),
        witness: Set(None),
        granted_at: Set(board.app.clock.now()),
        granted_by: Set(None),
        withdrawn_at: Set(None),
        withdrawal_channel: Set(None),
        withdrawal_witness: Set(None),
        withdrawn_by: Set(None),
    };
    consent::Entity::insert(row).exec_without_returning(&board.app.db).await.unwrap();
    id
}

async fn change(board: &Board, who: VolunteerId, column: volunteer::Column, to: Expr) {
    volunteer::Entity::update_many()
        .col_expr(column, to)
        .filter(volunteer::Column::Id.eq(who))
        .exec(&board.app.db)
        .await
        .unwrap();
}

async fn shown(board: &Board, round: &Value) -> String {
    let entry = board.public(round, "/entries/1").await;
    entry["entry"]["person"]["text"].as_str().unwrap().to_owned()
}

/// The tail of her card as it is written and as it is read aloud.
fn tails(board: &Board) -> [String; 2] {
    let tail = &board.zhang.card_number[board.zhang.card_number.len() - 4..];
    [format!("尾号{tail}"), format!("尾号{}", api::platform::text::spoken::one_by_one(tail))]
}

async fn withdraw(board: &Board) {
    let path = "/v1/me/consents/named_publication/withdraw";
    board.phone("zhang-xiulan").await.post(path, serde_json::json!({})).await.assert_ok();
}

/// Everything that shows the round's entries; a workbook by its cells.
async fn everywhere(board: &Board, round: &Value) -> Vec<String> {
    let (number, site) = (round["number"].as_str().unwrap(), board.county.town.institute.id);
    let stranger = board.app.anonymous();
    let base = format!("/v1/public/notices/{number}");
    let sheet = stranger.get(format!("{base}/print.pdf")).await.body;
    let book = stranger.get(format!("{base}/notice.xlsx")).await.body;
    let mut all = vec![
        harness::pdf::pages(&sheet).join("").replace('\n', ""),
        harness::workbook::cells(&book, 1).join(""),
    ];
    for path in [
        format!("{base}/entries"),
        format!("{base}/broadcast.txt"),
        format!("/public/notices/{number}"),
        format!("/v1/public/sites/{site}/screen"),
        format!("/public/sites/{site}/screen"),
    ] {
        all.push(stranger.get(path).await.text());
    }
    all
}

#[actix_web::test]
async fn a_name_shows_with_consent_and_is_gone_when_it_is_withdrawn() {
    let board = Board::certified().await;
    agree(&board, board.zhang.volunteer).await;
    let draft = board.draft().await;
    let round = board.step("town", &draft, "open").await.ok();
    assert_eq!(shown(&board, &round).await, "zhang-xiulan");
    let [written, spoken] = tails(&board);
    for text in everywhere(&board, &round).await {
        assert!(!text.contains(&written) && !text.contains(&spoken), "{text}");
    }

    withdraw(&board).await;

    // Nor does her tail come in its place: whoever kept the page would know whose it is.
    assert_eq!(shown(&board, &round).await, "一名志愿者");
    for text in everywhere(&board, &round).await {
        assert!(text.contains("一名志愿者"), "{text}");
        for gone in ["zhang-xiulan", &written, &spoken] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
    }
    agree(&board, board.zhang.volunteer).await;
    assert_eq!(shown(&board, &round).await, "zhang-xiulan", "as it was first shown");
}

#[actix_web::test]
async fn who_agrees_after_the_opening_keeps_her_tail_where_it_stood() {
    let (board, round) = Board::open().await;
    let [expected, _] = tails(&board);
    assert_eq!(shown(&board, &round).await, expected);

    agree(&board, board.zhang.volunteer).await;

    assert_eq!(shown(&board, &round).await, expected);
    for text in everywhere(&board, &round).await {
        assert!(!text.contains("zhang-xiulan"), "{text}");
    }
    withdraw(&board).await;
    assert_eq!(shown(&board, &round).await, expected);
}

#[actix_web::test]
async fn a_minor_is_never_named() {
    let board = Board::certified().await;
    agree(&board, board.zhang.volunteer).await;
    let draft = board.draft().await;
    let round = board.step("town", &draft, "open").await.ok();
    let birth = NaiveDate::from_ymd_opt(2015, 3, 9).unwrap();
    let column = volunteer::Column::BirthDate;
    change(&board, board.zhang.volunteer, column, Expr::value(birth)).await;
    assert!(shown(&board, &round).await.starts_with("尾号"), "nor was she of age at the opening");
}

/// Marks planted in every field that must never be public. A name is planted, too: without
/// consent it is as secret as the rest.
#[actix_web::test]
async fn no_public_answer_contains_what_is_private() {
    let (board, round) = Board::closed().await;
    let birth = NaiveDate::from_ymd_opt(1931, 12, 29).unwrap();
    use volunteer::Column as C;
    let her = board.zhang.volunteer;
    for (column, value) in [
        (C::Name, Expr::value("秘名甲")),
        (C::BirthDate, Expr::value(birth)),
        (C::IdNumberSealed, Expr::value("CANARYID")),
        (C::PhoneSealed, Expr::value("CANARYPHONE")),
        (C::PhoneIndex, Expr::value("c".repeat(64))),
        (C::ExternalVolunteerNo, Expr::value("CANARYNO")),
        (C::StateReason, Expr::value("CANARYREASON")),
    ] {
        change(&board, her, column, value).await;
    }
    let (number, site) = (round["number"].as_str().unwrap(), board.county.town.institute.id);
    let document = api::openapi::document().unwrap();
    let mut asked =
        vec![format!("/public/notices/{number}"), format!("/public/sites/{site}/notices")];
    for (method, path, operation) in api::http::operations(&document) {
        let permission = operation.extensions.as_ref().and_then(|x| x.get("x-permission"));
        if permission == Some(&Value::from("public")) && method.eq_ignore_ascii_case("get") {
            let path = path.replace("{round_no}", number).replace("{position}", "1");
            let activity = Uuid::now_v7().to_string();
            let path = path.replace("{site_id}", &site.to_string());
            asked.push(path.replace("{activity_id}", &activity).replace("{session_id}", &activity));
        }
    }
    assert!(asked.len() > 7, "{asked:?}");
    let mut answered = 0;
    for path in asked {
        let answer = board.app.anonymous().get(&path).await;
        let text = answer.text();
        let card = board.zhang.card_number.as_str();
        let volunteer = her.to_string();
        // Not the bare year: a digest may hold any four digits.
        let birth = ["1931-", "1931年", "19311229", "-12-29", "12月29日"];
        let others = ["秘名甲", "CANARY", card, volunteer.as_str(), "cccccc"];
        for secret in birth.into_iter().chain(others) {
            assert!(!text.contains(secret), "{path} shows {secret}: {text}");
        }
        answered += u32::from(answer.status == 200);
    }
    assert!(answered >= 7, "{answered} answered");
}
