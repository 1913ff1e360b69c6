//! What the platform needs at run time, built once at start-up.

use std::sync::Arc;

use super::clock::Clock;
use super::db::Pools;
use super::ids::Ids;
use super::kv::Kv;
use super::vault::Vault;

/// Database, short-lived state, clock, ids and keys of this process.
#[derive(Clone, Debug)]
pub struct Core {
    /// The two database pools.
    pub pools: Pools,
    /// Short-lived state: Redis, or this process's memory.
    pub kv: Kv,
    /// The time.
    pub clock: Clock,
    /// Ids and random bytes.
    pub ids: Ids,
    /// Seals and indexes, each with its own key.
    pub vault: Arc<Vault>,
}
