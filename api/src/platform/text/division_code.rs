//! Codes of administrative divisions: twelve digits from province to village.

use std::fmt;

use thiserror::Error;

/// Why a text is no division code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DivisionCodeError {
    /// Not twelve digits.
    #[error("区划代码应为 12 位数字")]
    Malformed,
    /// A lower part is given without the part above it, or there is no province.
    #[error("区划代码缺少上级部分")]
    Gap,
}

/// How deep in the tree a division is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DivisionLevel {
    /// 省
    Province,
    /// 市
    City,
    /// 县
    County,
    /// 乡镇、街道
    Town,
    /// 村、社区
    Village,
}

impl DivisionLevel {
    /// How many digits say where a division of this level is.
    const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::County => 6,
            Self::Town => 9,
            Self::Village => 12,
        }
    }

    const fn above(self) -> Option<Self> {
        match self {
            Self::Province => None,
            Self::City => Some(Self::Province),
            Self::County => Some(Self::City),
            Self::Town => Some(Self::County),
            Self::Village => Some(Self::Town),
        }
    }
}

/// A division: 2 digits province, 2 city, 2 county (GB/T 2260), 3 town, 3 village.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode {
    text: String,
    level: DivisionLevel,
}

impl DivisionCode {
    /// Reads a code.
    ///
    /// Towns of cities without counties (441900003000) keep `00` in the county's place.
    ///
    /// # Errors
    /// `Malformed`, or `Gap` when a part stands under an empty one.
    pub fn parse(text: &str) -> Result<Self, DivisionCodeError> {
        if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(DivisionCodeError::Malformed);
        }
        let given =
            |from, to| text.get(from..to).is_some_and(|part| part.bytes().any(|b| b != b'0'));
        let parts = [given(0, 2), given(2, 4), given(4, 6), given(6, 9), given(9, 12)];
        let level = match parts {
            [true, false, false, false, false] => DivisionLevel::Province,
            [true, true, false, false, false] => DivisionLevel::City,
            [true, true, true, false, false] => DivisionLevel::County,
            [true, true, _, true, false] => DivisionLevel::Town,
            [true, true, _, true, true] => DivisionLevel::Village,
            _ => return Err(DivisionCodeError::Gap),
        };
        Ok(Self { text: text.to_owned(), level })
    }

    /// How deep it is.
    #[must_use]
    pub const fn level(&self) -> DivisionLevel {
        self.level
    }

    /// The division it lies in; none above a province.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let mut level = self.level.above()?;
        loop {
            let code = format!("{:0<12}", self.text.get(..level.digits())?);
            // Above a town of a city without counties comes the city itself.
            match Self::parse(&code) {
                Ok(parent) if parent.level == level => return Some(parent),
                Ok(_) | Err(_) => level = level.above()?,
            }
        }
    }

    /// Whether it is `other` or lies in it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let own = self.text.get(..other.level.digits());
        self.level >= other.level && own == other.text.get(..other.level.digits())
    }

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn knows_the_levels_and_the_way_up() {
        let mut code = DivisionCode::parse("510123101202").unwrap();
        for (text, level) in [
            ("510123101202", DivisionLevel::Village),
            ("510123101000", DivisionLevel::Town),
            ("510123000000", DivisionLevel::County),
            ("510100000000", DivisionLevel::City),
            ("510000000000", DivisionLevel::Province),
        ] {
            assert_eq!((code.as_str(), code.level()), (text, level));
            let Some(parent) = code.parent() else {
                assert_eq!(level, DivisionLevel::Province);
                return;
            };
            assert!(code.is_within(&parent) && code.is_within(&code) && !parent.is_within(&code));
            code = parent;
        }
    }

    #[test]
    fn a_town_may_lie_directly_in_a_city() {
        let town = DivisionCode::parse("441900003000").unwrap();
        assert_eq!(town.level(), DivisionLevel::Town);
        assert_eq!(town.parent().unwrap().as_str(), "441900000000");
        let village = DivisionCode::parse("441900003001").unwrap();
        assert_eq!(village.parent(), Some(town));
    }

    #[test]
    fn neighbours_are_not_within_each_other() {
        let town = DivisionCode::parse("510123101000").unwrap();
        let other = DivisionCode::parse("510123102001").unwrap();
        assert!(!other.is_within(&town));
        assert!(!DivisionCode::parse("510124000000").unwrap().is_within(&town));
    }

    #[test]
    fn refuses_what_is_no_code() {
        use DivisionCodeError::{Gap, Malformed};
        for (text, error) in [
            ("", Malformed),
            ("51012310120", Malformed),
            ("5101231012021", Malformed),
            ("51012310120a", Malformed),
            ("510123101中", Malformed),
            ("000000000000", Gap),
            ("000123101202", Gap),
            ("510023000000", Gap),
            ("510123000202", Gap),
        ] {
            assert_eq!(DivisionCode::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_code_lies_in_its_parent(text in "[0-9]{12}") {
            if let Ok(code) = DivisionCode::parse(&text) {
                prop_assert_eq!(code.as_str(), text);
                if let Some(parent) = code.parent() {
                    prop_assert!(parent.level() < code.level());
                    prop_assert!(code.is_within(&parent));
                } else {
                    prop_assert_eq!(code.level(), DivisionLevel::Province);
                }
            }
        }
    }
}
