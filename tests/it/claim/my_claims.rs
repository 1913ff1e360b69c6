//! `my_claims`.

use serde_json::json;

use super::Desk;

#[actix_web::test]
async fn she_sees_her_claims_youngest_first_and_nobody_elses() {
    let desk = Desk::open().await;
    let (first, second) = (desk.submitted(5).await, desk.submitted(6).await);
    let li = desk.app.volunteer("li-guihua", &desk.county.town.stations[0]).await;

    let one = desk.zhang.client.get("/v1/me/claims?page_size=1").await.ok();
    let token = one["next_page_token"].as_str().unwrap();
    let next = format!("/v1/me/claims?page_size=1&page_token={token}");
    let two = desk.zhang.client.get(next).await.ok();

    assert_eq!(one["items"][0]["id"], second);
    assert_eq!(two["items"][0]["id"], first);
    assert_eq!(li.client.get("/v1/me/claims").await.ok(), json!({"items": []}));
    desk.certifier.get("/v1/me/claims").await.assert_problem(403, "permission_denied");
}
