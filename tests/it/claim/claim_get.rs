//! `claim_get`.

use entity::role_assignment::Role;
use serde_json::json;

use super::Desk;

#[actix_web::test]
async fn she_reads_her_own_claim_with_an_etag() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let path = format!("/v1/claims/{claim}");

    let answer = desk.zhang.client.get(&path).await;

    let read = answer.ok();
    assert_eq!(read["volunteer_name"], "zhang-xiulan");
    assert_eq!(read["activity_title"], "清扫村道");
    assert_eq!(read["rule_item_code"], "HJ01");
    assert!(read.get("must_recuse").is_none());
    let known = [("if-none-match", answer.headers["etag"].as_str())];
    let again = desk.zhang.client.send(reqwest::Method::GET, &path, None, &known).await;
    assert_eq!(again.status, 304);
}

#[actix_web::test]
async fn staff_of_the_site_read_it_and_others_do_not() {
    let desk = Desk::open().await;
    let claim = desk.submitted(5).await;
    let path = format!("/v1/claims/{claim}");
    let town = &desk.county.town;
    let supervisor = desk.app.staff("supervisor", Role::Supervisor, &town.stations[0]).await;
    let neighbour = desk.app.staff("neighbour", Role::Certifier, &town.stations[1]).await;
    let li = desk.app.volunteer("li-guihua", &town.stations[0]).await;

    let certifier = desk.certifier.get(&path).await.ok();
    let supervisor = supervisor.get(&path).await.ok();

    assert_eq!(certifier["allowed_actions"], json!(["certify", "return", "reject"]));
    assert_eq!(certifier["must_recuse"], false);
    assert_eq!(certifier["volunteer_name"], "zhang-xiulan");
    assert_eq!(supervisor["allowed_actions"], json!([]));
    assert_ne!(supervisor["volunteer_name"], "zhang-xiulan", "onlookers see part of a name");
    neighbour.get(&path).await.assert_problem(403, "permission_denied");
    li.client.get(&path).await.assert_problem(404, "not_found");
    desk.stranger().await.get(&path).await.assert_problem(404, "not_found");
}
