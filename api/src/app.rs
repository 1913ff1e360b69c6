//! The application: everything built once at start-up, shared by all workers.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Bytes, Data};

use crate::attendance::RulesCache;
use crate::auth::Tokens;
use crate::config::Config;
use crate::platform::clock::Clock;
use crate::platform::core::Core;
use crate::platform::db::{self, PoolSettings};
use crate::platform::ids::Ids;
use crate::platform::kv::{Kv, MemoryKv, Patience, RedisKv};
use crate::platform::operation::Operations;
use crate::platform::vault::Vault;
use crate::shared_token::StoredToken;
use crate::task::Kinds;
use crate::tree::core::key::Signatory;
use crate::wechat::simulator::{Simulator, SimulatorSettings};
use crate::wechat::{self, Wechat, WechatSettings};
use crate::{jobs, openapi};

/// The application's state.
pub struct App {
    /// The platform's part.
    pub core: Data<Core>,
    /// As configured.
    pub config: Config,
    /// Signs and reads access tokens.
    pub tokens: Tokens,
    /// Signs the heads of the public trees.
    pub signatory: Signatory,
    /// WeChat's API, real or simulated.
    pub wechat: Wechat,
    /// What check-in goes by, remembered for a moment.
    pub check_in_rules: RulesCache,
    /// Every operation with its permission.
    pub operations: Operations,
    /// Every kind of long work.
    pub(crate) tasks: Kinds,
    /// The document as it is served.
    pub document: Bytes,
    /// The simulator, when it stands in for WeChat.
    pub simulator: Option<Simulator>,
}

impl Deref for App {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

impl App {
    /// Builds everything from the configuration. The database need not be up yet.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, String> {
        let core = Arc::new(build_core(&config, clock.clone()).await?);
        let openapi::Published { operations, text: document } = openapi::published()?;
        let simulator = start_simulator(&config, &clock)?;
        let wechat = build_wechat(&config, simulator.as_ref(), &core)?;
        let tree_key = config.tree_key().ok_or("tree.signing_key must be 64 hexadecimal digits")?;
        Ok(Self {
            signatory: Signatory::from_seed(&tree_key).after(config.earlier_tree_keys()),
            tokens: Tokens::from_seed(core.vault.token_signing_seed.reveal())?,
            core: Data::from(core),
            config,
            wechat,
            check_in_rules: RulesCache::default(),
            operations,
            tasks: jobs::task_kinds(),
            document,
            simulator,
        })
    }
}

async fn build_core(config: &Config, clock: Clock) -> Result<Core, String> {
    let settings = PoolSettings {
        max_connections: config.database.max_connections,
        read_connections: config.database.read_connections,
        acquire_timeout: Duration::from_millis(config.database.acquire_timeout_ms),
        statement_timeout: Duration::from_millis(config.database.statement_timeout_ms),
    };
    let master = config.master_key().ok_or("keys.master must be 64 hexadecimal digits")?;
    let vault = Vault::new(&config.keys.kid, &master).map_err(|error| error.to_string())?;
    let pools = db::open(config.database.url.reveal(), &settings).await;
    let kv = if config.redis.url.is_empty() {
        Kv::Memory(MemoryKv::new(clock.clone()))
    } else {
        let (url, prefix) = (config.redis.url.reveal(), &config.redis.prefix);
        let patience = Patience {
            answer: Duration::from_millis(config.redis.patience_ms),
            rest: Duration::from_millis(config.redis.rest_ms),
        };
        let redis = RedisKv::new(url, prefix, patience, clock.clone());
        Kv::Redis(redis.map_err(|error| format!("redis.url: {}", error.category()))?)
    };
    Ok(Core {
        pools: pools.map_err(|error| format!("database: {error}"))?,
        kv,
        ids: Ids::from_system(clock.now()),
        clock,
        vault: Arc::new(vault),
    })
}

fn start_simulator(config: &Config, clock: &Clock) -> Result<Option<Simulator>, String> {
    if !config.wechat.sandbox {
        return Ok(None);
    }
    let clock = clock.clone();
    let settings = SimulatorSettings {
        appid: config.wechat.appid.clone(),
        secret: config.wechat.secret.reveal().into(),
        seed: u64::from_be_bytes(Ids::from_system(clock.now()).bytes()),
        now: Arc::new(move || clock.now()),
    };
    Simulator::start(settings).map(Some).map_err(|error| error.to_string())
}

fn build_wechat(
    config: &Config,
    simulator: Option<&Simulator>,
    core: &Arc<Core>,
) -> Result<Wechat, String> {
    let base_url = simulator.map_or(config.wechat.base_url.as_str(), Simulator::base_url);
    let settings = WechatSettings {
        base_url: base_url.to_owned(),
        appid: config.wechat.appid.clone(),
        secret: config.wechat.secret.reveal().into(),
        send_openid_with_phone_code: config.wechat.send_openid_with_phone_code,
    };
    let http = wechat::http_client().map_err(|error| error.to_string())?;
    let shared = Arc::new(StoredToken::new(core.clone()));
    let clock = core.clock.clone();
    let wechat = Wechat::new(settings, http, Some(shared), Arc::new(move || clock.now()));
    wechat.map_err(|error| error.to_string())
}
