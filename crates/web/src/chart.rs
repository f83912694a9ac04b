//! Bars against a goal, drawn by the server as SVG. Told in words too: the same figures stand in a table.

use crate::text::Words;

/// The width of the drawing, in its own units.
const WIDTH: f64 = 720.0;
/// The height of the drawing.
const HEIGHT: f64 = 200.0;
/// Room at the left for the scale.
const LEFT: f64 = 48.0;
/// Room at the top for the marks of bars below the goal.
const TOP: f64 = 20.0;
/// Room at the bottom for the names of bars.
const BOTTOM: f64 = 28.0;
/// How many bars carry their name at most, so that names never overlap.
const NAMES_MAX: usize = 8;
/// The share of a bar's place that it fills.
const FILLED: f64 = 0.8;

/// One bar, in the units of the drawing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) width: String,
    pub(crate) height: String,
    /// The middle of the bar.
    pub(crate) middle: String,
    /// Where the mark of a bar below the goal stands.
    pub(crate) mark_y: String,
    /// Whether it lies below the goal.
    pub(crate) below: bool,
    /// What the pointer is told.
    pub(crate) told: String,
}

/// A line across with what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Across {
    pub(crate) y: String,
    pub(crate) text: String,
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chart {
    /// Names its title and description within the page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) left: f64,
    pub(crate) names_y: f64,
    pub(crate) bars: Vec<Bar>,
    /// Middle and text of the names that are shown.
    pub(crate) names: Vec<(String, String)>,
    pub(crate) scale: Vec<Across>,
    pub(crate) goal: Across,
}

/// What a chart tells, before it is drawn.
pub(crate) struct Plan<'a> {
    /// Names its title and description within the page.
    pub(crate) id: &'static str,
    pub(crate) title: &'a str,
    pub(crate) description: String,
    /// The figure that reaches to the top.
    pub(crate) highest: f64,
    /// The line that the bars are measured against.
    pub(crate) goal: f64,
    /// A name and its figure, or nothing for a gap.
    pub(crate) bars: &'a [(String, Option<f64>)],
}

/// Draws bars in per cent: a name and its per cent, or nothing for a gap.
pub(crate) fn draw(
    id: &'static str,
    words: Words,
    title: &str,
    goal_percent: f64,
    bars: &[(String, Option<f64>)],
) -> Chart {
    let goal = goal_percent.clamp(0.0, 100.0);
    let description = words.with("level-chart-what", &[("percent", &show_figure(goal, words))]);
    let plan = Plan { id, title, description, highest: 100.0, goal, bars };
    plot(&plan, |percent| show_percent(Some(percent), words))
}

/// The lowest round figure that is not below another: 1, 2 or 5 with noughts after it.
pub(crate) fn round_above(figure: f64) -> f64 {
    let mut power = 1.0;
    while power < 1e9 {
        if let Some(round) =
            [1.0, 2.0, 5.0].map(|step| step * power).into_iter().find(|round| *round >= figure)
        {
            return round;
        }
        power *= 10.0;
    }
    figure
}

/// Draws bars against a goal; `show` tells a figure.
pub(crate) fn plot(plan: &Plan<'_>, show: impl Fn(f64) -> String) -> Chart {
    let highest = plan.highest.max(f64::MIN_POSITIVE);
    let goal = plan.goal.clamp(0.0, highest);
    let depth = HEIGHT - TOP - BOTTOM;
    let height_of = |figure: f64| figure.clamp(0.0, highest) / highest * depth;
    let y_of = |figure: f64| TOP + depth - height_of(figure);
    // Counts of bars are small, so the conversions are exact.
    let place = (WIDTH - LEFT) / plan.bars.len().max(1) as f64;
    let middle = |index: usize| LEFT + place * (index as f64 + 0.5);
    let number = |figure: f64| format!("{figure:.1}");
    let step = plan.bars.len().div_ceil(NAMES_MAX).max(1);
    let drawn = plan.bars.iter().enumerate().filter_map(|(index, (name, figure))| {
        let figure = (*figure)?;
        Some(Bar {
            x: number(middle(index) - place * FILLED / 2.0),
            y: number(y_of(figure)),
            width: number(place * FILLED),
            height: number(height_of(figure)),
            middle: number(middle(index)),
            mark_y: number(TOP - 6.0),
            below: figure < goal,
            told: format!("{name}: {}", show(figure)),
        })
    });
    let across = |figure: f64| Across { y: number(y_of(figure)), text: show(figure) };
    Chart {
        id: plan.id,
        title: plan.title.to_owned(),
        description: plan.description.clone(),
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        names_y: HEIGHT - 8.0,
        bars: drawn.collect(),
        names: plan
            .bars
            .iter()
            .enumerate()
            .filter(|(index, _)| index % step == 0)
            .map(|(index, (name, _))| (number(middle(index)), name.clone()))
            .collect(),
        scale: [0.0, highest / 2.0, highest].map(across).to_vec(),
        goal: across(goal),
    }
}

/// A figure with at most one decimal, in the way of the language.
pub(crate) fn show_figure(figure: f64, words: Words) -> String {
    let text = format!("{figure:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    match words.language {
        base::Language::Swedish => text.replace('.', ","),
        base::Language::English => text.to_owned(),
    }
}

/// A share in per cent, rounded down so that a goal that was missed never looks reached; a dash for nothing.
pub(crate) fn show_percent(percent: Option<f64>, words: Words) -> String {
    match percent {
        Some(percent) => format!("{} %", show_figure((percent * 10.0).floor() / 10.0, words)),
        None => words.say("level-nothing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Language;

    #[test]
    fn bars_stand_within_the_drawing_and_gaps_stay_gaps() {
        let words = Words::new(Language::Swedish);
        let bars: Vec<(String, Option<f64>)> =
            (0..366).map(|day| (day.to_string(), (day % 3 != 0).then_some(f64::from(day) / 3.0))).collect();
        let chart = draw("x", words, "titel", 97.5, &bars);
        assert_eq!(chart.bars.len(), 244);
        assert!(chart.names.len() <= NAMES_MAX, "{}", chart.names.len());
        for bar in &chart.bars {
            let read = |text: &str| text.parse::<f64>().unwrap();
            assert!(
                read(&bar.y) >= TOP && read(&bar.y) + read(&bar.height) <= HEIGHT - BOTTOM + 0.2,
                "{bar:?}"
            );
            assert!(read(&bar.x) >= LEFT && read(&bar.x) + read(&bar.width) <= WIDTH + 0.2, "{bar:?}");
        }
        assert!(chart.bars[0].below && !chart.bars[243].below);
    }

    #[test]
    fn a_scale_ends_in_a_round_figure() {
        for (figure, round) in
            [(0.0, 1.0), (1.0, 1.0), (3.0, 5.0), (47.0, 50.0), (51.0, 100.0), (240.0, 500.0)]
        {
            assert_eq!(round_above(figure), round);
        }
    }

    #[test]
    fn a_missed_goal_never_rounds_to_a_reached_one() {
        let words = Words::new(Language::Swedish);
        for (percent, shown) in [(Some(97.49), "97,4 %"), (Some(100.0), "100 %"), (None, "–")] {
            assert_eq!(show_percent(percent, words), shown);
        }
    }
}
