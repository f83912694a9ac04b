//! Models, profiles, labels, the replacement view, and the search of the top bar.

use axum::http::StatusCode;

use super::browser::{Answer, Browser, town};

async fn read(browser: &mut Browser, path: &str) -> Answer {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert!(!page.text.contains("Unknown localization"), "{path}: {}", page.text);
    page
}

/// The first address in a table that begins so.
fn first_link<'a>(text: &'a str, beginning: &str) -> &'a str {
    let table = text.split_once("<tbody").unwrap().1;
    let rest = table.split_once(&format!("href=\"{beginning}")).unwrap().1;
    &table[table.len() - rest.len() - beginning.len()..][..beginning.len() + rest.find('"').unwrap()]
}

#[tokio::test]
async fn models_and_profiles_are_changed_with_their_history_and_stay_while_they_are_used() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    let profiles = read(&mut keeper, "/devices/profiles").await;
    assert!(profiles.text.contains("Nätet den kommer från"), "{}", profiles.text);
    let profile = first_link(&profiles.text, "/devices/profiles/").to_owned();
    let fields = [
        ("name", "Ny profil"),
        ("reply_style", "inside_ok"),
        ("authentication", "network"),
        ("media_reply", "1"),
        ("call_reply", "62"),
        ("call_number", ""),
        ("technical_codes", "113"),
        ("duplicate_window_seconds", "600"),
    ];
    let wrong = keeper.post(&profile, &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("id=\"call_number-problem\""), "{}", wrong.text);
    let right = fields.map(|(name, value)| (name, if name == "call_number" { "0700000000" } else { value }));
    assert_eq!(keeper.post(&profile, &right).await.status, StatusCode::SEE_OTHER);
    let page = read(&mut keeper, &profile).await;
    for part in ["I ett eget meddelande</td>", "I kvittensen (200 OK)</td>", "Påhittad profil</td>"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let used = keeper.post(&format!("{profile}/remove"), &[]).await;
    assert!(used.text.contains("Används fortfarande"), "{}", used.text);

    let models = read(&mut keeper, "/devices/models").await;
    let model = first_link(&models.text, "/devices/models/").to_owned();
    let form = read(&mut keeper, &model).await;
    assert!(form.text.contains("value=\"300\"") && form.text.contains("Hörs varje"), "{}", form.text);
    let used = keeper.post(&format!("{model}/remove"), &[]).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut planner = Browser::of(&town, "planner").await;
    let seen = read(&mut planner, "/devices/models").await;
    assert!(!seen.text.contains("/devices/models/new") && !seen.text.contains(&model), "{}", seen.text);
}

#[tokio::test]
async fn labels_carry_their_codes_on_sheets_of_the_chosen_size() {
    let (town, _) = town().await;
    let mut planner = Browser::of(&town, "planner").await;
    let page = read(&mut planner, "/devices/labels?columns=2&rows=3&skip=1").await;
    let labels = page.text.matches("label__serial").count();
    assert_eq!(labels, town.people.len());
    assert_eq!(page.text.matches("labels--columns-2 labels--rows-3").count(), (labels + 1).div_ceil(6));
    assert_eq!(page.text.matches("label__square").count(), labels);
    let bars = read(&mut planner, "/devices/labels?code=bars&columns=5&words=EX-0000").await;
    assert!(!bars.text.contains("label__square") && bars.text.contains("labels--columns-5"));
    // A number that no paper has is told, and the usual one is used.
    let wrong = read(&mut planner, "/devices/labels?columns=99").await;
    assert!(wrong.text.contains("id=\"columns-problem\"") && wrong.text.contains("labels--columns-3"));
    assert_eq!(bars.text.matches("label__bars").count(), 1);
    assert!(read(&mut planner, "/devices/labels?words=ingen").await.text.contains("Ingen enhet passar"));
}

#[tokio::test]
async fn the_replacement_and_the_overdue_tests_are_told_and_kept_as_files() {
    let (town, _) = town().await;
    let mut planner = Browser::of(&town, "planner").await;
    let page = read(&mut planner, "/devices/replacement").await;
    for part in ["Ingen installerad enhet har 2G", "1\u{a0}815 kr", "Stockholms fleråriga plan", "<svg"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let csv = planner.get("/devices/replacement/file?format=csv").await;
    assert!(csv.text.contains("4G;Är kvar;"), "{}", csv.text);
    let overdue = read(&mut planner, "/devices/overdue").await;
    assert!(overdue.text.contains("EX-0000") && overdue.text.contains("Aldrig"), "{}", overdue.text);
}

#[tokio::test]
async fn one_search_finds_people_and_devices_and_nobody_by_a_protected_address() {
    let (town, _) = town().await;
    let mut person = town.people[0].clone();
    let street = person.address.reveal().street.clone();
    let mut keeper = Browser::of(&town, "administrator").await;
    let find = |words: &str| vec![("words".to_owned(), words.to_owned())];
    let search = async |browser: &mut Browser, words: &str| {
        let fields = find(words);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post("/search", &fields).await.text
    };
    let address = format!("/people/{}", person.id);
    assert!(search(&mut keeper, &street).await.contains(&address), "by the address");
    assert!(search(&mut keeper, "EX-0001").await.contains("EX-0001</a>"), "by the serial number");
    assert!(search(&mut keeper, "exempel-0001").await.contains("EX-0001</a>"), "by the controller id");
    let number = person.identity.reveal().written();
    let found = search(&mut keeper, &number).await;
    assert!(found.contains(&address) && !found.contains(&format!(">{number}<")), "by the number, masked");
    assert!(!search(&mut keeper, "E").await.contains("<tbody"), "one character lists nobody");
    person.protected = true;
    town.change_person(&person).await.unwrap();
    assert!(!search(&mut keeper, &street).await.contains(&address), "not by a protected address");
    let name = person.family_name.reveal().clone();
    let found = search(&mut keeper, &format!("{} {name}", person.given_name.reveal())).await;
    assert!(found.contains(&address) && !found.contains(&street), "{found}");
    let mut planner = Browser::of(&town, "planner").await;
    let seen = search(&mut planner, &name).await;
    assert!(!seen.contains("/people/"), "a planner finds devices only: {seen}");
    assert!(!Browser::of(&town, "auditor").await.get("/account").await.text.contains("top-search"));
}
