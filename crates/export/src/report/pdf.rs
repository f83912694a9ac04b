//! A report as tagged PDF, checked against PDF/UA-1 while it is written.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{Path, PathBuilder, Point as At, Rect, Transform},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, Stroke as Pen, StrokeDash},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope, Tag,
        TagGroup, TagTree,
    },
    text::{Font, GlyphId, KrillaGlyph},
};

use super::Report;
use super::layout::{Layout, Meaning, PAGE, Part, What, lay_out};
use crate::drawing::{Ink, Point, Shape, font, png::start_of};

/// Why no report could be written.
#[derive(Debug, thiserror::Error)]
#[error("the report could not be written as PDF: {0}")]
pub struct PdfError(String);

fn broken(what: impl std::fmt::Debug) -> PdfError {
    PdfError(format!("{what:?}"))
}

/// The letters of a report.
struct Fonts {
    regular: Font,
    heavy: Font,
}

/// The bytes of a PDF file.
pub fn to_pdf(report: &Report) -> Result<Vec<u8>, PdfError> {
    let layout = lay_out(report);
    let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0).ok_or_else(|| broken("the shipped font"));
    let fonts = Fonts { regular: font(font::REGULAR)?, heavy: font(font::HEAVY)? };
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(broken)?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut painted = BTreeMap::new();
    for page in 0..layout.pages {
        // A4 is a size, so settings are always made.
        let settings = PageSettings::from_wh(PAGE.0 as f32, PAGE.1 as f32).ok_or_else(|| broken("A4"))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for (number, stroke) in layout.strokes.iter().enumerate().filter(|(_, stroke)| stroke.page == page) {
            let tag = match (stroke.meant, &stroke.what) {
                (false, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                (true, What::Words { .. }) => ContentTag::Span(SpanTag::empty()),
                (true, _) => ContentTag::Other,
            };
            let identifier = surface.start_tagged(tag);
            paint(&mut surface, &fonts, &stroke.what);
            surface.end_tagged();
            if stroke.meant {
                painted.insert(number, identifier);
            }
        }
        surface.finish();
        sheet.finish();
    }
    let language = report.language.tag().to_owned();
    let mut tree = TagTree::new().with_lang(Some(language.clone()));
    for &root in &layout.roots {
        tree.push(group(&layout, root, &mut painted));
    }
    document.set_tag_tree(tree);
    document.set_outline(outline(&layout));
    document.set_metadata(metadata(report, language));
    document.finish().map_err(broken)
}

fn metadata(report: &Report, language: String) -> Metadata {
    // Dates of a calendar fit.
    let made = DateTime::new(u16::try_from(report.made.year()).unwrap_or(0))
        .month(report.made.month().unsigned_abs())
        .day(report.made.day().unsigned_abs());
    Metadata::new()
        .title(report.title.clone())
        .description(report.subtitle.clone())
        .creator("Tryggve".to_owned())
        .language(language)
        .creation_date(made)
}

fn outline(layout: &Layout) -> Outline {
    let mut outline = Outline::new();
    for (page, y, words) in &layout.headings {
        let target = XyzDestination::new(*page, At::from_xy(0.0, *y as f32));
        outline.push_child(OutlineNode::new(words.clone(), target));
    }
    outline
}

/// A piece with everything in it; each stroke is taken out as it is placed, since it may stand only once.
fn group(layout: &Layout, number: usize, painted: &mut BTreeMap<usize, Identifier>) -> Node {
    let piece = &layout.pieces[number];
    let words = || Some(piece.instead.clone());
    let heading = |level| Tag::Hn(NonZeroU16::MIN.saturating_add(level), words());
    let mut group = match piece.meaning {
        Meaning::Title => TagGroup::new(heading(0)),
        Meaning::Heading => TagGroup::new(heading(1)),
        Meaning::Paragraph => TagGroup::new(Tag::P),
        Meaning::Figure => TagGroup::new(Tag::Figure(words())),
        Meaning::List => TagGroup::new(Tag::L(ListNumbering::None)),
        Meaning::Item => TagGroup::new(Tag::LBody),
        Meaning::Table => TagGroup::new(Tag::Table),
        Meaning::TableRow => TagGroup::new(Tag::TR),
        Meaning::HeadingCell { of_row: true } => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
        Meaning::HeadingCell { of_row: false } => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
        Meaning::Cell => TagGroup::new(Tag::TD),
        Meaning::Caption => TagGroup::new(Tag::Caption),
    };
    for part in &piece.parts {
        match part {
            Part::Piece(number) => group.push(self::group(layout, *number, painted)),
            Part::Stroke(number) => {
                if let Some(identifier) = painted.remove(number) {
                    group.push(identifier);
                }
            }
        }
    }
    if piece.meaning == Meaning::Item {
        let mut item = TagGroup::new(Tag::LI);
        item.push(group);
        return item.into();
    }
    group.into()
}

fn paint(surface: &mut Surface<'_>, fonts: &Fonts, what: &What) {
    match what {
        What::Words { at, size, heavy, ink, words } => {
            paint_words(surface, fonts, *at, *size, *heavy, *ink, words);
        }
        What::Rule { from, to, ink } => {
            stroke(surface, &[*from, (*to, from.1)], *ink, 0.6, 1.0);
        }
        What::Drawing { at, scale, drawing } => {
            let (x, y, scale) = (at.0 as f32, at.1 as f32, *scale as f32);
            surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x, y));
            for shape in &drawing.shapes {
                paint_shape(surface, fonts, shape);
            }
            surface.pop();
        }
    }
}

fn paint_shape(surface: &mut Surface<'_>, fonts: &Fonts, shape: &Shape) {
    match shape {
        Shape::Line { points, ink, width } => stroke(surface, points, *ink, *width, 1.0),
        Shape::Area { points, ink, opacity } => fill(surface, through(points, true), *ink, *opacity),
        Shape::Bar { at, size, ink, .. } => {
            let side = |value: f64| value as f32;
            let rect = Rect::from_xywh(side(at.0), side(at.1), side(size.0), side(size.1));
            let path = rect.and_then(|rect| {
                let mut path = PathBuilder::new();
                path.push_rect(rect);
                path.finish()
            });
            fill(surface, path, *ink, 1.0);
        }
        Shape::Dot { at, radius, ink, .. } => {
            const CORNERS: u32 = 24;
            let corner = |number: u32| {
                let (sine, cosine) =
                    (f64::from(number) / f64::from(CORNERS) * std::f64::consts::TAU).sin_cos();
                (at.0 + radius * cosine, at.1 + radius * sine)
            };
            let corners: Vec<Point> = (0..CORNERS).map(corner).collect();
            fill(surface, through(&corners, true), *ink, 1.0);
        }
        Shape::Words { at, anchor, size, heavy, ink, words } => {
            let start = start_of(*at, *anchor, font::width(words, *size, *heavy));
            paint_words(surface, fonts, start, *size, *heavy, *ink, words);
        }
    }
}

fn paint_words(
    surface: &mut Surface<'_>,
    fonts: &Fonts,
    at: Point,
    size: f64,
    heavy: bool,
    ink: Ink,
    words: &str,
) {
    let glyphs: Vec<KrillaGlyph> = font::letters(words, heavy)
        .into_iter()
        .map(|letter| KrillaGlyph {
            glyph_id: GlyphId::new(letter.glyph),
            text_range: letter.start..letter.end,
            x_advance: letter.advance as f32,
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        })
        .collect();
    let face = if heavy { &fonts.heavy } else { &fonts.regular };
    surface.set_stroke(None);
    surface.set_fill(Some(filled(ink, 1.0)));
    let start = At::from_xy(at.0 as f32, at.1 as f32);
    surface.draw_glyphs(start, &glyphs, face.clone(), words, size as f32, false);
}

fn colour(ink: Ink) -> rgb::Color {
    let [_, red, green, blue] = ink.colour().to_be_bytes();
    rgb::Color::new(red, green, blue)
}

fn filled(ink: Ink, opacity: f64) -> Fill {
    let opacity = NormalizedF32::new(opacity as f32).unwrap_or(NormalizedF32::ONE);
    Fill { paint: colour(ink).into(), opacity, ..Fill::default() }
}

fn fill(surface: &mut Surface<'_>, path: Option<Path>, ink: Ink, opacity: f64) {
    let Some(path) = path else { return };
    surface.set_stroke(None);
    surface.set_fill(Some(filled(ink, opacity)));
    surface.draw_path(&path);
}

fn stroke(surface: &mut Surface<'_>, points: &[Point], ink: Ink, width: f64, opacity: f32) {
    let Some(path) = through(points, false) else { return };
    let dashes = ink.dashes();
    surface.set_fill(None);
    surface.set_stroke(Some(Pen {
        paint: colour(ink).into(),
        width: width as f32,
        opacity: NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE),
        dash: (!dashes.is_empty()).then(|| StrokeDash { array: dashes.to_vec(), offset: 0.0 }),
        ..Pen::default()
    }));
    surface.draw_path(&path);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::{Anchor, Drawing};
    use crate::report::Block;
    use crate::table::{Cell, Table};
    use base::Language;

    fn report(rows: i32) -> Report {
        let mut drawing = Drawing::new("x", "Hemtjänst", "Från 1 till 2.", 100.0, 40.0);
        drawing.words((1.0, 12.0), Anchor::Start, 12.0, Ink::Series(1), "ÅÄÖ");
        drawing.line(vec![(1.0, 1.0), (50.0, 30.0)], Ink::Series(1), 2.0);
        drawing.bar((1.0, 1.0), (0.0, 9.0), Ink::Supply, String::new());
        drawing.dot((9.0, 9.0), 3.0, Ink::Text, String::new());
        let table = Table {
            name: "t".to_owned(),
            title: "Tabell".to_owned(),
            headings: vec!["år".to_owned(), "personer".to_owned()],
            rows: (0..rows).map(|row| vec![Cell::Year(2026 + row), Cell::count(12.5)]).collect(),
            notes: vec!["SCB 2025-12-31".to_owned()],
        };
        Report {
            title: "Prognos".to_owned(),
            subtitle: "Riket".to_owned(),
            foot: "Tryggve".to_owned(),
            language: Language::Swedish,
            made: "2026-11-22".parse().unwrap(),
            blocks: vec![
                Block::Heading("Behov".to_owned()),
                Block::Paragraph("Så här många.".to_owned()),
                Block::List(vec!["ett".to_owned(), "två".to_owned()]),
                Block::Facts(vec![("fler".to_owned(), "1 000".to_owned())]),
                Block::Chart(drawing),
                Block::NewPage,
                Block::Table(table),
            ],
        }
    }

    /// What the writer finds against PDF/UA-1 is an error, so a report that is written has passed.
    #[test]
    fn a_report_is_tagged_and_runs_over_pages() {
        for (rows, pages) in [(3, 2), (120, 4)] {
            let report = report(rows);
            assert_eq!(lay_out(&report).pages, pages, "{rows} rows");
            let bytes = to_pdf(&report).unwrap();
            let holds = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
            assert!(bytes.starts_with(b"%PDF-1.7") && holds(b"/MarkInfo") && holds(b"/StructTreeRoot"));
            assert!(holds(b"pdfuaid"), "it says what it was checked against");
        }
    }
}
