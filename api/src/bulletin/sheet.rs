//! A bulletin as a sheet for the wall. Pure.

use entity::bulletin_correction::BulletinCorrectionKind;

use super::page_text::{BY_WHICH_SITE, gained, lost, sums};
use super::public_dto::{
    BulletinCorrectionView, PublicBulletinView, PublicFigures, PublicRegisterLine,
};
use crate::pages::print::{Block, Column, Sheet};
use crate::paper::share::Share;
use crate::paper::sheet::{code, complaints, foot, in_parts, minute};

const SUMS: &[Column] =
    &[Column { name: "项目", weight: 3.0 }, Column { name: "数量", weight: 2.0 }];

const SITES: &[Column] = &[
    Column { name: "所站", weight: 4.0 },
    Column { name: "志愿者", weight: 1.4 },
    Column { name: "参加", weight: 1.3 },
    Column { name: "活动", weight: 1.3 },
    Column { name: "时长", weight: 1.6 },
    Column { name: "季初", weight: 1.6 },
    Column { name: "获得", weight: 1.6 },
    Column { name: "减少", weight: 1.6 },
    Column { name: "季末", weight: 1.6 },
];

const LINES: &[Column] = &[
    Column { name: "序号", weight: 1.0 },
    Column { name: "兑换人", weight: 2.0 },
    Column { name: "物品", weight: 4.2 },
    Column { name: "日期", weight: 1.6 },
    Column { name: "积分", weight: 2.0 },
];

/// A share of a bulletin. `base` is the service's address, for the square code.
pub(super) fn bulletin(
    view: &PublicBulletinView,
    lines: &[PublicRegisterLine],
    said: &[BulletinCorrectionView],
    (share, base): (Share, &str),
) -> Sheet {
    let PublicBulletinView { bulletin, figures, notes } = view;
    let mut blocks = vec![Block::Text(format!("公开时间：{}", minute(bulletin.published_at)))];
    if share.is_first() {
        blocks.extend(statistics(figures));
        blocks.extend(general(said));
    }
    blocks.push(Block::Heading("兑换台账".into()));
    if bulletin.line_count == 0 {
        blocks.push(Block::Text("本季度没有发放物品。".into()));
    } else {
        let (count, points) = (bulletin.line_count, bulletin.line_points);
        blocks.push(Block::Text(format!("共{count}条，合计{points}分{}", in_parts(share))));
        blocks.push(Block::Table(LINES, lines.iter().map(row).collect()));
    }
    blocks.push(Block::Heading("核对".into()));
    let digest = &bulletin.digest;
    blocks
        .push(Block::Small(format!("校验值（统计与台账各行封签按序逐行的 SHA-256）：\n{digest}")));
    if let Some(head) = &bulletin.head {
        blocks.push(Block::Small(format!(
            "哈希树 {}，公开时共{}条。树根：\n{}",
            head.tree, head.size, head.printed
        )));
    }
    blocks.push(Block::Text(format!(
        "核对自己的积分：打开 {base}/public/verify，用收据行、证明和上面的树根即可核对；收据行和证明在小程序里，也可以请站点打印。"
    )));
    blocks.push(code(base, &bulletin.page_path));
    blocks.extend(complaints(notes));
    let foot = foot(&bulletin.title, &format!("公开编号 {}", bulletin.number), notes);
    Sheet { title: bulletin.title.clone(), blocks, foot }
}

fn statistics(figures: &[PublicFigures]) -> Vec<Block> {
    let Some((total, sites)) = figures.split_first() else { return Vec::new() };
    let rows = sums(total).into_iter().map(|(name, value)| vec![name.to_owned(), value]);
    let mut blocks = vec![Block::Heading("积分统计".into()), Block::Table(SUMS, rows.collect())];
    if sites.len() > 1 {
        blocks.push(Block::Heading("各所站".into()));
        blocks.push(Block::Small(BY_WHICH_SITE.into()));
        blocks.push(Block::Table(SITES, sites.iter().map(site).collect()));
    }
    blocks
}

fn site(figures: &PublicFigures) -> Vec<String> {
    vec![
        figures.site_name.clone(),
        format!("{}人", figures.volunteers),
        format!("{}人", figures.participants),
        format!("{}次", figures.activities),
        figures.hours.clone(),
        figures.opening.to_string(),
        gained(figures).to_string(),
        lost(figures).to_string(),
        figures.closing.to_string(),
    ]
}

fn general(said: &[BulletinCorrectionView]) -> Vec<Block> {
    said.iter()
        .map(|made| Block::Text(format!("更正：{}（{}）", made.reason, minute(made.made_at))))
        .collect()
}

fn row(line: &PublicRegisterLine) -> Vec<String> {
    let mut points = format!("{}分", line.points);
    if let Some(day) = line.returned_on {
        points.push_str(&day.format("\n%-m月%-d日已退货").to_string());
    }
    for made in &line.corrections {
        points.push_str(match made.kind {
            BulletinCorrectionKind::Returned => "\n已退货",
            BulletinCorrectionKind::Stated => "\n更正：",
        });
        if made.kind == BulletinCorrectionKind::Stated {
            points.push_str(&made.reason);
        }
    }
    vec![
        line.position.to_string(),
        line.person.text.clone(),
        format!("{} {}{}\n{}", line.goods_name, line.quantity, line.unit_label, line.site_name),
        line.handed_on.format("%-m月%-d日").to_string(),
        points,
    ]
}
