//! A browser without a window: keeps its cookies, sends forms as a page of ours does.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use base::{clock::FakeClock, id::CountingIds};
use testkit::{PASSWORD, Town};
use tower::ServiceExt;

use crate::{WebConfig, router};

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A browser.
pub(super) struct Browser {
    router: Router,
    /// Where it sits; nowhere unless a test says so.
    pub(super) address: Option<SocketAddr>,
    pub(super) cookies: Vec<(String, String)>,
    pub(super) form_secret: String,
}

pub(super) async fn town() -> (Town, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock::at("2026-03-14T07:30:00Z".parse().unwrap()));
    let town = Town::build("sqlite::memory:", clock.clone(), Arc::new(CountingIds::default())).await.unwrap();
    (town, clock)
}

impl Browser {
    pub(super) fn new(town: &Town) -> Self {
        Browser::of_pages(town, WebConfig::default())
    }

    /// One that looks at pages with settings of their own.
    pub(super) fn of_pages(town: &Town, config: WebConfig) -> Self {
        let config = WebConfig { municipality: "Påhittstad".to_owned(), ..config };
        let router = router(town.app.clone(), config);
        Browser { router, address: None, cookies: Vec::new(), form_secret: String::new() }
    }

    /// A browser that a login of the town sits at.
    pub(super) async fn of(town: &Town, role: &str) -> Self {
        let mut browser = Browser::new(town);
        let answer = browser.post("/login", &[("username", role), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{role} cannot log in: {}", answer.text);
        let account = browser.get("/account").await;
        let (_, after) = account.text.split_once("name=\"form_secret\" value=\"").unwrap();
        browser.form_secret = after.split_once('"').unwrap().0.to_owned();
        browser
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], String::new()).await
    }

    /// As htmx asks.
    pub(super) async fn part(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[("hx-request", "true")], String::new()).await
    }

    /// A form of our own page, with its secret.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let secret = self.form_secret.clone();
        let mut all = vec![("form_secret", secret.as_str())];
        all.extend(fields);
        self.send(Method::POST, path, &[("sec-fetch-site", "same-origin")], encode(&all)).await
    }

    /// A form of our own page with a file, with its secret.
    pub(super) async fn upload(&mut self, path: &str, file: &[u8]) -> Answer {
        let secret = self.form_secret.clone();
        let mut body = format!(
            "--grans\r\ncontent-disposition: form-data; name=\"form_secret\"\r\n\r\n{secret}\r\n\
             --grans\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f.csv\"\r\n\r\n"
        )
        .into_bytes();
        body.extend(file);
        body.extend(b"\r\n--grans--\r\n");
        let headers =
            [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=grans")];
        self.send(Method::POST, path, &headers, body).await
    }

    pub(super) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request =
            Request::builder().method(method).uri(path).header(header::COOKIE, cookies.join("; "));
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(address));
        }
        let response = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        let stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let text = if stream { String::new() } else { read(body).await };
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

async fn read(body: Body) -> String {
    String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned()
}

pub(super) fn encode(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}
