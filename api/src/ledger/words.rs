//! Says in words what an entry did, for a person who has never heard of a ledger. Pure.

use entity::ledger_entry::{self, LedgerKind};

use super::posting::deltas_of;

/// The entry in one sentence.
pub(super) fn say(entry: &ledger_entry::Model) -> String {
    let points = deltas_of(entry).points(entry.kind).unwrap_or_default();
    let (what, left) = (what_happened(entry, points), entry.available_after);
    format!("{what}，现有可用积分{left}分")
}

fn what_happened(entry: &ledger_entry::Model, points: i64) -> String {
    match entry.kind {
        LedgerKind::Opening => format!("纸质积分册结转{points}分"),
        LedgerKind::Earn => format!("获得{points}分"),
        LedgerKind::Hold => format!("兑换预留{points}分"),
        LedgerKind::Commit => format!("兑换完成，预留的{points}分已用掉"),
        LedgerKind::Release => format!("兑换没有办成，预留的{points}分已退回"),
        LedgerKind::Return => format!("物品退回，返还{points}分"),
        LedgerKind::Expire => format!("{points}分到期失效"),
        LedgerKind::ZeroOut => format!("积分清零，扣除{points}分"),
        LedgerKind::Restore if matches!(entry.source_kind.as_str(), "claim" | "objection") => {
            format!("收回这笔积分之前，先记回其中已到期或已清零的{points}分")
        }
        LedgerKind::Restore => format!("清零撤销，恢复{points}分"),
        LedgerKind::Reverse if entry.recovery_delta > 0 => {
            format!("积分更正，收回{points}分，其中{}分从以后的积分里扣", entry.recovery_delta)
        }
        LedgerKind::Reverse => format!("积分更正，收回{points}分"),
        LedgerKind::Recover => format!("补扣以前应收回的{points}分"),
    }
}

/// The change of what can be spent, with its sign: `+30`, `-30`, `0`.
pub(super) fn signed(points: i64) -> String {
    if points > 0 { format!("+{points}") } else { points.to_string() }
}
