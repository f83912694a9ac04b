//! People: found without their names in an address, shown for a reason, written with the problem beside its field.

use axum::http::StatusCode;

use super::browser::{Answer, Browser, town};

async fn read(browser: &mut Browser, path: &str) -> Answer {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert!(!page.text.contains("Unknown localization"), "{path}: {}", page.text);
    page
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

#[tokio::test]
async fn an_operator_finds_a_person_and_states_a_reason_to_see_them() {
    let (town, _) = town().await;
    let mut operator = Browser::of(&town, "operator").await;
    let found = operator.post("/people", &[("words", "påhittsson exempel")]).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.text.contains("Exempel Påhittsson") && found.text.contains("-XXXX"), "{}", found.text);
    assert!(!found.text.contains("/people/new"));
    let person = format!("/people/{}", town.people[0].id);
    let asked = operator.get(&person).await;
    assert!(asked.text.contains("Ange anledning") && !asked.text.contains("Påhittsson"), "{}", asked.text);
    let short = operator.post(&format!("{person}/reason"), &[("reason", "va")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reason = [("reason", "Hon ringer och frågar om sitt larm")];
    assert_eq!(operator.post(&format!("{person}/reason"), &reason).await.status, StatusCode::SEE_OTHER);
    let page = read(&mut operator, &person).await;
    assert!(page.text.contains("Portkod 0000") && page.text.contains("19330412-XXXX"), "{}", page.text);
    let revealed = operator.post(&format!("{person}/reveal"), &reason).await;
    assert!(!revealed.text.contains("19330412-XXXX") && revealed.text.contains("19330412-"));
    assert!(read(&mut operator, &person).await.text.contains("19330412-XXXX"), "it is shown once");
    assert_eq!(operator.get(&format!("{person}/change")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_administrator_registers_changes_and_names_those_close() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    read(&mut keeper, "/people/new").await;
    let wrong = keeper.post("/people/new", &[("given_name", "Låtsas"), ("phone", "abc")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["data-focus", "id=\"family_name-problem\"", "id=\"phone-problem\"", "value=\"Låtsas\""] {
        assert!(wrong.text.contains(part), "{part}: {}", wrong.text);
    }
    let fields = [("given_name", "Låtsas"), ("family_name", "Fantasi"), ("identity", "R-100200")];
    let made = keeper.post("/people/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let person = made.header("location").to_owned();
    let form = read(&mut keeper, &format!("{person}/change")).await;
    let version = between(&form.text, "name=\"version\" value=\"", "\"").to_owned();
    let fields = [
        ("version", version.as_str()),
        ("given_name", "Låtsas"),
        ("family_name", "Hittepå"),
        ("protected", "yes"),
    ];
    let changed = keeper.post(&format!("{person}/change"), &fields).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    // A protected person needs a reason from everyone.
    assert!(read(&mut keeper, &person).await.text.contains("Ange anledning"));
    let reason = [("reason", "Registrerar närstående")];
    keeper.post(&format!("{person}/reason"), &reason).await;
    let page = read(&mut keeper, &person).await;
    for part in ["Hittepå", "Efternamn", "Skyddade personuppgifter", "Registrerar närstående"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let form = read(&mut keeper, &format!("{person}/kin")).await;
    let version = between(&form.text, "name=\"version\" value=\"", "\"").to_owned();
    let lines = [
        ("version", version.as_str()),
        ("lines", "2"),
        ("name-1", "Nära Påhitt"),
        ("phone-1", "070-174 06 05"),
        ("has_key-1", "yes"),
        ("name-2", ""),
    ];
    let bad = [&lines[..3], &[("phone-1", "ring mig")]].concat();
    let refused = keeper.post(&format!("{person}/kin"), &bad).await;
    assert!(refused.text.contains("id=\"phone-1-problem\""), "{}", refused.text);
    let written = keeper.post(&format!("{person}/kin"), &lines).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text);
    let page = read(&mut keeper, &person).await;
    assert!(page.text.contains("Nära Påhitt") && page.text.contains("tel:0701740605"), "{}", page.text);
}

#[tokio::test]
async fn the_register_leaves_only_for_a_reason_and_the_fallback_list_prints() {
    let (town, _) = town().await;
    let mut keeper = Browser::of(&town, "administrator").await;
    read(&mut keeper, "/people/export").await;
    let refused = keeper.post("/people/export", &[("format", "csv"), ("reason", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = keeper.post("/people/export", &[("format", "csv"), ("reason", "Kontroll av adresser")]).await;
    assert!(file.header("content-disposition").contains("personer.csv") && file.text.contains("Påhittsson"));
    let list = read(&mut keeper, "/people/fallback").await;
    for part in ["Exempel Påhittsson", "Portkod 0000", "class=\"sheet\""] {
        assert!(list.text.contains(part), "{part}: {}", list.text);
    }
}
