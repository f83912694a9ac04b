//! Every reason to refuse a file or a row, with its sentence in both languages.

use base::language::{Language, Text};

use crate::demand::care_use::CareForm;
use crate::group::{AgeGroup, Sex};
use crate::places::register::HomeError;

/// What was wrong, where the reader looks and what was expected.
#[derive(Debug, Clone, PartialEq)]
pub enum Problem {
    /// Nothing in the file.
    Empty,
    /// The file is larger than the limit.
    TooLarge {
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// More rows than the limit.
    TooManyRows {
        /// The limit.
        rows_max: usize,
    },
    /// Bytes that are not UTF-8.
    Encoding {
        /// What it looks like.
        looks_like: &'static str,
    },
    /// Text that was decoded wrongly before it was saved (`Ã¥` for `å`).
    Mojibake,
    /// A column is missing.
    MissingColumn {
        /// The words that would have been understood.
        expected: &'static str,
        /// The columns of the file.
        found: String,
    },
    /// A row with too few or too many cells.
    CellCount {
        /// Columns in the heading.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// A spreadsheet has turned the cell into a date.
    ExcelDate {
        /// The column.
        column: &'static str,
        /// The cell.
        found: String,
    },
    /// A cell that is not what its column asks for.
    BadCell {
        /// The column.
        column: &'static str,
        /// The cell.
        found: String,
        /// What was expected.
        expected: Text,
    },
    /// A count below nought.
    Negative {
        /// The column.
        column: &'static str,
        /// The cell.
        found: String,
    },
    /// A count that is left blank or masked (`x`, `..`).
    Masked {
        /// The column.
        column: &'static str,
        /// The cell.
        found: String,
    },
    /// The same figure stands twice.
    Duplicate {
        /// The row that had it first.
        first_row: usize,
    },
    /// An age is missing for a sex and year.
    MissingAge {
        /// The area.
        area: String,
        /// The year.
        year: i32,
        /// The sex.
        sex: Sex,
        /// The first missing age.
        age: usize,
    },
    /// A year between two others is missing.
    MissingYear {
        /// The area.
        area: String,
        /// The year.
        year: i32,
    },
    /// Women and men seem to have changed places.
    SwappedSexes {
        /// The area.
        area: String,
        /// The year.
        year: i32,
    },
    /// Two age groups of one form overlap.
    OverlappingGroups {
        /// The year.
        year: i32,
    },
    /// Ages without any count of a care form that is counted at other ages.
    MissingGroup {
        /// The care form.
        form: CareForm,
        /// The year.
        year: i32,
        /// The ages that no group holds.
        ages: AgeGroup,
    },
    /// All ages in one group, which does not show how need rises with age.
    OneGroup {
        /// The care form.
        form: CareForm,
        /// The year.
        year: i32,
    },
    /// An age group that holds ages before those of elder care.
    YoungGroup {
        /// The group.
        group: AgeGroup,
    },
    /// One sex of a group is missing.
    MissingSex {
        /// The sex that is missing.
        sex: Sex,
    },
    /// Several areas where one is asked for.
    SeveralAreas,
    /// The areas of a file have different years.
    AreasDiffer,
    /// An area that the population file does not have.
    UnknownArea {
        /// The area.
        area: String,
    },
    /// A home that cannot stand as it is written.
    Home(HomeError),
    /// A PX file breaks its own format.
    Px {
        /// What was wrong.
        reason: Text,
        /// The keyword or value.
        at: String,
    },
}

impl Problem {
    /// The reason in one sentence.
    pub fn sentence(&self, language: Language) -> String {
        let (text, pairs) = self.parts(language);
        pairs.iter().fold(text.get(language).to_owned(), |sentence, (name, value)| {
            sentence.replace(&format!("{{{name}}}"), value)
        })
    }

    fn parts(&self, language: Language) -> (Text, Vec<(&'static str, String)>) {
        match self {
            Problem::Empty => (Text::new("Filen är tom.", "The file is empty."), vec![]),
            Problem::TooLarge { bytes_max } => (
                Text::new("Filen är större än {max} byte.", "The file is larger than {max} bytes."),
                vec![("max", bytes_max.to_string())],
            ),
            Problem::TooManyRows { rows_max } => (
                Text::new("Filen har fler än {max} rader.", "The file has more than {max} rows."),
                vec![("max", rows_max.to_string())],
            ),
            Problem::Encoding { looks_like } => (
                Text::new(
                    "Texten är inte UTF-8 (ser ut som {like}). Spara om filen som CSV UTF-8.",
                    "The text is not UTF-8 (it looks like {like}). Save the file again as CSV UTF-8.",
                ),
                vec![("like", (*looks_like).to_owned())],
            ),
            Problem::Mojibake => (
                Text::new(
                    "Å, ä och ö har blivit fel tecken (som Ã¥): filen har lästs med fel teckenkodning innan den sparades.",
                    "Å, ä and ö have become wrong characters (such as Ã¥): the file was read with the wrong encoding before it was saved.",
                ),
                vec![],
            ),
            Problem::MissingColumn { expected, found } => (
                Text::new(
                    "Kolumnen {expected} saknas. Filens kolumner: {found}.",
                    "The column {expected} is missing. The file's columns: {found}.",
                ),
                vec![("expected", (*expected).to_owned()), ("found", found.clone())],
            ),
            Problem::CellCount { expected, found } => (
                Text::new(
                    "Raden har {found} celler, rubriken {expected}.",
                    "The row has {found} cells, the heading {expected}.",
                ),
                vec![("expected", expected.to_string()), ("found", found.to_string())],
            ),
            Problem::Px { reason, at } => {
                let text = Text::new("PX: {reason} ({at}).", "PX: {reason} ({at}).");
                (text, vec![("reason", reason.get(language).to_owned()), ("at", at.clone())])
            }
            Problem::ExcelDate { .. }
            | Problem::BadCell { .. }
            | Problem::Negative { .. }
            | Problem::Masked { .. } => self.cell_parts(language),
            _ => self.table_parts(language),
        }
    }

    fn cell_parts(&self, language: Language) -> (Text, Vec<(&'static str, String)>) {
        match self {
            Problem::ExcelDate { column, found } => (
                Text::new(
                    "{column}: ”{found}” ser ut som ett datum. Kalkylprogrammet har gjort om cellen; formatera kolumnen som text.",
                    "{column}: “{found}” looks like a date. The spreadsheet has changed the cell; format the column as text.",
                ),
                vec![("column", (*column).to_owned()), ("found", found.clone())],
            ),
            Problem::BadCell { column, found, expected } => (
                Text::new(
                    "{column}: ”{found}” går inte att läsa; väntade {expected}.",
                    "{column}: “{found}” cannot be read; expected {expected}.",
                ),
                vec![
                    ("column", (*column).to_owned()),
                    ("expected", expected.get(language).to_owned()),
                    ("found", found.clone()),
                ],
            ),
            Problem::Negative { column, found } => (
                Text::new(
                    "{column}: {found} är mindre än noll; ett antal personer kan inte vara negativt.",
                    "{column}: {found} is below nought; a number of persons cannot be negative.",
                ),
                vec![("column", (*column).to_owned()), ("found", found.clone())],
            ),
            Problem::Masked { column, found } => (
                Text::new(
                    "{column}: värdet är tomt eller dolt (”{found}”). Ange ett antal eller ta bort raden.",
                    "{column}: the value is blank or masked (“{found}”). Give a number or remove the row.",
                ),
                vec![("column", (*column).to_owned()), ("found", found.clone())],
            ),
            _ => (Text::new("", ""), vec![]),
        }
    }

    fn table_parts(&self, language: Language) -> (Text, Vec<(&'static str, String)>) {
        match self {
            Problem::Duplicate { first_row } => (
                Text::new(
                    "Samma uppgift finns redan på rad {row}.",
                    "The same figure already stands in row {row}.",
                ),
                vec![("row", first_row.to_string())],
            ),
            Problem::MissingAge { area, year, sex, age } => (
                Text::new(
                    "{area} {year}: åldern {age} saknas för {sex}. Alla åldrar 0–99 och 100+ behövs.",
                    "{area} {year}: age {age} is missing for {sex}. All ages 0–99 and 100+ are needed.",
                ),
                vec![
                    ("area", area.clone()),
                    ("year", year.to_string()),
                    ("sex", sex.text().get(language).to_owned()),
                    ("age", age.to_string()),
                ],
            ),
            Problem::MissingYear { area, year } => (
                Text::new("{area}: året {year} saknas.", "{area}: the year {year} is missing."),
                vec![("area", area.clone()), ("year", year.to_string())],
            ),
            Problem::SwappedSexes { area, year } => (
                Text::new(
                    "{area} {year}: fler män än kvinnor är 85 år eller äldre; kvinnor och män är troligen omkastade.",
                    "{area} {year}: more men than women are 85 or older; women and men are probably swapped.",
                ),
                vec![("area", area.clone()), ("year", year.to_string())],
            ),
            Problem::AreasDiffer => (
                Text::new(
                    "Områdena har olika år och kan inte läggas ihop.",
                    "The areas have different years and cannot be added up.",
                ),
                vec![],
            ),
            Problem::UnknownArea { area } => (
                Text::new(
                    "Området {area} finns inte i folkmängdsfilen, så ingen kan säga vems insatserna är.",
                    "The area {area} is not in the population file, so nobody can say whose care this is.",
                ),
                vec![("area", area.clone())],
            ),
            Problem::SeveralAreas => (
                Text::new(
                    "Filen har flera områden, men här behövs ett.",
                    "The file has several areas, but one is needed here.",
                ),
                vec![],
            ),
            _ => self.group_parts(language),
        }
    }
    fn group_parts(&self, language: Language) -> (Text, Vec<(&'static str, String)>) {
        match self {
            Problem::OverlappingGroups { year } => (
                Text::new("{year}: åldersgrupperna överlappar varandra.", "{year}: the age groups overlap."),
                vec![("year", year.to_string())],
            ),
            Problem::MissingGroup { form, year, ages } => (
                Text::new(
                    "{form} {year}: åldrarna {ages} saknas. Åldersgrupperna behöver tillsammans täcka 65 år och äldre.",
                    "{form} {year}: ages {ages} are missing. The age groups together need to cover 65 and more.",
                ),
                vec![
                    ("form", form.text().get(language).to_owned()),
                    ("year", year.to_string()),
                    ("ages", ages.to_string()),
                ],
            ),
            Problem::OneGroup { form, year } => (
                Text::new(
                    "{form} {year}: allt står i en enda åldersgrupp. Minst två behövs, som 65–79 och 80+.",
                    "{form} {year}: all stands in a single age group. At least two are needed, such as 65–79 and 80+.",
                ),
                vec![("form", form.text().get(language).to_owned()), ("year", year.to_string())],
            ),
            Problem::YoungGroup { group } => (
                Text::new(
                    "Åldersgruppen {group} har åldrar före 65, men prognosen gäller 65 år och äldre. Ta bort raden.",
                    "The age group {group} has ages before 65, but the forecast is of 65 and more. Remove the row.",
                ),
                vec![("group", group.to_string())],
            ),
            Problem::MissingSex { sex } => (
                Text::new("Raden för {sex} saknas i gruppen.", "The row for {sex} is missing in the group."),
                vec![("sex", sex.text().get(language).to_owned())],
            ),
            Problem::Home(error) => (error.text(), vec![]),
            _ => (Text::new("", ""), vec![]),
        }
    }
}
