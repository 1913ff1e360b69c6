//! What must never be written down.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::super::simulator::{Fault, Times};
use super::*;

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Page {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Every way for a call to end that this module knows, with everything logged.
async fn a_bad_day(rig: &Rig) -> String {
    let faults = [
        Fault::Errcode(-1, "system error".into()),
        Fault::Errcode(40029, "invalid code SECRETcode".into()),
        Fault::ResetAfterProcess,
        Fault::Truncate,
        Fault::HtmlBody,
        Fault::Http(500, "SECRETbody".into()),
        Fault::Http(200, r#"{"openid":"SECRET openid"}"#.into()),
        Fault::Http(200, r#"{"openid":["SECRETlist"],"access_token":"SECRET"}"#.into()),
        Fault::Http(200, r#"{"access_token":"x","expires_in":"SECRETtext"}"#.into()),
        Fault::KillToken,
        Fault::RejectToken,
    ];
    let li = openid("oSECRETopenid");
    let mut errors = Vec::new();
    for fault in faults {
        for path in [LOGIN, PHONE, QRCODE, STABLE] {
            let wechat = rig.client();
            rig.control().clear_faults();
            rig.control().fail(Some(path), fault.clone(), Times::Next(2));
            let logged_in = wechat.code2session(&login("demo:secret-name#SECRETnonce")).await;
            let number =
                wechat.phone_number(&phone("demo-phone:secret-name:13812345678"), &li).await;
            let drawn = wechat.unlimited_qrcode(&code()).await.map(|image| image.format);
            errors.push(format!("{logged_in:?} {number:?} {drawn:?}"));
            for error in [logged_in.err(), number.err(), drawn.err()].into_iter().flatten() {
                errors.push(error.to_string());
            }
        }
    }
    errors.join("\n")
}

#[tokio::test]
async fn no_secret_is_ever_written_down() {
    let page = Page::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(page.clone())
        .finish();
    // With one subscriber only, an event first met by another test's thread would stay silent.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let rig = Rig::new();
    let errors = {
        let _guard = tracing::subscriber::set_default(subscriber);
        a_bad_day(&rig).await
    };
    let logged = String::from_utf8(page.0.lock().expect("unpoisoned").clone()).expect("text");
    assert!(logged.contains("code=40029") && logged.contains("rid="), "nothing was captured");
    assert!(logged.contains("WeChat not reached"), "no transport failure was captured");

    let cache = Arc::new(Cache::default());
    let wechat = rig.replica(&cache);
    rig.control().clear_faults();
    wechat.unlimited_qrcode(&code()).await.expect("drawn");
    let token = cache.0.lock().expect("unpoisoned").clone().expect("shared");
    let token = token.value().expose_secret();

    for text in [&logged, &errors] {
        for secret in
            ["SECRET", "secret-name", "13812345678", "oSIM", "oUNI", "access_token=", token]
        {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(!format!("{:?}", rig.settings()).contains(SECRET));
}
