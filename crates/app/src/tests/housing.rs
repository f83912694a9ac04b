//! Homes, the queue, files, alternatives and forecasts as use cases.

use ::housing::demand::alternative::Alternative;
use ::housing::outlook::Sliders;
use ::housing::places::queue::{Answer, ApplicationId, HomeId, Standing};
use access::Role;
use store::audit::Filter;

use super::{Bench, actor, administrator, fields, operator, private};
use crate::AppError;
use crate::housing::{
    alternative::{self, add_alternative, alternatives, remove_alternative},
    application::{self, Step, application, apply, step},
    file::{self, FileKind, files, look_at, remove_file, use_file},
    forecast::{choosable, claims, forecast},
    home::{self, home as home_view, homes, remove_home, save_home},
    queue::{queue, report},
};

fn planner() -> access::Actor {
    actor(3, &[Role::Planner])
}

fn home_form(name: &str) -> home::Form {
    home::Form {
        name: name.to_owned(),
        kind: "dementia".to_owned(),
        owner: "own_run".to_owned(),
        places: "24".to_owned(),
        free_places: "1".to_owned(),
        languages: "fi".to_owned(),
        profiles: vec!["hbtqi".to_owned()],
        ..home::Form::default()
    }
}

async fn someone(bench: &Bench) -> base::PersonId {
    let form = crate::person::form::Form {
        identity: private("19330412-9806"),
        given_name: private("Lingonia"),
        family_name: private("Påhittsgren"),
        ..crate::person::form::Form::default()
    };
    crate::person::write::register(&bench.app, &administrator(), &form).await.unwrap()
}

fn application_form() -> application::Form {
    application::Form {
        identity: private("330412-9806"),
        kind: "dementia".to_owned(),
        applied: "2026-07-01".to_owned(),
        languages: "fi".to_owned(),
        ..application::Form::default()
    }
}

async fn at(bench: &Bench, id: ApplicationId) -> (i64, Standing) {
    let view = application(&bench.app, &planner(), id).await.unwrap();
    (view.version, view.application.standing())
}

async fn free(bench: &Bench, id: HomeId) -> u32 {
    home_view(&bench.app, &planner(), id).await.unwrap().registered.free_places
}

#[tokio::test]
async fn a_home_is_written_checked_and_changed_once() {
    let bench = Bench::new().await;
    let (app, planner) = (&bench.app, planner());
    assert_eq!(
        fields(save_home(app, &planner, None, &home::Form::default()).await),
        ["name", "kind", "owner", "places"]
    );
    let id = save_home(app, &planner, None, &home_form("Ek")).await.unwrap();
    assert_eq!(fields(save_home(app, &planner, None, &home_form("Ek")).await), ["name"]);
    let wrong = home::Form {
        renovations: vec![home::RenovationForm {
            from: "2030-01-01".to_owned(),
            until: "2029-01-01".to_owned(),
            places_evacuated: "5".to_owned(),
            places_after: "20".to_owned(),
        }],
        ..home_form("Alm")
    };
    assert_eq!(fields(save_home(app, &planner, None, &wrong).await), ["renovations"]);
    type Change = fn(&mut home::Form);
    let changes: [(Change, &str); 9] = [
        (|form| form.name = "x".repeat(81), "name"),
        (|form| form.places = "tolv".to_owned(), "places"),
        (|form| form.places = "2001".to_owned(), "places"),
        (|form| form.free_places = "25".to_owned(), "free_places"),
        (|form| form.opens = "2027-02-31".to_owned(), "opens"),
        (|form| form.closes = "i fjol".to_owned(), "closes"),
        (|form| form.languages = "f!n".to_owned(), "languages"),
        (|form| form.languages = ('a'..='u').map(|c| format!("x{c},")).collect(), "languages"),
        // A renovation without its first day is not left out in silence.
        (
            |form| {
                form.renovations =
                    vec![home::RenovationForm { places_after: "3".to_owned(), ..Default::default() }]
            },
            "renovations",
        ),
    ];
    for (change, field) in changes {
        let mut form = home_form("Alm");
        change(&mut form);
        assert_eq!(fields(save_home(app, &planner, None, &form).await)[0], field, "{form:?}");
    }
    let named = home::Form { languages: "Finska, romani chib; so ar".to_owned(), ..home_form("Rönn") };
    let other = save_home(app, &planner, None, &named).await.unwrap();
    let read = home::Form::of(&home_view(app, &planner, other).await.unwrap().registered);
    assert_eq!(read.languages, "fi rom so ar");
    remove_home(app, &planner, other).await.unwrap();
    let changed = home::Form { places: "30".to_owned(), ..home_form("Ek") };
    save_home(app, &planner, Some((id, 1)), &changed).await.unwrap();
    assert!(matches!(save_home(app, &planner, Some((id, 1)), &changed).await, Err(AppError::Conflict)));
    let view = home_view(app, &planner, id).await.unwrap();
    assert_eq!((view.version, view.registered.home.places), (2, 30));
    assert_eq!(view.changes.len(), 1);
    assert!(matches!(homes(app, &operator()).await, Err(AppError::Denied(_))));
    remove_home(app, &planner, id).await.unwrap();
    assert!(matches!(remove_home(app, &planner, id).await, Err(AppError::NotFound(_))));
    assert!(homes(app, &planner).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_offer_takes_a_place_and_a_decline_gives_it_back() {
    let bench = Bench::new().await;
    let (app, planner) = (&bench.app, planner());
    let person = someone(&bench).await;
    let home = save_home(app, &planner, None, &home_form("Ek")).await.unwrap();
    let unknown = application::Form { identity: private("19330412-9819"), ..application_form() };
    assert_eq!(fields(apply(app, &planner, &unknown).await), ["identity"]);
    let stay = application::Form { kind: "short_term".to_owned(), ..application_form() };
    assert_eq!(fields(apply(app, &planner, &stay).await), ["stay_from", "stay_until"]);
    type Change = fn(&mut application::Form);
    let changes: [(Change, &str); 8] = [
        (|form| form.identity = private("nittonhundra"), "identity"),
        (|form| form.applied = "2026-02-31".to_owned(), "applied"),
        (|form| form.applied = "2099-01-01".to_owned(), "applied"),
        (|form| form.applied = "1026-07-01".to_owned(), "applied"),
        (|form| form.kind = "senior_housing".to_owned(), "kind"),
        (|form| form.wishes = vec!["<b>".to_owned()], "wishes"),
        (|form| form.urgent = true, "stay_from"),
        (
            |form| {
                form.kind = "short_term".to_owned();
                (form.stay_from, form.stay_until) = ("2020-01-01".to_owned(), "2020-01-09".to_owned());
            },
            "stay_until",
        ),
    ];
    for (change, field) in changes {
        let mut form = application_form();
        change(&mut form);
        assert_eq!(fields(apply(app, &planner, &form).await)[0], field, "{form:?}");
    }
    let id = apply(app, &planner, &application_form()).await.unwrap();
    let (version, standing) = at(&bench, id).await;
    assert_eq!(standing, Standing::Applied);
    assert_eq!(fields(step(app, &planner, id, version, Step::Offer(home), "").await), ["day"]);
    assert_eq!(fields(step(app, &planner, id, version, Step::Grant, "2027-01-01").await), ["day"]);
    step(app, &planner, id, version, Step::Grant, "2026-07-10").await.unwrap();
    let waits = queue(app, &planner).await.unwrap();
    assert!(waits.lines[0].reported && waits.lines[0].waiting_days > Some(90));
    assert_eq!(waits.lines[0].name.reveal(), "Lingonia Påhittsgren");
    assert_eq!(report(app, &planner).await.unwrap().rows.reveal().len(), 1);
    let (version, _) = at(&bench, id).await;
    assert_eq!(application(app, &planner, id).await.unwrap().suggestions.len(), 1);
    step(app, &planner, id, version, Step::Offer(home), "2026-11-01").await.unwrap();
    assert_eq!(free(&bench, home).await, 0);
    let (version, _) = at(&bench, id).await;
    step(app, &planner, id, version, Step::Answer(Answer::Declined), "2026-11-05").await.unwrap();
    assert_eq!(free(&bench, home).await, 1);
    assert!(matches!(step(app, &planner, id, version, Step::Withdraw, "").await, Err(AppError::Conflict)));
    for wanted in [Step::Offer(home), Step::Answer(Answer::Accepted), Step::MoveIn] {
        let (version, _) = at(&bench, id).await;
        step(app, &planner, id, version, wanted, "").await.unwrap();
    }
    assert_eq!((at(&bench, id).await.1, free(&bench, home).await), (Standing::MovedIn, 0));
    assert_eq!(fields(remove_home(app, &planner, home).await), ["name"]);
    let log =
        crate::audit::list(app, &administrator(), &Filter { person: Some(person), ..Filter::default() })
            .await
            .unwrap();
    let written = log.iter().filter(|entry| entry.action == "queue.write").count();
    assert_eq!(written, 1 + 1 + 2 + 3, "every step is logged with whose it is");
    assert!(matches!(queue(app, &operator()).await, Err(AppError::Denied(_))));
    let auditor = actor(4, &[Role::Auditor]);
    assert!(matches!(application(app, &auditor, id).await, Err(AppError::Denied(_))));
}

/// Two areas of a made-up town with two years each.
fn population() -> String {
    let mut text = String::from("område;år;kön;ålder;folkmängd\n");
    let national = ::housing::data::sweden_population();
    for (area, part) in [("Norr", 0.001), ("Söder", 0.002)] {
        for year in 2005..=2025 {
            let persons = national.persons(year).unwrap();
            for sex in ::housing::group::Sex::ALL {
                for (age, count) in persons[sex].iter().enumerate() {
                    let age = if age == 100 { "100+".to_owned() } else { age.to_string() };
                    text.push_str(&format!(
                        "{area};{year};{};{age};{:.0}\n",
                        sex.text().swedish,
                        count * part
                    ));
                }
            }
        }
    }
    text
}

fn file_form(kind: FileKind) -> file::Form {
    file::Form {
        area: "Tryggeby".to_owned(),
        kind: kind.name().to_owned(),
        publisher: "SCB".to_owned(),
        as_of: "2025-12-31".to_owned(),
    }
}

#[tokio::test]
async fn a_file_is_looked_at_then_used_and_gives_a_forecast_with_areas() {
    let bench = Bench::new().await;
    let (app, planner) = (&bench.app, planner());
    let form = file_form(FileKind::Population);
    let looked = look_at(app, &planner, &form, "f.csv", b"x;y\n1;2\n".to_vec()).await.unwrap();
    assert!(looked.file.is_none() && !looked.errors.is_empty());
    assert_eq!(
        fields(look_at(app, &planner, &file::Form::default(), "f.csv", vec![]).await),
        ["area", "kind", "publisher", "file"]
    );
    let looked = look_at(app, &planner, &form, "f.csv", population().into_bytes()).await.unwrap();
    let kept = looked.file.unwrap();
    assert_eq!(looked.found.len(), 3);
    assert!(forecast(app, &planner, "Tryggeby", Sliders::default()).await.unwrap().is_none());
    use_file(app, &planner, kept.id).await.unwrap();
    let counts = "område;år;insats;åldersgrupp;kön;antal\n\
        Norr;2024;hemtjänst;65–79;kvinnor;30\nNorr;2024;hemtjänst;65–79;män;25\n\
        Norr;2024;hemtjänst;80+;kvinnor;70\nNorr;2024;hemtjänst;80+;män;40\n";
    let form = file_form(FileKind::CareUse);
    let swapped = counts.replace("80+;kvinnor;70", "80+;kvinnor;20").replace("80+;män;40", "80+;män;80");
    let looked = look_at(app, &planner, &form, "i.csv", swapped.into_bytes()).await.unwrap();
    assert_eq!(looked.swapped.len(), 1, "rows that seem swapped are told before the file is used");
    remove_file(app, &planner, looked.file.unwrap().id).await.unwrap();
    let looked = look_at(app, &planner, &form, "i.csv", counts.as_bytes().to_vec()).await.unwrap();
    assert!(looked.swapped.is_empty());
    use_file(app, &planner, looked.file.unwrap().id).await.unwrap();
    save_home(app, &planner, None, &home_form("Ek")).await.unwrap();
    let sliders = Sliders { simulations: 20, ..Sliders::default() };
    let found = forecast(app, &planner, "tryggeby", sliders.clone()).await.unwrap().unwrap();
    assert_eq!(found.view().areas.len(), 2);
    assert!(found.view().areas[0].own_counts && !found.view().areas[1].own_counts);
    assert_eq!(found.view().outlook.gaps[0][0].places, 24);
    let again = forecast(app, &planner, "Tryggeby", sliders).await.unwrap().unwrap();
    assert!(std::ptr::eq(found.study(), again.study()), "fitted once and kept");
    let choices = choosable(app, &planner).await.unwrap();
    assert_eq!(choices.len(), 292);
    assert!(choices[..2].iter().all(|one| one.known) && !choices[2].known);
    let kept = files(app, &planner).await.unwrap();
    remove_file(app, &planner, kept[0].id).await.unwrap();
    assert_eq!(files(app, &planner).await.unwrap().len(), 1);
    let auditor = actor(4, &[Role::Auditor]);
    let form = file_form(FileKind::Population);
    assert!(matches!(look_at(app, &auditor, &form, "f.csv", vec![1]).await, Err(AppError::Denied(_))));
    assert!(matches!(forecast(app, &operator(), "", Sliders::default()).await, Err(AppError::Denied(_))));
}

#[tokio::test]
async fn an_own_alternative_is_kept_with_its_assumptions() {
    let bench = Bench::new().await;
    let (app, planner) = (&bench.app, planner());
    let form = alternative::Form {
        name: "Mer hemma".to_owned(),
        yearly_change_percent: ["0,5", "−2", "", ""].map(str::to_owned),
        damping: "0.9".to_owned(),
        moved_home_percent: "10".to_owned(),
        reason: "Nämndens mål".to_owned(),
    };
    let wrong = alternative::Form {
        yearly_change_percent: ["40", "x", "", ""].map(str::to_owned),
        damping: "3".to_owned(),
        ..alternative::Form::default()
    };
    assert_eq!(
        fields(add_alternative(app, &planner, &wrong).await),
        ["name", "home_care", "care_home", "damping"]
    );
    let id = add_alternative(app, &planner, &form).await.unwrap();
    assert_eq!(fields(add_alternative(app, &planner, &form).await), ["name"]);
    let built_in = alternative::Form { name: "huvudalternativ".to_owned(), ..alternative::Form::default() };
    assert_eq!(fields(add_alternative(app, &planner, &built_in).await), ["name"]);
    let long = alternative::Form {
        name: "Annat".to_owned(),
        reason: "x".repeat(501),
        ..alternative::Form::default()
    };
    assert_eq!(fields(add_alternative(app, &planner, &long).await), ["reason"]);
    let kept = alternatives(app, &planner).await.unwrap();
    assert_eq!(kept[0].own.yearly_change_percent, [0.5, -2.0, 0.0, 0.0]);
    let sliders = Sliders {
        alternatives: vec![Alternative::StatusQuo, Alternative::Own(kept[0].own.clone()), Alternative::Main],
        simulations: 0,
        ..Sliders::default()
    };
    let found = forecast(app, &planner, "", sliders).await.unwrap().unwrap();
    assert_eq!(found.view().outlook.forecasts.len(), 3);
    remove_alternative(app, &planner, id).await.unwrap();
    assert!(alternatives(app, &planner).await.unwrap().is_empty());
    assert_eq!(claims(app, &planner, base::Language::Swedish).await.unwrap().len(), 10);
}
