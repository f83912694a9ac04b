//! Forms, cookies, headers, and that nothing personal leaves where it should not.

use alarm::Kind;
use app::live::Change;
use axum::http::{Method, StatusCode};
use base::AlarmId;
use testkit::PASSWORD;

use super::browser::{Browser, encode, town};
use crate::{events::name_and_id, routes::all, server::FORM_BYTES_MAX};

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let (town, _) = town().await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut browser = Browser::of(&town, "operator").await;
    let path = format!("/alarms/{alarm}/answer");
    let secret = browser.form_secret.clone();
    let right = encode(&[("form_secret", &secret)]);
    let host = ("host", "tryggve.example.invalid");
    for (why, headers, body) in [
        ("another site", vec![("sec-fetch-site", "cross-site")], right.clone()),
        ("the same site, another host", vec![("sec-fetch-site", "same-site")], right.clone()),
        ("another origin", vec![host, ("origin", "https://other.example.invalid")], right.clone()),
        ("silence", vec![], right.clone()),
        ("no secret", vec![("sec-fetch-site", "same-origin")], String::new()),
        ("a wrong secret", vec![("sec-fetch-site", "same-origin")], encode(&[("form_secret", "guess")])),
    ] {
        let answer = browser.send(Method::POST, &path, &headers, body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{why}");
    }
    let own = vec![host, ("origin", "https://tryggve.example.invalid")];
    let answer = browser.send(Method::POST, &path, &own, right).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

#[tokio::test]
async fn the_address_of_a_form_that_is_opened_as_a_page_says_what_it_is() {
    let (town, _) = town().await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut browser = Browser::of(&town, "operator").await;
    let answer = browser.get(&format!("/alarms/{alarm}/answer")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "POST");
    assert!(answer.text.contains("tar emot ett formulär"), "{}", answer.text);
    assert!(answer.text.contains("<nav") || answer.text.contains("href=\"/\""), "{}", answer.text);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused_with_a_page() {
    let (town, _) = town().await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut browser = Browser::of(&town, "operator").await;
    let text = "a".repeat(FORM_BYTES_MAX);
    let answer = browser.post(&format!("/alarms/{alarm}/note"), &[("text", &text)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let (town, _) = town().await;
    let mut browser = Browser::new(&town);
    let answer = browser.post("/login", &[("username", "operator"), ("password", PASSWORD)]).await;
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.form_secret = String::new();
    let page = browser.get("/alarms").await;
    for (name, part) in [
        ("content-security-policy", "frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert!(page.header(name).contains(part), "{name}: {}", page.header(name));
    }
    assert!(!page.header("content-security-policy").contains("unsafe"));
}

#[tokio::test]
async fn browsers_are_told_to_use_tls_where_cookies_need_it() {
    let (town, _) = town().await;
    for (secure_cookies, told) in [(true, "max-age=31536000"), (false, "")] {
        let config = crate::WebConfig { secure_cookies, ..crate::WebConfig::default() };
        let mut browser = Browser::of_pages(&town, config);
        assert_eq!(browser.get("/login").await.header("strict-transport-security"), told);
        let right = [("username", "operator"), ("password", PASSWORD)];
        let answer = browser.post("/login", &right).await;
        assert_eq!(answer.header("set-cookie").contains("Secure"), secure_cookies);
    }
}

#[tokio::test]
async fn over_tls_the_session_cookie_is_bound_to_its_host() {
    let (town, _) = town().await;
    let config = crate::WebConfig { secure_cookies: true, ..crate::WebConfig::default() };
    let mut browser = Browser::of_pages(&town, config);
    let right = [("username", "operator"), ("password", PASSWORD)];
    let given = browser.post("/login", &right).await;
    let account = browser.get("/account").await;
    assert_eq!(account.status, StatusCode::OK, "{}", account.text);
    let (_, after) = account.text.split_once("name=\"form_secret\" value=\"").unwrap();
    browser.form_secret = after.split_once('"').unwrap().0.to_owned();
    let taken = browser.post("/logout", &[]).await;
    let first = given.header("set-cookie").to_owned();
    // A browser takes the prefix only with these marks and without a domain, also when the cookie is taken back.
    for answer in [given, taken] {
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("__Host-tryggve_session="), "{cookie}");
        assert!(cookie.contains("Secure") && cookie.contains("Path=/"), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    // One without the prefix may come from a neighbour under the same domain, and opens nothing.
    let again = browser.post("/login", &right).await;
    assert_ne!(again.header("set-cookie"), first, "each login has a session of its own");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    for (name, _) in &mut browser.cookies {
        *name = name.replace("__Host-", "");
    }
    assert_eq!(browser.get("/account").await.header("location"), "/login");
}

#[tokio::test]
async fn whoever_types_a_password_may_look_at_it() {
    let (town, _) = town().await;
    let login = Browser::new(&town).get("/login").await;
    let account = Browser::of(&town, "operator").await.get("/account").await;
    for page in [login, account] {
        assert!(page.text.contains("data-shows-password"), "{}", page.text);
        // Without a script the button does nothing, so it is not shown.
        assert!(page.text.contains("aria-pressed=\"false\" hidden>Visa det jag skriver"), "{}", page.text);
    }
}

#[tokio::test]
async fn wrong_passwords_lock_and_say_until_when() {
    let (town, _) = town().await;
    let mut browser = Browser::new(&town);
    let wrong = [("username", "operator"), ("password", "fel fel fel fel")];
    for _ in 1..app::login::sign_in::FAILURES_MAX {
        let answer = browser.post("/login", &wrong).await;
        assert!(answer.text.contains("stämmer inte"), "{}", answer.text);
    }
    let answer = browser.post("/login", &wrong).await;
    // 07:30 UTC and fifteen minutes, in Swedish winter time.
    assert!(answer.text.contains("08.45.00"), "{}", answer.text);
    let right = browser.post("/login", &[("username", "operator"), ("password", PASSWORD)]).await;
    assert_eq!(right.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_new_password_holds_and_ends_other_sessions() {
    let (town, _) = town().await;
    let mut here = Browser::of(&town, "operator").await;
    let mut there = Browser::of(&town, "operator").await;
    let new = "blå buss i motvind";
    let fields =
        |current| [("current_password", current), ("new_password", new), ("new_password_again", new)];
    let wrong = here.post("/account/password", &fields("inte det rätta")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = here.post("/account/password", &fields(PASSWORD)).await;
    assert_eq!(right.status, StatusCode::OK, "{}", right.text);
    assert_eq!(here.get("/alarms").await.status, StatusCode::OK);
    assert_eq!(there.get("/alarms").await.header("location"), "/login");
    let again = Browser::new(&town).post("/login", &[("username", "operator"), ("password", new)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn logging_out_ends_the_session_and_wipes_the_browser() {
    let (town, _) = town().await;
    let mut browser = Browser::of(&town, "responder").await;
    let kept = browser.cookies.clone();
    let answer = browser.post("/logout", &[]).await;
    assert!(answer.header("clear-site-data").contains("storage"));
    browser.cookies = kept;
    assert_eq!(browser.get("/respond").await.header("location"), "/login");
}

#[test]
fn live_events_carry_an_id_and_nothing_else() {
    let id = AlarmId(base::id::Uuid::nil());
    for change in [Change::AlarmNew(id), Change::AlarmChanged(id)] {
        let (_, data) = name_and_id(change);
        assert_eq!(data, id.to_string());
    }
}

#[test]
fn addresses_hold_ids_only() {
    // Each is an id that Tryggve made, but for the one-time secret and the names of our own files.
    let known = [
        "{alarm}",
        "{dispatch}",
        "{device}",
        "{person}",
        "{outage}",
        "{login}",
        "{token}",
        "{team}",
        "{area}",
        "{provider}",
        "{ladder}",
        "{rule}",
        "{webhook}",
        "{file}",
        "{model}",
        "{profile}",
        "{secret}",
        "{file}",
        "{alternative}",
        "{home}",
        "{application}",
        // The name of one of our own charts or tables.
        "{name}",
        "{*path}",
    ];
    for route in all() {
        for part in route.path.split('/').filter(|part| part.starts_with('{')) {
            assert!(known.contains(&part), "{}", route.path);
        }
    }
}

#[tokio::test]
async fn figures_are_for_the_same_machine_or_a_token() {
    let (town, _) = town().await;
    // Without a source of figures there is nothing to guard; with a foreign caller there is no answer.
    let answer = Browser::new(&town).get("/metrics").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    for (path, text) in [("/health/live", "live\n"), ("/health/ready", "ready\n")] {
        assert_eq!(Browser::new(&town).get(path).await.text, text);
    }
}
