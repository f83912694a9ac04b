//! A drawing of how seconds and cost grow with the city.

use std::fmt::Write as _;

use anyhow::Context;

use super::Outcome;
use crate::repository;

/// Where the drawing is kept.
const FILE: &str = "bench/results/city.svg";
/// The size of the drawing and of the margin around the axes.
const SIZE: (f64, f64) = (640.0, 400.0);
const MARGIN: f64 = 56.0;

/// Draws the outcomes into the folder of results.
pub(super) fn keep(outcomes: &[Outcome]) -> anyhow::Result<()> {
    std::fs::write(repository::root().join(FILE), draw(outcomes)?)
        .with_context(|| format!("cannot write {FILE}"))?;
    println!("wrote {FILE}");
    Ok(())
}

fn draw(outcomes: &[Outcome]) -> Result<String, std::fmt::Error> {
    let most = |of: fn(&Outcome) -> f64| outcomes.iter().map(of).fold(1.0, f64::max);
    let visits = most(|outcome| outcome.visits as f64);
    let x = |value: f64| MARGIN + (SIZE.0 - 2.0 * MARGIN) * value / visits;
    let y = |share: f64| SIZE.1 - MARGIN - (SIZE.1 - 2.0 * MARGIN) * share;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Seconds and cost of a city's plan by visits</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        SIZE.0, SIZE.1
    );
    let (left, bottom, right, top) = (MARGIN, SIZE.1 - MARGIN, SIZE.0 - MARGIN, MARGIN);
    writeln!(svg, "<path d=\"M{left} {top}V{bottom}H{right}\" fill=\"none\" stroke=\"#444\"/>")?;
    // What is in proportion to the visits lies on this line.
    writeln!(svg, "<path d=\"M{left} {bottom}L{right} {top}\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>")?;
    for (index, (name, unit, of, colour)) in series().into_iter().enumerate() {
        let top_value = most(of);
        let mut path = String::new();
        for (step, outcome) in outcomes.iter().enumerate() {
            let (across, up) = (x(outcome.visits as f64), y(of(outcome) / top_value));
            write!(path, "{}{across:.1} {up:.1}", if step == 0 { "M" } else { "L" })?;
            writeln!(svg, "<circle cx=\"{across:.1}\" cy=\"{up:.1}\" r=\"4\" fill=\"{colour}\"/>")?;
        }
        writeln!(svg, "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>")?;
        let line = MARGIN + 18.0 * index as f64;
        writeln!(
            svg,
            "<text x=\"{}\" y=\"{line}\" fill=\"{colour}\">{name}, up to {top_value:.0} {unit}</text>",
            left + 12.0
        )?;
    }
    for outcome in outcomes {
        let across = x(outcome.visits as f64);
        // The smallest cities lie too close together to be named one by one.
        if outcome.visits >= 500 {
            writeln!(
                svg,
                "<text x=\"{across:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                bottom + 18.0,
                outcome.visits
            )?;
        }
    }
    writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">visits</text>",
        SIZE.0 / 2.0,
        bottom + 38.0
    )?;
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// Name, unit, value and colour of each line.
type Series = (&'static str, &'static str, fn(&Outcome) -> f64, &'static str);

fn series() -> [Series; 3] {
    [
        ("seconds", "s", |outcome| outcome.seconds, "#0067c5"),
        ("cost", "", |outcome| outcome.cost, "#c30000"),
        ("memory", "MiB", |outcome| outcome.mebibytes, "#06893a"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_city_is_a_point_on_every_line() {
        let outcome = |visits| Outcome { visits, seconds: 12.0, mebibytes: 90.0, cost: visits as f64 };
        let svg = draw(&[outcome(100), outcome(1000)]).unwrap();
        assert_eq!(svg.matches("<circle").count(), 6);
        assert!(svg.contains("cost, up to 1000"), "{svg}");
    }
}
