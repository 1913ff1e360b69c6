//! A notice as an XLSX workbook: people as everybody may see them.

use entity::notice_entry::EntryState;

use super::domain::kept_back;
use super::public_dto::{PublicEntry, PublicNotice};
use crate::platform::workbook::{Cell, Head};

const COLUMNS: &[(&str, f64)] = &[
    ("序号", 8.0),
    ("志愿者", 14.0),
    ("所站", 36.0),
    ("积分条目", 20.0),
    ("活动", 28.0),
    ("日期", 12.0),
    ("积分", 8.0),
    ("状态", 18.0),
    ("更正原因", 30.0),
    ("封签", 66.0),
];

/// What stands above the entries.
pub(super) fn head(notice: &PublicNotice) -> Head {
    let lines = vec![
        notice.title.clone(),
        format!("公示编号 {}", notice.number),
        format!("校验值 {}", notice.digest),
    ];
    Head { sheet: "积分公示", lines, columns: COLUMNS }
}

/// The cells of an entry.
pub(super) fn row(entry: PublicEntry) -> Vec<Cell> {
    let state = match entry.state {
        EntryState::Listed => "",
        EntryState::Frozen => kept_back(entry.frozen_reason),
        EntryState::Withdrawn => "已撤下，不计分",
        EntryState::Corrected => "已更正，积分收回",
    };
    vec![
        entry.position.into(),
        entry.person.text.into(),
        entry.site_name.into(),
        entry.item_name.into(),
        entry.activity_title.unwrap_or_default().into(),
        entry.served_on.to_string().into(),
        entry.points.into(),
        state.into(),
        entry.correction.map(|made| made.reason).unwrap_or_default().into(),
        entry.seal.into(),
    ]
}
