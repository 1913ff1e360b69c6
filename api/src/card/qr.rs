//! The square code of a card, drawn for the counter's scanner. Pure.

use qrcode::render::svg;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};

use super::number::CardNumber;

/// Edge of the picture in pixels; it scales without loss.
const EDGE: u32 = 240;

/// Draws the number as an SVG picture. Cards get scratched, so a quarter of it may be
/// unreadable.
///
/// # Errors
/// Never for a card's number, which is far below what a code holds.
pub(super) fn draw(number: &CardNumber) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(number.as_str(), EcLevel::Q)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(EDGE, EDGE).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_different_pictures_for_different_numbers() {
        let one = draw(&CardNumber::generate([1; 8])).unwrap();
        let other = draw(&CardNumber::generate([2; 8])).unwrap();
        assert!(one.contains("<svg") && one.trim_end().ends_with("</svg>"));
        assert_ne!(one, other);
    }
}
