//! What an activity may be refused for.

use super::domain::WrongState;
use super::plan::PlanFault;
use super::publishing::PublishRefusal;
use crate::platform::failure::{Failure, FieldError, Refusal, code};

crate::codes! {
    /// A dangerous activity without an insurance policy.
    INSURANCE_REQUIRED = ("insurance_required", 409, "有危险的活动须先填写保险单号才能发布", "A dangerous activity needs an insurance policy number");
    /// No published rules are in force on the activity's day.
    RULES_NOT_IN_FORCE = ("rules_not_in_force", 409, "活动当天没有生效的积分细则", "No rules are in force on the day of the activity");
    /// The rule item named does not exist in the rules of that day, or none is named.
    RULE_ITEM_MISSING = ("rule_item_missing", 409, "请选择活动当天积分细则中的条目", "Name an item of the rules in force on that day");
    /// The rule item is given for awards, not for attending.
    RULE_ITEM_UNFIT = ("rule_item_unfit", 409, "该积分条目不能用于活动", "This rule item is not for attending activities");
    /// People signed up on the strength of these facts, so they stay.
    FIELDS_FROZEN = ("fields_frozen", 409, "发布后只能修改内容、地点和联系人", "After publishing only content, place and contact may change");
    /// The site will not exist any more on the day of the activity.
    SITE_CLOSED = ("site_closed", 409, "该所站已撤销，不能安排活动", "The site is closed by then");
    /// Who carries the card has no account that could organise.
    NO_ACCOUNT = ("no_account", 409, "持卡人没有可以登录的账号", "The holder of the card has no account");
    /// Somebody's attendance is neither confirmed nor marked as absence.
    ATTENDANCES_UNDECIDED = ("attendances_undecided", 409, "还有签到记录没有处理，请先确认、处理争议或标记未到", "Attendances wait for a decision");
}

/// Says how many wait.
pub(super) fn undecided(count: u64) -> Failure {
    let detail = format!("还有{count}条签到记录没有处理");
    Refusal::new(ATTENDANCES_UNDECIDED).detail(detail).with("undecided", count).into()
}

impl From<WrongState> for Failure {
    fn from(wrong: WrongState) -> Self {
        Refusal::new(code::WRONG_STATE).with("state", wrong.0.as_str()).into()
    }
}

impl From<PublishRefusal> for Failure {
    fn from(refusal: PublishRefusal) -> Self {
        let (code, pointer, message) = match refusal {
            PublishRefusal::InsuranceRequired => {
                (INSURANCE_REQUIRED, "/insurance_policy_no", "有危险的活动必填")
            }
            PublishRefusal::NoRules => (RULES_NOT_IN_FORCE, "/starts_at", "当天没有生效的积分细则"),
            PublishRefusal::ItemMissing => {
                (RULE_ITEM_MISSING, "/rule_item_code", "当天的积分细则中没有这个条目")
            }
            PublishRefusal::ItemUnfit => (RULE_ITEM_UNFIT, "/rule_item_code", "该条目按荣誉计分"),
        };
        let mut refusal = Refusal::new(code);
        refusal.errors.push(FieldError { pointer: pointer.into(), message: message.into() });
        refusal.into()
    }
}

/// Every field at fault is named at once.
pub(super) fn bad_plan(faults: Vec<PlanFault>) -> Failure {
    let mut refusal = Refusal::new(code::INVALID_VALUE);
    let error = |fault: PlanFault| FieldError {
        pointer: fault.pointer.into(),
        message: fault.message.into(),
    };
    refusal.errors = faults.into_iter().map(error).collect();
    refusal.into()
}

/// Names every frozen field that was changed.
pub(super) fn frozen(pointers: Vec<&'static str>) -> Failure {
    let mut refusal = Refusal::new(FIELDS_FROZEN);
    let error = |pointer: &str| FieldError {
        pointer: pointer.into(),
        message: "发布后不能修改".into(),
    };
    refusal.errors = pointers.into_iter().map(error).collect();
    refusal.into()
}
