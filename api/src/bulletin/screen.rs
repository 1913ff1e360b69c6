//! What a station's screen shows: open notices and the latest bulletin, in pages of a few lines
//! that turn by themselves.

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

/// Everything a site's screen shows now.
pub(super) async fn screen(app: &App, site: SiteId) -> Result<ScreenView, Failure> {
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
        pages.extend(cut(ScreenPageKind::Notice, notice));
    }
    let mut latest = repository::find_latest(db, site.id, &PUBLIC).await?;
    if latest.is_none() {
        latest = repository::find_latest(db, town.id, &PUBLIC).await?;
    }
    let has_bulletin = latest.is_some();
    if let Some(row) = latest {
        let said = public::general_corrections(app, &row.number).await?;
        let shown = of(&public::bulletin(app, &row.number).await?, &said);
        pages.extend(cut(ScreenPageKind::Bulletin, shown));
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

fn of(view: &PublicBulletinView, said: &[BulletinCorrectionView]) -> OnScreen {
    let PublicBulletinView { bulletin, figures, .. } = view;
    let rows = figures.first().map(sums).unwrap_or_default();
    OnScreen {
        title: bulletin.title.clone(),
        subtitle: format!("{}公开，兑换台账请看公开栏或公开页面", minute(bulletin.published_at)),
        lines: rows
            .into_iter()
            .map(|(name, value)| format!("{name}　{value}"))
            .chain(said.iter().map(|one| format!("更正　{}", one.reason)))
            .collect(),
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
fn cut(kind: ScreenPageKind, shown: OnScreen) -> Vec<ScreenPage> {
    let OnScreen { title, subtitle, mut lines, more } = shown;
    if more > 0 {
        lines.push(format!("还有{more}条，请看公开栏或公开页面"));
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
                more: if count == 60 { 5 } else { 0 },
            };
            let cut = cut(ScreenPageKind::Notice, shown);
            assert_eq!(cut.len(), pages, "{count}");
            assert!(cut.iter().all(|page| page.lines.len() <= LINES));
        }
    }
}
