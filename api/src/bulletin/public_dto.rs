//! What everybody sees of bulletins, without signing in.

use chrono::{DateTime, NaiveDate, Utc};
use entity::bulletin::{self, BulletinState};
use entity::bulletin_correction::{self, BulletinCorrectionKind};
use entity::bulletin_figure;
use entity::bulletin_line;
use entity::ids::SiteId;
use entity::site;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::domain::{hours_text, quarter_of, quarter_title};
use super::figures::{figure_seal, line_seal};
use crate::page;
use crate::paper::{Objecting, PublicNotes};
use crate::platform::clock::local_day;
use crate::platform::paging::PageQuery;
use crate::publicity::{PublicPerson, plain};
use crate::tree::core::print;

/// How to object, in the words that stand on every page.
pub(super) const OBJECTING: Objecting = Objecting {
    to: "对公开内容有异议的，请",
    in_app: "在小程序中写明公开编号和台账序号提出异议",
    then: "公开后的变化以更正的形式写在旁边，原来的内容不作改动。",
};

/// 查询条件
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PublicBulletinQuery {
    /// 所站编号：只列该所站及其下级的；不填为全县
    pub(super) site_id: Option<SiteId>,
    /// 每页条数，默认 20，最多 100
    #[param(minimum = 1, example = 20)]
    page_size: Option<u64>,
    /// 上一页返回的翻页标记
    #[param(max_length = 1024)]
    page_token: Option<String>,
}

impl PublicBulletinQuery {
    pub(super) fn page(&self) -> PageQuery {
        PageQuery { page_size: self.page_size, page_token: self.page_token.clone() }
    }
}

/// 公开时哈希树的树头：此前的流水都在其中，以后的树头都接着它
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicHead {
    /// 哈希树
    #[schema(example = "510123101")]
    pub(super) tree: String,
    /// 叶数
    #[schema(minimum = 1, example = 4120)]
    pub(super) size: i64,
    /// 树根，十六进制
    #[schema(example = "1cb4d1f8c8a2c0a3f5e6a9d24f0d6b87b1e3aa3fd0bc9a4470b9b1fd8d4f2a10")]
    pub(super) root: String,
    /// 树根，墙上的13组字母
    #[schema(example = "3SZW N69D 3QZ8 9K4V 0A1B 2C3D 4E5F 6G7H 8J9K 0M1N 2P3Q 4R5S 6T7V")]
    pub(super) printed: String,
    /// 签名的树头
    pub(super) checkpoint: String,
}

impl PublicHead {
    fn new(row: &bulletin::Model) -> Option<Self> {
        let root = row.tree_root.clone()?;
        let bytes = data_encoding::HEXLOWER.decode(root.as_bytes()).ok()?;
        Some(Self {
            tree: row.tree.clone()?,
            size: row.tree_size?,
            printed: print::print(&bytes.try_into().ok()?),
            root,
            checkpoint: row.checkpoint.clone()?,
        })
    }
}

/// 一期季度公开，公众所见
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicBulletin {
    /// 公开编号
    #[schema(example = "GK7K2M4P9QX")]
    pub(super) number: String,
    /// 所站编号
    pub(super) site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇新时代文明实践所")]
    pub(super) site_name: String,
    /// 标题
    #[schema(example = "青石镇新时代文明实践所2026年第四季度积分公开")]
    pub(super) title: String,
    /// 季度
    #[schema(example = "2026Q4")]
    pub(super) quarter: String,
    /// 状态
    pub(super) state: BulletinState,
    /// 台账行数
    #[schema(minimum = 0, example = 86)]
    pub(super) line_count: i32,
    /// 台账积分合计
    #[schema(minimum = 0, example = 2580)]
    pub(super) line_points: i64,
    /// 校验值：统计各行、台账各行封签按序逐行（每行以换行结尾）的 SHA-256
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    pub(super) digest: String,
    /// 汇总时间
    pub(super) compiled_at: DateTime<Utc>,
    /// 公开时间
    pub(super) published_at: DateTime<Utc>,
    /// 大字页面的地址
    #[schema(example = "/public/bulletins/GK7K2M4P9QX")]
    pub(super) page_path: String,
    /// 公开时的树头；还没有流水的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) head: Option<PublicHead>,
}

impl PublicBulletin {
    /// The public face of a bulletin; none while it is a draft.
    pub(super) fn new(row: bulletin::Model, site: site::Model) -> Option<Self> {
        let quarter = quarter_of(&row);
        Some(Self {
            page_path: super::public_path(&row.number),
            title: format!("{}{}积分公开", site.name, quarter_title(quarter)),
            quarter: quarter.to_string(),
            head: PublicHead::new(&row),
            digest: row.digest?,
            compiled_at: row.compiled_at?,
            published_at: row.published_at?,
            number: row.number,
            site_id: site.id,
            site_name: site.name,
            state: row.state,
            line_count: row.line_count,
            line_points: row.line_points,
        })
    }
}

/// 一行统计数字。期初 + 获得 + 结转 - 兑换 + 退还 - 到期 - 清零 + 恢复 - 冲正 = 期末；已冻结尚未领取的计在期末
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicFigures {
    /// 序号；0 为合计
    #[schema(minimum = 0, example = 0)]
    pub(super) position: i32,
    /// 所站编号
    pub(super) site_id: SiteId,
    /// 所站名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    pub(super) site_name: String,
    /// 登记志愿者人数
    #[schema(minimum = 0, example = 320)]
    pub(super) volunteers: i32,
    /// 参加过活动的人数，每人计一次
    #[schema(minimum = 0, example = 148)]
    pub(super) participants: i32,
    /// 活动次数
    #[schema(minimum = 0, example = 21)]
    pub(super) activities: i32,
    /// 服务时长（小时）
    #[schema(example = "412.5")]
    pub(super) hours: String,
    /// 期初积分
    #[schema(example = 5200)]
    pub(super) opening: i64,
    /// 获得
    #[schema(minimum = 0, example = 1200)]
    pub(super) earned: i64,
    /// 纸质积分册结转
    #[schema(minimum = 0, example = 0)]
    pub(super) taken_over: i64,
    /// 兑换
    #[schema(minimum = 0, example = 900)]
    pub(super) redeemed: i64,
    /// 退货退还
    #[schema(minimum = 0, example = 30)]
    pub(super) given_back: i64,
    /// 到期
    #[schema(minimum = 0, example = 12)]
    pub(super) expired: i64,
    /// 清零
    #[schema(minimum = 0, example = 40)]
    pub(super) zeroed: i64,
    /// 恢复
    #[schema(minimum = 0, example = 0)]
    pub(super) restored: i64,
    /// 冲正（更正收回）
    #[schema(minimum = 0, example = 4)]
    pub(super) reversed: i64,
    /// 期末积分
    #[schema(example = 5474)]
    pub(super) closing: i64,
    /// 发放次数
    #[schema(minimum = 0, example = 31)]
    pub(super) handed_out: i32,
    /// 发放物品的积分
    #[schema(minimum = 0, example = 900)]
    pub(super) handed_out_points: i64,
    /// 封签
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    pub(super) seal: String,
}

impl PublicFigures {
    pub(super) fn new((row, site): (bulletin_figure::Model, Option<site::Model>)) -> Self {
        Self {
            seal: figure_seal(&row),
            position: row.position,
            site_id: row.site_id,
            site_name: site.map(|site| site.name).unwrap_or_default(),
            volunteers: row.volunteers,
            participants: row.participants,
            activities: row.activities,
            hours: hours_text(row.hours_tenths),
            opening: row.opening,
            earned: row.earned,
            taken_over: row.taken_over,
            redeemed: row.redeemed,
            given_back: row.given_back,
            expired: row.expired,
            zeroed: row.zeroed,
            restored: row.restored,
            reversed: row.reversed,
            closing: row.closing,
            handed_out: row.handed_out,
            handed_out_points: row.handed_out_points,
        }
    }
}

/// 一期季度公开、统计数字及说明
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicBulletinView {
    /// 季度公开
    pub(super) bulletin: PublicBulletin,
    /// 统计数字；第一行为合计
    pub(super) figures: Vec<PublicFigures>,
    /// 说明
    pub(super) notes: PublicNotes,
}

/// 季度公开的更正
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BulletinCorrectionView {
    /// 台账序号；更正统计数字的没有
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 12)]
    pub(super) position: Option<i32>,
    /// 种类
    pub(super) kind: BulletinCorrectionKind,
    /// 说明
    #[schema(example = "公开后物品已退回，积分已按规定退还")]
    pub(super) reason: String,
    /// 更正时间
    pub(super) made_at: DateTime<Utc>,
}

impl From<bulletin_correction::Model> for BulletinCorrectionView {
    fn from(row: bulletin_correction::Model) -> Self {
        Self {
            position: row.position,
            kind: row.kind,
            reason: plain(&row.reason),
            made_at: row.made_at,
        }
    }
}

/// 公开台账的一行
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicRegisterLine {
    /// 序号
    #[schema(minimum = 1, example = 12)]
    pub(super) position: i32,
    /// 兑换人
    pub(super) person: PublicPerson,
    /// 发放的所站
    #[schema(example = "青石镇李家村新时代文明实践站")]
    pub(super) site_name: String,
    /// 物品
    #[schema(example = "洗衣液（2公斤装）")]
    pub(super) goods_name: String,
    /// 数量
    #[schema(minimum = 1, example = 1)]
    pub(super) quantity: i32,
    /// 计量单位
    #[schema(example = "瓶")]
    pub(super) unit_label: String,
    /// 积分
    #[schema(minimum = 0, example = 30)]
    pub(super) points: i64,
    /// 发放日期
    #[schema(example = "2026-11-28")]
    pub(super) handed_on: NaiveDate,
    /// 汇总时已退货的，退货日期
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-12-01")]
    pub(super) returned_on: Option<NaiveDate>,
    /// 封签：固定本行内容，本人可凭编号核对
    #[schema(example = "5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f")]
    pub(super) seal: String,
    /// 公开后的更正
    pub(super) corrections: Vec<BulletinCorrectionView>,
}

impl PublicRegisterLine {
    pub(super) fn new(
        row: &bulletin_line::Model,
        site_name: String,
        person: PublicPerson,
        corrections: Vec<BulletinCorrectionView>,
    ) -> Self {
        Self {
            seal: line_seal(row),
            position: row.position,
            person,
            site_name,
            goods_name: plain(&row.goods_name),
            quantity: row.quantity,
            unit_label: plain(&row.unit_label),
            points: row.points,
            handed_on: local_day(row.handed_at),
            returned_on: row.returned_at.map(local_day),
            corrections,
        }
    }
}

/// 一页季度公开，从新到旧，附说明
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PublicBulletinPage {
    /// 本页内容
    pub(super) items: Vec<PublicBulletin>,
    /// 说明
    pub(super) notes: PublicNotes,
    /// 下一页的翻页标记；没有下一页时不出现
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_page_token: Option<String>,
}

page! {
    /// 一页公开台账，按序号
    PublicRegisterPage of PublicRegisterLine;
    /// 一页更正，从旧到新
    BulletinCorrectionPage of BulletinCorrectionView;
}
