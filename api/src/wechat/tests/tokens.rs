//! How the access token is fetched, shared, renewed and replaced.

use std::future::pending;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use super::super::Class;
use super::super::simulator::{Fault, Times};
use super::*;

const MINUTE: Duration = Duration::from_mins(1);

/// A cache that refuses everything.
struct Down;

#[async_trait]
impl SharedToken for Down {
    async fn get(&self, _: &str) -> Result<Option<AccessToken>, SharedTokenDown> {
        Err(SharedTokenDown)
    }

    async fn put(&self, _: &str, _: &AccessToken, _: Duration) -> Result<(), SharedTokenDown> {
        Err(SharedTokenDown)
    }

    async fn delete_if(&self, _: &str, _: &SecretString) -> Result<(), SharedTokenDown> {
        Err(SharedTokenDown)
    }
}

/// A cache that never answers.
struct Silent;

#[async_trait]
impl SharedToken for Silent {
    async fn get(&self, _: &str) -> Result<Option<AccessToken>, SharedTokenDown> {
        pending().await
    }

    async fn put(&self, _: &str, _: &AccessToken, _: Duration) -> Result<(), SharedTokenDown> {
        pending().await
    }

    async fn delete_if(&self, _: &str, _: &SecretString) -> Result<(), SharedTokenDown> {
        pending().await
    }
}

/// A cache that can be read and written but deletes nothing.
#[derive(Default)]
struct Sticky(Cache);

#[async_trait]
impl SharedToken for Sticky {
    async fn get(&self, appid: &str) -> Result<Option<AccessToken>, SharedTokenDown> {
        self.0.get(appid).await
    }

    async fn put(&self, a: &str, token: &AccessToken, t: Duration) -> Result<(), SharedTokenDown> {
        self.0.put(a, token, t).await
    }

    async fn delete_if(&self, _: &str, _: &SecretString) -> Result<(), SharedTokenDown> {
        Err(SharedTokenDown)
    }
}

/// Draws `count` codes at once, spread over the clients; gives how many failed.
async fn at_once(clients: &[Wechat], count: usize) -> usize {
    let calls: Vec<_> = (0..count)
        .map(|number| {
            let wechat = clients[number % clients.len()].clone();
            tokio::spawn(async move { wechat.unlimited_qrcode(&code()).await })
        })
        .collect();
    let mut failures = 0;
    for call in calls {
        failures += usize::from(call.await.expect("no panic").is_err());
    }
    failures
}

async fn draws(wechat: &Wechat) -> Result<(), WechatError> {
    wechat.unlimited_qrcode(&code()).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_calls_at_expiry_cost_one_fetch_per_replica_at_most() {
    const ALLOWED: RangeInclusive<u64> = 1..=3;
    let rig = Rig::new();
    let cache = Arc::new(Cache::default());
    let replicas = [rig.replica(&cache), rig.replica(&cache), rig.replica(&cache)];
    assert_eq!(at_once(&replicas, 200).await, 0);
    let cold = rig.control().calls(STABLE);
    assert!(ALLOWED.contains(&cold), "{cold}");
    rig.control().advance(120 * MINUTE);
    assert_eq!(at_once(&replicas, 200).await, 0);
    let expired = rig.control().calls(STABLE) - cold;
    assert!(ALLOWED.contains(&expired), "{expired}");
}

/// Waits until so many tokens were asked for.
async fn called(rig: &Rig, times: u64) {
    for _ in 0..3000 {
        if rig.control().calls(STABLE) >= times {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not asked {times} times within half a minute");
}

#[tokio::test]
async fn a_replica_uses_the_token_another_has_fetched() {
    let rig = Rig::new();
    let cache = Arc::new(Cache::default());
    assert_eq!(draws(&rig.replica(&cache)).await, Ok(()));
    assert_eq!(draws(&rig.replica(&cache)).await, Ok(()));
    assert_eq!(rig.control().calls(STABLE), 1);
}

#[tokio::test]
async fn an_ageing_token_is_used_while_its_successor_is_fetched() {
    let rig = Rig::new();
    let wechat = rig.client();
    assert_eq!(draws(&wechat).await, Ok(()));
    rig.control().advance(114 * MINUTE);
    assert_eq!(draws(&wechat).await, Ok(()));
    assert_eq!(rig.control().calls(STABLE), 1, "six minutes left");

    rig.control().advance(2 * MINUTE);
    rig.control().fail(Some(STABLE), Fault::Errcode(-1, "system error".into()), Times::Always);
    assert_eq!(draws(&wechat).await, Ok(()), "four minutes left, and WeChat hands out none");
    called(&rig, 3).await;
    // What must not happen has time to happen.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let tried = rig.control().calls(STABLE);
    assert_eq!(tried, 3, "one renewal behind the call, repeated once");
    assert_eq!(draws(&wechat).await, Ok(()));
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(rig.control().calls(STABLE), tried, "a failed renewal rests");

    rig.control().clear_faults();
    rig.control().advance(Duration::from_secs(11));
    assert_eq!(draws(&wechat).await, Ok(()));
    called(&rig, tried + 1).await;
    // It is asked for once; a moment until what was answered is known here.
    tokio::time::sleep(Duration::from_millis(400)).await;
    rig.control().advance(10 * MINUTE);
    assert_eq!(draws(&wechat).await, Ok(()));
    assert_eq!(rig.control().calls(STABLE), tried + 1, "the successor was there in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_token_costs_one_fetch_and_no_failure() {
    let rig = Rig::new();
    let wechat = rig.client();
    assert_eq!(draws(&wechat).await, Ok(()));
    rig.control().fail(Some(QRCODE), Fault::KillToken, Times::Once);
    assert_eq!(draws(&wechat).await, Ok(()));
    assert_eq!((rig.control().calls(QRCODE), rig.control().calls(STABLE)), (3, 2));

    rig.control().kill_tokens();
    assert_eq!(at_once(&[wechat], 100).await, 0);
    assert_eq!(rig.control().calls(STABLE), 3, "all hundred share one renewal");
}

#[tokio::test]
async fn a_phone_code_survives_a_killed_token() {
    let rig = Rig::new();
    let wechat = rig.client();
    let li = openid(&rig.control().create_user("li", "13800000001"));
    assert_eq!(draws(&wechat).await, Ok(()));
    rig.control().kill_tokens();
    let code = phone(&rig.control().phone_code(li.as_str()));
    assert!(wechat.phone_number(&code, &li).await.is_ok());
}

#[tokio::test]
async fn a_newer_token_in_the_shared_cache_is_not_thrown_away() {
    let rig = Rig::new();
    let cache = Arc::new(Cache::default());
    let (one, other) = (rig.replica(&cache), rig.replica(&cache));
    assert_eq!(draws(&one).await, Ok(()));
    assert_eq!(draws(&other).await, Ok(()));
    rig.control().kill_tokens();
    assert_eq!(draws(&one).await, Ok(()));
    assert_eq!(draws(&other).await, Ok(()));
    assert_eq!(rig.control().calls(STABLE), 2, "the second replica found the first one's token");
}

#[tokio::test]
async fn a_refused_token_leaves_the_shared_cache_before_there_is_a_new_one() {
    let rig = Rig::new();
    let cache = Arc::new(Cache::default());
    let wechat = rig.replica(&cache);
    assert_eq!(draws(&wechat).await, Ok(()));
    assert!(cache.get(APPID).await.expect("up").is_some());
    rig.control().kill_tokens();
    rig.control().fail(Some(STABLE), Fault::ResetBeforeSend, Times::Always);
    assert_eq!(draws(&wechat).await, Err(WechatError::Transport { sent: true }));
    assert!(cache.get(APPID).await.expect("up").is_none());
}

#[tokio::test]
async fn a_refused_token_is_not_taken_back_from_a_cache_that_keeps_it() {
    let rig = Rig::new();
    let wechat = rig.replica(&Arc::new(Sticky::default()));
    assert_eq!(draws(&wechat).await, Ok(()));
    rig.control().kill_tokens();
    assert_eq!(draws(&wechat).await, Ok(()));
}

#[tokio::test]
async fn a_token_is_shared_for_as_long_as_others_can_use_it() {
    #[derive(Default)]
    struct Clockwork(Mutex<Vec<Duration>>);

    #[async_trait]
    impl SharedToken for Clockwork {
        async fn get(&self, _: &str) -> Result<Option<AccessToken>, SharedTokenDown> {
            Ok(None)
        }

        async fn put(&self, _: &str, _: &AccessToken, t: Duration) -> Result<(), SharedTokenDown> {
            self.0.lock().expect("unpoisoned").push(t);
            Ok(())
        }

        async fn delete_if(&self, _: &str, _: &SecretString) -> Result<(), SharedTokenDown> {
            Ok(())
        }
    }

    let rig = Rig::new();
    let cache = Arc::new(Clockwork::default());
    assert_eq!(draws(&rig.replica(&cache)).await, Ok(()));
    rig.control().advance(100 * MINUTE);
    assert_eq!(draws(&rig.replica(&cache)).await, Ok(()));
    let kept = cache.0.lock().expect("unpoisoned").clone();
    assert_eq!(kept, [115 * MINUTE, 15 * MINUTE], "five minutes less than WeChat gives");
}

#[tokio::test]
async fn a_token_that_is_refused_though_it_is_the_latest_stops_the_calls_for_a_minute() {
    let rig = Rig::new();
    let wechat = rig.client();
    rig.control().fail(Some(QRCODE), Fault::RejectToken, Times::Always);
    let error = draws(&wechat).await.expect_err("refused");
    assert!(matches!(error, WechatError::Api { code: 40001, class: Class::Token, .. }), "{error}");
    assert!(wechat.circuit_open());
    let before = (rig.control().calls(QRCODE), rig.control().calls(STABLE));
    assert!(before.0 <= 2 && before.1 <= 2, "{before:?}");

    for _ in 0..20 {
        assert_eq!(draws(&wechat).await, Err(WechatError::CircuitOpen));
    }
    assert_eq!((rig.control().calls(QRCODE), rig.control().calls(STABLE)), before);

    rig.control().clear_faults();
    rig.control().advance(MINUTE);
    assert!(!wechat.circuit_open());
    assert_eq!(draws(&wechat).await, Ok(()), "the same token is tried again after the minute");
}

#[tokio::test]
async fn renewed_tokens_that_are_refused_too_stop_the_calls_after_two_attempts() {
    let rig = Rig::new();
    let wechat = rig.client();
    rig.control().fail(Some(QRCODE), Fault::KillToken, Times::Always);
    assert_eq!(errcode(draws(&wechat).await), Some(40001));
    assert_eq!((rig.control().calls(QRCODE), rig.control().calls(STABLE)), (2, 2));
    assert!(wechat.circuit_open());
    assert_eq!(draws(&wechat).await, Err(WechatError::CircuitOpen));
    assert!(wechat.code2session(&login("demo:li")).await.is_ok(), "a login needs no token");

    rig.control().clear_faults();
    rig.control().advance(MINUTE);
    assert_eq!(draws(&wechat).await, Ok(()));
}

#[tokio::test]
async fn without_the_shared_cache_everything_works_and_one_fetch_is_enough() {
    let rig = Rig::new();
    let wechat = rig.replica(&Arc::new(Down));
    for _ in 0..10 {
        assert_eq!(draws(&wechat).await, Ok(()));
    }
    rig.control().advance(100 * MINUTE);
    assert_eq!(draws(&wechat).await, Ok(()));
    assert_eq!(rig.control().calls(STABLE), 1);
    rig.control().kill_tokens();
    assert_eq!(draws(&wechat).await, Ok(()));
    assert_eq!(rig.control().calls(STABLE), 2);
    assert_eq!(draws(&rig.replica(&Arc::new(Silent))).await, Ok(()));
}

#[tokio::test]
async fn credentials_that_are_refused_are_not_tried_again_for_a_minute() {
    for refusal in [40125, 40013, 40243, 50007, 40164, 89503, 45009, 40001] {
        let rig = Rig::new();
        let wechat = rig.client();
        let fault = Fault::Errcode(refusal, "refused".into());
        rig.control().fail(Some(STABLE), fault, Times::Always);
        assert_eq!(errcode(draws(&wechat).await), Some(refusal));
        assert_eq!(draws(&wechat).await, Err(WechatError::CircuitOpen), "{refusal}");
        assert_eq!(rig.control().calls(STABLE), 1, "{refusal}");
        rig.control().clear_faults();
        rig.control().advance(MINUTE);
        assert_eq!(draws(&wechat).await, Ok(()), "{refusal}");
    }
}

#[tokio::test]
async fn a_passing_failure_does_not_suspend_anything() {
    let rig = Rig::new();
    let wechat = rig.client();
    rig.control().fail(Some(STABLE), Fault::Http(502, String::new()), Times::Next(2));
    assert_eq!(draws(&wechat).await, Err(WechatError::Transport { sent: true }));
    assert!(!wechat.circuit_open());
    assert_eq!(draws(&wechat).await, Ok(()));
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_strand_the_others() {
    let rig = Rig::new();
    let wechat = rig.client();
    let late = Fault::Latency(Duration::from_millis(300));
    rig.control().fail(Some(STABLE), late, Times::Once);
    let leaver = tokio::spawn({
        let wechat = wechat.clone();
        async move { draws(&wechat).await }
    });
    called(&rig, 1).await;
    let stayer = tokio::spawn(async move { draws(&wechat).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    leaver.abort();
    assert_eq!(stayer.await.expect("no panic"), Ok(()));
    assert_eq!(rig.control().calls(STABLE), 1);
}
