//! What is wrong with the fields of a form: every field at once, in words that say what was expected.

use base::{Language, language::Text};
use person::IdentityError;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Nothing is written and something must be.
    Missing,
    /// Longer than is kept.
    TooLong {
        /// What is kept at most, in characters.
        characters_max: usize,
    },
    /// Not a number within the bounds.
    Number {
        /// The lowest that is taken.
        lowest: i64,
        /// The highest that is taken.
        highest: i64,
    },
    /// Something else has this already.
    Taken,
    /// There is no such thing.
    Unknown,
    /// Not of the form that is expected.
    Form {
        /// What is expected, as an example.
        example: &'static str,
    },
    /// Something else still needs it.
    StillUsed,
    /// The last administrator must stay.
    LastAdministrator,
    /// An identity number that cannot be.
    Identity(IdentityError),
    /// A rung of a ladder.
    Ladder(::alarm::ladder::LadderError),
    /// A password that is not taken.
    Password(::login::PasswordProblem),
    /// Not one of those that there are.
    NotAmong {
        /// Those that there are.
        known: Vec<String>,
    },
    /// An earlier row of the same file is about the same thing.
    Twice {
        /// The number of that row.
        first_row: usize,
    },
    /// More cells in a row than there are headings.
    CellCount {
        /// How many headings there are.
        expected: usize,
        /// How many cells the row has.
        found: usize,
    },
    /// A spreadsheet has rounded a long number.
    RoundedNumber,
    /// A device that is installed must have a person or an area.
    PlaceMissing,
    /// Columns that a file must have and has not.
    ColumnsMissing {
        /// What they are called.
        columns: Vec<Text>,
    },
    /// A file that cannot be read.
    File(export::read::ReadError),
    /// Something else that the municipality's life does not allow.
    NotAllowed {
        /// Why, in Swedish.
        swedish: &'static str,
        /// Why, in English.
        english: &'static str,
    },
}

impl Problem {
    /// What to tell the one who wrote it.
    pub fn sentence(&self, language: Language) -> String {
        match language {
            Language::Swedish => self.swedish(),
            Language::English => self.english(),
        }
    }

    fn swedish(&self) -> String {
        match self {
            Problem::Missing => "Måste fyllas i.".to_owned(),
            Problem::TooLong { characters_max } => format!("För långt: högst {characters_max} tecken."),
            Problem::Number { lowest, highest } => format!("Skriv ett tal från {lowest} till {highest}."),
            Problem::Taken => "Finns redan.".to_owned(),
            Problem::Unknown => "Finns inte.".to_owned(),
            Problem::Form { example } => format!("Skriv så här: {example}"),
            Problem::StillUsed => "Används fortfarande och kan inte tas bort.".to_owned(),
            Problem::LastAdministrator => "Den sista administratören måste vara kvar.".to_owned(),
            Problem::Identity(problem) => match problem {
                IdentityError::Empty => "Skriv numret: ÅÅÅÅMMDD-NNNN.".to_owned(),
                IdentityError::CheckDigit => "Sista siffran stämmer inte med de andra: leta efter ett skrivfel.".to_owned(),
                IdentityError::Date => "Datumet finns inte. Skriv ÅÅÅÅMMDD-NNNN.".to_owned(),
                IdentityError::Form => {
                    "Skriv ÅÅÅÅMMDD-NNNN, ÅÅMMDD-NNNN eller ett reservnummer med högst 16 bokstäver och siffror.".to_owned()
                }
            },
            Problem::Ladder(problem) => ladder_in_swedish(problem),
            Problem::Password(problem) => match problem {
                ::login::PasswordProblem::TooShort => {
                    format!("Minst {} tecken.", ::login::PASSWORD_CHARACTERS_MIN)
                }
                ::login::PasswordProblem::TooLong => {
                    format!("Högst {} tecken.", ::login::PASSWORD_CHARACTERS_MAX)
                }
                ::login::PasswordProblem::TooEasy => "För lätt att gissa.".to_owned(),
            },
            Problem::NotAmong { known } => format!("Finns inte. Det här finns: {}.", some_of(known)),
            Problem::Twice { first_row } => format!("Står redan på rad {first_row} i samma fil."),
            Problem::CellCount { expected, found } => {
                format!("Raden har {found} celler och rubrikerna är {expected}: leta efter ett skiljetecken för mycket.")
            }
            Problem::RoundedNumber => {
                "Kalkylprogrammet har avrundat ett långt tal. Gör kolumnen till text och skriv talet på nytt.".to_owned()
            }
            Problem::PlaceMissing => "En installerad enhet behöver ett personnummer eller ett område.".to_owned(),
            Problem::ColumnsMissing { columns } => {
                format!("Filen saknar de här rubrikerna: {}.", names_of(columns, Language::Swedish))
            }
            Problem::File(problem) => problem.sentence(Language::Swedish),
            Problem::NotAllowed { swedish, .. } => (*swedish).to_owned(),
        }
    }

    fn english(&self) -> String {
        match self {
            Problem::Missing => "Must be filled in.".to_owned(),
            Problem::TooLong { characters_max } => format!("Too long: at most {characters_max} characters."),
            Problem::Number { lowest, highest } => format!("Write a number from {lowest} to {highest}."),
            Problem::Taken => "Exists already.".to_owned(),
            Problem::Unknown => "Does not exist.".to_owned(),
            Problem::Form { example } => format!("Write it like this: {example}"),
            Problem::StillUsed => "Still in use and cannot be removed.".to_owned(),
            Problem::LastAdministrator => "The last administrator must stay.".to_owned(),
            Problem::Identity(problem) => sentence_case(&problem.to_string()),
            Problem::Ladder(problem) => sentence_case(&problem.to_string()),
            Problem::Password(problem) => sentence_case(&problem.to_string()),
            Problem::NotAmong { known } => format!("Does not exist. There is: {}.", some_of(known)),
            Problem::Twice { first_row } => format!("Stands already in row {first_row} of the same file."),
            Problem::CellCount { expected, found } => {
                format!(
                    "The row has {found} cells and there are {expected} headings: look for a separator too many."
                )
            }
            Problem::RoundedNumber => {
                "The spreadsheet has rounded a long number. Make the column text and write the number again."
                    .to_owned()
            }
            Problem::PlaceMissing => "An installed device needs an identity number or an area.".to_owned(),
            Problem::ColumnsMissing { columns } => {
                format!("The file lacks these headings: {}.", names_of(columns, Language::English))
            }
            Problem::File(problem) => problem.sentence(Language::English),
            Problem::NotAllowed { english, .. } => (*english).to_owned(),
        }
    }
}

/// The most names that a sentence lists.
const NAMES_SHOWN_MAX: usize = 12;

fn some_of(names: &[String]) -> String {
    let shown = names.iter().take(NAMES_SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMES_SHOWN_MAX { format!("{shown} …") } else { shown }
}

fn names_of(columns: &[Text], language: Language) -> String {
    columns.iter().map(|column| column.get(language)).collect::<Vec<_>>().join(", ")
}

fn ladder_in_swedish(problem: &::alarm::ladder::LadderError) -> String {
    use ::alarm::ladder::{LadderError, RUNG_SECONDS_MAX, RUNGS_MAX};
    match problem {
        LadderError::Empty => "En larmtrappa behöver minst ett steg.".to_owned(),
        LadderError::TooLong(found) => format!("Högst {RUNGS_MAX} steg, här är {found}."),
        LadderError::NotInOrder { rung, seconds } => {
            format!("Steg {rung} kommer efter {seconds} s, före steget ovanför: ordna stegen efter tid.")
        }
        LadderError::TooLate { rung, seconds } => {
            format!("Steg {rung} kommer efter {seconds} s: högst {RUNG_SECONDS_MAX} s.")
        }
        LadderError::Unreadable(word) => format!("Steget \"{word}\" går inte att läsa."),
    }
}

fn sentence_case(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

/// What is wrong with a form, field by field. Nothing was changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<(&'static str, Problem)>);

impl Problems {
    /// One problem.
    pub fn one(field: &'static str, problem: Problem) -> Self {
        Problems(vec![(field, problem)])
    }

    /// Notes a problem.
    pub fn add(&mut self, field: &'static str, problem: Problem) {
        self.0.push((field, problem));
    }

    /// Every problem, in the order of the form.
    pub fn all(&self) -> &[(&'static str, Problem)] {
        &self.0
    }

    /// The first problem of a field.
    pub fn of(&self, field: &str) -> Option<&Problem> {
        self.0.iter().find(|(found, _)| *found == field).map(|(_, problem)| problem)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nothing is wrong, or an error with everything that is.
    pub fn finish(self) -> Result<(), crate::AppError> {
        if self.0.is_empty() { Ok(()) } else { Err(crate::AppError::Invalid(self)) }
    }

    /// A text that may be empty, trimmed and of bounded length.
    pub(crate) fn text(&mut self, field: &'static str, text: &str, characters_max: usize) -> String {
        let text = text.trim();
        if text.chars().count() > characters_max {
            self.add(field, Problem::TooLong { characters_max });
        }
        text.to_owned()
    }

    /// A text that must be there, trimmed and of bounded length.
    pub(crate) fn required(&mut self, field: &'static str, text: &str, characters_max: usize) -> String {
        let text = self.text(field, text, characters_max);
        if text.is_empty() {
            self.add(field, Problem::Missing);
        }
        text
    }

    /// A whole number within bounds; the lowest where it does not read.
    pub(crate) fn number(&mut self, field: &'static str, text: &str, lowest: i64, highest: i64) -> i64 {
        match text.trim().parse::<i64>() {
            Ok(number) if (lowest..=highest).contains(&number) => number,
            _ => {
                self.add(field, Problem::Number { lowest, highest });
                lowest
            }
        }
    }

    /// An id or nothing.
    pub(crate) fn id<T: std::str::FromStr>(&mut self, field: &'static str, text: &str) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let read = text.parse().ok();
        if read.is_none() {
            self.add(field, Problem::Unknown);
        }
        read
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, (field, problem)) in self.0.iter().enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            write!(f, "{separator}{field}: {}", problem.english())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_told_at_once_in_both_languages() {
        let mut problems = Problems::default();
        assert_eq!(problems.required("name", "  ", 10), "");
        assert_eq!(problems.text("note", "för lång text", 3), "för lång text");
        assert_eq!(problems.number("seconds", "tre", 1, 9), 1);
        assert_eq!(problems.number("days", " 7 ", 1, 9), 7);
        assert_eq!(problems.id::<base::AreaId>("area", "hit"), None);
        let fields: Vec<&str> = problems.all().iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["name", "note", "seconds", "area"]);
        assert_eq!(
            problems.of("seconds").unwrap().sentence(Language::Swedish),
            "Skriv ett tal från 1 till 9."
        );
        assert_eq!(
            problems.of("note").unwrap().sentence(Language::English),
            "Too long: at most 3 characters."
        );
    }
}
