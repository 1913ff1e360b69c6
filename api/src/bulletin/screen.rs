//! What a station's screen shows: open notices and the latest bulletin, in pages of a few lines
//! that turn by themselves.

use entity::bulletin;
use entity::ids::SiteId;
use serde::Serialize;
use utoipa::ToSchema;

use super::page_text::sums;
use super::public::{self, PUBLIC};
use super::public_dto::{BulletinCorrectionView, OBJECTING, PublicBulletinView};
use super::repository;
use crate::app::App;
use crate::paper::sheet::minute;
use crate::paper::{self, Objecting, PublicNotes};
use crate::platform::failure::Failure;
use crate::publicity::{OBJECTING_NOTICE, OnScreen, on_screen};
use crate::site as sites;

/// Lines a page holds in type that is read across a room.
const LINES: usize = 6;
/// Seconds a page stays.
const SECONDS: u32 = 12;
/// Letters of a correction in a line: two rows on any screen, which shows no more of a line.
const LETTERS: usize = 40;

/// How to object where a notice and a bulletin are shown by turns.
const OBJECTING_BOTH: Objecting = Objecting {
    to: "对公示、公开内容有异议的，请",
    in_app: "在小程序中写明公示或公开的编号和序号提出异议",
    then: "公示中有异议的条目单独核查；公开后的变化以更正的形式写在旁边。",
};

/// How to object where nothing is shown now.
const OBJECTING_LATER: Objecting = Objecting {
    to: "现在没有公示；对公示、公开过的内容有异议的，请",
    in_app: OBJECTING_BOTH.in_app,
    then: "",
};

/// 屏幕上的一页是什么
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ScreenPageKind {
    /// 积分公示
    Notice,
    /// 季度公开
    Bulletin,
    /// 没有要显示的内容
    Empty,
}

/// 屏幕上的一页
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ScreenPage {
    /// 种类
    pub(super) kind: ScreenPageKind,
    /// 标题，用最大的字
    #[schema(example = "青石镇新时代文明实践所2026年10月积分公示")]
    pub(super) title: String,
    /// 副标题
    #[schema(example = "公示至2026年11月10日（含当日），共120条，合计480分")]
    pub(super) subtitle: String,
    /// 各行，字高不小于屏幕高度的二十分之一
    pub(super) lines: Vec<String>,
}

/// 一个所站屏幕的内容
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ScreenView {
    /// 所站名称
    #[schema(example = "青石镇李家村新时代文明实践站")]
    pub(super) site_name: String,
    /// 每页停留的秒数
    #[schema(minimum = 1, example = 12)]
    pub(super) seconds_per_page: u32,
    /// 字高占屏幕高度的百分比，建议值
    #[schema(minimum = 1, example = 5)]
    pub(super) line_height_percent: u32,
    /// 依次显示的各页，显示完从头再来
    pub(super) pages: Vec<ScreenPage>,
    /// 说明
    pub(super) notes: PublicNotes,
}

/// Everything a site's screen shows now. `base` is the service's address: a screen has no links.
pub(super) async fn screen(app: &App, site: SiteId, base: &str) -> Result<ScreenView, Failure> {
    let db = &app.pools.read;
    let site = sites::get(db, site).await?;
    let town = match site.town_id {
        Some(town) if town != site.id => sites::get(db, town).await?,
        _ => site.clone(),
    };
    let mut pages = Vec::new();
    let notices = on_screen(app, &site, &town).await?;
    let has_notice = !notices.is_empty();
    for notice in notices {
        pages.extend(cut(ScreenPageKind::Notice, notice, base));
    }
    let own = repository::find_latest(db, site.id, &PUBLIC).await?;
    let latest = later(own, repository::find_latest(db, town.id, &PUBLIC).await?);
    let has_bulletin = latest.is_some();
    if let Some(row) = latest {
        let said = public::general_corrections(app, &row.number).await?;
        let shown = of(&public::bulletin(app, &row.number).await?, &said, base);
        pages.extend(cut(ScreenPageKind::Bulletin, shown, base));
    }
    if pages.is_empty() {
        pages.push(nothing(&site.name));
    }
    let objecting = objecting(has_notice, has_bulletin);
    let notes = paper::notes(db, &site, app.clock.now(), objecting).await?;
    let (seconds_per_page, line_height_percent) = (SECONDS, 5);
    Ok(ScreenView { site_name: site.name, seconds_per_page, line_height_percent, pages, notes })
}

/// How to object to what is shown.
const fn objecting(has_notice: bool, has_bulletin: bool) -> Objecting {
    match (has_notice, has_bulletin) {
        (true, true) => OBJECTING_BOTH,
        (true, false) => OBJECTING_NOTICE,
        (false, true) => OBJECTING,
        (false, false) => OBJECTING_LATER,
    }
}

/// Of a station's bulletin and its town's, which covers the station too, that of the later
/// quarter; the station's own of one quarter.
fn later(own: Option<bulletin::Model>, town: Option<bulletin::Model>) -> Option<bulletin::Model> {
    match (own, town) {
        (Some(own), Some(town)) if town.quarter > own.quarter => Some(town),
        (own, town) => own.or(town),
    }
}

/// Where a page is, as somebody types it who stands before a screen.
fn address(base: &str, path: &str) -> String {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    format!("{host}{path}")
}

/// A correction in as many lines as show all of it.
fn correction(reason: &str) -> Vec<String> {
    let letters: Vec<char> = reason.chars().collect();
    let line = |(at, part): (usize, &[char])| {
        let begin = if at == 0 { "更正　" } else { "　　　" };
        format!("{begin}{}", part.iter().collect::<String>())
    };
    letters.chunks(LETTERS).enumerate().map(line).collect()
}

fn of(view: &PublicBulletinView, said: &[BulletinCorrectionView], base: &str) -> OnScreen {
    let PublicBulletinView { bulletin, figures, .. } = view;
    let rows = figures.first().map(sums).unwrap_or_default();
    OnScreen {
        title: bulletin.title.clone(),
        subtitle: format!(
            "{}公开，兑换台账请看公开栏或公开页面 {}",
            minute(bulletin.published_at),
            address(base, &bulletin.page_path)
        ),
        lines: rows
            .into_iter()
            .map(|(name, value)| format!("{name}　{value}"))
            .chain(said.iter().flat_map(|one| correction(&one.reason)))
            .collect(),
        page_path: bulletin.page_path.clone(),
        more: 0,
    }
}

fn nothing(site_name: &str) -> ScreenPage {
    ScreenPage {
        kind: ScreenPageKind::Empty,
        title: site_name.into(),
        subtitle: String::new(),
        lines: vec!["现在没有公示".into()],
    }
}

/// Cuts what is shown into pages of a few lines.
fn cut(kind: ScreenPageKind, shown: OnScreen, base: &str) -> Vec<ScreenPage> {
    let OnScreen { title, subtitle, mut lines, page_path, more } = shown;
    if more > 0 {
        let address = address(base, &page_path);
        lines.push(format!("还有{more}条，请看公开栏或公开页面 {address}"));
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    let page = |part: &[String]| ScreenPage {
        kind,
        title: title.clone(),
        subtitle: subtitle.clone(),
        lines: part.to_vec(),
    };
    lines.chunks(LINES).map(page).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_a_few_lines_and_lose_none() {
        for (count, pages) in [(0, 1), (1, 1), (6, 1), (7, 2), (60, 11)] {
            let shown = OnScreen {
                title: "公示".into(),
                subtitle: String::new(),
                lines: (0..count).map(|n: i32| n.to_string()).collect(),
                page_path: "/public/notices/GS1".into(),
                more: if count == 60 { 5 } else { 0 },
            };
            let cut = cut(ScreenPageKind::Notice, shown, "https://jf.example.gov.cn");
            assert_eq!(cut.len(), pages, "{count}");
            assert!(cut.iter().all(|page| page.lines.len() <= LINES));
            let last = cut.last().and_then(|page| page.lines.last()).unwrap();
            let address = " jf.example.gov.cn/public/notices/GS1";
            assert_eq!(last.ends_with(address), count == 60, "{last}");
        }
    }

    #[test]
    fn a_long_correction_is_shown_to_its_end() {
        assert_eq!(correction("漏计一次"), ["更正　漏计一次"]);
        let reason = "活动".repeat(45);
        let lines = correction(&reason);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines.concat().replace("更正", "").replace('　', ""), reason);
    }
}
