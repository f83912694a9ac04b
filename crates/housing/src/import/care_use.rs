//! A care-use file: a row per year, care form, age group and sex.

use std::collections::BTreeMap;

use super::delimited::Delimited;
use super::number::{self, SexCell};
use super::problem::Problem;
use super::text::decode;
use super::{Preview, Refused, Residual, RowError, TotalOf, px};
use crate::demand::care_use::{CareForm, CareUse, CareUseRow};
use crate::group::{AgeGroup, BySex, ELDER_AGE, Sex};
use crate::municipality::alike;
use crate::population::Population;
use crate::source::Source;
use base::language::Text;

/// Reads a care-use file, CSV or PX. Columns by name: year, care form, age group, sex, persons.
pub fn read(bytes: &[u8], area: &str, source: &Source) -> Preview<CareUse> {
    let Preview { rows_read, rows_used, rows_of_totals, mut errors, errors_more, residuals, value } =
        read_areas(bytes, area, source);
    let value = match value.map(|mut areas| (areas.pop(), areas.is_empty())) {
        Some((Some(area), true)) => Some(area),
        Some(_) => {
            errors.push(RowError::of_file(Problem::SeveralAreas));
            None
        }
        None => None,
    };
    Preview { rows_read, rows_used, rows_of_totals, errors, errors_more, residuals, value }
}

/// Reads a care-use file that may have a column of areas; without one everything belongs to `area`.
pub fn read_areas(bytes: &[u8], area: &str, source: &Source) -> Preview<Vec<CareUse>> {
    let file = decode(bytes).and_then(|text| px::or_delimited(&text));
    match file.and_then(|file| Columns::find(&file).map(|columns| (file, columns))) {
        Ok((file, columns)) => read_rows(&file, &columns, area, source),
        Err(error) => Preview::refused(error),
    }
}

/// The whole municipality's table and those of areas below it.
///
/// Tables of areas that the population file does not know are refused: nobody could say whose they are. Without a
/// table of its own, the municipality's is the sum of its areas' where every area has one of the same rows.
pub fn split_counts(
    tables: Vec<CareUse>,
    population: &Population,
    areas: &[Population],
) -> Result<(Option<CareUse>, Vec<CareUse>), Refused> {
    let mut whole = None;
    let mut parts = Vec::new();
    let mut errors = Vec::new();
    let alone = tables.len() == 1;
    for table in tables {
        match areas.iter().find(|area| alike(&area.area, &table.area)) {
            Some(area) => parts.push(CareUse { area: area.area.clone(), ..table }),
            None if alone || alike(&table.area, &population.area) => whole = Some(table),
            None => errors.push(RowError::of_file(Problem::UnknownArea { area: table.area })),
        }
    }
    if whole.is_none() && !areas.is_empty() && parts.len() == areas.len() {
        whole = sum_of_tables(&population.area, &parts);
    }
    if errors.is_empty() { Ok((whole, parts)) } else { Err(Refused { errors, more: 0 }) }
}

/// The sum of tables with the same rows; `None` where their rows differ.
pub fn sum_of_tables(area: &str, tables: &[CareUse]) -> Option<CareUse> {
    let mut whole = CareUse { area: area.to_owned(), ..tables.first()?.clone() };
    for table in &tables[1..] {
        if table.rows.len() != whole.rows.len() {
            return None;
        }
        for row in &mut whole.rows {
            let same = |one: &&CareUseRow| (one.year, one.form, one.group) == (row.year, row.form, row.group);
            let part = table.rows.iter().find(same)?;
            row.persons.women += part.persons.women;
            row.persons.men += part.persons.men;
        }
    }
    Some(whole)
}

struct Columns {
    area: Option<usize>,
    year: usize,
    form: usize,
    group: usize,
    sex: usize,
    persons: usize,
}

impl Columns {
    fn find(file: &Delimited) -> Result<Columns, RowError> {
        Ok(Columns {
            area: file.column(&["område", "area", "region", "kommun", "municipality"]),
            year: file.required(&["år", "tid", "year"], "år (year)")?,
            form: file.required(
                &["insats", "care form", "form", "service", "vårdform"],
                "insats (care_form, service)",
            )?,
            group: file.required(&["åldersgrupp", "age group", "ålder", "age"], "åldersgrupp (age_group)")?,
            sex: file.required(&["kön", "sex", "sex row"], "kön (sex)")?,
            persons: file.required(
                &["antal", "personer", "persons", "persons october", "antal personer", "value"],
                "antal (persons)",
            )?,
        })
    }
}

type Key = (i32, CareForm, AgeGroup);

/// What has been read of one year, care form and age group: each sex with its row, and the printed total.
#[derive(Default)]
struct Draft {
    cells: BySex<Option<(usize, u32)>>,
    printed: Option<u32>,
}

type Found = BTreeMap<Key, Draft>;

fn read_rows(file: &Delimited, columns: &Columns, area: &str, source: &Source) -> Preview<Vec<CareUse>> {
    let mut preview = Preview::empty();
    let mut areas: BTreeMap<String, Found> = BTreeMap::new();
    for (row, cells) in &file.rows {
        preview.rows_read += 1;
        if cells.len() != file.heading.len() {
            let problem = Problem::CellCount { expected: file.heading.len(), found: cells.len() };
            preview.refuse(Some(*row), problem);
            continue;
        }
        let named = columns.area.and_then(|column| cells.get(column)).map(|cell| cell.trim());
        let area = named.filter(|name| !name.is_empty()).unwrap_or(area).to_owned();
        match read_row(cells, columns) {
            Ok((key, SexCell::Both, persons)) => {
                preview.rows_of_totals += 1;
                areas.entry(area).or_default().entry(key).or_default().printed = Some(persons);
            }
            Ok((key, SexCell::One(sex), persons)) => {
                let cell = &mut areas.entry(area).or_default().entry(key).or_default().cells[sex];
                match cell {
                    Some((first_row, _)) => {
                        preview.refuse(Some(*row), Problem::Duplicate { first_row: *first_row });
                    }
                    None => {
                        *cell = Some((*row, persons));
                        preview.rows_used += 1;
                    }
                }
            }
            Err(problem) => preview.refuse(Some(*row), problem),
        }
    }
    let tables: Vec<CareUse> = areas
        .into_iter()
        .map(|(area, found)| CareUse { area, source: source.clone(), rows: finish(found, &mut preview) })
        .filter(|table| !table.rows.is_empty())
        .collect();
    if file.rows.is_empty() {
        preview.refuse(None, Problem::Empty);
    }
    if preview.errors.is_empty() && !tables.is_empty() {
        preview.value = Some(tables);
    }
    preview
}

fn read_row(cells: &[String], columns: &Columns) -> Result<(Key, SexCell, u32), Problem> {
    let year = number::year(&cells[columns.year], "år")?;
    let form_cell = &cells[columns.form];
    let form = CareForm::from_name(form_cell).ok_or_else(|| {
        let expected = Text::new(
            "hemtjänst, särskilt boende, korttid eller dagverksamhet",
            "home care, care home, short term or day activity",
        );
        number::bad("insats", form_cell, expected)
    })?;
    let group = number::age_group(&cells[columns.group], "åldersgrupp")?;
    if usize::from(group.from) < ELDER_AGE {
        return Err(Problem::YoungGroup { group });
    }
    let sex = number::sex(&cells[columns.sex], "kön")?;
    let persons = number::count(&cells[columns.persons], "antal")?;
    if persons.fract() != 0.0 {
        let expected = Text::new("ett helt antal personer", "a whole number of persons");
        return Err(number::bad("antal", &cells[columns.persons], expected));
    }
    Ok(((year, form, group), sex, persons as u32))
}

/// The first ages of each form and year that no group holds, with the row of the group beside them.
fn missing_groups(found: &Found) -> Vec<(Option<usize>, Problem)> {
    let mut groups: BTreeMap<(i32, CareForm), Vec<(AgeGroup, usize)>> = BTreeMap::new();
    for ((year, form, group), draft) in found {
        if let Some((row, _)) = draft.cells.women.or(draft.cells.men) {
            groups.entry((*year, *form)).or_default().push((*group, row));
        }
    }
    let missing = |((year, form), groups): ((i32, CareForm), Vec<(AgeGroup, usize)>)| {
        let hole =
            |from: u8, to: u8| Some(Problem::MissingGroup { form, year, ages: AgeGroup::new(from, to)? });
        let (mut next, mut last_row) = (AgeGroup::ALL_ELDERS.from, None);
        for &(group, row) in &groups {
            if group.from > next {
                return Some((Some(row), hole(next, group.from - 1)?));
            }
            (next, last_row) = (group.to + 1, Some(row));
        }
        match next <= AgeGroup::ALL_ELDERS.to {
            true => Some((last_row, hole(next, AgeGroup::ALL_ELDERS.to)?)),
            false => (groups.len() < 2).then_some((last_row, Problem::OneGroup { form, year })),
        }
    };
    groups.into_iter().filter_map(missing).collect()
}

fn finish(found: Found, preview: &mut Preview<Vec<CareUse>>) -> Vec<CareUseRow> {
    let missing = missing_groups(&found);
    let mut rows: Vec<CareUseRow> = Vec::new();
    for ((year, form, group), Draft { cells, printed }) in found {
        if cells == BySex::default() {
            // Some files print totals of groups whose parts stand elsewhere; nobody can use them.
            continue;
        }
        let (Some((_, women)), Some((row, men))) = (cells.women, cells.men) else {
            let sex = if cells.women.is_none() { Sex::Women } else { Sex::Men };
            let row = cells.women.or(cells.men).map(|(row, _)| row);
            preview.refuse(row, Problem::MissingSex { sex });
            continue;
        };
        if rows.iter().any(|row| row.year == year && row.form == form && row.group.overlaps(group)) {
            preview.refuse(Some(row), Problem::OverlappingGroups { year });
        }
        let parts = women.saturating_add(men);
        if let Some(printed) = printed.filter(|printed| *printed != parts) {
            let (of, parts, printed) = (TotalOf::Care(form, group), f64::from(parts), f64::from(printed));
            preview.residuals.push(Residual { year, of, parts, printed });
        }
        rows.push(CareUseRow { year, form, group, persons: BySex { women, men } });
    }
    // Ages that are missing since a row was refused would be told twice.
    if preview.errors.is_empty() {
        missing.into_iter().for_each(|(row, problem)| preview.refuse(row, problem));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Language;

    const GOOD: &str = "år;insats;åldersgrupp;kön;antal\n\
        2024;hemtjänst;65–79;kvinnor;200\n2024;hemtjänst;65–79;män;180\n2024;hemtjänst;65–79;totalt;380\n\
        2024;hemtjänst;80+;kvinnor;900\n2024;hemtjänst;80+;män;450\n";

    fn read_text(text: &str) -> Preview<CareUse> {
        read(
            text.as_bytes(),
            "Exempelstad",
            &Source::new("Exempelkommunen", "insatser.csv", "2024-10-31", "egen"),
        )
    }

    fn check(from: &str, to: &str, expected: &str) {
        check_bytes(GOOD.replacen(from, to, 1).as_bytes(), expected);
    }

    fn check_bytes(bytes: &[u8], expected: &str) {
        let source = Source::new("Exempelkommunen", "insatser.csv", "2024-10-31", "egen");
        let refused = read(bytes, "Exempelstad", &source).accept().unwrap_err();
        let sentence = refused.sentence(Language::Swedish);
        assert!(sentence.contains(expected), "expected `{expected}` in `{sentence}`");
    }

    #[test]
    fn a_good_file_is_read() {
        let preview = read_text(GOOD);
        assert_eq!((preview.rows_read, preview.rows_used, preview.rows_of_totals), (5, 4, 1));
        let table = preview.accept().unwrap();
        assert_eq!(table.total(CareForm::HomeCare, 2024), 1730);
    }

    #[test]
    fn bad_files_are_refused_with_row_and_reason() {
        check("insats", "sort", "Kolumnen insats");
        check("män;180", "män;-1", "rad 3: antal: -1 är mindre än noll");
        check("män;180", "män;12,5", "rad 3: antal: ”12,5” går inte att läsa; väntade ett helt antal");
        check("hemtjänst;65–79;män", "hemskt;65–79;män", "rad 3: insats: ”hemskt” går inte att läsa");
        check("65–79;män", "2024-01-01;män", "rad 3: åldersgrupp: ”2024-01-01” ser ut som ett datum");
        check("80+;män;450", "80+;kvinnor;450", "rad 6: Samma uppgift finns redan på rad 5");
        check("2024;hemtjänst;80+;män;450\n", "", "rad 5: Raden för män saknas");
        check(
            "2024;hemtjänst;65–79;män",
            "45566;hemtjänst;65–79;män",
            "rad 3: år: ”45566” ser ut som ett datum",
        );
        check("män;180", "män;x", "rad 3: antal: värdet är tomt eller dolt");
        check("kvinnor;200", "kvinnor", "rad 2: Raden har 4 celler, rubriken 5");
        check("65–79;kvinnor", "0–64;kvinnor", "rad 2: Åldersgruppen 0–64 har åldrar före 65");
        check(
            "hemtjänst;65–79;män",
            "hemtj\u{c3}\u{a4}nst;65–79;män",
            "rad 3: Å, ä och ö har blivit fel tecken",
        );
        check_bytes(GOOD.replace("80+", "70+").as_bytes(), "rad 6: 2024: åldersgrupperna överlappar");
        let ansi: Vec<u8> = GOOD.replace('–', "-").chars().map(|c| c as u32 as u8).collect();
        check_bytes(&ansi, "rad 1: Texten är inte UTF-8 (ser ut som Windows-1252");
        check_bytes(
            b"PK\x03\x04\x14\0\x06\0",
            "Texten är inte UTF-8 (ser ut som Excel, XLSX). Spara om filen som CSV",
        );
    }

    #[test]
    fn missing_ages_are_refused_with_the_row_beside_them() {
        let check =
            |from: &str, to: &str, expected: &str| check_bytes(GOOD.replace(from, to).as_bytes(), expected);
        check("65–79", "65–74", "rad 5: hemtjänst 2024: åldrarna 75–79 saknas");
        check("65–79", "70–79", "rad 2: hemtjänst 2024: åldrarna 65–69 saknas");
        check("80+", "80–89", "rad 5: hemtjänst 2024: åldrarna 90+ saknas");
        let only: String =
            GOOD.lines().filter(|line| !line.contains("65–79")).map(|line| format!("{line}\n")).collect();
        check_bytes(only.as_bytes(), "rad 2: hemtjänst 2024: åldrarna 65–79 saknas");
        check_bytes(
            only.replace("80+", "65+").as_bytes(),
            "rad 2: hemtjänst 2024: allt står i en enda åldersgrupp",
        );
    }

    #[test]
    fn what_is_odd_but_usable_is_flagged() {
        let preview = read_text(&GOOD.replace("totalt;380", "totalt;390"));
        let told: Vec<String> = preview.residuals.iter().map(|one| one.sentence(Language::Swedish)).collect();
        assert_eq!(
            told,
            ["2024 hemtjänst 65–79: delarna ger 380, men filen anger summan 390. Delarna används."]
        );
        assert!(preview.accept().is_ok());
        let printed = crate::data::sweden_care_use_as_printed();
        let mut text = "år;insats;åldersgrupp;kön;antal\n".to_owned();
        for row in &printed.rows {
            for sex in Sex::ALL {
                let (form, sex_word) = (row.form.text().swedish, sex.text().swedish);
                text += &format!("{};{form};{};{sex_word};{}\n", row.year, row.group, row.persons[sex]);
            }
        }
        let read = read_text(&text).accept().unwrap();
        assert_eq!(read.rows.len(), printed.rows.len());
        let flagged = crate::suspicion::swapped_sexes(&read, &crate::data::sweden_population());
        assert_eq!(flagged.len(), 3, "the swapped rows of table 21 are told, not mended in silence");
    }

    #[test]
    fn areas_are_split_and_unknown_ones_refused() {
        let source = Source::new("Exempelkommunen", "insatser.csv", "2024-10-31", "egen");
        let town = crate::data::sweden_population().scaled("Exempelstad", 0.01);
        let areas = [town.scaled("Norr", 0.4), town.scaled("Söder", 0.6)];
        let rows =
            |area: &str| GOOD.lines().skip(1).map(|line| format!("{area};{line}\n")).collect::<String>();
        let read = |text: &str| read_areas(text.as_bytes(), "Exempelstad", &source).accept().unwrap();
        let both = format!("område;år;insats;åldersgrupp;kön;antal\n{}{}", rows("norr"), rows("Söder"));
        let (whole, parts) = split_counts(read(&both), &town, &areas).unwrap();
        assert_eq!(whole.unwrap().total(CareForm::HomeCare, 2024), 2 * 1730);
        assert_eq!(parts.iter().map(|part| part.area.as_str()).collect::<Vec<_>>(), ["Söder", "Norr"]);
        let one = format!("område;år;insats;åldersgrupp;kön;antal\n{}{}", rows("Norr"), rows("exempelstad"));
        let (whole, parts) = split_counts(read(&one), &town, &areas).unwrap();
        assert_eq!((whole.map(|table| table.rows.len()), parts.len()), (Some(2), 1));
        let unknown = both.replace("norr", "Månen");
        let refused = split_counts(read(&unknown), &town, &areas).unwrap_err().sentence(Language::Swedish);
        assert!(refused.contains("Månen"), "{refused}");
        let preview = super::read(both.as_bytes(), "Exempelstad", &source);
        assert!(preview.accept().unwrap_err().sentence(Language::Swedish).contains("flera områden"));
    }
}
