//! What stands on every public page of a site.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::platform::failure::Failure;
use crate::site;

/// 每个公开页面都有的内容：备案号、投诉入口、个人信息处理规则
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
    #[schema(
        example = "对公示内容有异议的，请在公示期内拨打投诉电话、到所站书面提出，或在小程序中对该条目提出异议，可以匿名。"
    )]
    pub(crate) how_to_object: String,
}

/// What the filing number is called.
pub(crate) const FILING: &str = "备案号";
/// What the rules of privacy are called.
pub(crate) const PRIVACY: &str = "个人信息处理规则";

impl PublicNotes {
    /// What the settings name, each with what it is called.
    pub(crate) fn named(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("投诉电话", &self.complaint_phone),
            ("受理地址", &self.complaint_address),
            (FILING, &self.filing_number),
            (PRIVACY, &self.privacy_rules),
        ];
        all.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?))).collect()
    }
}

/// How to object where no paper in particular is shown.
const OBJECTING_ANY: Objecting =
    Objecting {
        to: "对公示、公开内容有异议的，请", in_app: "在小程序中提出异议", then: ""
    };

/// How to object to a kind of paper, but for whom to call and where to go: that is the site's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Objecting {
    /// To what, and until when.
    pub(crate) to: &'static str,
    /// How in the mini-program.
    pub(crate) in_app: &'static str,
    /// What comes of it.
    pub(crate) then: &'static str,
}

impl Objecting {
    /// In words that name no telephone and no counter the site has not. Paper is always a way, and
    /// counts as much as any other: not everybody has the mini-program.
    fn words(self, phone: bool, address: bool) -> String {
        let Self { to, in_app, then } = self;
        let others = [
            phone.then_some("拨打投诉电话"),
            address.then_some("到受理地址当面提出"),
            Some("到所站书面提出"),
        ];
        let others: Vec<_> = others.into_iter().flatten().collect();
        format!("{to}{}，或{in_app}，可以匿名。{then}", others.join("、"))
    }
}

/// What stands on every page of a site; how to object depends on the kind of paper.
///
/// # Errors
/// The database's.
pub(crate) async fn notes(
    db: &impl ConnectionTrait,
    site: &entity::site::Model,
    now: DateTime<Utc>,
    objecting: Objecting,
) -> Result<PublicNotes, Failure> {
    let texts = site::public_texts(db, site, now).await?;
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let (phone, address) = (some(texts.complaint_phone), some(texts.complaint_address));
    Ok(PublicNotes {
        how_to_object: objecting.words(phone.is_some(), address.is_some()),
        filing_number: some(texts.filing_number),
        complaint_phone: phone,
        complaint_address: address,
        privacy_rules: some(texts.privacy_rules),
    })
}

/// What stands on a page of no site in particular: the county's.
///
/// # Errors
/// The database's, and `not_found` before there is a county.
pub(crate) async fn county_notes(app: &App) -> Result<PublicNotes, Failure> {
    let db = &app.pools.read;
    let center = site::center(db).await?;
    notes(db, &center, app.clock.now(), OBJECTING_ANY).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_settings_name_is_named() {
        let notes = PublicNotes {
            filing_number: Some("蜀ICP备1号".into()),
            complaint_phone: Some("028-1".into()),
            complaint_address: None,
            privacy_rules: None,
            how_to_object: String::new(),
        };
        assert_eq!(notes.named(), [("投诉电话", "028-1"), ("备案号", "蜀ICP备1号")]);
    }

    #[test]
    fn only_ways_that_there_are_are_named() {
        let objecting =
            Objecting { to: "有异议的，请", in_app: "在小程序中提出", then: "" };
        for (phone, address, ways) in [
            (true, true, "拨打投诉电话、到受理地址当面提出、到所站书面提出"),
            (false, true, "到受理地址当面提出、到所站书面提出"),
            (false, false, "到所站书面提出"),
        ] {
            let expected = format!("有异议的，请{ways}，或在小程序中提出，可以匿名。");
            assert_eq!(objecting.words(phone, address), expected);
        }
    }
}
