//! The API as a system meets it: every operation with no token, a wrong one, the wrong scope and the right one, and
//! every answer compared with the document.

use std::sync::atomic::{AtomicU32, Ordering};

use access::{Actor, Role, Scope};
use alarm::Kind;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use base::{UserId, id::Uuid};
use serde_json::{Value as Json, json};
use testkit::Town;
use tower::ServiceExt;

use super::{
    browser::{Browser, town},
    conforms::mistakes,
};
use crate::{
    WebConfig,
    api::{
        document::document,
        limit::REQUESTS_PER_MINUTE,
        operation::{Operation, all},
    },
    router,
};

/// What came back.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Json,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The kind of a refusal.
    fn problem(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default().trim_start_matches("/api#problem-")
    }
}

/// No browser shows an answer to a system as a page.
const FILE: &str = "attachment; filename=\"api.json\"";

/// Each token has a name of its own.
static TOKENS_MADE: AtomicU32 = AtomicU32::new(1);

/// Another system.
struct Client {
    router: Router,
    token: String,
}

fn keeper() -> Actor {
    Actor {
        user: UserId(Uuid::nil()),
        roles: vec![Role::Administrator],
        teams: Vec::new(),
        scopes: Vec::new(),
    }
}

impl Client {
    /// A system with a token of these scopes.
    async fn of(town: &Town, scopes: &[Scope]) -> Self {
        let names: Vec<String> = scopes.iter().map(|scope| scope.name().to_owned()).collect();
        let number = TOKENS_MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("System {number}");
        let (_, secret) = app::login::token::create(&town.app, &keeper(), &name, &names).await.unwrap();
        Client {
            router: router(town.app.clone(), WebConfig::default()),
            token: format!("Bearer {}", secret.reveal()),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    async fn post(&self, path: &str, body: Json) -> Answer {
        self.send(Method::POST, path, &[], Some(body.to_string())).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(header::HeaderName, &str)],
        body: Option<String>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, &self.token);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        let answer = Answer { status: parts.status.as_u16(), headers: parts.headers, body };
        if answer.status >= 400 {
            assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
            assert_eq!(answer.body["status"], answer.status, "{path}");
        }
        answer
    }
}

/// Compares an answer with what the document says of the operation.
fn assert_told(operation: &Operation, answer: &Answer) {
    let document = document();
    let name = format!("{} {} answered {}", operation.method, operation.path, answer.status);
    let method = operation.method.as_str().to_lowercase();
    let answers = &document["paths"][operation.path][&method]["responses"];
    let mut told = &answers[answer.status.to_string()];
    assert!(!told.is_null(), "{name}, of which the document knows nothing: {}", answer.body);
    if let Some(path) = told["$ref"].as_str() {
        told = document.pointer(path.trim_start_matches('#')).unwrap();
    }
    match told["content"].as_object().and_then(|content| content.iter().next()) {
        Some((kind, content)) => {
            assert_eq!(answer.header("content-type"), kind, "{name}");
            let found = mistakes(&document, &content["schema"], &answer.body, "body");
            assert!(found.is_empty(), "{name}: {found:#?}");
        }
        None => assert!(answer.body.is_null(), "{name} with a body: {}", answer.body),
    }
}

/// What exists in the town, to ask for.
struct Existing {
    alarm: String,
    device: String,
    version: i64,
    model: String,
    person: String,
    outage: String,
}

async fn existing(town: &Town) -> Existing {
    let alarm = town.alarm(0, Kind::Manual).await.unwrap().to_string();
    let client = Client::of(town, &Scope::ALL).await;
    let devices = client.get("/api/v1/devices").await;
    let device = devices.body["items"][0]["id"].as_str().unwrap().to_owned();
    let one = client.get(&format!("/api/v1/devices/{device}")).await;
    Existing {
        alarm,
        device,
        version: one.body["version"].as_i64().unwrap(),
        model: one.body["model"].as_str().unwrap().to_owned(),
        person: one.body["person"].as_str().unwrap().to_owned(),
        outage: town.outage().await.unwrap().to_string(),
    }
}

impl Existing {
    fn path(&self, operation: &Operation) -> String {
        operation
            .path
            .replace("{alarm}", &self.alarm)
            .replace("{device}", &self.device)
            .replace("{person}", &self.person)
            .replace("{outage}", &self.outage)
    }

    /// A body that the operation takes.
    fn body(&self, operation: &Operation) -> Option<Json> {
        match operation.name {
            "addNote" => Some(json!({ "text": "Journalsystemet: nyckel finns hos grannen." })),
            "registerDevice" => Some(json!({ "model": self.model, "serial": "NY-0001" })),
            "changeDevice" => Some(json!({
                "version": self.version, "model": self.model, "serial": "EX-0000",
                "controller_id": "exempel-0000", "room": "Hall",
            })),
            // The change before has raised the version once by claiming it and once by writing it.
            "takeStep" => Some(json!({ "version": self.version + 2, "to": "returned" })),
            _ => None,
        }
    }

    async fn ask(&self, client: &Client, operation: &Operation) -> Answer {
        let body = self.body(operation).map(|body| body.to_string());
        client.send(operation.method.clone(), &self.path(operation), &[], body).await
    }
}

#[tokio::test]
async fn every_operation_asks_for_its_token_and_its_scope_and_answers_as_the_document_says() {
    let (town, _) = town().await;
    let existing = existing(&town).await;
    let mut nobody = Client::of(&town, &[Scope::AlarmsRead]).await;
    nobody.token = String::new();
    let mut guesser = Client::of(&town, &[Scope::AlarmsNote]).await;
    guesser.token = "Bearer guessed".to_owned();
    for operation in all() {
        let name = operation.name;
        let without = existing.ask(&nobody, &operation).await;
        assert_eq!((without.status, without.header("www-authenticate")), (401, "Bearer realm=\"tryggve\""));
        assert_told(&operation, &without);
        let wrong = existing.ask(&guesser, &operation).await;
        assert_eq!((wrong.status, wrong.problem()), (401, "no-token"), "{name}");
        assert!(wrong.header("www-authenticate").contains("invalid_token"), "{name}");
        let scope = operation.action.and_then(Scope::of);
        if let Some(scope) = scope {
            let others: Vec<Scope> = Scope::ALL.into_iter().filter(|other| *other != scope).collect();
            let refused = existing.ask(&Client::of(&town, &others).await, &operation).await;
            assert_eq!((refused.status, refused.problem()), (403, "scope-missing"), "{name}");
            assert!(refused.header("www-authenticate").contains(scope.name()), "{name}");
            assert_told(&operation, &refused);
        }
        let only: Vec<Scope> = scope.into_iter().collect();
        let only = if only.is_empty() { vec![Scope::PeopleRead] } else { only };
        let system = Client::of(&town, &only).await;
        let answer = existing.ask(&system, &operation).await;
        assert_eq!(answer.status, operation.success, "{name}: {}", answer.body);
        assert_told(&operation, &answer);
    }
}

#[tokio::test]
async fn what_is_no_operation_is_a_problem_too() {
    let (town, _) = town().await;
    let client = Client::of(&town, &Scope::ALL).await;
    let nothing = Uuid::nil();
    for (method, path, body, status, problem) in [
        (Method::GET, "/api/v1/nothing".to_owned(), None, 404, "not-found"),
        (Method::DELETE, "/api/v1/devices".to_owned(), None, 405, "method-not-allowed"),
        (Method::GET, "/api/v1/devices/here".to_owned(), None, 404, "not-found"),
        (Method::GET, format!("/api/v1/devices/{nothing}"), None, 404, "not-found"),
        (Method::GET, format!("/api/v1/people/{nothing}"), None, 404, "not-found"),
        (Method::GET, "/api/v1/devices?limit=0".to_owned(), None, 400, "unreadable"),
        (Method::GET, "/api/v1/devices?stage=lost".to_owned(), None, 400, "unreadable"),
        (Method::GET, "/api/v1/alarms?colour=red".to_owned(), None, 400, "unreadable"),
        (Method::GET, "/api/v1/alarms?from=yesterday".to_owned(), None, 400, "unreadable"),
        (Method::GET, "/api/v1/events?after=-1".to_owned(), None, 400, "unreadable"),
        (Method::POST, "/api/v1/devices".to_owned(), Some("{"), 400, "unreadable"),
        (Method::POST, "/api/v1/devices".to_owned(), Some("{}"), 422, "wrong-fields"),
        (
            Method::POST,
            "/api/v1/devices".to_owned(),
            Some(r#"{"model":"00000000-0000-0000-0000-000000000000","serial":"a b"}"#),
            422,
            "wrong-fields",
        ),
        (Method::POST, format!("/api/v1/alarms/{nothing}/notes"), Some(r#"{"text":"x"}"#), 404, "not-found"),
    ] {
        let answer = client.send(method.clone(), &path, &[], body.map(str::to_owned)).await;
        assert_eq!((answer.status, answer.problem()), (status, problem), "{method} {path}: {}", answer.body);
        assert_eq!(answer.header("content-disposition"), FILE, "{method} {path}");
    }
    let wrong = client.post("/api/v1/devices", json!({ "model": nothing, "serial": "a b" })).await;
    let fields: Vec<&str> = wrong.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["model", "serial"], "every field is told at once");
    let text =
        client.send(Method::POST, "/api/v1/devices", &[(header::CONTENT_TYPE, "text/plain")], None).await;
    assert_eq!((text.status, text.problem()), (415, "not-json"));
}

#[tokio::test]
async fn lists_are_read_page_after_page_without_gap_or_repetition() {
    let (town, _) = town().await;
    let mut alarms = Vec::new();
    for person in 0..5 {
        alarms.push(town.alarm(person, Kind::Manual).await.unwrap().to_string());
    }
    let client = Client::of(&town, &Scope::ALL).await;
    for (path, newest_first) in [("/api/v1/devices", false), ("/api/v1/alarms", true)] {
        let whole: Vec<String> = ids(&client.get(path).await);
        assert_eq!(whole.len(), 5);
        assert!(whole.is_sorted_by(|one, next| (one < next) != newest_first), "{path}: {whole:?}");
        let mut read = Vec::new();
        let mut next = format!("{path}?limit=2");
        loop {
            let page = client.get(&next).await;
            read.extend(ids(&page));
            let Some(after) = page.body["next"].as_str() else { break };
            assert_eq!(page.header("link"), format!("<{path}?limit=2&after={after}>; rel=\"next\""));
            next = format!("{path}?limit=2&after={after}");
        }
        assert_eq!(read, whole, "{path}");
    }
    let open = client.get("/api/v1/alarms?open=true&kind=manual&lane=help&state=waiting").await;
    assert_eq!(ids(&open).len(), 5);
    for none in ["open=false", "kind=fire", "lane=technical", "state=closed", "until=2000-01-01T00:00:00Z"] {
        assert!(ids(&client.get(&format!("/api/v1/alarms?{none}")).await).is_empty(), "{none}");
    }
}

fn ids(page: &Answer) -> Vec<String> {
    let items = page.body["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn events_are_read_on_from_where_one_was() {
    let (town, _) = town().await;
    let client = Client::of(&town, &[Scope::AlarmsRead, Scope::AlarmsNote]).await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let first = client.get("/api/v1/events").await;
    let names = |answer: &Answer| -> Vec<String> {
        let items = answer.body["items"].as_array().unwrap();
        items.iter().map(|item| item["event"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&first), ["alarm.received"]);
    let next = first.body["next"].as_i64().unwrap();
    let again = client.get(&format!("/api/v1/events?after={next}")).await;
    assert_eq!((names(&again).len(), again.body["next"].as_i64()), (0, Some(next)));
    let secret = "Maja har nyckeln";
    client.post(&format!("/api/v1/alarms/{alarm}/notes"), json!({ "text": secret })).await;
    let then = client.get(&format!("/api/v1/events?after={next}")).await;
    assert_eq!(names(&then), ["alarm.noted"]);
    assert!(!then.body.to_string().contains(secret), "no text that someone wrote");
    let mut operator = Browser::of(&town, "operator").await;
    assert!(
        operator.get(&format!("/alarms/{alarm}")).await.text.contains(secret),
        "the operator reads the note"
    );
}

#[tokio::test]
async fn an_answer_that_is_known_already_is_not_sent_again() {
    let (town, _) = town().await;
    let client = Client::of(&town, &Scope::ALL).await;
    let first = client.get("/api/v1/devices").await;
    let tag = first.header("etag").to_owned();
    let known = [(header::IF_NONE_MATCH, tag.as_str())];
    let again = client.send(Method::GET, "/api/v1/devices", &known, None).await;
    assert_eq!((again.status, again.header("etag"), &again.body), (304, tag.as_str(), &Json::Null));
    let other = client.send(Method::GET, "/api/v1/models", &known, None).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn a_system_that_asks_too_much_is_told_when_to_come_back() {
    let (town, _) = town().await;
    let client = Client::of(&town, &[Scope::DevicesRead]).await;
    for left in (0..REQUESTS_PER_MINUTE).rev() {
        let answer = client.get("/api/v1/token").await;
        assert_eq!((answer.status, answer.header("ratelimit-remaining")), (200, left.to_string().as_str()));
    }
    let refused = client.get("/api/v1/token").await;
    assert_eq!(
        (refused.status, refused.problem(), refused.header("retry-after")),
        (429, "too-many-requests", "60")
    );
}

#[tokio::test]
async fn a_protected_person_stays_so_and_every_read_is_logged() {
    let (town, _) = town().await;
    let client = Client::of(&town, &[Scope::PeopleRead]).await;
    let person = town.people[0].clone();
    let path = format!("/api/v1/people/{}", person.id);
    let open = client.get(&path).await;
    assert_eq!(open.body["given_name"], person.given_name.reveal().as_str());
    assert_eq!(open.header("cache-control"), "no-store");
    let hidden = person::Person { protected: true, ..person.clone() };
    town.change_person(&hidden).await.unwrap();
    let told = client.get(&path).await;
    for (field, value) in told.body.as_object().unwrap() {
        assert!(value.is_null() || ["id", "protected"].contains(&field.as_str()), "{field}: {value}");
    }
    let auditor = Actor { roles: vec![Role::Auditor], ..keeper() };
    let filter = app::audit::Filter { person: Some(person.id), ..Default::default() };
    let entries = app::audit::list(&town.app, &auditor, &filter).await.unwrap();
    let reads = entries.iter().filter(|entry| entry.action == "person.read_by_system").count();
    assert_eq!(reads, 2, "each read, also within one sitting");
}

#[tokio::test]
async fn a_device_goes_through_its_life_and_a_late_writer_is_told() {
    let (town, _) = town().await;
    let client = Client::of(&town, &[Scope::DevicesRead, Scope::DevicesWrite]).await;
    let models = client.get("/api/v1/models").await;
    let body = json!({ "model": models.body["items"][0]["id"], "serial": "NY-0001", "room": "Kök" });
    let made = client.post("/api/v1/devices", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = made.header("location").to_owned();
    let twice = client.post("/api/v1/devices", body).await;
    assert_eq!((twice.status, twice.problem()), (422, "wrong-fields"));
    let version = client.get(&path).await.body["version"].clone();
    let area = client.get("/api/v1/devices").await.body["items"][0]["area"].clone();
    let step = |version: &Json, to: &str| json!({ "version": version, "to": to, "area": area });
    let installed = client.post(&format!("{path}/steps"), step(&version, "installed")).await;
    assert_eq!(installed.status, 204, "{}", installed.body);
    let late = client.post(&format!("{path}/steps"), step(&version, "returned")).await;
    assert_eq!((late.status, late.problem()), (409, "changed-meanwhile"));
    let now = client.get(&path).await;
    assert_eq!((&now.body["stage"], &now.body["area"]), (&json!("installed"), &area));
    let wrong = client.post(&format!("{path}/steps"), step(&now.body["version"], "tested")).await;
    assert_eq!((wrong.status, wrong.problem()), (409, "not-possible"));
}

#[tokio::test]
async fn the_document_and_the_page_are_for_everyone_and_tokens_are_no_login() {
    let (town, _) = town().await;
    let mut browser = Browser::new(&town);
    let served = browser.get("/api/v1/openapi.json").await;
    assert_eq!(serde_json::from_str::<Json>(&served.text).unwrap(), document());
    assert_eq!(served.header("content-disposition"), FILE);
    for language in ["sv", "en"] {
        let page = browser.send(Method::GET, "/api", &[("accept-language", language)], String::new()).await;
        assert_eq!(page.status, StatusCode::OK);
        for operation in all() {
            assert!(page.text.contains(&format!("id=\"{}\"", operation.name)), "{}", operation.name);
        }
    }
    let client = Client::of(&town, &Scope::ALL).await;
    let headers = [("authorization", client.token.as_str())];
    let page = browser.send(Method::GET, "/devices", &headers, String::new()).await;
    assert_eq!(page.header("location"), "/login", "a token opens no page");
    let mut operator = Browser::of(&town, "administrator").await;
    assert_eq!(
        operator.get("/api/v1/devices").await.status,
        StatusCode::UNAUTHORIZED,
        "a login opens no API"
    );
}

#[test]
fn the_committed_document_is_up_to_date() {
    let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    expect_test::expect_file!["../../../../docs/openapi.json"].assert_eq(&text);
}

#[tokio::test]
async fn a_request_under_a_key_is_done_once() {
    let (town, clock) = town().await;
    let client = Client::of(&town, &[Scope::AlarmsNote, Scope::AlarmsRead]).await;
    let alarm = town.alarm(0, Kind::Manual).await.unwrap();
    let path = format!("/api/v1/alarms/{alarm}/notes");
    let key = header::HeaderName::from_static("idempotency-key");
    let send = async |client: &Client, value: &str, text: &str| {
        let body = json!({ "text": text }).to_string();
        client.send(Method::POST, &path, &[(key.clone(), value)], Some(body)).await
    };
    let first = send(&client, "a", "Nyckel hos grannen").await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (204, ""));
    for _ in 0..2 {
        let again = send(&client, "a", "Nyckel hos grannen").await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (204, "true"));
    }
    let other = send(&client, "a", "Något annat").await;
    assert_eq!((other.status, other.problem()), (422, "key-used"));
    for unusable in ["", &"k".repeat(256)] {
        let refused = send(&client, unusable, "Nyckel hos grannen").await;
        assert_eq!((refused.status, refused.problem()), (400, "unreadable"));
    }
    let notes = async || {
        let events = client.get("/api/v1/events").await;
        events.body["items"].as_array().unwrap().iter().filter(|item| item["event"] == "alarm.noted").count()
    };
    assert_eq!(notes().await, 1);
    // A key is a system's own, and one that was refused did nothing and is free.
    let another = Client::of(&town, &[Scope::AlarmsNote]).await;
    assert_eq!(send(&another, "a", "Från ett annat system").await.status, 204);
    assert_eq!(send(&client, "b", "").await.status, 422);
    assert_eq!(send(&client, "b", "Nu med text").await.status, 204);
    assert_eq!(notes().await, 3);
    clock.advance(base::SignedDuration::from_hours(app::idempotency::KEPT_HOURS + 1));
    assert_eq!(send(&client, "a", "Nästa dag").await.status, 204, "forgotten by then");
}

#[tokio::test]
async fn a_device_registered_under_a_key_is_answered_with_the_same_id() {
    let (town, _) = town().await;
    let existing = existing(&town).await;
    let client = Client::of(&town, &[Scope::DevicesWrite]).await;
    let body = json!({ "model": existing.model, "serial": "NYCKEL-1" }).to_string();
    let key = [(header::HeaderName::from_static("idempotency-key"), "en-nyckel")];
    let first = client.send(Method::POST, "/api/v1/devices", &key, Some(body.clone())).await;
    let again = client.send(Method::POST, "/api/v1/devices", &key, Some(body)).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!((&first.body, first.header("location")), (&again.body, again.header("location")));
    assert_eq!(again.header("content-type"), "application/json");
}
