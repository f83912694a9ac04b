//! The queue for a place: application, decision, offers, declines, wait, and what must be reported.

use base::language::Text;
use base::rule::Rule;
use base::time::Date;

base::typed_ids! {
    /// An application for a place.
    ApplicationId;
    /// A home in the register.
    HomeId;
}

/// A decision that is not carried out within this many days is reported to the care inspectorate (IVO).
///
/// The law says three months; 90 days is how the national statistics count it.
pub const REPORT_AFTER_DAYS: Rule = Rule {
    name: "housing.queue.report_after_days",
    figure: 90.0,
    source: "Socialtjänstlag (2001:453) 16 kap. 6 f §; how the 2025 act (2025:400) numbers it is not verified here",
    valid_from: "2006-07-01",
    sentence: Text::new(
        "Ett beslut om plats som inte har verkställts inom 90 dagar ska rapporteras.",
        "A decision on a place that is not carried out within 90 days must be reported.",
    ),
};

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

/// How an offer was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The person moves in.
    Accepted,
    /// The person says no; the decision stands and the wait goes on.
    Declined,
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

/// An application and what has come of it. It holds no name: the person is found by the application's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// When it came in.
    pub applied: Date,
    /// When a place was granted.
    pub granted: Option<Date>,
    /// Homes wished for under the choice system (LOV 2008:962), first wish first; empty where any will do.
    pub wishes: Vec<HomeId>,
    /// What the place must be able to give.
    pub profiles: Vec<SpecialProfile>,
    /// Places offered, in order of time.
    pub offers: Vec<Offer>,
    /// When the person moved in, and the decision was carried out.
    pub moved_in: Option<Date>,
    /// When the person took the application back.
    pub withdrawn: Option<Date>,
}

/// Why an event does not fit an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// No place has been granted.
    #[error("no place has been granted yet, so none can be offered")]
    NotGranted,
    /// An earlier offer waits for its answer.
    #[error("an earlier offer waits for its answer")]
    OfferOpen,
    /// No offer waits for an answer.
    #[error("no offer waits for an answer")]
    NoOpenOffer,
    /// The application is closed.
    #[error("the person has moved in or has withdrawn the application")]
    Closed,
    /// The day lies before the event that it follows.
    #[error("the day lies before what it follows")]
    TooEarly,
}

impl Application {
    /// Whether the person still waits.
    pub fn is_open(&self) -> bool {
        self.moved_in.is_none() && self.withdrawn.is_none()
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

    /// Offers a place.
    pub fn offer(&self, home: HomeId, offered: Date) -> Result<Application, QueueError> {
        self.check_open()?;
        let granted = self.granted.ok_or(QueueError::NotGranted)?;
        if self.offers.iter().any(|offer| offer.answer.is_none()) {
            return Err(QueueError::OfferOpen);
        }
        if offered < granted {
            return Err(QueueError::TooEarly);
        }
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

    fn check_open(&self) -> Result<(), QueueError> {
        if self.is_open() { Ok(()) } else { Err(QueueError::Closed) }
    }
}

/// Those who wait with a grant, the longest wait first; what the reporting list and the next offer go by.
pub fn longest_wait_first(applications: &[Application], today: Date) -> Vec<&Application> {
    let mut waiting: Vec<&Application> =
        applications.iter().filter(|one| one.is_open() && one.granted.is_some()).collect();
    waiting.sort_by_key(|one| (std::cmp::Reverse(one.waiting_days(today)), one.applied, one.id));
    waiting
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
            applied: day("2026-01-02"),
            granted: Some(day(granted)),
            wishes: vec![HomeId(id(9))],
            profiles: vec![SpecialProfile::SpokenLanguage("fi".to_owned())],
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
}
