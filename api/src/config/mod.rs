//! Configuration in layers: the profile's defaults, a file, the environment.
//! Everything wrong is listed at once; secrets come from the environment or files only.

mod check;
mod secret;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use secret::Secret;

use crate::platform::text::network::Network;
use crate::tree::core::key::PublicKey;

/// Prefix of the environment variables: `PB_SERVER__LISTEN=0.0.0.0:8080`.
const PREFIX: &str = "PB_";

/// What kind of installation this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// One process, SQLite, memory, simulated WeChat: demo, trial, tests.
    Embedded,
    /// PostgreSQL, Redis, real WeChat.
    Production,
}

/// The whole configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Which defaults and which checks apply.
    pub profile: Profile,
    /// Names of dangerous choices the operator makes knowingly in production:
    /// `default_keys`, `sandbox_wechat`, `sqlite`, `plain_redis`, `plain_wechat`, `no_public_url`, `no_limits`.
    /// The embedded profile asks for `default_keys` on a PostgreSQL database.
    pub allow: Vec<String>,
    /// The HTTP server.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// The short-lived store.
    pub redis: Redis,
    /// Keys.
    pub keys: Keys,
    /// The public tree.
    pub tree: Tree,
    /// WeChat.
    pub wechat: Wechat,
    /// Rate limits.
    pub limits: Limits,
    /// How long what is past its use is kept.
    pub retention: Retention,
    /// Logs and metrics.
    pub telemetry: Telemetry,
}

/// The HTTP server.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address the API listens on.
    pub listen: SocketAddr,
    /// Where people reach it, such as `https://points.example.gov.cn`; stands in square codes.
    /// Empty: as the client itself called it, which production refuses.
    pub public_url: String,
    /// Address of the metrics listener; none switches it off.
    pub metrics_listen: Option<SocketAddr>,
    /// Worker threads; 0 means one per core.
    pub workers: usize,
    /// Addresses and networks of the proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Milliseconds a stopping process says "not ready" before it stops listening, so
    /// that the load balancer has seen it.
    pub lame_duck_ms: u64,
    /// Milliseconds the readiness probe waits for the database.
    pub probe_patience_ms: u64,
    /// Seconds a stopping process gives running requests.
    pub drain_seconds: u64,
    /// Whether `/docs` is served.
    pub docs: bool,
}

/// The database.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `postgres://..` or `sqlite://..`; also read from `DATABASE_URL`.
    pub url: Secret,
    /// Connections for writes.
    pub max_connections: u32,
    /// Connections for reads and exports.
    pub read_connections: u32,
    /// Milliseconds a request waits for a connection.
    pub acquire_timeout_ms: u64,
    /// Milliseconds a statement may run.
    pub statement_timeout_ms: u64,
}

/// The short-lived store.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// `redis://..` or `rediss://..`; empty for this process's memory. Also `REDIS_URL`.
    pub url: Secret,
    /// Prefix of every key, so that installations can share a server.
    pub prefix: String,
    /// Milliseconds a request waits for it before it goes on without. An answer may take
    /// twice as long, a connection six times, before it is given up and made anew.
    pub patience_ms: u64,
    /// Milliseconds it is left alone after a failure.
    pub rest_ms: u64,
}

/// Keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Name of the master key, kept beside each ciphertext.
    pub kid: String,
    /// Master key: 64 hexadecimal digits. All other keys are derived from it.
    pub master: Secret,
    /// A file that holds it instead, as container secrets do.
    pub master_file: Option<PathBuf>,
}

/// The public tree.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// Seed of the Ed25519 key that signs checkpoints: 64 hexadecimal digits. Its own,
    /// not derived from the master key, because it outlives changes of that one.
    pub signing_key: Secret,
    /// A file that holds it instead.
    pub signing_key_file: Option<PathBuf>,
    /// Public keys it had before, each as `points-bank tree key` printed it, for any tree: what
    /// they signed is continued, and listed as ours. A key that is not here is a stranger's,
    /// whatever the database says.
    pub earlier_keys: Vec<String>,
}

/// WeChat.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wechat {
    /// Whether the in-process simulator stands in for WeChat.
    pub sandbox: bool,
    /// The mini-program's appid.
    pub appid: String,
    /// Its secret.
    pub secret: Secret,
    /// A file that holds it instead.
    pub secret_file: Option<PathBuf>,
    /// Where WeChat's API is.
    pub base_url: String,
    /// Whether WeChat checks that a phone code belongs to the user.
    pub send_openid_with_phone_code: bool,
}

/// Rate limits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Off only for load tests.
    pub enabled: bool,
}

/// Logs and metrics.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Filter such as `info` or `info,api=debug`.
    pub log: String,
    /// Whether logs are JSON lines.
    pub json: bool,
}

/// How long what is past its use is kept. Both are logs of who came in from where, which the
/// cybersecurity law (art. 21) has kept for six months at least.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Days a session stays on record after its end.
    pub sessions_days: u16,
    /// Days a refused check-in stays on record.
    pub refusals_days: u16,
}

/// The key of the embedded profile. Production refuses it.
pub(crate) const DEMO_MASTER: &str =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// The key that signs the embedded profile's checkpoints. Production refuses it.
pub(crate) const DEMO_TREE_KEY: &str =
    "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

impl Config {
    /// The defaults of a profile.
    #[must_use]
    pub fn defaults(profile: Profile) -> Self {
        let embedded = profile == Profile::Embedded;
        let listen = if embedded { [127, 0, 0, 1] } else { [0, 0, 0, 0] };
        // Whoever tries it out reads whom to sign in as, not two hundred lines of migrations.
        let log = if embedded { "info,sea_orm_migration=warn,actix_server=warn" } else { "info" };
        Self {
            profile,
            allow: Vec::new(),
            server: Server {
                listen: (listen, 8080).into(),
                public_url: String::new(),
                metrics_listen: (!embedded).then(|| ([127, 0, 0, 1], 9464).into()),
                workers: 0,
                trusted_proxies: Vec::new(),
                lame_duck_ms: 3000,
                probe_patience_ms: 300,
                drain_seconds: 20,
                docs: embedded,
            },
            database: Database {
                url: if embedded { "sqlite://data/points-bank.sqlite" } else { "" }.into(),
                max_connections: 16,
                read_connections: 4,
                acquire_timeout_ms: if embedded { 8000 } else { 800 },
                statement_timeout_ms: 3000,
            },
            redis: Redis { url: "".into(), prefix: "pb".into(), patience_ms: 50, rest_ms: 1000 },
            keys: Keys {
                kid: "k1".into(),
                master: if embedded { DEMO_MASTER } else { "" }.into(),
                master_file: None,
            },
            tree: Tree {
                signing_key: if embedded { DEMO_TREE_KEY } else { "" }.into(),
                signing_key_file: None,
                earlier_keys: Vec::new(),
            },
            wechat: Wechat {
                sandbox: embedded,
                appid: if embedded { "wxsim00000000000001" } else { "" }.into(),
                secret: if embedded { "simulated-secret" } else { "" }.into(),
                secret_file: None,
                base_url: "https://api.weixin.qq.com".into(),
                send_openid_with_phone_code: true,
            },
            limits: Limits { enabled: true },
            retention: Retention { sessions_days: 180, refusals_days: 180 },
            telemetry: Telemetry { log: log.into(), json: !embedded },
        }
    }

    /// Reads the layers: defaults, then `file`, then `PB_..` variables, then
    /// `DATABASE_URL` and `REDIS_URL`.
    ///
    /// # Errors
    /// Everything that is wrong, one line each.
    pub fn load(file: Option<&Path>) -> Result<Self, Vec<String>> {
        let environment = || Env::prefixed(PREFIX).split("__");
        let mut layers = Figment::new();
        if let Some(path) = file {
            layers = layers.merge(Toml::file_exact(path));
        }
        layers = layers.merge(environment());
        let profile = layers.extract_inner("profile").unwrap_or(Profile::Embedded);
        let direct = Env::raw().only(&["DATABASE_URL", "REDIS_URL"]);
        let direct = direct.map(|key| key.as_str().to_ascii_lowercase().replace('_', ".").into());
        let config: Self = Figment::from(Serialized::defaults(Self::defaults(profile)))
            .merge(layers)
            .merge(direct)
            .extract()
            .map_err(|errors| errors.into_iter().map(|e| e.to_string()).collect::<Vec<_>>())?;
        config.with_files()?.checked()
    }

    fn with_files(mut self) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        for (path, into) in [
            (&self.keys.master_file, &mut self.keys.master),
            (&self.tree.signing_key_file, &mut self.tree.signing_key),
            (&self.wechat.secret_file, &mut self.wechat.secret),
        ] {
            let Some(path) = path else { continue };
            match std::fs::read_to_string(path) {
                Ok(text) => *into = text.trim().into(),
                Err(error) => faults.push(format!("{}: {error}", path.display())),
            }
        }
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    /// The master key's bytes.
    #[must_use]
    pub fn master_key(&self) -> Option<[u8; 32]> {
        bytes_of(&self.keys.master)
    }

    /// The bytes of the key that signs checkpoints.
    #[must_use]
    pub fn tree_key(&self) -> Option<[u8; 32]> {
        bytes_of(&self.tree.signing_key)
    }

    /// The bytes of the public keys that signed checkpoints before.
    #[must_use]
    pub fn earlier_tree_keys(&self) -> Vec<[u8; 32]> {
        let keys = self.tree.earlier_keys.iter().filter_map(|key| PublicKey::parse(key));
        keys.map(|key| *key.bytes()).collect()
    }
}

fn bytes_of(secret: &Secret) -> Option<[u8; 32]> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(secret.reveal().as_bytes());
    bytes.ok()?.try_into().ok()
}
