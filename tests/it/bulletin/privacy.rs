//! What of a person is public in a bulletin: her name where she agreed to it and still does, or
//! her card's tail; never both in one line, and nothing else, ever.

use entity::volunteer;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{Quarter, number_of};

#[actix_web::test]
async fn a_name_shows_with_consent_and_is_gone_when_it_is_withdrawn() {
    let quarter = Quarter::over().await;
    let draft = quarter.drafted().await;
    // What counts is the publication, not when the draft was made.
    quarter.agree(quarter.zhang.volunteer).await;
    let published = quarter.step("town", &draft, "publish").await.ok();
    let page = format!("/public/bulletins/{}", number_of(&published));
    let tail = quarter.zhang.card_number.clone();
    let tail = format!("尾号{}", &tail[tail.len() - 4..]);
    let shown = async |at: usize| {
        let lines = quarter.public(&published, "/lines").await;
        lines["items"][at]["person"]["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(shown(0).await, "zhang-xiulan");
    assert!(shown(1).await.starts_with("尾号"), "the other did not agree");
    assert!(quarter.fetch(&page).await.text().contains("zhang-xiulan"));

    let path = "/v1/me/consents/named_publication/withdraw";
    quarter.phone("zhang-xiulan").await.post(path, json!({})).await.assert_ok();
    assert_eq!(shown(0).await, "一名志愿者");
    let answer = quarter.fetch(&page).await;
    assert!(!answer.text().contains("zhang-xiulan") && !answer.text().contains(&tail));
    assert!(answer.headers["cache-control"].contains("max-age=25"), "gone within a minute");
}

#[actix_web::test]
async fn who_agrees_after_the_publication_keeps_her_tail_where_it_stood() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let shown = async || quarter.public(&published, "/lines").await["items"][0]["person"].clone();
    let before = shown().await;
    assert_eq!(before["shown_by"], "card_tail");
    quarter.app.advance(chrono::TimeDelta::minutes(1));
    quarter.agree(quarter.zhang.volunteer).await;
    assert_eq!(shown().await, before);
}

#[actix_web::test]
async fn no_public_answer_contains_what_is_private() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let who = quarter.zhang.volunteer;
    let row = volunteer::Entity::find_by_id(who).one(&quarter.app.db).await.unwrap().unwrap();
    let born = row.birth_date.to_string();
    volunteer::Entity::update_many()
        .col_expr(volunteer::Column::Name, Expr::value("秘密的姓名"))
        .filter(volunteer::Column::Id.eq(who))
        .exec(&quarter.app.db)
        .await
        .unwrap();
    let number = number_of(&published);
    let town = quarter.shop.county.town.institute.id;
    for path in [
        format!("/v1/public/bulletins?site_id={town}"),
        format!("/v1/public/bulletins/{number}"),
        format!("/v1/public/bulletins/{number}/lines"),
        format!("/v1/public/bulletins/{number}/corrections"),
        format!("/public/bulletins/{number}"),
        format!("/public/sites/{town}/bulletins"),
    ] {
        let text = quarter.fetch(&path).await.text();
        for secret in [
            "秘密的姓名".to_owned(),
            who.to_string(),
            quarter.zhang.card_number.clone(),
            quarter.redeemed.clone(),
            born.clone(),
            born.replace('-', ""),
        ] {
            assert!(!text.contains(&secret), "{path} has {secret}");
        }
    }
}
