//! The replacement of old generations: what is left, the pace that it takes, the pace that is held, and what it costs.

use app::{
    device::replacement::{PACE_WEEKS, Replacement, replacement},
    sheet::Sheet,
};
use askama::Template;
use axum::extract::{Query, State};
use base::{Language, time::show_day};
use device::{Generation, Stage, replacement::UNIT_COST};
use export::table::Cell;
use serde::Deserialize;

use crate::{
    chart::{Chart, Plan, plot, round_above, show_figure},
    reply::{Frame, Reply, page as framed},
    server::Web,
    table::{CellShown, Format, TableShown, file},
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// The page.
#[derive(Template)]
#[template(path = "device/replacement.html")]
pub(crate) struct ReplacementPage {
    words: Words,
    /// The sentence that matters: whether the pace is enough.
    verdict: String,
    late: bool,
    facts: Vec<(String, String)>,
    chart: Chart,
    units: TableShown,
    weeks: TableShown,
    source: String,
    can_set: bool,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit) -> Reply {
    let words = visit.words;
    let found = replacement(&web.app, visit.actor()?).await?;
    let (verdict, late) = verdict(&found, words);
    let part = ReplacementPage {
        words,
        verdict,
        late,
        facts: facts(&found, words),
        chart: chart(&found, words),
        units: units(&found, words),
        weeks: weeks(&found, words),
        source: crate::team::rule::source(&UNIT_COST, words),
        can_set: visit.may(access::Action::TeamWrite),
    };
    framed(&web, &visit, "replacement-title", Frame::default(), &part)
}

/// A whole figure with thousands apart.
fn whole(figure: u64, words: Words) -> String {
    // Counts and costs are far below what a float keeps exactly.
    Cell::count(figure as f64).show(words.language)
}

fn kronor(figure: u64, words: Words) -> String {
    words.with("replacement-kronor", &[("sum", &whole(figure, words))])
}

fn day(day: base::time::Date, language: Language) -> String {
    format!("{} {}", show_day(day, language), day.year())
}

fn verdict(found: &Replacement, words: Words) -> (String, bool) {
    if found.total.units == 0 {
        return (words.say("replacement-nothing-left"), false);
    }
    match found.done_on {
        None => (words.say("replacement-standing-still"), true),
        Some(on) => {
            let late = on > found.deadline;
            let name = if late { "replacement-late" } else { "replacement-in-time" };
            (words.with(name, &[("day", &day(on, words.language))]), late)
        }
    }
}

fn facts(found: &Replacement, words: Words) -> Vec<(String, String)> {
    let pace = i64::try_from(PACE_WEEKS).unwrap_or(0);
    vec![
        (words.say("replacement-left"), whole(found.total.units, words)),
        (words.say("replacement-deadline"), day(found.deadline, words.language)),
        (words.say("replacement-weeks-left"), whole(found.total.weeks_left, words)),
        (words.say("replacement-pace-needed"), whole(found.total.units_per_week, words)),
        (words.count("replacement-pace-held", pace), show_figure(found.installed_per_week, words)),
        (words.say("replacement-unit-cost"), kronor(found.unit_cost_kronor, words)),
        (words.say("replacement-cost"), kronor(found.total.cost_kronor, words)),
    ]
}

fn chart(found: &Replacement, words: Words) -> Chart {
    // Counts of a week are small, so the conversions are exact.
    let goal = found.total.units_per_week as f64;
    let bars: Vec<(String, Option<f64>)> = found
        .weeks
        .iter()
        .map(|(first, units)| (show_day(*first, words.language), Some(*units as f64)))
        .collect();
    let most = found.weeks.iter().map(|(_, units)| *units).max().unwrap_or(0) as f64;
    let plan = Plan {
        id: "replacement-weeks",
        title: &words.say("replacement-weeks"),
        description: words.count("replacement-weeks-what", found.total.units_per_week),
        highest: round_above(most.max(goal)),
        goal,
        bars: &bars,
    };
    plot(&plan, |figure| show_figure(figure, words))
}

/// What is left of a generation in money; nothing for one that stays.
fn cost(found: &Replacement, generation: Generation) -> Option<u64> {
    found.old.iter().find(|(old, _)| *old == generation).map(|(_, part)| part.cost_kronor)
}

fn rows(found: &Replacement, words: Words) -> Vec<Vec<String>> {
    let row = |generation: Generation| {
        let stages = Stage::ALL.map(|stage| whole(found.count(generation, stage), words));
        let plan = if Replacement::is_old(generation) { "replacement-old" } else { "replacement-new" };
        let cost = cost(found, generation).map_or_else(|| "–".to_owned(), |sum| kronor(sum, words));
        [vec![generation.name().to_owned(), words.say(plan)], stages.to_vec(), vec![cost]].concat()
    };
    Generation::ALL.map(row).to_vec()
}

fn headings(words: Words) -> Vec<String> {
    let stages = Stage::ALL.map(|stage| words.of(stage.text()).to_owned());
    let first = vec![words.say("devices-generation"), words.say("replacement-plan")];
    [first, stages.to_vec(), vec![words.say("replacement-cost")]].concat()
}

fn units(found: &Replacement, words: Words) -> TableShown {
    let row = |cells: Vec<String>| cells.into_iter().map(CellShown::text).collect();
    TableShown {
        name: words.say("replacement-units"),
        headings: headings(words),
        rows: rows(found, words).into_iter().map(row).collect(),
        none: String::new(),
    }
}

fn weeks(found: &Replacement, words: Words) -> TableShown {
    let row = |(first, units): &(base::time::Date, u64)| {
        let enough = *units >= found.total.units_per_week;
        let needed = CellShown::text(whole(found.total.units_per_week, words));
        let units = whole(*units, words);
        let units = if enough { CellShown::text(units) } else { CellShown::flag(units) };
        vec![CellShown::text(day(*first, words.language)), units, needed]
    };
    TableShown {
        name: words.say("replacement-weeks"),
        headings: ["replacement-week", "replacement-installed", "replacement-pace-needed"]
            .map(|name| words.say(name))
            .to_vec(),
        rows: found.weeks.iter().map(row).collect(),
        none: String::new(),
    }
}

/// Which file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    format: String,
}

/// The units by generation, and below them the figures of the page, as a file.
pub(crate) async fn download(State(web): State<Web>, visit: Visit, Query(wanted): Query<Wanted>) -> Reply {
    let format = Format::from_name(&wanted.format).ok_or(Problem::NoSuchPage)?;
    let words = visit.words;
    let found = replacement(&web.app, visit.actor()?).await?;
    let headings = headings(words);
    let names: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut sheet = Sheet::new("utbyte", &names);
    let wide = |cells: Vec<String>| {
        let mut cells = cells;
        cells.resize(names.len(), String::new());
        cells
    };
    for row in rows(&found, words) {
        sheet.push(row);
    }
    sheet.push(wide(Vec::new()));
    for (name, value) in facts(&found, words) {
        sheet.push(wide(vec![name, value]));
    }
    sheet.push(wide(Vec::new()));
    for (first, units) in &found.weeks {
        sheet.push(wide(vec![day(*first, words.language), units.to_string()]));
    }
    file(sheet, "replacement-title", words, format)
}
