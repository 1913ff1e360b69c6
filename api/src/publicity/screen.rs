//! Open notices for the station's screen.

use entity::ids::SiteId;
use entity::notice_entry::EntryState;
use entity::notice_round::NoticeState;
use entity::site;

use super::domain::{kept_back, last_day_text};
use super::public_dto::{PublicEntry, PublicNotice, Struck};
use super::{entry_rows, public, repository};
use crate::app::App;
use crate::platform::failure::Failure;
use crate::site as sites;

/// Rounds a screen shows, the newest first.
const ROUNDS: u64 = 20;
/// Entries of a round it shows; the page has the rest.
const ENTRIES: u64 = 60;

/// A notice as a screen shows it.
pub(crate) struct OnScreen {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    pub(crate) lines: Vec<String>,
    /// Where the rest can be read.
    pub(crate) page_path: String,
    /// Entries there are besides.
    pub(crate) more: i64,
}

/// The open notices a site's screen shows: its own and its town's; an institute's, all of its
/// town.
///
/// # Errors
/// The database's.
pub(crate) async fn on_screen(
    app: &App,
    site: &site::Model,
    town: &site::Model,
) -> Result<Vec<OnScreen>, Failure> {
    let shown: [SiteId; 2] = [site.id, town.id];
    let open = [NoticeState::Open];
    let rounds =
        repository::list_at(&app.pools.read, sites::below(town), &open, (None, ROUNDS)).await?;
    let mut all = Vec::new();
    for (round, of) in rounds {
        let own = site.id == town.id || shown.contains(&round.site_id);
        let id = round.id;
        let Some(notice) = of.filter(|_| own).and_then(|of| PublicNotice::new(round, of)) else {
            continue;
        };
        let entries = public::stretch(app, &notice.number, (0, ENTRIES)).await?;
        let struck = entry_rows::struck(&app.pools.read, id).await?;
        all.push(screen(&notice, &entries, struck));
    }
    Ok(all)
}

fn screen(notice: &PublicNotice, entries: &[PublicEntry], struck: Struck) -> OnScreen {
    let shown = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    OnScreen {
        title: notice.title.clone(),
        subtitle: format!(
            "公示至{}，共{}条，合计{}分{}",
            last_day_text(notice.closes_at),
            notice.entry_count,
            notice.points_total,
            struck.text()
        ),
        lines: entries.iter().map(line).collect(),
        page_path: notice.page_path.clone(),
        more: i64::from(notice.entry_count).saturating_sub(shown),
    }
}

/// What counts stands first: a screen cuts off the end of a long title.
fn line(entry: &PublicEntry) -> String {
    let mark = match entry.state {
        EntryState::Listed => String::new(),
        EntryState::Frozen => format!("（{}）", kept_back(entry.frozen_reason)),
        EntryState::Withdrawn => "（已撤下，不计分）".into(),
        EntryState::Corrected => "（已更正，积分收回）".into(),
    };
    let what = entry.activity_title.as_ref().unwrap_or(&entry.item_name);
    format!("{}　{}分{mark}　{what}", entry.person.text, entry.points)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::publicity::projection::{PublicPerson, ShownBy};

    #[test]
    fn points_and_marks_stand_before_what_may_be_cut_off() {
        let entry = PublicEntry {
            position: 1,
            person: PublicPerson { shown_by: ShownBy::CardTail, text: "尾号7K2M".into() },
            site_name: "李家村".into(),
            item_name: "环境卫生".into(),
            activity_title: Some("清扫村道，".repeat(30)),
            served_on: NaiveDate::from_ymd_opt(2026, 10, 12).unwrap(),
            points: 4,
            state: EntryState::Corrected,
            frozen_reason: None,
            seal: String::new(),
            correction: None,
        };
        assert!(line(&entry).starts_with("尾号7K2M　4分（已更正，积分收回）　清扫村道"));
    }
}
