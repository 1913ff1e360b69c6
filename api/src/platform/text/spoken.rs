//! Text that a person reads aloud: numbers in Chinese words, no symbol, no address. Pure.

use chrono::{Datelike, NaiveDate};

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const PLACES: [&str; 4] = ["", "十", "百", "千"];
const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];
/// A longer row of digits is a number of something, and read digit by digit.
const COUNTED: usize = 6;

fn digit(value: u64) -> char {
    usize::try_from(value % 10).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or('零')
}

/// A whole number as it is said: 一百零五, 一万零三十.
#[must_use]
pub fn number(value: i64) -> String {
    let mut rest = value.unsigned_abs();
    if rest == 0 {
        return "零".into();
    }
    let mut groups = Vec::new();
    while rest > 0 {
        groups.push(rest % 10_000);
        rest /= 10_000;
    }
    let mut text = String::new();
    for (at, group) in groups.iter().enumerate().rev() {
        if *group == 0 {
            continue;
        }
        if !text.is_empty() && (*group < 1000 || groups.get(at + 1).is_some_and(|next| *next == 0))
        {
            text.push('零');
        }
        text.push_str(&below_ten_thousand(*group));
        text.push_str(GROUPS.get(at).copied().unwrap_or_default());
    }
    // 一十 at the beginning is said 十.
    let text = text.strip_prefix("一十").map_or(text.clone(), |rest| format!("十{rest}"));
    if value < 0 { format!("负{text}") } else { text }
}

fn below_ten_thousand(group: u64) -> String {
    let (mut text, mut gap) = (String::new(), false);
    for (at, place) in PLACES.iter().enumerate().rev() {
        let power = 10_u64.pow(u32::try_from(at).unwrap_or_default());
        let value = group / power % 10;
        if value == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        text.push(digit(value));
        text.push_str(place);
    }
    text
}

/// Digits and letters one by one: a card's tail, a telephone number.
#[must_use]
pub fn one_by_one(text: &str) -> String {
    let said = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_digit(10).map_or(letter, |value| digit(value.into())).to_string());
    said.collect::<Vec<_>>().join("、")
}

/// A year, digit by digit.
#[must_use]
pub fn year(year: i32) -> String {
    let digits = year.to_string();
    digits.chars().filter_map(|c| c.to_digit(10)).map(|value| digit(value.into())).collect()
}

/// A day with its year: 二零二六年十月十二日.
#[must_use]
pub fn day(day: NaiveDate) -> String {
    format!("{}年{}", year(day.year()), month_and_day(day))
}

/// A day without its year: 十月十二日.
#[must_use]
pub fn month_and_day(day: NaiveDate) -> String {
    format!("{}月{}日", number(day.month().into()), number(day.day().into()))
}

/// Tenths as a number: 四百一十二点五.
#[must_use]
pub fn tenths(value: i64) -> String {
    match value % 10 {
        0 => number(value / 10),
        rest => format!("{}点{}", number(value / 10), digit(rest.unsigned_abs())),
    }
}

/// Somebody's text in words: counts as numbers, longer rows of digits one by one, brackets and
/// dashes as pauses; what cannot be said, and addresses on the net, is left out.
#[must_use]
pub fn words(text: &str) -> String {
    let kept: Vec<_> = text.split_whitespace().filter(|word| !is_address(word)).collect();
    let text = kept.join("，");
    let (mut said, mut digits) = (String::new(), String::new());
    for letter in text.chars().chain(std::iter::once('\0')) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        said.push_str(&read_digits(&digits));
        digits.clear();
        match letter {
            '\0' => {}
            '%' | '％' => said.push_str("百分号"),
            _ if letter.is_alphabetic() => said.push(letter),
            '，' | '。' | '、' | '；' | '：' | '！' | '？' => said.push(letter),
            ',' | '(' | ')' | '（' | '）' | '-' | '—' | '/' | '[' | ']' | '【' | '】' | ';'
            | ':' | '·' | '《' | '》' => pause(&mut said),
            _ => {}
        }
    }
    said.trim_matches(|c| matches!(c, '，' | '、' | '；' | '：')).to_owned()
}

fn pause(said: &mut String) {
    if !said.is_empty() && !said.ends_with(['，', '。', '、', '；', '：', '！', '？']) {
        said.push('，');
    }
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.starts_with("www.")
}

fn read_digits(digits: &str) -> String {
    match digits.parse() {
        Ok(value) if digits.len() <= COUNTED && (digits == "0" || !digits.starts_with('0')) => {
            number(value)
        }
        Ok(_) | Err(_) => one_by_one(digits),
    }
}

#[cfg(test)]
mod tests {
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
            ("<b>5&6</b>", "b五六，b"),
            ("第3次、满意！", "第三次、满意！"),
        ] {
            assert_eq!(words(text), said, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_cannot_be_said_is_left(text in ".{0,60}", value in any::<i64>()) {
            for said in [words(&text), number(value)] {
                prop_assert!(!said.contains(|c: char| c.is_ascii_digit() || "<>&=#@{}|".contains(c)), "{}", said);
            }
        }
    }
}
