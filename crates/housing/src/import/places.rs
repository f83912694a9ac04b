//! A register of homes as a CSV file: name, kind, owner, places, opening, closing, and one renovation per row.

use base::language::Text;
use base::time::Date;

use super::delimited::Delimited;
use super::number;
use super::problem::Problem;
use super::text::decode;
use super::{Preview, RowError};
use crate::places::register::{Home, Owner, PlaceKind, Register, Renovation};
use crate::source::Source;

/// Reads a register. A home with several renovations has a row for each, otherwise alike.
pub fn read(bytes: &[u8], source: &Source) -> Preview<Register> {
    let file = decode(bytes).and_then(|text| Delimited::parse(&text));
    match file.and_then(|file| Columns::find(&file).map(|columns| (file, columns))) {
        Ok((file, columns)) => read_rows(&file, &columns, source),
        Err(error) => Preview::refused(error),
    }
}

struct Columns {
    name: usize,
    kind: usize,
    owner: usize,
    places: usize,
    opens: Option<usize>,
    closes: Option<usize>,
    renovation: Option<[usize; 4]>,
}

impl Columns {
    fn find(file: &Delimited) -> Result<Columns, RowError> {
        let renovation = [
            file.column(&["evakuering från", "evacuated from"]),
            file.column(&["evakuering till", "evacuated until"]),
            file.column(&["evakuerade platser", "places evacuated"]),
            file.column(&["platser efter", "places after"]),
        ];
        let renovation = match renovation {
            [Some(from), Some(until), Some(evacuated), Some(after)] => Some([from, until, evacuated, after]),
            _ => None,
        };
        Ok(Columns {
            name: file.required(&["namn", "name", "boende"], "namn (name)")?,
            kind: file.required(&["slag", "typ", "kind"], "slag (kind)")?,
            owner: file.required(&["driftform", "owner", "ägare"], "driftform (owner)")?,
            places: file.required(&["platser", "places"], "platser (places)")?,
            opens: file.column(&["öppnar", "opens"]),
            closes: file.column(&["stänger", "closes"]),
            renovation,
        })
    }
}

fn read_rows(file: &Delimited, columns: &Columns, source: &Source) -> Preview<Register> {
    let mut preview = Preview::empty();
    let mut homes: Vec<(usize, Home)> = Vec::new();
    for (row, cells) in &file.rows {
        preview.rows_read += 1;
        if cells.len() != file.heading.len() {
            let problem = Problem::CellCount { expected: file.heading.len(), found: cells.len() };
            preview.refuse(Some(*row), problem);
            continue;
        }
        match read_home(cells, columns) {
            Ok(home) => {
                preview.rows_used += 1;
                let same = homes.iter_mut().find(|(_, known)| {
                    known.name == home.name && known.kind == home.kind && !home.renovations.is_empty()
                });
                match same {
                    Some((_, known)) => known.renovations.extend(home.renovations),
                    None => homes.push((*row, home)),
                }
            }
            Err(problem) => preview.refuse(Some(*row), problem),
        }
    }
    for (row, home) in &mut homes {
        home.renovations.sort_by_key(|renovation| renovation.from);
        if let Err(error) = home.check() {
            preview.refuse(Some(*row), Problem::Home(error));
        }
    }
    if file.rows.is_empty() {
        preview.refuse(None, Problem::Empty);
    }
    if preview.errors.is_empty() {
        let homes = homes.into_iter().map(|(_, home)| home).collect();
        preview.value = Some(Register { homes, source: source.clone() });
    }
    preview
}

fn read_home(cells: &[String], columns: &Columns) -> Result<Home, Problem> {
    let kind_words = Text::new(
        "vård- och omsorgsboende, demensboende, servicehus, korttid eller seniorbostäder",
        "care home, dementia home, service house, short-term places or senior housing",
    );
    let owner_words = Text::new("egen regi, entreprenad eller LOV", "own-run, contracted or choice system");
    let kind = PlaceKind::from_name(&cells[columns.kind])
        .ok_or_else(|| number::bad("slag", &cells[columns.kind], kind_words))?;
    let owner = Owner::from_name(&cells[columns.owner])
        .ok_or_else(|| number::bad("driftform", &cells[columns.owner], owner_words))?;
    let date = |column: Option<usize>, name| match column.map(|column| cells[column].as_str()) {
        None | Some("") => Ok(None),
        Some(cell) => cell.parse::<Date>().map(Some).map_err(|_| {
            number::bad(name, cell, Text::new("en dag som 2027-05-01", "a day such as 2027-05-01"))
        }),
    };
    let renovation = match columns.renovation {
        Some([from, until, evacuated, after]) => {
            match (date(Some(from), "evakuering från")?, date(Some(until), "evakuering till")?) {
                (Some(from), Some(until)) => Some(Renovation {
                    from,
                    until,
                    places_evacuated: whole(&cells[evacuated], "evakuerade platser")?,
                    places_after: whole(&cells[after], "platser efter")?,
                }),
                _ => None,
            }
        }
        None => None,
    };
    Ok(Home {
        name: cells[columns.name].clone(),
        kind,
        owner,
        places: whole(&cells[columns.places], "platser")?,
        opens: date(columns.opens, "öppnar")?,
        closes: date(columns.closes, "stänger")?,
        renovations: renovation.into_iter().collect(),
    })
}

fn whole(cell: &str, column: &'static str) -> Result<u32, Problem> {
    let count = number::count(cell, column)?;
    if count.fract() != 0.0 {
        return Err(number::bad(column, cell, Text::new("ett helt antal", "a whole number")));
    }
    Ok(count as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Language;

    const GOOD: &str = "namn;slag;driftform;platser;öppnar;stänger;evakuering från;evakuering till;evakuerade platser;platser efter\n\
        Ekgården;demensboende;egen regi;54;;;;;;\n\
        Lindgården;servicehus;LOV;80;2027-05-01;;2035-01-01;2036-01-01;80;72\n";

    fn read_text(text: &str) -> Preview<Register> {
        read(text.as_bytes(), &Source::new("Exempelkommunen", "boendeplan.csv", "2026-01-01", "egen"))
    }

    #[test]
    fn a_register_is_read() {
        let register = read_text(GOOD).accept().unwrap();
        let places = |year| register.places_in(&PlaceKind::CARE_HOMES, year);
        assert_eq!([2026, 2027, 2035, 2036].map(places), [54, 134, 54, 126]);
    }

    #[test]
    fn bad_rows_are_refused() {
        let check = |from: &str, to: &str, expected: &str| {
            let refused = read_text(&GOOD.replacen(from, to, 1)).accept().unwrap_err();
            let sentence = refused.sentence(Language::Swedish);
            assert!(sentence.contains(expected), "expected `{expected}` in `{sentence}`");
        };
        check("demensboende", "hotell", "rad 2: slag: ”hotell”");
        check("2027-05-01", "1 maj", "rad 3: öppnar: ”1 maj”");
        check(";54;", ";-4;", "rad 2: platser: -4 är mindre än noll");
        check("slag;", "sort;", "rad 1: Kolumnen slag");
        check(
            "2027-05-01",
            "46508",
            "rad 3: öppnar: ”46508” går inte att läsa; väntade en dag som 2027-05-01",
        );
        check("2027-05-01", "2027-02-31", "rad 3: öppnar: ”2027-02-31” går inte att läsa");
        check("54;;;;;;", "54;;;;;", "rad 2: Raden har 9 celler, rubriken 10");
        check(";54;", ";;", "rad 2: platser: värdet är tomt eller dolt");
        check("2027-05-01;;", "2027-05-01;2026-05-01;", "rad 3: Boendet stänger innan det öppnar");
        check(";80;72", ";81;72", "rad 3: Fler platser evakueras än boendet har");
        check("egen regi", "hemlig", "rad 2: driftform: ”hemlig”");
        let ansi: Vec<u8> = GOOD.chars().map(|c| c as u32 as u8).collect();
        let source = Source::new("Exempelkommunen", "boendeplan.csv", "2026-01-01", "egen");
        let refused = read(&ansi, &source).accept().unwrap_err().sentence(Language::Swedish);
        assert!(refused.contains("rad 1: Texten är inte UTF-8"), "{refused}");
    }
}
