//! The strokes that all charts share: escaped text, axes with round ticks, lines and areas.

use base::language::Language;
use housing::group::show_count;

/// Width of every chart in its own units.
pub(super) const WIDTH: f64 = 760.0;
/// Height of every chart in its own units.
pub(super) const HEIGHT: f64 = 420.0;

/// Colours that keep their contrast on white and in grey print (Okabe and Ito 2008).
pub(super) const COLOURS: [&str; 4] = ["#0072b2", "#d55e00", "#007a59", "#6a3d9a"];
/// Dashes, so that lines differ without colour.
pub(super) const DASHES: [&str; 4] = ["", "8 4", "2 3", "10 3 2 3"];

/// A drawing under way.
pub(super) struct Svg {
    body: String,
    id: String,
    title: String,
    description: String,
}

impl Svg {
    /// Begins a drawing; `id` must be unique on a page and be made of letters, digits and hyphens.
    pub(super) fn new(id: &str, title: &str, description: &str) -> Svg {
        let id = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        Svg { body: String::new(), id, title: title.to_owned(), description: description.to_owned() }
    }

    /// A raw element; its texts must be escaped already.
    pub(super) fn raw(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.raw(&format!(r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#));
    }

    pub(super) fn text(&mut self, at: (f64, f64), anchor: &str, class: &str, words: &str) {
        let words = escape(words);
        self.raw(&format!(
            r#"<text class="{class}" x="{:.1}" y="{:.1}" text-anchor="{anchor}">{words}</text>"#,
            at.0, at.1
        ));
    }

    /// A line through points, in the style of its number.
    pub(super) fn path(&mut self, points: &[(f64, f64)], style: usize) {
        let (colour, dash) = (COLOURS[style % COLOURS.len()], DASHES[style % DASHES.len()]);
        let dash = if dash.is_empty() { String::new() } else { format!(r#" stroke-dasharray="{dash}""#) };
        let path = path_of(points, false);
        self.raw(&format!(r#"<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>"#));
    }

    /// The area between an upper and a lower edge.
    pub(super) fn area(&mut self, upper: &[(f64, f64)], lower: &[(f64, f64)], style: usize, opacity: f64) {
        let mut points = upper.to_vec();
        points.extend(lower.iter().rev());
        let (colour, path) = (COLOURS[style % COLOURS.len()], path_of(&points, true));
        self.raw(&format!(r#"<path d="{path}" fill="{colour}" fill-opacity="{opacity}" stroke="none"/>"#));
    }

    pub(super) fn bar(&mut self, at: (f64, f64), size: (f64, f64), style: usize, tip: &str) {
        let colour = COLOURS[style % COLOURS.len()];
        self.raw(&format!(
            r#"<rect x="{:.2}" y="{:.2}" width="{:.2}" height="{:.2}" fill="{colour}"><title>{}</title></rect>"#,
            at.0,
            at.1,
            size.0.max(0.0),
            size.1.max(0.0),
            escape(tip)
        ));
    }

    /// The whole element.
    pub(super) fn finish(self) -> String {
        let Svg { body, id, title, description } = self;
        let (title, description) = (escape(&title), escape(&description));
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-title {id}-desc" class="chart">
<title id="{id}-title">{title}</title>
<desc id="{id}-desc">{description}</desc>
<style>.chart text{{font:13px system-ui,sans-serif;fill:#1a1a1a}}.chart .head{{font-size:16px;font-weight:600}}.chart .tick{{font-size:12px;fill:#444}}.chart .grid{{stroke:#d0d0d0;stroke-width:1}}.chart .axis{{stroke:#555;stroke-width:1.2}}</style>
<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>
<text class="head" x="16" y="26">{title}</text>
{body}</svg>
"##
        )
    }
}

/// Where a plot's corner stands and how values become places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) first_year: i32,
    pub(super) last_year: i32,
    pub(super) largest: f64,
}

impl Plot {
    /// A plot of years against values from nought to a round number above `largest`.
    pub(super) fn new(years: (i32, i32), largest: f64) -> Plot {
        Plot {
            left: 78.0,
            right: WIDTH - 150.0,
            top: 52.0,
            bottom: HEIGHT - 44.0,
            first_year: years.0,
            last_year: years.1.max(years.0 + 1),
            largest: ceiling(largest),
        }
    }

    pub(super) fn x(&self, year: i32) -> f64 {
        let share = f64::from(year - self.first_year) / f64::from(self.last_year - self.first_year);
        self.left + share * (self.right - self.left)
    }

    pub(super) fn y(&self, value: f64) -> f64 {
        self.bottom - (value / self.largest).clamp(-0.05, 1.05) * (self.bottom - self.top)
    }

    /// Grid, axes, and their numbers.
    pub(super) fn frame(&self, svg: &mut Svg, unit: &str, language: Language) {
        let step = tick(self.largest);
        let mut value = 0.0;
        while value <= self.largest * 1.001 {
            svg.line((self.left, self.y(value)), (self.right, self.y(value)), "grid");
            svg.text((self.left - 8.0, self.y(value) + 4.0), "end", "tick", &show_count(value, language));
            value += step;
        }
        svg.line((self.left, self.bottom), (self.right, self.bottom), "axis");
        let span = self.last_year - self.first_year;
        let every = if span > 30 {
            10
        } else if span > 12 {
            5
        } else if span > 6 {
            2
        } else {
            1
        };
        for year in (self.first_year..=self.last_year).filter(|year| year.rem_euclid(every) == 0) {
            svg.line((self.x(year), self.bottom), (self.x(year), self.bottom + 5.0), "axis");
            svg.text((self.x(year), self.bottom + 19.0), "middle", "tick", &year.to_string());
        }
        svg.text((self.left, self.top - 10.0), "middle", "tick", unit);
    }

    /// Labels at the right ends of lines, moved apart where they would cover each other.
    pub(super) fn labels(&self, svg: &mut Svg, ends: &[(usize, f64, String)]) {
        let mut placed: Vec<(usize, f64, &str)> =
            ends.iter().map(|(style, value, words)| (*style, self.y(*value), words.as_str())).collect();
        placed.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut lowest = f64::NEG_INFINITY;
        for (style, y, words) in placed {
            let y = y.max(lowest + 16.0);
            lowest = y;
            let sample = format!(
                r#"<line x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" stroke="{}" stroke-width="2.5" stroke-dasharray="{}"/>"#,
                self.right + 6.0,
                y,
                self.right + 30.0,
                y,
                COLOURS[style % COLOURS.len()],
                DASHES[style % DASHES.len()]
            );
            svg.raw(&sample);
            svg.text((self.right + 34.0, y + 4.0), "start", "tick", words);
        }
    }
}

fn path_of(points: &[(f64, f64)], closed: bool) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        path.push_str(&format!("{}{x:.1} {y:.1}", if index == 0 { "M" } else { "L" }));
    }
    if closed {
        path.push('Z');
    }
    path
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

/// Text that may stand between tags and in attributes.
pub(super) fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_text_is_escaped() {
        assert_eq!(tick(153_367.0), 50_000.0);
        assert_eq!(ceiling(153_367.0), 200_000.0);
        assert_eq!(tick(0.0), 0.2);
        assert_eq!(escape("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }
}
