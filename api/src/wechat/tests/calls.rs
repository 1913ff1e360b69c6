//! What each call gives, and what it is refused for.

use std::time::Duration;

use super::super::simulator::{Fault, SimulatorError, Times, demo_openid, demo_phone};
use super::super::{Class, QrFormat, SettingsError, Wechat};
use super::*;

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_login_tells_who_it_is() {
    let rig = Rig::new();
    let wechat = rig.client();
    let user = wechat.code2session(&login("demo:li-si")).await.expect("logged in");
    assert_eq!(user.openid.as_str(), demo_openid(APPID, "li-si"));
    assert_eq!(user.unionid.expect("bound").as_str().len(), 28);
    let user = wechat.code2session(&login("demo:nounion-li")).await.expect("logged in");
    assert_eq!(user.unionid, None);
    // A demo code may be used again, so a demonstration needs no preparation.
    assert!(wechat.code2session(&login("demo:li-si")).await.is_ok());
    assert_eq!(rig.control().calls(STABLE), 0, "a login needs no access token");
}

#[tokio::test]
async fn a_login_code_works_once_and_for_five_minutes() {
    let rig = Rig::new();
    let wechat = rig.client();
    let li = rig.control().create_user("li", "13800000001");
    let first = login(&rig.control().login_code(&li));
    assert_eq!(wechat.code2session(&first).await.expect("logged in").openid.as_str(), li);
    assert_eq!(errcode(wechat.code2session(&first).await), Some(40163));

    let late = login(&rig.control().login_code(&li));
    rig.control().advance(5 * MINUTE);
    assert_eq!(errcode(wechat.code2session(&late).await), Some(40029));

    let wrong_kind = login(&rig.control().phone_code(&li));
    assert_eq!(errcode(wechat.code2session(&wrong_kind).await), Some(40029));
    assert_eq!(errcode(wechat.code2session(&login("invented")).await), Some(40029));

    let once = login("demo:li#1");
    assert!(wechat.code2session(&once).await.is_ok());
    assert_eq!(errcode(wechat.code2session(&once).await), Some(40163));
}

#[tokio::test]
async fn blocked_and_hasty_users_are_refused() {
    let rig = Rig::new();
    let wechat = rig.client();
    let blocked = wechat.code2session(&login("demo:blocked-wang")).await;
    let Err(WechatError::Api { code, class, rid }) = blocked else { panic!("{blocked:?}") };
    assert_eq!((code, class), (40226, Class::User));
    assert_eq!(rid.expect("a request id").len(), 26);

    rig.control().limit_logins(2);
    for _ in 0..2 {
        assert!(wechat.code2session(&login("demo:li")).await.is_ok());
    }
    assert_eq!(errcode(wechat.code2session(&login("demo:li")).await), Some(45011));
    rig.control().advance(MINUTE);
    assert!(wechat.code2session(&login("demo:li")).await.is_ok());
}

#[tokio::test]
async fn a_phone_code_gives_the_number_whatever_the_form_of_the_country_code() {
    let rig = Rig::new();
    let wechat = rig.client();
    let li = openid(&rig.control().create_user("li", "13800000001"));
    for number in [false, true] {
        rig.control().country_code_as_number(number);
        let code = phone(&rig.control().phone_code(li.as_str()));
        let found = wechat.phone_number(&code, &li).await.expect("a number");
        assert_eq!((found.number(), found.country_code()), ("13800000001", "86"));
        assert_eq!(errcode(wechat.phone_number(&code, &li).await), Some(40163));
    }
    let admin = openid(&demo_openid(APPID, "admin"));
    let found = wechat.phone_number(&phone("demo-phone:admin"), &admin).await.expect("a number");
    assert_eq!(found.number(), demo_phone("admin"));
    let given = phone("demo-phone:admin:13900000002");
    let found = wechat.phone_number(&given, &admin).await.expect("a number");
    assert_eq!(found.number(), "13900000002");
    let found = wechat.phone_number(&phone("demo-phone:admin"), &admin).await.expect("a number");
    assert_eq!(found.number(), demo_phone("admin"), "a number given once is not kept");
}

#[tokio::test]
async fn a_phone_code_of_somebody_else_is_refused_while_the_openid_is_sent() {
    let rig = Rig::new();
    let li = openid(&rig.control().create_user("li", "13800000001"));
    let thief = openid(&rig.control().create_user("thief", "13800000002"));
    let stolen = phone(&rig.control().phone_code(li.as_str()));
    assert_eq!(errcode(rig.client().phone_number(&stolen, &thief).await), Some(40029));

    let settings = WechatSettings { send_openid_with_phone_code: false, ..rig.settings() };
    let careless = rig.client_of(settings, None);
    let stolen = phone(&rig.control().phone_code(li.as_str()));
    let found = careless.phone_number(&stolen, &thief).await.expect("WeChat cannot know");
    assert_eq!(found.number(), "13800000001");
    let sent: Vec<_> = rig
        .control()
        .requests()
        .into_iter()
        .filter(|r| r.path == PHONE)
        .map(|r| r.fields)
        .collect();
    assert_eq!(sent, [vec!["code".to_owned(), "openid".to_owned()], vec!["code".to_owned()]]);
}

#[tokio::test]
async fn a_number_stamped_for_another_app_or_time_is_not_believed() {
    let rig = Rig::new();
    let wechat = rig.client();
    let li = openid(&demo_openid(APPID, "li"));
    let now = rig.control().clock()().timestamp();
    let cases = [
        (APPID, now - 600, true),
        (APPID, now + 60, true),
        (APPID, now - 700, false),
        (APPID, now + 90, false),
        ("wxsimother", now, false),
    ];
    for (appid, timestamp, believed) in cases {
        let answer = serde_json::json!({"errcode": 0, "errmsg": "ok", "phone_info": {
            "phoneNumber": "13800000001", "purePhoneNumber": "13800000001", "countryCode": "86",
            "watermark": {"timestamp": timestamp, "appid": appid}}});
        let fault = Fault::Http(200, answer.to_string());
        rig.control().fail(Some(PHONE), fault, Times::Once);
        let found = wechat.phone_number(&phone("demo-phone:li"), &li).await;
        assert_eq!(found.is_ok(), believed, "{appid} {timestamp}");
        if !believed {
            assert_eq!(found, Err(WechatError::Decode));
        }
    }
}

#[tokio::test]
async fn a_code_is_drawn_or_the_reason_is_told() {
    let rig = Rig::new();
    let wechat = rig.client();
    let drawn = wechat.unlimited_qrcode(&code()).await.expect("drawn");
    assert_eq!(drawn.format, QrFormat::Jpeg);
    assert!(drawn.bytes.len() > 500);

    let unreleased = QrCodeRequest { page: Some("pages/new/index".into()), ..code() };
    rig.control().release_pages(["pages/activity/index"]);
    assert_eq!(errcode(wechat.unlimited_qrcode(&unreleased).await), Some(41030));
    let unchecked = QrCodeRequest { check_path: false, ..unreleased };
    assert!(wechat.unlimited_qrcode(&unchecked).await.is_ok());

    let narrow = QrCodeRequest { width: Some(100), ..code() };
    assert_eq!(errcode(wechat.unlimited_qrcode(&narrow).await), Some(40097));
}

#[tokio::test]
async fn answers_are_those_of_the_real_service_to_the_byte() {
    let rig = Rig::new();
    let ask = |path: &str| {
        let url = format!("{}{path}", rig.simulator.base_url());
        async move { http().get(url).send().await.expect("answered") }
    };
    let app = format!("appid={APPID}&secret={SECRET}");
    let refused = ask(&format!("{LOGIN}?{app}&js_code=x&grant_type=authorization_code")).await;
    assert_eq!(refused.status(), 200);
    assert_eq!(refused.headers()["content-type"], "application/json; encoding=utf-8");
    let text = refused.text().await.expect("text");
    let head = format!(r#"{{"errcode":40029,"errmsg":"invalid code rid: {:08x}-"#, 1_772_352_000);
    assert!(text.starts_with(&head) && text.len() == head.len() + 19, "{text}");

    let accepted =
        ask(&format!("{LOGIN}?{app}&js_code=demo:li&grant_type=authorization_code")).await;
    let text = accepted.text().await.expect("text");
    assert!(text.starts_with(r#"{"session_key":""#) && text.contains(r#"==","openid":"oSIM"#));
    assert!(!text.contains("errcode"), "{text}");

    let token = ask(&format!("/cgi-bin/token?{app}&grant_type=client_credential")).await;
    let text = token.text().await.expect("text");
    assert!(text.ends_with(r#"","expires_in":7200}"#), "{text}");
    assert!((130..=160).contains(&(text.len() - r#"{"access_token":"","expires_in":7200}"#.len())));

    let wrong_method = ask(STABLE).await.text().await.expect("text");
    assert!(wrong_method.starts_with(r#"{"errcode":43002,"#), "{wrong_method}");
    let no_token = http().post(format!("{}{QRCODE}", rig.simulator.base_url()));
    let text = no_token.send().await.expect("answered").text().await.expect("text");
    assert!(text.starts_with(r#"{"errcode":41001,"errmsg":"access_token missing rid: "#), "{text}");

    let unknown = ask("/wxa/nothing").await;
    assert_eq!(unknown.status(), 404);
    assert!(unknown.text().await.expect("text").starts_with("<html>"));
}

#[tokio::test]
async fn a_wrong_app_or_secret_is_refused() {
    let rig = Rig::new();
    let with = |appid: &str, secret: &str| {
        let (appid, secret) = (appid.to_owned(), secret.into());
        rig.client_of(WechatSettings { appid, secret, ..rig.settings() }, None)
    };
    let demo = login("demo:li");
    assert_eq!(errcode(with("wxsimother", SECRET).code2session(&demo).await), Some(40013));
    assert_eq!(errcode(with(APPID, "guess").code2session(&demo).await), Some(40125));
    rig.control().freeze_secret(true);
    assert_eq!(errcode(rig.client().code2session(&demo).await), Some(40243));
}

#[tokio::test]
async fn the_simulator_never_stands_in_for_a_real_app() {
    assert!(matches!(start("wx0123456789abcdef"), Err(SimulatorError::RealAppid)));
}

#[tokio::test]
async fn secrets_never_cross_a_network_in_the_clear() {
    let rig = Rig::new();
    let build = |base_url: &str| {
        let settings = WechatSettings { base_url: base_url.to_owned(), ..rig.settings() };
        Wechat::new(settings, http(), None, rig.control().clock()).err()
    };
    assert_eq!(build("https://api.weixin.qq.com"), None);
    assert_eq!(build("http://127.0.0.1:9"), None);
    assert_eq!(build("http://[::1]:9"), None);
    assert_eq!(build("http://localhost:9"), None);
    assert_eq!(build("http://api.weixin.qq.com"), Some(SettingsError::NotHttps));
    assert_eq!(build("http://localhost.example.com"), Some(SettingsError::NotHttps));
    assert_eq!(build("ftp://127.0.0.1"), Some(SettingsError::NotHttps));
    assert_eq!(build("api.weixin.qq.com"), Some(SettingsError::BaseUrl));
}
