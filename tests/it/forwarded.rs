//! Who a request comes from: a proxy of ours is believed, nobody else.

use entity::audit_event;
use harness::TestApp;
use reqwest::Method;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use uuid::Uuid;

const LOGIN: &str = "/v1/auth/wechat-login";

async fn with_proxy(trusted: &[&str]) -> TestApp {
    let trusted = trusted.iter().map(|network| network.parse().expect("a network")).collect();
    TestApp::start_with(|config| config.server.trusted_proxies = trusted).await
}

/// Signs in with these headers; the network the audit trail has it from.
async fn seen_as(app: &TestApp, forwarded: &[&str]) -> String {
    let code = json!({"code": format!("demo:zhang#{}", Uuid::now_v7().simple())});
    let mut headers = vec![];
    headers.extend(forwarded.iter().map(|value| ("x-forwarded-for", *value)));
    app.anonymous().send(Method::POST, LOGIN, Some(code), &headers).await.assert_ok();
    let last = audit_event::Entity::find().order_by_desc(audit_event::Column::Id).one(&app.db);
    last.await.expect("the trail").expect("a row").ip_prefix.expect("a network")
}

#[actix_web::test]
async fn without_a_proxy_of_ours_nobody_says_where_she_comes_from() {
    for app in [with_proxy(&[]).await, with_proxy(&["10.0.0.0/8"]).await] {
        assert_eq!(seen_as(&app, &[]).await, "127.0.0.0/24");
        for forged in ["203.0.113.7", "10.0.0.1", "127.0.0.1", "nonsense", ""] {
            assert_eq!(seen_as(&app, &[forged]).await, "127.0.0.0/24", "{forged}");
        }
    }
}

#[actix_web::test]
async fn a_proxy_of_ours_is_believed_about_the_hop_before_it_only() {
    let app = with_proxy(&["127.0.0.0/8", "172.30.99.0/24"]).await;
    for (forwarded, seen) in [
        (&["203.0.113.7"][..], "203.0.113.0/24"),
        (&["192.0.2.1, 203.0.113.7"], "203.0.113.0/24"),
        (&["192.0.2.1, 203.0.113.7, 172.30.99.4"], "203.0.113.0/24"),
        (&["2001:db8:12::1"], "2001:db8:12::/48"),
        (&["::ffff:203.0.113.7"], "203.0.113.0/24"),
        (&["192.0.2.1, nonsense"], "127.0.0.0/24"),
        (&[], "127.0.0.0/24"),
    ] {
        assert_eq!(seen_as(&app, forwarded).await, seen, "{forwarded:?}");
    }
}

#[actix_web::test]
async fn a_made_up_address_escapes_no_limit() {
    let (open, trusting) = (with_proxy(&[]).await, with_proxy(&["127.0.0.1"]).await);
    let mut limited = [0, 0];
    for attempt in 0..12 {
        for (app, count) in [&open, &trusting].into_iter().zip(&mut limited) {
            let from = format!("203.0.{attempt}.7");
            let body = json!({"code": format!("wrong{attempt}")});
            let headers = [("x-forwarded-for", from.as_str())];
            let answer = app.anonymous().send(Method::POST, LOGIN, Some(body), &headers).await;
            *count += u32::from(answer.status == 429);
        }
    }
    assert!(limited[0] > 0, "every address was believed");
    assert_eq!(limited[1], 0, "twelve networks behind a proxy of ours are twelve");
}
