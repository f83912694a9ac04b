//! What all charts share: the two shapes of a chart, axes with round ticks, and the names of lines.

use base::language::Language;
use housing::group::show_count;

use crate::drawing::{Anchor, Drawing, Ink, Point, font::width};

/// What a chart is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Wide, with names at the ends of lines: files and print.
    Print,
    /// Narrow, with names below: a page, also on a phone.
    Page,
}

impl Layout {
    /// Width of every chart in its own units.
    pub(super) const fn width(self) -> f64 {
        match self {
            Layout::Print => 760.0,
            Layout::Page => 400.0,
        }
    }

    /// Height of every chart in its own units.
    pub(super) const fn height(self) -> f64 {
        match self {
            Layout::Print => 420.0,
            Layout::Page => 350.0,
        }
    }

    /// The height of letters on axes and beside lines.
    pub(super) const fn letters(self) -> f64 {
        match self {
            Layout::Print => 12.0,
            Layout::Page => 14.0,
        }
    }

    /// An empty chart with its title above; on a page the title stands above the drawing already.
    pub(super) fn begin(self, id: &str, title: &str, description: &str) -> Drawing {
        let mut drawing = Drawing::new(id, title, description, self.width(), self.height());
        if self == Layout::Print {
            drawing.heading((16.0, 26.0), 16.0, title);
        }
        drawing
    }
}

/// Where a plot's corner stands and how values become places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    pub(super) layout: Layout,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) first_year: i32,
    pub(super) last_year: i32,
    pub(super) largest: f64,
}

impl Plot {
    /// A plot of years against values from nought to a round number above `largest`, with room for `names` of lines.
    pub(super) fn new(layout: Layout, names: usize, years: (i32, i32), largest: f64) -> Plot {
        let (left, right, top, bottom) = match layout {
            Layout::Print => (78.0, layout.width() - 165.0, 52.0, layout.height() - 44.0),
            // Names are few, so the conversion is exact.
            Layout::Page => (76.0, layout.width() - 20.0, 30.0, layout.height() - 36.0 - 20.0 * names as f64),
        };
        let (first_year, last_year) = (years.0, years.1.max(years.0 + 1));
        Plot { layout, left, right, top, bottom, first_year, last_year, largest: ceiling(largest) }
    }

    pub(super) fn x(&self, year: i32) -> f64 {
        let share = f64::from(year - self.first_year) / f64::from(self.last_year - self.first_year);
        self.left + share * (self.right - self.left)
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        self.bottom - (value / self.largest).clamp(-0.05, 1.05) * (self.bottom - self.top)
    }

    /// Where a year and a value meet.
    pub(super) fn at(&self, year: i32, value: f64) -> Point {
        (self.x(year), self.y(value))
    }

    /// Grid, axes, and their numbers.
    pub(super) fn frame(&self, drawing: &mut Drawing, unit: &str, language: Language) {
        let letters = self.layout.letters();
        let step = tick(self.largest);
        let mut value = 0.0;
        while value <= self.largest * 1.001 {
            let y = self.y(value);
            drawing.line(vec![(self.left, y), (self.right, y)], Ink::Grid, 1.0);
            let shown = show_count(value, language);
            drawing.words((self.left - 8.0, y + 4.0), Anchor::End, letters, Ink::Faint, &shown);
            value += step;
        }
        drawing.line(vec![(self.left, self.bottom), (self.right, self.bottom)], Ink::Axis, 1.2);
        let span = self.last_year - self.first_year;
        let every = match (self.layout, span) {
            (_, 31..) | (Layout::Page, 13..) => 10,
            (_, 13..) | (Layout::Page, 7..) => 5,
            (_, 7..) | (Layout::Page, 5..) => 2,
            _ => 1,
        };
        for year in (self.first_year..=self.last_year).filter(|year| year.rem_euclid(every) == 0) {
            let x = self.x(year);
            drawing.line(vec![(x, self.bottom), (x, self.bottom + 5.0)], Ink::Axis, 1.2);
            let at = (x, self.bottom + 7.0 + letters);
            drawing.words(at, Anchor::Middle, letters, Ink::Faint, &year.to_string());
        }
        let (at, anchor) = match self.layout {
            Layout::Print => ((self.left, self.top - 10.0), Anchor::Middle),
            Layout::Page => ((2.0, self.top - 14.0), Anchor::Start),
        };
        drawing.words(at, anchor, letters, Ink::Faint, unit);
    }

    /// A bar of what stands for each year, with its number as its tip.
    pub(super) fn bars(
        &self,
        drawing: &mut Drawing,
        supply: impl Iterator<Item = (i32, u32)>,
        language: Language,
    ) {
        let width = 0.7 * (self.right - self.left) / f64::from(self.last_year - self.first_year + 1);
        for (year, stands) in supply {
            let top = self.y(f64::from(stands));
            let tip = format!("{year}: {}", show_count(f64::from(stands), language));
            let left = (self.x(year) - width / 2.0).max(self.left);
            let right = (self.x(year) + width / 2.0).min(self.right);
            drawing.bar((left, top), (right - left, self.bottom - top), Ink::Supply, tip);
        }
    }

    /// A small remark above the plot, at the right.
    pub(super) fn remark(&self, drawing: &mut Drawing, words: &str) {
        let at = (self.right, if self.layout == Layout::Print { self.top - 10.0 } else { self.top - 14.0 });
        drawing.words(at, Anchor::End, self.layout.letters(), Ink::Faint, words);
    }

    /// The names of lines: series, last value, name. At the lines' right ends, moved apart where they would cover
    /// each other; on a page below, one on each row.
    pub(super) fn names(&self, drawing: &mut Drawing, ends: &[(usize, f64, String)]) {
        let letters = self.layout.letters();
        let mut sample = |x: f64, y: f64, series: usize, words: &str| {
            drawing.line(vec![(x, y), (x + 24.0, y)], Ink::Series(series), 2.5);
            let words = shortened(words, self.layout.width() - x - 32.0, letters);
            drawing.words((x + 30.0, y + 4.5), Anchor::Start, letters, Ink::Text, &words);
        };
        if self.layout == Layout::Page {
            let first = self.bottom + 7.0 + letters + 18.0;
            for (row, (series, _, words)) in ends.iter().enumerate() {
                // Names are few, so the conversion is exact.
                sample(self.left, first + 20.0 * row as f64, *series, words);
            }
            return;
        }
        let mut placed: Vec<(usize, f64, &str)> =
            ends.iter().map(|(series, value, words)| (*series, self.y(*value), words.as_str())).collect();
        placed.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut lowest = f64::NEG_INFINITY;
        for (series, y, words) in placed {
            let y = y.max(lowest + 16.0);
            lowest = y;
            sample(self.right + 6.0, y, series, words);
        }
    }
}

/// Words that fit, with a mark where some were left out; the whole name stands in the table.
fn shortened(words: &str, room: f64, letters: f64) -> String {
    if width(words, letters, false) <= room {
        return words.to_owned();
    }
    let ends = words.char_indices().map(|(end, _)| end).rev();
    ends.map(|end| format!("{}…", words[..end].trim_end()))
        .find(|kept| width(kept, letters, false) <= room)
        .unwrap_or_default()
}

/// The distance between ticks: 1, 2 or 5 times a power of ten, for about five ticks.
fn tick(largest: f64) -> f64 {
    let rough = largest.max(1.0) / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power >= rough).unwrap_or(10.0);
    step * power
}

fn ceiling(largest: f64) -> f64 {
    let step = tick(largest);
    ((largest / step).ceil() * step).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(tick(153_367.0), 50_000.0);
        assert_eq!(ceiling(153_367.0), 200_000.0);
        assert_eq!(tick(0.0), 0.2);
    }

    #[test]
    fn long_names_are_shortened_to_their_room() {
        assert_eq!(shortened("Huvud", 400.0, 12.0), "Huvud");
        let short = shortened("Fler bor kvar hemma med hjälp av teknik och anhöriga", 120.0, 12.0);
        assert!(short.ends_with('…') && width(&short, 12.0, false) <= 120.0, "{short}");
    }
}
