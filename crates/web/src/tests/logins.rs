//! One's own logins: seen, ended, and told of.

use axum::http::{Method, StatusCode};
use testkit::PASSWORD;

use super::browser::{Browser, encode, town};

#[tokio::test]
async fn one_sees_and_ends_ones_own_logins() {
    let (town, clock) = town().await;
    let mut here = Browser::of(&town, "operator").await;
    let alone = here.get("/account/sessions").await;
    assert!(alone.text.contains("Du är inte inloggad någon annanstans."), "{}", alone.text);
    clock.advance(base::SignedDuration::from_secs(60));
    let mut there = Browser::of(&town, "operator").await;
    let mut third = Browser::of(&town, "operator").await;
    let page = here.get("/account/sessions").await;
    assert_eq!(page.text.matches("name=\"session\" value=\"").count(), 2, "{}", page.text);
    let (_, after) = page.text.split_once("name=\"session\" value=\"").unwrap();
    let handle = after.split_once('"').unwrap().0;
    let mut stranger = Browser::of(&town, "responder").await;
    for browser in [&mut stranger, &mut here] {
        let answer = browser.post("/account/sessions/end", &[("session", handle)]).await;
        assert_eq!(answer.header("location"), "/account/sessions");
    }
    let mut left = 0;
    for browser in [&mut there, &mut third] {
        left += usize::from(browser.get("/alarms").await.status == StatusCode::OK);
    }
    assert_eq!(left, 1, "one of the two is logged out");
    here.post("/account/sessions/end-others", &[]).await;
    for browser in [&mut there, &mut third] {
        assert_eq!(browser.get("/alarms").await.header("location"), "/login");
    }
    assert_eq!(here.get("/alarms").await.status, StatusCode::OK);
    assert_eq!(stranger.get("/respond").await.status, StatusCode::OK, "nobody else's login ended");
    let log = Browser::of(&town, "auditor").await.get("/audit?action=login.sessions").await;
    assert!(log.text.matches("Loggade ut andra webbläsare").count() > 2, "{}", log.text);
}

#[tokio::test]
async fn what_happened_to_ones_login_is_told_once_on_the_first_page() {
    let (town, clock) = town().await;
    let pass = || clock.advance(base::SignedDuration::from_secs(60));
    Browser::of(&town, "operator").await;
    pass();
    Browser::new(&town).post("/login", &[("username", "operator"), ("password", "fel fel fel fel")]).await;
    pass();
    let mut browser = Browser::new(&town);
    browser.post("/login", &[("username", "operator"), ("password", PASSWORD)]).await;
    let (wrong, last) = ("Ett fel lösenord har skrivits sedan dess.", "Du loggade in senast");
    let part = browser.part("/alarms/queue").await;
    assert!(!part.text.contains(last), "a part of a page tells nothing, and counts for nothing");
    let missing = browser.get("/nowhere").await;
    assert!(!missing.text.contains(last), "{}", missing.text);
    let first = browser.get("/alarms").await;
    assert!(first.text.contains(wrong) && first.text.contains(last), "{}", first.text);
    let second = browser.get("/alarms").await;
    assert!(!second.text.contains(last), "told once");
    let own = browser.get("/account/sessions").await;
    assert!(own.text.contains(wrong), "and kept where one looks for it: {}", own.text);
}

/// The addresses in the audit log, newest first, as an auditor reads them.
async fn addresses(town: &testkit::Town, action: &str) -> Vec<String> {
    let mut auditor = Browser::of(town, "auditor").await;
    let file = auditor.get(&format!("/audit.csv?action={action}")).await.text;
    file.lines().skip(1).filter_map(|line| line.rsplit([',', ';']).next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_log_tells_from_which_address_a_login_came() {
    let (town, _) = town().await;
    let trusted = app::network::Networks(vec!["192.0.2.1/32".parse().unwrap()]);
    let proxies = crate::Proxies { trusted, ..crate::Proxies::default() };
    let config = crate::WebConfig { proxies, ..crate::WebConfig::default() };
    let mut browser = Browser::of_pages(&town, config);
    for (peer, password) in [
        ("192.0.2.1:40001", "fel fel fel fel"),
        ("198.51.100.7:40001", "fel fel fel fel"),
        ("192.0.2.1:40001", PASSWORD),
    ] {
        browser.address = Some(peer.parse().unwrap());
        let form = encode(&[("username", "operator"), ("password", password)]);
        let headers = [("sec-fetch-site", "same-origin"), ("x-forwarded-for", "10.1.1.1, 203.0.113.9")];
        browser.send(Method::POST, "/login", &headers, form).await;
    }
    assert_eq!(addresses(&town, "login.failed").await, ["198.51.100.7", "203.0.113.9"]);
    assert!(addresses(&town, "login.signed").await.contains(&"203.0.113.9".to_owned()));
}

#[tokio::test]
async fn a_source_that_guesses_is_told_to_wait_and_the_health_page_tells_of_it() {
    const AT_ONCE: usize = 5;
    let (mut town, clock) = town().await;
    let slowed_by = std::time::Duration::from_secs(86_400);
    let rule = app::login::guesses::Rule { wrong_max: 1, slowed_by, ..Default::default() };
    town.app.guesses = std::sync::Arc::new(app::login::guesses::Guesses::new(rule));
    let mut operator = Browser::of(&town, "operator").await;
    let (name, none) = ("Fel lösenord vid många namn", "<dd>Nej</dd>");
    let before = operator.get("/health").await.text;
    assert!(before.contains(name) && before.contains(none), "{before}");
    let guess = |number: usize| {
        let mut browser = Browser::new(&town);
        browser.address = Some("198.51.100.7:40001".parse().unwrap());
        Box::pin(async move {
            let username = format!("namn{number}");
            browser.post("/login", &[("username", &username), ("password", "fel fel fel fel")]).await
        })
    };
    assert!(guess(0).await.text.contains("stämmer inte"));
    // One more than may wait: whoever is done first has been told to come back.
    let (told, _, _) = futures_util::future::select_all((0..AT_ONCE).map(guess)).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text.contains("Ditt konto är inte låst."), "{}", told.text);
    let during = operator.get("/health").await.text;
    assert!(during.contains("En adress bromsas.") && !during.contains("198.51.100.7"), "{during}");
    clock.advance(base::SignedDuration::from_secs(rule.window_seconds));
    assert!(operator.get("/health").await.text.contains(none));
}
