//! Whoever reads a bulletin objects to a line of its register by the numbers that stand there.

use entity::objection;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};

use super::{Quarter, number_of};

fn body(subject: Value) -> Value {
    json!({"subject": subject, "text": "那天站点没有开门。"})
}

#[actix_web::test]
async fn a_line_is_named_by_bulletin_and_position() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let number = number_of(&published).to_lowercase();
    let lines = quarter.lines(quarter.row().await.id).await;
    let line = &lines[0];
    let named = json!({"kind": "redemption", "bulletin": number, "position": line.position});

    let receipt = quarter.app.anonymous().post("/v1/public/objections", body(named.clone())).await;

    assert!(receipt.ok()["receipt_code"].is_string());
    let people = [
        ("zhang-xiulan", &quarter.zhang),
        ("li-jianguo", &quarter.li),
        ("wang-guiying", &quarter.wang),
    ];
    let (other, _) =
        people.into_iter().find(|(_, one)| one.volunteer != line.volunteer_id).unwrap();
    let mut signed = body(named);
    signed["kind"] = json!("objection");
    let filed = quarter.phone(other).await.post("/v1/objections", signed).await.ok();
    assert_eq!(
        (&filed["bulletin"], &filed["position"], filed.get("subject_id")),
        (&json!(number_of(&published)), &json!(line.position), None)
    );
    // Her copy of what is kept of her names it as she did, too.
    let export = quarter.phone(other).await.get("/v1/me/export?page_size=100").await.ok();
    let kept = export["items"].as_array().unwrap().iter().find(|item| item["kind"] == "objection");
    let kept = &kept.unwrap()["data"];
    assert_eq!(
        (&kept["bulletin"], &kept["position"], kept.get("subject_id")),
        (&json!(number_of(&published)), &json!(line.position), None)
    );
    let rows = objection::Entity::find().order_by_asc(objection::Column::Id);
    let rows = rows.all(&quarter.app.db).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.subject_id == uuid::Uuid::from(line.redemption_id)));
}

#[actix_web::test]
async fn what_is_named_otherwise_is_refused_by_name() {
    let quarter = Quarter::over().await;
    let published = quarter.published().await;
    let number = number_of(&published);
    let refused = |subject: Value| {
        let anyone = quarter.app.anonymous();
        async move { anyone.post("/v1/public/objections", body(subject)).await }
    };
    for (subject, field) in [
        (json!({"kind": "redemption", "bulletin": number}), "/subject/position"),
        (json!({"kind": "redemption", "bulletin": number, "position": 0}), "/subject/position"),
        (json!({"kind": "redemption", "notice": number, "position": 1}), "/subject/notice"),
        (json!({"kind": "claim", "bulletin": number, "position": 1}), "/subject/bulletin"),
        (json!({"kind": "redemption", "position": 1}), "/subject/position"),
    ] {
        let answer = refused(subject.clone()).await;
        answer.assert_problem(422, "invalid_value");
        answer.assert_names(field);
    }
    let beyond = json!({"kind": "redemption", "bulletin": number, "position": 999});
    refused(beyond).await.assert_problem(404, "not_found");
    let draft = json!({"kind": "redemption", "bulletin": "GK00000000", "position": 1});
    refused(draft).await.assert_problem(404, "not_found");
}
