//! The queue for a place: application, decision, offers, declines, wait, and what must be reported.

use base::language::{Language, Text};
use base::rule::Rule;
use base::time::Date;

use super::register::PlaceKind;
use super::spoken_language;

base::typed_ids! {
    /// An application for a place.
    ApplicationId;
    /// A home in the register.
    HomeId;
}

/// A decision that is not carried out within this many days is listed for reporting.
///
/// 90 days is how Socialstyrelsen's indicators count long waits. That municipalities report such decisions to the
/// care inspectorate is common knowledge; the paragraph in the 2025 act is not verified, so the figure is a setting.
pub const REPORT_AFTER_DAYS: Rule = Rule {
    name: "housing.queue.report_after_days",
    figure: 90.0,
    source: "Indicator of waits above 90 days: Socialstyrelsen, Vård och omsorg för äldre, lägesrapport 2025. \
        The paragraph of the duty to report is not verified here: check it before you rely on the figure",
    valid_from: "2025-07-01",
    sentence: Text::new(
        "Ett beslut om plats som inte har verkställts inom 90 dagar tas med i listan att rapportera.",
        "A decision on a place that is not carried out within 90 days is put on the list to report.",
    ),
};

/// The longest tag of a language, in characters.
const LANGUAGE_TAG_MAX: usize = 12;

/// What a place must be able to give this person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecialProfile {
    /// Staff who speak a language, by its BCP 47 tag.
    SpokenLanguage(String),
    /// A unit for younger persons with dementia.
    YoungerDementia,
    /// A unit with hbtqi profile.
    Hbtqi,
    /// A unit for social psychiatry.
    SocialPsychiatry,
}

impl SpecialProfile {
    /// The profiles that are not a language.
    pub const UNITS: [SpecialProfile; 3] =
        [SpecialProfile::YoungerDementia, SpecialProfile::Hbtqi, SpecialProfile::SocialPsychiatry];

    /// The name that is stored: `language:fi`, `younger_dementia`.
    pub fn name(&self) -> String {
        match self {
            SpecialProfile::SpokenLanguage(tag) => format!("language:{tag}"),
            SpecialProfile::YoungerDementia => "younger_dementia".to_owned(),
            SpecialProfile::Hbtqi => "hbtqi".to_owned(),
            SpecialProfile::SocialPsychiatry => "social_psychiatry".to_owned(),
        }
    }

    /// Reads [`SpecialProfile::name`].
    pub fn from_name(name: &str) -> Option<SpecialProfile> {
        match name.strip_prefix("language:") {
            Some(tag) => {
                let is_tag = (2..=LANGUAGE_TAG_MAX).contains(&tag.len())
                    && tag.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                is_tag.then(|| SpecialProfile::SpokenLanguage(tag.to_owned()))
            }
            None => SpecialProfile::UNITS.into_iter().find(|profile| profile.name() == name),
        }
    }

    /// The words in a table.
    pub fn text(&self, language: Language) -> String {
        match self {
            SpecialProfile::SpokenLanguage(tag) => {
                let name = spoken_language::name_of(tag);
                let name = name.map_or(tag.as_str(), |name| name.get(language));
                format!("{}: {name}", Text::new("språk", "language").get(language))
            }
            SpecialProfile::YoungerDementia => {
                Text::new("yngre med demens", "younger with dementia").get(language).to_owned()
            }
            SpecialProfile::Hbtqi => "hbtqi".to_owned(),
            SpecialProfile::SocialPsychiatry => {
                Text::new("socialpsykiatri", "social psychiatry").get(language).to_owned()
            }
        }
    }
}

/// How an offer was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The person moves in.
    Accepted,
    /// The person says no; the decision stands and the wait goes on.
    Declined,
}

impl Answer {
    /// The name that is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Answer::Accepted => "accepted",
            Answer::Declined => "declined",
        }
    }

    /// Reads [`Answer::name`].
    pub fn from_name(name: &str) -> Option<Answer> {
        [Answer::Accepted, Answer::Declined].into_iter().find(|answer| answer.name() == name)
    }
}

/// A place offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The home.
    pub home: HomeId,
    /// When it was offered.
    pub offered: Date,
    /// The answer and its day.
    pub answer: Option<(Date, Answer)>,
}

/// The days of a short-term stay that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub until: Date,
    /// Whether the person leaves hospital or cannot be home safely.
    pub urgent: bool,
}

/// An application and what has come of it. It holds no name: the person is found by the application's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The kind of place.
    pub kind: PlaceKind,
    /// When it came in.
    pub applied: Date,
    /// When a place was granted.
    pub granted: Option<Date>,
    /// When the application was turned down.
    pub refused: Option<Date>,
    /// Homes wished for under the choice system (LOV 2008:962), first wish first; empty where any will do.
    pub wishes: Vec<HomeId>,
    /// What the place must be able to give.
    pub profiles: Vec<SpecialProfile>,
    /// The days, for a short-term place.
    pub stay: Option<Stay>,
    /// Places offered, in order of time.
    pub offers: Vec<Offer>,
    /// When the person moved in, and the decision was carried out.
    pub moved_in: Option<Date>,
    /// When the person took the application back.
    pub withdrawn: Option<Date>,
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// No decision yet.
    Applied,
    /// Granted; no place is offered now.
    Waiting,
    /// A place is offered and not answered.
    Offered,
    /// A place is accepted; the person has not moved in.
    Accepted,
    /// The person has moved in.
    MovedIn,
    /// Turned down.
    Refused,
    /// Taken back.
    Withdrawn,
}

impl Standing {
    /// The words in a table.
    pub const fn text(self) -> Text {
        match self {
            Standing::Applied => Text::new("väntar på beslut", "waits for a decision"),
            Standing::Waiting => Text::new("väntar på plats", "waits for a place"),
            Standing::Offered => Text::new("har fått erbjudande", "has an offer"),
            Standing::Accepted => Text::new("har tackat ja", "has accepted"),
            Standing::MovedIn => Text::new("har flyttat in", "has moved in"),
            Standing::Refused => Text::new("avslag", "turned down"),
            Standing::Withdrawn => Text::new("återtagen", "withdrawn"),
        }
    }
}

/// Why an event does not fit an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// No place has been granted.
    #[error("no place has been granted yet, so none can be offered")]
    NotGranted,
    /// It has been decided already.
    #[error("the application has been decided already")]
    AlreadyDecided,
    /// An earlier offer waits for its answer, or has been accepted.
    #[error("an earlier offer waits for its answer, or has been accepted")]
    OfferOpen,
    /// No offer waits for an answer.
    #[error("no offer waits for an answer")]
    NoOpenOffer,
    /// No offer has been accepted.
    #[error("no offer has been accepted")]
    NotAccepted,
    /// The home has no free place.
    #[error("the home has no free place")]
    NoFreePlace,
    /// The home has another kind of place.
    #[error("the home has another kind of place")]
    OtherKind,
    /// The application is closed.
    #[error("the person has moved in, or the application was turned down or withdrawn")]
    Closed,
    /// The day lies before the event that it follows.
    #[error("the day lies before what it follows")]
    TooEarly,
}

impl QueueError {
    /// The reason in words.
    pub const fn text(self) -> Text {
        match self {
            QueueError::NotGranted => Text::new(
                "Ingen plats är beviljad än, så ingen kan erbjudas.",
                "No place is granted yet, so none can be offered.",
            ),
            QueueError::AlreadyDecided => {
                Text::new("Ansökan är redan beslutad.", "The application has been decided already.")
            }
            QueueError::OfferOpen => Text::new(
                "Ett tidigare erbjudande väntar på svar eller är accepterat.",
                "An earlier offer waits for its answer, or has been accepted.",
            ),
            QueueError::NoOpenOffer => {
                Text::new("Inget erbjudande väntar på svar.", "No offer waits for an answer.")
            }
            QueueError::NotAccepted => {
                Text::new("Inget erbjudande har fått ja.", "No offer has been accepted.")
            }
            QueueError::NoFreePlace => {
                Text::new("Boendet har ingen ledig plats.", "The home has no free place.")
            }
            QueueError::OtherKind => {
                Text::new("Boendet har ett annat slags platser.", "The home has another kind of place.")
            }
            QueueError::Closed => Text::new(
                "Personen har flyttat in, eller ansökan är avslagen eller återtagen.",
                "The person has moved in, or the application was turned down or withdrawn.",
            ),
            QueueError::TooEarly => {
                Text::new("Dagen ligger före det som den följer på.", "The day lies before what it follows.")
            }
        }
    }
}

impl Application {
    /// Where it stands.
    pub fn standing(&self) -> Standing {
        let last = self.offers.last().map(|offer| offer.answer.map(|(_, answer)| answer));
        match (self.moved_in, self.refused, self.withdrawn, self.granted, last) {
            (Some(_), _, _, _, _) => Standing::MovedIn,
            (_, Some(_), _, _, _) => Standing::Refused,
            (_, _, Some(_), _, _) => Standing::Withdrawn,
            (_, _, _, None, _) => Standing::Applied,
            (_, _, _, _, Some(None)) => Standing::Offered,
            (_, _, _, _, Some(Some(Answer::Accepted))) => Standing::Accepted,
            (_, _, _, _, Some(Some(Answer::Declined)) | None) => Standing::Waiting,
        }
    }

    /// Whether the person still waits.
    pub fn is_open(&self) -> bool {
        self.closed().is_none()
    }

    /// The day on which nothing more was to wait for.
    pub fn closed(&self) -> Option<Date> {
        self.moved_in.or(self.refused).or(self.withdrawn)
    }

    /// Days from the grant until the person moved in, withdrew, or today. `None` before the grant.
    pub fn waiting_days(&self, today: Date) -> Option<i32> {
        let end = self.moved_in.or(self.withdrawn).unwrap_or(today);
        Some(days_between(self.granted?, end).max(0))
    }

    /// Whether the wait must be reported: granted, not carried out, and longer than the rule allows.
    pub fn must_be_reported(&self, today: Date, after_days: f64) -> bool {
        self.is_open() && self.waiting_days(today).is_some_and(|days| f64::from(days) > after_days)
    }

    /// How many offers were declined; the report states it.
    pub fn declined(&self) -> usize {
        self.offers.iter().filter(|offer| matches!(offer.answer, Some((_, Answer::Declined)))).count()
    }

    /// Whether a home is among the wishes, or none were stated.
    pub fn wishes_for(&self, home: HomeId) -> bool {
        self.wishes.is_empty() || self.wishes.contains(&home)
    }

    /// Decides: a place is granted.
    pub fn grant(&self, day: Date) -> Result<Application, QueueError> {
        self.check_undecided(day)?;
        Ok(Application { granted: Some(day), ..self.clone() })
    }

    /// Decides: the application is turned down.
    pub fn refuse(&self, day: Date) -> Result<Application, QueueError> {
        self.check_undecided(day)?;
        Ok(Application { refused: Some(day), ..self.clone() })
    }

    /// The person takes the application back.
    pub fn withdraw(&self, day: Date) -> Result<Application, QueueError> {
        self.check_open()?;
        self.check_after(day)?;
        Ok(Application { withdrawn: Some(day), ..self.clone() })
    }

    /// Offers a place.
    pub fn offer(&self, home: HomeId, offered: Date) -> Result<Application, QueueError> {
        self.check_open()?;
        let granted = self.granted.ok_or(QueueError::NotGranted)?;
        if matches!(self.standing(), Standing::Offered | Standing::Accepted) {
            return Err(QueueError::OfferOpen);
        }
        if offered < granted {
            return Err(QueueError::TooEarly);
        }
        self.check_after(offered)?;
        let mut next = self.clone();
        next.offers.push(Offer { home, offered, answer: None });
        Ok(next)
    }

    /// Notes the answer to the open offer.
    pub fn answer(&self, answered: Date, answer: Answer) -> Result<Application, QueueError> {
        self.check_open()?;
        let mut next = self.clone();
        let open =
            next.offers.iter_mut().find(|offer| offer.answer.is_none()).ok_or(QueueError::NoOpenOffer)?;
        if answered < open.offered {
            return Err(QueueError::TooEarly);
        }
        open.answer = Some((answered, answer));
        Ok(next)
    }

    /// The person moves in where an offer was accepted: the decision is carried out.
    pub fn move_in(&self, day: Date) -> Result<Application, QueueError> {
        self.check_open()?;
        if self.standing() != Standing::Accepted {
            return Err(QueueError::NotAccepted);
        }
        self.check_after(day)?;
        Ok(Application { moved_in: Some(day), ..self.clone() })
    }

    fn check_open(&self) -> Result<(), QueueError> {
        if self.is_open() { Ok(()) } else { Err(QueueError::Closed) }
    }

    fn check_undecided(&self, day: Date) -> Result<(), QueueError> {
        self.check_open()?;
        if self.granted.is_some() {
            return Err(QueueError::AlreadyDecided);
        }
        if day < self.applied { Err(QueueError::TooEarly) } else { Ok(()) }
    }

    /// A day must not lie before anything that has happened.
    fn check_after(&self, day: Date) -> Result<(), QueueError> {
        let answered = self.offers.iter().filter_map(|offer| offer.answer.map(|(day, _)| day));
        let offered = self.offers.iter().map(|offer| offer.offered);
        let last = answered.chain(offered).chain(self.granted).fold(self.applied, Ord::max);
        if day < last { Err(QueueError::TooEarly) } else { Ok(()) }
    }
}

/// Those who wait with a grant, the longest wait first; what the reporting list and the next offer go by.
pub fn longest_wait_first(applications: &[Application], today: Date) -> Vec<&Application> {
    let mut waiting: Vec<&Application> =
        applications.iter().filter(|one| one.is_open() && one.granted.is_some()).collect();
    waiting.sort_by_key(|one| (std::cmp::Reverse(one.waiting_days(today)), one.applied, one.id));
    waiting
}

/// The wait of those who moved in during the last year, in days: how many, and the mean.
pub fn mean_wait(applications: &[Application], today: Date) -> Option<(usize, f64)> {
    let waits: Vec<f64> = applications
        .iter()
        .filter(|one| one.moved_in.is_some_and(|day| (0..=365).contains(&days_between(day, today))))
        .filter_map(|one| one.waiting_days(today).map(f64::from))
        .collect();
    // Counts are small, so the conversion is exact.
    (!waits.is_empty()).then(|| (waits.len(), waits.iter().sum::<f64>() / waits.len() as f64))
}

fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn id(last: u8) -> base::id::Uuid {
        base::id::Uuid::from_u128(u128::from(last))
    }

    fn application(granted: &str) -> Application {
        Application {
            id: ApplicationId(id(1)),
            kind: PlaceKind::CareHome,
            applied: day("2026-01-02"),
            granted: Some(day(granted)),
            refused: None,
            wishes: vec![HomeId(id(9))],
            profiles: vec![SpecialProfile::SpokenLanguage("fi".to_owned())],
            stay: None,
            offers: Vec::new(),
            moved_in: None,
            withdrawn: None,
        }
    }

    #[test]
    fn the_ninety_first_day_must_be_reported() {
        let check = |today: &str, days, report| {
            let application = application("2026-01-10");
            assert_eq!(application.waiting_days(day(today)), Some(days), "{today}");
            assert_eq!(application.must_be_reported(day(today), REPORT_AFTER_DAYS.figure), report, "{today}");
        };
        check("2026-04-10", 90, false);
        check("2026-04-11", 91, true);
        let moved = Application { moved_in: Some(day("2026-05-01")), ..application("2026-01-10") };
        assert!(!moved.must_be_reported(day("2026-12-01"), REPORT_AFTER_DAYS.figure));
        assert_eq!(moved.waiting_days(day("2026-12-01")), Some(111));
    }

    #[test]
    fn a_decline_keeps_the_place_in_the_queue() {
        let offered = application("2026-01-10").offer(HomeId(id(8)), day("2026-02-01")).unwrap();
        assert_eq!(offered.offer(HomeId(id(9)), day("2026-02-02")), Err(QueueError::OfferOpen));
        assert!(!offered.wishes_for(HomeId(id(8))) && offered.wishes_for(HomeId(id(9))));
        let declined = offered.answer(day("2026-02-05"), Answer::Declined).unwrap();
        assert_eq!((declined.declined(), declined.waiting_days(day("2026-02-09"))), (1, Some(30)));
        assert!(declined.offer(HomeId(id(9)), day("2026-02-10")).is_ok());
        assert_eq!(declined.answer(day("2026-02-11"), Answer::Accepted), Err(QueueError::NoOpenOffer));
        let none = Application { granted: None, ..application("2026-01-10") };
        assert_eq!(none.offer(HomeId(id(9)), day("2026-02-10")), Err(QueueError::NotGranted));
    }

    #[test]
    fn the_longest_wait_comes_first() {
        let early = application("2026-01-10");
        let late = Application { id: ApplicationId(id(2)), ..application("2026-03-10") };
        let order = [late.clone(), early.clone()];
        assert_eq!(longest_wait_first(&order, day("2026-06-01")), [&early, &late]);
    }

    #[test]
    fn an_application_lives_from_decision_to_moving_in() {
        let new = Application { granted: None, ..application("2026-01-10") };
        assert_eq!(new.standing(), Standing::Applied);
        assert_eq!(new.grant(day("2026-01-01")), Err(QueueError::TooEarly));
        assert_eq!(new.refuse(day("2026-01-20")).unwrap().standing(), Standing::Refused);
        let granted = new.grant(day("2026-01-10")).unwrap();
        assert_eq!(granted.grant(day("2026-01-11")), Err(QueueError::AlreadyDecided));
        assert_eq!(granted.move_in(day("2026-01-11")), Err(QueueError::NotAccepted));
        let offered = granted.offer(HomeId(id(9)), day("2026-02-01")).unwrap();
        assert_eq!(offered.standing(), Standing::Offered);
        let accepted = offered.answer(day("2026-02-03"), Answer::Accepted).unwrap();
        assert_eq!(accepted.offer(HomeId(id(8)), day("2026-02-04")), Err(QueueError::OfferOpen));
        assert_eq!(accepted.move_in(day("2026-02-02")), Err(QueueError::TooEarly));
        let home = accepted.move_in(day("2026-02-20")).unwrap();
        assert_eq!((home.standing(), home.waiting_days(day("2027-01-01"))), (Standing::MovedIn, Some(41)));
        assert_eq!(home.withdraw(day("2026-03-01")), Err(QueueError::Closed));
        assert_eq!(mean_wait(std::slice::from_ref(&home), day("2026-12-01")), Some((1, 41.0)));
        assert_eq!(mean_wait(&[home], day("2028-12-01")), None);
        assert_eq!(granted.withdraw(day("2026-03-01")).unwrap().standing(), Standing::Withdrawn);
    }

    #[test]
    fn profiles_are_named_and_read() {
        let mut all = SpecialProfile::UNITS.to_vec();
        all.push(SpecialProfile::SpokenLanguage("fi".to_owned()));
        for profile in all {
            assert_eq!(SpecialProfile::from_name(&profile.name()), Some(profile));
        }
        let said = |tag: &str| SpecialProfile::SpokenLanguage(tag.to_owned()).text(Language::Swedish);
        assert_eq!([said("fi"), said("tlh")], ["språk: finska", "språk: tlh"]);
        for bad in ["language:", "language:f i", "language:FI!", "robot"] {
            assert_eq!(SpecialProfile::from_name(bad), None, "{bad}");
        }
    }
}
