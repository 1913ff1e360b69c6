//! Where a printed line says it stands: its tree and its number. Reads no more than that, so that
//! a line with a changed figure is told by its hash. Pure.

use super::line::LineFault;

const ENTRY: &str = "jfyh-entry/v1";
const STATEMENT: &str = "jfyh-stmt/v1";

/// The place of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'t> {
    /// Digits of the tree's division code.
    pub tree: &'t str,
    /// Number of the leaf.
    pub index: u64,
}

type Rule = (&'static str, fn(&str) -> bool);

const ENTRY_FIELDS: &[Rule] = &[
    ("card", is_word),
    ("date", is_day),
    ("kind", is_kind),
    ("points", is_number),
    ("balance", is_number),
    ("ref", is_word),
    ("salt", is_salt),
];

const STATEMENT_FIELDS: &[Rule] = &[
    ("card", is_word),
    ("quarter", is_quarter),
    ("opening", is_number),
    ("earned", is_number),
    ("spent", is_number),
    ("expired", is_number),
    ("other", is_number),
    ("closing", is_number),
    ("entries", is_number),
    ("salt", is_salt),
];

impl<'t> Place<'t> {
    /// The place that a line names.
    ///
    /// # Errors
    /// The first field that is not written as in a line.
    pub fn of(line: &'t str) -> Result<Self, LineFault> {
        let mut fields = line.split('|');
        let rules = match fields.next() {
            Some(ENTRY) => ENTRY_FIELDS,
            Some(STATEMENT) => STATEMENT_FIELDS,
            Some(_) | None => return Err(LineFault("version")),
        };
        let tree = fields.next().filter(|text| is_digits(text)).ok_or(LineFault("tree"))?;
        let index = fields.next().and_then(number).ok_or(LineFault("index"))?;
        for &(name, is_sound) in rules {
            if !fields.next().is_some_and(is_sound) {
                return Err(LineFault(name));
            }
        }
        if fields.next().is_some() { Err(LineFault("end")) } else { Ok(Self { tree, index }) }
    }
}

/// A number that is written in one way only.
pub(super) fn number(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|number| number.to_string() == text)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

fn is_kind(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_number(text: &str) -> bool {
    is_digits(text.strip_prefix(['+', '-']).unwrap_or(text))
}

fn is_salt(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Digits where the pattern has a zero; everything else as it stands there.
fn is_like(text: &str, pattern: &str) -> bool {
    let fits = |(b, p): (u8, u8)| if p == b'0' { b.is_ascii_digit() } else { b == p };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

fn is_day(text: &str) -> bool {
    is_like(text, "0000-00-00")
}

fn is_quarter(text: &str) -> bool {
    is_like(text, "0000Q0") && text.ends_with(['1', '2', '3', '4'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: &str = "ba76992a6079074311285334177ddda5";

    #[test]
    fn the_place_is_read_whatever_the_figures_say() {
        let entry =
            format!("jfyh-entry/v1|510123101|3|C0037|2026-19-04|EARM|+41|-7|CL000003|{SALT}");
        assert_eq!(Place::of(&entry), Ok(Place { tree: "510123101", index: 3 }));
        let statement = format!("jfyh-stmt/v1|510123101|8|C0037|2026Q3|0|9|0|0|0|1|1|{SALT}");
        assert_eq!(Place::of(&statement), Ok(Place { tree: "510123101", index: 8 }));
    }

    #[test]
    fn the_first_field_at_fault_is_named() {
        let line =
            format!("jfyh-entry/v1|510123101|3|C0037|2026-10-04|EARN|+40|40|CL000003|{SALT}");
        for (from, to, at) in [
            ("entry", "entri", "version"),
            ("|510123101", "|", "tree"),
            ("|3|", "|03|", "index"),
            ("C0037", "", "card"),
            ("C0037", "C 37", "card"),
            ("-10-04", "-10-4", "date"),
            ("EARN", "Earn", "kind"),
            ("+40", "4o", "points"),
            ("|40|", "|+|", "balance"),
            ("CL000003", "", "ref"),
            ("ddda5", "ddda", "salt"),
            ("ddda5", "ddda5|", "end"),
        ] {
            let changed = line.replacen(from, to, 1);
            assert_eq!(Place::of(&changed), Err(LineFault(at)), "{changed}");
        }
        let statement = format!("jfyh-stmt/v1|1|8|C0037|2026Q5|0|9|0|0|0|1|1|{SALT}");
        assert_eq!(Place::of(&statement), Err(LineFault("quarter")));
    }
}
