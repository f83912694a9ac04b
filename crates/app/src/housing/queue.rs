//! The queue as a list: who waits, how long, what must be reported, and which short-term places suit whom.

use std::collections::HashMap;

use ::housing::places::{
    brokerage::{FreePlace, StayNeed, broker},
    queue::{Application, ApplicationId, HomeId, REPORT_AFTER_DAYS, Standing, mean_wait},
    register::{PlaceKind, RegisteredHome},
};
use ::person::Person;
use access::{Action, Actor, Relation};
use base::{PersonId, Private, time::Date};
use store::housing::queue::Filed;

use super::today;
use crate::{
    App, AppError,
    audit::{About, record, record_look},
    error::require,
    setting::Settings,
    sheet::Sheet,
};

/// The most free places of one home that brokerage looks at.
pub const FREE_PLACES_BROKERED_MAX: u32 = 200;

/// One application in the list.
#[derive(Debug, Clone)]
pub struct Line {
    /// The application.
    pub application: Application,
    /// Who applies; empty where the identity is protected.
    pub name: Private<String>,
    /// Protected identity.
    pub protected: bool,
    /// Days since the grant.
    pub waiting_days: Option<i32>,
    /// Whether the wait must be reported.
    pub reported: bool,
}

/// A short-term place that suits someone: nothing is offered until a person says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The application.
    pub application: ApplicationId,
    /// The home.
    pub home: HomeId,
}

/// The queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Those who wait, the longest wait first; then those without a decision.
    pub lines: Vec<Line>,
    /// Closed applications, the last first.
    pub closed: Vec<Line>,
    /// Days after which a wait must be reported.
    pub report_after_days: f64,
    /// How many moved in during the last year and their mean wait in days.
    pub mean_wait: Option<(usize, f64)>,
    /// Short-term places that suit someone.
    pub proposals: Vec<Proposal>,
    /// Every home, for their names.
    pub homes: Vec<RegisteredHome>,
    /// The day it was read.
    pub today: Date,
}

/// How many closed applications are shown.
pub const CLOSED_SHOWN_MAX: usize = 50;

/// Who waits. Names are shown as in any queue; the look is logged.
pub async fn queue(app: &App, actor: &Actor) -> Result<Queue, AppError> {
    let queue = read(app, actor).await?;
    record_look(app, actor, Action::QueueList, About::default()).await?;
    Ok(queue)
}

async fn read(app: &App, actor: &Actor) -> Result<Queue, AppError> {
    require(actor, Action::QueueList, Relation::NoPerson)?;
    let mut transaction = app.store.read().await?;
    let filed = store::housing::queue::all(&mut transaction).await?;
    let homes = store::housing::home::all(&mut transaction).await?;
    let settings = Settings::from_stored(&store::setting::all(&mut transaction).await?);
    let ids: Vec<PersonId> = filed.iter().map(|filed| filed.person).collect();
    let people: HashMap<PersonId, Person> = store::person::load_many(&mut transaction, &ids)
        .await?
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    let (today, report_after_days) = (today(app), settings.figure(&REPORT_AFTER_DAYS));
    let line = |filed: &Filed| {
        let person = people.get(&filed.person);
        let protected = person.is_some_and(|person| person.protected);
        let name = person.filter(|_| !protected).map(Person::full_name).unwrap_or_default();
        Line {
            name,
            protected,
            waiting_days: filed.application.waiting_days(today),
            reported: filed.application.must_be_reported(today, report_after_days),
            application: filed.application.clone(),
        }
    };
    let (open, closed): (Vec<&Filed>, Vec<&Filed>) =
        filed.iter().partition(|filed| filed.application.is_open());
    let mut lines: Vec<Line> = open.into_iter().map(line).collect();
    lines.sort_by_key(|line| (std::cmp::Reverse(line.waiting_days.unwrap_or(-1)), line.application.applied));
    let mut closed: Vec<Line> = closed.into_iter().map(line).collect();
    closed.sort_by_key(|line| std::cmp::Reverse(line.application.closed()));
    closed.truncate(CLOSED_SHOWN_MAX);
    let applications: Vec<Application> = filed.into_iter().map(|filed| filed.application).collect();
    Ok(Queue {
        lines,
        closed,
        report_after_days,
        mean_wait: mean_wait(&applications, today),
        proposals: proposals(&applications, &homes, today),
        homes,
        today,
    })
}

/// Which free short-term place suits which need.
fn proposals(applications: &[Application], homes: &[RegisteredHome], today: Date) -> Vec<Proposal> {
    let needs: Vec<StayNeed> = applications
        .iter()
        .filter(|one| one.kind == PlaceKind::ShortTerm && one.standing() == Standing::Waiting)
        .filter_map(|one| {
            let stay = one.stay?;
            Some(StayNeed {
                application: one.id,
                from: stay.from.max(today),
                until: stay.until,
                profiles: one.profiles.clone(),
                urgent: stay.urgent,
            })
        })
        .collect();
    let places: Vec<FreePlace> = homes
        .iter()
        .filter(|home| home.home.kind == PlaceKind::ShortTerm)
        .flat_map(|home| {
            (0..home.free_places.min(FREE_PLACES_BROKERED_MAX)).map(|_| FreePlace {
                home: home.id,
                free_from: home.home.opens.unwrap_or(today).max(today),
                free_until: home.home.closes,
                profiles: home.profiles.clone(),
            })
        })
        .collect();
    broker(&needs, &places).into_iter().map(|(application, home)| Proposal { application, home }).collect()
}

/// The decisions that have waited too long, as a file without names: kind, days and declines.
pub async fn report(app: &App, actor: &Actor) -> Result<Sheet, AppError> {
    let queue = read(app, actor).await?;
    let mut sheet = Sheet::new(
        "ej-verkstallda-beslut",
        &["ansökan", "slag", "ansökt", "beviljad", "dagar", "erbjudanden", "tackat nej"],
    );
    for line in queue.lines.iter().filter(|line| line.reported) {
        let application = &line.application;
        sheet.push(vec![
            application.id.to_string(),
            application.kind.text().swedish.to_owned(),
            application.applied.to_string(),
            application.granted.map(|day| day.to_string()).unwrap_or_default(),
            line.waiting_days.unwrap_or(0).to_string(),
            application.offers.len().to_string(),
            application.declined().to_string(),
        ]);
    }
    let mut transaction = app.store.write().await?;
    let about = About { subject: "queue:export".to_owned(), ..About::default() };
    record(app, &mut transaction, actor, Action::QueueList, about).await?;
    transaction.commit().await?;
    Ok(sheet)
}
