//! A notice for the loudspeaker (村村响): sentences a person can read aloud. Pure.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::notice_entry::EntryState;

use super::domain::{kept_back, last_day};
use super::projection::{PublicPerson, ShownBy};
use super::public_dto::{PublicEntry, PublicNotice, PublicNoticeView};
use crate::paper::share::Share;
use crate::paper::spoken::{complaints, farewell, greeting};
use crate::platform::clock::local_day;
use crate::platform::text::spoken::{month_and_day, number, one_by_one, words, year};

/// A share of a notice as text to be read aloud, a sentence a line.
pub(super) fn notice(
    view: &PublicNoticeView,
    entries: &[PublicEntry],
    share: Share,
    now: DateTime<Utc>,
) -> String {
    let PublicNoticeView { notice, notes } = view;
    let mut lines = vec![greeting(&headline(notice), share)];
    if share.is_first() {
        lines.push(format!(
            "本期公示共{}条，合计{}分。公示时间从{}到{}，含当日。",
            number(notice.entry_count.into()),
            number(notice.points_total),
            month_and_day(local_day(notice.opened_at)),
            month_and_day(last_day(notice.closes_at)),
        ));
    }
    lines.extend(entries.iter().map(entry));
    if share.is_last() {
        lines.push(objecting(notice.closes_at <= now).into());
        lines.extend(complaints(notes));
    }
    lines.push(farewell(share));
    lines.join("\n") + "\n"
}

const fn objecting(is_over: bool) -> &'static str {
    if is_over {
        "公示期已满。对公示过的内容仍有异议的，可以在小程序中提出，也可以到所站书面提出，可以匿名。"
    } else {
        "对公示内容有异议的，请在公示期内在小程序中提出，或到所站书面提出，可以匿名。"
    }
}

fn headline(notice: &PublicNotice) -> String {
    let month = NaiveDate::parse_from_str(&format!("{}-01", notice.period), "%Y-%m-%d");
    let month = month.map_or(String::new(), |day| {
        format!("{}年{}月", year(day.year()), number(day.month().into()))
    });
    format!("{}{month}积分公示", words(&notice.site_name))
}

fn entry(entry: &PublicEntry) -> String {
    let what = match &entry.activity_title {
        Some(title) => format!("{}，{}", words(title), words(&entry.item_name)),
        None => words(&entry.item_name),
    };
    let reason = entry.correction.as_ref().map(|made| words(&made.reason));
    let reason = reason.filter(|reason| !reason.is_empty());
    let reason = reason.map_or(String::new(), |reason| format!("原因是，{reason}。"));
    let end = match entry.state {
        EntryState::Listed => "。".to_owned(),
        EntryState::Frozen => format!("，这一条{}。", kept_back(entry.frozen_reason)),
        EntryState::Withdrawn => format!("，这一条已撤下，不计分。{reason}"),
        EntryState::Corrected => format!("，这一条已更正，积分收回。{reason}"),
    };
    format!(
        "第{}条，{}，{}，{what}，{}分{end}",
        number(entry.position.into()),
        person(&entry.person),
        month_and_day(entry.served_on),
        number(entry.points.into()),
    )
}

/// A person as she is called in public; a card's tail is read letter by letter.
pub(crate) fn person(person: &PublicPerson) -> String {
    match person.shown_by {
        ShownBy::CardTail => format!("尾号{}", one_by_one(&person.text)),
        ShownBy::Name | ShownBy::Nothing => words(&person.text),
    }
}
