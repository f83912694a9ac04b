//! Devices, from the list to a scrapped unit.

use axum::http::StatusCode;

use super::browser::{Answer, Browser, town};

/// A page that stands, with every text in its language.
async fn read(browser: &mut Browser, path: &str) -> Answer {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert!(!page.text.contains("Unknown localization"), "{path}: {}", page.text);
    page
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

#[tokio::test]
async fn a_device_is_registered_installed_given_a_password_and_scrapped() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    let form = read(&mut keeper, "/devices/new?serial=HEARD-1&controller_id=HEARD-1").await;
    assert!(form.text.contains("value=\"HEARD-1\""));
    let model =
        between(form.text.split_once("name=\"model\"").unwrap().1, "<option value=\"", "\"").to_owned();
    assert!(model.is_empty(), "the first choice is none");
    let models = form.text.split_once("name=\"model\"").unwrap().1;
    let model = models.split("<option value=\"").nth(2).unwrap().split_once('"').unwrap().0.to_owned();
    let wrong = keeper.post("/devices/new", &[("model", ""), ("serial", "two words")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["data-focus", "href=\"#serial\"", "id=\"serial-problem\"", "value=\"two words\""] {
        assert!(wrong.text.contains(part), "{part}: {}", wrong.text);
    }
    let made = keeper.post("/devices/new", &[("model", &model), ("serial", "HEARD-1")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let device = made.header("location").to_owned();
    let found = keeper.post(&format!("{device}/install"), &[("words", "Påhittsson")]).await;
    let person = between(&found.text, "name=\"person\" id=\"p-", "\"").to_owned();
    let version = between(&found.text, "name=\"version\" value=\"", "\"").to_owned();
    let step = [("version", version.as_str()), ("to", "installed"), ("person", &person), ("room", "Hall")];
    assert_eq!(keeper.post(&format!("{device}/step"), &step).await.status, StatusCode::SEE_OTHER);
    let page = read(&mut keeper, &device).await;
    for part in ["Påhittsson", "Hall", "Lager → Installerad"] {
        assert!(page.text.to_lowercase().contains(&part.to_lowercase()), "{part}: {}", page.text);
    }
    let set = keeper.post(&format!("{device}/password"), &[("password", "")]).await;
    let password = between(&set.text, "<code class=\"secret\">", "<").to_owned();
    assert_eq!(password.len(), 16);
    assert!(!read(&mut keeper, &device).await.text.contains(&password), "a password is shown once");
    let stale = keeper.post(&format!("{device}/step"), &[("version", "1"), ("to", "returned")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_list_is_filtered_by_its_address_and_kept_as_a_file() {
    let (town, _) = town().await;
    let mut planner = Browser::of(&town, "planner").await;
    let all = read(&mut planner, "/devices").await;
    assert!(all.text.contains(&town.controller_ids[0]), "{}", all.text);
    assert!(!all.text.contains("Påhittsson") && !all.text.contains("/devices/new"));
    let none = read(&mut planner, "/devices?stage=scrapped&order=last_contact").await;
    assert!(none.text.contains("Ingen enhet passar"));
    let csv = planner.get("/devices/export?format=csv&stage=installed").await;
    assert!(csv.header("content-disposition").contains("enheter.csv"));
    assert!(csv.text.contains(&town.controller_ids[0]) && csv.text.contains("serienummer;id på tråden"));
    let book = planner.get("/devices/export?format=xlsx").await;
    assert!(book.header("content-type").contains("spreadsheetml"));
    assert_eq!(planner.get("/devices/export?format=exe").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_stands_in_the_history() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    let list = read(&mut keeper, "/devices").await;
    let device =
        format!("/devices/{}", between(list.text.split_once("<tbody").unwrap().1, "href=\"/devices/", "\""));
    let form = read(&mut keeper, &format!("{device}/change")).await;
    let version = between(&form.text, "name=\"version\" value=\"", "\"").to_owned();
    let serial = between(&form.text, "id=\"serial\" name=\"serial\" type=\"text\" value=\"", "\"").to_owned();
    let models = form.text.split_once("name=\"model\"").unwrap().1;
    let chosen = models.split_once("\" selected").unwrap().0.rsplit_once('"').unwrap().1.to_owned();
    let fields = [
        ("version", version.as_str()),
        ("serial", &serial),
        ("model", &chosen),
        ("accessories", "två larmknappar"),
    ];
    let changed = keeper.post(&format!("{device}/change"), &fields).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    let page = read(&mut keeper, &device).await;
    assert!(page.text.contains("två larmknappar") && page.text.contains("Tillbehör"), "{}", page.text);
}

#[tokio::test]
async fn a_sender_that_nobody_has_registered_is_one_click_from_its_form() {
    let (town, _) = town().await;
    town.unknown_sender().await.unwrap();
    let mut keeper = Browser::of(&town, "administrator").await;
    let page = read(&mut keeper, "/senders").await;
    let form = between(&page.text, "href=\"/devices/new?", "\"").replace("&#38;", "&").replace("&amp;", "&");
    let sender =
        between(page.text.split_once("<ul class=\"tasks\"").unwrap().1, "--small\">", "<").to_owned();
    assert!(!sender.is_empty() && page.text.contains("<pre"), "{}", page.text);
    let filled = read(&mut keeper, &format!("/devices/new?{form}")).await;
    assert!(filled.text.contains(&format!("value=\"{sender}\"")), "{sender}: {}", filled.text);
    let mut operator = Browser::of(&town, "operator").await;
    assert!(!read(&mut operator, "/senders").await.text.contains("/devices/new"));
}

#[tokio::test]
async fn silence_is_listed_and_technical_alarms_that_are_over_are_closed_at_once() {
    use device::{Signal, report::Technical};
    let (town, _) = town().await;
    let mut operator = Browser::of(&town, "operator").await;
    let quiet = read(&mut operator, "/outages").await;
    assert!(quiet.text.contains("Inga avbrott") && quiet.text.contains("data-refresh=\"/outages\""));
    town.says(0, Signal::Technical(Technical::MainsLost)).await.unwrap();
    town.says(1, Signal::Technical(Technical::BatteryLow)).await.unwrap();
    town.says(0, Signal::Technical(Technical::MainsBack)).await.unwrap();
    let list = read(&mut operator, "/alarms/technical").await;
    assert!(
        list.text.contains("Avsluta 1 larm som är över") && list.text.contains("Kvarstår"),
        "{}",
        list.text
    );
    let closed = operator.post("/alarms/technical/close", &[("text", "Strömmen är tillbaka.")]).await;
    assert!(
        closed.text.contains("1 larm är avslutat") && closed.text.contains("Kvarstår"),
        "{}",
        closed.text
    );
    assert!(!closed.text.contains("Avsluta 1 larm"));
}
