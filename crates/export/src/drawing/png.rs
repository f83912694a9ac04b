//! A drawing as PNG, for documents that take no SVG.

use skrifa::outline::OutlinePen;
use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform};

use super::{Anchor, Drawing, Ink, Point, Shape, font};

/// Pixels for each unit of the drawing: sharp on paper at the size of a page.
pub const SCALE: f64 = 3.0;
/// The longest side that is painted, in pixels.
pub const PIXELS_MAX: f64 = 6_000.0;

/// Why a drawing could not be painted.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// It has no size, or is larger than is painted.
    #[error("a drawing of {width} times {height} cannot be painted: the longest side is {PIXELS_MAX} pixels")]
    Size {
        /// Its width in its own units.
        width: f64,
        /// Its height in its own units.
        height: f64,
    },
    /// The picture could not be packed.
    #[error("the picture could not be packed: {0}")]
    Packing(String),
}

/// The bytes of a PNG file on white paper.
pub fn to_png(drawing: &Drawing) -> Result<Vec<u8>, PngError> {
    let (width, height) = (drawing.width * SCALE, drawing.height * SCALE);
    let fits = |side: f64| (1.0..=PIXELS_MAX).contains(&side);
    let bad_size = || PngError::Size { width: drawing.width, height: drawing.height };
    if !fits(width) || !fits(height) {
        return Err(bad_size());
    }
    // Within the limit above, so the conversion keeps the value.
    let mut picture = Pixmap::new(width.ceil() as u32, height.ceil() as u32).ok_or_else(bad_size)?;
    picture.fill(Color::WHITE);
    for shape in &drawing.shapes {
        paint_shape(&mut picture, shape);
    }
    picture.encode_png().map_err(|error| PngError::Packing(error.to_string()))
}

fn scaled() -> Transform {
    Transform::from_scale(SCALE as f32, SCALE as f32)
}

fn paint_of(ink: Ink, opacity: f64) -> Paint<'static> {
    let [_, red, green, blue] = ink.colour().to_be_bytes();
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, (opacity.clamp(0.0, 1.0) * 255.0).round() as u8);
    paint.anti_alias = true;
    paint
}

fn paint_shape(picture: &mut Pixmap, shape: &Shape) {
    let fill = |picture: &mut Pixmap, path: Option<Path>, ink, opacity| {
        if let Some(path) = path {
            picture.fill_path(&path, &paint_of(ink, opacity), FillRule::Winding, scaled(), None);
        }
    };
    match shape {
        Shape::Line { points, ink, width } => {
            let dashes = ink.dashes().to_vec();
            let dash = (!dashes.is_empty()).then(|| StrokeDash::new(dashes, 0.0)).flatten();
            let stroke = Stroke { width: *width as f32, dash, ..Stroke::default() };
            if let Some(path) = through(points, false) {
                picture.stroke_path(&path, &paint_of(*ink, 1.0), &stroke, scaled(), None);
            }
        }
        Shape::Area { points, ink, opacity } => fill(picture, through(points, true), *ink, *opacity),
        Shape::Bar { at, size, ink, .. } => {
            let side = |value: f64| value as f32;
            let rect = Rect::from_xywh(side(at.0), side(at.1), side(size.0), side(size.1));
            fill(picture, rect.map(PathBuilder::from_rect), *ink, 1.0);
        }
        Shape::Dot { at, radius, ink, .. } => {
            let path = PathBuilder::from_circle(at.0 as f32, at.1 as f32, *radius as f32);
            fill(picture, path, *ink, 1.0);
        }
        Shape::Words { at, anchor, size, heavy, ink, words } => {
            let start = start_of(*at, *anchor, font::width(words, *size, *heavy));
            fill(picture, outlines(words, start, *size, *heavy), *ink, 1.0);
        }
    }
}

/// Where the first letter stands.
pub(crate) fn start_of(at: Point, anchor: Anchor, width: f64) -> Point {
    match anchor {
        Anchor::Start => at,
        Anchor::Middle => (at.0 - width / 2.0, at.1),
        Anchor::End => (at.0 - width, at.1),
    }
}

fn through(points: &[Point], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let (x, y) = (*x as f32, *y as f32);
        if index == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    if closed {
        path.close();
    }
    path.finish()
}

fn outlines(words: &str, start: Point, size: f64, heavy: bool) -> Option<Path> {
    let mut pen = Pen { path: PathBuilder::new(), x: start.0 as f32, y: start.1 as f32 };
    for letter in font::letters(words, heavy) {
        font::outline(letter.glyph, size, heavy, &mut pen);
        pen.x += (letter.advance * size) as f32;
    }
    pen.path.finish()
}

/// Draws letters where they stand; the font's upwards is the picture's downwards.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, self.y - y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, self.y - y);
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + cx, self.y - cy, self.x + x, self.y - y);
    }
    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (left, base) = (self.x, self.y);
        self.path.cubic_to(left + ax, base - ay, left + bx, base - by, left + x, base - y);
    }
    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_holds_what_was_drawn() {
        let mut drawing = Drawing::new("a", "", "", 40.0, 20.0);
        drawing.bar((2.0, 2.0), (4.0, 10.0), Ink::Series(0), String::new());
        drawing.words((20.0, 15.0), Anchor::Middle, 12.0, Ink::Text, "ÅB");
        let bytes = to_png(&drawing).unwrap();
        let picture = Pixmap::decode_png(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (120, 60));
        let at = |x, y| picture.pixel(x, y).unwrap().demultiply();
        assert_eq!((at(10, 20).red(), at(10, 20).blue()), (0x00, 0xb2));
        assert_eq!(at(118, 58).red(), 255);
        let dark = picture.pixels().iter().filter(|pixel| pixel.red() < 60 && pixel.blue() < 60).count();
        assert!(dark > 50, "the letters are there: {dark}");
    }

    #[test]
    fn a_drawing_that_is_too_large_is_refused() {
        assert!(matches!(to_png(&Drawing::new("a", "", "", 0.0, 20.0)), Err(PngError::Size { .. })));
        assert!(matches!(to_png(&Drawing::new("a", "", "", 90_000.0, 20.0)), Err(PngError::Size { .. })));
    }
}
