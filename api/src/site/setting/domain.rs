//! The catalogue of settings: what can be set, in which range, and which value is
//! in force at a site. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::SiteId;
use entity::setting;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// What values a setting takes, and the one it has when nobody set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number in a range.
    Integer { min: i64, max: i64, default: i64, unit: &'static str },
    /// Yes or no.
    Boolean { default: bool },
    /// One of a few words.
    Choice { options: &'static [&'static str], default: &'static str },
}

/// Declares the catalogue, so that a key cannot be without its type and its words.
macro_rules! catalogue {
    ($($key:ident = ($name:literal, $title:literal, $explanation:literal, $kind:expr);)+) => {
        /// 设置项
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        pub(super) enum SettingKey {
            $(#[doc = $title] #[serde(rename = $name)] $key,)+
        }

        impl SettingKey {
            /// Every key.
            pub(super) const ALL: &[Self] = &[$(Self::$key),+];

            /// Its name in the database and in paths.
            pub(super) const fn as_str(self) -> &'static str {
                match self { $(Self::$key => $name),+ }
            }

            /// Its name for people.
            pub(super) const fn title(self) -> &'static str {
                match self { $(Self::$key => $title),+ }
            }

            /// What it does.
            pub(super) const fn explanation(self) -> &'static str {
                match self { $(Self::$key => $explanation),+ }
            }

            /// Its values.
            pub(super) const fn kind(self) -> Kind {
                match self { $(Self::$key => $kind),+ }
            }
        }
    };
}

catalogue! {
    HoursStepMinutes = ("hours_step_minutes", "服务时长取整步长", "服务时长按此步长向下取整", integer(1, 60, 30, "分钟"));
    CheckInEarlyMinutes = ("check_in_early_minutes", "提前签到时间", "活动开始前多久可以签到", integer(0, 240, 30, "分钟"));
    CheckInLateMinutes = ("check_in_late_minutes", "结束后签退时间", "活动结束后多久内仍可签退", integer(0, 240, 30, "分钟"));
    DailyHoursCapTenths = ("daily_hours_cap_tenths", "每人每日服务时长上限", "一人一天最多计多少服务时长", integer(5, 240, 80, "0.1小时"));
    ActivityHoursCapTenths = ("activity_hours_cap_tenths", "单次活动服务时长上限", "一人一次活动最多计多少服务时长", integer(5, 240, 80, "0.1小时"));
    RedemptionDaily = ("redemption_daily", "日常兑换", "是否在每月集中兑换之外开放日常兑换", Kind::Boolean { default: false });
    RedemptionHoldHours = ("redemption_hold_hours", "兑换保留时间", "未领取的兑换保留多久后自动取消并退回积分", integer(1, 720, 72, "小时"));
    PointsEffective = ("points_effective", "积分生效时点", "认定后即生效(certification),或公示期满后生效(notice)", Kind::Choice { options: &["certification", "notice"], default: "certification" });
    ClaimWindowDays = ("claim_window_days", "积分申请期限", "活动结束后多少天内可以申请积分", integer(1, 365, 90, "天"));
    SignUpClashCheck = ("sign_up_clash_check", "报名时间冲突检查", "是否拒绝与已报名活动时间重叠的报名", Kind::Boolean { default: true });
    // 个人信息保护法第三十一条 sets 14 years as the least; a town may only be stricter.
    GuardianAge = ("guardian_age", "须监护人同意的年龄", "未满此年龄须先有监护人同意", integer(14, 18, 14, "岁"));
    VerifyByRegistrar = ("verify_by_registrar", "登记人可自行核验", "站点只有一名工作人员时,是否允许由代录身份信息的人自己核验", Kind::Boolean { default: false });
    DangerousMinAge = ("dangerous_min_age", "危险活动最低年龄", "未满此年龄不得参加有危险的活动", integer(18, 60, 18, "岁"));
    // 志愿服务记录与证明出具办法 gives ten working days at most.
    RecordDueWorkingDays = ("record_due_working_days", "服务记录时限", "活动结束后应在多少个工作日内完成服务记录", integer(1, 10, 10, "个工作日"));
    // 行政处罚法第四十四条、四十五条 give the right to be heard; the plan leaves the days open.
    StatementWorkingDays = ("statement_working_days", "陈述申辩期限", "收到清零告知书后有多少个工作日可以陈述和申辩", integer(5, 30, 5, "个工作日"));
    AppealWorkingDays = ("appeal_working_days", "申诉期限", "清零执行后有多少个工作日可以申诉", integer(5, 60, 15, "个工作日"));
}

const fn integer(min: i64, max: i64, default: i64, unit: &'static str) -> Kind {
    Kind::Integer { min, max, default, unit }
}

impl Kind {
    /// The value when nobody set one.
    pub(super) fn default(self) -> Value {
        match self {
            Self::Integer { default, .. } => json!(default),
            Self::Boolean { default } => json!(default),
            Self::Choice { default, .. } => json!(default),
        }
    }

    /// Whether `value` is one of its values.
    ///
    /// # Errors
    /// What would be, in Chinese.
    pub(super) fn check(self, value: &Value) -> Result<(), String> {
        match self {
            Self::Integer { min, max, .. } => match value.as_i64() {
                Some(number) if (min..=max).contains(&number) => Ok(()),
                Some(_) | None => Err(format!("应为{min}到{max}之间的整数")),
            },
            Self::Boolean { .. } => match value.as_bool() {
                Some(_) => Ok(()),
                None => Err("应为 true 或 false".into()),
            },
            Self::Choice { options, .. } => match value.as_str() {
                Some(word) if options.contains(&word) => Ok(()),
                Some(_) | None => Err(format!("应为以下之一:{}", options.join("、"))),
            },
        }
    }
}

/// When certified points count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PointsEffective {
    /// At once; the notice comes after.
    Certification,
    /// When the notice round closes.
    Notice,
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
}

impl Settings {
    /// What holds where nothing is set, for the tests of rules that go by settings.
    #[cfg(test)]
    pub(crate) fn defaults() -> Self {
        Self::read(|_| None).unwrap()
    }

    /// Reads all of them; `set` says what was set for a key.
    ///
    /// # Errors
    /// Names a key whose stored value is not one of the catalogue's.
    pub(super) fn read(set: impl Fn(SettingKey) -> Option<Value>) -> Result<Self, String> {
        use SettingKey as K;
        let value = |key: K| set(key).unwrap_or_else(|| key.kind().default());
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
        Ok(Self {
            hours_step_minutes: int(K::HoursStepMinutes)?,
            check_in_early_minutes: int(K::CheckInEarlyMinutes)?,
            check_in_late_minutes: int(K::CheckInLateMinutes)?,
            daily_hours_cap_tenths: int32(K::DailyHoursCapTenths)?,
            activity_hours_cap_tenths: int32(K::ActivityHoursCapTenths)?,
            redemption_daily: flag(K::RedemptionDaily)?,
            redemption_hold_hours: int(K::RedemptionHoldHours)?,
            points_effective,
            claim_window_days: int(K::ClaimWindowDays)?,
            sign_up_clash_check: flag(K::SignUpClashCheck)?,
            guardian_age: int16(K::GuardianAge)?,
            verify_by_registrar: flag(K::VerifyByRegistrar)?,
            dangerous_min_age: int16(K::DangerousMinAge)?,
            record_due_working_days: int(K::RecordDueWorkingDays)?,
            statement_working_days: int(K::StatementWorkingDays)?,
            appeal_working_days: int(K::AppealWorkingDays)?,
        })
    }
}

/// The row in force for `key` at `now`: of the nearest site up the lineage that has
/// one, the latest.
pub(super) fn in_force<'r>(
    rows: &'r [setting::Model],
    lineage: &[SiteId],
    key: SettingKey,
    now: DateTime<Utc>,
) -> Option<&'r setting::Model> {
    let begun = |row: &&setting::Model| row.key == key.as_str() && row.effective_from <= now;
    lineage.iter().find_map(|site| {
        let own = rows.iter().filter(begun).filter(|row| row.site_id == *site);
        own.max_by_key(|row| row.effective_from)
    })
}

/// What is known of one key at one site.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// The row in force; none when it is the default.
    pub(super) in_force: Option<setting::Model>,
    /// What this very site set for later, in order of time.
    pub(super) to_come: Vec<setting::Model>,
    /// How often this very site set it: its version.
    pub(super) times_set: i32,
}

/// The state of a key at the first site of the lineage.
pub(super) fn state(
    rows: &[setting::Model],
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
        times_set: i32::try_from(rows.iter().filter(own).count()).unwrap_or(i32::MAX),
    }
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
        return Err("该时间已有设置,请换一个时间");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn site(n: u128) -> SiteId {
        Uuid::from_u128(n).into()
    }

    fn row(at_site: u128, key: SettingKey, value: &Value, from: i64) -> setting::Model {
        setting::Model {
            id: Uuid::from_u128(0).into(),
            site_id: site(at_site),
            key: key.as_str().into(),
            value: value.clone(),
            effective_from: at(from),
            set_by: None,
            created_at: at(0),
        }
    }

    #[test]
    fn the_nearest_site_wins_and_there_the_latest_that_has_begun() {
        let key = SettingKey::ClaimWindowDays;
        let rows = [
            row(1, key, &json!(10), 0),
            row(2, key, &json!(20), 100),
            row(2, key, &json!(21), 200),
            row(9, key, &json!(99), 0),
            row(2, SettingKey::GuardianAge, &json!(16), 0),
        ];
        let value = |lineage: &[SiteId], now| {
            in_force(&rows, lineage, key, at(now)).map(|row| row.value.clone())
        };
        let station = [site(3), site(2), site(1)];
        assert_eq!(value(&station, 99), Some(json!(10)), "the town's is not in force yet");
        assert_eq!(value(&station, 100), Some(json!(20)));
        assert_eq!(value(&station, 200), Some(json!(21)));
        assert_eq!(value(&[site(1)], 200), Some(json!(10)), "never downwards");
        assert_eq!(value(&station, -1), None);
    }

    #[test]
    fn a_site_s_version_counts_its_own_rows_also_those_to_come() {
        let key = SettingKey::ClaimWindowDays;
        let rows =
            [row(1, key, &json!(10), 0), row(2, key, &json!(20), 50), row(2, key, &json!(30), 200)];
        let town = state(&rows, &[site(2), site(1)], key, at(100));
        assert_eq!(town.in_force.map(|row| row.value), Some(json!(20)));
        assert_eq!(town.to_come, rows[2..]);
        assert_eq!(town.times_set, 2);
        let station = state(&rows, &[site(3), site(2), site(1)], key, at(100));
        assert_eq!((station.times_set, station.to_come.len()), (0, 0));
    }

    #[test]
    fn a_value_begins_now_or_within_a_year_and_once_at_an_instant() {
        let now = at(0);
        assert_eq!(decide_start(now, &[], now), Ok(()));
        assert!(decide_start(at(-1), &[], now).is_err());
        assert!(decide_start(now + TimeDelta::days(367), &[], now).is_err());
        assert!(decide_start(at(5), &[at(5)], now).is_err());
        assert_eq!(decide_start(at(6), &[at(5)], now), Ok(()));
    }

    #[test]
    fn every_default_is_one_of_the_keys_own_values_and_names_are_serde_s() {
        for key in SettingKey::ALL {
            let kind = key.kind();
            assert_eq!(kind.check(&kind.default()), Ok(()), "{}", key.as_str());
            assert_eq!(json!(key), json!(key.as_str()));
            assert!(!key.title().is_empty() && !key.explanation().is_empty());
        }
    }

    #[test]
    fn values_of_another_type_or_range_are_refused() {
        for (key, good, bad) in [
            (
                SettingKey::GuardianAge,
                json!(18),
                [json!(13), json!(19), json!("14"), json!(14.5), Value::Null],
            ),
            (
                SettingKey::RedemptionDaily,
                json!(true),
                [json!(1), json!("true"), Value::Null, json!([]), json!({})],
            ),
            (
                SettingKey::PointsEffective,
                json!("notice"),
                [json!("Notice"), json!(""), json!(true), Value::Null, json!(0)],
            ),
        ] {
            assert_eq!(key.kind().check(&good), Ok(()));
            for value in bad {
                assert!(key.kind().check(&value).is_err(), "{}: {value}", key.as_str());
            }
        }
    }

    #[test]
    fn the_defaults_are_those_of_the_plan() {
        let settings = Settings::read(|_| None).unwrap();
        assert_eq!(settings.hours_step_minutes, 30);
        assert_eq!((settings.check_in_early_minutes, settings.check_in_late_minutes), (30, 30));
        assert_eq!(settings.daily_hours_cap_tenths, 80);
        assert_eq!(settings.points_effective, PointsEffective::Certification);
        assert_eq!((settings.guardian_age, settings.dangerous_min_age), (14, 18));
        assert_eq!(settings.record_due_working_days, 10);
        let broken = Settings::read(|key| (key == SettingKey::GuardianAge).then(|| json!(70_000)));
        assert!(broken.is_err_and(|fault| fault.contains("guardian_age")));
    }
}
