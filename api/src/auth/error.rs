//! What signing in may be refused for.

use super::account::AccountRefusal;
use crate::platform::failure::{Failure, code};

crate::codes! {
    /// The code of wx.login is unknown, used or too old: call wx.login again.
    WECHAT_CODE_INVALID = ("wechat_code_invalid", 401, "微信登录凭证无效或已使用，请重新登录", "Call wx.login again");
    /// WeChat itself blocked this user.
    WECHAT_USER_BLOCKED = ("wechat_user_blocked", 403, "微信拒绝了此次登录，请到站点办理", "WeChat blocked this login");
    /// WeChat did not answer.
    WECHAT_UNAVAILABLE = ("wechat_unavailable", 503, "微信暂时没有应答，请稍后再试", "WeChat is not answering");
    /// The account was disabled.
    ACCOUNT_DISABLED = ("account_disabled", 403, "账号已停用", "The account is disabled");
    /// Nobody locks herself out.
    OWN_ACCOUNT = ("own_account", 409, "不能停用自己的账号", "You cannot disable your own account");
    /// Somebody must be left who keeps accounts.
    LAST_SECURITY_ADMIN = ("last_security_admin", 409, "不能停用最后一名安全管理员", "The last security administrator cannot be disabled");
    /// The refresh token is not one of ours, or its session is over.
    REFRESH_TOKEN_INVALID = ("refresh_token_invalid", 401, "登录已失效，请重新登录", "Sign in again");
    /// An old refresh token came back: somebody has a copy, so the session was ended.
    SESSION_REVOKED = ("session_revoked", 401, "登录已被注销，请重新登录", "The session was revoked");
}

impl From<AccountRefusal> for Failure {
    fn from(refusal: AccountRefusal) -> Self {
        match refusal {
            AccountRefusal::WrongState => code::WRONG_STATE.into(),
            AccountRefusal::Own => OWN_ACCOUNT.into(),
            AccountRefusal::LastSecurityAdmin => LAST_SECURITY_ADMIN.into(),
        }
    }
}
