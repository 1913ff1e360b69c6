//! A bulletin as an XLSX workbook: the figures on one sheet, the register on another, people as
//! everybody may see them.

use entity::bulletin_correction::BulletinCorrectionKind;

use super::page_text::BY_WHICH_SITE;
use super::public_dto::{
    BulletinCorrectionView, PublicBulletin, PublicFigures, PublicRegisterLine,
};
use crate::paper::sheet::minute;
use crate::platform::workbook::{Cell, Head};

const FIGURES: &[(&str, f64)] = &[
    ("所站", 40.0),
    ("登记志愿者", 12.0),
    ("参加人数", 10.0),
    ("活动次数", 10.0),
    ("服务时长（小时）", 14.0),
    ("季初积分", 10.0),
    ("获得", 10.0),
    ("结转", 10.0),
    ("兑换", 10.0),
    ("退还", 10.0),
    ("到期", 10.0),
    ("清零", 10.0),
    ("恢复", 10.0),
    ("更正收回", 10.0),
    ("季末积分", 10.0),
    ("发放次数", 10.0),
    ("发放积分", 10.0),
    ("封签", 66.0),
];

const LINES: &[(&str, f64)] = &[
    ("序号", 8.0),
    ("兑换人", 14.0),
    ("所站", 40.0),
    ("物品", 28.0),
    ("数量", 8.0),
    ("单位", 8.0),
    ("积分", 10.0),
    ("发放日期", 12.0),
    ("退货日期", 12.0),
    ("更正", 40.0),
    ("封签", 66.0),
];

fn lines(bulletin: &PublicBulletin) -> Vec<String> {
    vec![
        bulletin.title.clone(),
        format!("公开编号 {}", bulletin.number),
        format!("校验值 {}", bulletin.digest),
    ]
}

/// What stands above the figures, with what was said of the bulletin as a whole.
pub(super) fn figures_head(bulletin: &PublicBulletin, said: &[BulletinCorrectionView]) -> Head {
    let said = said.iter().map(|made| format!("更正：{}（{}）", made.reason, minute(made.made_at)));
    let lines = lines(bulletin).into_iter().chain([BY_WHICH_SITE.into()]).chain(said).collect();
    Head { sheet: "积分统计", lines, columns: FIGURES }
}

/// What stands above the register.
pub(super) fn register_head(bulletin: &PublicBulletin) -> Head {
    Head { sheet: "兑换台账", lines: lines(bulletin), columns: LINES }
}

/// The cells of a row of figures.
pub(super) fn figures_row(row: PublicFigures) -> Vec<Cell> {
    let name = if row.position == 0 { "合计".into() } else { row.site_name };
    vec![
        name.into(),
        row.volunteers.into(),
        row.participants.into(),
        row.activities.into(),
        row.hours.into(),
        row.opening.into(),
        row.earned.into(),
        row.taken_over.into(),
        row.redeemed.into(),
        row.given_back.into(),
        row.expired.into(),
        row.zeroed.into(),
        row.restored.into(),
        row.reversed.into(),
        row.closing.into(),
        row.handed_out.into(),
        row.handed_out_points.into(),
        row.seal.into(),
    ]
}

/// The cells of a line of the register.
pub(super) fn register_row(line: PublicRegisterLine) -> Vec<Cell> {
    let said: Vec<_> = line.corrections.iter().map(correction).collect();
    vec![
        line.position.into(),
        line.person.text.into(),
        line.site_name.into(),
        line.goods_name.into(),
        line.quantity.into(),
        line.unit_label.into(),
        line.points.into(),
        line.handed_on.to_string().into(),
        line.returned_on.map(|day| day.to_string()).unwrap_or_default().into(),
        said.join("；").into(),
        line.seal.into(),
    ]
}

fn correction(made: &BulletinCorrectionView) -> String {
    match made.kind {
        BulletinCorrectionKind::Returned => "已退货".into(),
        BulletinCorrectionKind::Stated => made.reason.clone(),
    }
}
