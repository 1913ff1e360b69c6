//! The settings in force at a site, as the rules that go by them read them. Pure.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::catalogue::SettingKey;

/// When certified points count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PointsEffective {
    /// At once; the notice comes after.
    Certification,
    /// When the notice round closes.
    Notice,
}

/// For how long points are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PointsValidity {
    /// Months from the earning.
    pub(crate) months: u32,
    /// When this came into force.
    pub(crate) since: DateTime<Utc>,
}

/// Who draws up the monthly notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticeLevel {
    /// The institute, for its whole town.
    Town,
    /// Each station for itself.
    Station,
}

/// What stands on every public page of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PublicTexts {
    /// 备案号.
    pub(crate) filing_number: String,
    /// Where to complain and object by phone.
    pub(crate) complaint_phone: String,
    /// Where to complain and object in person.
    pub(crate) complaint_address: String,
    /// An address or a text.
    pub(crate) privacy_rules: String,
}

impl PublicTexts {
    /// Reads all of them; `set` says what was set for a key.
    pub(super) fn read(set: impl Fn(SettingKey) -> Option<Value>) -> Self {
        use SettingKey as K;
        let text = |key: K| {
            let value = set(key).unwrap_or_else(|| key.kind().default());
            value.as_str().unwrap_or_default().to_owned()
        };
        Self {
            filing_number: text(K::FilingNumber),
            complaint_phone: text(K::ComplaintPhone),
            complaint_address: text(K::ComplaintAddress),
            privacy_rules: text(K::PrivacyRules),
        }
    }
}

/// Every setting in force at one site at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Hours are rounded down to this step.
    pub(crate) hours_step_minutes: i64,
    /// How long before the start check-in opens.
    pub(crate) check_in_early_minutes: i64,
    /// How long after the end check-out stays open.
    pub(crate) check_in_late_minutes: i64,
    /// Most hours of one person and day, in tenths.
    pub(crate) daily_hours_cap_tenths: i32,
    /// Most hours of one person and activity, in tenths.
    pub(crate) activity_hours_cap_tenths: i32,
    /// Whether goods are redeemed outside the monthly sessions, too.
    pub(crate) redemption_daily: bool,
    /// After how long an uncollected redemption is given up.
    pub(crate) redemption_hold_hours: i64,
    /// When certified points count.
    pub(crate) points_effective: PointsEffective,
    /// For how long points are good; none when they have no end.
    pub(crate) points_validity: Option<PointsValidity>,
    /// How long after the hand-over goods may come back.
    pub(crate) return_window_days: i64,
    /// How long after an activity points may be claimed.
    pub(crate) claim_window_days: i64,
    /// Whether a sign-up overlapping another is refused.
    pub(crate) sign_up_clash_check: bool,
    /// Younger ones need a guardian's consent first.
    pub(crate) guardian_age: i16,
    /// Whether the clerk who typed in an identity may confirm it, too.
    pub(crate) verify_by_registrar: bool,
    /// Younger ones may not join dangerous activities.
    pub(crate) dangerous_min_age: i16,
    /// Working days after the end within which an activity is recorded.
    pub(crate) record_due_working_days: i64,
    /// Working days in which she may speak after a notice of disqualification.
    pub(crate) statement_working_days: i64,
    /// Working days in which she may appeal after it was executed.
    pub(crate) appeal_working_days: i64,
    /// Working days in which an objection is accepted or not.
    pub(crate) objection_accept_working_days: i64,
    /// Working days in which an accepted objection is decided.
    pub(crate) objection_decide_working_days: i64,
    /// Working days in which its filer may turn to the county.
    pub(crate) objection_appeal_working_days: i64,
    /// For how many days a notice stays open.
    pub(crate) notice_days: i32,
    /// On which day of the month last month's notice is drafted.
    pub(crate) notice_draft_day: u32,
    /// Who draws up the monthly notice.
    pub(crate) notice_level: NoticeLevel,
}

impl Settings {
    /// What holds where nothing is set, for the tests of rules that go by settings.
    #[cfg(test)]
    pub(crate) fn defaults() -> Self {
        Self::read(|_| None).unwrap()
    }

    /// Reads all of them; `set` says what was set for a key, and from when on.
    ///
    /// # Errors
    /// Names a key whose stored value is not one of the catalogue's.
    pub(super) fn read(
        set: impl Fn(SettingKey) -> Option<(Value, DateTime<Utc>)>,
    ) -> Result<Self, String> {
        use SettingKey as K;
        let value = |key: K| set(key).map_or_else(|| key.kind().default(), |(value, _)| value);
        let wrong = |key: K| format!("the setting {} has a value it cannot have", key.as_str());
        let int = |key: K| value(key).as_i64().ok_or_else(|| wrong(key));
        let int32 = |key: K| i32::try_from(int(key)?).map_err(|_| wrong(key));
        let int16 = |key: K| i16::try_from(int(key)?).map_err(|_| wrong(key));
        let flag = |key: K| value(key).as_bool().ok_or_else(|| wrong(key));
        let points_effective = match value(K::PointsEffective).as_str() {
            Some("certification") => PointsEffective::Certification,
            Some("notice") => PointsEffective::Notice,
            Some(_) | None => return Err(wrong(K::PointsEffective)),
        };
        let months = u32::try_from(int(K::PointsValidityMonths)?);
        let months = months.map_err(|_| wrong(K::PointsValidityMonths))?;
        let points_validity = set(K::PointsValidityMonths)
            .filter(|_| months > 0)
            .map(|(_, since)| PointsValidity { months, since });
        let notice_level = match value(K::NoticeLevel).as_str() {
            Some("town") => NoticeLevel::Town,
            Some("station") => NoticeLevel::Station,
            Some(_) | None => return Err(wrong(K::NoticeLevel)),
        };
        let draft_day = u32::try_from(int(K::NoticeDraftDay)?);
        Ok(Self {
            hours_step_minutes: int(K::HoursStepMinutes)?,
            check_in_early_minutes: int(K::CheckInEarlyMinutes)?,
            check_in_late_minutes: int(K::CheckInLateMinutes)?,
            daily_hours_cap_tenths: int32(K::DailyHoursCapTenths)?,
            activity_hours_cap_tenths: int32(K::ActivityHoursCapTenths)?,
            redemption_daily: flag(K::RedemptionDaily)?,
            redemption_hold_hours: int(K::RedemptionHoldHours)?,
            points_effective,
            points_validity,
            return_window_days: int(K::ReturnWindowDays)?,
            claim_window_days: int(K::ClaimWindowDays)?,
            sign_up_clash_check: flag(K::SignUpClashCheck)?,
            guardian_age: int16(K::GuardianAge)?,
            verify_by_registrar: flag(K::VerifyByRegistrar)?,
            dangerous_min_age: int16(K::DangerousMinAge)?,
            record_due_working_days: int(K::RecordDueWorkingDays)?,
            statement_working_days: int(K::StatementWorkingDays)?,
            appeal_working_days: int(K::AppealWorkingDays)?,
            objection_accept_working_days: int(K::ObjectionAcceptWorkingDays)?,
            objection_decide_working_days: int(K::ObjectionDecideWorkingDays)?,
            objection_appeal_working_days: int(K::ObjectionAppealWorkingDays)?,
            notice_days: int32(K::NoticeDays)?,
            notice_draft_day: draft_day.map_err(|_| wrong(K::NoticeDraftDay))?,
            notice_level,
        })
    }
}
