//! Sheets for the wall: a title, sentences and tables on A4 or A3, as PDF with Chinese type.
//! The same sheet gives the same bytes: there is no clock inside.
//!
//! | file | for |
//! |---|---|
//! | `layout` | lines, tables and pages (pure) |
//! | `face` | the letters: which there are, and how wide |
//! | `draw` | pages as PDF |

mod draw;
mod face;
mod layout;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// 纸张：A3 与 A4 版式相同，A3 字号放大到 1.4 倍，便于张贴
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Paper {
    /// 210×297毫米
    #[default]
    A4,
    /// 297×420毫米
    A3,
}

/// 打印条件
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PrintQuery {
    /// 纸张，默认 a4
    #[serde(default)]
    #[param(inline)]
    pub(crate) paper: Paper,
    /// 内容多的分成几份打印，第几份，默认第1份
    #[param(minimum = 1, example = 1)]
    pub(crate) part: Option<u16>,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: &'static str,
    /// How wide it is among the others.
    pub(crate) weight: f32,
}

/// What stands on a sheet, from top to bottom.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// A heading within the sheet.
    Heading(String),
    /// A sentence.
    Text(String),
    /// A sentence in small type.
    Small(String),
    /// A table; its head is repeated on each page.
    Table(&'static [Column], Vec<Vec<String>>),
    /// A square code, with lines beside it.
    Code(String, Vec<String>),
}

/// A sheet.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    /// In large type on the first page.
    pub(crate) title: String,
    /// What stands below.
    pub(crate) blocks: Vec<Block>,
    /// At the foot of each page, before the page's number.
    pub(crate) foot: String,
}

/// The sheet as PDF.
///
/// # Errors
/// A sentence for the log: the type is not there, or the writer failed.
pub(crate) fn pdf(sheet: &Sheet, paper: Paper) -> Result<Vec<u8>, String> {
    let face = face::face()?;
    let pages = layout::pages(sheet, &|letter| face.width(letter));
    draw::pdf(&sheet.title, &pages, face, paper)
}

#[cfg(test)]
#[path = "print_tests.rs"]
mod tests;
