//! The frame of every public page: large type, strong contrast, no script, nothing from
//! elsewhere, and what the law wants on each page. Pure.

use std::fmt::Write as _;
use std::sync::LazyLock;

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::PublicNotes;
use super::share::Share;
use crate::pages::escape;

const STYLE: &str = include_str!("page.css");

/// What the browser may do for a page of this frame: apply its one style sheet, nothing else.
pub(crate) static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

/// A whole page. `main` is markup, everything in it escaped already.
pub(crate) fn frame(title: &str, main: &str, notes: Option<&PublicNotes>) -> String {
    whole(title, ("", ""), main, &notes.map(footer).unwrap_or_default())
}

/// A page for a screen on the wall, which turns to another address by itself.
pub(crate) fn screen(title: &str, main: &str, (seconds, next): (u32, &str)) -> String {
    let next = escape(next);
    let turn = format!("<meta http-equiv=\"refresh\" content=\"{seconds};url={next}\">\n");
    whole(title, (&turn, " class=\"screen\""), main, "")
}

/// What stands where there is no such paper.
pub(crate) fn missing(paper: &str) -> String {
    let main = format!("<h1>没有找到这期{paper}</h1>\n<p>请核对地址，或向所站工作人员询问。</p>\n");
    frame("没有找到", &main, None)
}

/// What stands where a paper cannot be shown for now, by a fault that is not the reader's.
pub(crate) fn failing() -> String {
    let main = "<h1>暂时打不开</h1>\n<p>系统正忙或正在维护，请过几分钟再打开。\
                一直打不开的，请向所站工作人员询问。</p>\n";
    frame("暂时打不开", main, None)
}

/// The way to the parts before and after this one.
pub(crate) fn turning(path: &str, share: Share) -> String {
    let Share { part: page, parts: pages, .. } = share;
    if pages <= 1 {
        return String::new();
    }
    let path = escape(path);
    let link = |to: i32, word: &str| {
        if (1..=pages).contains(&to) {
            format!("<a href=\"{path}?page={to}\">{word}</a>")
        } else {
            String::new()
        }
    };
    format!(
        "<nav aria-label=\"翻页\">{}<span>第{page}页，共{pages}页</span>{}</nav>\n",
        link(page - 1, "上一页"),
        link(page + 1, "下一页")
    )
}

/// A text of somebody's in the middle of ours: it cannot turn the writing around it.
pub(crate) fn isolated(text: &str) -> String {
    format!("<bdi>{}</bdi>", escape(text))
}

fn whole(title: &str, (head, class): (&str, &str), main: &str, notes: &str) -> String {
    let title = escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n{head}<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body{class}>\n<main>\n{main}</main>\n{notes}</body>\n</html>\n"
    )
}

fn footer(notes: &PublicNotes) -> String {
    // Writing to a text cannot fail.
    let mut lines = format!("<p>{}</p>\n", escape(&notes.how_to_object));
    for (name, text) in [
        ("投诉电话", &notes.complaint_phone),
        ("受理地址", &notes.complaint_address),
        ("备案号", &notes.filing_number),
    ] {
        if let Some(text) = text {
            let _ = writeln!(lines, "<p>{name}：<b>{}</b></p>", escape(text));
        }
    }
    if let Some(rules) = &notes.privacy_rules {
        let _ = writeln!(lines, "<p>个人信息处理规则：{}</p>", link(rules));
    }
    format!("<footer>\n<h2>异议与投诉</h2>\n{lines}</footer>\n")
}

/// An address as a link, any other text as text.
fn link(text: &str) -> String {
    let safe = escape(text);
    if text.starts_with("https://") {
        format!("<a href=\"{safe}\" rel=\"noreferrer\">{safe}</a>")
    } else {
        safe
    }
}
