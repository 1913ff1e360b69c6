//! The catalogue of settings: what can be set, in which range, and what holds where nobody set
//! it. Pure.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::platform::text::bounded::is_unseen;

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
    PointsEffective = ("points_effective", "积分生效时点", "认定后即生效(certification)，或公示期满后生效(notice)", Kind::Choice { options: &["certification", "notice"], default: "certification" });
    PointsValidityMonths = ("points_validity_months", "积分有效期", "积分获得后多少个月内有效，先得先用，到期只失效剩余的；0为长期有效；本设置生效前获得的积分从生效之日起算", integer(0, 120, 0, "个月"));
    ReturnWindowDays = ("return_window_days", "退货期限", "物品发放后多少天内可以办理退货", integer(0, 90, 7, "天"));
    ClaimWindowDays = ("claim_window_days", "积分申请期限", "活动结束后多少天内可以申请积分", integer(1, 365, 90, "天"));
    SignUpClashCheck = ("sign_up_clash_check", "报名时间冲突检查", "是否拒绝与已报名活动时间重叠的报名", Kind::Boolean { default: true });
    // 个人信息保护法第三十一条 sets 14 years as the least; a town may only be stricter.
    GuardianAge = ("guardian_age", "须监护人同意的年龄", "未满此年龄须先有监护人同意", integer(14, 18, 14, "岁"));
    VerifyByRegistrar = ("verify_by_registrar", "登记人可自行核验", "站点只有一名工作人员时，是否允许由代录身份信息的人自己核验", Kind::Boolean { default: false });
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
    NoticeLevel = ("notice_level", "公示层级", "按月公示由所统一起草(town)，或由各站分别起草(station)", Kind::Choice { options: &["town", "station"], default: "town" });
    SupervisorsPerSite = ("supervisors_per_site", "监督员人数", "每个所、站最多聘任几名监督员", integer(1, 2, 2, "名"));
    SupervisorTermMonths = ("supervisor_term_months", "监督员最长任期", "监督员一次聘任最长多少个月", integer(1, 60, 36, "个月"));
    FreezeDaysLongest = ("freeze_days_longest", "冻结最长天数", "监督员一次冻结最长多少天", integer(1, 60, 15, "天"));
    AlertProxyPercent = ("alert_proxy_percent", "代办集中预警比例", "一人代办的积分申请占全站的比例达到多少时预警", integer(5, 100, 30, "%"));
    AlertDevicePercent = ("alert_device_percent", "同一设备预警比例", "同一设备上的签到或领取占全站的比例达到多少时预警", integer(5, 100, 30, "%"));
    AlertLeastCount = ("alert_least_count", "预警最低笔数", "达到多少笔才预警，以免数量太少时误报", integer(2, 1000, 10, "笔"));
    FilingNumber = ("filing_number", "备案号", "在公开页面上显示的备案号", Kind::Text { longest: 60 });
    ComplaintPhone = ("complaint_phone", "投诉电话", "在公开页面上显示的投诉和异议电话", Kind::Text { longest: 30 });
    ComplaintAddress = ("complaint_address", "投诉受理地址", "在公开页面上显示的当面投诉和提出异议的地址", Kind::Text { longest: 100 });
    PrivacyRules = ("privacy_rules", "个人信息处理规则", "个人信息处理规则的网址(https://)或说明，在公开页面上显示", Kind::Text { longest: 200 });
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
                Some(_) | None => Err(format!("应为以下之一：{}", options.join("、"))),
            },
            Self::Text { longest } => match value.as_str() {
                Some(text) if is_line(text, longest) => Ok(()),
                Some(_) | None => Err(format!("应为不超过{longest}个字的一行文字")),
            },
        }
    }
}

/// Whether a text is one line of at most so many characters, all of which are seen.
fn is_line(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && text.trim() == text && !text.chars().any(is_unseen)
}
