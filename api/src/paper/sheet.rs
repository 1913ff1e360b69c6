//! What stands on every sheet for the wall. Pure.

use chrono::{DateTime, Utc};
use chrono_tz::Asia::Shanghai;

use super::PublicNotes;
use super::share::Share;
use crate::pages::print::Block;

/// An instant as it stands on paper.
pub(crate) fn minute(at: DateTime<Utc>) -> String {
    at.with_timezone(&Shanghai).format("%Y年%-m月%-d日%H:%M").to_string()
}

/// Which share a sheet is, when it is not all.
pub(crate) fn in_parts(share: Share) -> String {
    if share.parts == 1 {
        String::new()
    } else {
        format!("（本份为第{}份，共{}份）", share.part, share.parts)
    }
}

/// The square code of a public address, with the address in letters.
pub(crate) fn code(base: &str, path: &str) -> Block {
    let address = format!("{base}{path}");
    let beside = vec!["扫码看原文：公开页面上的内容以最新更正为准。".into(), address.clone()];
    Block::Code(address, beside)
}

/// How to object, and what the law wants on each sheet.
pub(crate) fn complaints(notes: &PublicNotes) -> Vec<Block> {
    let mut blocks =
        vec![Block::Heading("异议与投诉".into()), Block::Text(notes.how_to_object.clone())];
    let named = notes.named().into_iter();
    blocks.extend(named.map(|(name, text)| Block::Text(format!("{name}：{text}"))));
    blocks
}

/// What stands at the foot of each page, which may hang apart from the first: of what it is, and
/// where to call.
pub(crate) fn foot(title: &str, number: &str, notes: &PublicNotes) -> String {
    let phone = notes.complaint_phone.as_ref().map(|phone| format!("　投诉电话 {phone}"));
    format!("{title}\n{number}{}", phone.unwrap_or_default())
}
