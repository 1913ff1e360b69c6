//! The frame of every public page: large type, strong contrast, no script, nothing from
//! elsewhere, and what the law wants on each page. Pure.

use std::fmt::Write as _;
use std::sync::LazyLock;

use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::notes::{FILING, PRIVACY, PublicNotes};
use super::share::Share;
use crate::pages::escape;

const STYLE: &str = include_str!("page.css");

/// Where everybody may look a filing number up.
const REGISTER: &str = "https://beian.miit.gov.cn/";

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
pub(crate) fn missing(paper: &str, notes: Option<&PublicNotes>) -> String {
    let main = format!("<h1>没有找到这期{paper}</h1>\n<p>请核对地址，或向所站工作人员询问。</p>\n");
    frame("没有找到", &main, notes)
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
    footer_with(notes, |name, text| match name {
        FILING => format!("<b>{}</b>", anchor(REGISTER, text)),
        PRIVACY if text.starts_with("https://") => anchor(text, text),
        PRIVACY => escape(text),
        _ => format!("<b>{}</b>", escape(text)),
    })
}

/// The same without links, for a page that is kept as a file and works from there. An address may
/// be broken behind its strokes, so that it fits a telephone.
pub(crate) fn plain_footer(notes: &PublicNotes) -> String {
    footer_with(notes, |_, text| escape(text).replace('/', "/<wbr>"))
}

fn footer_with(notes: &PublicNotes, shown: impl Fn(&str, &str) -> String) -> String {
    // Writing to a text cannot fail.
    let mut lines = format!("<p>{}</p>\n", escape(&notes.how_to_object));
    for (name, text) in notes.named() {
        let _ = writeln!(lines, "<p>{name}：{}</p>", shown(name, text));
    }
    format!("<footer>\n<h2>异议与投诉</h2>\n{lines}</footer>\n")
}

fn anchor(address: &str, text: &str) -> String {
    format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape(address), escape(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes() -> PublicNotes {
        PublicNotes {
            filing_number: Some("蜀ICP备2026000000号".into()),
            complaint_phone: Some("028-<0>".into()),
            complaint_address: None,
            privacy_rules: Some("https://example.gov.cn/p?a=1&b=2".into()),
            how_to_object: "请".into(),
        }
    }

    #[test]
    fn the_filing_number_leads_to_the_register() {
        let text = frame("公示", "", Some(&notes()));
        let link =
            "<a href=\"https://beian.miit.gov.cn/\" rel=\"noreferrer\">蜀ICP备2026000000号</a>";
        assert!(text.contains(link) && text.contains("<b>028-&lt;0&gt;</b>"), "{text}");
        assert!(text.contains("href=\"https://example.gov.cn/p?a=1&amp;b=2\""), "{text}");
    }

    #[test]
    fn a_page_kept_as_a_file_names_the_same_without_links() {
        let text = plain_footer(&notes());
        for told in ["蜀ICP备2026000000号", "028-&lt;0&gt;", "example.gov.cn"] {
            assert!(text.contains(told), "{told} in {text}");
        }
        assert!(!text.contains("href"), "{text}");
    }

    #[test]
    fn what_is_not_there_says_where_to_complain() {
        assert!(missing("公示", Some(&notes())).contains("投诉电话"));
        assert!(missing("公示", None).contains("没有找到这期公示"));
    }
}
