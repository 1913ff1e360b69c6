//! The settings check-in goes by, remembered for a moment: they change a few times a
//! year and are asked for at every scan.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::ActivityId;

use crate::app::App;
use crate::platform::failure::Failure;
use crate::site::Settings;
use crate::{activity, site};

/// A changed setting is felt at the door within so many seconds.
const REMEMBERED: TimeDelta = TimeDelta::seconds(5);
/// Activities remembered; beyond that all are forgotten.
const MOST: usize = 1000;

/// Settings by activity.
#[derive(Debug, Default)]
pub struct RulesCache(Mutex<HashMap<ActivityId, (DateTime<Utc>, Settings)>>);

impl RulesCache {
    fn get(&self, activity: ActivityId, now: DateTime<Utc>) -> Option<Settings> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, settings) = known.get(&activity)?;
        (*since <= now && now - *since < REMEMBERED).then_some(*settings)
    }

    fn put(&self, activity: ActivityId, now: DateTime<Utc>, settings: Settings) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(activity, (now, settings));
    }
}

/// What is set at the activity's site.
///
/// # Errors
/// `not_found` when there is no such activity.
pub(super) async fn of(app: &App, id: ActivityId) -> Result<Settings, Failure> {
    let now = app.clock.now();
    if let Some(known) = app.check_in_rules.get(id, now) {
        return Ok(known);
    }
    let db = &app.pools.read;
    let site = site::get(db, activity::get(db, id).await?.site_id).await?;
    let settings = site::effective_settings(db, &site, now).await?;
    app.check_in_rules.put(id, now, settings);
    Ok(settings)
}
