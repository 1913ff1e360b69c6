//! The notice a volunteer is given, in words. Pure.

use chrono::{Datelike, NaiveDate};
use entity::disqualification::{self, Ground};

use crate::platform::clock::local_day;

/// The ground as the town's plan words it.
pub(super) const fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::ViolationOfLaw => "有违法违纪行为，或受到县级以上司法、行政处罚",
        Ground::ExposedMisconduct => {
            "违反社会公德、职业道德、家庭美德、个人品德，被不文明行为曝光台曝光"
        }
        Ground::Other => "有其他不适合继续参与文明实践志愿服务积分的情形",
    }
}

/// A day as people say it.
pub(super) fn day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// The notice (告知书): the ground with its document, what would follow, her right to
/// speak and how long. `last_day` is known once the notice was delivered.
pub(super) fn notice(
    case: &disqualification::Model,
    working_days: i64,
    last_day: Option<NaiveDate>,
) -> String {
    let note = case.ground_note.as_deref().map(|note| format!("({note})")).unwrap_or_default();
    let until = last_day.map(|last| format!("，即{}之前（含当日）", day(last))).unwrap_or_default();
    format!(
        "经查，您{}{note}，依据为{}{}出具的{}。按照本镇文明实践志愿服务积分管理办法，拟将您现有积分清零，并取消您{}年度的积分资格（至当年12月31日止）。\
您的志愿服务时长不受影响。您有权在收到本告知书后{working_days}个工作日内{until}提出陈述和申辩，可在小程序中提交，也可到站点书面提出。\
期满后将在监督员到场的情况下复核，再作决定。",
        ground(case.ground),
        day(case.document_date),
        case.document_issuer,
        case.document_no,
        local_day(case.proposed_at).year(),
    )
}
