//! How a person appears in public: by her name, or by the tail of her card's number. Nothing else
//! of her is ever drawn. Pure.
//!
//! One line never shows both, one after the other: whoever kept the page would know whose tail it
//! is, and with it every line she wanted no name on. A line first shown without her name keeps
//! the tail for good; one first shown with it loses the name when she withdraws, and shows nothing.
//!
//! Whoever draws a page reads the facts at that moment and keeps nothing: a consent that was
//! withdrawn is gone from the next drawing on.

use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::text::bounded::is_unseen;

/// What a drawing must know of a person.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not hang on one another")]
pub(crate) struct Facts<'a> {
    pub(crate) name: &'a str,
    /// The last characters of her live card's number.
    pub(crate) card_tail: Option<&'a str>,
    /// She could be named when the line was first shown.
    pub(crate) was_named: bool,
    /// Her consent to be named is in force at this moment.
    pub(crate) may_be_named: bool,
    /// Never named, whatever anybody agreed to.
    pub(crate) is_minor: bool,
    /// Her account was closed and her profile emptied.
    pub(crate) is_closed: bool,
}

/// 公开页面上对一个人的称呼方式
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShownBy {
    /// 姓名（公开时和现在本人都同意实名公示）
    Name,
    /// 积分卡尾号（公开时本人未同意实名公示）
    CardTail,
    /// 不显示（公开后撤回同意的，或已注销的）
    Nothing,
}

/// 公开页面上的一个人：公开时已同意实名公示的显示姓名，撤回后显示“一名志愿者”；公开时未同意的始终显示积分卡尾号
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PublicPerson {
    /// 称呼方式
    pub(crate) shown_by: ShownBy,
    /// 称呼
    #[schema(example = "尾号7K2M")]
    pub(crate) text: String,
}

/// The person as everybody may see her.
pub(crate) fn project(facts: Facts<'_>) -> PublicPerson {
    let may_be_named = facts.may_be_named && !facts.is_minor && !facts.is_closed;
    match (facts.was_named, facts.card_tail) {
        (true, _) if may_be_named => {
            PublicPerson { shown_by: ShownBy::Name, text: plain(facts.name) }
        }
        (false, Some(tail)) => {
            PublicPerson { shown_by: ShownBy::CardTail, text: format!("尾号{tail}") }
        }
        (true, _) | (false, None) => unknown(),
    }
}

/// Somebody of whom nothing is known or told any more.
pub(crate) fn unknown() -> PublicPerson {
    PublicPerson { shown_by: ShownBy::Nothing, text: "一名志愿者".into() }
}

/// A text without what could turn the line around it over or break it: control characters and
/// the marks of Unicode that change the direction of writing.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|letter| !is_unseen(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LI: Facts<'static> = Facts {
        name: "李秀英",
        card_tail: Some("7K2M"),
        was_named: true,
        may_be_named: true,
        is_minor: false,
        is_closed: false,
    };

    #[test]
    fn only_who_agreed_from_the_first_showing_and_still_does_is_named() {
        assert_eq!(project(LI).text, "李秀英");
        let tail = project(Facts { was_named: false, may_be_named: false, ..LI });
        assert_eq!((tail.shown_by, tail.text.as_str()), (ShownBy::CardTail, "尾号7K2M"));
    }

    #[test]
    fn no_line_shows_a_name_and_a_tail_one_after_the_other() {
        for was_named in [true, false] {
            let shown = [true, false]
                .map(|may_be_named| project(Facts { was_named, may_be_named, ..LI }).shown_by);
            let expected = if was_named {
                [ShownBy::Name, ShownBy::Nothing]
            } else {
                [ShownBy::CardTail, ShownBy::CardTail]
            };
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn minors_and_those_who_left_are_never_named() {
        for facts in [Facts { is_minor: true, ..LI }, Facts { is_closed: true, ..LI }] {
            let named = project(facts);
            assert_eq!((named.shown_by, named.text.as_str()), (ShownBy::Nothing, "一名志愿者"));
            let facts = Facts { was_named: false, ..facts };
            assert_eq!(project(facts).text, "尾号7K2M");
            let without = project(Facts { card_tail: None, ..facts });
            assert_eq!((without.shown_by, without.text.as_str()), (ShownBy::Nothing, "一名志愿者"));
        }
    }

    #[test]
    fn marks_that_turn_a_line_over_are_taken_out() {
        assert_eq!(plain("李\u{202e}秀\u{0007}英\u{2066}\n"), "李秀英");
        assert_eq!(plain("<b>&"), "<b>&", "escaping is the page's");
    }
}
