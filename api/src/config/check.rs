//! What a configuration must fulfil before anything starts. Pure.

use super::{Config, DEMO_MASTER, Profile};

/// Choices that production makes only when told so by name.
const DANGERS: [&str; 4] = ["default_keys", "sandbox_wechat", "sqlite", "plain_redis"];

impl Config {
    /// Checks everything and lists everything wrong.
    ///
    /// # Errors
    /// One line for each fault.
    pub fn checked(self) -> Result<Self, Vec<String>> {
        let mut faults = self.general_faults();
        if self.profile == Profile::Production {
            faults.extend(self.production_faults());
        }
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    fn general_faults(&self) -> Vec<String> {
        let url = self.database.url.reveal();
        let redis = self.redis.url.reveal();
        let known = |name: &String| DANGERS.contains(&name.as_str());
        let checks = [
            (
                url.starts_with("postgres://")
                    || url.starts_with("postgresql://")
                    || url.starts_with("sqlite:"),
                "database.url (DATABASE_URL) must begin with postgres:// or sqlite://",
            ),
            (
                redis.is_empty() || redis.starts_with("redis://") || redis.starts_with("rediss://"),
                "redis.url (REDIS_URL) must begin with redis:// or rediss://",
            ),
            (self.master_key().is_some(), "keys.master must be 64 hexadecimal digits"),
            (!self.keys.kid.is_empty(), "keys.kid must not be empty"),
            (!self.wechat.appid.is_empty(), "wechat.appid is missing"),
            (!self.wechat.secret.is_empty(), "wechat.secret is missing"),
            (
                self.wechat.sandbox == self.wechat.appid.starts_with("wxsim"),
                "wechat.appid begins with wxsim in the sandbox, and only there",
            ),
            (
                (1..=100).contains(&self.database.max_connections),
                "database.max_connections: 1 to 100",
            ),
            (
                (1..=50).contains(&self.database.read_connections),
                "database.read_connections: 1 to 50",
            ),
            (
                self.allow.iter().all(known),
                "allow knows default_keys, sandbox_wechat, sqlite, plain_redis",
            ),
        ];
        let wrong = checks.into_iter().filter(|(fine, _)| !fine);
        wrong.map(|(_, text)| text.to_owned()).collect()
    }

    fn production_faults(&self) -> Vec<String> {
        let redis = self.redis.url.reveal();
        let dangers = [
            (self.keys.master.reveal() == DEMO_MASTER, "default_keys", "the demo's master key"),
            (self.wechat.sandbox, "sandbox_wechat", "simulated WeChat"),
            (self.database.url.reveal().starts_with("sqlite:"), "sqlite", "SQLite"),
            (redis.starts_with("redis://"), "plain_redis", "Redis without TLS"),
        ];
        let chosen = dangers.into_iter().filter(|(chosen, name, _)| {
            *chosen && !self.allow.iter().any(|allowed| allowed == name)
        });
        let mut faults: Vec<_> = chosen
            .map(|(_, name, what)| {
                format!("production with {what}: add \"{name}\" to `allow` if you mean it")
            })
            .collect();
        if redis.is_empty() {
            faults.push("production needs redis.url (REDIS_URL)".into());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_defaults_are_fine() {
        assert_eq!(Config::defaults(Profile::Embedded).checked().err(), None);
    }

    #[test]
    fn production_lists_every_fault_at_once_and_takes_dangers_by_name() {
        let mut config = Config::defaults(Profile::Embedded);
        config.profile = Profile::Production;
        config.redis.url = "redis://127.0.0.1".into();
        let faults = config.clone().checked().expect_err("dangerous");
        assert_eq!(faults.len(), 4, "{faults:#?}");

        config.allow = DANGERS.map(str::to_owned).to_vec();
        assert_eq!(config.checked().err(), None);

        let bare = Config::defaults(Profile::Production).checked().expect_err("nothing is set");
        assert!(bare.len() >= 5, "{bare:#?}");
    }
}
