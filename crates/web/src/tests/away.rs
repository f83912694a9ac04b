//! The console while the database is away, and what is told of disturbances.

use alarm::Kind;
use axum::http::StatusCode;

use super::browser::{Browser, town};

#[tokio::test]
async fn those_who_were_logged_in_go_on_seeing_the_queue() {
    let (town, _) = town().await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut operator = Browser::of(&town, "operator").await;
    let mut responder = Browser::of(&town, "responder").await;
    app::person::fallback::refresh(&town.app).await.unwrap();
    let before = operator.get("/alarms").await;
    assert!(!before.text.contains("Databasen svarar inte"), "{}", before.text);
    responder.get("/account").await;
    town.app.aside.note_answer(false, town.app.now());
    town.app.store.close().await;
    let away = operator.get("/alarms").await;
    assert_eq!(away.status, StatusCode::OK, "{}", away.text);
    assert!(away.text.contains("Databasen svarar inte") && away.text.contains(&alarm.to_string()));
    assert!(away.text.contains("Exempel Påhittsson"), "{}", away.text);
    let card = operator.part(&format!("/alarms/{alarm}")).await;
    assert!(card.text.contains("skicka personal för hand"), "{}", card.text);
    assert_eq!(responder.get("/alarms").await.status, StatusCode::FORBIDDEN);
    let mut stranger = Browser::new(&town);
    assert_eq!(stranger.get("/alarms").await.status, StatusCode::SEE_OTHER);
    let health = operator.get("/status").await;
    assert!(health.text.contains("Databasen svarar inte"), "{}", health.text);
}

#[tokio::test]
async fn the_page_of_status_opens_by_login_or_not_at_all_without_a_link() {
    let (town, _) = town().await;
    let mut operator = Browser::of(&town, "operator").await;
    let page = operator.get("/status").await;
    assert!(page.text.contains("Störningar just nu"), "{}", page.text);
    let mut stranger = Browser::new(&town);
    assert_eq!(stranger.get("/status").await.status, StatusCode::SEE_OTHER);
    assert_eq!(stranger.get("/status/gissning").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_list_beside_the_database_stands_alone() {
    let (town, _) = town().await;
    let list = app::person::fallback::refresh(&town.app).await.unwrap();
    let file = crate::fallback_file(list).unwrap();
    assert!(file.starts_with("<!DOCTYPE html>") && file.contains("Exempel Påhittsson"), "{file}");
    assert!(!file.contains("<link") && !file.contains("<script"), "{file}");
}
