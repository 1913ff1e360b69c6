//! `card_get`.

use entity::role_assignment::Role;
use harness::TestApp;

#[actix_web::test]
async fn the_counter_sees_the_state_and_the_holder_masked_but_no_balance() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let certifier = app.staff("certifier", Role::Certifier, station).await;
    let (id, number) = app.card_only("张秀兰", station).await;

    let answer = certifier.get(format!("/v1/cards/{}", number.to_lowercase())).await;

    let view = answer.ok();
    assert_eq!(answer.version(), 1);
    assert_eq!(view["number"], number);
    assert_eq!(view["state"], "active");
    assert_eq!(view["holder"], "张*兰");
    assert_eq!(view["volunteer_id"], id.to_string());
    assert_eq!(view["allowed_actions"], serde_json::json!([]));
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert!(!text.contains("points") && !text.contains("balance"));
}

#[actix_web::test]
async fn mistyped_unknown_and_other_towns_numbers_look_alike() {
    let app = TestApp::start().await;
    let county = app.county().await;
    let station = &county.town.stations[0];
    let clerk = app.staff("clerk", Role::Clerk, station).await;
    let (_, far) = app.card_only("zhao", &county.other.stations[0]).await;
    let unknown = api::card::number::CardNumber::generate([7; 8]);
    let mut mistyped: Vec<char> = far.chars().collect();
    mistyped[5] = if mistyped[5] == '7' { '8' } else { '7' };
    let mistyped: String = mistyped.into_iter().collect();

    for number in [far.as_str(), unknown.as_str(), &mistyped, "nonsense"] {
        let answer = clerk.get(format!("/v1/cards/{number}")).await;
        answer.assert_problem(404, "card_unknown");
    }
}
