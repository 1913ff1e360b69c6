//! Open notices for the station's screen.

use entity::ids::SiteId;
use entity::notice_entry::EntryState;
use entity::notice_round::NoticeState;
use entity::site;

use super::domain::{kept_back, last_day_text};
use super::public_dto::{PublicEntry, PublicNotice};
use super::{public, repository};
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
        let Some(notice) = of.filter(|_| own).and_then(|of| PublicNotice::new(round, of)) else {
            continue;
        };
        let entries = public::stretch(app, &notice.number, (0, ENTRIES)).await?;
        all.push(screen(&notice, &entries));
    }
    Ok(all)
}

fn screen(notice: &PublicNotice, entries: &[PublicEntry]) -> OnScreen {
    let shown = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    OnScreen {
        title: notice.title.clone(),
        subtitle: format!(
            "公示至{}，共{}条，合计{}分",
            last_day_text(notice.closes_at),
            notice.entry_count,
            notice.points_total
        ),
        lines: entries.iter().map(line).collect(),
        more: i64::from(notice.entry_count).saturating_sub(shown),
    }
}

fn line(entry: &PublicEntry) -> String {
    let mark = match entry.state {
        EntryState::Listed => String::new(),
        EntryState::Frozen => format!("（{}）", kept_back(entry.frozen_reason)),
        EntryState::Withdrawn => "（已撤下，不计分）".into(),
        EntryState::Corrected => "（已更正，积分收回）".into(),
    };
    let what = entry.activity_title.as_ref().unwrap_or(&entry.item_name);
    format!("{}　{what}　{}分{mark}", entry.person.text, entry.points)
}
