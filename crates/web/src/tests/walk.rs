//! Every route, walked by everyone: who is let in is what `access` says, and the page of permissions tells it.

use access::Role;
use alarm::Kind;
use axum::http::{Method, StatusCode};
use base::id::Uuid;

use super::browser::{Browser, town};
use crate::routes::{Audit, Gate, all, permissions_page};

/// The address of a route with made-up ids in its place-holders.
fn example(path: &str) -> String {
    path.replace("{alarm}", &Uuid::nil().to_string())
        .replace("{dispatch}", &Uuid::nil().to_string())
        .replace("{device}", &Uuid::nil().to_string())
        .replace("{person}", &Uuid::nil().to_string())
        .replace("{outage}", &Uuid::nil().to_string())
        .replace("{secret}", "nobody-knows")
        .replace("{*path}", "css/layout.css")
        .replace("{rule}", "no.such_rule")
        .split('/')
        .map(|part| if part.starts_with('{') { Uuid::nil().to_string() } else { part.to_owned() })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn without_login_every_route_leads_to_the_login() {
    let (town, _) = town().await;
    let mut browser = Browser::new(&town);
    for route in all() {
        let Gate::Login(action) = route.gate else { continue };
        let path = example(route.path);
        let answer = match route.method {
            Method::POST => browser.post(&path, &[]).await,
            _ => browser.get(&path).await,
        };
        let name = format!("{} {path} ({})", route.method, action.name());
        match answer.status {
            StatusCode::SEE_OTHER => assert_eq!(answer.header("location"), "/login", "{name}"),
            status => assert_eq!(status, StatusCode::UNAUTHORIZED, "{name}"),
        }
    }
}

#[tokio::test]
async fn each_role_passes_the_gates_that_access_opens_for_it() {
    let (town, _) = town().await;
    town.alarm(0, Kind::Manual).await.unwrap();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::System) {
        let mut browser = Browser::of(&town, role.name()).await;
        for route in all() {
            let Gate::Login(action) = route.gate else { continue };
            if route.path == "/logout" {
                continue;
            }
            let path = example(route.path);
            let answer = match route.method {
                Method::POST => browser.post(&path, &[]).await,
                _ => browser.get(&path).await,
            };
            let allowed = action.roles().contains(&role);
            let name = format!("{} {} {path}", role.name(), route.method);
            assert_eq!(answer.status != StatusCode::FORBIDDEN, allowed, "{name}: {}", answer.status);
        }
    }
}

#[test]
fn every_route_stands_once_and_names_what_it_logs() {
    let mut seen = std::collections::BTreeSet::new();
    for route in all() {
        assert!(seen.insert((route.method.to_string(), route.path)), "{} stands twice", route.path);
        let (Audit::Nothing(told) | Audit::Entry(told)) = route.audit;
        assert!(!told.is_empty(), "{}", route.path);
        if let Gate::Public(reason) = route.gate {
            assert!(!reason.is_empty(), "{}", route.path);
        }
    }
}

#[test]
fn the_page_of_permissions_is_up_to_date() {
    expect_test::expect_file!["../../../../docs/permissions.md"].assert_eq(&permissions_page());
}
