//! A drawing of lines over an axis, as SVG.

use std::fmt::{Error, Write as _};

use anyhow::Context;

use crate::repository;

/// The size of a drawing and of the margin around its axes.
const SIZE: (f64, f64) = (640.0, 400.0);
const MARGIN: f64 = 56.0;

/// Colours that are told apart on white, also by those who do not tell red from green.
pub(crate) const BLUE: &str = "#0067c5";
pub(crate) const RED: &str = "#c30000";
pub(crate) const GREEN: &str = "#06893a";

/// One line. Each has a height of its own, since lines may have different units.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// What stands beside it.
    pub(crate) name: String,
    pub(crate) colour: &'static str,
    /// The value that reaches to the top.
    pub(crate) top: f64,
    /// Across and up.
    pub(crate) points: Vec<(f64, f64)>,
    /// Whether each point is shown; not where there are hundreds.
    pub(crate) dots: bool,
}

/// Lines over one axis.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawing {
    pub(crate) title: String,
    /// What the axis across counts, and how far it reaches.
    pub(crate) across: String,
    pub(crate) across_most: f64,
    /// The values that are named on it.
    pub(crate) across_marks: Vec<f64>,
    /// The values that are named on the axis up, as shares of the height and in words.
    pub(crate) up_marks: Vec<(f64, String)>,
    /// Whether to show the line of what grows in proportion.
    pub(crate) proportion: bool,
    pub(crate) lines: Vec<Line>,
}

impl Drawing {
    /// Writes it into a file of the repository.
    pub(crate) fn keep(&self, file: &str) -> anyhow::Result<()> {
        std::fs::write(repository::root().join(file), self.draw()?)
            .with_context(|| format!("cannot write {file}"))?;
        println!("wrote {file}");
        Ok(())
    }

    /// The drawing.
    pub(crate) fn draw(&self) -> Result<String, Error> {
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            SIZE.0, SIZE.1, self.title
        );
        self.axes(&mut svg)?;
        for (index, line) in self.lines.iter().enumerate() {
            self.line(&mut svg, index, line)?;
        }
        svg.push_str("</svg>\n");
        Ok(svg)
    }

    fn x(&self, value: f64) -> f64 {
        MARGIN + (SIZE.0 - 2.0 * MARGIN) * value / self.across_most
    }

    fn axes(&self, svg: &mut String) -> Result<(), Error> {
        let (left, bottom, right, top) = (MARGIN, SIZE.1 - MARGIN, SIZE.0 - MARGIN, MARGIN);
        writeln!(svg, "<path d=\"M{left} {top}V{bottom}H{right}\" fill=\"none\" stroke=\"#444\"/>")?;
        if self.proportion {
            writeln!(
                svg,
                "<path d=\"M{left} {bottom}L{right} {top}\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>"
            )?;
        }
        for (share, words) in &self.up_marks {
            let up = y(*share);
            writeln!(svg, "<path d=\"M{left} {up:.1}H{right}\" stroke=\"#ddd\"/>")?;
            let (across, up) = (left - 6.0, up + 4.0);
            writeln!(svg, "<text x=\"{across}\" y=\"{up:.1}\" text-anchor=\"end\">{words}</text>")?;
        }
        let below = bottom + 18.0;
        for value in &self.across_marks {
            let across = self.x(*value);
            writeln!(svg, "<text x=\"{across:.1}\" y=\"{below}\" text-anchor=\"middle\">{value}</text>")?;
        }
        let (middle, below) = (SIZE.0 / 2.0, bottom + 38.0);
        writeln!(svg, "<text x=\"{middle}\" y=\"{below}\" text-anchor=\"middle\">{}</text>", self.across)
    }

    fn line(&self, svg: &mut String, index: usize, line: &Line) -> Result<(), Error> {
        let Line { name, colour, top, points, dots } = line;
        let mut path = String::new();
        for (step, (across, up)) in points.iter().enumerate() {
            let (across, up) = (self.x(*across), y(up / top));
            write!(path, "{}{across:.1} {up:.1}", if step == 0 { "M" } else { "L" })?;
            if *dots {
                writeln!(svg, "<circle cx=\"{across:.1}\" cy=\"{up:.1}\" r=\"4\" fill=\"{colour}\"/>")?;
            }
        }
        writeln!(svg, "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>")?;
        let (left, below) = (MARGIN + 12.0, MARGIN + 18.0 * index as f64);
        writeln!(svg, "<text x=\"{left}\" y=\"{below}\" fill=\"{colour}\">{name}</text>")
    }
}

fn y(share: f64) -> f64 {
    SIZE.1 - MARGIN - (SIZE.1 - 2.0 * MARGIN) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_runs_from_corner_to_corner_with_what_its_axes_say() {
        let line = Line {
            name: "memory, up to 200 MiB".to_owned(),
            colour: BLUE,
            top: 200.0,
            points: vec![(0.0, 0.0), (60.0, 200.0)],
            dots: false,
        };
        let drawing = Drawing {
            across: "minutes".to_owned(),
            across_most: 60.0,
            across_marks: vec![0.0, 60.0],
            up_marks: vec![(0.5, "100 MiB".to_owned())],
            lines: vec![line.clone(), Line { dots: true, ..line }],
            ..Drawing::default()
        };
        let svg = drawing.draw().unwrap();
        assert_eq!(svg.matches("d=\"M56.0 344.0L584.0 56.0\"").count(), 2, "{svg}");
        assert_eq!(svg.matches("<circle").count(), 2, "{svg}");
        assert_eq!(svg.matches("memory, up to 200 MiB").count(), 2, "{svg}");
        for part in [">minutes<", ">60<", "y=\"204.0\" text-anchor=\"end\">100 MiB<"] {
            assert!(svg.contains(part), "{part} lacks in {svg}");
        }
    }
}
