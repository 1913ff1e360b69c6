//! What everybody sees of notice rounds, without signing in.

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::SiteId;
use entity::notice_correction::{self, CorrectionKind};
use entity::notice_entry::{self, EntryState, FreezeReason};
use entity::notice_round::{self, NoticeState};
use entity::site;
use serde::Serialize;
use utoipa::ToSchema;

use super::domain::{period_text, public_reason, seal};
use super::projection::{PublicPerson, plain};
use crate::page;
use crate::paper::{Objecting, PublicNotes};
use crate::platform::clock::local_day;

/// How to object, in the words that stand on every page.
pub(crate) const OBJECTING: Objecting = Objecting {
    to: "对公示内容有异议的，请在公示期内",
    in_app: "在小程序中对该条目提出异议",
    then: "有异议的条目单独核查，其他条目不受影响。",
};

/// Where there is no notice yet.
pub(super) const OBJECTING_NONE: Objecting = Objecting {
    to: "还没有公示；以后对公示内容有异议的，请在公示期内",
    ..OBJECTING
};

/// Once the days of the notice are over.
pub(super) const OBJECTING_LATER: Objecting = Objecting {
    to: "公示期已满；对公示过的内容仍有异议的，请",
    in_app: "在小程序中对该条目提出异议",
    then: "异议成立的，已记的积分予以收回，公示的原文不作改动。",
};

/// 一期公示，公众所见
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicNotice {
    /// 公示编号
    #[schema(example = "GS7K2M4P9QX")]
    pub(super) number: String,
    /// 所站编号
    pub(super) site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇新时代文明实践所")]
    pub(super) site_name: String,
    /// 标题
    #[schema(example = "青石镇新时代文明实践所2026年10月积分公示")]
    pub(super) title: String,
    /// 月份
    #[schema(example = "2026-10")]
    pub(super) period: String,
    /// 状态
    pub(super) state: NoticeState,
    /// 条目数
    #[schema(minimum = 0, example = 120)]
    pub(super) entry_count: i32,
    /// 积分合计
    #[schema(minimum = 0, example = 480)]
    pub(super) points_total: i64,
    /// 校验值：各条目封签按序逐行（每行以换行结尾）的 SHA-256
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    pub(super) digest: String,
    /// 发布时间
    pub(super) opened_at: DateTime<Utc>,
    /// 公示期满时间
    pub(super) closes_at: DateTime<Utc>,
    /// 结束时间
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) closed_at: Option<DateTime<Utc>>,
    /// 大字页面的地址
    #[schema(example = "/public/notices/GS7K2M4P9QX")]
    pub(super) page_path: String,
}

impl PublicNotice {
    /// The public face of a round; none while it is a draft.
    pub(super) fn new(round: notice_round::Model, site: site::Model) -> Option<Self> {
        let (digest, opened_at, closes_at) = (round.digest?, round.opened_at?, round.closes_at?);
        Some(Self {
            page_path: super::public_path(&round.number),
            title: format!("{}{}积分公示", site.name, round.period.format("%Y年%-m月")),
            number: round.number,
            site_id: site.id,
            site_name: site.name,
            period: period_text(round.period),
            state: round.state,
            entry_count: round.entry_count,
            points_total: round.points_total,
            digest,
            opened_at,
            closes_at,
            closed_at: round.closed_at,
        })
    }
}

/// What of a notice was struck after its opening: its sums stay as they were shown.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Struck {
    pub(super) entries: i64,
    pub(super) points: i64,
}

impl Struck {
    /// As it follows the sums; nothing when nothing was struck.
    pub(super) fn text(self) -> String {
        if self.entries == 0 {
            return String::new();
        }
        format!("，其中{}条已更正或撤下，共{}分", self.entries, self.points)
    }
}

/// 一期公示及其说明
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicNoticeView {
    /// 公示
    pub(super) notice: PublicNotice,
    /// 说明
    pub(super) notes: PublicNotes,
}

/// 公示发布后的更正
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicCorrection {
    /// 条目序号
    #[schema(minimum = 1, example = 12)]
    pub(super) position: i32,
    /// 种类
    pub(super) kind: CorrectionKind,
    /// 更正前的积分
    #[schema(minimum = 1, example = 4)]
    pub(super) points_before: i32,
    /// 更正后的积分
    #[schema(minimum = 0, example = 0)]
    pub(super) points_after: i32,
    /// 原因
    #[schema(example = "经核实，该次活动未参加")]
    pub(super) reason: String,
    /// 更正时间
    pub(super) made_at: DateTime<Utc>,
}

impl From<notice_correction::Model> for PublicCorrection {
    fn from(row: notice_correction::Model) -> Self {
        Self {
            position: row.position,
            kind: row.kind,
            points_before: row.points_before,
            points_after: row.points_after,
            reason: plain(&row.reason),
            made_at: row.made_at,
        }
    }
}

/// 公示中的一条，公众所见
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicEntry {
    /// 序号
    #[schema(minimum = 1, example = 12)]
    pub(super) position: i32,
    /// 志愿者
    pub(super) person: PublicPerson,
    /// 服务地点所属所站
    #[schema(example = "青石镇李家村新时代文明实践站")]
    pub(super) site_name: String,
    /// 积分条目
    #[schema(example = "环境整治")]
    pub(super) item_name: String,
    /// 活动；荣誉类没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "清扫村道")]
    pub(super) activity_title: Option<String>,
    /// 服务日期
    #[schema(example = "2026-10-12")]
    pub(super) served_on: NaiveDate,
    /// 积分
    #[schema(minimum = 1, example = 4)]
    pub(super) points: i32,
    /// 状态
    pub(super) state: EntryState,
    /// 暂缓原因；只公开监督员核查，其他原因不公开
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frozen_reason: Option<FreezeReason>,
    /// 封签：固定本条内容，本人可凭编号核对
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    pub(super) seal: String,
    /// 发布后的更正
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) correction: Option<PublicCorrection>,
}

impl PublicEntry {
    pub(super) fn new(
        entry: &notice_entry::Model,
        site_name: String,
        person: PublicPerson,
        correction: Option<notice_correction::Model>,
    ) -> Self {
        Self {
            seal: seal(entry),
            position: entry.position,
            person,
            site_name,
            item_name: plain(&entry.item_name),
            activity_title: entry.activity_title.as_deref().map(plain),
            served_on: local_day(entry.served_at),
            points: entry.points,
            state: entry.state,
            frozen_reason: public_reason(entry.frozen_reason),
            correction: correction.map(PublicCorrection::from),
        }
    }
}

/// 一条公示及其说明
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicEntryView {
    /// 条目
    pub(super) entry: PublicEntry,
    /// 所在公示
    pub(super) notice: PublicNotice,
    /// 说明
    pub(super) notes: PublicNotes,
}

/// 一页公示，从新到旧，附说明
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicNoticePage {
    /// 本页内容
    pub(super) items: Vec<PublicNotice>,
    /// 说明
    pub(super) notes: PublicNotes,
    /// 下一页的翻页标记；没有下一页时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_page_token: Option<String>,
}

page! {
    /// 一页公示条目，按序号
    PublicEntryPage of PublicEntry;
    /// 一页更正，从旧到新
    PublicCorrectionPage of PublicCorrection;
}
