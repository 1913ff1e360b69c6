//! Bodies and views of signing in.

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, SessionId};
use entity::session::{self, Audience};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounded_text;

bounded_text! {
    /// wx.login 得到的临时登录凭证
    WechatLoginCode(1..=128) = "demo:zhang-xiulan";
    /// 刷新令牌
    RefreshToken(20..=100) = "rt_Yb3c0mT4kQ2n1s9v8x7w6u5t4r3q2p1o0n9m8l7k6j5";
    /// 客户端首次运行时生成并保存的随机设备标识
    DeviceId(8..=64) = "0f8fad5bd9cb469fa16570867728950e";
}

/// 微信登录
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WechatLogin {
    /// wx.login 的 code，五分钟内有效，只能用一次
    pub(super) code: WechatLoginCode,
    /// 设备标识，用于发现被盗用的登录
    #[serde(default)]
    pub(super) device_id: Option<DeviceId>,
}

/// 刷新登录
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshSession {
    /// 上一次得到的刷新令牌
    pub(super) refresh_token: RefreshToken,
    /// 设备标识，与登录时相同
    #[serde(default)]
    pub(super) device_id: Option<DeviceId>,
}

/// 一对令牌
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct TokenPair {
    /// 访问令牌，放在 Authorization: Bearer 之后
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2ln")]
    pub(super) access_token: String,
    /// 访问令牌还有多少秒有效
    #[schema(minimum = 0, example = 900)]
    pub(super) expires_in: i64,
    /// 刷新令牌，每次刷新都会换新
    #[schema(example = "rt_Yb3c0mT4kQ2n1s9v8x7w6u5t4r3q2p1o0n9m8l7k6j5")]
    pub(super) refresh_token: String,
    /// 账号编号
    pub(super) account_id: AccountId,
    /// 会话编号
    pub(super) session_id: SessionId,
    /// 志愿者端或工作人员端
    pub(super) audience: Audience,
}

/// 一个已登录的设备
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    /// 会话编号
    id: SessionId,
    /// 是否就是当前设备
    current: bool,
    /// 志愿者端或工作人员端
    audience: Audience,
    /// 设备型号等客户端说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50")]
    user_agent: Option<String>,
    /// 登录时间
    created_at: DateTime<Utc>,
    /// 最近一次刷新
    last_seen_at: DateTime<Utc>,
    /// 不使用时的失效时间
    expires_at: DateTime<Utc>,
}

/// 已登录的设备
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionList {
    /// 按登录时间从新到旧
    pub(super) items: Vec<SessionView>,
}

impl SessionView {
    pub(super) fn new(row: session::Model, current: SessionId) -> Self {
        Self {
            id: row.id,
            current: row.id == current,
            audience: row.audience,
            user_agent: row.user_agent,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.idle_expires_at.min(row.absolute_expires_at),
        }
    }
}
