//! One application: what has happened, and the next step.

use app::{
    AppError,
    housing::application::{Step, View, application, step},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use housing::places::queue::{Answer, ApplicationId, Standing};

use super::{name_of, profiles_in_words};
use crate::{
    alarm::read_id,
    fields::Fields,
    reply::{Frame, Reply, lead_to, whole_page},
    server::Web,
    text::Words,
    told::Told,
    trouble::Problem,
    visit::Visit,
};

/// A home that may be offered.
#[derive(Debug, Clone)]
pub(crate) struct Suggested {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) told: String,
}

/// The page.
#[derive(Template)]
#[template(path = "housing/application.html")]
pub(crate) struct Page {
    pub(crate) visit: Visit,
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) who: String,
    pub(crate) standing: &'static str,
    pub(crate) reported: Option<String>,
    pub(crate) facts: Vec<(String, String)>,
    /// What has happened, in order.
    pub(crate) events: Vec<String>,
    /// The verbs of the next steps: name in the form and words.
    pub(crate) steps: Vec<(&'static str, String)>,
    pub(crate) suggestions: Vec<Suggested>,
    pub(crate) may_offer: bool,
    pub(crate) today: String,
    pub(crate) told: Told,
    pub(crate) changes: Vec<String>,
}

async fn shown(web: &Web, visit: &Visit, id: ApplicationId, told: Told) -> Reply {
    let view = application(&web.app, visit.actor()?, id).await?;
    let words = visit.words;
    let one = &view.application;
    let failed = !told.is_empty();
    let standing = one.standing();
    let part = Page {
        id: id.to_string(),
        version: view.version,
        who: view.person.full_name().reveal().clone(),
        standing: words.of(standing.text()),
        reported: view.reported.then(|| {
            let days = view.waiting_days.unwrap_or(0).to_string();
            let limit = format!("{:.0}", view.report_after_days);
            words.with("places-must-report", &[("days", days.as_str()), ("limit", limit.as_str())])
        }),
        facts: facts(&view, words),
        events: events(&view, words),
        steps: steps(standing).iter().map(|name| (*name, words.say(format!("places-step-{name}")))).collect(),
        suggestions: if standing == Standing::Waiting { suggested(&view, words) } else { Vec::new() },
        may_offer: standing == Standing::Waiting,
        today: view.today.to_string(),
        told,
        changes: view
            .changes
            .iter()
            .map(|change| {
                let who = change.user.and_then(|user| view.names.get(&user).cloned()).unwrap_or_default();
                let at = words.moment_with_seconds(change.at);
                format!("{at}, {who}: {} {} → {}", change.field, change.from.reveal(), change.to.reveal())
            })
            .collect(),
        visit: visit.clone(),
    };
    let mut response = whole_page(web, visit, "places-one", Frame::default(), &part)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn facts(view: &View, words: Words) -> Vec<(String, String)> {
    let one = &view.application;
    let mut facts = vec![
        (words.say("homes-kind"), words.of(one.kind.text()).to_owned()),
        (words.say("places-days"), view.waiting_days.map_or_else(|| "–".to_owned(), |days| days.to_string())),
    ];
    if !one.wishes.is_empty() {
        let names: Vec<String> = one.wishes.iter().map(|home| name_of(&view.homes, *home)).collect();
        facts.push((words.say("places-wishes"), names.join(", ")));
    }
    if !one.profiles.is_empty() {
        facts.push((words.say("homes-profiles"), profiles_in_words(&one.profiles, words)));
    }
    if let Some(stay) = one.stay {
        let urgent = if stay.urgent { format!(", {}", words.say("places-urgent")) } else { String::new() };
        facts.push((words.say("places-stay"), format!("{} – {}{urgent}", stay.from, stay.until)));
    }
    facts
}

fn events(view: &View, words: Words) -> Vec<String> {
    let one = &view.application;
    let on = |name: &str, day: base::time::Date| words.with(name, &[("day", &day.to_string())]);
    let mut events = vec![on("places-event-applied", one.applied)];
    events.extend(one.granted.map(|day| on("places-event-granted", day)));
    events.extend(one.refused.map(|day| on("places-event-refused", day)));
    for offer in &one.offers {
        let (home, day) = (name_of(&view.homes, offer.home), offer.offered.to_string());
        events.push(words.with("places-event-offered", &[("day", &day), ("home", &home)]));
        events.extend(offer.answer.map(|(day, answer)| match answer {
            Answer::Accepted => on("places-event-accepted", day),
            Answer::Declined => on("places-event-declined", day),
        }));
    }
    events.extend(one.moved_in.map(|day| on("places-event-moved-in", day)));
    events.extend(one.withdrawn.map(|day| on("places-event-withdrawn", day)));
    events
}

fn steps(standing: Standing) -> &'static [&'static str] {
    match standing {
        Standing::Applied => &["grant", "refuse", "withdraw"],
        Standing::Waiting => &["withdraw"],
        Standing::Offered => &["accept", "decline", "withdraw"],
        Standing::Accepted => &["move-in", "withdraw"],
        Standing::MovedIn | Standing::Refused | Standing::Withdrawn => &[],
    }
}

fn suggested(view: &View, words: Words) -> Vec<Suggested> {
    view.suggestions
        .iter()
        .map(|home| {
            let wish = view.application.wishes.iter().position(|wish| *wish == home.id);
            let mut told = vec![words.count("places-free-count", home.free_places)];
            if let Some(place) = wish {
                told.push(words.with("places-wish-number", &[("number", &(place + 1).to_string())]));
            }
            told.push(words.of(home.home.owner.text()).to_owned());
            if !home.profiles.is_empty() {
                told.push(profiles_in_words(&home.profiles, words));
            }
            Suggested { id: home.id.to_string(), name: home.home.name.clone(), told: told.join(", ") }
        })
        .collect()
}

/// The page.
pub(crate) async fn page(State(web): State<Web>, visit: Visit, Path(id): Path<String>) -> Reply {
    shown(&web, &visit, read_id(&id)?, Told::default()).await
}

/// Takes a step.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    Path(id): Path<String>,
    fields: Fields,
) -> Reply {
    let id = read_id(&id)?;
    let wanted = match fields.text("step") {
        "grant" => Step::Grant,
        "refuse" => Step::Refuse,
        "accept" => Step::Answer(Answer::Accepted),
        "decline" => Step::Answer(Answer::Declined),
        "move-in" => Step::MoveIn,
        "withdraw" => Step::Withdraw,
        other => match other.strip_prefix("offer-") {
            Some(home) => Step::Offer(read_id(home)?),
            None => return Err(Problem::NoSuchPage),
        },
    };
    let version = fields.text("version").parse().unwrap_or(0);
    match step(&web.app, visit.actor()?, id, version, wanted, fields.text("day")).await {
        Ok(()) => Ok(lead_to(&visit, &format!("/queue/{id}"))),
        Err(error @ AppError::Invalid(_)) => {
            let told = Told::of(error, visit.words)?;
            shown(&web, &visit, id, told).await
        }
        Err(other) => Err(other.into()),
    }
}
