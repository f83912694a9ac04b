//! One alarm on the responder's phone: where, how to get in, what to know, and the next thing to do at the thumb.

use alarm::{Dispatch, DispatchState};
use app::{
    AppError,
    alarm::view::{View, view},
};
use askama::Template;
use axum::extract::{Path, State};
use base::{AlarmId, Position};

use crate::{
    alarm::{
        card::{PersonShown, show_person},
        read_id,
        shown::{KindShown, telephone},
    },
    reply::{Frame, Reply, page as framed},
    server::Web,
    text::Words,
    trouble::Problem,
    visit::Visit,
};

/// What the responder does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Take it or not.
    Accept,
    /// Say that they are there.
    Arrive,
    /// Write what was found and done.
    Report,
    /// Nothing: it is over.
    Nothing,
}

/// Someone close, with a key or not.
#[derive(Debug, Clone)]
pub(crate) struct KinShown {
    pub(crate) label: String,
    pub(crate) number: String,
    pub(crate) address: String,
    pub(crate) has_key: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "respond/task.html")]
pub(crate) struct Task {
    pub(crate) words: Words,
    pub(crate) form_secret: String,
    pub(crate) id: String,
    pub(crate) dispatch: String,
    pub(crate) kind: KindShown,
    pub(crate) state: String,
    pub(crate) person: Option<PersonShown>,
    pub(crate) phone: String,
    pub(crate) kin: Vec<KinShown>,
    /// The address for the telephone's own map.
    pub(crate) route: Option<String>,
    pub(crate) next: Next,
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    let id: AlarmId = read_id(&id)?;
    let actor = visit.actor()?;
    let view = view(&web.app, actor, id).await?;
    let mine = view.alarm.dispatches.iter().rev().find(|dispatch| actor.teams.contains(&dispatch.team));
    let dispatch = mine.ok_or(Problem::App(AppError::NotFound("dispatch")))?;
    let part = show(&view, dispatch, &visit, web.app.now());
    framed(&web, &visit, "respond-title", Frame { wide: false, live: true }, &part)
}

fn show(view: &View, dispatch: &Dispatch, visit: &Visit, now: base::Timestamp) -> Task {
    let words = visit.words;
    let user = visit.visitor.as_ref().map(|visitor| visitor.actor.user);
    let others = dispatch.responder.is_some() && dispatch.responder != user;
    let next = match dispatch.state {
        _ if others || !view.alarm.is_open() => Next::Nothing,
        DispatchState::Waiting => Next::Accept,
        DispatchState::Accepted => Next::Arrive,
        DispatchState::OnSite => Next::Report,
        DispatchState::Reported
        | DispatchState::Declined
        | DispatchState::Unanswered
        | DispatchState::CalledOff => Next::Nothing,
    };
    let phone = view.person.as_ref().map(|person| person.phone.reveal().clone()).unwrap_or_default();
    Task {
        words,
        form_secret: visit.form_secret().to_owned(),
        id: view.alarm.id.to_string(),
        dispatch: dispatch.id.to_string(),
        kind: KindShown::of(view.alarm.kind, words),
        state: if others { words.say("respond-taken-by-other") } else { words.say(own_text(dispatch.state)) },
        person: view.person.as_ref().map(|person| show_person(person, words, now)),
        phone: telephone(&phone),
        kin: view
            .kin
            .iter()
            .map(|kin| KinShown {
                label: format!("{} ({})", kin.name.reveal(), kin.relation.reveal()),
                number: kin.phone.reveal().clone(),
                address: telephone(kin.phone.reveal()),
                has_key: kin.has_key,
            })
            .collect(),
        route: route(view),
        next,
    }
}

/// Where to go, as an address that a telephone opens in its map: no map service of ours is asked, and none is chosen.
fn route(view: &View) -> Option<String> {
    let of_device = view.device.as_ref().and_then(|device| device.position);
    let of_person = view.person.as_ref().and_then(|person| person.address.reveal().position);
    let Position { latitude, longitude } = of_device.or(of_person)?;
    Some(format!("geo:{latitude:.6},{longitude:.6}?q={latitude:.6},{longitude:.6}"))
}

/// The name of the text of one's own sending.
pub(crate) fn own_text(state: DispatchState) -> &'static str {
    match state {
        DispatchState::Waiting => "respond-state-waiting",
        DispatchState::Accepted => "respond-state-accepted",
        DispatchState::OnSite => "respond-state-on-site",
        DispatchState::Reported => "respond-state-reported",
        DispatchState::Declined => "respond-state-declined",
        DispatchState::Unanswered => "respond-state-unanswered",
        DispatchState::CalledOff => "respond-state-called-off",
    }
}
