//! The strings of the simulator: users, codes, faults, time, and what it has seen.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use super::Shared;
use super::faults::{Fault, Times};
use super::state::{Exchange, Kind};
use crate::wechat::types::Clock;

/// Steers a running simulator. Cheap to clone.
#[derive(Clone)]
pub struct Control(Shared);

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Control(..)")
    }
}

impl Control {
    pub(super) fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Makes a user, or changes the phone number of the user of that name; gives the openid.
    #[must_use]
    pub fn create_user(&self, name: &str, phone: &str) -> String {
        let mut world = self.0.world();
        let user = world.user_named(name);
        phone.clone_into(&mut user.phone);
        user.openid.clone()
    }

    /// What `wx.login` would give this user: five minutes, one use.
    #[must_use]
    pub fn login_code(&self, openid: &str) -> String {
        self.0.world().issue_code(openid, Kind::Login)
    }

    /// What the phone button would give this user: five minutes, one use.
    #[must_use]
    pub fn phone_code(&self, openid: &str) -> String {
        self.0.world().issue_code(openid, Kind::Phone)
    }

    /// Lays a fault in wait for one path, or for all.
    pub fn fail(&self, path: Option<&str>, fault: Fault, times: Times) {
        self.0.world().faults.arm(path, fault, times);
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.0.world().faults.clear();
    }

    /// Ends the current access tokens, as another program's `force_refresh` does.
    pub fn kill_tokens(&self) {
        let mut world = self.0.world();
        let now = world.now();
        world.tokens.kill(now);
    }

    /// Freezes the app's secret, as an administrator can, or thaws it.
    pub fn freeze_secret(&self, frozen: bool) {
        self.0.world().frozen = frozen;
    }

    /// Names the pages of the released version; before that every page exists.
    pub fn release_pages<'a>(&self, pages: impl IntoIterator<Item = &'a str>) {
        let pages = pages.into_iter().map(str::to_owned).collect();
        self.0.world().released_pages = Some(pages);
    }

    /// Has country codes sent as numbers, as the official sample does, or as texts.
    pub fn country_code_as_number(&self, number: bool) {
        self.0.world().country_code_as_number = number;
    }

    /// Changes how often a minute one user may log in.
    pub fn limit_logins(&self, per_minute: u32) {
        self.0.world().limits.logins_per_user = per_minute;
    }

    /// Moves the simulator's clock ahead.
    pub fn advance(&self, by: Duration) {
        let by = TimeDelta::from_std(by).unwrap_or(TimeDelta::MAX);
        self.0.world().advance(by);
    }

    /// The simulator's clock, to be shared with a client under test.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let shared = self.0.clone();
        Arc::new(move || shared.world().now())
    }

    /// The last thousand requests, oldest first, without secrets.
    #[must_use]
    pub fn requests(&self) -> Vec<Exchange> {
        self.0.world().requests()
    }

    /// How often a path was asked.
    #[must_use]
    pub fn calls(&self, path: &str) -> u64 {
        self.0.world().calls(path)
    }
}
