//! Everything the simulated service remembers.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use secrecy::{ExposeSecret as _, SecretString};

use super::SimulatorSettings;
use super::demo::{DemoCode, demo_openid, demo_phone, demo_unionid, is_blocked};
use super::endpoints::Call;
use super::faults::{Faults, FaultsForCall};
use super::refusals::{self, Refusal};
use super::tokens::TokenBook;
use crate::wechat::types::Clock;

const CODE_LIFE: TimeDelta = TimeDelta::minutes(5);
const LOG_LENGTH: usize = 1000;

/// A request that arrived, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The names in the query string.
    pub query: Vec<String>,
    /// The names in the JSON body.
    pub fields: Vec<String>,
    /// The errcode answered, 0 for success, nothing while or if no answer was made.
    pub errcode: Option<i64>,
    number: u64,
}

/// A user of the simulated WeChat.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) openid: String,
    pub(super) unionid: Option<String>,
    pub(super) phone: String,
    blocked: bool,
}

/// What a code may be exchanged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Login,
    Phone,
}

#[derive(Debug)]
struct Issued {
    openid: String,
    kind: Kind,
    at: DateTime<Utc>,
    used: bool,
}

/// Limits per minute, as the real service documents them.
#[derive(Debug, Clone, Copy)]
pub(super) struct MinuteLimits {
    pub(super) logins_per_user: u32,
    pub(super) qrcodes: u32,
    pub(super) stable_tokens: u32,
}

/// The whole state of a simulator.
pub(super) struct World {
    pub(super) appid: String,
    secret: SecretString,
    pub(super) frozen: bool,
    /// Pages of the released version; any page exists if there is no list.
    pub(super) released_pages: Option<BTreeSet<String>>,
    pub(super) country_code_as_number: bool,
    pub(super) limits: MinuteLimits,
    pub(super) tokens: TokenBook,
    pub(super) faults: Faults,
    clock: Clock,
    ahead: TimeDelta,
    random: StdRng,
    users: HashMap<String, User>,
    codes: HashMap<String, Issued>,
    spent: HashSet<String>,
    minutes: HashMap<String, (i64, u32)>,
    log: VecDeque<Exchange>,
    calls: BTreeMap<String, u64>,
    arrivals: u64,
}

impl World {
    pub(super) fn new(settings: SimulatorSettings) -> Self {
        let SimulatorSettings { appid, secret, seed, now } = settings;
        Self {
            appid,
            secret,
            frozen: false,
            released_pages: None,
            country_code_as_number: false,
            limits: MinuteLimits { logins_per_user: 100, qrcodes: 5000, stable_tokens: 10_000 },
            tokens: TokenBook::default(),
            faults: Faults::default(),
            clock: now,
            ahead: TimeDelta::zero(),
            random: StdRng::seed_from_u64(seed),
            users: HashMap::new(),
            codes: HashMap::new(),
            spent: HashSet::new(),
            minutes: HashMap::new(),
            log: VecDeque::new(),
            calls: BTreeMap::new(),
            arrivals: 0,
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.clock)() + self.ahead
    }

    pub(super) fn advance(&mut self, by: TimeDelta) {
        self.ahead += by;
    }

    pub(super) fn secret_is(&self, text: &str) -> bool {
        self.secret.expose_secret() == text
    }

    // ---- ids ----

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill_bytes(&mut bytes);
        bytes
    }

    /// A request id: the Unix time and two random groups.
    pub(super) fn rid(&mut self) -> String {
        let [a, b] = [self.random.random::<u32>(), self.random.random::<u32>()];
        format!("{:08x}-{a:08x}-{b:08x}", self.now().timestamp())
    }

    pub(super) fn session_key(&mut self) -> String {
        BASE64.encode(&self.bytes::<16>())
    }

    pub(super) fn token_text(&mut self) -> String {
        let kind: u32 = self.random.random_range(10..100);
        format!("{kind}_{}", BASE64URL_NOPAD.encode(&self.bytes::<102>()))
    }

    // ---- users and codes ----

    /// The user of a name, made on first sight.
    pub(super) fn user_named(&mut self, name: &str) -> &mut User {
        let openid = demo_openid(&self.appid, name);
        self.users.entry(openid.clone()).or_insert_with(|| User {
            openid,
            unionid: demo_unionid(name),
            phone: demo_phone(name),
            blocked: is_blocked(name),
        })
    }

    pub(super) fn issue_code(&mut self, openid: &str, kind: Kind) -> String {
        let code = match kind {
            Kind::Login => BASE64URL_NOPAD.encode(&self.bytes::<24>()),
            Kind::Phone => HEXLOWER.encode(&self.bytes::<32>()),
        };
        let at = self.now();
        // Codes long dead answer the same as unknown ones, so they need not be kept.
        self.codes.retain(|_, issued| at - issued.at < TimeDelta::hours(1));
        let issued = Issued { openid: openid.to_owned(), kind, at, used: false };
        self.codes.insert(code.clone(), issued);
        code
    }

    /// Takes a code and gives its user; what follows may still fail, but the code is spent.
    pub(super) fn redeem(&mut self, code: &str, kind: Kind) -> Result<User, Refusal> {
        let user = match DemoCode::read(code) {
            Some(demo) => self.redeem_demo(code, &demo, kind)?,
            None => self.redeem_issued(code, kind)?,
        };
        if user.blocked && kind == Kind::Login { Err(refusals::BLOCKED) } else { Ok(user) }
    }

    fn redeem_demo(
        &mut self,
        code: &str,
        demo: &DemoCode<'_>,
        kind: Kind,
    ) -> Result<User, Refusal> {
        match (demo, kind) {
            (DemoCode::Login { name }, Kind::Login) => Ok(self.user_named(name).clone()),
            (DemoCode::LoginOnce { name }, Kind::Login) => {
                if !self.spent.insert(code.to_owned()) {
                    return Err(refusals::CODE_USED);
                }
                Ok(self.user_named(name).clone())
            }
            (DemoCode::Phone { name, number }, Kind::Phone) => {
                let user = self.user_named(name).clone();
                let phone = number.map_or_else(|| user.phone.clone(), str::to_owned);
                Ok(User { phone, ..user })
            }
            (DemoCode::Login { .. } | DemoCode::LoginOnce { .. }, Kind::Phone)
            | (DemoCode::Phone { .. }, Kind::Login) => Err(refusals::CODE),
        }
    }

    fn redeem_issued(&mut self, code: &str, kind: Kind) -> Result<User, Refusal> {
        let now = self.now();
        let issued = self
            .codes
            .get_mut(code)
            .filter(|issued| issued.kind == kind && now - issued.at < CODE_LIFE)
            .ok_or(refusals::CODE)?;
        if issued.used {
            return Err(refusals::CODE_USED);
        }
        issued.used = true;
        self.users.get(&issued.openid).cloned().ok_or(refusals::CODE)
    }

    /// Counts a call against a limit per minute.
    pub(super) fn spend_minute(&mut self, what: String, limit: u32) -> Result<(), Refusal> {
        let minute = self.now().timestamp().div_euclid(60);
        self.minutes.retain(|_, (at, _)| *at == minute);
        let (_, count) = self.minutes.entry(what).or_insert((minute, 0));
        *count += 1;
        if *count > limit { Err(refusals::MINUTE_LIMIT) } else { Ok(()) }
    }

    // ---- log ----

    /// Writes a request down and says which faults it meets.
    pub(super) fn receive(&mut self, call: &Call) -> (u64, FaultsForCall) {
        self.arrivals += 1;
        let number = self.arrivals;
        *self.calls.entry(call.path.clone()).or_default() += 1;
        if self.log.len() == LOG_LENGTH {
            self.log.pop_front();
        }
        self.log.push_back(Exchange {
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query.keys().cloned().collect(),
            fields: call.field_names(),
            errcode: None,
            number,
        });
        (number, self.faults.meet(&call.path))
    }

    pub(super) fn record_answer(&mut self, number: u64, errcode: Option<i64>) {
        if let Some(entry) = self.log.iter_mut().rev().find(|entry| entry.number == number) {
            entry.errcode = errcode;
        }
    }

    pub(super) fn requests(&self) -> Vec<Exchange> {
        self.log.iter().cloned().collect()
    }

    pub(super) fn calls(&self, path: &str) -> u64 {
        self.calls.get(path).copied().unwrap_or_default()
    }
}
