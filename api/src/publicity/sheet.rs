//! A notice as a sheet for the wall. Pure.

use entity::notice_entry::EntryState;

use super::domain::{kept_back, last_day_text};
use super::public_dto::{PublicEntry, PublicNoticeView, Struck};
use crate::pages::print::{Block, Column, Sheet};
use crate::paper::share::Share;
use crate::paper::sheet::{code, complaints, foot, in_parts, minute};

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
    struck: Struck,
    (share, base): (Share, &str),
) -> Sheet {
    let PublicNoticeView { notice, notes } = view;
    let mut blocks = vec![
        Block::Text(format!(
            "公示时间：{}至{}",
            minute(notice.opened_at),
            last_day_text(notice.closes_at)
        )),
        Block::Text(format!(
            "共{}条，合计{}分{}{}",
            notice.entry_count,
            notice.points_total,
            struck.text(),
            in_parts(share)
        )),
        Block::Table(COLUMNS, entries.iter().map(row).collect()),
        Block::Heading("核对".into()),
        Block::Small(format!("校验值（各条封签按序逐行的 SHA-256）：\n{}", notice.digest)),
    ];
    blocks.push(code(base, &notice.page_path));
    blocks.extend(complaints(notes));
    let foot = foot(&notice.title, &format!("公示编号 {}", notice.number), notes);
    Sheet { title: notice.title.clone(), blocks, foot }
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
