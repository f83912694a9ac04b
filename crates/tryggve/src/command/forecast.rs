//! `tryggve forecast`: how many will need care, in alternatives, how wrong it would have been, and what is missing.

mod claims;
mod files;
mod result;
mod speed;

use std::path::PathBuf;

use anyhow::{Context, bail};
use base::{Clock as _, Language, clock::SystemClock};
use export::drawing::png::to_png;
use export::edition::Edition;
use export::report::pdf::to_pdf;
use export::table::Table;
use export::{csv, plain_text, sheet};
use housing::demand::alternative::{Alternative, OwnAlternative};
use housing::demand::history::Evidence;
use housing::places::senior_housing::WANTED_SHARE_PERCENT;

use result::ForecastResult;

/// What to forecast and where to write it. Without any file it runs on the figures shipped with Tryggve.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The municipality's name, as it stands in the files; without it the whole country.
    #[arg(long)]
    municipality: Option<String>,
    /// Population by year, sex and one-year age, CSV or PX.
    #[arg(long, value_name = "FILE")]
    population: Option<PathBuf>,
    /// Persons with care by year, care form, age group and sex, CSV or PX.
    #[arg(long, value_name = "FILE")]
    care_use: Option<PathBuf>,
    /// An official population forecast to use instead of our own, CSV or PX.
    #[arg(long, value_name = "FILE")]
    population_forecast: Option<PathBuf>,
    /// The register of homes: name, kind, owner, places, opening, closing, renovation.
    #[arg(long, value_name = "FILE")]
    places: Option<PathBuf>,
    /// The last October forecast.
    #[arg(long, default_value_t = 2050, value_parser = clap::value_parser!(i32).range(2026..=2100))]
    until: i32,
    /// An own alternative beside status quo and main, such as `Mer hemma:säbo=-2,hemtjänst=-0.5,damping=0.9`.
    #[arg(long = "alternative", value_name = "NAME:ASSUMPTIONS")]
    alternatives: Vec<String>,
    /// Show how wrong a forecast from this year would have been; may be given several times [default: 2019].
    #[arg(long, value_name = "YEAR")]
    back_test: Vec<i32>,
    /// How many futures the bands are drawn from; 0 leaves the bands out.
    #[arg(long, default_value_t = 1000)]
    simulations: usize,
    /// The seed of the simulation: the same seed gives the same bands.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Places per new home.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u32).range(1..=1000))]
    places_per_home: u32,
    /// What a new place costs, in kronor of today.
    #[arg(long, default_value_t = 0.0)]
    kronor_per_place: f64,
    /// The share of everyone aged 65 or more for whom there is to be senior housing, in per cent; 0 leaves it out.
    #[arg(long, value_name = "PERCENT", default_value_t = WANTED_SHARE_PERCENT)]
    senior_housing_share: f64,
    /// Write CSV, XLSX, SVG, PNG and PDF files into this folder.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Recompute published statements and say which hold.
    #[arg(long)]
    claims: bool,
    /// The language of tables and charts: `sv` or `en`.
    #[arg(long, default_value = "sv")]
    language: String,
    /// Forecast this many made-up municipalities (the country scaled down) and print how long it took.
    #[arg(long, value_name = "MUNICIPALITIES", hide = true)]
    speed_test: Option<usize>,
}

/// Runs the command to its end.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Some(language) = Language::from_tag(&arguments.language) else {
        bail!("--language {}: expected sv or en", arguments.language);
    };
    if !(0.0..=100.0).contains(&arguments.senior_housing_share) {
        bail!("--senior-housing-share {}: expected per cent from 0 to 100", arguments.senior_housing_share);
    }
    let evidence = Evidence::shipped().context("the shipped figures")?;
    if let Some(municipalities) = arguments.speed_test {
        return speed::run(&evidence, municipalities, &arguments);
    }
    let mut alternatives = vec![Alternative::StatusQuo];
    for text in &arguments.alternatives {
        let own = OwnAlternative::parse(text).with_context(|| format!("--alternative {text}"))?;
        alternatives.push(Alternative::Own(own));
    }
    // The main alternative comes last: its band is the one that charts draw.
    alternatives.push(Alternative::Main);
    let material = files::read(&arguments, &evidence, language)?;
    let result = ForecastResult::compute(&evidence, material, &arguments, &alternatives)?;
    let edition = result.edition(language);
    let mut tables = edition.printed_tables();
    for table in &tables {
        println!("{}", plain_text::to_text(table, language));
    }
    if arguments.claims {
        tables.push(claims::table(&result, language));
        println!("{}", claims::show(&result, language));
    }
    for finding in result.study.findings(language) {
        println!("! {finding}");
    }
    if let Some(folder) = &arguments.out {
        tables.extend(edition.whole_tables());
        write(folder, &tables, &edition)?;
    }
    Ok(())
}

fn write(folder: &PathBuf, tables: &[Table], edition: &Edition<'_>) -> anyhow::Result<()> {
    let language = edition.language;
    let charts = edition.charts();
    std::fs::create_dir_all(folder).with_context(|| format!("--out {}", folder.display()))?;
    let put = |name: String, bytes: &[u8]| {
        let path = folder.join(&name);
        std::fs::write(&path, bytes).with_context(|| path.display().to_string())
    };
    for table in tables.iter().chain(charts.iter().map(|chart| &chart.table)) {
        put(format!("{}.csv", table.name), csv::to_csv(table, language).as_bytes())?;
    }
    for chart in &charts {
        put(format!("{}.svg", chart.table.name), chart.svg().as_bytes())?;
        put(format!("{}.png", chart.table.name), &to_png(&chart.drawing)?)?;
    }
    let mut sheets = tables.to_vec();
    sheets.extend(charts.iter().map(|chart| chart.table.clone()));
    sheets.sort_by(|a, b| a.name.cmp(&b.name));
    sheets.dedup_by(|a, b| a.name == b.name);
    put("forecast.xlsx".to_owned(), &sheet::to_xlsx(&sheets, language)?)?;
    let made = SystemClock.now().to_zoned(base::time::stockholm()).date();
    put("report.pdf".to_owned(), &to_pdf(&edition.report(made))?)?;
    eprintln!("{}", folder.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn arguments(words: &[&str]) -> Arguments {
        Line::parse_from([&["forecast"], words].concat()).arguments
    }

    /// The bundled run needs no file and writes every table and chart.
    #[test]
    fn the_bundled_run_writes_its_files() {
        let folder = std::env::temp_dir().join(format!("tryggve-forecast-{}", std::process::id()));
        let out = folder.display().to_string();
        let own = "Mer hemma:säbo=-2,moved_home=10";
        run(arguments(&[
            "--out",
            &out,
            "--simulations",
            "20",
            "--back-test",
            "2019",
            "--claims",
            "--alternative",
            own,
        ]))
        .unwrap();
        for file in [
            "forecast.xlsx",
            "report.pdf",
            "demand-home-care.svg",
            "demand-care-home.png",
            "demand-parts.csv",
            "claims.csv",
            "places-gap.csv",
            "senior-housing.csv",
            "back-test-every-start.csv",
        ] {
            let size = std::fs::metadata(folder.join(file)).map(|data| data.len());
            assert!(size.as_ref().is_ok_and(|&size| size > 500), "{file}: {size:?}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        let check = |words: &[&str], expected: &str| {
            let error = format!("{:#}", run(arguments(words)).unwrap_err());
            assert!(error.contains(expected), "expected `{expected}` in `{error}`");
        };
        check(&["--municipality", "linkoping"], "ingen folkmängd för linkoping följer med");
        check(&["--language", "de"], "expected sv or en");
        check(&["--senior-housing-share", "800"], "expected per cent from 0 to 100");
        check(&["--population", "finns-inte.csv"], "finns-inte.csv");
        check(&["--alternative", "säbo=-2"], "needs a name");
        check(&["--back-test", "2024"], "2024 lies outside the counted years 2014-2023");
    }
}
