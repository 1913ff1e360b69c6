//! Text that is safe in a spreadsheet. Pure.

use std::borrow::Cow;

/// A text that a spreadsheet might take for a formula gets an apostrophe in front: also
/// behind leading blanks, and in the full-width forms Chinese input methods type.
#[must_use]
pub fn guard(text: &str) -> Cow<'_, str> {
    const ACTIVE: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let breaks = text.starts_with(['\t', '\r', '\n']);
    let first = text.trim_start().chars().next();
    if breaks || first.is_some_and(|c| ACTIVE.contains(&c)) {
        return format!("'{text}").into();
    }
    text.into()
}

/// Media type of a CSV file.
pub const CSV: &str = "text/csv; charset=utf-8";
/// Marks a text as UTF-8 for spreadsheets.
pub const BOM: &str = "\u{feff}";

/// A line of a CSV file: every cell quoted, none a formula.
#[must_use]
pub fn csv_line(cells: impl IntoIterator<Item = String>) -> String {
    let quoted = |cell: String| format!("\"{}\"", guard(&cell).replace('"', "\"\""));
    let cells: Vec<_> = cells.into_iter().map(quoted).collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_a_csv_line_is_a_formula_or_ends_the_line() {
        let cells = ["=1\"+1", "李,王", "30"].map(str::to_owned);
        assert_eq!(csv_line(cells), "\"'=1\"\"+1\",\"李,王\",\"30\"\r\n");
    }

    #[test]
    fn what_could_be_a_formula_is_made_text() {
        for text in [
            "=1+1",
            "+86",
            "-5",
            "@SUM(A1)",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "\tx",
            "\r=1",
            "\n1",
            "  =1",
            "\u{3000}=1",
            "\u{a0}-1",
        ] {
            assert_eq!(guard(text), format!("'{text}"), "{text:?}");
        }
        for text in ["张秀兰", "", "a=1", "1-1", "'=1", "买买提·吐尔逊"] {
            assert_eq!(guard(text), text);
        }
    }
}
