//! What the client makes of a service that misbehaves.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::super::Class;
use super::super::simulator::{Fault, Times, demo_openid};
use super::*;

const GONE: WechatError = WechatError::Transport { sent: true };

#[tokio::test]
async fn answers_may_come_as_plain_text_and_with_new_fields() {
    let rig = Rig::new();
    rig.control().fail(None, Fault::PlainJson, Times::Always);
    rig.control().fail(None, Fault::UnknownFields, Times::Always);
    let wechat = rig.client();
    let user = wechat.code2session(&login("demo:li")).await.expect("logged in");
    assert!(wechat.phone_number(&phone("demo-phone:li"), &user.openid).await.is_ok());
    assert!(wechat.unlimited_qrcode(&code()).await.is_ok());
    assert_eq!(errcode(wechat.code2session(&login("x")).await), Some(40029));
}

#[tokio::test]
async fn a_single_use_code_is_sent_once_whatever_happens() {
    let cases = [
        (Fault::Errcode(-1, "system error".into()), None),
        (Fault::Http(502, "<html>bad gateway</html>".into()), Some(GONE)),
        (Fault::ResetBeforeSend, Some(GONE)),
        (Fault::ResetAfterProcess, Some(GONE)),
        (Fault::Truncate, Some(WechatError::Decode)),
        (Fault::HtmlBody, Some(WechatError::Decode)),
        (Fault::Http(404, "<html>no</html>".into()), Some(WechatError::Decode)),
    ];
    for (fault, expected) in cases {
        let rig = Rig::new();
        let wechat = rig.client();
        rig.control().fail(Some(LOGIN), fault.clone(), Times::Always);
        rig.control().fail(Some(PHONE), fault.clone(), Times::Always);
        let li = openid(&demo_openid(APPID, "li"));
        let logged_in = wechat.code2session(&login("demo:li#1")).await.expect_err("failed");
        let number = wechat.phone_number(&phone("demo-phone:li"), &li).await.expect_err("failed");
        for error in [logged_in, number] {
            match &expected {
                Some(expected) => assert_eq!(&error, expected, "{fault:?}"),
                None => assert_eq!(error.code(), Some(-1), "{fault:?}"),
            }
        }
        assert_eq!(rig.control().calls(LOGIN), 1, "{fault:?}");
        assert_eq!(rig.control().calls(PHONE), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_has_spent_the_code() {
    let rig = Rig::new();
    let wechat = rig.client();
    let li = rig.control().create_user("li", "13800000001");

    let code = login(&rig.control().login_code(&li));
    rig.control().fail(Some(LOGIN), Fault::ResetAfterProcess, Times::Once);
    assert_eq!(wechat.code2session(&code).await, Err(GONE));
    assert_eq!(errcode(wechat.code2session(&code).await), Some(40163));

    let code = login(&rig.control().login_code(&li));
    rig.control().fail(Some(LOGIN), Fault::ResetBeforeSend, Times::Once);
    assert_eq!(wechat.code2session(&code).await, Err(GONE));
    assert!(wechat.code2session(&code).await.is_ok(), "that request was never looked at");
}

#[tokio::test]
async fn a_silent_service_is_given_up_after_three_seconds() {
    let rig = Rig::new();
    rig.control().fail(Some(LOGIN), Fault::Hang, Times::Once);
    let began = Instant::now();
    assert_eq!(rig.client().code2session(&login("demo:li")).await, Err(GONE));
    let waited = began.elapsed();
    assert!(waited > Duration::from_secs(2) && waited < Duration::from_mins(1), "{waited:?}");
}

#[tokio::test]
async fn a_slow_answer_is_an_answer() {
    let rig = Rig::new();
    let late = Fault::Latency(Duration::from_millis(300));
    rig.control().fail(Some(LOGIN), late, Times::Once);
    assert!(rig.client().code2session(&login("demo:li")).await.is_ok());
}

#[tokio::test]
async fn a_service_that_is_not_there_has_received_nothing() {
    let rig = Rig::new();
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let settings = WechatSettings { base_url: format!("http://{free}"), ..rig.settings() };
    let lost = rig.client_of(settings, None).code2session(&login("demo:li")).await;
    assert_eq!(lost, Err(WechatError::Transport { sent: false }));
}

#[tokio::test]
async fn a_simulator_that_is_dropped_no_longer_listens() {
    let rig = Rig::new();
    let wechat = rig.client();
    assert!(wechat.code2session(&login("demo:li")).await.is_ok());
    let address = rig.simulator.base_url().trim_start_matches("http://").to_owned();
    drop(rig);
    for _ in 0..50 {
        if tokio::net::TcpStream::connect(&address).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("still listening after five seconds");
}

#[tokio::test]
async fn a_call_that_may_be_repeated_is_repeated_once() {
    for fault in [Fault::Http(503, String::new()), Fault::Errcode(-1, "system error".into())] {
        let rig = Rig::new();
        let wechat = rig.client();
        rig.control().fail(Some(QRCODE), fault.clone(), Times::Once);
        assert!(wechat.unlimited_qrcode(&code()).await.is_ok(), "{fault:?}");
        assert_eq!(rig.control().calls(QRCODE), 2);
        rig.control().fail(Some(QRCODE), fault.clone(), Times::Always);
        assert!(wechat.unlimited_qrcode(&code()).await.is_err(), "{fault:?}");
        assert_eq!(rig.control().calls(QRCODE), 4);
    }
}

#[tokio::test]
async fn a_picture_is_not_taken_from_an_answer_that_has_none() {
    let rig = Rig::new();
    let wechat = rig.client();
    let long = format!("<html>{}</html>", "x".repeat(5000));
    for fault in [Fault::Http(200, long), Fault::Http(200, "{}".into()), Fault::HtmlBody] {
        rig.control().fail(Some(QRCODE), fault.clone(), Times::Once);
        let drawn = wechat.unlimited_qrcode(&code()).await;
        assert_eq!(drawn, Err(WechatError::Decode), "{fault:?}");
    }
}

#[tokio::test]
async fn an_unknown_code_keeps_its_number_through_the_whole_client() {
    let rig = Rig::new();
    let fault = Fault::Errcode(123_456_789, "brand new".into());
    rig.control().fail(Some(LOGIN), fault, Times::Once);
    let error = rig.client().code2session(&login("demo:li")).await.expect_err("refused");
    let WechatError::Api { code, class, rid } = error else { panic!("{error:?}") };
    assert_eq!((code, class), (123_456_789, Class::Unknown));
    assert!(rid.is_some());
}
