//! The letters of the print sheets: Noto Sans SC, cut down to the characters of the standard
//! table (通用规范汉字表) and GB 2312; `font/README` says how.

use std::sync::LazyLock;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, GlyphId, MetadataProvider};

/// The file as it is embedded.
pub(super) static FILE: &[u8] = include_bytes!("font/sheet-sans.otf");

/// Stands for a letter that is not in the file: seen, and never a failure.
const MISSING: char = '□';

static FACE: LazyLock<Result<Face, String>> = LazyLock::new(Face::read);

/// The letters, read once.
///
/// # Errors
/// A sentence for the log when the file is none.
pub(super) fn face() -> Result<&'static Face, String> {
    FACE.as_ref().map_err(Clone::clone)
}

/// Which letters there are, and how wide.
pub(super) struct Face {
    letters: Charmap<'static>,
    widths: GlyphMetrics<'static>,
    units: f32,
    missing: GlyphId,
}

/// A letter as it is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    pub(super) id: u32,
    /// Its width, the size being one.
    pub(super) width: f32,
}

impl Face {
    fn read() -> Result<Self, String> {
        let font = FontRef::new(FILE).map_err(|error| format!("the sheets' type: {error}"))?;
        let letters = font.charmap();
        let units = font.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
        let missing = letters.map(MISSING).ok_or("the sheets' type has no sign for a gap")?;
        let widths = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        Ok(Self { letters, widths, units: f32::from(units.max(1)), missing })
    }

    /// The letter, or the sign for a gap.
    pub(super) fn draw(&self, letter: char) -> Drawn {
        let id = self.letters.map(letter).filter(|id| id.to_u32() > 0).unwrap_or(self.missing);
        let width = self.widths.advance_width(id).unwrap_or(self.units) / self.units;
        Drawn { id: id.to_u32(), width }
    }

    /// How wide a letter is, the size being one.
    pub(super) fn width(&self, letter: char) -> f32 {
        self.draw(letter).width
    }

    /// Whether it is in the file.
    #[cfg(test)]
    pub(super) fn has(&self, letter: char) -> bool {
        self.letters.map(letter).is_some_and(|id| id.to_u32() > 0)
    }
}
