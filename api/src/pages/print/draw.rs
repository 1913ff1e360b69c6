//! Pages as PDF. The type is embedded as a subset with the text behind it, so that it can be
//! searched, copied and read aloud.

use krilla::Document;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::Paper;
use super::face::{FILE, Face};
use super::layout::{Item, PAGE, Page};

/// The white border a square code needs, in its own squares.
const QUIET: usize = 4;

/// Draws pages.
///
/// # Errors
/// A sentence for the log.
pub(super) fn pdf(
    title: &str,
    pages: &[Page],
    face: &Face,
    paper: Paper,
) -> Result<Vec<u8>, String> {
    let scale = match paper {
        Paper::A4 => 1.0,
        Paper::A3 => std::f32::consts::SQRT_2,
    };
    let font = Font::new(FILE.into(), 0).ok_or("the sheets' type cannot be embedded")?;
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title.into()).language("zh-CN".into()));
    for page in pages {
        let size = PageSettings::from_wh(PAGE.0 * scale, PAGE.1 * scale);
        let mut drawn = document.start_page_with(size.ok_or("a page without a size")?);
        let mut surface = drawn.surface();
        surface.set_fill(Some(Fill::default()));
        surface.push_transform(&Transform::from_scale(scale, scale));
        for item in &page.items {
            draw(&mut surface, item, face, &font);
        }
        surface.pop();
        surface.finish();
        drawn.finish();
    }
    document.finish().map_err(|error| format!("a sheet could not be written: {error:?}"))
}

fn draw(surface: &mut Surface<'_>, item: &Item, face: &Face, font: &Font) {
    match item {
        Item::Text { x, y, size, text } => {
            let glyphs: Vec<_> = text.char_indices().map(|at| glyph(at, face)).collect();
            let start = Point::from_xy(*x, *y);
            surface.draw_glyphs(start, &glyphs, font.clone(), text, *size, false);
        }
        Item::Rule { y, thick } => fill(surface, &[(45.0, *y, PAGE.0 - 90.0, *thick)]),
        Item::Code { x, y, side, dark } => fill(surface, &squares((*x, *y), *side, dark)),
    }
}

fn glyph((at, letter): (usize, char), face: &Face) -> KrillaGlyph {
    let drawn = face.draw(letter);
    let range = at..at + letter.len_utf8();
    KrillaGlyph::new(GlyphId::new(drawn.id), drawn.width, 0.0, 0.0, 0.0, range, None)
}

/// The dark squares of a code, side by side ones as one.
fn squares((x, y): (f32, f32), side: f32, dark: &[Vec<bool>]) -> Vec<(f32, f32, f32, f32)> {
    let count = |n: usize| f32::from(u16::try_from(n).unwrap_or(u16::MAX));
    let one = side / count(dark.len() + 2 * QUIET);
    let mut found = Vec::new();
    for (down, row) in dark.iter().enumerate() {
        let mut across = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                let left = x + one * count(across + QUIET);
                found.push((left, y + one * count(down + QUIET), one * count(run.len()), one));
            }
            across += run.len();
        }
    }
    found
}

fn fill(surface: &mut Surface<'_>, boxes: &[(f32, f32, f32, f32)]) {
    let mut path = PathBuilder::new();
    for (x, y, wide, high) in boxes {
        if let Some(rect) = Rect::from_xywh(*x, *y, *wide, *high) {
            path.push_rect(rect);
        }
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}
