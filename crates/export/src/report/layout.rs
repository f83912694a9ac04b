//! Where everything stands on the pages of a report, and what each piece means to those who hear it.

use super::{Block, Report};
use crate::drawing::{Anchor, Drawing, Ink, Point, font, png::start_of};
use crate::table::Table;

/// A4 in points.
pub(super) const PAGE: (f64, f64) = (595.28, 841.89);
/// Room around the words.
const MARGIN: f64 = 54.0;
/// The width of everything.
const WIDE: f64 = PAGE.0 - 2.0 * MARGIN;
/// The lowest that words stand.
const LOWEST: f64 = PAGE.1 - 66.0;
/// The height of letters in sentences.
const BODY: f64 = 10.0;
/// The height of letters in tables, and the least they are shrunk to.
const CELL: (f64, f64) = (8.0, 6.5);
/// Room at either side of a cell.
const CELL_SIDE: f64 = 4.0;
/// The least width of a column before its words are broken.
const COLUMN_MIN: f64 = 44.0;
/// Lines are so many times as high as their letters.
const LEADING: f64 = 1.42;

/// What a piece of the report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Title,
    Heading,
    Paragraph,
    Figure,
    List,
    Item,
    Table,
    TableRow,
    HeadingCell { of_row: bool },
    Cell,
    Caption,
}

/// A piece of the report with the pieces in it.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) meaning: Meaning,
    /// What those who hear it are told: of a figure instead of it, of a heading as its name.
    pub(super) instead: String,
    pub(super) parts: Vec<Part>,
}

/// What is in a piece.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    /// The piece of this number.
    Piece(usize),
    /// The stroke of this number.
    Stroke(usize),
}

/// Something that is painted.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// Words from a place.
    Words { at: Point, size: f64, heavy: bool, ink: Ink, words: String },
    /// A thin line across.
    Rule { from: Point, to: f64, ink: Ink },
    /// A drawing, its top left corner and how large it is.
    Drawing { at: Point, scale: f64, drawing: Drawing },
}

/// Something that is painted on a page; without a number it means nothing and is passed over by those who listen.
#[derive(Debug, Clone)]
pub(super) struct Stroke {
    pub(super) page: usize,
    pub(super) meant: bool,
    pub(super) what: What,
}

/// The report laid out.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) pages: usize,
    pub(super) strokes: Vec<Stroke>,
    pub(super) pieces: Vec<Piece>,
    /// The pieces that stand in no other, in reading order.
    pub(super) roots: Vec<usize>,
    /// Page, height and words of every heading.
    pub(super) headings: Vec<(usize, f64, String)>,
    y: f64,
}

/// Lays out a report.
pub(super) fn lay_out(report: &Report) -> Layout {
    let mut layout = Layout { pages: 1, y: MARGIN + 18.0, ..Layout::default() };
    let title = layout.root(Meaning::Title, &report.title);
    layout.headings.push((0, 0.0, report.title.clone()));
    layout.sentences(title, &report.title, 20.0, true, Ink::Text);
    layout.y += 2.0;
    let subtitle = layout.root(Meaning::Paragraph, "");
    layout.sentences(subtitle, &report.subtitle, 11.0, false, Ink::Faint);
    layout.y += 8.0;
    for block in &report.blocks {
        layout.block(block, report);
    }
    layout.feet(report);
    layout
}

impl Layout {
    fn root(&mut self, meaning: Meaning, instead: &str) -> usize {
        let number = self.piece(meaning, instead);
        self.roots.push(number);
        number
    }

    fn piece(&mut self, meaning: Meaning, instead: &str) -> usize {
        self.pieces.push(Piece { meaning, instead: instead.to_owned(), parts: Vec::new() });
        self.pieces.len() - 1
    }

    fn piece_in(&mut self, outer: usize, meaning: Meaning) -> usize {
        let number = self.piece(meaning, "");
        self.pieces[outer].parts.push(Part::Piece(number));
        number
    }

    fn paint(&mut self, piece: Option<usize>, what: What) {
        let page = self.pages - 1;
        self.strokes.push(Stroke { page, meant: piece.is_some(), what });
        if let Some(piece) = piece {
            self.pieces[piece].parts.push(Part::Stroke(self.strokes.len() - 1));
        }
    }

    fn new_page(&mut self) {
        self.pages += 1;
        self.y = MARGIN + 10.0;
    }

    /// A new page unless so much room is left.
    fn need(&mut self, height: f64) {
        if self.y + height > LOWEST {
            self.new_page();
        }
    }

    /// Sentences over as many lines as they need.
    fn sentences(&mut self, piece: usize, words: &str, size: f64, heavy: bool, ink: Ink) {
        for line in broken(words, size, heavy, WIDE) {
            self.need(size * LEADING);
            let at = (MARGIN, self.y);
            self.paint(Some(piece), What::Words { at, size, heavy, ink, words: line });
            self.y += size * LEADING;
        }
    }

    fn block(&mut self, block: &Block, report: &Report) {
        match block {
            Block::NewPage => self.new_page(),
            Block::Heading(words) => {
                self.y += 12.0;
                self.need(90.0);
                self.headings.push((self.pages - 1, self.y - 14.0, words.clone()));
                let piece = self.root(Meaning::Heading, words);
                self.sentences(piece, words, 14.0, true, Ink::Text);
                self.y += 3.0;
            }
            Block::Paragraph(words) => {
                let piece = self.root(Meaning::Paragraph, "");
                self.sentences(piece, words, BODY, false, Ink::Text);
                self.y += 5.0;
            }
            Block::List(items) => self.list(items),
            Block::Facts(facts) => self.facts(facts),
            Block::Chart(drawing) => self.chart(drawing),
            Block::Table(table) => self.table(table, report),
        }
    }

    fn list(&mut self, items: &[String]) {
        let list = self.root(Meaning::List, "");
        for item in items {
            let piece = self.piece_in(list, Meaning::Item);
            for (row, line) in broken(item, BODY, false, WIDE - 14.0).into_iter().enumerate() {
                self.need(BODY * LEADING);
                if row == 0 {
                    let words = "–".to_owned();
                    let what = What::Words {
                        at: (MARGIN, self.y),
                        size: BODY,
                        heavy: false,
                        ink: Ink::Faint,
                        words,
                    };
                    self.paint(None, what);
                }
                let at = (MARGIN + 14.0, self.y);
                let what = What::Words { at, size: BODY, heavy: false, ink: Ink::Text, words: line };
                self.paint(Some(piece), what);
                self.y += BODY * LEADING;
            }
        }
        self.y += 5.0;
    }

    /// Figures in large letters, up to three on a row.
    fn facts(&mut self, facts: &[(String, String)]) {
        const ON_A_ROW: usize = 3;
        let column = WIDE / ON_A_ROW as f64;
        for row in facts.chunks(ON_A_ROW) {
            let names: Vec<Vec<String>> =
                row.iter().map(|(name, _)| broken(name, 9.0, false, column - 12.0)).collect();
            let lines = names.iter().map(Vec::len).max().unwrap_or(0);
            self.need(30.0 + 13.0 * lines as f64);
            let top = self.y + 10.0;
            for (place, ((_, value), name)) in row.iter().zip(&names).enumerate() {
                let left = MARGIN + column * place as f64;
                let piece = self.root(Meaning::Paragraph, "");
                for (line, words) in name.iter().enumerate() {
                    let at = (left, top + 22.0 + 13.0 * line as f64 - 2.0);
                    let what =
                        What::Words { at, size: 9.0, heavy: false, ink: Ink::Faint, words: words.clone() };
                    self.paint(Some(piece), what);
                }
                let what = What::Words {
                    at: (left, top + 4.0),
                    size: 17.0,
                    heavy: true,
                    ink: Ink::Text,
                    words: value.clone(),
                };
                self.paint(Some(piece), what);
            }
            self.y = top + 22.0 + 13.0 * lines as f64 + 6.0;
        }
    }

    fn chart(&mut self, drawing: &Drawing) {
        let scale = WIDE / drawing.width;
        let height = drawing.height * scale;
        self.need(height + 8.0);
        let words = format!("{}. {}", drawing.title, drawing.description);
        let piece = self.root(Meaning::Figure, &words);
        let at = (MARGIN, self.y - 8.0);
        self.paint(Some(piece), What::Drawing { at, scale, drawing: drawing.clone() });
        self.y += height + 8.0;
    }

    fn table(&mut self, table: &Table, report: &Report) {
        let cells: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.show(report.language)).collect())
            .collect();
        let (size, widths) = column_widths(&table.headings, &cells);
        self.need(70.0);
        let outer = self.root(Meaning::Table, "");
        let caption = self.piece_in(outer, Meaning::Caption);
        self.sentences(caption, &table.title, BODY, true, Ink::Text);
        let numbers: Vec<bool> = (0..table.headings.len())
            .map(|column| table.rows.iter().any(|row| row.get(column).is_some_and(|cell| cell.is_number())))
            .collect();
        let row = Row { size, widths: &widths, numbers: &numbers };
        self.row(&row, &table.headings, Some((outer, true)), None);
        for cells in &cells {
            self.row(&row, cells, Some((outer, false)), Some(&table.headings));
        }
        self.y += 5.0;
        for note in &table.notes {
            let piece = self.root(Meaning::Paragraph, "");
            self.sentences(piece, note, 8.0, false, Ink::Faint);
        }
        self.y += 10.0;
    }

    /// A row of a table. On a new page the headings are painted again, for those who see only.
    fn row(
        &mut self,
        row: &Row<'_>,
        cells: &[String],
        meant: Option<(usize, bool)>,
        headings: Option<&[String]>,
    ) {
        let heavy = headings.is_none();
        let broken: Vec<Vec<String>> = cells
            .iter()
            .zip(row.widths)
            .map(|(cell, wide)| broken(cell, row.size, heavy, wide - 2.0 * CELL_SIDE))
            .collect();
        let lines = broken.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let line_height = row.size * 1.3;
        let height = line_height * lines as f64 + 5.0;
        if self.y + height > LOWEST {
            self.new_page();
            if let Some(headings) = headings {
                self.row(row, headings, None, None);
            }
        }
        let outer = meant.map(|(table, _)| self.piece_in(table, Meaning::TableRow));
        let mut left = MARGIN;
        for (column, (lines, wide)) in broken.iter().zip(row.widths).enumerate() {
            let meaning = match (meant, column) {
                (Some((_, true)), _) => Meaning::HeadingCell { of_row: false },
                (_, 0) => Meaning::HeadingCell { of_row: true },
                _ => Meaning::Cell,
            };
            let piece = outer.map(|outer| self.piece_in(outer, meaning));
            for (line, words) in lines.iter().enumerate() {
                let y = self.y + line_height * line as f64;
                let (anchor, x) = match row.numbers.get(column) {
                    Some(true) => (Anchor::End, left + wide - CELL_SIDE),
                    _ => (Anchor::Start, left + CELL_SIDE),
                };
                let at = start_of((x, y), anchor, font::width(words, row.size, heavy));
                let what = What::Words { at, size: row.size, heavy, ink: Ink::Text, words: words.clone() };
                self.paint(piece, what);
            }
            left += wide;
        }
        self.y += height;
        let y = self.y - row.size - 1.5;
        let ink = if heavy { Ink::Axis } else { Ink::Grid };
        self.paint(None, What::Rule { from: (MARGIN, y), to: left, ink });
    }

    fn feet(&mut self, report: &Report) {
        for page in 0..self.pages {
            let y = PAGE.1 - 34.0;
            let number = format!("{} / {}", page + 1, self.pages);
            let at = start_of((PAGE.0 - MARGIN, y), Anchor::End, font::width(&number, 8.0, false));
            for (at, words) in [((MARGIN, y), report.foot.clone()), (at, number)] {
                let what = What::Words { at, size: 8.0, heavy: false, ink: Ink::Faint, words };
                self.strokes.push(Stroke { page, meant: false, what });
            }
        }
    }
}

/// What the rows of a table share.
struct Row<'a> {
    size: f64,
    widths: &'a [f64],
    numbers: &'a [bool],
}

/// The height of letters, and the width of each column: what its words need, the widest made narrower until all fit.
fn column_widths(headings: &[String], rows: &[Vec<String>]) -> (f64, Vec<f64>) {
    let longest_word = |words: &str, size: f64, heavy: bool| {
        words.split(' ').map(|word| font::width(word, size, heavy)).fold(0.0, f64::max)
    };
    let natural = |size: f64| -> Vec<f64> {
        headings
            .iter()
            .enumerate()
            .map(|(column, heading)| {
                rows.iter()
                    .filter_map(|row| row.get(column))
                    .map(|cell| font::width(cell, size, false))
                    .fold(longest_word(heading, size, true), f64::max)
                    + 2.0 * CELL_SIDE
                    + 0.5
            })
            .collect()
    };
    let mut size = CELL.0;
    let mut widths = natural(size);
    while widths.iter().sum::<f64>() > WIDE && size > CELL.1 {
        size -= 0.5;
        widths = natural(size);
    }
    while widths.iter().sum::<f64>() > WIDE {
        let over = widths.iter().sum::<f64>() - WIDE;
        let widest = widths.iter().copied().fold(0.0, f64::max);
        let second = widths.iter().copied().filter(|wide| *wide < widest).fold(COLUMN_MIN, f64::max);
        let count = widths.iter().filter(|wide| **wide == widest).count().max(1) as f64;
        let narrower = second.max(widest - over / count);
        if narrower >= widest {
            break;
        }
        widths.iter_mut().filter(|wide| **wide == widest).for_each(|wide| *wide = narrower);
    }
    (size, widths)
}

/// Words over lines that are no wider than `wide`; a single longer word keeps its line.
fn broken(words: &str, size: f64, heavy: bool, wide: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if font::width(&format!("{line} {word}"), size, heavy) <= wide => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The words in every cell of a report's tables as they are painted, headings first.
#[cfg(test)]
pub(crate) fn painted_rows(report: &Report) -> Vec<Vec<String>> {
    let layout = lay_out(report);
    let words = |piece: usize| -> String {
        let strokes = layout.pieces[piece].parts.iter().filter_map(|part| match part {
            Part::Stroke(stroke) => Some(&layout.strokes[*stroke].what),
            Part::Piece(_) => None,
        });
        let lines = strokes.filter_map(|what| match what {
            What::Words { words, .. } => Some(words.as_str()),
            What::Rule { .. } | What::Drawing { .. } => None,
        });
        lines.collect::<Vec<_>>().join(" ")
    };
    let rows = layout.pieces.iter().filter(|piece| piece.meaning == Meaning::TableRow);
    rows.map(|row| {
        let cells = row.parts.iter().filter_map(|part| match part {
            Part::Piece(cell) => Some(words(*cell)),
            Part::Stroke(_) => None,
        });
        cells.collect()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_break_where_they_must_and_columns_fit_the_page() {
        let lines = broken("ett två tre fyra fem", 10.0, false, 45.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| font::width(line, 10.0, false) <= 45.0));
        assert_eq!(lines.join(" "), "ett två tre fyra fem");
        let headings = ["a", "b", "c"].map(str::to_owned).to_vec();
        let rows = vec![vec!["kort".to_owned(), "ord ".repeat(200), "x ".repeat(100)]];
        let (_, widths) = column_widths(&headings, &rows);
        assert!(widths.iter().sum::<f64>() <= WIDE + 0.01, "{widths:?}");
    }
}
