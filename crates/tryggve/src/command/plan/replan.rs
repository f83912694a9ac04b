//! `tryggve plan replan`: plans the rest of a day that has begun.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use planfile::{DayFile, solution};
use visit::model::{Pairing, Task, Ticks, Visit, Window};
use visit::price::{CostPart, Price};
use visit::replan::{self, Event, Replanned};

use super::file::{self, DayArguments};
use super::solve::SearchArguments;

/// Plans the rest of a day that has begun.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    day: DayArguments,
    /// The running plan's file.
    plan: PathBuf,
    /// Now: minutes since the day's start, or a clock time like 10:00.
    #[arg(long)]
    now: String,
    /// Someone who goes home.
    #[arg(long, value_name = "STAFF")]
    absent: Vec<String>,
    /// A visit that is called off.
    #[arg(long, value_name = "VISIT")]
    cancelled: Vec<String>,
    /// A visit that takes longer, and by how many minutes.
    #[arg(long, value_name = "VISIT=MINUTES")]
    longer: Vec<String>,
    /// An urgent visit at the place and with the skill of a known one: how many minutes, and by when it must begin.
    #[arg(long, value_name = "VISIT=MINUTES,WITHIN")]
    urgent: Vec<String>,
    /// What each change of person costs, where the day does not say; as many minutes on the road.
    #[arg(long, default_value_t = 15)]
    person_price: i64,
    /// What each minute of a changed time costs, where the day does not say; as many minutes on the road.
    #[arg(long, default_value_t = 1)]
    minute_price: i64,
    #[command(flatten)]
    search: SearchArguments,
    /// Writes the new plan here. With urgent visits it holds them under the name of the known visit with a +.
    #[arg(long)]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut file = arguments.day.read()?;
    let running = file::read_plan(&file, &arguments.plan)?;
    let now = moment(&file, "--now", &arguments.now)?;
    let events = events(&mut file, arguments, now)?;
    price_changes(&mut file, arguments);
    let begun = Instant::now();
    let first = replan::first_answer(&file.day, &running, now, &events)?;
    println!("first answer after {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    print_summary(&file, &first);
    let better = replan::replan(&file.day, &running, now, &events, &arguments.search.settings()?)?;
    println!("better answer after {:.1} s", begun.elapsed().as_secs_f64());
    print_summary(&file, &better);
    for change in &better.changes {
        let shown = |at: Option<(usize, Ticks)>| {
            at.map_or_else(
                || "nobody".to_owned(),
                |(staff, start)| {
                    format!("{} at {}", file.day.staff[staff].name, file.day.minutes(i64::from(start)))
                },
            )
        };
        let visit = &better.day.visits[change.visit].name;
        println!(
            "changed {visit} task {}: {} -> {}",
            change.task + 1,
            shown(change.before),
            shown(change.after)
        );
    }
    let whole = visit::check(&better.day, &better.plan);
    if let Some(path) = &arguments.out {
        file.day = better.day.clone();
        std::fs::write(path, solution::write(&file, &better.plan, &whole))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("cost {}", solution::shown_cost(&file, &better.verdict));
    Ok(())
}

/// Gives changes a price where the day has none: those concerned would rather keep what they were promised.
fn price_changes(file: &mut DayFile, arguments: &Arguments) {
    let prices = file.day.prices;
    let minute = match prices.of(CostPart::Travel) {
        Price::Each(each) if each > 0 => each,
        Price::Each(_) | Price::Free | Price::Hard => 1,
    };
    let event = minute * i64::from(file.day.ticks_per_minute);
    let wanted = [
        (CostPart::ChangedStaff, arguments.person_price.saturating_mul(event)),
        (CostPart::ChangedTime, arguments.minute_price.saturating_mul(minute)),
    ];
    for (part, price) in wanted {
        if prices.of(part) == Price::Free {
            file.day.prices = file.day.prices.with(part, Price::Each(price));
        }
    }
}

fn print_summary(file: &DayFile, replanned: &Replanned) {
    let person = |change: &&replan::Change| change.before.map(|at| at.0) != change.after.map(|at| at.0);
    let people = replanned.changes.iter().filter(person).count();
    let mut visits: Vec<usize> = replanned.changes.iter().map(|change| change.visit).collect();
    visits.dedup();
    println!(
        "  valid {}  cost of the rest {}  changed visits {}  changed person {people}  changed time only {}",
        replanned.verdict.is_valid(),
        solution::shown_cost(file, &replanned.verdict),
        visits.len(),
        replanned.changes.len() - people
    );
}

fn moment(file: &DayFile, option: &str, text: &str) -> anyhow::Result<Ticks> {
    let minutes = planfile::minutes(option, text)?;
    Ok((minutes * f64::from(file.day.ticks_per_minute)).round() as Ticks)
}

fn events(file: &mut DayFile, arguments: &Arguments, now: Ticks) -> anyhow::Result<Vec<Event>> {
    let mut events = Vec::new();
    for name in &arguments.absent {
        let staff = file.day.staff.iter().position(|staff| staff.name == *name);
        events.push(Event::Absent {
            staff: staff.with_context(|| format!("--absent {name}: nobody has that name"))?,
        });
    }
    for name in &arguments.cancelled {
        events.push(Event::Cancelled { visit: file::find_visit(file, name)? });
    }
    for text in &arguments.longer {
        let Some((name, minutes)) = text.rsplit_once('=') else {
            bail!("--longer {text}: expected VISIT=MINUTES");
        };
        events.push(Event::Longer {
            visit: file::find_visit(file, name)?,
            by: moment(file, "--longer", minutes)?,
        });
    }
    for text in &arguments.urgent {
        events.push(urgent(file, text, now)?);
    }
    Ok(events)
}

fn urgent(file: &mut DayFile, text: &str, now: Ticks) -> anyhow::Result<Event> {
    let parts = text.rsplit_once('=').and_then(|(name, rest)| Some((name, rest.split_once(',')?)));
    let Some((name, (minutes, within))) = parts else {
        bail!("--urgent {text}: expected VISIT=MINUTES,WITHIN");
    };
    let like = file::find_visit(file, name)?;
    let known = &file.day.visits[like];
    let task = Task { skill: known.tasks[0].skill, duration: moment(file, "--urgent", minutes)? };
    let end = now.saturating_add(moment(file, "--urgent", within)?);
    let visit = Visit {
        name: format!("{}+", known.name),
        tasks: vec![task],
        pairing: Pairing::Independent,
        windows: vec![Window { start: now, end }],
        optional: false,
        pinned: Vec::new(),
        wished_start: None,
        after: Vec::new(),
        ..known.clone()
    };
    let mut label = file.labels[like][0].clone();
    label.patient = visit.name.clone();
    file.labels.push(vec![label]);
    Ok(Event::Urgent { visit: Box::new(visit) })
}
