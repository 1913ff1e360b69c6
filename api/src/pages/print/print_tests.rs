//! The sheets: pages as text, the type, the bytes.

use proptest::prelude::*;

use super::layout::{Item, Page, lines, pages};
use super::*;

const COLUMNS: &[Column] = &[
    Column { name: "序号", weight: 1.0 },
    Column { name: "志愿者", weight: 2.0 },
    Column { name: "事由", weight: 4.2 },
    Column { name: "积分", weight: 2.0 },
];

fn sheet(rows: usize) -> Sheet {
    let row = |n: usize| {
        vec![
            n.to_string(),
            format!("尾号7K{n:02}"),
            "清扫村道，美化家园（环境整治）\n青石镇李家村新时代文明实践站".into(),
            "4分".into(),
        ]
    };
    Sheet {
        title: "青石镇新时代文明实践所2026年10月积分公示".into(),
        blocks: vec![
            Block::Text("公示时间：2026年11月3日09:00至2026年11月11日00:00".into()),
            Block::Table(COLUMNS, (1..=rows).map(row).collect()),
            Block::Heading("核对".into()),
            Block::Small(
                "校验值：5efb0108e5419cdbee7065ba6e2c1fc4945757c54de3aa2786c82cfa1b25b75f".into(),
            ),
            Block::Code(
                "https://points.example.gov.cn/public/notices/GS7K2M4P9QX".into(),
                vec!["扫码看原文".into()],
            ),
        ],
        foot: "公示编号 GS7K2M4P9QX".into(),
    }
}

fn laid_out(sheet: &Sheet) -> Vec<Page> {
    let face = face::face().unwrap();
    pages(sheet, &|letter| face.width(letter))
}

/// A page in the lines in which it is read.
fn text(page: &Page) -> String {
    let mut last = f32::NAN;
    let mut lines = String::new();
    for item in &page.items {
        match item {
            Item::Text { y, text, .. } => {
                lines.push_str(if (*y - last).abs() < 0.1 { " | " } else { "\n" });
                lines.push_str(text);
                last = *y;
            }
            Item::Rule { .. } => lines.push_str("\n--"),
            Item::Code { dark, .. } => {
                lines.push_str("\n[code ");
                lines.push_str(&dark.len().to_string());
                lines.push(']');
            }
        }
    }
    lines.trim_start().to_owned()
}

#[test]
fn a_small_sheet_is_this() {
    let pages = laid_out(&sheet(2));
    assert_eq!(pages.len(), 1);
    let golden = include_str!("print_golden.txt");
    assert_eq!(pages.iter().map(text).collect::<Vec<_>>().join("\n=====\n"), golden.trim_end());
}

#[test]
fn a_long_table_goes_on_with_its_head_on_each_page() {
    let pages = laid_out(&sheet(200));
    assert!(pages.len() > 5, "{} pages", pages.len());
    let mut seen = 0;
    for (number, page) in (1..).zip(&pages) {
        let text = text(page);
        assert!(text.contains(&format!("第{number}页，共{}页", pages.len())), "{text}");
        let rows = text.matches("尾号7K").count();
        assert!(rows == 0 || text.contains("序号 | 志愿者 | 事由 | 积分"), "{text}");
        seen += rows;
        for item in &page.items {
            if let Item::Text { x, y, .. } = item {
                assert!(*x >= 45.0 && *y <= 820.0, "{item:?}");
            }
        }
    }
    assert_eq!(seen, 200);
}

#[test]
fn the_same_sheet_gives_the_same_bytes_and_another_size_other_pages() {
    let (a4, again) = (pdf(&sheet(60), Paper::A4).unwrap(), pdf(&sheet(60), Paper::A4).unwrap());
    let a3 = pdf(&sheet(60), Paper::A3).unwrap();
    assert!(a4.starts_with(b"%PDF-") && a3.starts_with(b"%PDF-"));
    assert_eq!(a4, again);
    assert_ne!(a4, a3);
    assert!(a4.len() < 200_000, "{} bytes: the type is a subset", a4.len());
}

#[test]
fn the_standard_table_is_there_and_what_is_not_is_a_visible_gap() {
    let face = face::face().unwrap();
    // Rare letters of villages' names from the third part of the standard table.
    for letter in "青石镇李家村堽垟峃㙍鿍7K，。（）□〇".chars() {
        assert!(face.has(letter), "{letter}");
    }
    for letter in ['\u{1F600}', '\u{E000}', '한'] {
        assert!(!face.has(letter));
        assert_eq!(face.draw(letter).id, face.draw('□').id);
    }
    let mut hostile = sheet(1);
    hostile.title = "\u{202e}\u{0}\u{1F600}\u{E000}\u{fffd}한글".into();
    hostile.blocks.push(Block::Text(String::new()));
    hostile.blocks.push(Block::Code("x".repeat(5000), Vec::new()));
    assert!(pdf(&hostile, Paper::A4).unwrap().starts_with(b"%PDF-"));
}

#[test]
fn lines_are_broken_where_they_may_be() {
    let one = |_: char| 1.0;
    let broken = |text: &str, most: f32| lines(text, 1.0, most, &one);
    assert_eq!(broken("清扫村道，美化", 4.0), ["清扫村", "道，美化"]);
    assert_eq!(broken("电话 028-00000000", 12.0), ["电话 028-", "00000000"]);
    assert_eq!(broken("abcdefghij", 4.0), ["abcd", "efgh", "ij"]);
    assert_eq!(broken("", 4.0), [""]);
    assert_eq!(broken("一\n二", 4.0), ["一", "二"]);
}

proptest! {
    #[test]
    fn no_letter_is_lost_and_no_line_is_too_long(text in "[一-十a-z，。 ]{0,80}", most in 1_u8..30) {
        let broken = lines(&text, 1.0, f32::from(most), &|_| 1.0);
        let (kept, given): (String, String) = (
            broken.concat().replace(' ', ""),
            text.replace(' ', ""),
        );
        prop_assert_eq!(kept, given);
        prop_assert!(broken.iter().all(|line| line.chars().count() <= usize::from(most)));
    }
}
