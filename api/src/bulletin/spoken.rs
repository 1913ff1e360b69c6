//! A bulletin for the loudspeaker (村村响): sentences a person can read aloud. Pure.

use entity::bulletin_correction::BulletinCorrectionKind;

use super::public_dto::{
    BulletinCorrectionView, PublicBulletin, PublicBulletinView, PublicFigures, PublicRegisterLine,
};
use crate::paper::share::Share;
use crate::paper::spoken::{complaints, farewell, greeting};
use crate::platform::text::spoken::{clause, count, month_and_day, number, tenths, year};
use crate::publicity::spoken::person;

/// A share of a bulletin as text to be read aloud, a sentence a line.
pub(super) fn bulletin(
    view: &PublicBulletinView,
    lines: &[PublicRegisterLine],
    said: &[BulletinCorrectionView],
    share: Share,
) -> String {
    let PublicBulletinView { bulletin, figures, notes } = view;
    let mut text = vec![greeting(&headline(bulletin), share)];
    if share.is_first() {
        text.extend(statistics(figures));
        text.extend(said.iter().filter_map(correction));
        text.push(register(bulletin));
    }
    text.extend(lines.iter().map(line));
    if share.is_last() {
        text.push(
            "对公开内容有异议的，可以在小程序中提出，也可以到所站书面提出，可以匿名。".into(),
        );
        text.extend(complaints(notes));
    }
    text.push(farewell(share));
    text.join("\n") + "\n"
}

fn headline(bulletin: &PublicBulletin) -> String {
    let (of, quarter) = bulletin.quarter.split_once('Q').unwrap_or_default();
    let of = of.parse().map(year).unwrap_or_default();
    let quarter = quarter.parse().map(number).unwrap_or_default();
    format!("{}{of}年第{quarter}季度积分公开", clause(&bulletin.site_name))
}

fn statistics(figures: &[PublicFigures]) -> Vec<String> {
    let Some((total, sites)) = figures.split_first() else { return Vec::new() };
    let mut text = vec![
        format!(
            "登记志愿者{}人，参加活动{}人，开展活动{}次，服务时长{}小时。",
            count(total.volunteers.into()),
            count(total.participants.into()),
            count(total.activities.into()),
            hours(&total.hours),
        ),
        format!(
            "季初积分{}分，{}季末积分{}分。",
            count(total.opening),
            flows(total),
            count(total.closing)
        ),
    ];
    if sites.len() > 1 {
        text.extend(sites.iter().map(site));
    }
    text
}

/// Hours with one digit, in words.
fn hours(text: &str) -> String {
    match text.replace('.', "").parse().unwrap_or_default() {
        20 => count(2),
        hours => tenths(hours),
    }
}

/// What came and went; what did not happen is not read.
fn flows(total: &PublicFigures) -> String {
    let flows = [
        ("本季获得", total.earned),
        ("纸质积分册结转", total.taken_over),
        ("兑换扣减", total.redeemed),
        ("退货退还", total.given_back),
        ("到期失效", total.expired),
        ("清零", total.zeroed),
        ("恢复", total.restored),
        ("更正收回", total.reversed),
    ];
    let told = flows.into_iter().filter(|(_, points)| *points != 0);
    told.map(|(name, points)| format!("{name}{}分，", count(points))).collect::<Vec<_>>().concat()
}

/// Points are told by where people are registered, activities by where they were.
fn site(figures: &PublicFigures) -> String {
    format!(
        "{}，季末积分{}分，在本所站开展的活动{}次，参加{}人。",
        clause(&figures.site_name),
        count(figures.closing),
        count(figures.activities.into()),
        count(figures.participants.into()),
    )
}

/// What is said of the whole; nothing when nothing of it can be said.
fn correction(made: &BulletinCorrectionView) -> Option<String> {
    let reason = Some(clause(&made.reason)).filter(|reason| !reason.is_empty());
    reason.map(|reason| format!("更正，{reason}。"))
}

fn register(bulletin: &PublicBulletin) -> String {
    if bulletin.line_count == 0 {
        return "本季度没有发放物品。".into();
    }
    format!(
        "本季度发放物品{}次，合计{}分，明细如下。",
        count(bulletin.line_count.into()),
        count(bulletin.line_points)
    )
}

fn line(line: &PublicRegisterLine) -> String {
    let came_back = |made: &BulletinCorrectionView| made.kind == BulletinCorrectionKind::Returned;
    let returned = line.returned_on.is_some() || line.corrections.iter().any(came_back);
    let returned = if returned { "，已经退货" } else { "" };
    let stated = line.corrections.iter().filter(|made| !came_back(made));
    let stated: String = stated.filter_map(correction).collect();
    format!(
        "第{}条，{}，{}，{}，{}，{}分{returned}。{stated}",
        number(line.position.into()),
        person(&line.person),
        month_and_day(line.handed_on),
        clause(&line.goods_name),
        quantity(line.quantity.into(), &clause(&line.unit_label)),
        count(line.points),
    )
}

/// Two of something are 两瓶, but two 两 are 二两.
fn quantity(quantity: i64, unit: &str) -> String {
    if unit.starts_with('两') {
        format!("{}{unit}", number(quantity))
    } else {
        format!("{}{unit}", count(quantity))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_are_said_as_people_say_it() {
        assert_eq!((quantity(2, "瓶"), quantity(2, "两")), ("两瓶".into(), "二两".into()));
        assert_eq!((quantity(12, "瓶"), hours("2.0")), ("十二瓶".into(), "两".into()));
        assert_eq!(hours("12.5"), "十二点五");
    }

    #[test]
    fn a_correction_ends_once_or_is_left_out() {
        let made = |reason: &str| BulletinCorrectionView {
            position: None,
            kind: BulletinCorrectionKind::Stated,
            reason: reason.into(),
            made_at: chrono::DateTime::UNIX_EPOCH,
        };
        assert_eq!(correction(&made("漏计一次。")).as_deref(), Some("更正，漏计一次。"));
        assert_eq!(correction(&made("https://example.cn")), None);
    }
}
