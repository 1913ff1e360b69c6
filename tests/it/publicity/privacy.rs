//! What of a person is public: her name while she agrees to it, else her card's tail; nothing
//! else, ever.

use chrono::{NaiveDate, Utc};
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
        granted_at: Set(Utc::now()),
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

#[actix_web::test]
async fn a_name_shows_with_consent_and_is_gone_when_it_is_withdrawn() {
    let (board, round) = Board::open().await;
    let tail = &board.zhang.card_number[board.zhang.card_number.len() - 4..];
    assert_eq!(shown(&board, &round).await, format!("尾号{tail}"));
    let consent = agree(&board, board.zhang.volunteer).await;
    assert_eq!(shown(&board, &round).await, "zhang-xiulan");
    let number = round["number"].as_str().unwrap();
    let stranger = board.app.anonymous();
    let page = stranger.get(format!("/public/notices/{number}")).await;
    assert!(page.text().contains("zhang-xiulan"));

    let withdrawn = board.phone("zhang-xiulan").await;
    let path = "/v1/me/consents/named_publication/withdraw";
    withdrawn.post(path, serde_json::json!({})).await.assert_ok();

    assert_eq!(shown(&board, &round).await, format!("尾号{tail}"));
    let page = stranger.get(format!("/public/notices/{number}")).await;
    assert!(!page.text().contains("zhang-xiulan"), "{consent}");
}

#[actix_web::test]
async fn a_minor_is_never_named() {
    let (board, round) = Board::open().await;
    agree(&board, board.zhang.volunteer).await;
    let birth = NaiveDate::from_ymd_opt(2015, 3, 9).unwrap();
    let column = volunteer::Column::BirthDate;
    change(&board, board.zhang.volunteer, column, Expr::value(birth)).await;
    assert!(shown(&board, &round).await.starts_with("尾号"));
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
