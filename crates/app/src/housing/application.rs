//! One application for a place: noted, decided, offered, answered, carried out.

use ::housing::places::{
    queue::{Answer, Application, ApplicationId, HomeId, QueueError, REPORT_AFTER_DAYS, Stay},
    register::{PlaceKind, RegisteredHome, suggestions},
};
use ::person::{Identity, Person};
use access::{Action, Actor, Relation};
use base::{PersonId, Private, language::Text, time::Date};
use store::{Transaction, change::FieldChange, housing::queue::Filed};

use super::{
    finish, home::read_profiles, home::split_profiles, not_allowed, read_day, read_optional_day, today,
};
use crate::{
    App, AppError,
    audit::{About, record_look},
    error::require,
    history::{CHANGES_SHOWN_MAX, Fields},
    problem::{Problem, Problems},
    setting::Settings,
};

/// How far back an application may have come in, in years: further back is a slip of the pen.
pub const APPLIED_YEARS_MAX: i16 = 10;
/// The most homes that one may wish for.
pub const WISHES_MAX: usize = 5;

/// What is written when somebody applies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The identity number of who applies.
    pub identity: Private<String>,
    /// The name of the kind of place.
    pub kind: String,
    /// The day it came in; empty for today.
    pub applied: String,
    /// The ids of homes wished for, first wish first; empty ones are left out.
    pub wishes: Vec<String>,
    /// Languages by name with commas between, or as tags.
    pub languages: String,
    /// The names of other profiles.
    pub profiles: Vec<String>,
    /// The first day of a short-term stay.
    pub stay_from: String,
    /// The day after its last.
    pub stay_until: String,
    /// Whether the person leaves hospital or cannot be home safely.
    pub urgent: bool,
}

/// One application with what its page shows.
#[derive(Debug, Clone)]
pub struct View {
    /// The application.
    pub application: Application,
    /// The version that a step must name.
    pub version: i64,
    /// Who applies.
    pub person: Person,
    /// Days since the grant.
    pub waiting_days: Option<i32>,
    /// Whether the wait must be reported.
    pub reported: bool,
    /// Days after which a wait must be reported.
    pub report_after_days: f64,
    /// Homes with a free place that suit, wishes first.
    pub suggestions: Vec<RegisteredHome>,
    /// Every home, for their names.
    pub homes: Vec<RegisteredHome>,
    /// What was changed, newest first.
    pub changes: Vec<FieldChange>,
    /// Names of the logins in the changes.
    pub names: std::collections::HashMap<base::UserId, String>,
    /// The day it was read.
    pub today: Date,
}

/// What can be done with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A place is granted.
    Grant,
    /// The application is turned down.
    Refuse,
    /// A place is offered in a home.
    Offer(HomeId),
    /// The open offer is answered.
    Answer(Answer),
    /// The person moves in.
    MoveIn,
    /// The person takes the application back.
    Withdraw,
}

fn about(person: PersonId, id: ApplicationId) -> About {
    About { person: Some(person), subject: format!("application:{id}"), ..About::default() }
}

/// One application. Whoever keeps the queue may see who applies, and the look is logged.
pub async fn application(app: &App, actor: &Actor, id: ApplicationId) -> Result<View, AppError> {
    require(actor, Action::QueueRead, Relation::Application)?;
    let mut transaction = app.store.read().await?;
    let Filed { person, application, version } =
        store::housing::queue::load(&mut transaction, id).await?.ok_or(AppError::NotFound("application"))?;
    let person = store::person::load(&mut transaction, person).await?.ok_or(AppError::NotFound("person"))?;
    let homes = store::housing::home::all(&mut transaction).await?;
    let settings = Settings::from_stored(&store::setting::all(&mut transaction).await?);
    let (today, report_after_days) = (today(app), settings.figure(&REPORT_AFTER_DAYS));
    let about = about(person.id, id);
    let view = View {
        waiting_days: application.waiting_days(today),
        reported: application.must_be_reported(today, report_after_days),
        report_after_days,
        suggestions: suggestions(&application, &homes).into_iter().cloned().collect(),
        homes,
        changes: store::change::of_subject(&mut transaction, &about.subject, CHANGES_SHOWN_MAX).await?,
        names: crate::login::names(&mut transaction).await?,
        today,
        application,
        version,
        person,
    };
    drop(transaction);
    record_look(app, actor, Action::QueueRead, about).await?;
    Ok(view)
}

/// Notes that somebody in the register applies. Whoever notes it must know the whole identity number: nobody is
/// searched for here.
pub async fn apply(app: &App, actor: &Actor, form: &Form) -> Result<ApplicationId, AppError> {
    require(actor, Action::QueueWrite, Relation::Application)?;
    let mut transaction = app.store.write().await?;
    let homes = store::housing::home::all(&mut transaction).await?;
    let id = ApplicationId::fresh(app.ids.as_ref(), app.now());
    let mut problems = Problems::default();
    let person = read_person(&mut transaction, &mut problems, &form.identity, today(app)).await?;
    let application = read(&mut problems, form, id, &homes, today(app));
    problems.finish()?;
    let person = person.ok_or(AppError::NotFound("person"))?;
    store::housing::queue::save(&mut transaction, person, &application).await?;
    let none = Fields::new();
    finish(app, transaction, actor, Action::QueueWrite, about(person, id), &none, &fields(&application))
        .await?;
    Ok(id)
}

/// Takes a step with an application on a day; empty for today. An offer takes a free place, a decline gives it back.
pub async fn step(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    read_version: i64,
    step: Step,
    day: &str,
) -> Result<(), AppError> {
    require(actor, Action::QueueWrite, Relation::Application)?;
    let today = today(app);
    let mut problems = Problems::default();
    let day = read_optional_day(&mut problems, "day", day).unwrap_or(today);
    if day > today {
        problems.add("day", not_allowed(LATER));
    }
    problems.finish()?;
    let mut transaction = app.store.write().await?;
    let Filed { person, application, .. } =
        store::housing::queue::load(&mut transaction, id).await?.ok_or(AppError::NotFound("application"))?;
    store::housing::queue::claim(&mut transaction, id, read_version).await?;
    let said = |error: QueueError| AppError::Invalid(Problems::one("day", not_allowed(error.text())));
    let next = match step {
        Step::Grant => application.grant(day),
        Step::Refuse => application.refuse(day),
        Step::Offer(home) => application.offer(home, day),
        Step::Answer(answer) => application.answer(day, answer),
        Step::MoveIn => application.move_in(day),
        Step::Withdraw => application.withdraw(day),
    }
    .map_err(said)?;
    if let Some((home, free)) = moved_place(&application, &next, step) {
        let homes = store::housing::home::all(&mut transaction).await?;
        let mut home = homes.into_iter().find(|known| known.id == home).ok_or(AppError::NotFound("home"))?;
        if home.home.kind != next.kind {
            return Err(said(QueueError::OtherKind));
        }
        home.free_places = match free {
            Free::Taken => home.free_places.checked_sub(1).ok_or(said(QueueError::NoFreePlace))?,
            Free::Given => home.free_places.saturating_add(1).min(home.home.places_on(today)),
        };
        store::housing::home::save(&mut transaction, &home).await?;
    }
    store::housing::queue::save(&mut transaction, person, &next).await?;
    let (before, after) = (fields(&application), fields(&next));
    finish(app, transaction, actor, Action::QueueWrite, about(person, id), &before, &after).await
}

const LATER: Text = Text::new("Dagen har inte varit än.", "The day has not been yet.");
const LONG_AGO: Text = Text::new(
    "Dagen ligger mer än tio år tillbaka: leta efter ett skrivfel.",
    "The day lies more than ten years back: look for a slip of the pen.",
);
const OVER: Text =
    Text::new("Vistelsen slutar innan ansökan kom in.", "The stay ends before the application came in.");
const SHORT_TERM_ONLY: Text = Text::new(
    "Vistelse och brådska gäller bara korttidsplatser: välj det slaget, eller töm fälten.",
    "A stay and urgency are for short-term places only: choose that kind, or empty the fields.",
);

/// What becomes of a free place.
enum Free {
    Taken,
    Given,
}

/// Which home's free places a step changes: an offer takes one; a decline, or going away with an offer, gives it back.
fn moved_place(before: &Application, after: &Application, step: Step) -> Option<(HomeId, Free)> {
    use ::housing::places::queue::Standing;
    let last = before.offers.last().map(|offer| offer.home);
    let held = matches!(before.standing(), Standing::Offered | Standing::Accepted);
    match step {
        Step::Offer(_) => after.offers.last().map(|offer| (offer.home, Free::Taken)),
        Step::Answer(Answer::Declined) => last.map(|home| (home, Free::Given)),
        Step::Withdraw if held => last.map(|home| (home, Free::Given)),
        Step::Grant | Step::Refuse | Step::Answer(Answer::Accepted) | Step::MoveIn | Step::Withdraw => None,
    }
}

async fn read_person(
    transaction: &mut Transaction,
    problems: &mut Problems,
    identity: &Private<String>,
    today: Date,
) -> Result<Option<PersonId>, AppError> {
    let identity = match Identity::parse(identity.reveal(), today) {
        Ok(identity) => identity,
        Err(problem) => {
            problems.add("identity", Problem::Identity(problem));
            return Ok(None);
        }
    };
    let found = store::person::by_identity(transaction, &identity).await?;
    if found.is_none() {
        problems.add("identity", Problem::Unknown);
    }
    Ok(found)
}

fn read(
    problems: &mut Problems,
    form: &Form,
    id: ApplicationId,
    homes: &[RegisteredHome],
    today: Date,
) -> Application {
    let kind = PlaceKind::from_stored_name(&form.kind).filter(|kind| *kind != PlaceKind::SeniorHousing);
    if kind.is_none() {
        problems.add("kind", Problem::Unknown);
    }
    let kind = kind.unwrap_or(PlaceKind::CareHome);
    let applied = read_optional_day(problems, "applied", &form.applied).unwrap_or(today);
    if applied > today {
        problems.add("applied", not_allowed(LATER));
    }
    if today.year() - applied.year() > APPLIED_YEARS_MAX {
        problems.add("applied", not_allowed(LONG_AGO));
    }
    let mut wishes: Vec<HomeId> = Vec::new();
    for text in form.wishes.iter().take(WISHES_MAX) {
        let Some(wish) = problems.id("wishes", text) else { continue };
        match homes.iter().find(|home| home.id == wish) {
            Some(home) if home.home.kind != kind => {
                problems.add("wishes", not_allowed(QueueError::OtherKind.text()));
            }
            Some(_) if !wishes.contains(&wish) => wishes.push(wish),
            Some(_) => {}
            None => problems.add("wishes", Problem::Unknown),
        }
    }
    let profiles = read_profiles(problems, &form.languages, &form.profiles);
    let asks_for_stay =
        form.urgent || !form.stay_from.trim().is_empty() || !form.stay_until.trim().is_empty();
    if kind != PlaceKind::ShortTerm && asks_for_stay {
        problems.add("stay_from", not_allowed(SHORT_TERM_ONLY));
    }
    let stay = (kind == PlaceKind::ShortTerm).then(|| {
        let from = read_day(problems, "stay_from", &form.stay_from);
        let until = read_day(problems, "stay_until", &form.stay_until);
        (from, until)
    });
    let stay = match stay {
        Some((Some(from), Some(until))) if until <= from => {
            problems.add("stay_until", not_allowed(QueueError::TooEarly.text()));
            None
        }
        Some((_, Some(until))) if until <= applied => {
            problems.add("stay_until", not_allowed(OVER));
            None
        }
        Some((Some(from), Some(until))) => Some(Stay { from, until, urgent: form.urgent }),
        _ => None,
    };
    Application {
        id,
        kind,
        applied,
        granted: None,
        refused: None,
        wishes,
        profiles,
        stay,
        offers: Vec::new(),
        moved_in: None,
        withdrawn: None,
    }
}

fn fields(application: &Application) -> Fields {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let (languages, profiles) = split_profiles(&application.profiles);
    let offers: Vec<String> = application
        .offers
        .iter()
        .map(|offer| {
            let answer = offer.answer.map(|(day, answer)| format!(" {} {day}", answer.name()));
            format!("{} {}{}", offer.home, offer.offered, answer.unwrap_or_default())
        })
        .collect();
    vec![
        ("kind", application.kind.name().to_owned()),
        ("applied", application.applied.to_string()),
        ("granted", day(application.granted)),
        ("refused", day(application.refused)),
        ("languages", languages),
        ("profiles", profiles.join(" ")),
        ("offers", offers.join("; ")),
        ("moved_in", day(application.moved_in)),
        ("withdrawn", day(application.withdrawn)),
    ]
}
