//! The console and the phone, from alarm to report.

use alarm::Kind;
use axum::http::StatusCode;
use base::SignedDuration;

use super::browser::{Browser, town};

#[tokio::test]
async fn an_alarm_is_answered_sent_accepted_reported_and_closed() {
    let (town, clock) = town().await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut operator = Browser::of(&town, "operator").await;
    let mut responder = Browser::of(&town, "responder").await;
    clock.advance(SignedDuration::from_secs(42));
    let page = operator.get("/alarms").await;
    assert!(page.text.contains("Exempel Påhittsson") && page.text.contains("0:42"), "{}", page.text);
    let card = operator.part(&format!("/alarms/{alarm}")).await;
    assert!(card.text.contains("Portkod 0000") && !card.text.contains("<html"), "{}", card.text);
    assert!(card.text.contains("19330412-XXXX"), "{}", card.text);
    assert_eq!(operator.post(&format!("/alarms/{alarm}/answer"), &[]).await.status, StatusCode::SEE_OTHER);
    let team = town.teams[0].to_string();
    operator.post(&format!("/alarms/{alarm}/send"), &[("team", &team)]).await;
    let list = responder.get("/respond").await;
    assert!(list.text.contains("Sagogatan 4"), "{}", list.text);
    let task = responder.get(&format!("/respond/{alarm}")).await;
    let (_, after) = task.text.split_once(&format!("/respond/{alarm}/")).unwrap();
    let dispatch = after.split_once('/').unwrap().0.to_owned();
    for (verb, field) in
        [("accept", ("", "")), ("arrive", ("", "")), ("report", ("text", "Allt väl, te drucket."))]
    {
        let answer = responder.post(&format!("/respond/{alarm}/{dispatch}/{verb}"), &[field]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{verb}: {}", answer.text);
    }
    let close = [("outcome", "helped"), ("measure", "helped_up"), ("measure", "company"), ("text", "Klart")];
    operator.post(&format!("/alarms/{alarm}/close"), &close).await;
    let closed = operator.get("/alarms/closed").await;
    assert!(closed.text.contains(&alarm.to_string()) && closed.text.contains("Hjälp på plats"));
    let card = operator.get(&format!("/alarms/{alarm}")).await;
    assert!(
        card.text.contains("te drucket") && card.text.contains("Lugnat och hållit sällskap"),
        "{}",
        card.text
    );
}

#[tokio::test]
async fn a_responder_sees_only_what_their_team_was_sent() {
    let (town, _) = town().await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut responder = Browser::of(&town, "responder").await;
    assert_eq!(responder.get(&format!("/respond/{alarm}")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(responder.get(&format!("/alarms/{alarm}")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn trouble_is_told_in_three_parts_as_a_message_and_as_a_page() {
    let (town, _) = town().await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut operator = Browser::of(&town, "operator").await;
    operator.post(&format!("/alarms/{alarm}/answer"), &[]).await;
    let page = operator.post(&format!("/alarms/{alarm}/answer"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    for part in ["En annan operatör har redan", "Ingenting har ändrats", "Ta nästa larm"] {
        assert!(page.text.contains(part), "{}", page.text);
    }
    let secret = operator.form_secret.clone();
    let body = super::browser::encode(&[("form_secret", &secret)]);
    let headers = [("hx-request", "true"), ("sec-fetch-site", "same-origin")];
    let message =
        operator.send(axum::http::Method::POST, &format!("/alarms/{alarm}/answer"), &headers, body).await;
    assert_eq!(message.header("hx-retarget"), "#messages");
    assert!(!message.text.contains("<html"));
    assert_eq!(operator.get("/alarms/not-an-id").await.status, StatusCode::NOT_FOUND);
    assert_eq!(operator.get("/nowhere").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn many_technical_alarms_of_an_area_are_one_group() {
    use device::{Signal, report::Technical};
    let (town, _) = town().await;
    for person in 0..town.people.len() {
        town.says(person, Signal::Technical(Technical::MainsLost)).await.unwrap();
    }
    let mut operator = Browser::of(&town, "operator").await;
    let page = operator.part("/alarms/queue").await;
    assert!(page.text.contains("5 larm väntar"), "{}", page.text);
    // Three and two in the two areas stay below the limit of a group: each has its line.
    assert!(!page.text.contains("<details"));
}

#[tokio::test]
async fn the_language_follows_the_choice_and_the_login() {
    let (town, _) = town().await;
    let mut browser = Browser::new(&town);
    let english = browser.send(
        axum::http::Method::GET,
        "/login",
        &[("accept-language", "en-GB,sv;q=0.5")],
        String::new(),
    );
    assert!(english.await.text.contains("<html lang=\"en\""));
    browser.post("/language", &[("language", "en"), ("back", "/login")]).await;
    assert!(browser.get("/login").await.text.contains("User name"));
    let mut operator = Browser::of(&town, "operator").await;
    operator.post("/language", &[("language", "en"), ("back", "/alarms")]).await;
    assert!(operator.get("/alarms").await.text.contains("No alarms waiting"));
}
