//! The client against the simulator, over a real socket.

mod calls;
mod faults;
mod logs;
mod tokens;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};

use super::simulator::{Control, Simulator, SimulatorSettings};
use super::{
    AccessToken, LoginCode, OpenId, PhoneCode, QrCodeRequest, Scene, SharedToken, SharedTokenDown,
    Wechat, WechatError, WechatSettings, http_client,
};

const APPID: &str = "wxsim0123456789abc";
const SECRET: &str = "SECRETSECRETSECRET";
const LOGIN: &str = "/sns/jscode2session";
const PHONE: &str = "/wxa/business/getuserphonenumber";
const QRCODE: &str = "/wxa/getwxacodeunlimit";
const STABLE: &str = "/cgi-bin/stable_token";

struct Rig {
    simulator: Simulator,
}

fn start(appid: &str) -> Result<Simulator, super::simulator::SimulatorError> {
    let at: DateTime<Utc> = "2026-03-01T08:00:00Z".parse().expect("a time");
    Simulator::start(SimulatorSettings {
        appid: appid.to_owned(),
        secret: SECRET.into(),
        seed: 7,
        now: Arc::new(move || at),
    })
}

fn http() -> reqwest::Client {
    // A second installation in the same process is refused, and then there is one already.
    drop(rustls::crypto::ring::default_provider().install_default());
    http_client().expect("a client")
}

impl Rig {
    fn new() -> Self {
        Self { simulator: start(APPID).expect("a simulator") }
    }

    fn control(&self) -> &Control {
        self.simulator.control()
    }

    fn settings(&self) -> WechatSettings {
        WechatSettings {
            base_url: self.simulator.base_url().to_owned(),
            appid: APPID.to_owned(),
            secret: SECRET.into(),
            send_openid_with_phone_code: true,
        }
    }

    fn client(&self) -> Wechat {
        self.client_of(self.settings(), None)
    }

    fn replica(&self, shared: &Arc<impl SharedToken + 'static>) -> Wechat {
        self.client_of(self.settings(), Some(shared.clone()))
    }

    fn client_of(&self, settings: WechatSettings, shared: Option<Arc<dyn SharedToken>>) -> Wechat {
        Wechat::new(settings, http(), shared, self.control().clock()).expect("a client")
    }
}

/// A shared cache as Redis would be one.
#[derive(Default)]
struct Cache(Mutex<Option<AccessToken>>);

#[async_trait]
impl SharedToken for Cache {
    async fn get(&self, _: &str) -> Result<Option<AccessToken>, SharedTokenDown> {
        Ok(self.0.lock().expect("unpoisoned").clone())
    }

    async fn put(&self, _: &str, token: &AccessToken, _: Duration) -> Result<(), SharedTokenDown> {
        *self.0.lock().expect("unpoisoned") = Some(token.clone());
        Ok(())
    }

    async fn delete_if(&self, _: &str, value: &SecretString) -> Result<(), SharedTokenDown> {
        let mut held = self.0.lock().expect("unpoisoned");
        if held.as_ref().is_some_and(|t| t.value().expose_secret() == value.expose_secret()) {
            *held = None;
        }
        Ok(())
    }
}

fn login(code: &str) -> LoginCode {
    LoginCode::parse(code).expect("a code")
}

fn phone(code: &str) -> PhoneCode {
    PhoneCode::parse(code).expect("a code")
}

fn openid(text: &str) -> OpenId {
    OpenId::parse(text).expect("an openid")
}

fn code() -> QrCodeRequest {
    QrCodeRequest::new(Scene::parse("a.7KQ2M9X4").expect("a scene"))
}

fn errcode<T: std::fmt::Debug>(result: Result<T, WechatError>) -> Option<i64> {
    result.expect_err("refused").code()
}
