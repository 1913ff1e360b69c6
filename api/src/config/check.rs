//! What a configuration must fulfil before anything starts. Pure.

use url::Url;

use super::{Config, DEMO_MASTER, DEMO_TREE_KEY, Profile};
use crate::tree::core::key::PublicKey;

/// Choices that production makes only when told so by name.
const DANGERS: [&str; 7] = [
    "default_keys",
    "sandbox_wechat",
    "sqlite",
    "plain_redis",
    "plain_wechat",
    "no_public_url",
    "no_limits",
];

impl Config {
    /// Checks everything and lists everything wrong.
    ///
    /// # Errors
    /// One line for each fault.
    pub fn checked(self) -> Result<Self, Vec<String>> {
        let mut faults = self.general_faults();
        faults.extend(self.unknown_names());
        faults.extend(self.unread_keys());
        match self.profile {
            Profile::Production => faults.extend(self.production_faults()),
            Profile::Embedded => faults.extend(self.embedded_faults()),
        }
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    fn general_faults(&self) -> Vec<String> {
        let url = self.database.url.reveal();
        let redis = self.redis.url.reveal();
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
            (self.tree_key().is_some(), "tree.signing_key must be 64 hexadecimal digits"),
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
                (1..=10_000).contains(&self.redis.patience_ms)
                    && (1..=60_000).contains(&self.redis.rest_ms),
                "redis.patience_ms: 1 to 10000; redis.rest_ms: 1 to 60000",
            ),
            (
                self.server.lame_duck_ms <= 60_000
                    && (1..=10_000).contains(&self.server.probe_patience_ms),
                "server.lame_duck_ms: at most 60000; server.probe_patience_ms: 1 to 10000",
            ),
            (
                (180..=3650).contains(&self.retention.sessions_days)
                    && (180..=3650).contains(&self.retention.refusals_days),
                "retention.sessions_days, retention.refusals_days: 180 to 3650",
            ),
            (
                is_base(&self.server.public_url),
                "server.public_url (PB_SERVER__PUBLIC_URL) must be http:// or https:// and a host, \
                 without path, query, user or space, such as https://points.example.gov.cn",
            ),
        ];
        let wrong = checks.into_iter().filter(|(fine, _)| !fine);
        wrong.map(|(_, text)| text.to_owned()).collect()
    }

    /// Names in `allow` that nothing knows: a misspelt one would allow nothing.
    fn unknown_names(&self) -> Vec<String> {
        let unknown = self.allow.iter().filter(|name| !DANGERS.contains(&name.as_str()));
        let line = |name: &String| {
            format!("allow (PB_ALLOW): \"{name}\" is none of {}", DANGERS.join(", "))
        };
        unknown.map(line).collect()
    }

    /// Earlier keys that are none: what they signed would pass for a stranger's. They are counted
    /// and not shown, lest one is a secret pasted by mistake.
    fn unread_keys(&self) -> Vec<String> {
        let numbered = (1..).zip(&self.tree.earlier_keys);
        let unread = numbered.filter(|(_, key)| PublicKey::parse(key).is_none());
        let line = |(number, _): (usize, &String)| {
            format!(
                "tree.earlier_keys (PB_TREE__EARLIER_KEYS): number {number} is no public key as \
                 `points-bank tree key` prints it"
            )
        };
        unread.map(line).collect()
    }

    /// Whether the master key is the demo's, however it is spelt.
    fn has_demo_key(&self) -> bool {
        let keys = [(&self.keys.master, DEMO_MASTER), (&self.tree.signing_key, DEMO_TREE_KEY)];
        keys.iter().any(|(key, demo)| key.reveal().trim().eq_ignore_ascii_case(demo))
    }

    /// The embedded profile seeds and migrates by itself, with keys everybody knows: right
    /// for a trial, wrong for a server's database whose operator forgot to say `production`.
    fn embedded_faults(&self) -> Vec<String> {
        let server = !self.database.url.reveal().starts_with("sqlite:");
        let dangers = [(
            server && self.has_demo_key(),
            "default_keys",
            "the embedded profile on a PostgreSQL database with a key of the demo (keys.master, \
             tree.signing_key; is PB_PROFILE=production missing?)",
        )];
        self.unnamed(dangers)
    }

    fn production_faults(&self) -> Vec<String> {
        let redis = self.redis.url.reveal();
        let dangers = [
            (self.has_demo_key(), "default_keys", "production with a key of the demo"),
            (self.wechat.sandbox, "sandbox_wechat", "production with simulated WeChat"),
            (self.database.url.reveal().starts_with("sqlite:"), "sqlite", "production with SQLite"),
            (redis.starts_with("redis://"), "plain_redis", "production with Redis without TLS"),
            (
                !self.wechat.sandbox && !self.wechat.base_url.starts_with("https://"),
                "plain_wechat",
                "production with wechat.base_url without TLS",
            ),
            (
                !self.server.public_url.starts_with("https://"),
                "no_public_url",
                "production without server.public_url (PB_SERVER__PUBLIC_URL, https://): printed \
                 square codes would lead where any client says it is",
            ),
            (!self.limits.enabled, "no_limits", "production without rate limits"),
        ];
        let mut faults = self.unnamed(dangers);
        if redis.is_empty() {
            faults.push("production needs redis.url (REDIS_URL)".into());
        }
        faults
    }

    /// The dangers chosen, but not by name.
    fn unnamed<const N: usize>(&self, dangers: [(bool, &str, &str); N]) -> Vec<String> {
        let allowed = |name: &str| self.allow.iter().any(|allowed| allowed == name);
        let chosen = dangers.into_iter().filter(|(chosen, name, _)| *chosen && !allowed(name));
        let line = |(_, name, what)| format!("{what}: add \"{name}\" to `allow` if you mean it");
        chosen.map(line).collect()
    }
}

/// Whether paths can be put behind it as it stands. Empty: nothing was set.
fn is_base(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    // The parser would mend what a printed square code keeps.
    let host_follows = text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/'));
    if !host_follows || text.chars().any(|c| c.is_whitespace() || c == '\\') {
        return false;
    }
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

#[cfg(test)]
mod tests {
    use entity::tree_key::KeyAlgorithm;

    use super::*;
    use crate::tree::core::key::Signatory;

    #[test]
    fn every_setting_is_explained_to_who_deploys() {
        let explained = include_str!("../../../deploy/README.md");
        let all = serde_json::to_value(Config::defaults(Profile::Embedded)).unwrap();
        for (section, settings) in all.as_object().unwrap() {
            let Some(settings) = settings.as_object() else {
                let name = format!("`PB_{}`", section.to_uppercase());
                assert!(explained.contains(&name), "{name}");
                continue;
            };
            for name in settings.keys() {
                let name = match (section.as_str(), name.as_str()) {
                    ("database" | "redis", "url") => format!("`{section}_url`"),
                    _ => format!("`PB_{section}__{name}`"),
                };
                assert!(explained.contains(&name.to_uppercase()), "{name}");
            }
        }
    }

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
        assert_eq!(faults.len(), 5, "{faults:#?}");
        config.keys.master = DEMO_MASTER.to_uppercase().as_str().into();
        config.wechat.sandbox = false;
        config.wechat.appid = "wx0123456789abcdef".into();
        config.wechat.base_url = "http://api.weixin.qq.com".into();
        config.limits.enabled = false;
        let faults = config.clone().checked().expect_err("dangerous");
        let named = |name: &str| faults.iter().any(|fault| fault.contains(name));
        for name in DANGERS.into_iter().filter(|name| *name != "sandbox_wechat") {
            assert!(named(name), "{name}: {faults:#?}");
        }
        assert_eq!(faults.len(), 6, "{faults:#?}");

        config.allow = DANGERS.map(str::to_owned).to_vec();
        assert_eq!(config.checked().err(), None);
    }

    #[test]
    fn the_embedded_profile_keeps_off_a_servers_database_unless_told() {
        let mut config = Config::defaults(Profile::Embedded);
        config.database.url = "postgres://host/bank".into();
        let faults = config.clone().checked().expect_err("forgotten profile");
        assert!(faults.len() == 1 && faults[0].contains("PB_PROFILE"), "{faults:#?}");
        config.allow = vec!["default_keys".into()];
        assert_eq!(config.clone().checked().err(), None);
        config.allow.clear();
        config.keys.master = "7".repeat(64).as_str().into();
        assert!(config.clone().checked().is_err(), "everybody can sign its checkpoints");
        config.tree.signing_key = "8".repeat(64).as_str().into();
        assert_eq!(config.checked().err(), None, "with keys of its own it is meant");
    }

    #[test]
    fn an_earlier_key_is_a_public_key_and_never_shown() {
        let mut config = Config::defaults(Profile::Embedded);
        let key = Signatory::from_seed(&[1; 32]).public("points.510123", KeyAlgorithm::Ed25519);
        let key = key.expect("a key");
        config.tree.earlier_keys = vec![key.to_string()];
        assert_eq!(config.clone().checked().err(), None);
        assert_eq!(config.earlier_tree_keys(), [*key.bytes()]);
        config.tree.earlier_keys.push("9".repeat(64));
        let faults = config.checked().expect_err("a secret");
        assert!(faults.len() == 1 && faults[0].contains("number 2"), "{faults:#?}");
        assert!(!faults[0].contains("999"), "{faults:#?}");
    }

    #[test]
    fn a_misspelt_danger_is_named_beside_those_there_are() {
        let mut config = Config::defaults(Profile::Embedded);
        config.allow = vec!["sqlit".into(), "sqlite".into()];
        let faults = config.checked().expect_err("misspelt");
        assert_eq!(faults.len(), 1, "{faults:#?}");
        assert!(faults[0].contains("\"sqlit\""), "{faults:#?}");
        for name in DANGERS {
            assert!(faults[0].contains(name), "{name}: {faults:#?}");
        }
    }

    #[test]
    fn people_reach_the_service_by_an_address_and_nothing_more() {
        for fine in ["", "https://a.gov.cn", "https://a.gov.cn/", "http://127.0.0.1:8080"] {
            assert!(is_base(fine), "{fine}");
        }
        for bad in [
            "a.gov.cn",
            "https://",
            "https:///x",
            "ftp://a.gov.cn",
            "https://a.gov.cn/bank",
            "https://a.gov.cn?x=1",
            "https://a.gov.cn/#x",
            "https://a b.cn",
            "https://a.gov.cn ",
            "https://me@a.gov.cn",
        ] {
            assert!(!is_base(bad), "{bad}");
        }
        let mut config = Config::defaults(Profile::Embedded);
        config.server.public_url = "https://a.gov.cn/bank".into();
        let faults = config.checked().expect_err("a path");
        assert!(faults.len() == 1 && faults[0].contains("PB_SERVER__PUBLIC_URL"), "{faults:#?}");
    }

    #[test]
    fn a_bare_production_is_told_all_that_is_missing() {
        let bare = Config::defaults(Profile::Production).checked().expect_err("nothing is set");
        assert!(bare.len() >= 5, "{bare:#?}");
    }
}
