//! A root as it stands on paper: 13 groups of four letters and digits that cannot be
//! mistaken for each other (Crockford's base 32). Pure.

use super::merkle::Hash;
use crate::platform::text::width::half;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of all 256 bits; the last carries one bit and four zeros.
const LETTERS: usize = 52;

/// The groups, with spaces between.
#[must_use]
pub fn print(root: &Hash) -> String {
    let letters = encode(root);
    let mut printed = String::with_capacity(64);
    for (at, letter) in letters.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            printed.push(' ');
        }
        printed.push(letter);
    }
    printed
}

/// Bytes as letters, five bits each, the highest first.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let (mut letters, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            letters.push(letter(held >> bits));
        }
    }
    if bits > 0 {
        letters.push(letter(held << (5 - bits)));
    }
    letters
}

fn letter(value: u32) -> char {
    let at = usize::try_from(value & 31).unwrap_or_default();
    ALPHABET.get(at).map_or('0', |byte| char::from(*byte))
}

/// Reads a printed root as people copy it: small letters, look-alikes, any spacing.
#[must_use]
pub fn read(text: &str) -> Option<Hash> {
    let (mut bytes, mut held, mut bits, mut letters) = (Vec::new(), 0_u32, 0, 0);
    for letter in text.chars().filter(|c| !c.is_whitespace() && half(*c) != '-') {
        held = (held << 5 | value(letter)?) & 0xfff;
        (bits, letters) = (bits + 5, letters + 1);
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    let rest = held & ((1 << bits) - 1);
    if letters == LETTERS && rest == 0 { bytes.try_into().ok() } else { None }
}

fn value(letter: char) -> Option<u32> {
    let letter = match half(letter).to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|byte| char::from(*byte) == letter)?;
    u32::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prints_the_vector() {
        let root = "1e7fca992dae54062234bea1d4d110dbdaef3f6857bdf957ff4b5d478de12555";
        let root: Hash =
            data_encoding::HEXLOWER.decode(root.as_bytes()).unwrap().try_into().unwrap();
        let printed = "3SZW N69D NSA0 C8HM QTGX 9M8G VFDE YFV8 AYYZ JNZZ 9DEM F3F1 4NAG";
        assert_eq!(print(&root), printed);
        assert_eq!(read(printed), Some(root));
        assert_eq!(read(&printed.to_lowercase().replace('0', "o").replace('1', "l")), Some(root));
        let wide = printed.replace('3', "３").replace('W', "Ｗ").replace(' ', "－");
        assert_eq!(read(&wide), Some(root));
        assert_eq!(read(&printed.replace("4NAG", "4NAH")), None);
        assert_eq!(read(&printed[1..]), None);
    }

    proptest! {
        #[test]
        fn every_root_is_read_back(root in any::<Hash>()) {
            let printed = print(&root);
            prop_assert_eq!(printed.split(' ').map(str::len).collect::<Vec<_>>(), vec![4; 13]);
            prop_assert_eq!(read(&printed), Some(root));
        }
    }
}
