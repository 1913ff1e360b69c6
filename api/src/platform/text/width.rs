//! Letters, digits and signs as Chinese input methods type them, in half width. Pure.

/// The character in half width; any other as it is.
#[must_use]
pub fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_digits_and_signs_become_narrow_and_nothing_else_changes() {
        let text: String = "ＡＰＰ－３（张）,a".chars().map(half).collect();
        assert_eq!(text, "APP-3(张),a");
    }
}
