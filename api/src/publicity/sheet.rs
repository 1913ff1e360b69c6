//! A notice as a sheet for the wall. Pure.

use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;
use entity::notice_entry::EntryState;

use super::domain::kept_back;
use super::public_dto::{PublicEntry, PublicNotes, PublicNotice, PublicNoticeView};
use super::share::Share;
use crate::pages::print::{Block, Column, Sheet};

const COLUMNS: &[Column] = &[
    Column { name: "序号", weight: 1.0 },
    Column { name: "志愿者", weight: 2.0 },
    Column { name: "事由", weight: 4.2 },
    Column { name: "日期", weight: 1.6 },
    Column { name: "积分", weight: 2.0 },
];

/// A share of a notice. `base` is the service's address, for the square code.
pub(super) fn notice(
    view: &PublicNoticeView,
    entries: &[PublicEntry],
    share: Share,
    base: &str,
) -> Sheet {
    let PublicNoticeView { notice, notes } = view;
    let mut blocks = vec![
        Block::Text(format!(
            "公示时间：{}至{}",
            minute(notice.opened_at),
            minute(notice.closes_at)
        )),
        Block::Text(format!(
            "共{}条，合计{}分{}",
            notice.entry_count,
            notice.points_total,
            in_parts(share)
        )),
        Block::Table(COLUMNS, entries.iter().map(row).collect()),
        Block::Heading("核对".into()),
        Block::Small(format!("校验值（各条封签按序逐行的 SHA-256）：\n{}", notice.digest)),
    ];
    blocks.push(code(base, &notice.page_path));
    blocks.extend(complaints(notes));
    Sheet { title: notice.title.clone(), blocks, foot: foot(notice) }
}

fn foot(notice: &PublicNotice) -> String {
    format!("公示编号 {}", notice.number)
}

fn row(entry: &PublicEntry) -> Vec<String> {
    let what = match &entry.activity_title {
        Some(title) => format!("{title}（{}）\n{}", entry.item_name, entry.site_name),
        None => format!("{}\n{}", entry.item_name, entry.site_name),
    };
    let reason = entry.correction.as_ref().map_or("", |made| made.reason.as_str());
    let points = match entry.state {
        EntryState::Listed => format!("{}分", entry.points),
        EntryState::Frozen => format!("{}分\n{}", entry.points, kept_back(entry.frozen_reason)),
        EntryState::Withdrawn => format!("{}分\n已撤下，不计分\n{reason}", entry.points),
        EntryState::Corrected => format!("{}分\n已更正，积分收回\n{reason}", entry.points),
    };
    vec![
        entry.position.to_string(),
        entry.person.text.clone(),
        what,
        entry.served_on.format("%-m月%-d日").to_string(),
        points,
    ]
}

/// An instant as it stands on paper.
pub(crate) fn minute(at: DateTime<Utc>) -> String {
    at.with_timezone(&Shanghai).format("%Y年%-m月%-d日%H:%M").to_string()
}

/// Which share a sheet is, when it is not all.
pub(crate) fn in_parts(share: Share) -> String {
    if share.parts == 1 {
        String::new()
    } else {
        format!("（本份为第{}份，共{}份）", share.part, share.parts)
    }
}

/// The square code of a public address, with the address in letters.
pub(crate) fn code(base: &str, path: &str) -> Block {
    let address = format!("{base}{path}");
    let beside = vec!["扫码看原文：公开页面上的内容以最新更正为准。".into(), address.clone()];
    Block::Code(address, beside)
}

/// How to object, and what the law wants on each sheet.
pub(crate) fn complaints(notes: &PublicNotes) -> Vec<Block> {
    let mut blocks =
        vec![Block::Heading("异议与投诉".into()), Block::Text(notes.how_to_object.into())];
    for (name, text) in [
        ("投诉电话", &notes.complaint_phone),
        ("受理地址", &notes.complaint_address),
        ("备案号", &notes.filing_number),
        ("个人信息处理规则", &notes.privacy_rules),
    ] {
        if let Some(text) = text {
            blocks.push(Block::Text(format!("{name}：{text}")));
        }
    }
    blocks
}
