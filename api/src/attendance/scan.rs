//! Reading a scan: from whatever the camera gave to a checked code; and remembering
//! the scans that were refused.

use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use entity::check_in_refusal;
use entity::ids::{AccountId, ActivityId};
use sea_orm::ActiveValue::Set;
use url::form_urlencoded;
use uuid::Uuid;

use super::code::{CODE_CHARS, CheckInCode, CodeFacts, CodeKeys, Direction, SLOT_SECONDS};
use super::domain::Reason;
use super::repository;
use crate::app::App;
use crate::auth;
use crate::platform::actor::Actor;
use crate::platform::crypto::digest::{sha256, sha256_hex};
use crate::platform::failure::Failure;
use crate::platform::kv::{KvAway, Quota};
use crate::platform::tx::in_tx;

/// A code lives 30 seconds and may be scanned 5 seconds ahead; somewhat longer.
const NONCE_LIFE: Duration = Duration::from_secs(45);
/// Refused scans of one person.
const FAILURES: Quota = Quota { requests: 10, seconds: 60 };
/// There is one master key; a second one gets its own number.
const KEY_ID: u8 = 1;
const LIVE: &str = "live";
const REVOKED: &str = "revoked";

/// A code that is good now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan {
    pub(super) activity: ActivityId,
    /// The store did not know the code's one-time value, or did not answer.
    pub(super) unverified: bool,
}

/// A scan, good or refused, with what identifies it.
#[derive(Clone, Debug)]
pub(super) struct Scanned {
    pub(super) result: Result<Scan, Reason>,
    activity: Option<ActivityId>,
    nonce: String,
}

fn keys(app: &App) -> CodeKeys {
    CodeKeys::new(KEY_ID, app.vault.check_in_codes.clone())
}

fn nonce_key(activity: Uuid, nonce: [u8; 8]) -> String {
    format!("nonce:{activity}:{}", HEXLOWER.encode(&nonce))
}

/// Who shows a code in a slot shows the same one however often she asks, so that her
/// codes can be found again when they are to be revoked.
fn nonce_of(holder: Uuid, activity: ActivityId, direction: Direction, slot: i64) -> [u8; 8] {
    let text = format!("{holder}|{activity}|{direction:?}|{slot}");
    let mut nonce = [0; 8];
    nonce.iter_mut().zip(sha256(text.as_bytes())).for_each(|(kept, byte)| *kept = byte);
    nonce
}

/// Makes the code `holder` (a screen or an account) shows now.
///
/// # Errors
/// A fault outside the years codes can count.
pub(super) async fn issue(
    app: &App,
    holder: Uuid,
    activity: ActivityId,
    direction: Direction,
) -> Result<CheckInCode, Failure> {
    let now = app.clock.now();
    let slot = now.timestamp().div_euclid(SLOT_SECONDS);
    let nonce = nonce_of(holder, activity, direction, slot);
    let code = keys(app).issue(activity.into(), direction, now, nonce);
    let code = code.ok_or_else(|| Failure::internal("the clock is out of range"))?;
    // Without the store the signature decides; the attendance is then marked.
    let _ = app.kv.put_if_absent(&nonce_key(activity.into(), nonce), LIVE, NONCE_LIFE).await;
    Ok(code)
}

/// Makes what `holder` shows or has just shown worthless.
pub(super) async fn revoke(app: &App, holder: Uuid, activity: ActivityId) {
    let slot = app.clock.now().timestamp().div_euclid(SLOT_SECONDS);
    for slot in slot - 2..=slot + 1 {
        for direction in [Direction::In, Direction::Out] {
            let nonce = nonce_of(holder, activity, direction, slot);
            // Where the store is away its codes end by themselves within 30 seconds.
            let _ = app.kv.put(&nonce_key(activity.into(), nonce), REVOKED, NONCE_LIFE).await;
        }
    }
}

/// Finds our code in what the camera read: the code itself, or a link or a
/// mini-program path that carries it.
fn find_code(text: &str) -> Option<String> {
    let pairs = form_urlencoded::parse(text.as_bytes());
    let texts = pairs.flat_map(|(name, value)| [name.into_owned(), value.into_owned()]);
    let texts: Vec<String> = texts.collect();
    let part = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let mut parts = texts.iter().flat_map(|text| text.split(part));
    parts.find(|part| part.len() == CODE_CHARS).map(str::to_owned)
}

/// Reads and checks a scan. Nothing is written.
pub(super) async fn read(
    app: &App,
    text: &str,
    expected: Option<ActivityId>,
    direction: Direction,
) -> Scanned {
    let code = find_code(text);
    let facts = code.as_deref().and_then(|code| keys(app).authentic(code));
    let (Some(code), Some(facts)) = (code, facts) else {
        let nonce = sha256_hex(text.as_bytes()).chars().take(32).collect();
        return Scanned { result: Err(Reason::UnknownCode), activity: None, nonce };
    };
    let activity = ActivityId::from(facts.activity);
    let wanted = expected.unwrap_or(activity);
    let checked = keys(app).check(&code, wanted.into(), direction, app.clock.now());
    let result = match checked {
        Ok(facts) => verify(app, &facts).await,
        Err(refusal) => Err(refusal.into()),
    };
    Scanned { result, activity: Some(activity), nonce: HEXLOWER.encode(&facts.nonce) }
}

async fn verify(app: &App, facts: &CodeFacts) -> Result<Scan, Reason> {
    let activity = ActivityId::from(facts.activity);
    match app.kv.get(&nonce_key(facts.activity, facts.nonce)).await {
        Ok(Some(state)) if state == REVOKED => Err(Reason::CodeRevoked),
        Ok(Some(_)) => Ok(Scan { activity, unverified: false }),
        // The signature is ours, so the code was issued: the store has lost it.
        Ok(None) | Err(KvAway) => Ok(Scan { activity, unverified: true }),
    }
}

/// Keeps a refused scan, and counts it against whoever tries too often.
///
/// # Errors
/// The failure itself; `rate_limited` in its place when there were too many.
pub(super) async fn remember_refusal(
    app: &App,
    actor: &Actor,
    account: AccountId,
    scanned: &Scanned,
    failure: Failure,
) -> Result<Failure, Failure> {
    let code = failure.refusal().map(|refusal| refusal.code);
    let Some(reason) = Reason::ALL.into_iter().find(|reason| Some(reason.code()) == code) else {
        return Ok(failure);
    };
    auth::spend(app, &format!("check-in-failed:{account}"), FAILURES).await?;
    in_tx(&app.core, actor, async |tx| {
        let row = refusal_row(tx.new_id(), account, scanned, reason, tx.now);
        Ok(repository::keep_refusal(tx, row).await?)
    })
    .await?;
    Ok(failure)
}

fn refusal_row(
    id: entity::ids::CheckInRefusalId,
    account: AccountId,
    scanned: &Scanned,
    reason: Reason,
    now: DateTime<Utc>,
) -> check_in_refusal::ActiveModel {
    check_in_refusal::ActiveModel {
        id: Set(id),
        activity_id: Set(scanned.activity),
        account_id: Set(account),
        nonce: Set(scanned.nonce.clone()),
        reason: Set(reason.code().name.into()),
        created_at: Set(now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_code_in_whatever_the_camera_gives() {
        let code = "AQEBjwAAAABwAIAAAAAAAAABAQcdxH8HBwcHBwcHB7YHucEx6zkBI_Dpd775bH0";
        for text in [
            code.to_owned(),
            format!(" {code}\n"),
            format!("pages/check-in?scene={code}"),
            format!("pages/check-in?scene%3D{code}"),
            format!("https://bank.example.cn/c/{code}"),
            format!("https://bank.example.cn/c?d=in&code={code}&x=1"),
        ] {
            assert_eq!(find_code(&text).as_deref(), Some(code), "{text}");
        }
        assert_eq!(find_code(&format!("{code}A")), None);
        assert_eq!(find_code("https://example.cn"), None);
    }

    #[test]
    fn the_same_holder_shows_the_same_code_in_a_slot() {
        let (screen, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let activity = ActivityId::from(Uuid::from_u128(3));
        let nonce = nonce_of(screen, activity, Direction::In, 7);
        assert_eq!(nonce, nonce_of(screen, activity, Direction::In, 7));
        assert_ne!(nonce, nonce_of(screen, activity, Direction::Out, 7));
        assert_ne!(nonce, nonce_of(screen, activity, Direction::In, 8));
        assert_ne!(nonce, nonce_of(other, activity, Direction::In, 7));
    }
}
