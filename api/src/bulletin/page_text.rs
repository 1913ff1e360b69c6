//! Bulletins as pages in large type. Pure; every text is escaped here, and isolated so that no
//! name can turn the writing around it.

use std::fmt::Write as _;

use entity::bulletin::BulletinState;
use entity::bulletin_correction::BulletinCorrectionKind;

use super::public_dto::{
    BulletinCorrectionView, PublicBulletin, PublicBulletinPage, PublicBulletinView, PublicFigures,
    PublicRegisterLine,
};
use super::screen::ScreenView;
use crate::pages::escape;
use crate::paper::frame::{self, frame, isolated, turning};
use crate::paper::share::Share;
use crate::paper::sheet::minute;

/// A page of one bulletin: the figures on the first, the register on all.
pub(super) fn bulletin(
    view: &PublicBulletinView,
    lines: &[PublicRegisterLine],
    said: &[BulletinCorrectionView],
    share: Share,
) -> String {
    let PublicBulletinView { bulletin, figures, notes } = view;
    let mut main = head(bulletin);
    if share.is_first() {
        main.push_str(&statistics(figures));
        main.push_str(&general(said));
    }
    main.push_str(&register(bulletin, lines));
    main.push_str(&turning(&bulletin.page_path, share));
    main.push_str(&proof(bulletin));
    frame(&bulletin.title, &main, Some(notes))
}

fn head(bulletin: &PublicBulletin) -> String {
    format!(
        "<h1>{}</h1>\n<p><span class=\"state\">{}</span></p>\n<p>公开时间：{}</p>\n",
        escape(&bulletin.title),
        state(bulletin.state),
        minute(bulletin.published_at),
    )
}

const fn state(state: BulletinState) -> &'static str {
    match state {
        BulletinState::Compiling | BulletinState::Drafting | BulletinState::Published => "已公开",
        BulletinState::Archived => "已归档",
    }
}

/// The rows of the whole, each with its name and sign.
pub(super) fn sums(total: &PublicFigures) -> Vec<(&'static str, String)> {
    let points = |points: i64| format!("{points}分");
    let mut rows = vec![
        ("登记志愿者", format!("{}人", total.volunteers)),
        ("参加活动", format!("{}人", total.participants)),
        ("开展活动", format!("{}次", total.activities)),
        ("服务时长", format!("{}小时", total.hours)),
        ("季初积分", points(total.opening)),
        ("本季获得", points(total.earned)),
    ];
    for (name, value) in [
        ("纸质积分册结转", total.taken_over),
        ("兑换扣减", total.redeemed),
        ("退货退还", total.given_back),
        ("到期失效", total.expired),
        ("清零", total.zeroed),
        ("恢复", total.restored),
        ("更正收回", total.reversed),
    ] {
        // What nearly every quarter has is always told, the rest when it happened.
        if value != 0 || name == "兑换扣减" {
            rows.push((name, points(value)));
        }
    }
    rows.push(("季末积分", points(total.closing)));
    rows.push(("发放物品", format!("{}次，{}分", total.handed_out, total.handed_out_points)));
    rows
}

fn statistics(figures: &[PublicFigures]) -> String {
    let Some((total, sites)) = figures.split_first() else { return String::new() };
    let mut text = String::from("<h2>积分统计</h2>\n<table class=\"sums\">\n<tbody>\n");
    for (name, value) in sums(total) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
    }
    text.push_str("</tbody>\n</table>\n");
    if sites.len() > 1 {
        text.push_str(&by_site(sites));
    }
    text
}

fn by_site(sites: &[PublicFigures]) -> String {
    let mut text = format!(
        "<h2>各所站</h2>\n<p class=\"small\">{BY_WHICH_SITE}</p>\n<table class=\"sites\">\n\
         <thead><tr><th>所站</th><th>志愿者</th><th>参加</th><th>活动</th><th>时长</th>\
         <th>季初</th><th>获得</th><th>减少</th><th>季末</th></tr></thead>\n<tbody>\n",
    );
    for site in sites {
        let (gained, lost) = (gained(site), lost(site));
        let _ = writeln!(
            text,
            "<tr><td class=\"who\" data-name=\"所站\">{}</td><td data-name=\"志愿者\">{}人</td>\
             <td data-name=\"参加\">{}人</td><td data-name=\"活动\">{}次</td>\
             <td data-name=\"时长\">{}小时</td><td data-name=\"季初\">{}分</td>\
             <td data-name=\"获得\">{gained}分</td><td data-name=\"减少\">{lost}分</td>\
             <td data-name=\"季末\">{}分</td></tr>",
            isolated(&site.site_name),
            site.volunteers,
            site.participants,
            site.activities,
            site.hours,
            site.opening,
            site.closing,
        );
    }
    text.push_str("</tbody>\n</table>\n");
    text
}

/// By which site each column counts: a villager may serve and fetch goods elsewhere.
pub(super) const BY_WHICH_SITE: &str =
    "志愿者和积分按登记的所站统计；参加、活动、时长和发放按活动、发放所在的所站统计。";

/// What came to a site's accounts.
pub(super) const fn gained(site: &PublicFigures) -> i64 {
    site.earned + site.taken_over + site.given_back + site.restored
}

/// What went from a site's accounts.
pub(super) const fn lost(site: &PublicFigures) -> i64 {
    site.redeemed + site.expired + site.zeroed + site.reversed
}

fn general(said: &[BulletinCorrectionView]) -> String {
    if said.is_empty() {
        return String::new();
    }
    format!("<h2>更正</h2>\n{}", said.iter().map(correction).collect::<String>())
}

fn register(bulletin: &PublicBulletin, lines: &[PublicRegisterLine]) -> String {
    if bulletin.line_count == 0 {
        return "<h2>兑换台账</h2>\n<p>本季度没有发放物品。</p>\n".into();
    }
    let mut text = format!(
        "<h2>兑换台账</h2>\n<p>共{}条，合计{}分</p>\n<table>\n<thead><tr><th>序号</th><th>兑换人</th>\
         <th>物品</th><th>日期</th><th>积分</th></tr></thead>\n<tbody>\n",
        bulletin.line_count, bulletin.line_points
    );
    text.extend(lines.iter().map(row));
    text.push_str("</tbody>\n</table>\n");
    text
}

fn row(line: &PublicRegisterLine) -> String {
    let came_back = |made: &BulletinCorrectionView| made.kind == BulletinCorrectionKind::Returned;
    let is_off = line.returned_on.is_some() || line.corrections.iter().any(came_back);
    let class = if is_off { " class=\"off\"" } else { "" };
    let returned = line
        .returned_on
        .map(|day| format!("<span class=\"mark\">{}已退货</span>", day.format("%-m月%-d日")));
    let said: String = line.corrections.iter().map(correction).collect();
    format!(
        "<tr{class}><td data-name=\"序号\">{}</td><td class=\"who\" data-name=\"兑换人\">{}</td>\
         <td data-name=\"物品\">{} {}{}<br><span class=\"small\">{}</span></td>\
         <td data-name=\"日期\">{}</td><td class=\"points\" data-name=\"积分\">\
         <span class=\"value\">{}分</span>{}{said}</td></tr>\n",
        line.position,
        isolated(&line.person.text),
        isolated(&line.goods_name),
        line.quantity,
        isolated(&line.unit_label),
        isolated(&line.site_name),
        line.handed_on.format("%-m月%-d日"),
        line.points,
        returned.unwrap_or_default(),
    )
}

fn correction(made: &BulletinCorrectionView) -> String {
    let what = match made.kind {
        BulletinCorrectionKind::Returned => "已退货",
        BulletinCorrectionKind::Stated => "更正",
    };
    format!(
        "<span class=\"mark\">{what}</span><span class=\"small\">{}（{}）</span>\n",
        isolated(&made.reason),
        minute(made.made_at)
    )
}

fn proof(bulletin: &PublicBulletin) -> String {
    let mut text = format!(
        "<h2>核对</h2>\n<p class=\"small\">公开编号 {}，校验值：</p>\n<p class=\"seal\">{}</p>\n",
        escape(&bulletin.number),
        escape(&bulletin.digest)
    );
    if let Some(head) = &bulletin.head {
        let _ = writeln!(
            text,
            "<p class=\"small\">哈希树 {}，公开时共{}条，树根：</p>\n<p class=\"seal\">{}</p>\n\
             <p><a href=\"/public/verify\">用手机核对自己的积分</a></p>",
            escape(&head.tree),
            head.size,
            escape(&head.printed)
        );
    }
    text
}

/// The bulletins of a site.
pub(super) fn index(site_name: &str, page: &PublicBulletinPage) -> String {
    let title = format!("{site_name}季度公开");
    let mut main = format!("<h1>{}</h1>\n<ul>\n", escape(&title));
    for bulletin in &page.items {
        let _ = writeln!(
            main,
            "<li><a href=\"{}\">{}</a><br><span class=\"small\">{}，{}，台账{}条，{}分</span></li>",
            escape(&bulletin.page_path),
            isolated(&bulletin.title),
            state(bulletin.state),
            minute(bulletin.published_at),
            bulletin.line_count,
            bulletin.line_points
        );
    }
    main.push_str("</ul>\n");
    if page.items.is_empty() {
        main.push_str("<p>还没有季度公开。</p>\n");
    }
    frame(&title, &main, Some(&page.notes))
}

/// One page of a screen.
pub(super) fn screen(view: &ScreenView, share: Share, next: &str) -> String {
    let shown = usize::try_from(share.after).ok().and_then(|at| view.pages.get(at));
    let Some(shown) = shown else { return frame::missing("公开", Some(&view.notes)) };
    let mut main = format!(
        "<h1>{}</h1>\n<p>{}</p>\n<ul>\n",
        isolated(&shown.title),
        isolated(&shown.subtitle)
    );
    for line in &shown.lines {
        let _ = writeln!(main, "<li>{}</li>", isolated(line));
    }
    main.push_str("</ul>\n");
    let named = view.notes.named().into_iter();
    let named: Vec<_> = named.map(|(name, text)| format!("{name}：{text}　")).collect();
    let Share { part: page, parts: pages, .. } = share;
    let _ = writeln!(
        main,
        "<p class=\"foot\">有异议的，可在小程序或到所站书面提出　{}第{page}页，共{pages}页</p>",
        escape(&named.concat())
    );
    frame::screen(&view.site_name, &main, (view.seconds_per_page, next))
}
