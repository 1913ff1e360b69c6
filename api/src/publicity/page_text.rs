//! Notices as pages in large type. Pure; every text is escaped here, and isolated so that no
//! name can turn the writing around it.

use std::fmt::Write as _;

use entity::notice_entry::EntryState;
use entity::notice_round::NoticeState;

use super::domain::{kept_back, last_day_text};
use super::public_dto::{PublicEntry, PublicNotice, PublicNoticePage, PublicNoticeView, Struck};
use crate::pages::escape;
use crate::paper::frame::{frame, isolated, turning};
use crate::paper::share::Share;
use crate::paper::sheet::minute;

/// A page of one round.
pub(super) fn notice(
    view: &PublicNoticeView,
    entries: &[PublicEntry],
    struck: Struck,
    share: Share,
) -> String {
    let PublicNoticeView { notice, notes } = view;
    let mut main = head(notice, struck);
    main.push_str(
        "<table>\n<thead><tr><th>序号</th><th>志愿者</th><th>事由</th><th>日期</th><th>积分</th></tr></thead>\n<tbody>\n",
    );
    for entry in entries {
        main.push_str(&row(entry));
    }
    main.push_str("</tbody>\n</table>\n");
    main.push_str(&turning(&notice.page_path, share));
    // Writing to a text cannot fail.
    let _ = writeln!(
        main,
        "<p class=\"small\">公示编号 {}，校验值：</p>\n<p class=\"seal\">{}</p>",
        escape(&notice.number),
        escape(&notice.digest)
    );
    frame(&notice.title, &main, Some(notes))
}

fn head(notice: &PublicNotice, struck: Struck) -> String {
    let state = match notice.state {
        NoticeState::Drafting | NoticeState::Open => "公示中",
        NoticeState::Closed => "公示已结束",
        NoticeState::Archived => "已归档",
    };
    format!(
        "<h1>{}</h1>\n<p><span class=\"state\">{state}</span></p>\n\
         <p>公示时间：{}至{}</p>\n<p>共{}条，合计{}分{}</p>\n",
        escape(&notice.title),
        minute(notice.opened_at),
        last_day_text(notice.closes_at),
        notice.entry_count,
        notice.points_total,
        struck.text()
    )
}

fn row(entry: &PublicEntry) -> String {
    let what = match &entry.activity_title {
        Some(title) => format!("{}（{}）", isolated(title), isolated(&entry.item_name)),
        None => isolated(&entry.item_name),
    };
    let (class, mark) = match entry.state {
        EntryState::Listed => ("", String::new()),
        EntryState::Frozen => {
            ("", format!("<span class=\"mark\">{}</span>", kept_back(entry.frozen_reason)))
        }
        EntryState::Withdrawn => (" class=\"off\"", correction(entry, "已撤下，不计分")),
        EntryState::Corrected => (" class=\"off\"", correction(entry, "已更正，积分收回")),
    };
    format!(
        "<tr{class}><td data-name=\"序号\">{}</td><td class=\"who\" data-name=\"志愿者\">{}</td>\
         <td data-name=\"事由\">{what}<br><span class=\"small\">{}</span></td>\
         <td data-name=\"日期\">{}</td><td class=\"points\" data-name=\"积分\"><span class=\"value\">{}分</span>{mark}</td></tr>\n",
        entry.position,
        isolated(&entry.person.text),
        isolated(&entry.site_name),
        entry.served_on.format("%-m月%-d日"),
        entry.points
    )
}

fn correction(entry: &PublicEntry, what: &str) -> String {
    let reason = entry.correction.as_ref().map(|made| isolated(&made.reason)).unwrap_or_default();
    format!("<span class=\"mark\">{what}</span><span class=\"small\">{reason}</span>")
}

/// The notices of a site.
pub(super) fn index(site_name: &str, page: &PublicNoticePage) -> String {
    let title = format!("{site_name}积分公示");
    let mut main = format!("<h1>{}</h1>\n<ul>\n", escape(&title));
    for notice in &page.items {
        let state = match notice.state {
            NoticeState::Drafting | NoticeState::Open => "公示中",
            NoticeState::Closed | NoticeState::Archived => "已结束",
        };
        let _ = writeln!(
            main,
            "<li><a href=\"{}\">{}</a><br><span class=\"small\">{state}，至{}，{}条，{}分</span></li>",
            escape(&notice.page_path),
            isolated(&notice.title),
            last_day_text(notice.closes_at),
            notice.entry_count,
            notice.points_total
        );
    }
    main.push_str("</ul>\n");
    if page.items.is_empty() {
        main.push_str("<p>还没有公示。</p>\n");
    }
    frame(&title, &main, Some(&page.notes))
}
