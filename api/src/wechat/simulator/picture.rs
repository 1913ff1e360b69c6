//! Draws the simulated mini-program code: an ordinary QR code of the scene, as a JPEG.
//!
//! Every 8 by 8 block is all black or all white, so the encoder needs no cosine transform: a
//! block is its mean value and nothing else.

use qrcode::{Color, QrCode};

const BLOCK: u16 = 8;
/// Light blocks around a QR code, so that a reader finds its edge.
const QUIET: usize = 4;
/// Huffman codes for the size of a difference, 0 to 8 bits: (code, length). The usual table.
const SIZES: [(u16, u32); 9] = [
    (0b00, 2),
    (0b010, 3),
    (0b011, 3),
    (0b100, 3),
    (0b101, 3),
    (0b110, 3),
    (0b1110, 4),
    (0b1_1110, 5),
    (0b11_1110, 6),
];

/// A picture of `text`, `width` pixels on each side; none if it does not fit.
pub(super) fn jpeg(text: &str, width: u16) -> Option<Vec<u8>> {
    let code = QrCode::new(text).ok()?;
    let modules = code.width();
    let blocks = usize::from(width.div_ceil(BLOCK));
    let scale = (blocks / (modules + 2 * QUIET)).max(1);
    let margin = blocks.checked_sub(modules * scale)? / 2;
    let colors = code.to_colors();
    let dark = |row: usize, column: usize| {
        let at = |place: usize| Some(place.checked_sub(margin)? / scale).filter(|m| *m < modules);
        let module = at(row).zip(at(column)).map(|(row, column)| row * modules + column);
        module.and_then(|place| colors.get(place)) == Some(&Color::Dark)
    };
    let mut scan = Scan::default();
    for row in 0..blocks {
        for column in 0..blocks {
            scan.block(if dark(row, column) { -128 } else { 127 })?;
        }
    }
    let mut picture = head(width);
    picture.extend(scan.finish());
    picture.extend([0xFF, 0xD9]);
    Some(picture)
}

fn head(width: u16) -> Vec<u8> {
    let [high, low] = width.to_be_bytes();
    let mut head = vec![0xFF, 0xD8];
    head.extend(b"\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00");
    // One quantisation table of eights: a block's mean is then stored as it is.
    head.extend([0xFF, 0xDB, 0, 67, 0]);
    head.extend([8; 64]);
    head.extend([0xFF, 0xC0, 0, 11, 8, high, low, high, low, 1, 1, 0x11, 0]);
    head.extend([0xFF, 0xC4, 0, 31, 0x00, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
    head.extend(0..12);
    // The other table has one word: "end of block".
    head.extend([0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.extend([0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0]);
    head
}

/// The compressed part of a picture.
#[derive(Default)]
struct Scan {
    bytes: Vec<u8>,
    pending: u8,
    filled: u32,
    last: i16,
}

impl Scan {
    /// Writes a block: the difference to the one before, then "end of block".
    fn block(&mut self, value: i16) -> Option<()> {
        let difference = value - self.last;
        self.last = value;
        let size = u16::BITS - difference.unsigned_abs().leading_zeros();
        let (code, length) = *SIZES.get(usize::try_from(size).ok()?)?;
        self.bits(code, length);
        // Negative numbers are written less one, without their sign bits.
        let shown = if difference < 0 { difference - 1 } else { difference };
        self.bits(u16::from_ne_bytes(shown.to_ne_bytes()), size);
        self.bits(0, 1);
        Some(())
    }

    fn bits(&mut self, value: u16, count: u32) {
        for place in (0..count).rev() {
            self.pending = self.pending << 1 | u8::from(value >> place & 1 == 1);
            self.filled += 1;
            if self.filled == u8::BITS {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        self.bytes.push(self.pending);
        // A byte of ones would look like a marker; a zero after it says it is none.
        if self.pending == 0xFF {
            self.bytes.push(0);
        }
        (self.pending, self.filled) = (0, 0);
    }

    fn finish(mut self) -> Vec<u8> {
        while self.filled != 0 {
            self.bits(1, 1);
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_begins_and_ends_as_a_jpeg_and_depends_on_the_scene() {
        let one = jpeg("a.7KQ2M9X4", 430).expect("fits");
        assert!(one.starts_with(&[0xFF, 0xD8, 0xFF]));
        assert!(one.ends_with(&[0xFF, 0xD9]));
        assert_ne!(one, jpeg("a.7KQ2M9X5", 430).expect("fits"));
        assert_ne!(one, jpeg("a.7KQ2M9X4", 280).expect("fits"));
    }
}
