//! What stands on every public page of a site.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::failure::Failure;
use crate::site;

/// 每个公开页面都有的内容:备案号、投诉入口、个人信息处理规则
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PublicNotes {
    /// 备案号
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "蜀ICP备2026000000号")]
    pub(crate) filing_number: Option<String>,
    /// 投诉电话
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "028-00000000")]
    pub(crate) complaint_phone: Option<String>,
    /// 投诉受理地址
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "青石镇便民服务中心一楼3号窗口")]
    pub(crate) complaint_address: Option<String>,
    /// 个人信息处理规则的网址或说明
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://example.gov.cn/privacy")]
    pub(crate) privacy_rules: Option<String>,
    /// 怎样提出异议
    pub(crate) how_to_object: &'static str,
}

/// What stands on every page of a site; how to object depends on the kind of paper.
///
/// # Errors
/// The database's.
pub(crate) async fn notes(
    db: &impl ConnectionTrait,
    site: &entity::site::Model,
    now: DateTime<Utc>,
    how_to_object: &'static str,
) -> Result<PublicNotes, Failure> {
    let texts = site::public_texts(db, site, now).await?;
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(PublicNotes {
        filing_number: some(texts.filing_number),
        complaint_phone: some(texts.complaint_phone),
        complaint_address: some(texts.complaint_address),
        privacy_rules: some(texts.privacy_rules),
        how_to_object,
    })
}
