//! Which value is in force at a site, what is still to come, and when one may begin. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::SiteId;
use entity::setting;
use serde_json::{Value, json};

use super::catalogue::SettingKey;

/// What is stored where a site inherits again: no key has such a value.
pub(super) fn inheriting() -> Value {
    json!({"inherit": true})
}

/// Whether a row says that its site inherits again.
pub(super) fn inherits(row: &setting::Model) -> bool {
    row.value == inheriting()
}

/// The row in force for `key` at `now`: of the nearest site up the lineage that has
/// one, the latest. A site that inherits again has none.
pub(super) fn in_force<'r>(
    rows: &'r [setting::Model],
    lineage: &[SiteId],
    key: SettingKey,
    now: DateTime<Utc>,
) -> Option<&'r setting::Model> {
    let begun = |row: &&setting::Model| row.key == key.as_str() && row.effective_from <= now;
    lineage.iter().find_map(|site| {
        let own = rows.iter().filter(begun).filter(|row| row.site_id == *site);
        own.max_by_key(|row| row.effective_from).filter(|row| !inherits(row))
    })
}

/// Since when the value in force holds here: since it was set, or since this site, or one between,
/// inherits it again. Whoever was under another value until then was not warned before; saving the
/// same value once more, or inheriting what was set here, changes nothing for anybody.
pub(super) fn holds_since(
    rows: &[setting::Model],
    lineage: &[SiteId],
    key: SettingKey,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let value = &in_force(rows, lineage, key, now)?.value;
    let begun = |row: &&setting::Model| row.key == key.as_str() && row.effective_from <= now;
    let mut begins: Vec<_> = rows.iter().filter(begun).map(|row| row.effective_from).collect();
    begins.sort_unstable();
    let held = |at: &DateTime<Utc>| {
        in_force(rows, lineage, key, *at).is_some_and(|row| row.value == *value)
    };
    begins.into_iter().rev().take_while(held).last()
}

/// What is known of one key at one site.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// The row in force; none when it is the default.
    pub(super) in_force: Option<setting::Model>,
    /// What this very site set for later, in order of time.
    pub(super) to_come: Vec<setting::Model>,
    /// How often this very site set it or took a value back: its version.
    pub(super) times_set: i32,
}

/// What some sites set: what holds, and what was taken back before it began.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub(super) rows: Vec<setting::Model>,
    pub(super) withdrawn: Vec<setting::Model>,
}

/// The state of a key at the first site of the lineage.
pub(super) fn state(
    History { rows, withdrawn }: &History,
    lineage: &[SiteId],
    key: SettingKey,
    now: DateTime<Utc>,
) -> State {
    let here = lineage.first().copied();
    let own = |row: &&setting::Model| row.key == key.as_str() && Some(row.site_id) == here;
    let later = rows.iter().filter(own).filter(|row| row.effective_from > now);
    State {
        in_force: in_force(rows, lineage, key, now).cloned(),
        to_come: later.cloned().collect(),
        times_set: times(rows.iter().filter(own).count(), withdrawn.iter().filter(own).count()),
    }
}

/// A value taken back was two steps: it was set, and it was taken back.
fn times(set: usize, withdrawn: usize) -> i32 {
    i32::try_from(set + 2 * withdrawn).unwrap_or(i32::MAX)
}

/// Whether a site has a value of its own at `from`, so that it can go back to inheriting.
pub(super) fn has_own(
    rows: &[setting::Model],
    site: SiteId,
    key: SettingKey,
    from: DateTime<Utc>,
) -> bool {
    in_force(rows, &[site], key, from).is_some()
}

/// How far ahead a setting may be made.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// Whether a value may be in force from `from` on: never in the past, where
/// decisions were taken by another value.
///
/// # Errors
/// What is wrong with it, in Chinese.
pub(super) fn decide_start(
    from: DateTime<Utc>,
    taken: &[DateTime<Utc>],
    now: DateTime<Utc>,
) -> Result<(), &'static str> {
    if from < now {
        return Err("不能早于现在");
    }
    if from > now + FARTHEST {
        return Err("不能晚于一年之后");
    }
    if taken.contains(&from) {
        return Err("该时间已有设置，请换一个时间");
    }
    Ok(())
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
