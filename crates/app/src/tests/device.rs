//! Devices: models, registering, the steps of a life, passwords, lists.

use ::device::{Generation, Stage, StageError};
use base::{DeviceId, PersonId};
use store::device::Filter;

use super::{Bench, administrator, fields, operator, private};
use crate::{
    AppError,
    device::{
        export,
        form::Form,
        list,
        model::{self, ModelForm, ProfileForm},
        outage, replacement, secret,
        step::{Take, take_step},
        view, write,
    },
};

pub(super) fn profile_form() -> ProfileForm {
    ProfileForm {
        name: "Exempel".to_owned(),
        reply_style: "separate_message".to_owned(),
        authentication: "digest".to_owned(),
        media_reply: "1".to_owned(),
        call_reply: "61".to_owned(),
        technical_codes: "113, 123".to_owned(),
        duplicate_window_seconds: "3600".to_owned(),
        ..ProfileForm::default()
    }
}

pub(super) async fn model_of(bench: &Bench, name: &str, generation: Generation) -> base::ModelId {
    let (app, keeper) = (&bench.app, administrator());
    let profiles = model::models(app, &keeper).await.unwrap().1;
    let profile = match profiles.first() {
        Some(profile) => profile.id,
        None => model::save_profile(app, &keeper, None, &profile_form()).await.unwrap(),
    };
    let form = ModelForm {
        name: name.to_owned(),
        category: "social_alarm".to_owned(),
        driver: "scaip".to_owned(),
        generation: generation.name().to_owned(),
        contact_seconds: "60".to_owned(),
        test_days: "30".to_owned(),
        profile: profile.to_string(),
    };
    model::save_model(app, &keeper, None, &form).await.unwrap()
}

/// A registered device, in stock.
pub(super) async fn in_stock(bench: &Bench, serial: &str) -> DeviceId {
    let models = model::models(&bench.app, &administrator()).await.unwrap().0;
    let model = match models.iter().find(|model| model.name == "Exempel 2G") {
        Some(model) => model.id,
        None => model_of(bench, "Exempel 2G", Generation::TwoG).await,
    };
    let form = Form { model: model.to_string(), serial: serial.to_owned(), ..Form::default() };
    write::register(&bench.app, &administrator(), &form).await.unwrap()
}

pub(super) async fn step(bench: &Bench, id: DeviceId, command: Take) -> Result<(), AppError> {
    let version = view::view(&bench.app, &administrator(), id).await.unwrap().version;
    take_step(&bench.app, &administrator(), id, version, &command).await
}

/// A device at someone's home.
pub(super) async fn installed(bench: &Bench, person: PersonId, serial: &str) -> DeviceId {
    let id = in_stock(bench, serial).await;
    step(bench, id, Take { to: Stage::Installed, person: Some(person), ..Take::default() }).await.unwrap();
    id
}

#[tokio::test]
async fn the_realm_is_one_and_stays_once_devices_have_passwords() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let settle = async |configured| secret::settle_realm(app, configured).await.unwrap();
    assert_eq!(settle(Some("kommunen")).await.realm(), "kommunen");
    assert_eq!(settle(Some("staden")).await.realm(), "staden", "nobody has a password for the first");
    assert_eq!(
        secret::realm(app).await.unwrap(),
        "staden",
        "passwords are derived for what reception asks for"
    );
    let model = model_of(&bench, "Exempel 4G", Generation::FourG).await;
    let form = Form { model: model.to_string(), serial: "EX-1".to_owned(), ..Form::default() };
    let device = write::register(app, &keeper, &form).await.unwrap();
    secret::set_password(app, &keeper, device, None).await.unwrap();
    let kept = settle(Some("kommunen")).await;
    assert!(
        matches!(&kept, secret::Settled::Keeps { configured, .. } if configured == "kommunen"),
        "{kept:?}"
    );
    assert_eq!((kept.realm(), settle(None).await.realm()), ("staden", "staden"));
}

#[tokio::test]
async fn profiles_and_models_are_checked_and_stay_while_they_are_used() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let wrong = ProfileForm {
        call_reply: "62".to_owned(),
        media_reply: "9".to_owned(),
        technical_codes: "abc".to_owned(),
        ..profile_form()
    };
    assert_eq!(
        fields(model::save_profile(app, &keeper, None, &wrong).await),
        ["media_reply", "call_number", "technical_codes"]
    );
    let model = model_of(&bench, "Exempel 4G", Generation::FourG).await;
    let (models, profiles) = model::models(app, &keeper).await.unwrap();
    assert_eq!(profiles[0].technical_codes, [113, 123]);
    let wrong = ModelForm {
        driver: "okänd".to_owned(),
        contact_seconds: "-1".to_owned(),
        ..ModelForm::of(&models[0])
    };
    assert_eq!(
        fields(model::save_model(app, &keeper, None, &wrong).await),
        ["name", "driver", "contact_seconds"]
    );
    assert_eq!(fields(model::remove_profile(app, &keeper, profiles[0].id).await), ["profile"]);
    model::remove_model(app, &keeper, model).await.unwrap();
    model::remove_profile(app, &keeper, profiles[0].id).await.unwrap();
}

#[tokio::test]
async fn a_device_goes_out_and_comes_back_with_who_and_when() {
    let bench = Bench::new().await;
    let id = in_stock(&bench, "EX-1").await;
    assert_eq!(fields(step(&bench, id, Take { to: Stage::Installed, ..Take::default() }).await), ["person"]);
    let skipped = step(&bench, id, Take { to: Stage::Tested, ..Take::default() }).await;
    assert!(matches!(skipped, Err(AppError::Stage(StageError { from: Stage::Stock, to: Stage::Tested }))));
    let area =
        crate::team::area::save_area(&bench.app, &administrator(), None, "Påhittsdalen").await.unwrap();
    let out = Take { to: Stage::Installed, area: Some(area), room: "Rum 4".to_owned(), ..Take::default() };
    step(&bench, id, out).await.unwrap();
    let entry = bench.app.registry.memory().device("EX-1").cloned().unwrap();
    assert!(entry.installed && entry.area == Some(area), "reception knows at once");
    bench.pass(60);
    step(&bench, id, Take { to: Stage::Returned, note: "Flyttat".to_owned(), ..Take::default() })
        .await
        .unwrap();
    assert_eq!(fields(step(&bench, id, Take { to: Stage::Scrapped, ..Take::default() }).await), ["note"]);
    let seen = view::view(&bench.app, &operator(), id).await.unwrap();
    assert_eq!((seen.device.area, seen.device.room.as_str()), (None, ""));
    let steps: Vec<_> = seen.steps.iter().map(|step| (step.from, step.to, step.note.as_str())).collect();
    assert_eq!(steps, [(Stage::Stock, Stage::Installed, ""), (Stage::Installed, Stage::Returned, "Flyttat")]);
    assert!(seen.steps.iter().all(|step| step.user == Some(administrator().user)));
}

#[tokio::test]
async fn serial_numbers_are_unique_and_changes_are_remembered() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let id = in_stock(&bench, "EX-1").await;
    in_stock(&bench, "EX-2").await;
    let seen = view::view(app, &keeper, id).await.unwrap();
    let taken =
        Form { serial: "EX-2".to_owned(), controller_id: "EX-2".to_owned(), ..Form::of(&seen.device) };
    assert_eq!(
        fields(write::change(app, &keeper, id, seen.version, &taken).await),
        ["serial", "controller_id"]
    );
    let bad = Form { model: String::new(), serial: "med mellanslag".to_owned(), ..Form::default() };
    assert_eq!(fields(write::register(app, &keeper, &bad).await), ["model", "serial"]);
    let moved = Form { network_operator: "Påhittat Mobil".to_owned(), ..Form::of(&seen.device) };
    write::change(app, &keeper, id, seen.version, &moved).await.unwrap();
    let changes = view::view(app, &keeper, id).await.unwrap().changes;
    assert_eq!((changes.len(), changes[0].field.as_str()), (1, "network_operator"));
}

#[tokio::test]
async fn a_password_is_shown_once_and_only_its_hash_is_kept() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let id = in_stock(&bench, "EX-1").await;
    assert_eq!(fields(secret::set_password(app, &keeper, id, Some(private("kort"))).await), ["password"]);
    let made = secret::set_password(app, &keeper, id, None).await.unwrap();
    assert_eq!(made.reveal().len(), 16);
    let kept = bench.app.registry.memory().device("EX-1").unwrap().secrets.clone();
    let derived = ::login::digest_secrets("EX-1", secret::REALM, &made);
    assert_eq!((kept.md5, kept.sha256), (derived.md5, derived.sha256));
}

#[tokio::test]
async fn lists_are_filtered_paged_and_exported() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    for number in 0..55 {
        in_stock(&bench, &format!("EX-{number:03}")).await;
    }
    let page = list::list(app, &keeper, &Filter::default(), 9).await.unwrap();
    assert_eq!((page.total, page.page, page.pages, page.devices.len()), (55, 2, 2, 5));
    let filter = Filter { words: "ex-01".to_owned(), stage: Some(Stage::Stock), ..Filter::default() };
    assert_eq!(list::list(app, &keeper, &filter, 1).await.unwrap().total, 10);
    let sheet = export::export(app, &keeper, &filter).await.unwrap();
    assert_eq!((sheet.rows.reveal().len(), sheet.headings.len()), (10, sheet.rows.reveal()[0].len()));
}

#[tokio::test]
async fn old_generations_overdue_tests_and_silence_are_counted() {
    let bench = Bench::new().await;
    let (app, keeper) = (&bench.app, administrator());
    let area = crate::team::area::save_area(app, &keeper, None, "Påhittsdalen").await.unwrap();
    for number in 0..6 {
        let id = in_stock(&bench, &format!("EX-{number}")).await;
        step(&bench, id, Take { to: Stage::Installed, area: Some(area), ..Take::default() }).await.unwrap();
        app.contact.heard(id, app.now());
    }
    crate::device::supervise::write_contacts(app).await.unwrap();
    let found = replacement::replacement(app, &keeper).await.unwrap();
    assert_eq!((found.total.units, found.total.cost_kronor), (6, 6 * 1_815));
    assert_eq!(found.deadline.to_string(), "2027-12-31");
    assert_eq!(list::tests_overdue(app, &keeper).await.unwrap().len(), 6, "never tested");
    bench.pass(600);
    let lost = crate::device::supervise::supervise(app).await.unwrap();
    assert_eq!((lost.outages.len(), lost.alone.len()), (1, 0));
    let silence = outage::silence(app, &operator()).await.unwrap();
    assert_eq!((silence.outages[0].cause.as_str(), silence.silent_total), ("Påhittsdalen", 6));
    let (named, devices) = outage::outage(app, &operator(), silence.outages[0].outage.id).await.unwrap();
    assert_eq!((named.outage.devices_lost, devices.len()), (6, 6));
}
