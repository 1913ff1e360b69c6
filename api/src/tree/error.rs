//! What an operation on the trees may be refused for.

crate::codes! {
    /// No town has this tree.
    TREE_UNKNOWN = ("tree_unknown", 404, "没有这棵树", "There is no such tree");
    /// No head of this size was signed.
    CHECKPOINT_UNKNOWN = ("checkpoint_unknown", 404, "没有这个规模的签名树头", "No head of this size was signed");
    /// The leaf is not there yet, or lies behind the signed head asked for.
    NOT_PUBLISHED_YET = ("not_published_yet", 409, "还没有公布，请稍后再试", "It is not in a signed head yet");
    /// Her line was erased when her account was closed.
    LINE_ERASED = ("line_erased", 404, "明细已按要求删除，只留下校验值", "The line was erased; only its hash is kept");
    /// The quarter is not over.
    QUARTER_NOT_OVER = ("quarter_not_over", 409, "季度还没有结束", "The quarter is not over");
    /// The head contradicts what was signed before.
    HEAD_INCONSISTENT = ("head_inconsistent", 409, "树头与以前签署的不一致，已拒绝签署", "The head contradicts an earlier signed one");
    /// No key in use has made this signature.
    SIGNATURE_REFUSED = ("signature_refused", 422, "签名不是已登记公钥所作", "The signature is not by a registered key");
    /// The key is registered already.
    KEY_REGISTERED = ("key_registered", 409, "该公钥已登记", "The key is registered already");
}
