//! Text that a person reads aloud: numbers in Chinese words, no symbol, no address. Pure.

use chrono::{Datelike, NaiveDate};

use super::width::half;

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
    plain(&year.to_string())
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

/// How many of something there are: 两 where people say so before a measure word.
#[must_use]
pub fn count(value: i64) -> String {
    if value == 2 { "两".into() } else { number(value) }
}

/// A telephone number with what is written around it: digits one by one, words as they are, a
/// pause at every sign, as after the area's code.
#[must_use]
pub fn telephone(text: &str) -> String {
    let (mut said, mut is_after_digit) = (String::new(), false);
    for letter in text.chars().map(narrow) {
        let value = letter.to_digit(10);
        match value {
            Some(value) => {
                if is_after_digit {
                    said.push('、');
                }
                said.push(digit(value.into()));
            }
            None if letter.is_alphabetic() => said.push(letter),
            None => pause(&mut said),
        }
        is_after_digit = value.is_some();
    }
    trimmed(&said)
}

/// Somebody's text in words: counts as numbers, longer rows of digits one by one, brackets and
/// dashes as pauses; what cannot be said, and addresses on the net, is left out.
#[must_use]
pub fn words(text: &str) -> String {
    let text: String = without_addresses(text).chars().map(narrow).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join("，");
    let (mut said, mut rest) = (String::new(), text.as_str());
    while let Some(letter) = rest.chars().next() {
        if letter.is_ascii_digit() {
            rest = say_figures(&mut said, rest);
        } else {
            say(&mut said, letter);
            rest = rest.split_at(letter.len_utf8()).1;
        }
    }
    trimmed(&said)
}

/// The same without its last full stop, for the middle of a sentence.
#[must_use]
pub fn clause(text: &str) -> String {
    words(text).trim_end_matches(MARKS).to_owned()
}

/// What a voice makes of marks between sentences and their parts.
const MARKS: [char; 7] = ['，', '。', '、', '；', '：', '！', '？'];

fn trimmed(said: &str) -> String {
    said.trim_matches(|c| matches!(c, '，' | '、' | '；' | '：')).to_owned()
}

/// Digits, and the signs that belong to them, in half width.
fn narrow(letter: char) -> char {
    match half(letter) {
        sign @ ('0'..='9' | '%' | '.' | '~' | '-' | '/') => sign,
        _ => letter,
    }
}

fn say(said: &mut String, letter: char) {
    match letter {
        '%' => said.push_str("百分号"),
        _ if letter.is_alphabetic() => said.push(letter),
        _ if MARKS.contains(&letter) => mark(said, letter),
        ',' | '.' | '(' | ')' | '（' | '）' | '-' | '–' | '—' | '~' | '/' | '[' | ']' | '【'
        | '】' | ';' | ':' | '·' | '《' | '》' => pause(said),
        _ => {}
    }
}

/// A mark; of several one after the other, one.
fn mark(said: &mut String, mark: char) {
    if said.ends_with('，') {
        said.pop();
    }
    if !said.is_empty() && !said.ends_with(MARKS) {
        said.push(mark);
    }
}

fn pause(said: &mut String) {
    if !said.is_empty() && !said.ends_with(MARKS) {
        said.push('，');
    }
}

/// The text without addresses on the net, each up to the first letter that cannot be in one:
/// what is written behind it without a space stays.
fn without_addresses(text: &str) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(at) = find_address(rest) {
        let (before, address) = rest.split_at(at);
        kept.push_str(before);
        kept.push(' ');
        let end = address.find(|c: char| !c.is_ascii_graphic()).unwrap_or(address.len());
        rest = address.split_at(end).1;
    }
    kept.push_str(rest);
    kept
}

fn find_address(text: &str) -> Option<usize> {
    let text = text.to_ascii_lowercase();
    ["http://", "https://", "www."].iter().filter_map(|begin| text.find(begin)).min()
}

/// What stands between two numbers that are the ends of something.
const SPANS: [&str; 6] = ["~", "-", "–", "−", "—", "——"];

/// What follows 两 where somebody wrote 2. Not all that is counted: 2组, 2号 and 2年级 are names.
const MEASURES: [&str; 36] = [
    "个", "本", "次", "人", "名", "位", "条", "件", "份", "部", "瓶", "袋", "包", "盒", "桶", "套",
    "把", "张", "双", "只", "块", "天", "小时", "分", "户", "场", "家", "棵", "辆", "台", "根",
    "箱", "提", "卷", "遍", "趟",
];

/// A number as it is written.
struct Figure<'a> {
    whole: &'a str,
    /// Behind the point.
    places: &'a str,
    is_percent: bool,
}

impl<'a> Figure<'a> {
    /// The number a text begins with, and what follows. After a point, and before another, a
    /// point parts numbers of days and versions.
    fn read(text: &'a str, is_after_point: bool) -> (Self, &'a str) {
        let (whole, mut rest) = split_digits(text);
        let mut places = "";
        if let Some((digits, after)) = rest.strip_prefix('.').map(split_digits) {
            let goes_on = after.strip_prefix('.').is_some_and(begins_with_digit);
            if !digits.is_empty() && !is_after_point && !goes_on {
                (places, rest) = (digits, after);
            }
        }
        let percent = rest.strip_prefix('%');
        let is_percent = percent.is_some();
        (Self { whole, places, is_percent }, percent.unwrap_or(rest))
    }

    /// Whether it is said as a number, not digit by digit.
    fn is_counted(&self) -> bool {
        self.whole.len() <= COUNTED && (self.whole == "0" || !self.whole.starts_with('0'))
    }

    fn is_year(&self) -> bool {
        self.whole.len() == 4 && self.places.is_empty() && !self.is_percent
    }

    fn words(&self, is_of_years: bool) -> String {
        let whole = match self.whole.parse() {
            Ok(_) if is_of_years && self.is_year() => plain(self.whole),
            Ok(value) if self.is_counted() => number(value),
            Ok(_) | Err(_) => one_by_one(self.whole),
        };
        if self.places.is_empty() { whole } else { format!("{whole}点{}", plain(self.places)) }
    }
}

/// Says the numbers a text begins with, with the signs between them; answers what follows.
fn say_figures<'a>(said: &mut String, text: &'a str) -> &'a str {
    let (first, mut rest) = Figure::read(text, false);
    let mut figures = vec![("", first)];
    while let Some((sign, after)) = split_sign(rest) {
        let (next, after) = Figure::read(after, sign == ".");
        figures.push((sign, next));
        rest = after;
    }
    let is_of_years = rest.starts_with('年');
    match figures.as_slice() {
        [(_, one)] if is_two(one) && is_measured(rest) && !said.ends_with('第') => {
            said.push('两');
        }
        [(_, from), (sign, to)] if SPANS.contains(sign) && from.is_counted() && to.is_counted() => {
            if from.is_percent || to.is_percent {
                said.push_str("百分之");
            }
            said.push_str(&from.words(is_of_years));
            said.push_str(if from.is_percent { "至百分之" } else { "至" });
            said.push_str(&to.words(is_of_years));
        }
        several => say_apart(said, several, is_of_years),
    }
    rest
}

/// Numbers that have nothing to do with one another.
fn say_apart(said: &mut String, figures: &[(&str, Figure<'_>)], is_of_years: bool) {
    for (sign, figure) in figures {
        if !sign.is_empty() {
            pause(said);
        }
        if figure.is_percent {
            said.push_str("百分之");
        }
        said.push_str(&figure.words(is_of_years));
    }
}

fn is_two(figure: &Figure<'_>) -> bool {
    figure.whole == "2" && figure.places.is_empty() && !figure.is_percent
}

fn is_measured(rest: &str) -> bool {
    MEASURES.iter().any(|measure| rest.starts_with(measure))
}

/// The sign between a number and the next, and the text from the next on.
fn split_sign(text: &str) -> Option<(&str, &str)> {
    let (sign, rest) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
    let is_sign = |c: char| !c.is_alphanumeric() && !MARKS.contains(&c);
    (!sign.is_empty() && sign.chars().all(is_sign)).then_some((sign, rest))
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

fn begins_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Digits one after the other, without pauses.
fn plain(digits: &str) -> String {
    digits.chars().filter_map(|c| c.to_digit(10)).map(|value| digit(value.into())).collect()
}

#[cfg(test)]
#[path = "spoken_tests.rs"]
mod tests;
