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
    /// A line of text, empty when nobody set it.
    Text { longest: usize },
}

/// Declares the catalogue, so that a key cannot be without its type and its words. The name
/// is matched as a token tree: wrapped as a literal the document's macro does not see it.
macro_rules! catalogue {
    ($($key:ident = ($name:tt, $title:literal, $explanation:literal, $kind:expr);)+) => {
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
    PointsValidityMonths = ("points_validity_months", "积分有效期", "积分获得后多少个月内有效,先得先用,到期只失效剩余的;0为长期有效;本设置生效前获得的积分从生效之日起算", integer(0, 120, 0, "个月"));
    ReturnWindowDays = ("return_window_days", "退货期限", "物品发放后多少天内可以办理退货", integer(0, 90, 7, "天"));
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
    ObjectionAcceptWorkingDays = ("objection_accept_working_days", "异议受理期限", "收到异议后应在多少个工作日内决定是否受理", integer(1, 30, 5, "个工作日"));
    ObjectionDecideWorkingDays = ("objection_decide_working_days", "异议处理期限", "受理异议后应在多少个工作日内作出决定", integer(1, 60, 15, "个工作日"));
    ObjectionAppealWorkingDays = ("objection_appeal_working_days", "异议申诉期限", "收到异议处理结果后有多少个工作日可以向县级申诉", integer(5, 60, 15, "个工作日"));
    NoticeDays = ("notice_days", "公示天数", "积分公示至少公示多少天", integer(7, 60, 7, "天"));
    NoticeDraftDay = ("notice_draft_day", "公示起草日", "每月几日自动起草上月的积分公示", integer(1, 28, 3, "日"));
    NoticeLevel = ("notice_level", "公示层级", "按月公示由所统一起草(town),或由各站分别起草(station)", Kind::Choice { options: &["town", "station"], default: "town" });
    SupervisorsPerSite = ("supervisors_per_site", "监督员人数", "每个所、站最多聘任几名监督员", integer(1, 2, 2, "名"));
    SupervisorTermMonths = ("supervisor_term_months", "监督员最长任期", "监督员一次聘任最长多少个月", integer(1, 60, 36, "个月"));
    FreezeDaysLongest = ("freeze_days_longest", "冻结最长天数", "监督员一次冻结最长多少天", integer(1, 60, 15, "天"));
    AlertProxyPercent = ("alert_proxy_percent", "代办集中预警比例", "一人代办的积分申请占全站的比例达到多少时预警", integer(5, 100, 30, "%"));
    AlertDevicePercent = ("alert_device_percent", "同一设备预警比例", "同一设备上的签到或领取占全站的比例达到多少时预警", integer(5, 100, 30, "%"));
    AlertLeastCount = ("alert_least_count", "预警最低笔数", "达到多少笔才预警,以免数量太少时误报", integer(2, 1000, 10, "笔"));
    FilingNumber = ("filing_number", "备案号", "在公开页面上显示的备案号", Kind::Text { longest: 60 });
    ComplaintPhone = ("complaint_phone", "投诉电话", "在公开页面上显示的投诉和异议电话", Kind::Text { longest: 30 });
    ComplaintAddress = ("complaint_address", "投诉受理地址", "在公开页面上显示的当面投诉和提出异议的地址", Kind::Text { longest: 100 });
    PrivacyRules = ("privacy_rules", "个人信息处理规则", "个人信息处理规则的网址(https://)或说明,在公开页面上显示", Kind::Text { longest: 200 });
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
            Self::Text { .. } => json!(""),
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
            Self::Text { longest } => match value.as_str() {
                Some(text) if is_line(text, longest) => Ok(()),
                Some(_) | None => Err(format!("应为不超过{longest}个字的一行文字")),
            },
        }
    }
}

/// Whether a text is one line of at most so many characters.
fn is_line(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && text.trim() == text && !text.chars().any(char::is_control)
}

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
        return Err("该时间已有设置,请换一个时间");
    }
    Ok(())
}

#[cfg(test)]
#[path = "domain_tests.rs"]
mod tests;
