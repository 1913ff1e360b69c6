//! How every reading to the loudspeaker (村村响) begins and ends. Pure.

use super::PublicNotes;
use super::share::Share;
use crate::platform::text::spoken::{number, one_by_one, words};

/// How a share begins.
pub(crate) fn greeting(headline: &str, share: Share) -> String {
    if share.parts == 1 {
        return format!("各位村民，大家好。现在播送{headline}。");
    }
    let (part, parts) = (number(share.part.into()), number(share.parts.into()));
    format!("各位村民，大家好。现在播送{headline}，共{parts}部分，这是第{part}部分。")
}

/// Where to complain, as far as the settings say.
pub(crate) fn complaints(notes: &PublicNotes) -> Vec<String> {
    let phone = notes.complaint_phone.as_deref().map(one_by_one);
    let address = notes.complaint_address.as_deref().map(words);
    let lines = [
        phone.map(|phone| format!("投诉电话，{phone}。")),
        address.map(|address| format!("受理地址，{address}。")),
    ];
    lines.into_iter().flatten().collect()
}

/// How a share ends.
pub(crate) fn farewell(share: Share) -> String {
    if share.is_last() {
        "播送完毕，谢谢大家。".into()
    } else {
        "这一部分播送完毕。".into()
    }
}
