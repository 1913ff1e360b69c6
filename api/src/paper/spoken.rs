//! How every reading to the loudspeaker (村村响) begins and ends. Pure.

use super::PublicNotes;
use super::share::Share;
use crate::platform::text::spoken::{clause, count, number, telephone};

/// How a share begins.
pub(crate) fn greeting(headline: &str, share: Share) -> String {
    if share.parts == 1 {
        return format!("各位村民，大家好。现在播送{headline}。");
    }
    let (part, parts) = (number(share.part.into()), count(share.parts.into()));
    format!("各位村民，大家好。现在播送{headline}，共{parts}部分，这是第{part}部分。")
}

/// Where to complain, as far as the settings say.
pub(crate) fn complaints(notes: &PublicNotes) -> Vec<String> {
    let phone = notes.complaint_phone.as_deref().map(telephone).unwrap_or_default();
    let address = notes.complaint_address.as_deref().map(clause).unwrap_or_default();
    let lines = [("投诉电话", phone), ("受理地址", address)].into_iter();
    // Of some texts nothing is left that can be said.
    let lines = lines.filter(|(_, said)| !said.is_empty());
    lines.map(|(name, said)| format!("{name}，{said}。")).collect()
}

/// How a share ends.
pub(crate) fn farewell(share: Share) -> String {
    if share.is_last() {
        "播送完毕，谢谢大家。".into()
    } else {
        "这一部分播送完毕。".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_complain_keeps_its_words_and_pauses() {
        let notes = PublicNotes {
            filing_number: None,
            complaint_phone: Some("028-8555、镇纪委".into()),
            complaint_address: Some("https://example.gov.cn".into()),
            privacy_rules: None,
            how_to_object: String::new(),
        };
        assert_eq!(complaints(&notes), ["投诉电话，零、二、八，八、五、五、五，镇纪委。"]);
    }

    #[test]
    fn of_two_parts_the_second_is_the_second() {
        let share = Share { part: 2, parts: 2, after: 100, size: 100 };
        assert_eq!(
            greeting("公示", share),
            "各位村民，大家好。现在播送公示，共两部分，这是第二部分。"
        );
    }
}
