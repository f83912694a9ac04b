//! The letters of files that are drawn: their widths and outlines. What a font lacks is drawn as its empty box.

use std::sync::LazyLock;

use skrifa::{
    FontRef, GlyphId, MetadataProvider,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};

/// The usual weight.
pub const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.otf");
/// The heavy weight, for headings.
pub const HEAVY: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.otf");

static FACES: LazyLock<Option<[FontRef<'static>; 2]>> = LazyLock::new(|| {
    let read = |bytes| FontRef::new(bytes).ok();
    Some([read(REGULAR)?, read(HEAVY)?])
});

/// One letter where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// The number of its glyph.
    pub glyph: u32,
    /// Where its bytes begin in the words.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// How far the next letter stands, for letters of height 1.
    pub advance: f64,
}

fn face(heavy: bool) -> Option<&'static FontRef<'static>> {
    FACES.as_ref().map(|faces| &faces[usize::from(heavy)])
}

/// The letters of words, from left to right.
pub fn letters(words: &str, heavy: bool) -> Vec<Letter> {
    let Some(font) = face(heavy) else { return Vec::new() };
    let widths = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    let map = font.charmap();
    words
        .char_indices()
        .map(|(start, letter)| {
            let glyph = map.map(plain(letter)).unwrap_or(GlyphId::NOTDEF);
            let advance = f64::from(widths.advance_width(glyph).unwrap_or(0.0));
            Letter { glyph: glyph.to_u32(), start, end: start + letter.len_utf8(), advance }
        })
        .collect()
}

/// A space that does not break is drawn as a space.
fn plain(letter: char) -> char {
    if matches!(letter, '\u{a0}' | '\u{202f}') { ' ' } else { letter }
}

/// How wide words are.
pub fn width(words: &str, size: f64, heavy: bool) -> f64 {
    letters(words, heavy).iter().map(|letter| letter.advance).sum::<f64>() * size
}

/// Draws the outline of a glyph of height `size` with a pen; upwards is positive.
pub(super) fn outline(glyph: u32, size: f64, heavy: bool, pen: &mut impl OutlinePen) {
    let Some(outline) = face(heavy).and_then(|font| font.outline_glyphs().get(GlyphId::new(glyph))) else {
        return;
    };
    let settings = DrawSettings::unhinted(Size::new(size as f32), LocationRef::default());
    // A broken outline is left out; the fonts are our own and tested.
    let _ = outline.draw(settings, pen);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_have_every_letter_of_the_languages() {
        let needed = "abcåäöÅÄÖéüÉ0123456789 .,:;–−+%↓↑\u{a0}/()[]”’·×";
        for heavy in [false, true] {
            for letter in letters(needed, heavy) {
                assert!(letter.glyph != 0, "{:?} heavy={heavy}", &needed[letter.start..letter.end]);
                assert!(letter.advance > 0.0);
            }
        }
        assert!(width("Wide", 20.0, true) > width("Wide", 10.0, true) * 1.9);
    }
}
