//! Registers from files: what is told before, what is taken, and that a second time makes nothing twice.

use ::device::{Generation, Stage};
use export::read::{Rows, read};
use std::sync::Mutex;

use super::{Bench, actor, administrator, device::model_of, operator};
use crate::{
    AppError, device,
    import::{
        Findings,
        shelf::{self, Progress, Register},
    },
    person,
};
use access::Role;
use base::Language;

fn rows(text: &str) -> Rows {
    read(text.as_bytes()).unwrap()
}

/// What is wrong, as `row column`.
fn bad(findings: &Findings) -> Vec<String> {
    findings.bad.iter().map(|bad| format!("{} {}", bad.row, bad.column)).collect()
}

async fn bench() -> Bench {
    let bench = Bench::new().await;
    model_of(&bench, "Exempel 4G", Generation::FourG).await;
    crate::team::area::save_area(&bench.app, &administrator(), None, "Sagobyn").await.unwrap();
    bench
}

const PEOPLE: &str = "personnummer;förnamn;efternamn;adress;postnr;skyddade uppgifter;hårfärg\n\
    121212+1212;Exempel;Påhittsson;Sagogatan 4;123 45;nej;grå\n\
    19121212-1213;Fel;Siffra;;;;\n\
    19121212-1212;Samma;Igen;;;kanske;\n\
    19121272-1219;Prov;Exempelsson;Låtsasvägen 1;1234;;\n";

const DEVICES: &str = "# Från det gamla systemet\n\
    Serienummer;Modell;Generation;Område;Personnummer;Rum;Lösenord\n\
    EX-1;exempel 4g;4G;;121212+1212;Hall;hemligt-nog\n\
    EX-2;Exempel 4G;;sagobyn;;Kök;\n\
    EX-3;Exempel 5G;;;;;\n\
    EX-4;Exempel 4G;2G;Atlantis;19121212-1213;;kort\n\
    EX-2;Exempel 4G;;;;;\n\
    7,35E+11;Exempel 4G;;;;;\n\
    EX-5;Exempel 4G;;;;;;för;mycket\n\
    EX-6;Exempel 4G;;;;;\n";

#[tokio::test]
async fn a_preview_tells_every_row_and_changes_nothing() {
    let bench = bench().await;
    let (app, keeper) = (&bench.app, administrator());
    let found = person::import::preview(app, &keeper, &rows(PEOPLE)).await.unwrap();
    assert_eq!(
        (found.new.len(), found.bad_rows(), found.ignored.as_slice()),
        (1, 3, ["hårfärg".to_owned()].as_slice())
    );
    assert_eq!(bad(&found), ["3 personnummer", "4 personnummer", "4 skyddade uppgifter", "5 postnr"]);
    let none = person::search::search(app, &keeper, "", None).await.unwrap();
    assert!(none.people.is_empty(), "a preview writes nothing");

    person::import::import(app, &keeper, &rows(PEOPLE), &|_, _| {}).await.unwrap();
    let found = device::import::preview(app, &keeper, &rows(DEVICES)).await.unwrap();
    let numbers: Vec<usize> = found.new.iter().map(|new| new.row).collect();
    assert_eq!(numbers, [3, 4, 10]);
    assert_eq!(
        bad(&found),
        [
            "5 Modell",
            "6 Generation",
            "6 Område",
            "6 Personnummer",
            "6 Lösenord",
            "7 Serienummer",
            "8 Serienummer",
            "9 "
        ]
    );
    assert_eq!(found.new[0].cells.reveal()[6], "***", "a password is not shown again");
    let sheet = found.report(Language::Swedish);
    let first = &sheet.rows.reveal()[0];
    assert_eq!(first[..3], ["5", "Modell", "Exempel 5G"]);
    assert!(first[3].contains("Exempel 4G") && first[4].contains("Ingenting"), "{first:?}");
    assert!(store_count(&bench).await == 0);
}

async fn store_count(bench: &Bench) -> i64 {
    let filter = store::device::Filter::default();
    device::list::list(&bench.app, &administrator(), &filter, 1).await.unwrap().total
}

#[tokio::test]
async fn the_good_rows_are_taken_and_a_second_time_makes_nothing_twice() {
    let bench = bench().await;
    let (app, keeper) = (&bench.app, administrator());
    person::import::import(app, &keeper, &rows(PEOPLE), &|_, _| {}).await.unwrap();
    let told = Mutex::new(Vec::new());
    let tell = |done, total| told.lock().unwrap().push((done, total));
    let done = device::import::import(app, &keeper, &rows(DEVICES), &tell).await.unwrap();
    assert_eq!((done.new.len(), done.bad_rows(), told.into_inner().unwrap().last()), (3, 5, Some(&(8, 8))));
    let memory = app.registry.memory();
    let home = memory.device("EX-1").unwrap();
    assert!(home.installed && home.person.is_some() && !home.secrets.sha256.is_empty(), "{home:?}");
    let seen = device::view::view(app, &keeper, home.device).await.unwrap();
    assert_eq!((seen.steps.len(), seen.device.room.as_str()), (1, "Hall"));
    let stock = memory.device("EX-2").unwrap();
    assert!(!stock.installed);

    let again = device::import::import(app, &keeper, &rows(DEVICES), &|_, _| {}).await.unwrap();
    assert_eq!((again.new.len(), again.known, again.differing.len()), (0, 3, 0));
    let moved = DEVICES.replace("Kök", "Sovrum");
    let differs = device::import::import(app, &keeper, &rows(&moved), &|_, _| {}).await.unwrap();
    assert_eq!((differs.known, differs.differing[0].columns.as_slice()), (2, ["Rum".to_owned()].as_slice()));
    let seen = device::view::view(app, &keeper, stock.device).await.unwrap();
    assert_eq!(seen.device.room, "Kök", "what stands is left as it stands");
    assert_eq!(store_count(&bench).await, 3);
    let people = person::import::import(app, &keeper, &rows(PEOPLE), &|_, _| {}).await.unwrap();
    assert_eq!((people.new.len(), people.known), (0, 1));
}

#[tokio::test]
async fn our_own_file_is_taken_back_whole() {
    let bench = bench().await;
    let (app, keeper) = (&bench.app, administrator());
    let file = rows("serial,model,area,stage\nEX-1,Exempel 4G,Sagobyn,installed\nEX-2,Exempel 4G,,I lager\n");
    assert_eq!(device::import::import(app, &keeper, &file, &|_, _| {}).await.unwrap().new.len(), 2);
    let sheet = device::export::export(app, &keeper, &store::device::Filter::default()).await.unwrap();
    let lines: Vec<String> = sheet.rows.reveal().iter().map(|row| row.join(";")).collect();
    let back = format!("{}\n{}\n", sheet.headings.join(";"), lines.join("\n"));
    let found = device::import::preview(app, &keeper, &rows(&back)).await.unwrap();
    assert_eq!((found.known, found.bad.as_slice(), found.ignored.len()), (2, [].as_slice(), 0));
}

#[tokio::test]
async fn headings_that_are_missing_and_hands_that_may_not_are_refused() {
    let bench = bench().await;
    let (app, keeper) = (&bench.app, administrator());
    let missing = device::import::preview(app, &keeper, &rows("serial;rum\nEX-1;Kök\n")).await;
    assert_eq!(super::fields(missing), ["file"]);
    let denied = device::import::preview(app, &operator(), &rows(DEVICES)).await;
    assert!(matches!(denied, Err(AppError::Denied(_))));
    let system = access::Actor { scopes: access::Scope::ALL.to_vec(), ..actor(9, &[Role::System]) };
    let asked = device::import::preview(app, &system, &rows(DEVICES)).await;
    assert!(matches!(asked, Err(AppError::Denied(_))), "a system learns not who is in the register");
    assert!(device::import::preview(app, &system, &rows("serial;modell\nEX-1;Exempel 4G\n")).await.is_ok());
}

#[tokio::test]
async fn a_file_on_the_shelf_is_its_owners_alone_and_is_written_once() {
    let bench = bench().await;
    let (app, keeper) = (&bench.app, administrator());
    let id = shelf::keep(app, &keeper, Register::Devices, rows("serial;modell\nEX-1;Exempel 4G\n"));
    assert!(shelf::find(app, &actor(8, &[Role::Administrator]), Register::Devices, id).is_err());
    assert!(shelf::find(app, &keeper, Register::People, id).is_err());
    shelf::start(app, &keeper, Register::Devices, id).unwrap();
    shelf::start(app, &keeper, Register::Devices, id).unwrap();
    let done = loop {
        match shelf::find(app, &keeper, Register::Devices, id).unwrap().1 {
            Progress::Done(findings) => break findings,
            Progress::Failed => panic!("the import failed"),
            Progress::Waiting | Progress::Running { .. } => tokio::task::yield_now().await,
        }
    };
    assert_eq!((done.new.len(), store_count(&bench).await), (1, 1));
    bench.pass(shelf::WAIT_SECONDS + 1);
    assert!(shelf::find(app, &keeper, Register::Devices, id).is_err(), "it is gone after half an hour");
}

#[tokio::test]
async fn every_stage_is_read_by_its_name_and_its_words() {
    let bench = bench().await;
    let lines: String = Stage::ALL
        .iter()
        .enumerate()
        .map(|(place, stage)| format!("EX-{place};Exempel 4G;Sagobyn;{}\n", stage.text().swedish))
        .collect();
    let file = rows(&format!(
        "serial;model;area;stage\n{lines}EX-9;Exempel 4G;;installerad\nEX-10;Exempel 4G;;borta\n"
    ));
    let found = device::import::preview(&bench.app, &administrator(), &file).await.unwrap();
    assert_eq!((found.new.len(), bad(&found)), (5, vec!["7 stage".to_owned(), "8 stage".to_owned()]));
}

#[tokio::test]
async fn a_long_file_is_taken_in_portions() {
    let bench = bench().await;
    let lines: String = (0..1_000).map(|n| format!("EX-{n:05};Exempel 4G;Sagobyn;installed\n")).collect();
    let file = rows(&format!("serial;model;area;stage\n{lines}"));
    let told = Mutex::new(0);
    let tell = |_, _| *told.lock().unwrap() += 1;
    let done = device::import::import(&bench.app, &administrator(), &file, &tell).await.unwrap();
    assert_eq!(done.new.len(), 1_000);
    assert_eq!(told.into_inner().unwrap(), 4);
}
