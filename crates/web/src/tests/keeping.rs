//! What administrators, leaders and auditors do: the log, service levels, logins, teams, receivers.

use alarm::Kind;
use axum::http::StatusCode;
use base::SignedDuration;

use super::browser::{Browser, town};

#[tokio::test]
async fn every_step_of_an_alarm_stands_in_the_log() {
    let (town, clock) = town().await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let mut operator = Browser::of(&town, "operator").await;
    let mut responder = Browser::of(&town, "responder").await;
    let mut auditor = Browser::of(&town, "auditor").await;
    let base = format!("/alarms/{alarm}");
    operator.get(&base).await;
    operator.post(&format!("{base}/answer"), &[]).await;
    operator.post(&format!("{base}/send"), &[("team", &town.teams[0].to_string())]).await;
    clock.advance(SignedDuration::from_secs(5));
    let task = responder.get(&format!("/respond/{alarm}")).await;
    let (_, after) = task.text.split_once(&format!("/respond/{alarm}/")).unwrap();
    let dispatch = after.split_once('/').unwrap().0.to_owned();
    for (verb, field) in [("accept", ("", "")), ("arrive", ("", "")), ("report", ("text", "Allt väl."))] {
        responder.post(&format!("/respond/{alarm}/{dispatch}/{verb}"), &[field]).await;
    }
    let closing = [("outcome", "helped"), ("measure", "helped_up"), ("text", "Klart")];
    operator.post(&format!("{base}/close"), &closing).await;
    let log = auditor.get(&format!("/audit?subject=alarm:{alarm}")).await;
    assert_eq!(log.status, StatusCode::OK);
    for action in ["Läste larmet", "Svarade på", "Skickade team", "Utryckning", "Avslutade"] {
        assert!(
            log.text.contains(&format!("<td class=\"aksel-table__data-cell\">{action}")),
            "{action}: {}",
            log.text
        );
    }
    let file = auditor.get(&format!("/audit.csv?subject=alarm:{alarm}")).await;
    for name in ["alarm.read", "alarm.answer", "alarm.send", "alarm.respond", "alarm.close"] {
        assert!(file.text.contains(&format!(";{name};")), "{name}: {}", file.text);
    }
    assert!(file.header("content-type").starts_with("text/csv"));
    let narrowed = auditor.get("/audit?action=login.failed").await;
    assert!(narrowed.text.contains("Inga rader stämmer"), "{}", narrowed.text);
    for address in ["/audit", "/audit.csv"] {
        assert_eq!(operator.get(address).await.status, StatusCode::FORBIDDEN, "{address}");
    }
}

#[tokio::test]
async fn the_log_goes_on_page_by_page_and_loses_nothing() {
    let (town, _) = town().await;
    let mut auditor = Browser::of(&town, "auditor").await;
    // The clock stands still, so that every line has the same moment: the hardest case for a page's end.
    for _ in 0..250 {
        app::audit::list(&town.app, &an_auditor(), &app::audit::Filter::default()).await.unwrap();
    }
    let first = auditor.get("/audit?action=audit.read").await;
    let (_, rest) = first.text.split_once("before=").unwrap();
    let before = rest.split_once('"').unwrap().0;
    let second = auditor.get(&format!("/audit?action=audit.read&before={before}")).await;
    let lines = |text: &str| text.matches("<td class=\"aksel-table__data-cell nowrap\">").count();
    assert_eq!((lines(&first.text), lines(&second.text)), (200, 50));
}

/// An auditor, past the pages.
fn an_auditor() -> access::Actor {
    access::Actor {
        user: base::UserId(base::id::Uuid::nil()),
        roles: vec![access::Role::Auditor],
        teams: Vec::new(),
        scopes: Vec::new(),
    }
}

#[tokio::test]
async fn service_levels_show_the_share_the_goal_and_the_load() {
    let (town, clock) = town().await;
    let mut operator = Browser::of(&town, "operator").await;
    for (person, seconds) in [(0, 20), (1, 90)] {
        let alarm = town.alarm(person, Kind::Manual).await.unwrap();
        clock.advance(SignedDuration::from_secs(seconds));
        operator.post(&format!("/alarms/{alarm}/answer"), &[]).await;
    }
    let page = operator.get("/service-levels").await;
    for part in ["50 %", "100 %", "inte nådda", "<svg", "<desc", "EEMUA", "Mål: 97,5 %"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let file = operator.get("/service-levels.csv?from=2026-03-14&to=2026-03-14").await;
    assert!(file.text.contains("Dag;2026-03-14;2;1;2;0;0;0"), "{}", file.text);
    let backwards = operator.get("/service-levels?from=2026-03-14&to=2026-03-01").await;
    assert_eq!(backwards.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(backwards.text.contains("to-problem"), "{}", backwards.text);
    assert_eq!(operator.get("/service-levels?from=x&to=y").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_colleague_is_let_in_by_a_link_that_works_once() {
    let (town, _) = town().await;
    let mut administrator = Browser::of(&town, "administrator").await;
    let empty = administrator.post("/logins", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("id=\"login_name-problem\""), "{}", empty.text);
    let form =
        [("login_name", "ny"), ("shown_name", "Ny Påhittad"), ("roles", "operator"), ("language", "sv")];
    let once = administrator.post("/logins", &form).await;
    let (_, rest) = once.text.split_once("/choose/").unwrap();
    let address = format!("/choose/{}", rest.split_once('<').unwrap().0);
    let mut colleague = Browser::new(&town);
    assert!(colleague.get(&address).await.text.contains("<strong>ny</strong>"));
    let easy = [("password", "aaaaaaaaaaaa"), ("password_again", "aaaaaaaaaaaa")];
    assert_eq!(colleague.post(&address, &easy).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let good = [("password", "blå buss i motvind"), ("password_again", "blå buss i motvind")];
    assert_eq!(colleague.post(&address, &good).await.status, StatusCode::SEE_OTHER);
    assert_eq!(colleague.get("/alarms").await.status, StatusCode::OK);
    assert_eq!(Browser::new(&town).post(&address, &good).await.status, StatusCode::NOT_FOUND);
    let list = administrator.get("/logins").await;
    let (before, _) = list.text.split_once("Ny Påhittad").unwrap();
    let id = before.rsplit_once("/logins/").unwrap().1.split_once('"').unwrap().0.to_owned();
    assert_eq!(administrator.post(&format!("/logins/{id}/stop"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(colleague.get("/alarms").await.header("location"), "/login");
    assert!(administrator.get(&format!("/logins/{id}")).await.text.contains("Stoppad"));
    administrator.post(&format!("/logins/{id}/start"), &[]).await;
    assert!(administrator.get("/logins").await.text.contains("Fungerar"));
}

#[tokio::test]
async fn the_last_administrator_cannot_stop_themselves() {
    let (town, _) = town().await;
    let mut administrator = Browser::of(&town, "administrator").await;
    let list = administrator.get("/logins").await;
    let (before, _) = list.text.split_once(">administrator</td>").unwrap();
    let id = before.rsplit_once("/logins/").unwrap().1.split_once('"').unwrap().0.to_owned();
    let answer = administrator.post(&format!("/logins/{id}/stop"), &[]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("sista administratören"), "{}", answer.text);
}

#[tokio::test]
async fn the_secret_of_a_token_is_shown_once() {
    let (town, _) = town().await;
    let mut administrator = Browser::of(&town, "administrator").await;
    let once =
        administrator.post("/tokens", &[("name", "Journalsystemet"), ("scopes", "devices:read")]).await;
    let secret = once.text.split_once("class=\"secret\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    let private = base::Private::new(secret.clone());
    assert!(app::login::token::system(&town.app, &private).await.unwrap().is_some());
    let list = administrator.get("/tokens").await;
    assert!(list.text.contains("Journalsystemet") && !list.text.contains(&secret), "{}", list.text);
    let id = list.text.split_once("/tokens/").unwrap().1.split_once('/').unwrap().0.to_owned();
    administrator.post(&format!("/tokens/{id}/revoke"), &[]).await;
    assert!(app::login::token::system(&town.app, &private).await.unwrap().is_none());
    assert!(administrator.get("/tokens").await.text.contains("Tillbakatagen"));
}

/// The id that stands in an address before a text of a page.
fn id_before(page: &str, folder: &str, text: &str) -> String {
    let (before, _) = page.split_once(text).unwrap();
    let (_, after) = before.rsplit_once(&format!("/{folder}/")).unwrap();
    after.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_team_is_added_changed_and_removed() {
    let (town, _) = town().await;
    let mut administrator = Browser::of(&town, "administrator").await;
    let empty = administrator.post("/teams", &[]).await;
    assert!(empty.text.contains("id=\"answer_seconds-problem\""), "{}", empty.text);
    let form =
        |name| [("name", name), ("answer_seconds", "90"), ("order", "7"), ("from", "22:00"), ("to", "07:00")];
    assert_eq!(administrator.post("/teams", &form("Natt Påhitt")).await.status, StatusCode::SEE_OTHER);
    let list = administrator.get("/teams").await;
    assert!(list.text.contains("22:00–07:00"), "{}", list.text);
    let id = id_before(&list.text, "teams", ">Natt Påhitt<");
    administrator.post(&format!("/teams/{id}"), &form("Natt Öst")).await;
    assert!(administrator.get(&format!("/teams/{id}")).await.text.contains("value=\"Natt Öst\""));
    let used = administrator.post(&format!("/teams/{}/remove", town.teams[0]), &[]).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", used.text);
    administrator.post(&format!("/teams/{id}/remove"), &[]).await;
    assert!(!administrator.get("/teams").await.text.contains("Natt Öst"));
    let seen = Browser::of(&town, "operator").await.get("/teams").await;
    assert!(seen.status == StatusCode::OK && !seen.text.contains("/teams/new"), "{}", seen.text);
}

#[tokio::test]
async fn what_is_wrong_with_a_rung_stands_beside_it() {
    let (town, _) = town().await;
    let mut administrator = Browser::of(&town, "administrator").await;
    let form = |second| {
        [
            ("name", "Natt"),
            ("order", "1"),
            ("rung_seconds", "60"),
            ("rung_tell", "operators"),
            ("rung_seconds", ""),
            ("rung_tell", "operators"),
            ("rung_seconds", second),
            ("rung_tell", "next_team"),
        ]
    };
    for wrong in ["30", "snart"] {
        let answer = administrator.post("/ladders", &form(wrong)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains("id=\"rung-3-problem\""), "{wrong}: {}", answer.text);
        assert!(answer.text.contains(&format!("value=\"{wrong}\"")), "what was written is kept");
    }
    assert_eq!(administrator.post("/ladders", &form("120")).await.status, StatusCode::SEE_OTHER);
    let list = administrator.get("/ladders").await;
    assert!(list.text.contains("Efter 2:00: Nästa team i området"), "{}", list.text);
    let id = id_before(&list.text, "ladders", ">Natt<");
    administrator.post(&format!("/ladders/{id}/remove"), &[]).await;
    assert!(!administrator.get("/ladders").await.text.contains(">Natt<"));
}

#[tokio::test]
async fn areas_and_providers_are_kept_with_errors_beside_their_line() {
    let (town, _) = town().await;
    let mut administrator = Browser::of(&town, "administrator").await;
    for (address, problem) in [("/areas", "new-area-problem"), ("/providers", "new-provider-problem")] {
        let empty = administrator.post(address, &[("name", "")]).await;
        assert!(empty.text.contains(problem), "{}", empty.text);
        administrator.post(address, &[("name", "Påhitt Norr")]).await;
        let page = administrator.get("/areas").await;
        assert!(page.text.contains("Påhitt Norr"), "{}", page.text);
        let folder = &address[1..];
        let id = id_before(&page.text, folder, "value=\"Påhitt Norr\"").split('/').next().unwrap().to_owned();
        administrator.post(&format!("{address}/{id}/remove"), &[]).await;
        assert!(!administrator.get("/areas").await.text.contains("Påhitt Norr"));
    }
}

#[tokio::test]
async fn a_rule_shows_its_source_and_who_changed_it() {
    let (town, _) = town().await;
    let mut administrator = Browser::of(&town, "administrator").await;
    let name = alarm::service_level::ON_SITE_MINUTES.name;
    let wrong = administrator.post(&format!("/rules/{name}"), &[("figure", "aldrig")]).await;
    assert!(wrong.text.contains(&format!("id=\"{name}-problem\"")), "{}", wrong.text);
    administrator.post(&format!("/rules/{name}"), &[("figure", "30")]).await;
    let page = administrator.get("/rules").await;
    for part in ["ändrade från 45 till 30", "senioren.se", "value=\"30\""] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
}

#[tokio::test]
async fn a_receiver_is_added_with_a_secret_and_removed() {
    let (town, _) = town().await;
    let mut administrator = Browser::of(&town, "administrator").await;
    let wrong = administrator.post("/webhooks", &[("name", "Journal"), ("url", "inte en adress")]).await;
    assert!(wrong.text.contains("id=\"url-problem\""), "{}", wrong.text);
    let form = [("name", "Journal"), ("url", "https://journal.example.invalid/larm")];
    let once = administrator.post("/webhooks", &form).await;
    let secret = once.text.split_once("class=\"secret\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    let list = administrator.get("/webhooks").await;
    assert!(!list.text.contains(&secret));
    let address = format!("/webhooks/{}", id_before(&list.text, "webhooks", ">Journal<"));
    administrator.post(&address, &form).await;
    assert!(administrator.get("/webhooks").await.text.contains("Stoppad"));
    administrator.post(&format!("{address}/remove"), &[]).await;
    assert!(!administrator.get("/webhooks").await.text.contains("Journal<"));
}

#[tokio::test]
async fn the_health_page_tells_what_waits() {
    let (town, clock) = town().await;
    let mut operator = Browser::of(&town, "operator").await;
    town.alarm(0, Kind::Manual).await.unwrap();
    clock.advance(SignedDuration::from_secs(75));
    let page = operator.get("/health").await;
    for part in ["<dd>1:15", "Databas", "Titta på"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
}
