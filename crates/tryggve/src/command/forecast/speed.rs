//! A speed test: many made-up municipalities, forecast in two alternatives with bands.
//!
//! The municipalities are the country scaled down to sizes spread as Swedish municipalities are (a few large, many
//! small). Their age structure is the country's: this measures time and says nothing about any real place.

use std::time::Instant;

use anyhow::Context;
use housing::demand::alternative::Alternative;
use housing::demand::care_use::CareForm;
use housing::demand::forecast::DemandModel;
use housing::demand::history::Evidence;
use housing::demand::simulation::{Futures, Wanted, simulate};
use housing::population::projection::{Components, PopulationAssumptions};

use super::Arguments;

/// Futures enough for a band that follows a slider.
const PAGE_SIMULATIONS: usize = 200;
/// The most municipalities in one test.
const MUNICIPALITIES_MAX: usize = 10_000;

/// Forecasts the made-up municipalities on all processors and prints the time.
pub(super) fn run(evidence: &Evidence, municipalities: usize, arguments: &Arguments) -> anyhow::Result<()> {
    let municipalities = municipalities.min(MUNICIPALITIES_MAX);
    let started = Instant::now();
    let model = DemandModel::fit(evidence, None)?;
    let national = &evidence.population;
    let base_year = national.last_year();
    let country = Components::fit(national, national, base_year)?;
    let wanted = Wanted {
        until: arguments.until,
        count: arguments.simulations,
        seed: arguments.seed,
        assumptions: PopulationAssumptions::BASE,
    };
    let futures = Futures::draw(&country, &model, &wanted);
    let drawn = started.elapsed();
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let sums: Vec<anyhow::Result<[f64; 2]>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let (model, futures) = (&model, &futures);
                scope.spawn(move || {
                    let mut sums = [0.0; 2];
                    for number in (worker..municipalities).step_by(workers) {
                        let sum = one(evidence, model, futures, number, municipalities, arguments.until)?;
                        sums[0] += sum[0];
                        sums[1] += sum[1];
                    }
                    Ok(sums)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a worker panicked"))))
            .collect()
    });
    let mut medians = [0.0; 2];
    for sum in sums {
        let sum = sum?;
        medians = [medians[0] + sum[0], medians[1] + sum[1]];
    }
    println!(
        "{municipalities} made-up municipalities x 2 alternatives x {} simulations to {}: {:.2} s on {workers} \
         processors (of which drawing the futures {:.2} s); care homes {}: status quo {:.0}, main {:.0} (sum of medians)",
        arguments.simulations,
        arguments.until,
        started.elapsed().as_secs_f64(),
        drawn.as_secs_f64(),
        arguments.until,
        medians[0],
        medians[1],
    );
    one_page(evidence, &model, &country, arguments)
}

/// What a page's sliders wait for: one area recomputed under changed assumptions.
fn one_page(
    evidence: &Evidence,
    model: &DemandModel,
    components: &Components,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let changed = PopulationAssumptions { mortality_decline: 0.8, ..PopulationAssumptions::BASE };
    let started = Instant::now();
    let projection = components.project(arguments.until, &changed).after(&evidence.population);
    let alternatives = [Alternative::StatusQuo, Alternative::Main];
    for alternative in &alternatives {
        model.forecast(&projection, arguments.until, alternative)?;
    }
    let lines = started.elapsed();
    let wanted = Wanted {
        until: arguments.until,
        count: PAGE_SIMULATIONS,
        seed: arguments.seed,
        assumptions: changed,
    };
    let futures = Futures::draw(components, model, &wanted);
    simulate(components, model, &projection, &futures, &alternatives);
    println!(
        "one area recomputed: lines {:.1} ms, lines and bands of {PAGE_SIMULATIONS} simulations {:.1} ms",
        lines.as_secs_f64() * 1e3,
        started.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}

fn one(
    evidence: &Evidence,
    model: &DemandModel,
    futures: &Futures,
    number: usize,
    municipalities: usize,
    until: i32,
) -> anyhow::Result<[f64; 2]> {
    let national = &evidence.population;
    // Sizes fall as one over the rank, as cities do (Zipf); all of them together are the country.
    let all: f64 = (1..=municipalities).map(|rank| 1.0 / rank as f64).sum();
    let area = national.scaled(&format!("Exempelkommun {number}"), 1.0 / (number + 1) as f64 / all);
    let components = Components::fit(&area, national, area.last_year())?;
    let projection = components.project(until, &PopulationAssumptions::BASE).after(&area);
    let alternatives = [Alternative::StatusQuo, Alternative::Main];
    for alternative in &alternatives {
        model.forecast(&projection, until, alternative)?;
    }
    let bands = simulate(&components, model, &projection, futures, &alternatives);
    let median = |index: usize| {
        let edges = bands.get(index).and_then(|band| band.edges(CareForm::CareHome, until));
        edges.map(|edges| edges[2]).context("the bands end too early")
    };
    Ok([median(0)?, median(1)?])
}
