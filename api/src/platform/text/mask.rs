//! Names of persons, shown in part.

/// Hides the middle of a name: `张*兰`, `张*` for two characters, `买**·**逊` with the dots of
/// ethnic names kept.
///
/// A name of one character is hidden whole. Characters are Unicode scalar values, so rare
/// characters count as one.
#[must_use]
pub fn mask_person_name(name: &str) -> String {
    let name = name.trim();
    let letters = name.chars().filter(|c| !is_separator(*c)).count();
    let mut seen = 0;
    name.chars()
        .map(|c| {
            if is_separator(c) {
                return c;
            }
            seen += 1;
            let is_first = seen == 1 && letters > 1;
            let is_last = seen == letters && letters > 2;
            if is_first || is_last { c } else { '*' }
        })
        .collect()
}

/// The dots used between the parts of ethnic names, and the space of Latin names.
const fn is_separator(c: char) -> bool {
    matches!(c, '\u{B7}' | '\u{2022}' | '\u{2027}' | '\u{30FB}' | '\u{FF0E}' | '.' | ' ')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hides_the_middle() {
        for (name, shown) in [
            ("张秀兰", "张*兰"),
            ("张三", "张*"),
            ("张", "*"),
            ("", ""),
            ("欧阳娜娜", "欧**娜"),
            (" 李四 ", "李*"),
            ("买买提·吐尔逊", "买**·**逊"),
            ("阿·木", "阿·*"),
            ("𠮷田里", "𠮷*里"),
            ("John Smith", "J*** ****h"),
        ] {
            assert_eq!(mask_person_name(name), shown);
        }
    }

    proptest! {
        #[test]
        fn at_most_two_letters_are_shown(name in "[一-龥·]{0,12}") {
            let shown = mask_person_name(&name);
            prop_assert_eq!(shown.chars().count(), name.chars().count());
            let letters = shown.chars().filter(|c| !matches!(c, '*' | '·')).count();
            prop_assert!(letters <= 2);
            let of_name = name.chars().filter(|c| *c != '·').count();
            prop_assert!(of_name == 0 || letters < of_name);
        }
    }
}
