//! Parts add up to totals in every output, whatever is assumed: as shown on a page, printed, and in CSV and XLSX.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use base::Language;
use housing::demand::alternative::{Alternative, OwnAlternative};
use housing::demand::care_use::CareForm;
use housing::demand::history::Evidence;
use housing::outlook::Sliders;
use housing::places::gap::BuildingAssumptions;
use housing::places::register::{Home, Owner, PlaceKind, Register};
use housing::population::projection::PopulationAssumptions;
use housing::population::total;
use housing::source::Source;
use housing::study::{Material, Study};
use proptest::prelude::*;

use crate::chart::Layout;
use crate::csv::to_csv;
use crate::edition::Edition;
use crate::report::{Block, Report, layout::painted_rows};
use crate::sheet::to_xlsx;
use crate::table::Table;

/// Rows before the first row of figures in a sheet: its title and its headings.
const SHEET_HEAD_ROWS: usize = 2;
/// How far sums of unrounded figures may be off, since a float holds so many digits.
const UNROUNDED: f64 = 1e-6;

/// Where a reader meets a table.
#[derive(Debug, Clone, Copy)]
enum Output {
    /// A page or the terminal.
    Page,
    /// The printed report.
    Printed,
    Csv,
    Xlsx,
}

impl Output {
    const ALL: [Output; 4] = [Output::Page, Output::Printed, Output::Csv, Output::Xlsx];

    /// How far a sum may be off: shown figures add up exactly.
    fn tolerance(self) -> f64 {
        match self {
            Output::Page | Output::Printed => 0.0,
            Output::Csv | Output::Xlsx => UNROUNDED,
        }
    }

    /// The cells of a table's rows as the output holds them.
    fn rows(self, table: &Table, language: Language) -> Vec<Vec<String>> {
        let read = |bytes: &[u8]| -> Vec<Vec<String>> {
            let rows = crate::read::read(bytes).unwrap().0.into_revealed();
            rows.into_iter().map(|row| row.cells).collect()
        };
        let mut rows = match self {
            Output::Page => {
                return table
                    .rows
                    .iter()
                    .map(|row| row.iter().map(|cell| cell.show(language)).collect())
                    .collect();
            }
            Output::Printed => painted_rows(&Report {
                title: String::new(),
                subtitle: String::new(),
                foot: String::new(),
                language,
                made: "2026-11-22".parse().unwrap(),
                blocks: vec![Block::Table(table.clone())],
            })
            .split_off(1),
            Output::Csv => {
                let text = to_csv(table, language);
                let lines = text.lines().filter(|line| !line.trim_start_matches('\u{feff}').starts_with('#'));
                read(lines.collect::<Vec<_>>().join("\n").as_bytes()).split_off(1)
            }
            Output::Xlsx => {
                read(&to_xlsx(std::slice::from_ref(table), language).unwrap()).split_off(SHEET_HEAD_ROWS)
            }
        };
        rows.truncate(table.rows.len());
        rows
    }
}

fn number(cell: &str, language: Language, output: Output) -> f64 {
    let plain: String = cell.chars().filter(|c| !['\u{a0}', '+'].contains(c)).collect();
    let plain = plain.replace('−', "-");
    let plain = match (language, output) {
        (_, Output::Xlsx) => plain,
        (Language::Swedish, _) => plain.replace(',', "."),
        (Language::English, _) => plain.replace(',', ""),
    };
    plain.parse().unwrap_or_else(|_| panic!("{output:?}: `{cell}` is no number"))
}

/// The tables of one edition as one output holds them.
struct Read<'a> {
    output: Output,
    edition: &'a Edition<'a>,
}

impl Read<'_> {
    /// Sums of a column by the words of other columns.
    fn sums(&self, table: &Table, by: &[usize], column: usize) -> BTreeMap<Vec<String>, f64> {
        let mut sums = BTreeMap::new();
        for row in self.output.rows(table, self.edition.language) {
            let key: Vec<String> = by.iter().map(|place| row[*place].clone()).collect();
            *sums.entry(key).or_insert(0.0) += number(&row[column], self.edition.language, self.output);
        }
        sums
    }

    /// The figures of a column, row by row.
    fn column(&self, table: &Table, column: usize) -> Vec<f64> {
        let rows = self.output.rows(table, self.edition.language);
        rows.iter().map(|row| number(&row[column], self.edition.language, self.output)).collect()
    }

    fn same(&self, parts: f64, whole: f64, what: &str) {
        let tolerance = self.output.tolerance() * whole.abs().max(1.0);
        assert!((parts - whole).abs() <= tolerance, "{:?}, {what}: {parts} is not {whole}", self.output);
    }

    /// Age groups make everyone aged 65 or more; the pyramid makes everyone.
    fn population(&self) {
        let table = self.edition.population();
        let columns = [2, 3, 4].map(|column| self.column(&table, column));
        for (row, all) in columns[0].iter().enumerate() {
            self.same(columns[1][row] + columns[2][row], *all, "age groups");
        }
        let until = self.edition.view.sliders.until;
        let whole = total(self.edition.view.outlook.projection.persons(until).unwrap());
        let shown = if self.output.tolerance() > 0.0 { whole } else { whole.round() };
        let pyramid = self.edition.pyramid(until, Layout::Print).unwrap().table;
        let columns = (1..pyramid.headings.len())
            .filter(|place| pyramid.headings[*place].ends_with(&until.to_string()));
        self.same(columns.flat_map(|column| self.column(&pyramid, column)).sum(), shown, "pyramid");
    }

    /// Sexes and age groups make the demand of each form, and areas the municipality's.
    fn demand(&self) {
        let [parts] = <[Table; 1]>::try_from(self.edition.whole_tables()).unwrap();
        // Files hold what was computed; whole persons are what a reader adds up.
        let column = if self.output.tolerance() > 0.0 { 5 } else { 6 };
        let sums = self.sums(&parts, &[0, 1, 2], column);
        let alternatives = &self.edition.view.sliders.alternatives;
        for form in CareForm::ALL {
            let demand = self.edition.demand(form, Layout::Print).table;
            for row in self.output.rows(&demand, self.edition.language) {
                for (place, alternative) in alternatives.iter().enumerate() {
                    let whole = number(&row[1 + place], self.edition.language, self.output);
                    let form = form.text().get(self.edition.language).to_owned();
                    let key = vec![alternative.name(self.edition.language), row[0].clone(), form];
                    self.same(sums[&key], whole, "parts of a form");
                }
            }
        }
        let areas = self.edition.areas().unwrap();
        for (form, column) in [(CareForm::HomeCare, 4), (CareForm::CareHome, 5)] {
            let sums = self.sums(&areas, &[3, 1], column);
            for row in self.output.rows(&self.edition.short_demand(form), self.edition.language) {
                for (place, alternative) in alternatives.iter().enumerate() {
                    let whole = number(&row[1 + place], self.edition.language, self.output);
                    let key = vec![alternative.name(self.edition.language), row[0].clone()];
                    self.same(sums[&key], whole, "areas");
                }
            }
        }
    }

    /// Places missing are need less supply, what is added makes the largest gap, and so for senior housing.
    fn places(&self) {
        let gap = self.edition.gap(Layout::Print).unwrap().table;
        let [needed, places, missing] = [2, 3, 4].map(|column| self.column(&gap, column));
        for row in 0..needed.len() {
            self.same(missing[row], needed[row] - places[row], "places missing");
        }
        let names = self.output.rows(&gap, self.edition.language);
        for (name, added) in self.sums(&gap, &[0], 6) {
            let of_name = names.iter().zip(&missing).filter(|(row, _)| row[0] == name[0]);
            let largest = of_name.map(|(_, missing)| *missing).fold(0.0, f64::max);
            self.same(added, largest, "places added");
        }
        let senior = self.edition.senior_housing(Layout::Print).unwrap().table;
        let [needed, stands, missing] = [4, 5, 6].map(|column| self.column(&senior, column));
        for row in 0..needed.len() {
            self.same(missing[row], needed[row] - stands[row], "senior housing missing");
        }
    }
}

fn evidence() -> &'static Evidence {
    static EVIDENCE: OnceLock<Evidence> = OnceLock::new();
    EVIDENCE.get_or_init(|| Evidence::shipped().unwrap())
}

/// A made-up town in three areas, with homes.
fn study(size: f64, split: f64, places: u32) -> Study {
    let evidence = evidence();
    let town = evidence.population.scaled("Exempelstad", size);
    let parts = [("Norr", 0.5 * split), ("Mitt", 0.5 * split), ("Söder", 1.0 - split)];
    let areas = parts.map(|(name, part)| town.scaled(name, part)).into();
    let home = |kind, places, opens: Option<&str>| Home {
        name: "Exempelgården".to_owned(),
        kind,
        owner: Owner::OwnRun,
        places,
        opens: opens.map(|day| day.parse().unwrap()),
        closes: None,
        renovations: Vec::new(),
    };
    let homes = vec![
        home(PlaceKind::CareHome, places, None),
        home(PlaceKind::Dementia, places / 3, Some("2031-03-01")),
        home(PlaceKind::SeniorHousing, places / 2 + 1, None),
    ];
    let register = Register { homes, source: Source::new("Exempel", "t", "2026-01-01", "egen") };
    let material = Material {
        population: town,
        areas,
        is_national: false,
        register: Some(register),
        ..Material::national(evidence)
    };
    Study::fit(evidence, material, &[]).unwrap()
}

proptest! {
    // Each case fits a town and writes every table in four ways.
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn parts_add_up_in_every_output(
        (size, split, places) in (0.0005..0.02_f64, 0.05..0.95_f64, 1..2_000_u32),
        (mortality, migration, fertility) in (0.0..2.0_f64, -0.5..0.5_f64, 0.8..1.2_f64),
        (change, moved, vacancy) in (-5.0..5.0_f64, 0.0..50.0_f64, 0.0..10.0_f64),
        (until, share, places_per_home) in (2030..2056_i32, 0.5..20.0_f64, 20..150_u32),
    ) {
        let study = study(size, split, places);
        let own = OwnAlternative {
            name: "eget".to_owned(),
            yearly_change_percent: [change, -change, 0.0, change],
            damping: 0.9,
            moved_home_percent: moved,
        };
        let sliders = Sliders {
            until,
            population: PopulationAssumptions {
                mortality_decline: mortality,
                migration_shift: migration,
                fertility,
            },
            alternatives: vec![Alternative::StatusQuo, Alternative::Own(own), Alternative::Main],
            simulations: 0,
            seed: 1,
            building: BuildingAssumptions {
                places_per_home,
                vacancy_percent: vacancy,
                kronor_per_place: 0.0,
                senior_share_percent: share,
            },
        };
        let view = study.view(&sliders).unwrap();
        for language in Language::ALL {
            let edition = Edition { evidence: evidence(), study: &study, view: &view, language };
            for output in Output::ALL {
                let read = Read { output, edition: &edition };
                read.population();
                read.demand();
                read.places();
            }
        }
    }
}
