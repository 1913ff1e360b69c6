//! The register as an XLSX workbook: names as text that no spreadsheet takes for a
//! formula, quantities and points as numbers.

use entity::redemption::{ReturnedAs, SignatureKind};

use super::domain::RECEIPT;
use super::register_dto::{Period, RegisterRow};
use crate::platform::clock::local_day;
use crate::platform::workbook::{Cell, Head};

pub(super) const COLUMNS: &[(&str, f64)] = &[
    ("收据号", 20.0),
    ("日期", 12.0),
    ("物品", 28.0),
    ("数量", 8.0),
    ("单位", 8.0),
    ("积分", 10.0),
    ("领取人", 14.0),
    ("代领人", 14.0),
    ("经办人", 14.0),
    ("签收方式", 12.0),
    ("退货日期", 12.0),
    ("退货处理", 12.0),
    ("同一代领人代领人数", 20.0),
];

/// What stands above the lines.
pub(super) fn head(site: String, period: Period) -> Head {
    let days = format!("{} 至 {}", period.from, period.to);
    Head {
        sheet: "兑换台账", lines: vec![site, "积分兑换台账".into(), days], columns: COLUMNS
    }
}

/// The cells of a line.
pub(super) fn row(line: RegisterRow) -> Vec<Cell> {
    let returned = line.returned_at.map(|at| local_day(at).to_string());
    vec![
        RECEIPT.grouped(&line.receipt_no).into(),
        local_day(line.fulfilled_at).to_string().into(),
        line.goods_name.into(),
        line.quantity.into(),
        line.unit_label.into(),
        line.points.into(),
        line.volunteer_name.into(),
        line.delegate_name.unwrap_or_default().into(),
        line.clerk_name.unwrap_or_default().into(),
        line.signature.map_or("", signature_name).into(),
        returned.unwrap_or_default().into(),
        line.returned_as.map_or("", returned_name).into(),
        line.several_pickups.map_or_else(|| "".into(), Cell::from),
    ]
}

const fn returned_name(kind: ReturnedAs) -> &'static str {
    match kind {
        ReturnedAs::Sound => "退回货架",
        ReturnedAs::Damaged => "报损",
    }
}

const fn signature_name(kind: SignatureKind) -> &'static str {
    match kind {
        SignatureKind::Card => "积分卡",
        SignatureKind::Code => "取货码",
        SignatureKind::Paper => "纸质签字",
    }
}
