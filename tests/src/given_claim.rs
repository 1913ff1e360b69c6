//! Attended activities, ready to be claimed, without going through check-in.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use entity::activity::{self, ActivityKind, ActivityState, RiskLevel};
use entity::attendance::{self, AttendanceSource, AttendanceState};
use entity::ids::{AccountId, ActivityId, AttendanceId, RuleVersionId, SiteId, VolunteerId};
use entity::site;
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::app::TestApp;
use crate::people::Person;

/// An attendance of two hours of service, confirmed, scanned by the volunteer herself.
#[derive(Clone, Debug)]
pub struct Attended {
    /// Who.
    pub volunteer: VolunteerId,
    /// Where.
    pub site: SiteId,
    /// When the activity began.
    pub at: DateTime<Utc>,
    /// The rules it was published under; none when it earns nothing.
    pub rules: Option<RuleVersionId>,
    /// Its rule item.
    pub item_code: &'static str,
    /// Tenths of an hour.
    pub hours_tenths: i32,
    /// What became of it.
    pub state: AttendanceState,
    /// Who wrote it down.
    pub entered_by: AccountId,
}

impl TestApp {
    /// What `person` did on the `day`th of last month, to be varied before it is stored.
    #[must_use]
    pub fn attended(
        &self,
        person: &Person,
        station: &site::Model,
        rules: RuleVersionId,
        day: u32,
    ) -> Attended {
        let last_month = self.today().with_day(1).expect("a day") - TimeDelta::days(3);
        let at = last_month.with_day(day).expect("a day");
        let at = at.and_hms_opt(2, 0, 0).expect("a time").and_utc();
        Attended {
            volunteer: person.volunteer,
            site: station.id,
            at,
            rules: Some(rules),
            item_code: "HJ01",
            hours_tenths: 20,
            state: AttendanceState::Confirmed,
            entered_by: person.account,
        }
    }

    /// Stores an attendance with its activity.
    pub async fn store_attended(&self, attended: &Attended) -> AttendanceId {
        let Attended { at, .. } = *attended;
        let activity = ActivityId::from(self.new_id());
        let row = activity::ActiveModel {
            id: Set(activity),
            site_id: Set(attended.site),
            title: Set("清扫村道".into()),
            kind: Set(ActivityKind::Service),
            state: Set(ActivityState::Ended),
            content: Set("清扫主干道".into()),
            place: Set("李家村".into()),
            starts_at: Set(at),
            ends_at: Set(at + TimeDelta::hours(9)),
            capacity: Set(20),
            risk_level: Set(RiskLevel::Ordinary),
            needs_sign_up: Set(false),
            retroactive: Set(false),
            rule_version_id: Set(attended.rules),
            rule_item_code: Set(attended.rules.map(|_| attended.item_code.into())),
            published_at: Set(Some(at)),
            signed_up_count: Set(0),
            created_by: Set(attended.entered_by),
            version: Set(1),
            created_at: Set(at),
            updated_at: Set(at),
            ..Default::default()
        };
        activity::Entity::insert(row).exec_without_returning(&self.db).await.expect("activity");
        let id = AttendanceId::from(self.new_id());
        let hours = TimeDelta::minutes(i64::from(attended.hours_tenths) * 6);
        let row = attendance::ActiveModel {
            id: Set(id),
            activity_id: Set(activity),
            volunteer_id: Set(attended.volunteer),
            site_id: Set(attended.site),
            source: Set(AttendanceSource::Qr),
            state: Set(attended.state),
            checked_in_at: Set(Some(at)),
            checked_out_at: Set(Some(at + hours)),
            starts_at: Set(Some(at)),
            ends_at: Set(Some(at + hours)),
            hours_tenths: Set(Some(attended.hours_tenths)),
            nonce_unverified: Set(false),
            entered_by: Set(attended.entered_by),
            version: Set(1),
            created_at: Set(at),
            updated_at: Set(at),
            ..Default::default()
        };
        attendance::Entity::insert(row).exec_without_returning(&self.db).await.expect("attendance");
        id
    }
}
