//! A drawing of lines, areas, bars and words: written as SVG, painted as PNG, printed in PDF.
//!
//! Every drawing carries a title and a description for those who hear it. Its strokes name an [`Ink`], not a colour,
//! so that a page can give them the colours of its theme.

pub mod font;
pub mod png;
pub mod svg;

/// A place in the drawing's own units, from the top left.
pub type Point = (f64, f64);

/// What a stroke is for; its colour follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// The background.
    Paper,
    /// Words and what was counted.
    Text,
    /// Numbers of axes and small remarks.
    Faint,
    /// Lines behind everything.
    Grid,
    /// The line that bars stand on.
    Axis,
    /// What stands already, behind what is needed.
    Supply,
    /// The series of a number, from 0.
    Series(usize),
}

/// Colours that keep their contrast on white and in grey print (Okabe and Ito 2008).
const SERIES: [u32; 4] = [0x0072b2, 0xd55e00, 0x007a59, 0x6a3d9a];
/// Dashes, so that lines differ without colour.
const DASHES: [&[f32]; 4] = [&[], &[8.0, 4.0], &[2.0, 3.0], &[10.0, 3.0, 2.0, 3.0]];

impl Ink {
    /// The colour on white paper, as `0xrrggbb`.
    pub fn colour(self) -> u32 {
        match self {
            Ink::Paper => 0xffffff,
            Ink::Text => 0x1a1a1a,
            Ink::Faint => 0x444444,
            Ink::Grid => 0xd0d0d0,
            Ink::Axis => 0x555555,
            Ink::Supply => 0xc8ccd0,
            Ink::Series(number) => SERIES[number % SERIES.len()],
        }
    }

    /// The dashes of a line; empty for a whole one.
    pub fn dashes(self) -> &'static [f32] {
        match self {
            Ink::Series(number) => DASHES[number % DASHES.len()],
            _ => &[],
        }
    }

    /// The name that a style sheet knows it by.
    pub fn class(self) -> &'static str {
        match self {
            Ink::Paper => "paper",
            Ink::Text => "text",
            Ink::Faint => "faint",
            Ink::Grid => "grid",
            Ink::Axis => "axis",
            Ink::Supply => "supply",
            Ink::Series(number) => ["series-0", "series-1", "series-2", "series-3"][number % SERIES.len()],
        }
    }
}

/// Which end of the words stands at their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The left one.
    Start,
    /// Their middle.
    Middle,
    /// The right one.
    End,
}

/// One stroke.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A line through points.
    Line {
        /// The points in order.
        points: Vec<Point>,
        /// Its ink; a series is dashed in its own way.
        ink: Ink,
        /// How wide.
        width: f64,
    },
    /// The area within points.
    Area {
        /// The points in order; the last is joined to the first.
        points: Vec<Point>,
        /// Its ink.
        ink: Ink,
        /// From 0 to 1.
        opacity: f64,
    },
    /// An upright box.
    Bar {
        /// The top left corner.
        at: Point,
        /// Width and height.
        size: (f64, f64),
        /// Its ink.
        ink: Ink,
        /// What the pointer is told.
        tip: String,
    },
    /// A dot.
    Dot {
        /// Its middle.
        at: Point,
        /// Its radius.
        radius: f64,
        /// Its ink.
        ink: Ink,
        /// What the pointer is told.
        tip: String,
    },
    /// Words on one line.
    Words {
        /// Where the anchor stands, on the base line.
        at: Point,
        /// Which end stands there.
        anchor: Anchor,
        /// The height of the letters.
        size: f64,
        /// Whether they are heavy.
        heavy: bool,
        /// Their ink.
        ink: Ink,
        /// The words.
        words: String,
    },
}

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Names its title and description within a page: letters, digits and hyphens.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What it says, in sentences, for those who hear it.
    pub description: String,
    /// Its width in its own units.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The strokes, the lowest first.
    pub shapes: Vec<Shape>,
}

impl Drawing {
    /// An empty drawing; characters that an id may not have are left out of it.
    pub fn new(id: &str, title: &str, description: &str, width: f64, height: f64) -> Drawing {
        let id = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let (title, description) = (title.to_owned(), description.to_owned());
        Drawing { id, title, description, width, height, shapes: Vec::new() }
    }

    /// A line through points.
    pub fn line(&mut self, points: Vec<Point>, ink: Ink, width: f64) {
        self.shapes.push(Shape::Line { points, ink, width });
    }

    /// The area between an upper and a lower edge.
    pub fn area(&mut self, upper: &[Point], lower: &[Point], ink: Ink, opacity: f64) {
        let points = upper.iter().chain(lower.iter().rev()).copied().collect();
        self.shapes.push(Shape::Area { points, ink, opacity });
    }

    /// A bar; a negative size is drawn as nothing.
    pub fn bar(&mut self, at: Point, size: (f64, f64), ink: Ink, tip: String) {
        self.shapes.push(Shape::Bar { at, size: (size.0.max(0.0), size.1.max(0.0)), ink, tip });
    }

    /// A dot.
    pub fn dot(&mut self, at: Point, radius: f64, ink: Ink, tip: String) {
        self.shapes.push(Shape::Dot { at, radius, ink, tip });
    }

    /// Words.
    pub fn words(&mut self, at: Point, anchor: Anchor, size: f64, ink: Ink, words: &str) {
        let words = words.to_owned();
        self.shapes.push(Shape::Words { at, anchor, size, heavy: false, ink, words });
    }

    /// Heavy words.
    pub fn heading(&mut self, at: Point, size: f64, words: &str) {
        let words = words.to_owned();
        let (anchor, ink) = (Anchor::Start, Ink::Text);
        self.shapes.push(Shape::Words { at, anchor, size, heavy: true, ink, words });
    }
}
