//! Papers: what a notice and a bulletin have in common, once they are public under a number.
//!
//! Everybody reads them without signing in: as JSON, as a page in large type, as a sheet for the
//! wall, a workbook, and words for the loudspeaker. What one of them says is its own slice's; how
//! it is laid out, cut into shares and answered is here.
//!
//! | file | for |
//! |---|---|
//! | `answer` | a public answer: its validator, how long it is kept |
//! | `notes` | what the law wants on each page: where to complain, how to object |
//! | `share` | which part of a long paper (pure) |
//! | `frame` | the frame of every page, turning its parts (pure) |
//! | `page` | a page, or the page that says there is none |
//! | `files` | drawing a sheet, writing a workbook while its lines are read |
//! | `sheet`, `spoken` | what stands on every sheet and begins and ends every reading (pure) |

pub(crate) mod answer;
pub(crate) mod files;
pub(crate) mod frame;
mod notes;
pub(crate) mod page;
pub(crate) mod share;
pub(crate) mod sheet;
pub(crate) mod spoken;

pub(crate) use notes::{Objecting, PublicNotes, county_notes, notes};
