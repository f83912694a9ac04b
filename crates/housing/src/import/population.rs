//! A population file: a row per year, sex and one-year age, as CSV or PX; optional deaths, births and areas.

use std::collections::BTreeMap;

use super::delimited::Delimited;
use super::number::{self, AgeCell, SexCell};
use super::problem::Problem;
use super::text::decode;
use super::{Preview, Residual, RowError, TotalOf, px};
use crate::group::{AGE_LAST, AGES, BySex, Sex};
use crate::population::{Population, PopulationYear};
use crate::source::Source;
use crate::suspicion::population_sexes_swapped;

/// Reads a population file; a file that starts as PX is read as PX, anything else as delimited text.
///
/// Columns by name (Swedish or English): year, sex, age, population, and where given area, deaths and births by
/// the mother's age. Answers one population per area, by name.
pub fn read(bytes: &[u8], area: &str, source: &Source) -> Preview<Vec<Population>> {
    let file = decode(bytes).and_then(|text| px::or_delimited(&text));
    match file.and_then(|file| Columns::find(&file).map(|columns| (file, columns))) {
        Ok((file, columns)) => Reader::new(area).read(&file, &columns, source),
        Err(error) => Preview::refused(error),
    }
}

struct Columns {
    year: usize,
    sex: usize,
    age: usize,
    persons: usize,
    area: Option<usize>,
    deaths: Option<usize>,
    births: Option<usize>,
}

impl Columns {
    fn find(file: &Delimited) -> Result<Columns, RowError> {
        Ok(Columns {
            year: file.required(&["år", "tid", "year", "time"], "år (year, tid)")?,
            sex: file.required(&["kön", "sex", "gender"], "kön (sex)")?,
            age: file.required(&["ålder", "age"], "ålder (age)")?,
            persons: file.required(
                &["befolkning", "folkmängd", "population", "antal", "persons", "value", "värde"],
                "folkmängd (population, befolkning)",
            )?,
            area: file.column(&["område", "area", "region", "kommun"]),
            deaths: file.column(&["döda", "deaths"]),
            births: file.column(&["födda barn", "födda", "births"]),
        })
    }
}

/// The age whose row is pointed at where the sexes seem swapped.
const SWAP_SEEN_AT_AGE: usize = 85;

/// What has been read of one area and year.
struct YearDraft {
    persons: BySex<[Option<f64>; AGES]>,
    /// The row in which each figure stands, to point at what is wrong with the year.
    rows: BySex<[Option<usize>; AGES]>,
    deaths: BySex<[f64; AGES]>,
    births: [f64; AGES],
    printed: BySex<Option<f64>>,
}

impl YearDraft {
    /// The row after which an age should have stood: that of the age before it, else the first of the year.
    fn row_before(&self, sex: Sex, age: usize) -> Option<usize> {
        self.rows[sex][..age].iter().rev().flatten().next().copied().or_else(|| self.first_row())
    }

    /// The first row of the year.
    fn first_row(&self) -> Option<usize> {
        Sex::ALL.into_iter().flat_map(|sex| self.rows[sex]).flatten().min()
    }
}

struct Reader {
    preview: Preview<Vec<Population>>,
    default_area: String,
    drafts: BTreeMap<(String, i32), YearDraft>,
    seen: BTreeMap<(String, i32, Sex, String), usize>,
}

impl Reader {
    fn new(default_area: &str) -> Self {
        Reader {
            preview: Preview::empty(),
            default_area: default_area.to_owned(),
            drafts: BTreeMap::new(),
            seen: BTreeMap::new(),
        }
    }

    fn read(mut self, file: &Delimited, columns: &Columns, source: &Source) -> Preview<Vec<Population>> {
        for (row, cells) in &file.rows {
            self.preview.rows_read += 1;
            if cells.len() != file.heading.len() {
                let (expected, found) = (file.heading.len(), cells.len());
                self.preview.refuse(Some(*row), Problem::CellCount { expected, found });
            } else if let Err(problem) = self.row(*row, cells, columns) {
                self.preview.refuse(Some(*row), problem);
            }
        }
        if file.rows.is_empty() {
            self.preview.refuse(None, Problem::Empty);
        }
        let populations = self.finish(columns, source);
        if self.preview.errors.is_empty() && !populations.is_empty() {
            self.preview.value = Some(populations);
        }
        self.preview
    }

    fn row(&mut self, row: usize, cells: &[String], columns: &Columns) -> Result<(), Problem> {
        let year = number::year(&cells[columns.year], "år")?;
        let sex = number::sex(&cells[columns.sex], "kön")?;
        let age = number::age(&cells[columns.age], "ålder")?;
        let persons = number::count(&cells[columns.persons], "folkmängd")?;
        let area = columns.area.map_or(&self.default_area, |column| &cells[column]).clone();
        let (SexCell::One(sex), AgeCell::One(years_old)) = (sex, age) else {
            self.preview.rows_of_totals += 1;
            if let (SexCell::One(sex), AgeCell::All) = (sex, age) {
                self.draft(area, year).printed[sex] = Some(persons);
            }
            return Ok(());
        };
        let label = cells[columns.age].to_lowercase();
        if let Some(&first_row) = self.seen.get(&(area.clone(), year, sex, label.clone())) {
            return Err(Problem::Duplicate { first_row });
        }
        self.seen.insert((area.clone(), year, sex, label), row);
        let optional = |column: Option<usize>, name| match column.map(|column| cells[column].as_str()) {
            None | Some("") => Ok(0.0),
            Some(cell) => number::count(cell, name),
        };
        let deaths = optional(columns.deaths, "döda")?;
        let births = optional(columns.births, "födda")?;
        let draft = self.draft(area, year);
        *draft.persons[sex][years_old].get_or_insert(0.0) += persons;
        draft.rows[sex][years_old].get_or_insert(row);
        draft.deaths[sex][years_old] += deaths;
        if sex == Sex::Women {
            draft.births[years_old] += births;
        }
        self.preview.rows_used += 1;
        Ok(())
    }

    fn draft(&mut self, area: String, year: i32) -> &mut YearDraft {
        self.drafts.entry((area, year)).or_insert_with(|| YearDraft {
            persons: BySex::from_fn(|_| [None; AGES]),
            rows: BySex::from_fn(|_| [None; AGES]),
            deaths: BySex::from_fn(|_| [0.0; AGES]),
            births: [0.0; AGES],
            printed: BySex::default(),
        })
    }

    /// Checks every year for missing ages, swapped sexes and residuals, and every area for missing years.
    fn finish(&mut self, columns: &Columns, source: &Source) -> Vec<Population> {
        let mut populations: Vec<Population> = Vec::new();
        for ((area, year), draft) in std::mem::take(&mut self.drafts) {
            let missing = Sex::ALL.into_iter().find_map(|sex| {
                let age = draft.persons[sex].iter().position(Option::is_none)?;
                let problem = Problem::MissingAge { area: area.clone(), year, sex, age };
                Some((draft.row_before(sex, age), problem))
            });
            if let Some((row, problem)) = missing {
                self.preview.refuse(row, problem);
                continue;
            }
            let persons = BySex::from_fn(|sex| draft.persons[sex].map(Option::unwrap_or_default));
            if population_sexes_swapped(&persons) {
                let row = draft.rows.women[SWAP_SEEN_AT_AGE];
                self.preview.refuse(row, Problem::SwappedSexes { area: area.clone(), year });
            }
            for sex in Sex::ALL {
                let parts: f64 = persons[sex].iter().sum();
                if let Some(printed) = draft.printed[sex].filter(|printed| (printed - parts).abs() > 0.5) {
                    self.preview.residuals.push(Residual { year, of: TotalOf::Sex(sex), parts, printed });
                }
            }
            let first_row = draft.first_row();
            let any = |table: &[f64; AGES]| table.iter().sum::<f64>() > 0.0;
            let row = PopulationYear {
                persons,
                // A year without a single death or birth is a year that the source has not filled in.
                deaths: (columns.deaths.is_some() && any(&draft.deaths.women)).then_some(draft.deaths),
                births: any(&draft.births).then_some(draft.births),
            };
            match populations.last_mut().filter(|last| last.area == area) {
                Some(last) if last.last_year() + 1 == year => last.years.push(row),
                Some(last) => {
                    let year = last.last_year() + 1;
                    self.preview.refuse(first_row, Problem::MissingYear { area, year });
                }
                None => populations.push(Population {
                    area,
                    source: source.clone(),
                    first_year: year,
                    years: vec![row],
                }),
            }
        }
        populations
    }
}

/// Adds areas up to one; `None` where their years differ.
pub fn sum_of_areas(name: &str, areas: &[Population]) -> Option<Population> {
    let first = areas.first()?;
    let mut whole = Population { area: name.to_owned(), ..first.clone() };
    for row in &mut whole.years {
        (row.deaths, row.births) = (None, None);
    }
    for area in &areas[1..] {
        if area.first_year != first.first_year || area.years.len() != first.years.len() {
            return None;
        }
        for (sum, row) in whole.years.iter_mut().zip(&area.years) {
            for sex in Sex::ALL {
                for age in 0..=AGE_LAST {
                    sum.persons[sex][age] += row.persons[sex][age];
                }
            }
        }
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use base::Language;

    fn source() -> Source {
        Source::new("Exempelkommunen", "folkmängd.csv", "2025-12-31", "egen")
    }

    /// A well-formed file of the nation's last years, as a municipality would export it.
    fn good(years: std::ops::RangeInclusive<i32>) -> Vec<String> {
        let national = data::sweden_population();
        let mut lines = vec!["år;kön;ålder;folkmängd".to_owned()];
        for year in years {
            for sex in Sex::ALL {
                for age in 0..=AGE_LAST {
                    let label = if age == AGE_LAST { "100+".to_owned() } else { age.to_string() };
                    let count = national.persons(year).unwrap()[sex][age];
                    lines.push(format!("{year};{};{label};{count}", sex.text().swedish));
                }
            }
        }
        lines
    }

    fn check(change: impl Fn(&mut Vec<String>), expected: &str) {
        let mut lines = good(2023..=2024);
        change(&mut lines);
        check_bytes(lines.join("\n").as_bytes(), expected);
    }

    fn check_bytes(bytes: &[u8], expected: &str) {
        let refused = read(bytes, "Exempelstad", &source()).accept().unwrap_err();
        let sentence = refused.sentence(Language::Swedish);
        assert!(sentence.contains(expected), "expected `{expected}` in `{sentence}`");
    }

    #[test]
    fn a_good_file_is_read_whole() {
        let preview = read(good(2020..=2025).join("\r\n").as_bytes(), "Exempelstad", &source());
        assert_eq!((preview.rows_read, preview.rows_used), (6 * 202, 6 * 202));
        let read = preview.accept().unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].persons(2022), data::sweden_population().persons(2022));
        assert_eq!(read[0].area, "Exempelstad");
    }

    #[test]
    fn bad_files_are_refused_with_row_and_reason() {
        check(|lines| lines[0] = "år;kön;ålder".to_owned(), "Kolumnen folkmängd");
        check(|lines| lines.truncate(1), "Filen är tom");
        check(|lines| *lines = vec!["[{\"tid\":\"2024\"}]".to_owned()], "Kolumnen år (year, tid) saknas");
        check(|lines| lines[5] = "2023;kvinnor;4;-12".to_owned(), "rad 6: folkmängd: -12 är mindre än noll");
        check(|lines| drop(lines.remove(50)), "rad 50: Exempelstad 2023: åldern 49 saknas för kvinnor");
        check(
            |lines| lines[3] = "2023;kvinnor;02-jan;100".to_owned(),
            "rad 4: ålder: ”02-jan” ser ut som ett datum",
        );
        check(|lines| lines[3] = "45291;kvinnor;2;100".to_owned(), "rad 4: år: ”45291” ser ut som ett datum");
        check(|lines| lines[3] = "2023;kvinnor;2".to_owned(), "rad 4: Raden har 3 celler, rubriken 4");
        check(|lines| lines[3] = "2023;annat;2;7".to_owned(), "rad 4: kön: ”annat” går inte att läsa");
        check(
            |lines| lines[3] = "2023;kvinnor;2;x".to_owned(),
            "rad 4: folkmängd: värdet är tomt eller dolt",
        );
        check(|lines| lines.push(lines[9].clone()), "rad 406: Samma uppgift finns redan på rad 10");
        check(
            |lines| {
                for line in lines {
                    *line = line
                        .replace(";kvinnor;", ";K;")
                        .replace(";män;", ";kvinnor;")
                        .replace(";K;", ";män;");
                }
            },
            "rad 188: Exempelstad 2023: fler män än kvinnor är 85 år eller äldre; kvinnor och män är troligen omkastade",
        );
        check(|lines| lines.truncate(102), "rad 2: Exempelstad 2023: åldern 0 saknas för män");
        check(|lines| lines[3] = "2023;kvinnor;2;1;5".to_owned(), "rad 4: Raden har 5 celler, rubriken 4");
        check(
            |lines| lines[7] = "2023;m\u{c3}\u{a4}n;6;1".to_owned(),
            "rad 8: Å, ä och ö har blivit fel tecken",
        );
    }

    #[test]
    fn files_in_another_encoding_are_refused() {
        let text = good(2023..=2023).join("\n");
        let ansi: Vec<u8> = text.chars().map(|c| c as u32 as u8).collect();
        check_bytes(&ansi, "rad 1: Texten är inte UTF-8 (ser ut som Windows-1252");
        let utf_16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        check_bytes(&utf_16, "ser ut som UTF-16");
        check_bytes(b"PK\x03\x04\x14\0\x06\0", "ser ut som Excel, XLSX). Spara om filen som CSV UTF-8");
        check_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1", "ser ut som Excel, XLS)");
    }

    #[test]
    fn a_missing_year_is_refused() {
        let mut lines = good(2020..=2020);
        lines.extend(good(2022..=2022).into_iter().skip(1));
        let refused = read(lines.join("\n").as_bytes(), "Exempelstad", &source()).accept().unwrap_err();
        assert!(
            refused.sentence(Language::English).contains("row 204: Exempelstad: the year 2021 is missing")
        );
    }

    #[test]
    fn wrong_totals_are_shown_and_the_parts_used() {
        let mut lines = good(2024..=2024);
        lines.push("2024;kvinnor;Totalt;5262999".to_owned());
        let preview = read(lines.join("\n").as_bytes(), "Exempelstad", &source());
        assert_eq!(preview.residuals.len(), 1);
        assert_eq!(preview.residuals[0].parts, 5_262_925.0);
        assert!(preview.accept().is_ok());
    }

    #[test]
    fn areas_are_kept_apart_and_added_up() {
        let mut lines = vec!["area,year,sex,age,population".to_owned()];
        for area in ["Norr", "Söder"] {
            for line in good(2024..=2024).iter().skip(1) {
                lines.push(format!("{area},{}", line.replace(';', ",")));
            }
        }
        let areas = read(lines.join("\n").as_bytes(), "-", &source()).accept().unwrap();
        assert_eq!(areas.iter().map(|area| area.area.as_str()).collect::<Vec<_>>(), ["Norr", "Söder"]);
        let whole = sum_of_areas("Exempelstad", &areas).unwrap();
        assert_eq!(whole.persons(2024).unwrap().men[80], 2.0 * areas[0].persons(2024).unwrap().men[80]);
    }
}
