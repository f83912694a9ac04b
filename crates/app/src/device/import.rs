//! Devices from a file. A device is known by its serial number: one that stands already is left as it stands.

use std::collections::HashMap;

use ::device::{Device, Model, Stage};
use ::login::digest_secrets;
use ::person::Identity;
use access::{Action, Actor, Relation};
use base::{
    DeviceId, Language, PersonId, Private,
    time::{Date, stockholm},
};
use export::read::Rows;
use store::{
    Transaction,
    device::{Secrets, Step},
    team::Area,
};

use super::{
    form::{Form, fields},
    secret::{check_password, realm},
    subject,
};
use crate::{
    App, AppError,
    audit::{About, record},
    error::require,
    import::{Column, Findings, Line, PORTION_ROWS, Progress, Table, Verdict, table},
    problem::{Problem, Problems},
    sheet::Sheet,
    team::refresh,
};

/// What a file may tell of a device. The first names are those of our own files.
pub const COLUMNS: [Column; 13] = [
    Column::new("serial", "serienummer", "serial number").required().or(&["serienr", "s/n"]),
    Column::new("controller_id", "id på tråden", "controller id").or(&["id", "cid", "controllerid"]),
    Column::new("model", "modell", "model").required(),
    Column::new("generation", "generation", "generation").or(&["nät", "teknik"]),
    Column::new("stage", "läge", "stage").or(&["status"]),
    Column::new("identity", "personnummer", "identity number").or(&["person", "brukare", "personnr"]),
    Column::new("area", "område", "area"),
    Column::new("room", "rum", "room"),
    Column::new("accessories", "tillbehör", "accessories"),
    Column::new("network_operator", "mobiloperatör", "network operator").or(&["operatör"]),
    Column::new("latitude", "latitud", "latitude"),
    Column::new("longitude", "longitud", "longitude"),
    Column::new("password", "lösenord", "password").secret(),
];

/// What the first step of an imported device's life says.
const NOTE: &str = "Import";

/// A file to fill in.
pub fn template(language: Language) -> Sheet {
    crate::import::template("mall-enheter", &COLUMNS, language)
}

/// Looks at every row and changes nothing.
pub async fn preview(app: &App, actor: &Actor, rows: &Rows) -> Result<Findings, AppError> {
    let file = open(app, actor, rows).await?;
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
    let file = open(app, actor, rows).await?;
    let mut findings = Findings::of(&file.table);
    let total = file.table.lines.len();
    for (portion, lines) in file.table.lines.chunks(PORTION_ROWS).enumerate() {
        let mut transaction = app.store.write().await?;
        let new = file.look_at(app, &mut transaction, lines, &mut findings).await?;
        if !new.is_empty() {
            save(app, &mut transaction, actor, &new).await?;
        }
        transaction.commit().await?;
        progress((portion * PORTION_ROWS + lines.len()).min(total), total);
    }
    refresh(app).await?;
    Ok(findings)
}

/// A file with what does not depend on its rows.
struct File {
    table: Table,
    repeated_serials: HashMap<usize, usize>,
    repeated_ids: HashMap<usize, usize>,
    realm: String,
    today: Date,
}

async fn open(app: &App, actor: &Actor, rows: &Rows) -> Result<File, AppError> {
    require(actor, Action::DeviceWrite, Relation::NoPerson)?;
    let table = table(rows, &COLUMNS)?;
    if table.has("identity") {
        // The answer tells who is in the register.
        require(actor, Action::PersonSearch, Relation::NoPerson)?;
    }
    Ok(File {
        repeated_serials: table.repeated(|line| table.text(line, "serial").to_owned()),
        repeated_ids: table.repeated(|line| controller_id(&table, line).to_owned()),
        table,
        realm: realm(app).await?,
        today: app.now().to_zoned(stockholm()).date(),
    })
}

fn controller_id<'a>(table: &Table, line: &'a Line) -> &'a str {
    match table.text(line, "controller_id") {
        "" => table.text(line, "serial"),
        written => written,
    }
}

/// What the database knows about the devices and people that some rows name.
struct Known {
    models: Vec<Model>,
    areas: Vec<Area>,
    people: HashMap<String, PersonId>,
    by_serial: HashMap<String, Device>,
    by_controller_id: HashMap<String, DeviceId>,
}

/// A row that is right.
struct New {
    device: Device,
    secrets: Option<Secrets>,
}

impl File {
    /// What some rows turn out to be; what is new is handed on.
    async fn look_at(
        &self,
        app: &App,
        transaction: &mut Transaction,
        lines: &[Line],
        findings: &mut Findings,
    ) -> Result<Vec<New>, AppError> {
        let known = self.known(transaction, lines).await?;
        let mut new = Vec::new();
        for line in lines {
            let id = DeviceId::fresh(app.ids.as_ref(), app.now());
            new.extend(findings.note(&self.table, line, self.judge(line, id, &known)));
        }
        Ok(new)
    }

    async fn known(&self, transaction: &mut Transaction, lines: &[Line]) -> Result<Known, AppError> {
        let texts = |field: &str| -> Vec<String> {
            let cells = lines.iter().map(|line| self.table.text(line, field));
            cells.filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
        };
        let ids = lines.iter().map(|line| controller_id(&self.table, line).to_owned()).collect();
        let devices = store::device::by_names(transaction, texts("serial"), ids).await?;
        let identities = texts("identity").iter().filter_map(|text| self.identity(text)).collect();
        let people = store::person::by_identities(transaction, identities).await?;
        Ok(Known {
            models: store::device::models(transaction).await?,
            areas: store::team::areas(transaction).await?,
            people: people.into_iter().collect(),
            by_controller_id: devices
                .iter()
                .map(|device| (device.controller_id.clone(), device.id))
                .collect(),
            by_serial: devices.into_iter().map(|device| (device.serial.clone(), device)).collect(),
        })
    }

    /// An identity number as the register keeps it.
    fn identity(&self, text: &str) -> Option<String> {
        Identity::parse(text, self.today).ok().map(|identity| identity.as_str().to_owned())
    }

    fn judge(&self, line: &Line, id: DeviceId, known: &Known) -> Verdict<New> {
        let table = &self.table;
        let mut problems = table.faults(line);
        for (field, repeated) in [("serial", &self.repeated_serials), ("controller_id", &self.repeated_ids)] {
            let first_row = repeated.get(&line.number).copied();
            // A device without an id of its own repeats its serial number; that is told once.
            if let Some(first_row) = first_row.filter(|_| table.has(field)) {
                problems.add(field, Problem::Twice { first_row });
            }
        }
        if !problems.is_empty() {
            return Verdict::Bad(problems);
        }
        let standing = known.by_serial.get(table.text(line, "serial"));
        match self.read(line, id, standing, known) {
            Err(problems) => Verdict::Bad(problems),
            Ok(new) => match standing {
                Some(standing) => self.compare(standing, &new.device),
                None if known.by_controller_id.contains_key(&new.device.controller_id) => {
                    Verdict::Bad(Problems::one("controller_id", Problem::Taken))
                }
                None => Verdict::New(new),
            },
        }
    }

    /// Whether a row says what stands. Only columns that the file has are compared; a password never.
    fn compare(&self, standing: &Device, row: &Device) -> Verdict<New> {
        let (before, after) = (fields(standing), fields(row));
        let mut differing: Vec<&'static str> = before
            .into_iter()
            .zip(after)
            .filter(|((field, left), (_, right))| left != right && self.table.has(field))
            .map(|((field, _), _)| field)
            .collect();
        if standing.stage != row.stage && self.table.has("stage") {
            differing.push("stage");
        }
        if standing.person != row.person && self.table.has("identity") {
            differing.push("identity");
        }
        if differing.is_empty() { Verdict::Known } else { Verdict::Differs(differing) }
    }

    fn read(
        &self,
        line: &Line,
        id: DeviceId,
        standing: Option<&Device>,
        known: &Known,
    ) -> Result<New, Problems> {
        let mut problems = Problems::default();
        let text = |field: &str| self.table.text(line, field);
        let model = find_model(&mut problems, text("model"), text("generation"), &known.models);
        let area = match (text("area"), area_named(text("area"), &known.areas)) {
            ("", _) | (_, Some(_)) => area_named(text("area"), &known.areas),
            (_, None) => {
                let names = known.areas.iter().map(|area| area.name.clone()).collect();
                problems.add("area", Problem::NotAmong { known: names });
                None
            }
        };
        let person = self.find_person(&mut problems, text("identity"), known);
        let stage = find_stage(&mut problems, text("stage"), person.is_some());
        let at_home = standing.is_some() || person.is_some() || area.is_some();
        if stage == Stage::Installed && !at_home && problems.of("identity").is_none() {
            // Without a place nobody could be sent to its alarms.
            problems.add("stage", Problem::PlaceMissing);
        }
        let secrets = self.read_password(&mut problems, line);
        let form = Form {
            model: model.map(|model| model.id.to_string()).unwrap_or_default(),
            serial: text("serial").to_owned(),
            controller_id: text("controller_id").to_owned(),
            accessories: text("accessories").to_owned(),
            network_operator: text("network_operator").to_owned(),
            area: area.map(|area| area.id.to_string()).unwrap_or_default(),
            room: text("room").to_owned(),
            latitude: text("latitude").to_owned(),
            longitude: text("longitude").to_owned(),
        };
        let areas: Vec<_> = known.areas.iter().map(|area| area.id).collect();
        match form.read(id, None, &known.models, &areas) {
            Ok(device) if problems.is_empty() => {
                Ok(New { device: Device { stage, person, ..device }, secrets })
            }
            Ok(_) => Err(problems),
            Err(more) => {
                for (field, problem) in more.all() {
                    if problems.of(field).is_none() {
                        problems.add(field, problem.clone());
                    }
                }
                Err(problems)
            }
        }
    }

    fn find_person(&self, problems: &mut Problems, text: &str, known: &Known) -> Option<PersonId> {
        if text.is_empty() {
            return None;
        }
        match Identity::parse(text, self.today) {
            Err(problem) => problems.add("identity", Problem::Identity(problem)),
            Ok(identity) => match known.people.get(identity.as_str()) {
                Some(person) => return Some(*person),
                None => problems.add("identity", Problem::Unknown),
            },
        }
        None
    }

    fn read_password(&self, problems: &mut Problems, line: &Line) -> Option<Secrets> {
        let password = Private::new(self.table.text(line, "password").to_owned());
        if password.reveal().is_empty() {
            return None;
        }
        check_password(problems, &password);
        let derived = digest_secrets(controller_id(&self.table, line), &self.realm, &password);
        Some(Secrets { md5: derived.md5, sha256: derived.sha256 })
    }
}

fn find_model<'a>(
    problems: &mut Problems,
    name: &str,
    generation: &str,
    models: &'a [Model],
) -> Option<&'a Model> {
    let found = models.iter().find(|model| model.name.to_lowercase() == name.to_lowercase());
    match found {
        None if name.is_empty() => problems.add("model", Problem::Missing),
        None => {
            let known = models.iter().map(|model| model.name.clone()).collect();
            problems.add("model", Problem::NotAmong { known });
        }
        // A model has one generation, so another one in the file means that the model is mistaken.
        Some(model)
            if !generation.is_empty() && !model.generation.name().eq_ignore_ascii_case(generation) =>
        {
            problems.add("generation", Problem::NotAmong { known: vec![model.generation.name().to_owned()] });
        }
        Some(_) => {}
    }
    found
}

fn area_named<'a>(name: &str, areas: &'a [Area]) -> Option<&'a Area> {
    areas.iter().find(|area| area.name.to_lowercase() == name.to_lowercase())
}

fn find_stage(problems: &mut Problems, text: &str, has_person: bool) -> Stage {
    let called = |stage: &Stage| {
        let (text, words) = (text.to_lowercase(), stage.text());
        [stage.name(), words.swedish, words.english].iter().any(|name| name.to_lowercase() == text)
    };
    if text.is_empty() {
        return if has_person { Stage::Installed } else { Stage::Stock };
    }
    match Stage::ALL.into_iter().find(called) {
        Some(stage) if has_person && stage != Stage::Installed => {
            problems
                .add("stage", Problem::NotAmong { known: vec![Stage::Installed.text().swedish.to_owned()] });
            stage
        }
        Some(stage) => stage,
        None => {
            let known = Stage::ALL.iter().map(|stage| stage.text().swedish.to_owned()).collect();
            problems.add("stage", Problem::NotAmong { known });
            Stage::Stock
        }
    }
}

async fn save(app: &App, transaction: &mut Transaction, actor: &Actor, new: &[New]) -> Result<(), AppError> {
    let now = app.now();
    let devices: Vec<Device> = new.iter().map(|new| new.device.clone()).collect();
    store::device::save_many(transaction, &devices, now).await?;
    let secrets: Vec<(DeviceId, Secrets)> =
        new.iter().filter_map(|new| new.secrets.clone().map(|secrets| (new.device.id, secrets))).collect();
    store::device::set_secrets(transaction, &secrets).await?;
    for device in devices.iter().filter(|device| device.stage != Stage::Stock) {
        let (from, to, note) = (Stage::Stock, device.stage, NOTE.to_owned());
        let step = Step { device: device.id, from, to, at: now, user: Some(actor.user), note };
        store::device::add_step(transaction, app.ids.next(now), &step).await?;
    }
    for device in devices.iter().filter(|device| device.person.is_some()) {
        let about = About { person: device.person, subject: subject(device.id), reason: "import".to_owned() };
        record(app, transaction, actor, Action::DeviceWrite, about).await?;
    }
    let about = About {
        subject: "device:import".to_owned(),
        reason: format!("{} devices", devices.len()),
        ..About::default()
    };
    record(app, transaction, actor, Action::DeviceWrite, about).await
}
