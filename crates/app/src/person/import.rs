//! People from a file. A person is known by their identity number: one who stands already is left as they stand.

use std::collections::HashMap;

use ::person::{Identity, Person};
use access::{Action, Actor, Relation};
use base::{
    Language, PersonId, Private,
    time::{Date, stockholm},
};
use export::read::Rows;
use store::{Transaction, team::Area};

use super::{
    form::{Form, fields},
    relation::subject,
};
use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    import::{Column, Findings, Line, PORTION_ROWS, Progress, Table, Verdict, table},
    problem::{Problem, Problems},
    sheet::Sheet,
};

/// What a file may tell of a person. The first names are those of our own files.
pub const COLUMNS: [Column; 15] = [
    Column::new("identity", "personnummer", "identity number").required().or(&["personnr", "pnr"]),
    Column::new("given_name", "förnamn", "given name").required().or(&["tilltalsnamn", "first name"]),
    Column::new("family_name", "efternamn", "family name").required().or(&["last name"]),
    Column::new("protected", "skyddade uppgifter", "protected identity").or(&["skyddad", "sekretess"]),
    Column::new("spoken_language", "språk", "language"),
    Column::new("phone", "telefon", "phone").or(&["telefonnummer", "mobil"]),
    Column::new("street", "gatuadress", "street").or(&["adress", "address", "gata"]),
    Column::new("postal_code", "postnummer", "postal code").or(&["postnr"]),
    Column::new("town", "postort", "town").or(&["ort"]),
    Column::new("latitude", "latitud", "latitude"),
    Column::new("longitude", "longitud", "longitude"),
    Column::new("area", "område", "area"),
    Column::new("entry_note", "hur man kommer in", "how to get in").or(&["portkod", "nyckel"]),
    Column::new("health_note", "hälsa att veta om", "health note").or(&["hälsa"]),
    Column::new("note", "anteckning", "note"),
];

/// A file to fill in.
pub fn template(language: Language) -> Sheet {
    crate::import::template("mall-personer", &COLUMNS, language)
}

/// Looks at every row and changes nothing.
pub async fn preview(app: &App, actor: &Actor, rows: &Rows) -> Result<Findings, AppError> {
    let file = open(app, actor, rows)?;
    let mut transaction = app.store.read().await?;
    let mut findings = Findings::of(&file.table);
    for lines in file.table.lines.chunks(PORTION_ROWS) {
        file.look_at(app, &mut transaction, lines, &mut findings).await?;
    }
    Ok(findings)
}

/// Writes the good rows, a portion at a time, and says what became of each. An interrupted import is finished by
/// sending the same file again.
pub async fn import(
    app: &App,
    actor: &Actor,
    rows: &Rows,
    progress: Progress<'_>,
) -> Result<Findings, AppError> {
    let file = open(app, actor, rows)?;
    let mut findings = Findings::of(&file.table);
    let total = file.table.lines.len();
    for (portion, lines) in file.table.lines.chunks(PORTION_ROWS).enumerate() {
        let mut transaction = app.store.write().await?;
        let new = file.look_at(app, &mut transaction, lines, &mut findings).await?;
        store::person::save_many(&mut transaction, &new, app.now()).await?;
        for person in &new {
            let about =
                About { person: Some(person.id), subject: subject(person.id), reason: "import".to_owned() };
            record(app, &mut transaction, actor, Action::PersonWrite, about).await?;
        }
        transaction.commit().await?;
        progress((portion * PORTION_ROWS + lines.len()).min(total), total);
    }
    Ok(findings)
}

/// A file with what does not depend on its rows.
struct File {
    table: Table,
    repeated: HashMap<usize, usize>,
    today: Date,
}

fn open(app: &App, actor: &Actor, rows: &Rows) -> Result<File, AppError> {
    require(actor, Action::PersonWrite, Relation::NoPerson)?;
    let today = app.now().to_zoned(stockholm()).date();
    let table = table(rows, &COLUMNS)?;
    let repeated = table.repeated(|line| identity(&table, line, today).unwrap_or_default());
    Ok(File { table, repeated, today })
}

/// The identity number of a row as the register keeps it.
fn identity(table: &Table, line: &Line, today: Date) -> Option<String> {
    Identity::parse(table.text(line, "identity"), today).ok().map(|identity| identity.as_str().to_owned())
}

impl File {
    async fn look_at(
        &self,
        app: &App,
        transaction: &mut Transaction,
        lines: &[Line],
        findings: &mut Findings,
    ) -> Result<Vec<Person>, AppError> {
        let areas = store::team::areas(transaction).await?;
        let identities = lines.iter().filter_map(|line| identity(&self.table, line, self.today)).collect();
        let known = store::person::by_identities(transaction, identities).await?;
        let ids: Vec<PersonId> = known.iter().map(|(_, id)| *id).collect();
        let people = store::person::load_many(transaction, &ids).await?;
        let known: HashMap<String, Person> =
            people.into_iter().map(|person| (person.identity.reveal().as_str().to_owned(), person)).collect();
        let mut new = Vec::new();
        for line in lines {
            let id = PersonId::fresh(app.ids.as_ref(), app.now());
            new.extend(findings.note(&self.table, line, self.judge(line, id, &known, &areas)));
        }
        Ok(new)
    }

    fn judge(
        &self,
        line: &Line,
        id: PersonId,
        known: &HashMap<String, Person>,
        areas: &[Area],
    ) -> Verdict<Person> {
        let mut problems = self.table.faults(line);
        if let Some(first_row) = self.repeated.get(&line.number) {
            problems.add("identity", Problem::Twice { first_row: *first_row });
        }
        let form = self.form(&mut problems, line, areas);
        let ids: Vec<_> = areas.iter().map(|area| area.id).collect();
        match form.read(id, None, &ids, self.today) {
            Ok(person) if problems.is_empty() => match known.get(person.identity.reveal().as_str()) {
                Some(standing) => self.compare(standing, &person),
                None => Verdict::New(person),
            },
            Ok(_) => Verdict::Bad(problems),
            Err(more) => {
                for (field, problem) in more.all() {
                    if problems.of(field).is_none() {
                        problems.add(field, problem.clone());
                    }
                }
                Verdict::Bad(problems)
            }
        }
    }

    fn form(&self, problems: &mut Problems, line: &Line, areas: &[Area]) -> Form {
        let text = |field: &str| self.table.text(line, field);
        let private = |field: &str| Private::new(text(field).to_owned());
        let protected = match text("protected").to_lowercase().as_str() {
            "" | "nej" | "no" | "false" | "0" => false,
            "ja" | "yes" | "true" | "1" => true,
            _ => {
                problems.add("protected", Problem::Form { example: "ja / nej" });
                true
            }
        };
        let name = text("area").to_lowercase();
        let area = areas.iter().find(|area| area.name.to_lowercase() == name);
        if area.is_none() && !name.is_empty() {
            let known = areas.iter().map(|area| area.name.clone()).collect();
            problems.add("area", Problem::NotAmong { known });
        }
        Form {
            identity: private("identity"),
            protected,
            given_name: private("given_name"),
            family_name: private("family_name"),
            spoken_language: private("spoken_language"),
            phone: private("phone"),
            street: private("street"),
            postal_code: private("postal_code"),
            town: private("town"),
            latitude: private("latitude"),
            longitude: private("longitude"),
            area: area.map(|area| area.id.to_string()).unwrap_or_default(),
            entry_note: private("entry_note"),
            health_note: private("health_note"),
            note: private("note"),
        }
    }

    /// Whether a row says what stands. Only columns that the file has are compared.
    fn compare(&self, standing: &Person, row: &Person) -> Verdict<Person> {
        let differing: Vec<&'static str> = fields(standing)
            .into_iter()
            .zip(fields(row))
            .filter(|((field, left), (_, right))| left != right && self.table.has(field))
            .map(|((field, _), _)| field)
            .collect();
        if differing.is_empty() { Verdict::Known } else { Verdict::Differs(differing) }
    }
}
