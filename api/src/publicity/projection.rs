//! How a person appears in public: by her name only while she agrees to it, else by the tail
//! of her card's number. Nothing else of her is ever drawn. Pure.
//!
//! Whoever draws a page reads the facts at that moment and keeps nothing: a consent that was
//! withdrawn is gone from the next drawing on.

use serde::Serialize;
use utoipa::ToSchema;

use crate::platform::text::bounded::is_unseen;

/// What a drawing must know of a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) name: &'a str,
    /// The last characters of her live card's number.
    pub(crate) card_tail: Option<&'a str>,
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
    /// 姓名（本人同意实名公示）
    Name,
    /// 积分卡尾号
    CardTail,
    /// 不显示
    Nothing,
}

/// 公开页面上的一个人：同意实名公示的显示姓名，其余显示积分卡尾号
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
    let named = facts.may_be_named && !facts.is_minor && !facts.is_closed;
    if named {
        return PublicPerson { shown_by: ShownBy::Name, text: plain(facts.name) };
    }
    match facts.card_tail {
        Some(tail) => PublicPerson { shown_by: ShownBy::CardTail, text: format!("尾号{tail}") },
        None => unknown(),
    }
}

/// Somebody of whom nothing is known any more.
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
        may_be_named: true,
        is_minor: false,
        is_closed: false,
    };

    #[test]
    fn only_who_agrees_is_named() {
        assert_eq!(project(LI).text, "李秀英");
        let tail = project(Facts { may_be_named: false, ..LI });
        assert_eq!((tail.shown_by, tail.text.as_str()), (ShownBy::CardTail, "尾号7K2M"));
    }

    #[test]
    fn minors_and_those_who_left_are_never_named() {
        for facts in [Facts { is_minor: true, ..LI }, Facts { is_closed: true, ..LI }] {
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
