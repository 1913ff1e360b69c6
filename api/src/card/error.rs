//! What a card may be refused for.

crate::codes! {
    /// No card has this number.
    CARD_UNKNOWN = ("card_unknown", 404, "没有这个卡号", "No card has this number");
    /// Lost, suspended, replaced, cancelled or not yet handed out.
    CARD_NOT_ACTIVE = ("card_not_active", 409, "积分卡未启用或已停用", "The card is not active");
}
