//! A notice for the loudspeaker (村村响): sentences a person can read aloud. Pure.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::notice_entry::EntryState;

use super::domain::{kept_back, last_day};
use super::projection::{PublicPerson, ShownBy};
use super::public_dto::{PublicEntry, PublicNotice, PublicNoticeView, Struck};
use crate::paper::share::Share;
use crate::paper::spoken::{complaints, farewell, greeting};
use crate::platform::clock::local_day;
use crate::platform::text::spoken::{clause, count, month_and_day, number, one_by_one, year};

/// A share of a notice as text to be read aloud, a sentence a line.
pub(super) fn notice(
    view: &PublicNoticeView,
    entries: &[PublicEntry],
    struck: Struck,
    (share, now): (Share, DateTime<Utc>),
) -> String {
    let PublicNoticeView { notice, notes } = view;
    let mut lines = vec![greeting(&headline(notice), share)];
    if share.is_first() {
        lines.push(format!(
            "本期公示共{}条，合计{}分{}。公示时间从{}到{}，含当日。",
            count(notice.entry_count.into()),
            count(notice.points_total),
            since_struck(struck),
            month_and_day(local_day(notice.opened_at)),
            month_and_day(last_day(notice.closes_at)),
        ));
    }
    lines.extend(by_site(&notice.site_name, entries));
    if share.is_last() {
        lines.push(objecting(notice.closes_at <= now).into());
        lines.extend(complaints(notes));
    }
    lines.push(farewell(share));
    lines.join("\n") + "\n"
}

/// What was struck, as it follows the sums.
fn since_struck(struck: Struck) -> String {
    if struck.entries == 0 {
        return String::new();
    }
    let (entries, points) = (count(struck.entries), count(struck.points));
    format!("，其中{entries}条已更正或撤下，共{points}分")
}

/// The entries, with the site where it is another than before: a listener cannot look it up. The
/// notice's own was named at the beginning.
fn by_site(own: &str, entries: &[PublicEntry]) -> Vec<String> {
    let (mut lines, mut last) = (Vec::new(), own);
    for one in entries {
        if one.site_name != last {
            last = &one.site_name;
            lines.push(format!("以下是{}的。", clause(last)));
        }
        lines.push(entry(one));
    }
    lines
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
    format!("{}{month}积分公示", clause(&notice.site_name))
}

fn entry(entry: &PublicEntry) -> String {
    let title = entry.activity_title.as_deref().map(clause);
    let title = title.filter(|title| !title.is_empty());
    let what = title.unwrap_or_else(|| clause(&entry.item_name));
    let reason = entry.correction.as_ref().map(|made| clause(&made.reason));
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
        count(entry.points.into()),
    )
}

/// A person as she is called in public; a card's tail is read letter by letter.
pub(crate) fn person(person: &PublicPerson) -> String {
    match person.shown_by {
        ShownBy::CardTail => format!("尾号{}", one_by_one(&person.text)),
        ShownBy::Name | ShownBy::Nothing => clause(&person.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(site: &str, title: Option<&str>, state: EntryState) -> PublicEntry {
        PublicEntry {
            position: 1,
            person: PublicPerson { shown_by: ShownBy::Name, text: "张秀兰".into() },
            site_name: site.into(),
            item_name: "环境卫生".into(),
            activity_title: title.map(str::to_owned),
            served_on: NaiveDate::from_ymd_opt(2026, 10, 12).unwrap(),
            points: 2,
            state,
            frozen_reason: None,
            seal: String::new(),
            correction: None,
        }
    }

    #[test]
    fn a_site_is_named_where_it_is_another() {
        let listed = |site, title| of(site, title, EntryState::Listed);
        let entries = [
            listed("青石镇", Some("清扫村道。")),
            listed("李家村", None),
            listed("李家村", Some("https://example.cn/a")),
            listed("王家村", Some("清扫")),
        ];
        assert_eq!(
            by_site("青石镇", &entries),
            [
                "第一条，张秀兰，十月十二日，清扫村道，两分。",
                "以下是李家村的。",
                "第一条，张秀兰，十月十二日，环境卫生，两分。",
                "第一条，张秀兰，十月十二日，环境卫生，两分。",
                "以下是王家村的。",
                "第一条，张秀兰，十月十二日，清扫，两分。",
            ]
        );
    }

    #[test]
    fn what_was_struck_follows_the_sums() {
        let struck = Struck { entries: 2, points: 12 };
        assert_eq!(since_struck(struck), "，其中两条已更正或撤下，共十二分");
        assert_eq!(struck.text(), "，其中2条已更正或撤下，共12分");
        assert_eq!(since_struck(Struck::default()) + &Struck::default().text(), "");
    }
}
