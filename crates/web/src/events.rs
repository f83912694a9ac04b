//! Live events: that something changed, never what. The browser fetches what it may see.

use std::{convert::Infallible, time::Duration};

use app::{live::Change, login::session::visitor};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response, Sse, sse::Event},
};
use axum_extra::extract::CookieJar;
use base::Private;
use futures_util::stream;
use tokio::sync::{broadcast, watch};

use crate::{server::Web, visit::Visit};

/// How often a sign of life is sent, in seconds; the page worries after five.
const PING_SECONDS: u64 = 2;
/// After so many signs of life the session is looked at again: one that has ended gets nothing more.
const PINGS_BETWEEN_LOOKS: u32 = 30;

/// One browser that listens.
struct Listener {
    web: Web,
    changes: broadcast::Receiver<Change>,
    closing: watch::Receiver<bool>,
    pings: tokio::time::Interval,
    pings_sent: u32,
    session: Private<String>,
}

/// The stream of one browser.
pub(crate) async fn stream(State(web): State<Web>, _: Visit, headers: HeaderMap) -> Response {
    let cookies = CookieJar::from_headers(&headers);
    let session = cookies.get(web.config.session_cookie()).map(|cookie| cookie.value().to_owned());
    let mut pings = tokio::time::interval(Duration::from_secs(PING_SECONDS));
    pings.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let listener = Listener {
        changes: web.app.live.listen(),
        closing: web.closing.clone(),
        pings,
        pings_sent: 0,
        session: Private::new(session.unwrap_or_default()),
        web,
    };
    let events = stream::unfold(listener, |mut listener| async {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    Sse::new(events).into_response()
}

impl Listener {
    /// What to send next; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        let change = tokio::select! {
            biased;
            _ = self.closing.wait_for(|closing| *closing) => return None,
            change = self.changes.recv() => Some(change),
            _ = self.pings.tick() => None,
        };
        match change {
            None => self.ping().await,
            Some(Ok(change)) => Some(event_of(change)),
            // Too far behind: everything is fetched anew.
            Some(Err(broadcast::error::RecvError::Lagged(_))) => Some(Event::default().event("all").data("")),
            Some(Err(broadcast::error::RecvError::Closed)) => None,
        }
    }

    /// A sign of life with the server's clock in milliseconds, by which the page counts seconds.
    async fn ping(&mut self) -> Option<Event> {
        self.pings_sent += 1;
        if self.pings_sent.is_multiple_of(PINGS_BETWEEN_LOOKS) {
            let found = visitor(&self.web.app, self.session.reveal()).await;
            // A database that does not answer says nothing about the session.
            if matches!(found, Ok(None)) {
                return None;
            }
        }
        Some(Event::default().event("ping").data(self.web.app.now().as_millisecond().to_string()))
    }
}

/// A change as an event: its kind and an id.
pub(crate) fn event_of(change: Change) -> Event {
    let (name, id) = name_and_id(change);
    Event::default().event(name).data(id)
}

/// The name and the id of a change.
pub(crate) fn name_and_id(change: Change) -> (&'static str, String) {
    match change {
        Change::AlarmNew(id) => ("alarm-new", id.to_string()),
        Change::AlarmChanged(id) => ("alarm", id.to_string()),
        Change::Device(id) => ("device", id.to_string()),
        Change::Outage(id) => ("outage", id.to_string()),
        Change::Everything => ("all", String::new()),
    }
}
