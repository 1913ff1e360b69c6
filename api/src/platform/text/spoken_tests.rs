//! Unit tests of how numbers, addresses and words are read aloud.

use proptest::prelude::*;

use super::*;

#[test]
fn numbers_as_they_are_said() {
    for (value, said) in [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (14, "十四"),
        (20, "二十"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1010, "一千零一十"),
        (1200, "一千二百"),
        (10_000, "一万"),
        (10_030, "一万零三十"),
        (100_000, "十万"),
        (101_000, "十万一千"),
        (120_000, "十二万"),
        (1_000_001, "一百万零一"),
        (100_010_000, "一亿零一万"),
        (100_000_005, "一亿零五"),
        (-4, "负四"),
    ] {
        assert_eq!(number(value), said, "{value}");
    }
}

#[test]
fn days_tails_and_hours() {
    let october = NaiveDate::from_ymd_opt(2026, 10, 12).unwrap();
    assert_eq!(day(october), "二零二六年十月十二日");
    assert_eq!(one_by_one("7K-2M"), "七、K、二、M");
    assert_eq!((tenths(4125), tenths(20)), ("四百一十二点五".into(), "二".into()));
}

#[test]
fn a_text_keeps_only_what_can_be_said() {
    for (text, said) in [
        ("洗衣液（2公斤装）", "洗衣液，二公斤装"),
        ("重阳节——敬老 https://x.cn/a?b=1 活动", "重阳节，敬老，活动"),
        ("电话02885551234", "电话零、二、八、八、五、五、五、一、二、三、四"),
        ("<b>5&6</b>", "b五，六，b"),
        ("第3次、满意！", "第三次、满意！"),
        ("详见https://x.cn/a?b=1。欢迎", "详见。欢迎"),
        ("见WWW.x.cn/a请看，谢谢", "见，请看，谢谢"),
        ("https://x.cn/a?b=1。", ""),
    ] {
        assert_eq!(words(text), said, "{text}");
    }
    assert_eq!(clause("没有参加。"), "没有参加");
}

#[test]
fn numbers_in_a_text_stay_the_numbers_they_are() {
    for (text, said) in [
        ("大米10.5公斤", "大米十点五公斤"),
        ("１０．２５元", "十点二五元"),
        ("9~11点", "九至十一点"),
        ("15～20人", "十五至二十人"),
        ("1-3月", "一至三月"),
        ("3——5人", "三至五人"),
        ("3.5-4.5公斤", "三点五至四点五公斤"),
        ("完成50%", "完成百分之五十"),
        ("12.5％", "百分之十二点五"),
        ("30~50%", "百分之三十至五十"),
        ("30%~50%", "百分之三十至百分之五十"),
        ("2026年10月", "二零二六年十月"),
        ("2025-2026年", "二零二五至二零二六年"),
        ("1200户", "一千二百户"),
        ("2026.10.12", "二千零二十六，十，十二"),
        ("1/2", "一，二"),
        ("5×6", "五，六"),
        ("1.清扫", "一，清扫"),
        ("028-85551234", "零、二、八，八、五、五、五、一、二、三、四"),
        ("138-0013-8000", "一百三十八，零、零、一、三，八千"),
    ] {
        assert_eq!(words(text), said, "{text}");
    }
}

#[test]
fn two_of_something_are_told_from_the_second() {
    for (text, said) in [
        ("2本书", "两本书"),
        ("分2次、2部分", "分两次、两部分"),
        ("第2次", "第二次"),
        ("李家村2组2号", "李家村二组二号"),
        ("12本", "十二本"),
        ("2.5小时", "二点五小时"),
    ] {
        assert_eq!(words(text), said, "{text}");
    }
    assert_eq!((count(2), count(12), count(3)), ("两".into(), "十二".into(), "三".into()));
}

#[test]
fn a_telephone_number_keeps_its_words_and_its_pauses() {
    for (text, said) in [
        ("028-85550001", "零、二、八，八、五、五、五、零、零、零、一"),
        ("镇纪委 110转2", "镇纪委，一、一、零转二"),
        ("12、34（工作日）", "一、二，三、四，工作日"),
    ] {
        assert_eq!(telephone(text), said, "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_that_cannot_be_said_is_left(text in ".{0,60}", value in any::<i64>()) {
        for said in [words(&text), clause(&text), telephone(&text), number(value)] {
            prop_assert!(!said.contains(|c: char| c.is_ascii_digit() || "<>&=#@{}|".contains(c)), "{}", said);
        }
    }
}
