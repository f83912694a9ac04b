//! Every text that a template or a handler names stands in both languages; hostile names stay text; files stand.

use std::collections::BTreeSet;

use alarm::Kind;
use base::{Language, Private};

use super::browser::{Browser, town};
use crate::{
    statics,
    text::Words,
    trouble::{Problem, Trouble},
};

/// Every file below a folder of this crate, with its text.
fn files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}

/// Every name between an opening and the next quote.
fn named(text: &str, opening: &str) -> Vec<String> {
    text.split(opening)
        .skip(1)
        .filter_map(|rest| rest.split_once('"'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn every_named_text_stands_in_both_languages() {
    let mut names = BTreeSet::new();
    for (_, text) in files("templates").into_iter().chain(files("src")) {
        for opening in [".say(\"", ".count(\"", ".with(\""] {
            names.extend(named(&text, opening));
        }
    }
    assert!(names.len() > 80, "only {} names were found", names.len());
    for language in Language::ALL {
        let texts: String =
            files(&format!("locales/{}", language.tag())).into_iter().map(|(_, text)| text).collect();
        let standing: BTreeSet<&str> =
            texts.lines().filter_map(|line| line.split_once(" =")).map(|(name, _)| name).collect();
        for name in names.iter().filter(|name| !name.starts_with("history-{")) {
            assert!(standing.contains(name.as_str()), "{name} is missing in {}", language.tag());
        }
    }
}

#[test]
fn every_named_file_stands() {
    let mut names = BTreeSet::new();
    for (_, text) in files("templates") {
        names.extend(named(&text, "self.file(\""));
    }
    assert!(!names.is_empty());
    for name in names {
        assert!(statics::stands(&name), "{name} is missing");
    }
}

#[test]
fn nothing_is_inline() {
    for (path, text) in files("templates") {
        for banned in ["<style", " style=", " onclick=", "javascript:", "hx-on", "http://", "https://"] {
            assert!(!text.contains(banned), "{path} holds {banned}");
        }
        for script in text.split("<script").skip(1) {
            assert!(script.trim_start().starts_with("src="), "{path} holds an inline script");
        }
    }
}

#[test]
fn every_problem_has_its_three_parts() {
    use alarm::{Refusal, State};
    use app::AppError;
    let user = base::UserId(base::id::Uuid::nil());
    let refused = |refusal| Problem::App(AppError::Refused(refusal));
    let problems = [
        Problem::App(AppError::Denied(access::Action::AlarmAnswer)),
        Problem::App(AppError::NeedsReason(access::Action::PersonRead)),
        Problem::App(AppError::NotFound("alarm")),
        Problem::App(AppError::Conflict),
        Problem::App(AppError::Field { field: "name", problem: String::new() }),
        Problem::App(AppError::Forecast(housing::study::StudyError::Outlook {
            area: "Tryggeby".to_owned(),
            source: housing::population::mortality::FitError::MissingYear { year: 2018 }.into(),
        })),
        Problem::App(AppError::Login(login::LoginError::Hash)),
        refused(Refusal::WrongState { verb: "answer", state: State::Closed }),
        refused(Refusal::AlreadyAnswered { by: user }),
        refused(Refusal::DispatchOver { dispatch: base::DispatchId(base::id::Uuid::nil()) }),
        refused(Refusal::AlreadySent),
        refused(Refusal::TextMissing { field: "text" }),
        refused(Refusal::TextTooLong { field: "text", characters: 5000 }),
        refused(Refusal::TooManyDispatches),
        refused(Refusal::ReportMissing),
        Problem::NoSuchPage,
        Problem::NotLoggedIn,
        Problem::ForeignForm,
        Problem::TooLarge,
        Problem::Unreadable,
        Problem::Broken,
    ];
    for problem in &problems {
        for language in Language::ALL {
            let told = Trouble::of(problem, Words::new(language), true);
            for part in [&told.happened, &told.kept, &told.todo] {
                assert!(!part.starts_with("Unknown"), "{} in {}", problem.name(), language.tag());
            }
        }
        assert!(problem.status().is_client_error() || problem.status().is_server_error());
    }
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let (town, _) = town().await;
    let hostile = "<script>alert(1)</script>\"'>";
    let mut person = town.people[0].clone();
    for field in [&mut person.given_name, &mut person.entry_note, &mut person.health_note, &mut person.note] {
        *field = Private::new(hostile.to_owned());
    }
    town.change_person(&person).await.unwrap();
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut operator = Browser::of(&town, "operator").await;
    operator.post(&format!("/alarms/{alarm}/note"), &[("text", hostile)]).await;
    let page = operator.get(&format!("/alarms/{alarm}")).await;
    assert!(page.text.contains("&#60;script&#62;alert(1)"), "{}", page.text);
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
}
