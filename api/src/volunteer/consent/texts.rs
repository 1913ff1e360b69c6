//! The texts people agree to, by purpose and version. Pure.
//!
//! A consent is evidence only of a text that is known. A new version is a new line here; lines are
//! never changed or taken away, for somebody may have agreed to them.

use entity::consent::ConsentPurpose;

use crate::platform::failure::Failure;

use ConsentPurpose as P;

/// A text as it was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ConsentText {
    pub(super) purpose: ConsentPurpose,
    pub(super) version: &'static str,
    pub(super) text: &'static str,
}

/// A version of a text that is known, of one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::volunteer) struct KnownText {
    pub(super) purpose: ConsentPurpose,
    pub(super) version: &'static str,
}

const fn text(purpose: P, version: &'static str, text: &'static str) -> ConsentText {
    ConsentText { purpose, version, text }
}

/// Every text ever published; of a purpose, the last is in force.
pub(super) const TEXTS: &[ConsentText] = &[
    text(
        P::Enrol,
        "2026-01",
        "我自愿登记为文明实践志愿者,同意本所站为登记、活动、积分和兑换处理我填写的姓名、性别、出生日期、证件和联系方式。我可以随时查询、复制、更正或注销。",
    ),
    text(
        P::NamedPublication,
        "2026-01",
        "我同意在积分公示和季度公开中显示我的姓名。不同意或撤回时只显示积分卡尾号,不影响积分和兑换。",
    ),
    text(
        P::NamedPublication,
        "2026-02",
        "我同意在积分公示和季度公开中显示我的姓名。不同意的只显示积分卡尾号。我可以随时撤回,撤回后一分钟内不再显示姓名:曾显示姓名的条目改为“一名志愿者”,其他条目只显示积分卡尾号。不同意或撤回不影响积分和兑换。",
    ),
    text(
        P::Leaderboard,
        "2026-01",
        "我同意在积分排行榜中显示我的姓名和积分。不同意或撤回不影响积分和兑换。",
    ),
    text(
        P::Leaderboard,
        "2026-02",
        "我同意在本站和本镇的积分排行榜中显示我的姓名和积分,撤回后立即不再显示。不同意或撤回不影响积分和兑换。",
    ),
    text(
        P::ShareWithCounty,
        "2026-01",
        "我同意将我的登记信息和服务记录提供给县级志愿服务平台,用于登记志愿者编号和记录服务时长。不同意或撤回不影响积分和兑换。",
    ),
    text(P::Sms, "2026-01", "我同意接收活动和兑换的短信提醒。不同意或撤回不影响积分和兑换。"),
    text(P::PhotoUse, "2026-01", "我同意在活动宣传中使用我的照片。不同意或撤回不影响积分和兑换。"),
    text(
        P::Guardian,
        "2026-01",
        "我是孩子的监护人,同意孩子登记为志愿者并参加适合其年龄的活动,同意本所站为此处理孩子和我的个人信息。我可以随时撤回。",
    ),
];

/// Whether a text is the one in force for its purpose.
pub(super) fn is_current(text: &ConsentText) -> bool {
    current(text.purpose).is_some_and(|last| last.version == text.version)
}

fn current(purpose: ConsentPurpose) -> Option<&'static ConsentText> {
    TEXTS.iter().rfind(|text| text.purpose == purpose)
}

/// The text of this version, if there is one. Earlier versions are known as well: a signed sheet
/// of paper says what it says.
///
/// # Errors
/// `invalid_value` naming the member.
pub(in crate::volunteer) fn known(
    purpose: ConsentPurpose,
    version: &str,
    pointer: &str,
) -> Result<KnownText, Failure> {
    let found = TEXTS.iter().find(|text| text.purpose == purpose && text.version == version);
    found.map(|text| KnownText { purpose, version: text.version }).ok_or_else(|| {
        let now = current(purpose).map_or("", |text| text.version);
        Failure::field(pointer, format!("没有这个版本的同意文本,现行版本为{now}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;

    #[test]
    fn each_purpose_has_one_text_in_force_and_no_version_twice() {
        for purpose in ConsentPurpose::iter() {
            let texts: Vec<_> = TEXTS.iter().filter(|text| text.purpose == purpose).collect();
            assert_eq!(texts.iter().filter(|text| is_current(text)).count(), 1, "{purpose}");
            assert!(texts.is_sorted_by(|a, b| a.version < b.version), "{purpose}");
        }
        assert!(known(P::Enrol, "2026-01", "/text_version").is_ok());
        assert!(known(P::Enrol, "2026-02", "/text_version").is_err(), "another purpose's");
        assert!(known(P::Enrol, "版本不存在", "/text_version").is_err());
    }
}
