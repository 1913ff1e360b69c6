//! What rules may be refused for.

use super::ceiling::Excess;
use super::domain::RuleRefusal;
use super::items::ItemFault;
use crate::platform::failure::{Failure, FieldError, Refusal, code};

crate::codes! {
    /// A town works on one draft at a time, so that nobody's changes are lost.
    DRAFT_EXISTS = ("draft_exists", 409, "已有一份细则草稿，请先完成或修改它", "There is a draft already");
    /// A version without items would stop all earning.
    NO_ITEMS = ("no_items", 409, "细则没有条目，不能发布", "The version has no items");
    /// Points are for service, never for clicks (following, forwarding, liking, downloads).
    ITEM_KIND_REFUSED = ("item_kind_refused", 422, "积分只给志愿服务，不得奖励关注、转发、点赞、下载、使用软件等行为，也不得折成现金", "No points for clicks, apps or money");
    /// The county's template sets how much a town's item may give at most.
    CEILING_EXCEEDED = ("ceiling_exceeded", 422, "超出县级积分细则模板", "Beyond the county's template");
}

impl From<RuleRefusal> for Failure {
    fn from(refusal: RuleRefusal) -> Self {
        match refusal {
            RuleRefusal::WrongState(state) => {
                Refusal::new(code::WRONG_STATE).with("state", state).into()
            }
            RuleRefusal::MustRecuse => {
                Refusal::new(code::MUST_RECUSE).detail("细则由起草人以外的人员发布").into()
            }
            RuleRefusal::Stale => code::STALE.into(),
            RuleRefusal::DraftExists => DRAFT_EXISTS.into(),
            RuleRefusal::NoItems => NO_ITEMS.into(),
            RuleRefusal::PastDay => Self::field("/effective_from", "不能早于今天"),
            RuleRefusal::TwoSources => {
                Self::field("/copy_from", "复制旧版本、复制县级模板与提交条目只能选一种")
            }
        }
    }
}

impl From<Vec<Excess>> for Failure {
    fn from(excesses: Vec<Excess>) -> Self {
        let mut refusal = Refusal::new(CEILING_EXCEEDED);
        if let Some(first) = excesses.first() {
            let more = match excesses.len() {
                0 | 1 => String::new(),
                all => format!("；另有{}处超出", all.saturating_sub(1)),
            };
            refusal = refusal
                .detail(format!("{}：{}{more}", first.item_name, first.message))
                .with("item_code", &first.item_code)
                .with("ceiling", first.ceiling);
        }
        let error =
            |excess: Excess| FieldError { pointer: excess.pointer(), message: excess.message };
        refusal.errors = excesses.into_iter().map(error).collect();
        refusal.into()
    }
}

impl From<ItemFault> for Failure {
    fn from(fault: ItemFault) -> Self {
        let code = if fault.kind_refused { ITEM_KIND_REFUSED } else { code::INVALID_VALUE };
        let mut refusal = Refusal::new(code);
        refusal.errors.push(FieldError { pointer: fault.pointer, message: fault.message.into() });
        refusal.into()
    }
}
